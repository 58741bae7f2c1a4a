# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where the files are that travel with the generator: C runtime, templates, examples.

A wheel has them inside the package, a checkout beside `gen/`; `pyproject.toml` says which.
Nothing here is ever written to, so the package may lie on a read-only disk.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
HOME = _PACKAGE if (_PACKAGE / "runtime").is_dir() else _PACKAGE.parent.parent

RUNTIME = HOME / "runtime"
TEMPLATES = HOME / "templates"
EXAMPLE_BOARD = HOME / "examples" / "boards" / "minimal"
