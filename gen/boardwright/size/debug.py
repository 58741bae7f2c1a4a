# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which source file code and objects come from, as the debug information says.

Link-time optimisation merges object files and inlines across them, so neither sections
nor symbols tell. The line table survives both: it names the file of each instruction,
that of an inlined function included. Files are as the compiler was told to call them:
`runtime/kernel/loop.c`, `gen/board.c`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elftools.dwarf.compileunit import CompileUnit

from boardwright.size.canvas import Owner, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elftools.dwarf.die import DIE
    from elftools.dwarf.dwarfinfo import DWARFInfo
    from elftools.dwarf.lineprogram import LineProgram

GENERATED = "gen"
DIRECTORIES_OWN_NUMBER = 5  # DWARF 5 numbers files and directories from 0, earlier from 1
ADDRESS_OPERATION = 0x03  # DW_OP_addr: the location is a fixed address


def code_files(dwarf: DWARFInfo) -> list[Range]:
    """The file of each range of code addresses."""
    found = []
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        last = None
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if last is not None and state.address > last.address:
                file = _file(program, last.file)
                found.append(Range(last.address, state.address - last.address, Owner(file)))
            last = None if state.end_sequence else state
    return found


def object_files(dwarf: DWARFInfo) -> dict[int, str]:
    """The file that defines the object at each address."""
    return dict(
        found
        for unit in dwarf.iter_CUs()
        for die in unit.iter_DIEs()
        if die.tag == "DW_TAG_variable"
        for found in _placed(dwarf, die)
    )


def _placed(dwarf: DWARFInfo, die: DIE) -> Iterator[tuple[int, str]]:
    """Address and file of a variable, if it has both."""
    location = die.attributes.get("DW_AT_location")
    expression = location.value if location else None
    if not isinstance(expression, list) or expression[:1] != [ADDRESS_OPERATION]:
        return
    declared = _declared(die)
    unit = declared.cu if declared else None
    program = dwarf.line_program_for_CU(unit) if isinstance(unit, CompileUnit) else None
    if declared and program:
        file = _file(program, declared.attributes["DW_AT_decl_file"].value)
        yield int.from_bytes(bytes(expression[1:5]), "little"), file


def _declared(die: DIE) -> DIE | None:
    """The entry that says where a variable is declared: itself or one it refers to."""
    while "DW_AT_decl_file" not in die.attributes:
        link = {"DW_AT_abstract_origin", "DW_AT_specification"} & die.attributes.keys()
        if not link:
            return None
        die = die.get_DIE_from_attribute(link.pop())
    return die


def _file(program: LineProgram, number: int) -> str:
    header = program.header
    first = 0 if header.version >= DIRECTORIES_OWN_NUMBER else 1
    entry = header.file_entry[number - first]
    name: str = entry.name.decode()
    if entry.dir_index < first:
        return f"{GENERATED}/{name}"
    directory: str = header.include_directory[entry.dir_index - first].decode()
    return f"{directory}/{name}"
