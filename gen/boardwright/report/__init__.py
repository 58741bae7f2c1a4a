# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings as text: for people, and as JSON, SARIF and GitHub's workflow commands.

Everything here returns a string and prints nothing. A format's module is loaded when it
is asked for, so that `check` starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal

from boardwright.report.human import human

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.diagnostics import Diagnostic

Format = Literal["json", "sarif", "github"]
FORMATS: tuple[Format, ...] = ("json", "sarif", "github")
"""The formats for tools; each is a module here with a function `rendered`."""


def for_tools(name: Format, diagnostics: Iterable[Diagnostic]) -> str:
    """The findings in a format that tools read."""
    text: str = import_module(f"boardwright.report.{name}_text").rendered(diagnostics)
    return text


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as a JSON array."""
    return for_tools("json", diagnostics)


__all__ = ["FORMATS", "Format", "as_json", "for_tools", "human"]
