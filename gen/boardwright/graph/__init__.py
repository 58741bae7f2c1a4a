# SPDX-License-Identifier: MIT OR Apache-2.0
"""The wiring of a board as a picture: DOT, and SVG through graphviz."""

from boardwright.graph.dot import dot_text
from boardwright.graph.svg import svg_text

__all__ = ["dot_text", "svg_text"]
