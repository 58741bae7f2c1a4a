# SPDX-License-Identifier: MIT OR Apache-2.0
"""What can go wrong outside of a board file."""

from __future__ import annotations


class BuildError(Exception):
    """The firmware does not build; the text has the tool's own words."""


class EnvironmentProblemError(Exception):
    """A tool is missing; the text says which and how to get it."""
