# SPDX-License-Identifier: MIT OR Apache-2.0
"""Tock Binary Format, version 2: an application as it lies in flash.

A TBF object is a header of typed entries, the binary, and footers up to `total_size`.
Objects are built with a total size that is a power of two, so that one MPU region covers
an object placed at a multiple of its size. Reading accepts what any Tock packer writes and
refuses what a kernel would refuse, with the reason.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING

from boardwright.pack.error import PackError

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 2
BASE_SIZE = 16
CHECKSUM_OFFSET = 12
ENABLED = 1
MINIMUM_TOTAL_SIZE = 512
MINIMUM_FOOTER_SIZE = 8
LARGEST_FOOTER_VALUE = 0xFFFC

# What our kernels are (runtime/abi/tbf.h), and the least that our own applications need.
KERNEL_MAJOR = 2
KERNEL_MINOR = 3
NEEDED_MINOR = 2

CREDENTIALS_FOOTER = 128
RESERVED_FORMAT = 0


class Kind(IntEnum):
    """Types of header entries."""

    MAIN = 1
    WRITEABLE_FLASH_REGIONS = 2
    PACKAGE_NAME = 3
    FIXED_ADDRESSES = 5
    KERNEL_VERSION = 8
    PROGRAM = 9
    SHORT_ID = 10


_EXACT_LENGTHS: dict[int, tuple[str, int]] = {
    Kind.MAIN: ("Main", 12),
    Kind.FIXED_ADDRESSES: ("FixedAddresses", 8),
    Kind.KERNEL_VERSION: ("KernelVersion", 4),
    Kind.PROGRAM: ("Program", 20),
    Kind.SHORT_ID: ("ShortId", 4),
}
_UNSET = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class FlashRegion:
    """Flash that an application may have rewritten, in bytes from the object's start."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Tbf:
    """What the header of one application says. Sizes and offsets in bytes.

    `entry`, `binary_offset` and `binary_end` count from the start of the object; `entry`
    has its Thumb bit. `fixed_ram` and `fixed_flash` are addresses the application insists
    on, None if it runs anywhere; `fixed_flash` is that of its binary.
    """

    name: str
    header_size: int
    total_size: int
    enabled: bool
    minimum_ram: int
    entry: int
    binary_offset: int
    binary_end: int
    app_version: int = 0
    kernel_version: tuple[int, int] = (KERNEL_MAJOR, NEEDED_MINOR)
    flash_regions: tuple[FlashRegion, ...] = ()
    fixed_ram: int | None = None
    fixed_flash: int | None = None
    short_id: int | None = None

    @property
    def power_of_two(self) -> bool:
        """Whether one ARMv7-M region can cover the object."""
        return self.total_size & (self.total_size - 1) == 0


@dataclass(frozen=True, slots=True)
class Program:
    """What to pack.

    `entry` is an offset in `binary` with its Thumb bit, `minimum_ram` includes stack, heap
    and what is promised to grants, `alignment` (a power of two) is what the binary's first
    byte needs, the offsets of `flash_regions` count from the start of `binary`.
    """

    name: str
    binary: bytes
    entry: int
    minimum_ram: int
    alignment: int = 8
    flash_regions: tuple[FlashRegion, ...] = ()
    app_version: int = 0


