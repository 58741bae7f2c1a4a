# SPDX-License-Identifier: MIT OR Apache-2.0
"""What enters the build: the files of components in use, the library, the architecture."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.plan.ir import MakeRoot, Seal, SourceFile

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.model import Board
    from boardwright.plan.wiring import Wiring

LIBRARY = "lib"
_FOR_MAKE = re.compile(r"[\w./+@-]+")  # what make takes in a name without a thought


def source_plan(
    wiring: Wiring,
    runtime: Path,
    made: tuple[Seal, ...],
    depth: int,
    shared: tuple[str, ...] = (),
) -> tuple[tuple[SourceFile, ...], tuple[MakeRoot, ...]]:
    """Sources in a fixed order, and the make variables they are relative to.

    `depth` is how deep the generated directory lies in the project; `shared` are further
    files of the runtime.
    """
    roots = _Roots(wiring.board, runtime.absolute(), depth)
    headers = {seal.component: seal.header for seal in made if seal.macros}
    sources: list[SourceFile] = []
    components = {i.component.name: i.component for i in wiring.instances}
    for name in sorted(components):
        component = components[name]
        variable = roots.variable(component.root)
        for path in component.sources:
            source = SourceFile(variable, path, headers.get(name, ""))
            if not _FOR_MAKE.fullmatch(path):  # its folder gets a name that make can spell
                folder, _, below = path.rpartition("/")
                named = roots.variable(component.root / folder)
                source = replace(source, root=named, path=below)
            sources.append(source)
    chip = wiring.board.chip
    for path in chip.sources:
        sources.append(SourceFile(roots.variable(chip.root), path))
    for path in shared:
        sources.append(SourceFile(roots.variable(runtime), path))
    arch = f"arch/{wiring.board.chip.arch}"
    for folder, suffixes in ((arch, (".c", ".S")), (LIBRARY, (".c",))):
        for file in sorted((runtime / folder).glob("*")):
            if file.suffix in suffixes:
                sources.append(SourceFile(roots.variable(runtime), f"{folder}/{file.name}"))
    return tuple(sources), roots.make_roots


class _Roots:
    """Include paths as make variables: RUNTIME, BOARD_DIR, COMPONENTS_1, ..."""

    def __init__(self, board: Board, runtime: Path, depth: int) -> None:
        self._board = board
        self._up = "../" * depth
        self._found: dict[Path, MakeRoot] = {}
        self._extra = 0
        self._runtime = runtime
        self.variable(runtime)

    def variable(self, root: Path) -> str:
        root = root.absolute()
        if root not in self._found:
            self._found[root] = self._made(root)
        return self._found[root].variable

    def _named(self, root: Path) -> str:
        if root == self._runtime:
            return "RUNTIME"
        if root == self._board.source.path.absolute().parent:
            return "BOARD_DIR"
        self._extra += 1
        return f"COMPONENTS_{self._extra}"

    def _made(self, root: Path) -> MakeRoot:
        variable = self._named(root)
        project = self._board.root
        # Either as they are called or as they lie: a checkout may be known by a link.
        for below, above in ((root, project), (root.resolve(), project.resolve())):
            inside = os.path.relpath(below, above)
            if below.is_relative_to(above) and _FOR_MAKE.fullmatch(inside):
                return MakeRoot(variable, self._up + inside, root, linked=False)
        return MakeRoot(variable, f"../roots/{variable.lower()}", root, linked=True)

    @property
    def make_roots(self) -> tuple[MakeRoot, ...]:
        return tuple(self._found.values())
