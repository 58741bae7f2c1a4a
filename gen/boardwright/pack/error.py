# SPDX-License-Identifier: MIT OR Apache-2.0
"""The one error of this package."""

from __future__ import annotations


class PackError(Exception):
    """An application cannot be built, packed or read; the text says what and why."""
