# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every single mistake that can be made on a line of a board, and what the check says of it.

`python tests/generator/mutations.py` prints the figures, `--offenders` what has more than
one error, `--write` puts the figures into docs/mutations.md.

Descriptors are read once: the boards' own text is the only thing that differs between two
runs. test_mutations.py compares samples with a run that reads everything.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.load.library import Library
from boardwright.load.nodes import Mapping, Scalar, Sequence
from boardwright.load.roots import Files, SearchRoots, project_root
from boardwright.load.yaml_text import parse
from boardwright.report import human
from boardwright.span import Source
from boardwright.units import UNITS, split_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.load.nodes import Node

ROOT = Path(__file__).parent.parent.parent
DOC = ROOT / "docs" / "mutations.md"
ERRORS = ROOT / "tests" / "errors"
WANTED = 0.95
"""The share of the faulty boards with exactly one error."""
WANTED_OF_DESCRIPTORS = 0.9
"""The same where the mistake is in a component, a HIL or a chip."""
USING_MOST = ROOT / "tests" / "bench" / "boards" / "bench_filter" / "board.yaml"
"""The board that the mistakes in descriptors are seen from."""
WANTED_PAIRS = 0.85
"""The share of boards with two mistakes that get both errors: one does not hide another."""
PAIRS = 100
"""Pairs of mistakes tried on each board."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
_HEAD = re.compile(r"(schema|board|chip|extends):")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake: its kind, the line it was made on (from 1), the text of the board."""

    kind: str
    line: int
    what: str
    text: str


@dataclass
class Row:
    """What became of the mutations of one kind. `single`: one error and no more."""

    mutations: int = 0
    valid: int = 0
    faulty: int = 0
    single: int = 0


@dataclass
class Outcome:
    """The figures of a run, and what was more than one error or none in place."""

    rows: dict[str, Row] = field(default_factory=dict)
    offenders: list[tuple[Path, Mutation, Diagnostics]] = field(default_factory=list)

    @property
    def total(self) -> Row:
        """The sum of all kinds."""
        columns = zip(
            *((r.mutations, r.valid, r.faulty, r.single) for r in self.rows.values()),
            strict=True,
        )
        return Row(*map(sum, columns))

    @property
    def share(self) -> float:
        """Of the faulty boards, those with one error."""
        return self.total.single / self.total.faulty


def boards() -> list[Path]:
    """Every valid board of the tree, and the small one that tests/errors is built on."""
    found = [
        *ROOT.glob("boards/*/board.yaml"),
        *ROOT.glob("examples/**/board.yaml"),
        *ROOT.glob("tests/**/board.yaml"),
    ]
    found = [path for path in found if "build" not in path.parts]
    base = ERRORS / "base" / "board.yaml"
    return sorted(p for p in found if p == base or not p.is_relative_to(ERRORS))


def roots_of(board: Path) -> SearchRoots:
    """Where a board's components are, those of one's own included."""
    if board.is_relative_to(ERRORS):
        return SearchRoots(ERRORS / "library")
    if board.is_relative_to(ROOT / "tests" / "golden"):
        return SearchRoots.default((ROOT / "tests" / "generator" / "components" / "beam",))
    example = board.is_relative_to(ROOT / "examples")
    return SearchRoots.default((ROOT / "examples" / "components",) if example else ())


def mutations(text: str) -> Iterator[Mutation]:
    """All of them, always in the same order."""
    lines = text.split("\n")
    written = [n for n, line in enumerate(lines) if _code(line).strip()]

    def replaced(number: int, *new: str) -> str:
        return "\n".join([*lines[:number], *new, *lines[number + 1 :]])

    for number in written:
        line = lines[number]
        yield Mutation("line dropped", number + 1, "", replaced(number))
        yield Mutation("line twice", number + 1, "", replaced(number, line, line))
        for blanks in (1, 2, 4):
            what = f"+{blanks}"
            yield Mutation(
                "re-indented", number + 1, what, replaced(number, " " * blanks + line)
            )
            if line.startswith(" " * blanks):
                yield Mutation(
                    "re-indented", number + 1, f"-{blanks}", replaced(number, line[blanks:])
                )
        yield Mutation("re-indented", number + 1, "tab", replaced(number, "\t" + line))
        for word in _WORD.finditer(_code(line)):
            for wrong in misspelt(word[0]):
                new = line[: word.start()] + wrong + line[word.end() :]
                what = f"{word[0]} -> {wrong}"
                yield Mutation("word misspelt", number + 1, what, replaced(number, new))
    for scalar in scalars(text):
        number, start = scalar.span.line - 1, scalar.span.column - 1
        line, end = lines[number], scalar.span.end_column - 1
        for kind, wrong in wrong_values(scalar.text):
            new = line[:start] + wrong + line[end:]
            what = f"{scalar.text} -> {wrong or 'nothing'}"
            yield Mutation(kind, number + 1, what, replaced(number, new))


