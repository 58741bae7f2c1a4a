# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings for people: the marked source line, the other places, the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.report.places import at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.diagnostics import Diagnostic
    from boardwright.span import Span

_COLOURS = {"error": "31", "warning": "33", "note": "36", "help": "32"}


def human(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """Every finding with its source line and caret, and a closing count.

    `colour` uses terminal escapes: ask only for a terminal.
    """
    paint = _paint if colour else _plain
    blocks: list[str] = []
    counts = {"error": 0, "warning": 0, "note": 0}
    for found in diagnostics:
        counts[found.severity] += 1
        head = paint(f"{found.severity}[{found.code}]", found.severity)
        lines = [f"{at(found.span)}: {head}: {found.message}"]
        lines += _excerpt(found.span, found.caret)
        for span, text in found.related:
            lines.append(f"{at(span)}: {paint('note', 'note')}: {text}")
            lines += _excerpt(span, "")
        if found.hint:
            lines.append(f"{paint('help', 'help')}: {found.hint}")
        blocks.append("\n".join(lines) + "\n")
    words = [f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items() if n]
    if words:
        blocks.append(f"{', '.join(words)}\n")
    return "\n".join(blocks)


def _excerpt(span: Span, caret: str) -> list[str]:
    text = span.source.line(span.line)
    if not text.strip():
        return []
    end = span.end_column if span.end_line == span.line else len(text) + 1
    width = max(1, min(end, len(text) + 1) - span.column)
    tabs = "".join("\t" if char == "\t" else " " for char in text[: span.column - 1])
    mark = f"{tabs}{'^' * width} {caret}".rstrip()
    return [f"{span.line:5} | {text}", f"      | {mark}"]


def _plain(text: str, _kind: str) -> str:
    return text


def _paint(text: str, kind: str) -> str:
    return f"\x1b[1;{_COLOURS[kind]}m{text}\x1b[0m"
