# SPDX-License-Identifier: MIT OR Apache-2.0
"""Write what changed, remove what is stale, refuse what somebody edited."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from boardwright.emit.manifest import MANIFEST, digest, recorded_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping


class HandEditedError(Exception):
    """Generated files that were changed by hand; nothing was written. `paths` are they."""

    def __init__(self, directory: Path, paths: tuple[str, ...]) -> None:
        super().__init__(f"{directory}: changed by hand: {', '.join(paths)}")
        self.directory = directory
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Emitted:
    """What was done, by path in the directory."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def emit(
    directory: Path, files: Mapping[str, str], manifest: str, *, force: bool = False
) -> Emitted:
    """Make `directory` hold exactly `files` and the manifest, among files of others.

    Raises HandEditedError before anything is touched, unless `force`.
    """
    old = _recorded(directory)
    stale = sorted(name for name in old if name not in files and _inside(name))
    edited = tuple(
        name
        for name in sorted({*files, *stale})
        if _was_edited(directory / name, old.get(name), files.get(name))
    )
    if edited and not force:
        raise HandEditedError(directory, edited)
    written, unchanged = [], []
    for name, text in [*sorted(files.items()), (MANIFEST, manifest)]:
        if _write(directory / name, text.encode()):
            written.append(name)
        else:
            unchanged.append(name)
    removed = [name for name in stale if _remove(directory, name)]
    return Emitted(tuple(written), tuple(removed), tuple(unchanged))


def _recorded(directory: Path) -> dict[str, str]:
    path = directory / MANIFEST
    return recorded_hashes(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _inside(name: str) -> bool:
    """Whether a name from a manifest stays in its directory."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _was_edited(path: Path, recorded: str | None, wanted: str | None) -> bool:
    """Whether a file is neither what we wrote nor what we are about to write."""
    if not path.is_file():
        return False
    data = path.read_bytes()
    if wanted is not None and data == wanted.encode():
        return False
    return digest(data) != recorded


def _write(path: Path, data: bytes) -> bool:
    """Replace a file in one step; False if it has this content already."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return True


def _remove(directory: Path, name: str) -> bool:
    """Remove a stale file, and the directories that it leaves empty."""
    path = directory / name
    if not path.is_file():
        return False
    path.unlink()
    for parent in path.parents:
        if parent == directory or any(parent.iterdir()):
            break
        parent.rmdir()
    return True
