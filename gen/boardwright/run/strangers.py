# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications that run on a board which has nothing to say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.pack import read_tbf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.firmware import Application
    from boardwright.model import Board


def strangers(board: Board, applications: Iterable[Application]) -> list[str]:
    """A sentence for each that a filter of the board will let call nothing, and the way out.

    The kernel knows an application by the name in its header, and each name once.
    """
    key = _rights(board)
    known = [app.name for app in board.apps]
    unused = list(known)
    found = []
    for application in applications if key else ():
        name = read_tbf(application.data).name
        if name in unused:
            unused.remove(name)
        elif name in known:
            found.append(
                f"application '{name}' runs twice: its '{key}' is the first one's, the filter "
                "lets the other call no driver; `boardwright pack --name` gives it another name"
            )
        else:
            found.append(
                f"application '{name}' is none of the board's: the filter lets it call no "
                f"driver; '{name}: {{path: ..., {key}: [...]}}' under 'apps' gives it some"
            )
    return found


def _rights(board: Board) -> str:
    """The setting of an application that names the drivers it may call, if there is one."""
    settings = (each for i in board.instances for each in i.component.per_app.values())
    return next((each.name for each in settings if each.drivers), "")
