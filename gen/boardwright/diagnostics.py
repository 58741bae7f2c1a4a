# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings of one run: what a stage reports and how they are collected.

A stage calls `Diagnostics.report(code, span, **values)`; the words come from
`boardwright.messages`, so no stage holds a sentence. Nothing is printed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from boardwright.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from boardwright.span import Source, Span

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A text edit that would remove the finding: replace `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A port's reference that a mux is to take over.

    `span` is the word that names the provider. `path` are the keys to the port in a board,
    () for a port that an overlay cannot set alone (in a list, of an instance in place).
    """

    span: Span
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """The way out of a shared resource: a mux, and who is to refer to it.

    `mux` is its id, `made` its entry under `muxes`, "" for one the board has. `board` is
    the board file.
    """

    mux: str
    made: str
    references: tuple[Reference, ...]
    board: Source


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `caret` explains the marked text, `related` are the other sites.

    `fix` or `share` is what `boardwright fix` does about it. `share` is not compared: a
    variant may add clients to what is the same finding.
    """

    code: str
    severity: Severity
    span: Span
    message: str
    caret: str = ""
    related: tuple[tuple[Span, str], ...] = ()
    hint: str = ""
    fix: Fix | None = None
    share: Share | None = field(default=None, compare=False)


class Diagnostics:
    """The collector of a run. Equal findings (two variants, one cause) are kept once."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def report(
        self,
        code: str,
        span: Span,
        *,
        related: Iterable[tuple[Span, str]] = (),
        fix: Fix | None = None,
        share: Share | None = None,
        **values: object,
    ) -> None:
        """Add a finding; `values` fill the code's templates in `messages`."""
        message = MESSAGES[code]
        hint = message.hint.format_map(values).strip() if message.hint else ""
        self._found[
            Diagnostic(
                code=f"BW{code}",
                severity=message.severity,
                span=span,
                message=message.text.format_map(values),
                caret=message.caret.format_map(values) if message.caret else "",
                related=tuple(related),
                hint=hint,
                fix=fix or _spelling_fix(span, hint, values),
                share=share,
            )
        ] = None

    def add(self, found: Diagnostic) -> None:
        """Add one finding as it is."""
        self._found[found] = None

    def extend(self, others: Diagnostics) -> None:
        """Add what was found elsewhere."""
        self._found.update(others._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """All findings in reading order."""
        return iter(sorted(self._found, key=lambda found: (found.span.position, found.code)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        """Whether there is an error, not only warnings."""
        return any(found.severity == "error" for found in self._found)


_ONE_WORD = re.compile(r"did you mean '([^']+)'\?$")
_WORD = re.compile(r"[\w.-]+")


def _spelling_fix(span: Span, hint: str, values: dict[str, object]) -> Fix | None:
    """The edit for a misspelt word that has one near match, if the span is just the word."""
    near = _ONE_WORD.search(hint)
    marked = span.source.line(span.line)[span.column - 1 : span.end_column - 1]
    whole = marked in values.values() and _WORD.fullmatch(marked)
    return Fix(span, near[1]) if near and whole else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'baud'?`, or "" when nothing is close: all of its parts, or its letters."""
    import difflib  # noqa: PLC0415 - a check without findings does not pay for it

    names, parts = sorted(known), set(word.split("_"))
    longer = [name for name in names if len(parts) > 1 and parts <= set(name.split("_"))]
    close = longer[:2] or difflib.get_close_matches(word, names, n=2, cutoff=0.6)
    return f"did you mean {either(close)}?" if close else ""


def meant(word: str, absent: Iterable[str]) -> str:
    """The one of `absent` that `word` is most likely a misspelling of; "" if none is near.

    For going on after an unknown key as if it were spelt right: what it was to give is then
    not missing, too, and one mistake is one error.
    """
    candidates = sorted(absent)
    if not candidates or word in candidates:
        return word if candidates else ""
    import difflib  # noqa: PLC0415 - as above

    return "".join(difflib.get_close_matches(word, candidates, n=1, cutoff=0.6))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Did you mean, else the known words, else ""."""
    words = list(known)
    return did_you_mean(word, words) or (f"known are {listed(words)}" if words else "")


def quoted(words: Iterable[str]) -> list[str]:
    """Each word in quotes."""
    return [f"'{word}'" for word in words]


def _joined(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def either(words: Iterable[str]) -> str:
    """`'a', 'b' or 'c'`; "nothing" without words."""
    return _joined(quoted(words) or ["nothing"], "or")


def listed(words: Iterable[str], limit: int = 12) -> str:
    """`'a', 'b' and 'c'`, cut after `limit` words; "nothing" without words."""
    all_words = quoted(words) or ["nothing"]
    if len(all_words) > limit:
        return f"{', '.join(all_words[:limit])} and {len(all_words) - limit} more"
    return _joined(all_words, "and")
