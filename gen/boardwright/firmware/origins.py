# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where a tool's complaint about generated C comes from: the lines that a user wrote.

Compiler and linker speak of board.c and of functions. What stands in board.c was asked for
by a line of the board file, as its comment says, and a function by a line of a descriptor.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from boardwright.descriptors import Component
    from boardwright.model import Board

_FOUND = re.compile(r"(?m)^((?:board|monitors|vectors)\.[ch]):(\d+):(?=\d+: )(.*)$")
_COMMENT = re.compile(r"/\* (\S+): (\S+:\d+) \*/")
_FAULT = re.compile(r"error:|undefined reference")
_QUOTED = re.compile(r"['`]([A-Za-z_]\w*)'")


def with_origins(text: str, board: Board, directory: Path) -> str:
    """A tool's words with their origins.

    Files of the generated `directory` are named as seen from here, with what they hold
    there; behind it all, which line of a descriptor names the functions in question.
    """
    lines = {name: _lines(directory / name) for name in {m[1] for m in _FOUND.finditer(text)}}

    def seen(match: re.Match[str]) -> str:
        name, number, rest = match.groups()
        place = os.path.relpath(directory / name)
        origin = _instance(lines[name], int(number)) if "error" in rest else ""
        return f"{place}:{number}:{rest}" + (f"\n  it is of {origin}" if origin else "")

    said = _FOUND.sub(seen, text)
    faults = [line for line in text.splitlines() if _FAULT.search(line)]
    words = dict.fromkeys(_QUOTED.findall("\n".join(faults)))
    notes = [note for each in _components(board) for note in _named(each, words)]
    return "\n".join([said, *notes])


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _instance(lines: list[str], number: int) -> str:
    """The instance that line `number` of a generated file belongs to, and its place."""
    for line in reversed(lines[:number]):
        found = _COMMENT.search(line)
        if found:
            return f"{found[1]}, {found[2]}"
        if line == "}":  # behind the objects: a function of the whole board
            return ""
    return ""


def _components(board: Board) -> list[Component]:
    return list({each.component.name: each.component for each in board.instances}.values())


def _named(component: Component, words: dict[str, None]) -> Iterator[str]:
    """A note for each of the words that is a function which the descriptor names."""
    source = component.span.source
    for function in dict.fromkeys(_functions(component)):
        if function not in words:
            continue
        for number, line in enumerate(source.text.splitlines(), 1):
            if re.search(rf"\b{function}\b", line):
                yield (
                    f"{source.name}:{number}: note: {function} is named here; "
                    f"{component.name}.h declares it, {component.name}.c has it"
                )
                break


def _functions(component: Component) -> Iterator[str]:
    for name in (component.init, component.start, *component.deferred.values()):
        if name:
            yield name
    for interrupt in component.interrupts.values():
        yield interrupt.handler
    for port in component.requires.values():
        yield from port.handles.values()
    if component.syscall is not None and component.syscall.exited:
        yield component.syscall.exited
