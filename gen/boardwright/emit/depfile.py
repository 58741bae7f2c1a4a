# SPDX-License-Identifier: MIT OR Apache-2.0
"""A depfile: what a build system that calls the generator must watch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def depfile_text(target: Path, inputs: Iterable[Path]) -> str:
    """Make syntax; names are relative to the current directory where that is shorter."""
    names = " \\\n  ".join(_escaped(_short(path)) for path in sorted(inputs))
    return f"{_escaped(_short(target))}: \\\n  {names}\n"


def _short(path: Path) -> str:
    absolute = path.absolute()
    here = Path.cwd()
    return os.path.relpath(absolute, here) if absolute.is_relative_to(here) else str(absolute)


def _escaped(name: str) -> str:
    return name.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")
