# SPDX-License-Identifier: MIT OR Apache-2.0
"""What boards can be made of, for `boardwright list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.load.library import Library
from boardwright.load.roots import Files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from boardwright.load.roots import SearchRoots

Row = dict[str, str]


def catalogue(kind: str, roots: SearchRoots, boards: Sequence[Path]) -> list[Row]:
    """One row for each `components`, `chips`, `hils` or (of those given) `boards`."""
    if kind == "boards":
        return [{"name": path.parent.name, "file": path.as_posix()} for path in boards]
    files = Files(roots, roots.runtime)
    library = Library(files, Diagnostics())
    if kind == "components":
        return [
            {"name": each.name, "room": each.room, "doc": each.doc}
            for each in sorted(library.components(), key=lambda each: each.name)
        ]
    found = library.names_of("chip" if kind == "chips" else "hil")
    if kind == "chips":
        return [
            {"name": name, "file": files.name(file.path)}
            for name in found
            for file in files.find(name)
        ]
    hils = [hil for name in found if (hil := library.hil(name))]
    return [
        {"name": interface.name, "operations": ", ".join(interface.operations)}
        for hil in hils
        for interface in hil.interfaces.values()
    ]