def tbf_bytes(program: Program) -> bytes:
    """The object that holds `program`; equal arguments give equal bytes."""
    name = program.name.encode()
    if not name:
        raise PackError("an application needs a name")
    regions = program.flash_regions
    region_entry = 4 + 8 * len(regions) if regions else 0
    header_size = BASE_SIZE + 16 + 24 + (4 + _padded(len(name))) + region_entry + 8
    protected = -header_size % max(4, program.alignment)
    binary_offset = header_size + protected
    binary_end = binary_offset + _padded(len(program.binary))
    total_size = max(MINIMUM_TOTAL_SIZE, 1 << (binary_end - 1).bit_length())
    if 0 < total_size - binary_end < MINIMUM_FOOTER_SIZE:
        binary_end = total_size  # too little for a footer: it is padding of the binary

    start = (protected + program.entry, protected, program.minimum_ram)
    entries = [
        _entry(Kind.MAIN, struct.pack("<III", *start)),
        _entry(Kind.PROGRAM, struct.pack("<IIIII", *start, binary_end, program.app_version)),
        _entry(Kind.PACKAGE_NAME, name),
    ]
    if regions:
        packed = (struct.pack("<II", binary_offset + r.offset, r.size) for r in regions)
        entries.append(_entry(Kind.WRITEABLE_FLASH_REGIONS, b"".join(packed)))
    entries.append(_entry(Kind.KERNEL_VERSION, struct.pack("<HH", KERNEL_MAJOR, NEEDED_MINOR)))
    base = struct.pack("<HHIII", VERSION, header_size, total_size, ENABLED, 0)
    header = bytearray(base + b"".join(entries))
    assert len(header) == header_size
    struct.pack_into("<I", header, CHECKSUM_OFFSET, header_checksum(header))
    image = (bytes(header).ljust(binary_offset, b"\0") + program.binary).ljust(
        binary_end, b"\0"
    )
    return image + _filler(total_size - binary_end)


