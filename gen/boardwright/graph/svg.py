# SPDX-License-Identifier: MIT OR Apache-2.0
"""DOT to SVG by graphviz, the one tool that must be installed for it."""

from __future__ import annotations

import subprocess

from boardwright.firmware.error import EnvironmentProblemError


def svg_text(dot: str) -> str:
    """The picture. Raises EnvironmentProblemError without graphviz."""
    try:
        done = subprocess.run(
            ["dot", "-Tsvg"], input=dot, capture_output=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        raise EnvironmentProblemError(
            "SVG needs graphviz, whose 'dot' is not installed: apt install graphviz, "
            "or take --format dot"
        ) from None
    if done.returncode != 0:
        raise EnvironmentProblemError(f"graphviz refused: {done.stderr.strip()}")
    return done.stdout
