# SPDX-License-Identifier: MIT OR Apache-2.0
"""A wrong and a right example of each code, from `examples.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

BOARD_FILE = "board.yaml"
_FILE = Path(__file__).with_name("examples.yaml")
_KEY = re.compile(r"(\w+):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """Files by name, as they are shown: the board file may be a fragment."""

    files: Mapping[str, str]

    def whole(self, head: str) -> dict[str, str]:
        """The files as the generator reads them: a fragment gets the `head` above it."""
        text = self.files[BOARD_FILE]
        keys = set(_KEY.findall(text)) if not text.startswith("schema:") else None
        lines = [] if keys is None else head.splitlines(keepends=True)
        own = [line for line in lines if line.partition(":")[0] not in (keys or ())]
        return {**self.files, BOARD_FILE: "".join(own) + text}


@dataclass(frozen=True, slots=True)
class Examples:
    """All of them. `beside` are folders that every example's directory has, too.

    `wrong` and `right` have the same codes (without BW); `building` says for each other
    code why no board file alone provokes it.
    """

    head: str
    beside: tuple[str, ...]
    wrong: Mapping[str, Example]
    right: Mapping[str, Example]
    building: Mapping[str, str]


@cache
def examples() -> Examples:
    """The file, read once."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    sides = {
        side: {code: _example(each[side]) for code, each in content["examples"].items()}
        for side in ("wrong", "right")
    }
    return Examples(
        head=content["head"],
        beside=tuple(content["beside"]),
        wrong=sides["wrong"],
        right=sides["right"],
        building=content["found_by_building"],
    )


def _example(content: str | dict[str, str]) -> Example:
    return Example({BOARD_FILE: content} if isinstance(content, str) else content)
