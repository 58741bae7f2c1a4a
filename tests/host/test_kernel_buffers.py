# SPDX-License-Identifier: MIT OR Apache-2.0
"""Allowed buffers as capsules reach them: never more than is there at that moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.kernel_machine import SUCCESS_2U32, Class, Kernel, Process, Tbf

CONSOLE = 1
RO, RW = Class.ALLOW_RO, Class.ALLOW_RW
PATTERN = bytes(range(1, 241))


def booted() -> Process:
    process = Kernel().boot(Tbf())
    process.grow(512)
    process.kernel.write(process.ram_start + 128, PATTERN)
    return process


def allow(process: Process, kind: Class, number: int, start: int, length: int) -> None:
    """`start` counts from the pattern's first byte."""
    address = process.ram_start + 128 + start
    assert process.call(kind, CONSOLE, number, address, length)[0] == SUCCESS_2U32


def lengths(process: Process, number: int, driver: int = 1) -> tuple[int, int]:
    """Of the read-only and the read-write buffer."""
    lib, drivers = process.kernel.lib, process.kernel.drivers
    return (
        lib.process_buffer_ro_len(process.pointer, drivers + driver, number),
        lib.process_buffer_rw_len(process.pointer, drivers + driver, number),
    )


def read(  # noqa: PLR0917 - what the C takes, and of which kind
    process: Process,
    number: int,
    start: int,
    length: int,
    driver: int = 1,
    kind: Class = RO,
) -> bytes:
    """What a read of `length` bytes gives; the buffer it goes to is exactly that long."""
    lib, drivers = process.kernel.lib, process.kernel.drivers
    call = lib.process_buffer_read if kind == RO else lib.process_buffer_rw_read
    to = lib.new("uint8_t[]", max(1, length))
    lib.ffi.buffer(to, length)[:] = b"\xcc" * length
    count = call(process.pointer, drivers + driver, number, start, to, length)
    assert count <= length
    assert bytes(lib.ffi.buffer(to, length))[count:] == b"\xcc" * (length - count)
    return bytes(lib.ffi.buffer(to, count))


def write(process: Process, number: int, start: int, data: bytes, driver: int = 1) -> int:
    """How many bytes fitted."""
    lib, drivers = process.kernel.lib, process.kernel.drivers
    source = lib.new("uint8_t[]", max(1, len(data)))
    lib.ffi.buffer(source, len(data))[:] = data
    return int(
        lib.process_buffer_write(
            process.pointer, drivers + driver, number, start, source, len(data)
        )
    )


@pytest.mark.parametrize("kind", [RO, RW])
def test_a_buffer_is_read_as_far_as_it_goes(kind: Class) -> None:
    process = booted()
    allow(process, kind, 0, 0, 100)
    assert lengths(process, 0) == ((100, 0) if kind == RO else (0, 100))
    assert read(process, 0, 0, 100, kind=kind) == PATTERN[:100]
    assert read(process, 0, 0, 101, kind=kind) == PATTERN[:100]
    assert read(process, 0, 99, 5, kind=kind) == PATTERN[99:100]
    assert read(process, 0, 40, 20, kind=kind) == PATTERN[40:60]
    for start, length in ((100, 1), (101, 5), (0xFFFFFFFF, 8), (0, 0), (50, 0)):
        assert read(process, 0, start, length, kind=kind) == b""


def test_a_buffer_is_written_as_far_as_it_goes() -> None:
    process = booted()
    allow(process, RW, 0, 8, 10)
    assert lengths(process, 0) == (0, 10)
    assert write(process, 0, 4, b"\xaa" * 20) == 6
    expected = PATTERN[:12] + b"\xaa" * 6 + PATTERN[18:]
    assert process.kernel.read(process.ram_start + 128, len(PATTERN)) == expected
    for start in (10, 11, 0xFFFFFFFF):
        assert write(process, 0, start, b"\xbb" * 4) == 0
    assert process.kernel.read(process.ram_start + 128, len(PATTERN)) == expected


def test_a_read_only_buffer_may_be_in_flash() -> None:
    process = booted()
    process.call(RO, CONSOLE, 1, process.binary, 64)
    assert read(process, 1, 1, 100) == process.kernel.read(process.binary + 1, 63)


