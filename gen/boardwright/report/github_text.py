# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings as GitHub workflow commands: annotations on the lines of a pull request.

One line per finding. What a command could be confused by is escaped as the runner
undoes it: `%`, CR and LF everywhere, `:` and `,` in properties, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.messages import MESSAGES
from boardwright.report.places import at, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.diagnostics import Diagnostic

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def rendered(diagnostics: Iterable[Diagnostic]) -> str:
    """The commands, in reading order; "" without findings."""
    return "".join(f"{_command(found)}\n" for found in diagnostics)


def _command(found: Diagnostic) -> str:
    span = found.span
    properties: dict[str, object] = {"file": shown(span.source), "line": span.line}
    if span.end_line == span.line:  # columns of two lines are refused
        properties |= {"col": span.column, "endLine": span.end_line}
        properties |= {"endColumn": max(span.column, span.end_column - 1)}
    else:
        properties["endLine"] = span.end_line
    properties["title"] = f"{found.code} {MESSAGES[found.code[2:]].title}"
    written = (f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {','.join(written)}::{_text(found).translate(_DATA)}"


def _text(found: Diagnostic) -> str:
    lines = [found.message]
    lines += [f"{at(span)}: {text}" for span, text in found.related]
    if found.hint:
        lines.append(f"help: {found.hint}")
    return "\n".join(lines)
