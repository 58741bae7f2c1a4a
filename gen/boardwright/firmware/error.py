# SPDX-License-Identifier: MIT OR Apache-2.0
"""What can go wrong outside of a board file."""

from __future__ import annotations


class BuildError(Exception):
    """The firmware does not build; the text has the tool's own words."""


class TooLargeError(BuildError):
    """The kernel does not fit; `over` is by how many bytes, by region of the linker script."""

    def __init__(self, text: str, over: dict[str, int]) -> None:
        super().__init__(text)
        self.over = over


class EnvironmentProblemError(Exception):
    """A tool is missing or a file in the way; the text says which and what to do."""
