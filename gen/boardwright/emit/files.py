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
class Change:
    """A file that is not what would be written.

    `old` is on the disk, None where nothing is; `new` would be written, None for a file
    that is no longer generated. `by_hand`: `old` is not what we once wrote, either.
    """

    path: str
    old: bytes | None
    new: bytes | None
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Emitted:
    """What was done, by path in the directory."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def changes(directory: Path, files: Mapping[str, str], manifest: str) -> list[Change]:
    """What `emit` would have to do, in its order; nothing is touched."""
    text = _content(directory / MANIFEST)
    recorded = None if text is None else recorded_hashes(text.decode(errors="replace"))
    old = recorded or {}
    wanted = {name: text.encode() for name, text in sorted(files.items())}
    wanted[MANIFEST] = manifest.encode()
    stale = sorted(name for name in old if name not in wanted and _inside(name))
    found = []
    for name in [*wanted, *stale]:
        there, new = _content(directory / name), wanted.get(name)
        if there == new:
            continue
        if name == MANIFEST:
            ours = there is None or recorded is not None
        else:
            ours = there is None or digest(there) == old.get(name)
        found.append(Change(name, there, new, not ours))
    return found


def emit(
    directory: Path, files: Mapping[str, str], manifest: str, *, force: bool = False
) -> Emitted:
    """Make `directory` hold exactly `files` and the manifest, among files of others.

    Raises HandEditedError before anything is touched, unless `force`.
    """
    pending = changes(directory, files, manifest)
    edited = tuple(sorted(change.path for change in pending if change.by_hand))
    if edited and not force:
        raise HandEditedError(directory, edited)
    written, removed = [], []
    for change in pending:
        if change.new is not None:
            write_if_changed(directory / change.path, change.new)
            written.append(change.path)
        else:
            _remove(directory, change.path)
            removed.append(change.path)
    unchanged = [name for name in (*sorted(files), MANIFEST) if name not in written]
    return Emitted(tuple(written), tuple(removed), tuple(unchanged))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _inside(name: str) -> bool:
    """Whether a name from a manifest stays in its directory."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def write_if_changed(path: Path, data: bytes) -> bool:
    """Replace a file in one step; False if it has this content already."""
    if _content(path) == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return True


def _remove(directory: Path, name: str) -> None:
    """Remove a stale file, and the directories that it leaves empty."""
    path = directory / name
    path.unlink()
    for parent in path.parents:
        if parent == directory or any(parent.iterdir()):
            break
        parent.rmdir()
