# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings as a JSON array; positions count from 1, ends are exclusive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.diagnostics import Diagnostic
    from boardwright.span import Span


def rendered(diagnostics: Iterable[Diagnostic]) -> str:
    """One object per finding; files by the names that generated files use."""
    found_list = [
        {
            "code": found.code,
            "severity": found.severity,
            **_place(found.span),
            "message": found.message,
            "caret": found.caret,
            "related": [{**_place(span), "message": text} for span, text in found.related],
            "hint": found.hint,
            "fix": found.fix and {**_place(found.fix.span), "text": found.fix.text},
        }
        for found in diagnostics
    ]
    return json.dumps(found_list, indent=2) + "\n"


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
