# SPDX-License-Identifier: MIT OR Apache-2.0
"""TBF objects: bytes as the format says, and what is wrong with the others said clearly."""

from __future__ import annotations

import contextlib
import io
import struct
import tarfile
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boardwright.pack import PackError, load_application, read_tbf
from boardwright.pack.tbf import FlashRegion, Program, tbf_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BINARY = bytes(range(100))

# Entries as another packer writes them; 88 bytes of header with the base.
MAIN = (1, struct.pack("<III", 0x29, 0, 4096))
PROGRAM = (9, struct.pack("<IIIII", 0x29, 0, 8192, 300, 7))
NAME = (3, b"other")
KERNEL = (8, struct.pack("<HH", 2, 1))


def made(
    entries: Sequence[tuple[int, bytes]],
    *,
    total: int = 512,
    flags: int = 1,
    length: int | None = None,
    header_size: int | None = None,
) -> bytes:
    """An object put together by hand, its checksum right for the header it claims."""
    body = b"".join(
        struct.pack("<HH", kind, len(value)) + value.ljust(-(-len(value) // 4) * 4, b"\0")
        for kind, value in entries
    )
    size = 16 + len(body) if header_size is None else header_size
    header = struct.pack("<HHIII", 2, size, total, flags, 0) + body
    words = struct.unpack_from(f"<{min(size, len(header)) // 4}I", header)
    header = header[:12] + struct.pack("<I", reduce(xor, words, 0)) + header[16:]
    return header.ljust(total if length is None else length, b"\xee")


def words(data: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}I", data, at)


def test_an_object_is_these_bytes() -> None:
    data = tbf_bytes(Program(name="hello", binary=BINARY, entry=0x29, minimum_ram=0x1234))
    assert data[:80].hex(" ", 4) == (
        "02004c00 00020000 01000000 b1673b6c "  # version, header, total, enabled, checksum
        "01000c00 2d000000 04000000 34120000 "  # Main: entry from the header's end
        "09001400 2d000000 04000000 34120000 b4000000 00000000 "  # Program: end at 180
        "03000500 68656c6c 6f000000 "
        "08000400 02000200 "  # kernel 2.2
        "00000000"  # protected trailer: the binary starts at a multiple of 8
    )
    assert data[80:180] == BINARY
    assert data[180:188].hex(" ", 4) == "80004801 00000000"  # Reserved footer to the end
    assert not any(data[188:])
    assert len(data) == 512


def test_the_checksum_is_the_xor_of_the_headers_other_words() -> None:
    data = tbf_bytes(Program(name="x", binary=BINARY, entry=1, minimum_ram=4))
    header_size = struct.unpack_from("<H", data, 2)[0]
    assert reduce(xor, words(data, 0, header_size // 4)) == 0


@pytest.mark.parametrize("alignment", [4, 8, 32, 256])
def test_the_binary_is_aligned_as_its_sections_need(alignment: int) -> None:
    program = Program("x", BINARY, entry=1, minimum_ram=4, alignment=alignment)
    tbf = read_tbf(tbf_bytes(program))
    assert tbf.binary_offset % alignment == 0
    assert tbf.binary_offset - tbf.header_size < alignment


@given(
    name=st.text(min_size=1, max_size=40),
    size=st.integers(2, 300_000),
    ram=st.integers(0, 2**32 - 1),
    alignment=st.sampled_from([4, 8, 16, 64]),
    regions=st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 512)), max_size=3),
)
def test_what_is_packed_is_read_back(
    name: str, size: int, ram: int, alignment: int, regions: list[tuple[int, int]]
) -> None:
    entry = (size // 2) & ~1 | 1
    program = Program(
        name=name,
        binary=bytes(size),
        entry=entry,
        minimum_ram=ram,
        alignment=alignment,
        flash_regions=tuple(FlashRegion(*region) for region in regions),
    )
    data = tbf_bytes(program)
    tbf = read_tbf(data)
    assert tbf.power_of_two
    assert tbf.total_size == len(data) >= 512
    assert (tbf.name, tbf.minimum_ram, tbf.enabled) == (name, ram, True)
    assert tbf.entry == tbf.binary_offset + entry
    assert tbf.binary_end >= tbf.binary_offset + size
    assert [(r.offset, r.size) for r in tbf.flash_regions] == [
        (tbf.binary_offset + offset, length) for offset, length in regions
    ]
    assert tbf_bytes(program) == data


@given(size=st.integers(1, 400_000))
@example(size=2**18 - 72 - 0x10000 - 4)  # one footer of the largest size leaves too little
def test_footers_fill_the_object_exactly(size: int) -> None:
    data = tbf_bytes(Program(name="x", binary=bytes(size), entry=1, minimum_ram=4))
    at = read_tbf(data).binary_end
    while at < len(data):
        kind, length, form = struct.unpack_from("<HHI", data, at)
        assert (kind, form) == (128, 0)
        assert length >= 4
        at += 4 + length
    assert at == len(data)


@pytest.mark.parametrize(("gap", "end"), [(0, 1024), (4, 1024), (8, 1016), (12, 1012)])
def test_an_object_is_no_larger_than_it_must_be(gap: int, end: int) -> None:
    start = read_tbf(tbf_bytes(Program("x", BINARY, entry=1, minimum_ram=4))).binary_offset
    data = tbf_bytes(Program("x", bytes(1024 - gap - start), entry=1, minimum_ram=4))
    assert len(data) == 1024
    assert read_tbf(data).binary_end == end, "too little room for a footer is padding"


def test_a_program_without_a_name_is_refused() -> None:
    with pytest.raises(PackError, match="needs a name"):
        tbf_bytes(Program(name="", binary=BINARY, entry=1, minimum_ram=4))


def test_program_counts_where_main_stands_beside_it() -> None:
    tbf = read_tbf(made([MAIN, PROGRAM, NAME, KERNEL]))
    assert (tbf.minimum_ram, tbf.binary_end, tbf.app_version) == (8192, 300, 7)


def test_main_alone_reaches_to_the_end_of_the_object() -> None:
    tbf = read_tbf(made([MAIN, NAME, KERNEL]))
    assert (tbf.minimum_ram, tbf.binary_end, tbf.app_version) == (4096, 512, 0)
    assert tbf.entry == tbf.header_size + 0x29


def test_the_first_main_and_the_last_name_count() -> None:
    tbf = read_tbf(made([MAIN, (1, struct.pack("<III", 3, 0, 1)), (3, b"a"), NAME, KERNEL]))
    assert (tbf.minimum_ram, tbf.name) == (4096, "other")


def test_all_that_other_packers_write_is_read() -> None:
    entries = [
        MAIN,
        PROGRAM,
        NAME,
        (2, struct.pack("<IIII", 132, 8, 256, 4)),
        (5, struct.pack("<II", 0x20010000, 0xFFFFFFFF)),
        (6, struct.pack("<HIIQ", 1, 1, 0, 3)),
        (7, struct.pack("<IHH", 1, 0, 0)),
        KERNEL,
        (10, struct.pack("<I", 77)),
        (200, b"abc"),
    ]
    tbf = read_tbf(made(entries))
    assert tbf.flash_regions == (FlashRegion(132, 8), FlashRegion(256, 4))
    assert (tbf.fixed_ram, tbf.fixed_flash, tbf.short_id) == (0x20010000, None, 77)
    assert tbf.kernel_version == (2, 1)


def test_a_disabled_object_is_read_as_such() -> None:
    assert not read_tbf(made([MAIN, NAME, KERNEL], flags=2)).enabled


def test_a_total_size_that_is_no_power_of_two_is_told() -> None:
    assert not read_tbf(made([MAIN, NAME, KERNEL], total=768)).power_of_two


GOOD = [MAIN, NAME, KERNEL]
REFUSED = {
    "empty": (b"", "here are 0 B"),
    "an ELF file": (b"\x7fELF" + bytes(60), "this is an ELF file"),
    "version 1": (b"\1\0" + made(GOOD)[2:], "the first two bytes say 1"),
    "a header below its base": (made(GOOD, header_size=12), "12 B is below 16 B"),
    "a header above the total": (made(GOOD, total=40, length=512), "exceeds its total size"),
    "cut off": (made(GOOD, length=500), "cut off: its header says 512 B, here are 500 B"),
    "followed by more": (made(GOOD, length=600), "88 B follow the TBF"),
    "padding": (made([]), "padding between applications"),
    "an entry past the header": (made([MAIN, (3, b"x" * 40)], header_size=40), "runs past"),
    "half an entry": (made([MAIN, NAME], header_size=34), "ends within an entry"),
    "a short Main": (made([(1, bytes(8)), KERNEL]), "Main entry has 8 B instead of 12 B"),
    "a short Program": (made([(9, bytes(16)), KERNEL]), "Program entry has 16 B instead of 20"),
    "a long version": (made([MAIN, (8, bytes(8))]), "KernelVersion entry has 8 B"),
    "a short address": (made([MAIN, (5, bytes(4)), KERNEL]), "FixedAddresses entry has 4 B"),
    "a long ShortId": (made([MAIN, KERNEL, (10, bytes(8))]), "ShortId entry has 8 B"),
    "half a region": (made([MAIN, (2, bytes(12)), KERNEL]), "not a multiple of 8 B"),
    "nothing to run": (made([NAME, KERNEL]), "neither a Main nor a Program"),
    "no kernel version": (made([MAIN, NAME]), "does not say which kernel version"),
    "another major version": (made([MAIN, (8, b"\1\0\0\0")]), "asks for kernel 1.0"),
    "a later minor version": (made([MAIN, (8, b"\2\0\x63\0")]), "asks for kernel 2.99"),
    "a name that is no text": (made([MAIN, (3, b"\xff\xfe"), KERNEL]), "not UTF-8"),
    "an end behind the object": (
        made([(9, struct.pack("<IIIII", 1, 0, 4, 513, 0)), KERNEL]),
        "ends at 513, after its total size of 512",
    ),
    "an entry point behind the binary": (
        made([(9, struct.pack("<IIIII", 301, 0, 4, 300, 0)), KERNEL]),
        "entry point, offset 348, is outside its binary",
    ),
    "an entry point before the binary": (
        made([(1, struct.pack("<III", 1, 40, 4)), KERNEL]),
        "entry point, offset 40, is outside its binary",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_kernel_would_refuse_is_refused_with_the_reason(name: str) -> None:
    data, message = REFUSED[name]
    with pytest.raises(PackError) as caught:
        read_tbf(data)
    assert message in str(caught.value)


@given(at=st.integers(0, 75), bit=st.integers(0, 7))
def test_one_wrong_bit_in_the_header_is_noticed(at: int, bit: int) -> None:
    data = bytearray(tbf_bytes(Program(name="hello", binary=BINARY, entry=1, minimum_ram=4)))
    data[at] ^= 1 << bit
    with pytest.raises(PackError):
        read_tbf(bytes(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_application_or_an_error(data: bytes) -> None:
    with contextlib.suppress(PackError):
        read_tbf(b"\2\0" + data)


def tab(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def loaded(path: Path) -> bytes:
    return load_application(path, "unused", path.parent, path.parent)


def test_the_closest_core_of_an_archive_is_taken(tmp_path: Path) -> None:
    m3, m4 = made(GOOD), made([*GOOD, (3, b"m4")])
    members = {"metadata.toml": b"", "cortex-m0.tbf": b"", "cortex-m3.tbf": m3}
    assert loaded(tab(tmp_path / "a.tab", members)) == m3
    assert loaded(tab(tmp_path / "b.tab", {**members, "cortex-m4.tbf": m4})) == m4


def test_an_archive_without_our_core_says_what_it_has(tmp_path: Path) -> None:
    path = tab(tmp_path / "a.tab", {"rv32imac.0x20040060.tbf": made(GOOD)})
    with pytest.raises(PackError, match=r"no program for cortex-m4 .*it has rv32imac"):
        loaded(path)


def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "a.tab"
    path.write_bytes(b"not a tar file")
    with pytest.raises(PackError, match=r"a\.tab is not a \.tab archive"):
        loaded(path)


def test_a_ready_made_object_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.tbf"
    path.write_bytes(made(GOOD))
    assert loaded(path) == made(GOOD)


def test_errors_of_ready_made_objects_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tbf"
    path.write_bytes(made(GOOD, length=300))
    with pytest.raises(PackError, match=r"a\.tbf: the TBF is cut off"):
        loaded(path)
    path.write_bytes(made(GOOD, flags=0))
    with pytest.raises(PackError, match=r"a\.tbf: application other is disabled"):
        loaded(path)
    with pytest.raises(PackError, match=r"cannot read .*none\.tbf: No such file"):
        loaded(tmp_path / "none.tbf")
