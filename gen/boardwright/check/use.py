# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where a finding about an instance is shown: where the board brings it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.model import Board, Instance
    from boardwright.span import Span


def use_of(board: Board, instance: Instance) -> Span:
    """The board's own words for a chip's peripheral; an instance's own place otherwise."""
    if instance.section != "peripherals":
        return instance.span
    pending, seen = [instance.id], {instance.id}
    while pending:  # nearest client whose edge the board wrote
        clients = [edge for name in pending for edge in board.clients(name)]
        for edge in clients:
            if edge.span.source == board.source:
                return edge.span
        pending = [edge.client for edge in clients if edge.client not in seen]
        seen.update(pending)
    return instance.span