def _code(line: str) -> str:
    """A line without its comment."""
    return re.sub(r"(^|\s)#.*", "", line)


def misspelt(word: str) -> list[str]:
    """One letter lost, one twice, two exchanged, one hit beside: in the middle of a word."""
    at = len(word) // 2
    near = "q" if word[at] != "q" else "w"
    wrong = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        word[:at] + near + word[at + 1 :],
    ]
    return [each for each in wrong if each != word]


def scalars(text: str) -> Iterator[Scalar]:
    """Every value of a board but its comments and keys."""
    source = Source("board.yaml", Path("board.yaml"), text)

    def walk(node: Node) -> Iterator[Scalar]:
        if isinstance(node, Mapping):
            for entry in node:
                yield from walk(entry.value)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from walk(item)
        elif not node.empty and not node.verb:
            yield node

    root = parse(source, Diagnostics())
    return walk(root) if root is not None else iter(())


def wrong_values(text: str) -> Iterator[tuple[str, str]]:
    """Other shapes, other kinds of value, and for a quantity other units and none."""
    for wrong in ("[1]", "{a: b}", "12", "1.5", "true", "word", "10ms", "4KiB", "'two words'"):
        if wrong != text:
            yield "wrong type", wrong
    yield "empty value", ""
    yield "empty value", "''"
    parts = split_quantity(text)
    if parts is not None and parts[1]:
        number = text.removesuffix(parts[1])
        yield "wrong unit", number
        for units in UNITS.values():
            if parts[1] not in units:
                yield "wrong unit", number + next(iter(units))


class Bench:
    """Checks texts of one board in place, with descriptors read once."""

    def __init__(self, board: Path) -> None:
        self.board = board
        self.roots = roots_of(board)
        self.files = Files(self.roots, project_root(board))
        self.library = Library(self.files, Diagnostics())

    def checked(self, text: str) -> Diagnostics:
        """The findings for the board if this were its text."""
        diagnostics = Diagnostics()
        name = self.files.name(self.board)
        self.files._sources[self.board] = Source(name, self.board, text)
        self.library.diagnostics = diagnostics
        with (
            mock.patch("boardwright.resolve.board.Files", return_value=self.files),
            mock.patch("boardwright.resolve.board.Library", return_value=self.library),
        ):
            check_file(self.board, self.roots, diagnostics)
        return diagnostics


def outcome(paths: list[Path]) -> Outcome:
    """What becomes of every mutation of these boards.

    Raises whatever a check raises: nothing is what it should be. Raises AssertionError
    for a finding that stands nowhere.
    """
    result = Outcome()
    for path in paths:
        bench = Bench(path)
        for mutation in mutations(path.read_text(encoding="utf-8")):
            _count(result, path, mutation, bench.checked(mutation.text))
    return result


def outcome_of_descriptors(each: int = 1) -> Outcome:
    """The same for every descriptor that a board reads, seen from there; one in `each`.

    Raises as `outcome`.
    """
    result = Outcome()
    read = Files.read
    board = check_file(USING_MOST, SearchRoots.default(), Diagnostics())
    assert board is not None
    for source in board.inputs:
        path = source.path
        if not path.is_relative_to(ROOT / "runtime"):
            continue
        for mutation in list(mutations(source.text))[::each]:

            def replaced(
                files: Files, asked: Path, path: Path = path, text: str = mutation.text
            ) -> Source:
                found = read(files, asked)
                return replace(found, text=text) if found.path == path else found

            diagnostics = Diagnostics()
            with mock.patch.object(Files, "read", replaced):
                check_file(USING_MOST, SearchRoots.default(), diagnostics)
            _count(result, path, mutation, diagnostics)
    return result


