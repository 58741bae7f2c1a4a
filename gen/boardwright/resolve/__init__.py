# SPDX-License-Identifier: MIT OR Apache-2.0
"""Nodes to a typed board: ids, references, defaults, units, values."""

from boardwright.resolve.board import resolve_board, variants

__all__ = ["resolve_board", "variants"]
