# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boardwright: one board.yaml becomes a statically allocated firmware image."""

__version__ = "0.1.0"
