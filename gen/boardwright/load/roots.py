# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where descriptor files are looked for, and what a file is called in messages."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.resources import RUNTIME
from boardwright.span import Source, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOMS = ("hil", "kernel", "chips", "devices", "virtualizers", "capsules")
_BOARD_FILE = "board.yaml"


@dataclass(frozen=True, slots=True)
class SearchRoots:
    """`runtime` is the packaged C runtime, `component_dirs` those of the user.

    `edited` are texts to read in place of what is on the disk, by absolute path.
    """

    runtime: Path
    component_dirs: tuple[Path, ...] = ()
    edited: Mapping[Path, str] = field(default_factory=dict, compare=False)

    @staticmethod
    def default(component_dirs: tuple[Path, ...] = ()) -> SearchRoots:
        """The runtime that came with this package."""
        return SearchRoots(RUNTIME, component_dirs)


@dataclass(frozen=True, slots=True)
class Found:
    """A descriptor file: `root` is the include path its header is relative to."""

    path: Path
    root: Path


def project_root(board_file: Path) -> Path:
    """The parent of the directory `boards` the file is in, else the file's directory."""
    for parent in board_file.absolute().parents:
        if parent.name == "boards":
            return parent.parent
    return board_file.absolute().parent


class Files:
    """Every file of a run: found by name, read once, named the same on every machine."""

    def __init__(self, roots: SearchRoots, root: Path) -> None:
        self.roots = roots
        self.root = root
        self._sources: dict[Path, Source] = {}
        self._found: dict[str, list[Found]] = {}
        self._scanned: set[Path] = set()
        self.scan(roots.runtime, _ROOMS)
        for directory in roots.component_dirs:
            self.scan(directory)

    def scan(self, root: Path, rooms: tuple[str, ...] = ("",)) -> None:
        """Index the descriptor files below a directory by their name.

        A file below two directories is found below the first.
        """
        root = root.absolute()
        if root in self._scanned:
            return
        self._scanned.add(root)
        for room in rooms:
            for directory, folders, names in os.walk(root / room):
                folders.sort()
                for name in sorted(names):
                    if name.endswith(".yaml") and name != _BOARD_FILE:
                        path = Path(directory) / name
                        known = self._found.setdefault(name[:-5], [])
                        if not any(path.samefile(each.path) for each in known):
                            known.append(Found(path, root))

    def find(self, name: str) -> list[Found]:
        """The descriptor files called `name`.yaml; more than one is an error."""
        return self._found.get(name, [])

    @property
    def all_found(self) -> dict[str, list[Found]]:
        """Every indexed descriptor by name."""
        return self._found

    def read(self, path: Path) -> Source:
        """The text of a file. Raises OSError, UnicodeDecodeError."""
        path = Path(os.path.normpath(path.absolute()))
        if path not in self._sources:
            text = self.roots.edited.get(path)
            if text is None:
                text = path.read_text(encoding="utf-8-sig")
            self._sources[path] = Source(self.name(path), path, text)
        return self._sources[path]

    @property
    def inputs(self) -> tuple[Source, ...]:
        """Every file read, sorted by path."""
        return tuple(source for _, source in sorted(self._sources.items()))

    def name(self, path: Path) -> str:
        """The name for messages and comments; never an absolute path."""
        for base, prefix in self._bases():
            if path.is_relative_to(base):
                return prefix + path.relative_to(base).as_posix()
        return Path(os.path.relpath(path, self.root)).as_posix()

    def _bases(self) -> list[tuple[Path, str]]:
        directories = self.roots.component_dirs
        return [
            (self.roots.runtime.absolute(), "<boardwright>/"),
            (self.root, ""),
            *((path.absolute(), f"<{path.absolute().name}>/") for path in directories),
        ]


def start_of(source: Source) -> Span:
    """The first character of a file, for findings about the file itself."""
    return Span(source, 1, 1, 1, 2)