def test_each_buffer_is_its_own() -> None:
    process = booted()
    for number in range(2):
        allow(process, RO, number, 10 * number, 3 + number)
        allow(process, RW, number, 50 + 10 * number, 5 + number)
    assert [lengths(process, number) for number in range(2)] == [(3, 5), (4, 6)]
    assert [read(process, number, 0, 9) for number in range(2)] == [PATTERN[:3], PATTERN[10:14]]
    assert [write(process, number, 0, bytes(9)) for number in range(2)] == [5, 6]
    memory = process.kernel.read(process.ram_start + 128, 80)
    assert (
        memory[45:70] == PATTERN[45:50] + bytes(5) + PATTERN[55:60] + bytes(6) + PATTERN[66:70]
    )


@pytest.mark.parametrize("number", [2, 3, 4, 255])
def test_there_is_nothing_behind_the_driver_s_last_buffer(number: int) -> None:
    process = booted()
    for each in range(2):
        allow(process, RO, each, 0, 50)
        allow(process, RW, each, 0, 50)
    assert lengths(process, number) == (0, 0)
    assert read(process, number, 0, 8) == b""
    assert read(process, number, 0, 8, kind=RW) == b""
    assert write(process, number, 0, bytes(8)) == 0


def test_without_a_grant_there_is_no_buffer() -> None:
    process = Kernel().boot()
    for driver in (1, 2):  # never used, and a driver that has none
        assert lengths(process, 0, driver) == (0, 0)
        assert read(process, 0, 0, 8, driver) == b""
        assert write(process, 0, 0, bytes(8), driver) == 0


@pytest.mark.parametrize("address", [0, 1, 0xFFFFFFFF])
def test_an_empty_buffer_anywhere_is_never_touched(address: int) -> None:
    process = booted()
    process.call(RO, CONSOLE, 0, address, 0)
    process.call(RW, CONSOLE, 0, address, 0)
    assert lengths(process, 0) == (0, 0)
    assert read(process, 0, 0, 8) == b""
    assert write(process, 0, 0, bytes(8)) == 0


def test_a_buffer_swapped_for_a_shorter_one_ends_what_was_under_way() -> None:
    """A capsule that copies in pieces, by a length it asked for before."""
    process = booted()
    allow(process, RO, 0, 0, 100)
    allow(process, RW, 0, 0, 100)
    before = lengths(process, 0)
    assert read(process, 0, 0, 40) == PATTERN[:40]
    allow(process, RO, 0, 200, 1)
    allow(process, RW, 0, 210, 1)
    assert read(process, 0, 40, before[0] - 40) == b""
    assert read(process, 0, 0, before[0]) == PATTERN[200:201]
    assert write(process, 0, 40, bytes(before[1] - 40)) == 0
    assert write(process, 0, 0, bytes(before[1])) == 1
    memory = process.kernel.read(process.ram_start + 128, len(PATTERN))
    assert memory == PATTERN[:210] + b"\0" + PATTERN[211:]
    process.call(RO, CONSOLE, 0, 0, 0)
    assert lengths(process, 0)[0] == 0


@pytest.mark.parametrize("how", [0, 1])
def test_the_buffers_of_a_life_end_with_it(how: int) -> None:
    process = booted()
    allow(process, RO, 0, 0, 100)
    allow(process, RW, 0, 0, 100)
    process.svc(Class.EXIT, how)
    process.kernel.loop()
    memory = process.kernel.read(process.ram_start + 128, 100)
    assert lengths(process, 0) == (0, 0)
    assert read(process, 0, 0, 8) == b""
    assert write(process, 0, 0, b"\xdd" * 8) == 0
    assert process.kernel.read(process.ram_start + 128, 100) == memory


offsets = st.one_of(st.integers(0, 260), st.integers(0xFFFFFF00, 0xFFFFFFFF))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(0, 240).flatmap(
                lambda start: st.tuples(st.just(start), st.integers(0, 240 - start))
            ),
            offsets,
            st.binary(max_size=64),
        ),
        max_size=12,
    )
)
def test_overlapping_buffers_are_plain_bytes(
    steps: list[tuple[int, tuple[int, int], int, bytes]],
) -> None:
    """Read-write and read-only windows on the same memory, moved and used in turn."""
    process = booted()
    model = bytearray(PATTERN)
    for number, (start, length), offset, data in steps:
        allow(process, RO, number, start, length)
        allow(process, RW, 1 - number, start, length)
        count = max(0, min(len(data), length - offset))
        assert write(process, 1 - number, offset, data) == count
        model[start + offset : start + offset + count] = data[:count]
        there = model[start:][:length][offset:][:50]
        assert read(process, number, offset, 50) == there
        assert read(process, 1 - number, offset, 50, kind=RW) == there
        assert process.kernel.read(process.ram_start + 128, 240) == model
