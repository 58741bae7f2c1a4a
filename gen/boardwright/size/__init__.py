# SPDX-License-Identifier: MIT OR Apache-2.0
"""Size: what every byte of a linked kernel is for, by room and by instance."""

from boardwright.size.pieces import Piece, image_pieces
from boardwright.size.tables import Key, Row, Sizes, image_sizes
from boardwright.size.text import size_json, size_text

__all__ = [
    "Key",
    "Piece",
    "Row",
    "Sizes",
    "image_pieces",
    "image_sizes",
    "size_json",
    "size_text",
]
