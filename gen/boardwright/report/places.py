# SPDX-License-Identifier: MIT OR Apache-2.0
"""How a report names a file: never by where this machine keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.span import Source, Span


def from_here(source: Source) -> str | None:
    """The path below the current directory, with `/`; None for a file elsewhere."""
    here = Path.cwd()
    if not source.path.is_relative_to(here):
        return None
    return source.path.relative_to(here).as_posix()


def shown(source: Source) -> str:
    """The path a user can open from here, else the name generated files use."""
    return from_here(source) or source.name


def at(span: Span) -> str:
    """`boards/demo/board.yaml:22:7`, as compilers say it."""
    return f"{shown(span.source)}:{span.line}:{span.column}"
