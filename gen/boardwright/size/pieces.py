# SPDX-License-Identifier: MIT OR Apache-2.0
"""A linked kernel as pieces: each byte of its sections in exactly one, with its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from boardwright.size.canvas import Canvas, Owner, Range
from boardwright.size.debug import code_files, object_files
from boardwright.size.linkmap import COMPILER_LIBRARY, map_files
from boardwright.size.literals import WORD, loads, string_size, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Kind = Literal["code", "const", "data", "bss", "stack"]
STACK = ".stack"


@dataclass(frozen=True, slots=True)
class Piece:
    """`size` bytes at `at`. `file` is "" where nothing tells; `symbol` names an object.

    Kind `data` lies in flash and in RAM, `bss` and `stack` in RAM, the others in flash.
    """

    at: int
    size: int
    kind: Kind
    file: str = ""
    symbol: str = ""


class _Section:
    """A section and its canvas. `data` is empty for RAM that is cleared at the start."""

    def __init__(self, name: str, at: int, size: int, kind: Kind, data: bytes) -> None:
        self.name, self.at, self.kind, self.data = name, at, kind, data
        self.canvas = Canvas(at, size)


def image_pieces(elf: Path, map_: Path) -> tuple[Piece, ...]:
    """The pieces of a linked kernel in address order, padding included."""
    with elf.open("rb") as stream:
        file = ELFFile(stream)
        sections = sorted(_sections(file), key=lambda section: section.at)
        objects, marks = _symbols(file)
        dwarf = file.get_dwarf_info()
        homes = object_files(dwarf)
        lines = code_files(dwarf)
    names = {section.name for section in sections}
    mapped = map_files(map_.read_text(encoding="utf-8"), names)
    # The compiler's library may have debug information, with files of the compiler's.
    library = [each for each in mapped if each.owner.file.startswith(f"{COMPILER_LIBRARY}/")]
    for section in sections:
        code = section.kind == "code"
        for each in mapped:
            section.canvas.paint(each)
        for each in (*lines, *library) if code else ():
            section.canvas.paint(each)
        for each in () if code else objects:
            home = homes.get(each.at) or section.canvas.owner(each.at).file
            section.canvas.paint(Range(each.at, each.size, Owner(home, each.owner.symbol)))
        if code:
            _paint_literals(section, marks)
    _paint_strings(sections)
    return tuple(
        Piece(run.at, run.size, section.kind, run.owner.file, run.owner.symbol)
        for section in sections
        for run in section.canvas.runs()
    )


def _sections(file: ELFFile) -> Iterator[_Section]:
    for section in file.iter_sections():
        header = section.header
        if not header.sh_flags & SH_FLAGS.SHF_ALLOC or not header.sh_size:
            continue
        empty = header.sh_type == "SHT_NOBITS"
        kind: Kind
        if header.sh_flags & SH_FLAGS.SHF_EXECINSTR:
            kind = "code"
        elif not header.sh_flags & SH_FLAGS.SHF_WRITE:
            kind = "const"
        elif section.name == STACK:
            kind = "stack"
        else:
            kind = "bss" if empty else "data"
        data = b"" if empty else section.data()
        yield _Section(section.name, header.sh_addr, header.sh_size, kind, data)


def _symbols(file: ELFFile) -> tuple[list[Range], dict[int, str]]:
    """Objects with a size, and the mapping symbols by address."""
    objects, marks = [], {}
    table = file.get_section_by_name(".symtab")
    for each in table.iter_symbols() if isinstance(table, SymbolTableSection) else ():
        if each["st_info"]["type"] == "STT_OBJECT" and each["st_size"]:
            owner = Owner(symbol=each.name)
            objects.append(Range(each["st_value"], each["st_size"], owner))
        elif each.name[:2] in ("$t", "$d"):
            marks[each["st_value"]] = each.name[:2]
    return objects, marks


def _paint_literals(section: _Section, marks: Mapping[int, str]) -> None:
    """Give each literal to the file that loads it, wherever its pool stands."""
    for pc, at in loads(section.data, section.at, marks):
        section.canvas.paint(Range(at, WORD, section.canvas.owner(pc)))


def _paint_strings(sections: list[_Section]) -> None:
    """Give each string literal, which has no symbol, to the file that uses it first."""
    users: dict[int, str] = {}
    for section in sections:
        for at, value in words(section.data, section.at):
            user = section.canvas.owner(at).file
            if user:
                users.setdefault(value, user)
    for section in sections:
        for at in sorted(users) if section.kind == "const" else ():
            if not section.canvas.owner(at).symbol:
                size = string_size(section.data, at - section.at)
                section.canvas.paint(Range(at, size, Owner(users[at])))
