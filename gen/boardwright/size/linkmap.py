# SPDX-License-Identifier: MIT OR Apache-2.0
"""The linker's map: which object file each input section came from.

It tells what has no debug information: assembly, and the compiler's own library. What
link-time optimisation made stands there as one nameless object, which is left out.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from boardwright.size.canvas import Owner, Range

if TYPE_CHECKING:
    from collections.abc import Container

COMPILER_LIBRARY = "libgcc"
_OUTPUT = re.compile(r"^(\.\S+)", re.MULTILINE)
_INPUT = re.compile(
    r"^ \.\S+\s+0x(?P<at>[0-9a-f]+)\s+0x(?P<size>[0-9a-f]+) (?P<file>\S.*)$", re.MULTILINE
)
_MEMBER = re.compile(r"(?P<archive>[^/]+)\.a\((?P<member>[^)]+)\.o\)$")


def map_files(text: str, sections: Container[str]) -> list[Range]:
    """Input sections of these output sections, with the file each is of.

    Files are named without suffix: `runtime/arch/cortexm/arch_entry`, `libgcc/_udivdi3`.
    """
    _, _, layout = text.partition("\nLinker script and memory map\n")
    parts = _OUTPUT.split(layout)[1:]
    found = []
    for name, inputs in zip(parts[::2], parts[1::2], strict=True):
        for line in _INPUT.finditer(inputs) if name in sections else ():
            size, owner = int(line["size"], 16), _owner(line["file"])
            if size and owner:
                found.append(Range(int(line["at"], 16), size, Owner(owner)))
    return found


def _owner(file: str) -> str:
    """The source an object file is of, without suffix; "" if its name does not tell."""
    member = _MEMBER.search(file)
    if member:
        return f"{member['archive']}/{member['member']}"
    parts = PurePosixPath(file).parts
    if "obj" not in parts:
        return ""
    inside = parts[len(parts) - parts[::-1].index("obj") :]
    return str(PurePosixPath(*inside).with_suffix(""))
