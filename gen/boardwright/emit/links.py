# SPDX-License-Identifier: MIT OR Apache-2.0
"""Links beside a generated directory to sources that lie outside the project.

The generated Makefile says `../roots/runtime`, the same on every machine; where that is on
this one, and that its path may have a space in it, only the link knows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from boardwright.plan.ir import MakeRoot


def link_roots(directory: Path, roots: Iterable[MakeRoot]) -> None:
    """Make what the Makefile in `directory` calls its source directories lead there.

    A link that led elsewhere makes that Makefile new: objects are older than it, but
    perhaps not older than the sources they now stand for.
    """
    for root in roots:
        if not root.linked:
            continue
        link = directory / root.default
        target = os.fspath(root.directory.resolve())
        there = link.readlink() if link.is_symlink() else None
        if there is not None and os.fspath(there) == target:
            continue
        link.parent.mkdir(parents=True, exist_ok=True)
        unfinished = link.with_name(f".{link.name}.{os.getpid()}")
        unfinished.symlink_to(target, target_is_directory=True)
        unfinished.replace(link)
        if there is not None:
            (directory / "Makefile").touch()
