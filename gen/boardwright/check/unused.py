# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules about what a board says and nothing uses: warnings, after everything else.

Only on a board without errors: a broken edge may be the missing client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board


def without_client(board: Board, diagnostics: Diagnostics) -> None:
    """0320: neither the kernel nor a capsule needs it, so it is left out."""
    if not diagnostics.failed:
        for name, span in board.unused.instances.items():
            diagnostics.report("0320", span, name=name)


def settings(board: Board, diagnostics: Diagnostics) -> None:
    """0211: a peripheral is set, or seen in the emulator, that nothing reaches."""
    if not diagnostics.failed:
        reason = "nothing on this board uses it"
        for name, span in {**board.unused.peripherals, **board.unused.serial}.items():
            diagnostics.report("0211", span, owner=name, reason=reason, hint="")


def words(board: Board, diagnostics: Diagnostics) -> None:
    """0329: nothing says this name.

    Those of a file that this one extends are the schematic's, and a variant may drop users.
    """
    if diagnostics.failed or board.variant:
        return
    for name, span in board.unused.names.items():
        if span.source == board.source:
            diagnostics.report("0329", span, name=name, target=board.names[name])


def parts(board: Board, diagnostics: Diagnostics) -> None:
    """0330: a virtualizer divides a resource into more parts than have clients."""
    if not diagnostics.failed:
        for target, span in board.unused.parts.items():
            diagnostics.report("0330", span, target=target)


def capsules(board: Board, diagnostics: Diagnostics) -> None:
    """0331: a capsule with no system call and nothing to do at boot asks for nothing, ever.

    What it requires only answers, and to others it offers nothing.
    """
    if diagnostics.failed:
        return
    for instance in board.instances:
        component = instance.component
        called = component.syscall or component.init or component.start or component.provides
        if component.room == "capsules" and not called:
            diagnostics.report(
                "0331",
                instance.span,
                name=instance.id,
                kind=component.name,
                related=[(component.span, "its descriptor")],
            )
