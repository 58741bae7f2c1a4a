# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules over a resolved board: one rule is one function, a table says which run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.check import hardware, kernel, names, unused, wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board

RULES: tuple[Callable[[Board, Diagnostics], None], ...] = (
    wiring.capacity,
    wiring.lone_mux_settings,
    wiring.exclusive_ports,
    wiring.unique_parameters,
    wiring.same_channel,
    wiring.read_edge_parameters,
    hardware.interrupt_lines,
    hardware.register_blocks,
    hardware.pads,
    hardware.memory_regions,
    kernel.driver_numbers,
    kernel.capabilities,
    kernel.reached_drivers,
    kernel.known_ram,
    kernel.application_slots,
    kernel.application_files,
    names.c_names,
    unused.without_client,
    unused.settings,
    unused.words,
    unused.parts,
    unused.capsules,
)


def check_board(board: Board, diagnostics: Diagnostics) -> None:
    """Report everything wrong with a board as a whole."""
    for rule in RULES:
        rule(board, diagnostics)