def _count(result: Outcome, path: Path, mutation: Mutation, found: Diagnostics) -> None:
    """Add one mutation. Raises AssertionError for a finding that stands nowhere."""
    row = result.rows.setdefault(mutation.kind, Row())
    errors = [each for each in found if each.severity == "error"]
    row.mutations += 1
    row.valid += not errors
    row.faulty += bool(errors)
    row.single += len(errors) == 1
    if len(errors) > 1:
        result.offenders.append((path, mutation, found))
    for each in found:
        last = each.span.source.text.count("\n") + 1
        assert 1 <= each.span.line <= last, (path, mutation, each)
        assert each.span.column >= 1, (path, mutation, each)
        assert each.message, (path, mutation, each)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Boards with two mistakes, and how many of them got the errors of both."""

    tried: int
    both: int

    @property
    def share(self) -> float:
        """Of all, those with both."""
        return self.both / self.tried

    def __str__(self) -> str:
        return f"Of {self.tried} boards with two mistakes {self.both} got both errors.\n"


def pairs(paths: list[Path]) -> Pairs:
    """Two mistakes in one board, drawn from those with an error each.

    Not in the lines that all others stand on: schema, kind, chip, extended boards.
    """
    tried = both = 0
    for path in paths:
        bench, text = Bench(path), path.read_text(encoding="utf-8")
        alone: list[tuple[Mutation, tuple[str, int]]] = []
        for mutation in list(mutations(text))[::3]:
            found = _errors(bench.checked(mutation.text))
            lines = mutation.text.split("\n")
            in_place = len(lines) == text.count("\n") + 1
            head = _HEAD.match(text.split("\n")[mutation.line - 1])
            if len(found) == 1 and in_place and not head and found[0][0] != "BW0100":
                alone.append((mutation, found[0]))
        chance = random.Random(path.parent.name)  # noqa: S311 - repeatable, not secret
        for _ in range(PAIRS):
            (one, first), (other, second) = chance.sample(alone, 2)
            if one.line != other.line:
                lines = one.text.split("\n")
                lines[other.line - 1] = other.text.split("\n")[other.line - 1]
                tried += 1
                both += {first, second} <= set(_errors(bench.checked("\n".join(lines))))
    return Pairs(tried, both)


def _errors(found: Diagnostics) -> list[tuple[str, int]]:
    return [(each.code, each.span.line) for each in found if each.severity == "error"]


def table(result: Outcome) -> str:
    """The figures as Markdown."""
    head = (
        "| mistake | made | board stays valid | board is faulty | exactly one error | share |"
    )
    rows = [(kind, row) for kind, row in result.rows.items()]
    lines = [head, "|---|---:|---:|---:|---:|---:|"]
    for kind, row in (*rows, ("**all**", result.total)):
        share = f"{100 * row.single / row.faulty:.1f} %" if row.faulty else "-"
        counts = (row.mutations, row.valid, row.faulty, row.single)
        lines.append(f"| {kind} | {' | '.join(map(str, counts))} | {share} |")
    return "\n".join(lines) + "\n"


def offenders(result: Outcome) -> str:
    """Each mistake with several errors, the commonest sets of codes first."""
    by_codes: Counter[str] = Counter()
    text: dict[str, list[str]] = {}
    for path, mutation, found in result.offenders:
        codes = " ".join(each.code for each in found if each.severity == "error")
        by_codes[codes] += 1
        where = f"{path.relative_to(ROOT)}:{mutation.line}: {mutation.kind} {mutation.what}"
        text.setdefault(codes, []).append(f"  {where}\n")
    return "".join(
        f"{count} x {codes}\n{''.join(text[codes])}" for codes, count in by_codes.most_common()
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("board", nargs="*", type=Path, help="board files (default: all)")
    parser.add_argument("--descriptors", action="store_true", help="of descriptors instead")
    parser.add_argument("--offenders", action="store_true", help="list what has several errors")
    parser.add_argument("--verbose", action="store_true", help="and print their errors")
    parser.add_argument("--write", action="store_true", help=f"renew {DOC.relative_to(ROOT)}")
    options = parser.parse_args()
    if options.descriptors:
        result = outcome_of_descriptors()
        name, figures, wanted = "descriptors", table(result), WANTED_OF_DESCRIPTORS
        enough = True
    else:
        paths = [path.absolute() for path in options.board] or boards()
        result, hidden = outcome(paths), pairs(paths)
        name, figures, wanted = "boards", f"{table(result)}\n{hidden}", WANTED
        enough = hidden.share >= WANTED_PAIRS
    print(figures, end="")
    if options.offenders:
        print(offenders(result), end="")
    if options.verbose:
        for path, mutation, found in result.offenders:
            print(f"--- {path}:{mutation.line}: {mutation.kind} {mutation.what}")
            print(human(found))
    if options.write:
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = DOC.read_text(encoding="utf-8").partition(begin)
        after = rest.partition(end)[2]
        DOC.write_text(before + begin + figures + end + after, encoding="utf-8")
    return not (enough and result.share >= wanted)


if __name__ == "__main__":
    sys.exit(main())