def header_checksum(header: bytes | bytearray) -> int:
    """XOR of a header's whole words, that of the checksum itself taken as 0."""
    count = len(header) // 4
    words = list(struct.unpack_from(f"<{count}I", header))
    words[CHECKSUM_OFFSET // 4] = 0
    return reduce(xor, words, 0)


def read_tbf(data: bytes) -> Tbf:
    """The description of the application that `data` holds, exactly one object.

    Raises PackError where a kernel would refuse the object, or `data` is not one.
    """
    header_size, total_size, flags = _base(data)
    if header_size == BASE_SIZE:
        raise PackError("the TBF is padding between applications, not an application")
    entries = _Entries.read(data[:header_size])
    main = entries.program or entries.main
    if main is None:
        raise PackError("the TBF header has neither a Main nor a Program entry: nothing to run")
    init, protected, minimum_ram = main[:3]
    binary_end, app_version = entries.program[3:] if entries.program else (total_size, 0)
    binary_offset = header_size + protected
    entry = header_size + init
    if binary_end > total_size:
        raise PackError(
            f"the TBF's binary ends at {binary_end}, after its total size of {total_size} B"
        )
    if not binary_offset <= (entry & ~1) < binary_end:
        raise PackError(
            f"the TBF's entry point, offset {entry & ~1}, is outside its binary "
            f"({binary_offset} to {binary_end})"
        )
    _check_kernel_version(entries.kernel_version)
    assert entries.kernel_version is not None
    return Tbf(
        name=entries.name,
        header_size=header_size,
        total_size=total_size,
        enabled=bool(flags & ENABLED),
        minimum_ram=minimum_ram,
        entry=entry,
        binary_offset=binary_offset,
        binary_end=binary_end,
        app_version=app_version,
        kernel_version=entries.kernel_version,
        flash_regions=entries.flash_regions,
        fixed_ram=entries.fixed[0],
        fixed_flash=entries.fixed[1],
        short_id=entries.short_id,
    )


@dataclass(slots=True)
class _Entries:
    """A header's entries, decoded; of Main and Program the first counts, else the last."""

    name: str = ""
    main: tuple[int, ...] | None = None
    program: tuple[int, ...] | None = None
    kernel_version: tuple[int, int] | None = None
    flash_regions: tuple[FlashRegion, ...] = ()
    fixed: tuple[int | None, int | None] = (None, None)
    short_id: int | None = None

    @classmethod
    def read(cls, header: bytes) -> _Entries:
        """Decoded entries of `header`; kinds that are not ours are passed over."""
        found = cls()
        for kind, value in _raw_entries(header):
            _check_length(kind, len(value))
            match kind:
                case Kind.MAIN:
                    found.main = found.main or struct.unpack("<III", value)
                case Kind.PROGRAM:
                    found.program = found.program or struct.unpack("<IIIII", value)
                case Kind.WRITEABLE_FLASH_REGIONS:
                    pairs = struct.iter_unpack("<II", value)
                    found.flash_regions = tuple(FlashRegion(*pair) for pair in pairs)
                case Kind.PACKAGE_NAME:
                    found.name = _name(value)
                case Kind.FIXED_ADDRESSES:
                    ram, flash = struct.unpack("<II", value)
                    found.fixed = (_address(ram), _address(flash))
                case Kind.KERNEL_VERSION:
                    major, minor = struct.unpack("<HH", value)
                    found.kernel_version = (major, minor)
                case Kind.SHORT_ID:
                    found.short_id = struct.unpack("<I", value)[0] or None
        return found


def _base(data: bytes) -> tuple[int, int, int]:
    """Header size, total size and flags of the object, after the checks they allow."""
    if len(data) < BASE_SIZE:
        raise PackError(f"a TBF has a header of at least {BASE_SIZE} B; here are {len(data)} B")
    version, header_size, total_size, flags, checksum = struct.unpack_from("<HHIII", data)
    if version != VERSION:
        raise PackError(
            f"not a TBF of version {VERSION}: the first two bytes say {version}"
            + (" (this is an ELF file)" if data[:4] == b"\x7fELF" else "")
        )
    if header_size < BASE_SIZE:
        raise PackError(f"the TBF's header size of {header_size} B is below {BASE_SIZE} B")
    if header_size > total_size:
        raise PackError(
            f"the TBF's header size of {header_size} B exceeds its total size of {total_size} B"
        )
    if total_size > len(data):
        raise PackError(
            f"the TBF is cut off: its header says {total_size} B, here are {len(data)} B"
        )
    if total_size < len(data):
        raise PackError(
            f"{len(data) - total_size} B follow the TBF, whose header says {total_size} B; "
            "give each application as a file of its own"
        )
    actual = header_checksum(data[:header_size])
    if checksum != actual:
        raise PackError(
            f"the TBF header is corrupt: its checksum is 0x{checksum:08x}, "
            f"its words give 0x{actual:08x}"
        )
    return header_size, total_size, flags


def _raw_entries(header: bytes) -> Iterator[tuple[int, bytes]]:
    offset = BASE_SIZE
    while offset < len(header):
        if len(header) - offset < 4:
            raise PackError(f"the TBF header ends within an entry, at offset {offset}")
        kind, length = struct.unpack_from("<HH", header, offset)
        end = offset + 4 + length
        if end > len(header):
            raise PackError(
                f"entry {kind} of the TBF header, at offset {offset}, runs past the header"
            )
        yield kind, header[offset + 4 : end]
        offset += 4 + _padded(length)


def _check_length(kind: int, length: int) -> None:
    name, exact = _EXACT_LENGTHS.get(kind, ("", length))
    if length != exact:
        raise PackError(f"the TBF's {name} entry has {length} B instead of {exact} B")
    if kind == Kind.WRITEABLE_FLASH_REGIONS and length % 8 != 0:
        raise PackError(
            f"the TBF's WriteableFlashRegions entry has {length} B, not a multiple of 8 B"
        )


def _check_kernel_version(version: tuple[int, int] | None) -> None:
    if version is None:
        raise PackError("the TBF does not say which kernel version it was made for")
    major, minor = version
    if major != KERNEL_MAJOR or minor > KERNEL_MINOR:
        raise PackError(
            f"the TBF asks for kernel {major}.{minor}; this kernel is "
            f"{KERNEL_MAJOR}.{KERNEL_MINOR}"
        )


def _name(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise PackError("the TBF's application name is not UTF-8 text") from None


def _address(value: int) -> int | None:
    return None if value == _UNSET else value


def _entry(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + value.ljust(_padded(len(value)), b"\0")


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _filler(size: int) -> bytes:
    """Reserved footers that fill `size` bytes, which is 0 or at least one footer."""
    parts: list[bytes] = []
    while size > 0:
        length = min(size - 4, LARGEST_FOOTER_VALUE)
        if 0 < size - 4 - length < MINIMUM_FOOTER_SIZE:
            length -= MINIMUM_FOOTER_SIZE  # leave room for a whole footer behind this one
        head = struct.pack("<HHI", CREDENTIALS_FOOTER, length, RESERVED_FORMAT)
        parts.append(head.ljust(4 + length, b"\0"))
        size -= 4 + length
    return b"".join(parts)
