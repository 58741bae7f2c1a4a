# SPDX-License-Identifier: MIT OR Apache-2.0
"""Sections and symbols of a linked kernel; the one place that knows pyelftools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Section:
    """An allocated section. `load` is where its image lies, None if it has none."""

    name: str
    at: int
    size: int
    load: int | None
    writable: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """A defined symbol; `kind` is STT_OBJECT, STT_FUNC, STT_NOTYPE, ..."""

    name: str
    at: int
    size: int
    kind: str


@dataclass(frozen=True, slots=True)
class Elf:
    """What verification looks at."""

    sections: tuple[Section, ...]
    symbols: tuple[Symbol, ...]

    def symbol(self, name: str) -> Symbol | None:
        """The symbol of this name, if it is there."""
        return next((symbol for symbol in self.symbols if symbol.name == name), None)


def object_symbols(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """What an object file defines for others, and what it refers to of theirs."""
    defined: set[str] = set()
    undefined: set[str] = set()
    with path.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        for each in table.iter_symbols() if isinstance(table, SymbolTableSection) else ():
            if each.name and each["st_info"]["bind"] != "STB_LOCAL":
                (undefined if each["st_shndx"] == "SHN_UNDEF" else defined).add(each.name)
    return frozenset(defined), frozenset(undefined)


def read_elf(path: Path) -> Elf:
    """Read a linked image."""
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        segments = [each.header for each in elf.iter_segments() if each["p_type"] == "PT_LOAD"]
        sections = []
        for section in elf.iter_sections():
            header = section.header
            if not header.sh_flags & SH_FLAGS.SHF_ALLOC or not header.sh_size:
                continue
            load = None
            for segment in segments:
                offset = header.sh_addr - segment.p_vaddr
                if header.sh_type != "SHT_NOBITS" and 0 <= offset < segment.p_filesz:
                    load = segment.p_paddr + offset
            sections.append(
                Section(
                    section.name,
                    header.sh_addr,
                    header.sh_size,
                    load,
                    bool(header.sh_flags & SH_FLAGS.SHF_WRITE),
                )
            )
        table = elf.get_section_by_name(".symtab")
        symbols = tuple(
            Symbol(each.name, each["st_value"], each["st_size"], each["st_info"]["type"])
            for each in (table.iter_symbols() if isinstance(table, SymbolTableSection) else ())
            if each.name and each["st_shndx"] != "SHN_UNDEF"
        )
    return Elf(tuple(sections), symbols)
