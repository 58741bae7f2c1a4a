# SPDX-License-Identifier: MIT OR Apache-2.0
"""Call graphs as gcc writes them (-fcallgraph-info), one .ci file beside each object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INDIRECT = "__indirect_call"
"""What gcc calls the target of a call through a pointer."""

_NODE = re.compile(r'^node: \{ title: "([^"]*)" label: "([^"]*)"( shape : ellipse)?', re.M)
_EDGE = re.compile(
    r'^edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"(?: label: "([^"]*)")?', re.M
)


@dataclass(frozen=True, slots=True)
class Site:
    """A call: of which function, and `file:line` of where it is written."""

    target: str
    place: str


@dataclass(frozen=True, slots=True)
class Function:
    """A compiled function: `name` is unique in the image, `shown` what its source calls it.

    `room` is the first folder of the file it was compiled from.
    """

    name: str
    shown: str
    room: str
    place: str
    calls: tuple[Site, ...]


def read_graph(files: Mapping[Path, str], roots: Mapping[str, str]) -> Mapping[str, Function]:
    """Every function that one of the objects defines, by name; `files` with their rooms.

    `roots` says how the directories that a file is named by are called by the reader.
    """
    shown: dict[str, tuple[str, str, str]] = {}
    calls: dict[str, list[Site]] = {}
    for file, room in files.items():
        text = file.read_text(encoding="utf-8")
        for there, here in roots.items():
            text = text.replace(there, here)
        for title, label, elsewhere in _NODE.findall(text):
            if not elsewhere:
                words = label.split("\\n")
                shown[title] = (words[0], room, _place(words[1] if len(words) > 1 else ""))
                calls.setdefault(title, [])
        for source, target, label in _EDGE.findall(text):
            calls.setdefault(source, []).append(Site(target, _place(label)))
    return {
        name: Function(name, *shown[name], tuple(dict.fromkeys(calls[name]))) for name in shown
    }


def _place(label: str) -> str:
    """`file:line` of gcc's `file:line:column`."""
    return label.rpartition(":")[0]
