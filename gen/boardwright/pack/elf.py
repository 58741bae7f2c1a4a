# SPDX-License-Identifier: MIT OR Apache-2.0
"""An application's ELF file as the binary that goes into flash.

Applications are position independent by convention: flash is linked at 0x80000000 and RAM
at 0, and the program's own start-up code moves GOT and data. For that it finds, at the image
offset in word 8 of its first 40 bytes, a byte count and the Elf32_Rel entries of its writable
data, which are appended here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

from boardwright.pack.error import PackError
from boardwright.pack.tbf import FlashRegion

if TYPE_CHECKING:
    from pathlib import Path

FLASH_LINK_ADDRESS = 0x80000000
LARGEST_IMAGE = 16 * 1024 * 1024
RELDATA_WORD_OFFSET = 32

_PF_W = 2
_SHF_WRITE = 1
_SHF_ALLOC = 2
_R_ARM_NONE = 0
_MOVABLE = {2, 38}  # R_ARM_ABS32, R_ARM_TARGET1: one whole address


@dataclass(frozen=True, slots=True)
class Image:
    """A program as its ELF file describes it. Sizes and offsets in bytes.

    `entry` is an offset in `binary` with its Thumb bit. `ram_size` is the RAM linked for:
    data, zeroed data and, if `has_stack`, the stack. `alignment` is that of `binary`.
    """

    binary: bytes
    entry: int
    ram_size: int
    has_stack: bool
    alignment: int
    flash_regions: tuple[FlashRegion, ...]


def read_image(path: Path) -> Image:
    """The image in the ELF file `path`. Raises PackError if it is none we can run."""
    try:
        with path.open("rb") as stream:
            return _image(ELFFile(stream), path)
    except OSError as error:
        raise PackError(f"cannot read {path}: {error.strerror}") from error
    except (ELFError, struct.error) as error:
        raise PackError(f"{path} is not a sound ELF file: {error}") from error


def _image(elf: ELFFile, path: Path) -> Image:
    machine, kind = elf["e_machine"], elf["e_type"]
    if elf.elfclass != 32 or not elf.little_endian or machine != "EM_ARM":
        raise PackError(f"{path} is not a program for 32-bit little-endian Arm ({machine})")
    if kind != "ET_EXEC":
        raise PackError(f"{path} is not a linked program ({kind}); link it first")
    loads = [s for s in elf.iter_segments() if s["p_type"] == "PT_LOAD"]
    stored = sorted((s for s in loads if s["p_filesz"] > 0), key=lambda s: int(s["p_paddr"]))
    if not stored:
        raise PackError(f"{path} has nothing to load")
    if stored[0]["p_paddr"] != FLASH_LINK_ADDRESS:
        raise PackError(
            f"{path} is linked for flash at 0x{stored[0]['p_paddr']:08x}. An application is "
            f"position independent: link flash at 0x{FLASH_LINK_ADDRESS:08x} and RAM at 0"
        )
    writable = [s for s in loads if s["p_flags"] & _PF_W]
    ram_size = max((s["p_vaddr"] + s["p_memsz"] for s in writable), default=0)
    if ram_size > FLASH_LINK_ADDRESS:
        raise PackError(f"{path} has writable memory in flash; link its RAM at 0")

    size = max(s["p_paddr"] + s["p_filesz"] for s in stored) - FLASH_LINK_ADDRESS
    if size > LARGEST_IMAGE:
        raise PackError(f"{path} spreads its contents over {size} B; the limit is 16 MiB")
    binary = bytearray(size)
    for segment in stored:
        at = segment["p_paddr"] - FLASH_LINK_ADDRESS
        binary[at : at + segment["p_filesz"]] = segment.data()
    _append_relocations(binary, _relocations(elf, path), path)

    entry = elf["e_entry"] - FLASH_LINK_ADDRESS
    if not 0 <= entry < size:
        raise PackError(f"{path} has its entry point 0x{elf['e_entry']:08x} outside its code")
    in_flash = [
        s
        for s in elf.iter_sections()
        if s["sh_flags"] & _SHF_ALLOC and s["sh_addr"] >= FLASH_LINK_ADDRESS
    ]
    return Image(
        binary=bytes(binary),
        entry=entry,
        ram_size=ram_size,
        has_stack=elf.get_section_by_name(".stack") is not None,
        alignment=max((int(s["sh_addralign"]) for s in in_flash), default=4),
        flash_regions=tuple(
            FlashRegion(s["sh_addr"] - FLASH_LINK_ADDRESS, s["sh_size"])
            for s in in_flash
            if s.name.startswith(".wfr") and s["sh_size"] > 0
        ),
    )


def _relocations(elf: ELFFile, path: Path) -> bytes:
    """The Elf32_Rel entries of writable, stored sections that hold whole addresses."""
    found: list[bytes] = []
    for section in elf.iter_sections():
        if not isinstance(section, RelocationSection) or section.is_RELA():
            continue
        target = elf.get_section(section["sh_info"])
        if not target["sh_flags"] & _SHF_WRITE or target["sh_type"] == "SHT_NOBITS":
            continue
        for relocation in section.iter_relocations():
            kind = relocation["r_info_type"]
            if kind == _R_ARM_NONE:
                continue
            if kind not in _MOVABLE:
                raise PackError(
                    f"{path}: {target.name} at 0x{relocation['r_offset']:x} needs relocation "
                    f"type {kind}, which an application's start-up code cannot do"
                )
            found.append(struct.pack("<II", relocation["r_offset"], relocation["r_info"]))
    return b"".join(found)


def _append_relocations(binary: bytearray, entries: bytes, path: Path) -> None:
    binary.extend(bytes(-len(binary) % 4))
    if entries:
        at = None
        if len(binary) >= RELDATA_WORD_OFFSET + 4:
            (at,) = struct.unpack_from("<I", binary, RELDATA_WORD_OFFSET)
        if at != len(binary):
            raise PackError(
                f"{path} has addresses in its data, but its start-up code does not look for "
                f"their relocations at offset {len(binary)}, where the image ends"
            )
    binary.extend(struct.pack("<I", len(entries)) + entries)
