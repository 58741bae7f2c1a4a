# SPDX-License-Identifier: MIT OR Apache-2.0
"""Check, edit, check again, until no finding carries an edit that can be made.

Spelling first, all of it at once; a mux when no spelling is left, one a round, because
each is put into the text as it then is. Files of the package are never edited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.emit import Change
from boardwright.fix.put import stretch
from boardwright.fix.share import shared
from boardwright.frontend import check_file, checked_board
from boardwright.load.yaml_text import parse

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.diagnostics import Diagnostic
    from boardwright.load.roots import SearchRoots
    from boardwright.span import Source

ROUNDS = 100
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a run came to: files by path with their bytes before and after.

    `steps` says each edit in a line, `left` what the check says afterwards.
    """

    files: dict[Path, tuple[bytes, bytes]]
    names: dict[Path, str]
    steps: tuple[str, ...]
    left: Diagnostics
    errors_before: int

    @property
    def worse(self) -> bool:
        """Whether there would be more errors than before."""
        return _errors(self.left) > self.errors_before

    @property
    def changes(self) -> list[Change]:
        """For `unified_diff`."""
        return [
            Change(self.names[path], old, new, by_hand=True)
            for path, (old, new) in self.files.items()
        ]

    def write(self) -> None:
        """Put the files on the disk. Raises OSError."""
        for path, (_, new) in self.files.items():
            path.write_bytes(new)


def fixed(board_file: Path, roots: SearchRoots, variant: str | None = None) -> Fixed:
    """All edits to a board that its findings carry. Raises OSError, UnknownVariantError."""
    texts: dict[Path, str] = {}
    names: dict[Path, str] = {}
    steps: list[str] = []
    left = _check(board_file, roots, texts, variant)
    before = _errors(left)
    seen = [dict(texts)]
    for _ in range(ROUNDS):
        made = _spelled(left, roots) or _muxed(left, roots)
        after = {**texts, **{source.path: text for source, text, _ in made}}
        if not made or after in seen:
            break
        texts = after
        seen.append(after)
        for source, _, words in made:
            names[source.path] = source.name
            steps += words
        left = _check(board_file, roots, texts, variant)
    files = {path: _bytes(path, text) for path, text in sorted(texts.items())}
    return Fixed(files, names, tuple(steps), left, before)


_Made = list[tuple["Source", str, list[str]]]


def _check(
    board_file: Path, roots: SearchRoots, texts: dict[Path, str], variant: str | None
) -> Diagnostics:
    found = Diagnostics()
    roots = replace(roots, edited=texts)
    if variant is None:
        check_file(board_file, roots, found)
    else:
        checked_board(board_file, roots, found, variant=variant)
    return found


def _errors(found: Diagnostics) -> int:
    return sum(each.severity == "error" for each in found)


def _ours(source: Source, roots: SearchRoots) -> bool:
    """Whether a file is the user's."""
    return not source.path.resolve().is_relative_to(roots.runtime.resolve())


def _spelled(found: Diagnostics, roots: SearchRoots) -> _Made:
    """Every file that has edits of single words, with those that do not overlap made."""
    by_file: dict[Source, list[Diagnostic]] = {}
    for each in found:
        if each.fix is not None and _ours(each.fix.span.source, roots):
            by_file.setdefault(each.fix.span.source, []).append(each)
    made = [_replaced(source, each) for source, each in by_file.items()]
    return [each for each in made if each[2]]


def _replaced(source: Source, found: list[Diagnostic]) -> tuple[Source, str, list[str]]:
    taken: dict[tuple[int, int], str] = {}
    steps: list[str] = []
    for each in found:
        fix = each.fix
        assert fix is not None
        start, end = stretch(source.text, fix.span)
        if any(first < end and start < last for first, last in taken):
            continue
        more = {**taken, (start, end): fix.text}
        if _duplicates(source, _with(source.text, more)) > _duplicates(source, source.text):
            continue  # the key that is meant is there already
        taken = more
        words = f"'{source.text[start:end]}' is now '{fix.text}'"
        steps.append(f"{fix.span.place}: {words} ({each.code})")
    return source, _with(source.text, taken), steps


def _with(text: str, edits: dict[tuple[int, int], str]) -> str:
    for (start, end), word in sorted(edits.items(), reverse=True):
        text = text[:start] + word + text[end:]
    return text


def _duplicates(source: Source, text: str) -> int:
    found = Diagnostics()
    parse(replace(source, text=text), found)
    return sum(each.code == "BW0101" for each in found)


def _muxed(found: Diagnostics, roots: SearchRoots) -> _Made:
    """The first mux that can be put in or used."""
    for each in found:
        made = shared(each.share) if each.share else None
        if each.share is None or made is None or not _ours(made[0], roots):
            continue
        mux = each.share.mux
        entry = f"{mux}: {each.share.made}" if each.share.made else f"'{mux}'"
        count = len(each.share.references)
        clients = "one client" if count == 1 else f"{count} clients"
        step = f"{made[0].name}: {entry} takes {clients} ({each.code})"
        return [(made[0], made[1], [step])]
    return []


def _bytes(path: Path, text: str) -> tuple[bytes, bytes]:
    """A file as it is and as it is to be, with its own line ends and byte order mark."""
    old = path.read_bytes()
    raw = old.decode("utf-8")
    lines = re.split("\r\n|\r|\n", raw)
    ends = re.findall("\r\n|\r|\n", raw)
    usual = max(set(ends), key=ends.count) if ends else "\n"
    plain = "\n".join(lines).removeprefix(_BOM)
    head = _BOM if raw.startswith(_BOM) else ""
    return old, (head + _with_ends(plain, text, ends, usual)).encode()


def _with_ends(old: str, new: str, ends: list[str], usual: str) -> str:
    """Line ends of the old lines for those that stayed, the usual one for new ones."""
    if set(ends) <= {usual}:
        return new.replace("\n", usual)
    import difflib  # noqa: PLC0415 - files of mixed line ends are rare

    was, now = old.split("\n"), new.split("\n")
    kept = dict.fromkeys(range(len(now)), usual)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, was, now).get_opcodes():
        if tag == "equal" or (tag == "replace" and b - a == d - c):
            for here, there in zip(range(a, b), range(c, d), strict=True):
                kept[there] = ends[here] if here < len(ends) else usual
    return "".join(line + kept[n] for n, line in enumerate(now[:-1])) + now[-1]
