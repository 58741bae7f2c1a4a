# SPDX-License-Identifier: MIT OR Apache-2.0
"""Nodes to a typed board: ids, references, defaults, units, values."""

from boardwright.resolve.board import (
    UnknownVariantError,
    resolve_board,
    variant_entries,
    variants,
)

__all__ = ["UnknownVariantError", "resolve_board", "variant_entries", "variants"]
