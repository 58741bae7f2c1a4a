# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boot over images of flash: who becomes a process, who is refused, and that it ends."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.kernel_machine import (
    ASLEEP,
    ERASED,
    FLASH,
    RAM,
    SIZE,
    Kernel,
    State,
    Tbf,
    fixed_tlv,
    kernel_tlv,
    main_tlv,
    name_tlv,
    program_tlv,
)

KERNEL_BYTES = 4 * 8 + 144
"""Grant table and queue at the end of a block."""


def app(name: str, ram: int = 512, **changes: int) -> Tbf:
    return Tbf(main_tlv(ram=ram) + name_tlv(name.encode()) + kernel_tlv(), **changes)


def names(kernel: Kernel) -> list[str]:
    """Of the processes, by slot."""
    found = []
    for slot in range(4):
        c = kernel.process(slot).c
        if c.state != State.EMPTY:
            found.append(bytes(kernel.lib.ffi.buffer(c.name, c.name_len)).decode())
    return found


def refused(kernel: Kernel) -> list[tuple[int, str]]:
    """Address and reason of each line about it."""
    lines = kernel.report().splitlines()
    found = [line.removeprefix("kernel: application at ").split(" refused: ") for line in lines]
    return [(int(address, 16), reason) for address, reason in found]


def test_applications_stand_back_to_back() -> None:
    kernel = Kernel()
    first, second = kernel.load(app("a"), app("b"))
    assert names(kernel) == ["a", "b"]
    for slot, address in enumerate((first, second)):
        process = kernel.process(slot)
        assert process.flash_start == address
        assert process.c.arch.limits.flash_end == address + 1024
    assert kernel.report() == ""


def test_the_first_frame_holds_what_crt0_expects() -> None:
    """r0 binary, r1 and r2 the block, r3 the break; the frame itself is the first RAM."""
    kernel = Kernel()
    kernel.load(Tbf(main_tlv(init=5, trailer=16, ram=700) + kernel_tlv()))
    process = kernel.process(0)
    header = 16 + len(main_tlv() + kernel_tlv())
    entry = FLASH + header + 5
    arguments = (FLASH + header + 16, RAM, 1024, RAM + 32)
    assert process.stack_pointer == RAM
    assert process.frame == (*arguments, 0, 1, entry & ~1, 1 << 24)
    assert set(process.c.arch.registers) == {0}
    assert (process.ram_start, process.ram_end) == (RAM, RAM + 1024)
    assert process.app_brk == RAM + 32
    assert process.c.kern_brk == RAM + 1024 - KERNEL_BYTES


def test_memory_that_a_new_process_can_reach_is_zero_and_no_other_is_touched() -> None:
    kernel = Kernel()
    kernel.load(app("a", ram=2000))
    process = kernel.process(0)
    size = process.ram_end - RAM
    assert size == 4096
    assert kernel.read(RAM + 32, size // 16 - 32) == bytes(size // 16 - 32)
    gap = process.c.kern_brk - RAM - size // 16
    assert kernel.read(RAM + size // 16, gap) == b"\xa5" * gap
    assert kernel.read(process.ram_end, 64) == b"\xa5" * 64


def test_processes_have_separate_memory() -> None:
    kernel = Kernel()
    kernel.load(app("a", ram=3000), app("b", ram=100), app("c", ram=5000), app("d", ram=1))
    blocks = [
        (kernel.process(slot).ram_start, kernel.process(slot).ram_end) for slot in range(4)
    ]
    assert names(kernel) == ["a", "b", "c", "d"]
    for (_, end), (start, _) in pairwise(blocks):
        assert end <= start


CORRUPT: dict[str, Tbf | bytes] = {
    "version": app("x", version=3),
    "checksum": app("x", checksum=1),
    "header size": app("x", header_size=15),
    "total size": app("x", total_size=10000000),
    "no total size": app("x", total_size=0),
    "element": Tbf(main_tlv() + kernel_tlv() + b"\4\0\5\0"),
    "name": Tbf(main_tlv() + name_tlv(b"\xff") + kernel_tlv()),
    "no program": Tbf(name_tlv(b"x") + kernel_tlv()),
    "entry": Tbf(main_tlv(init=1 << 30) + kernel_tlv()),
    "binary end": Tbf(program_tlv(end=1025) + kernel_tlv()),
    "no kernel version": Tbf(main_tlv()),
    "kernel version": Tbf(main_tlv() + kernel_tlv(2, 9)),
    "flash address": Tbf(main_tlv() + fixed_tlv(flash=FLASH) + kernel_tlv()),
    "ram address": Tbf(main_tlv() + fixed_tlv(ram=RAM - 512) + kernel_tlv()),
    "too much ram": app("x", ram=SIZE),
    "endless ram": app("x", ram=ERASED),
}


@pytest.mark.parametrize("what", CORRUPT)
def test_a_bad_object_is_refused_and_those_beside_it_run(what: str) -> None:
    kernel = Kernel()
    kernel.load(app("before"), CORRUPT[what], app("after"))
    assert names(kernel) == ["before", "after"]
    [(address, reason)] = refused(kernel)
    assert address == FLASH + 1024
    assert len(reason) > 10
    assert kernel.loop() == 0
    assert kernel.process(0).svc(6, 0, 0).returned is False
    assert kernel.loop() == 1


def test_flash_that_protection_cannot_cover_is_refused() -> None:
    kernel = Kernel()
    kernel.load(app("before"), app("odd", size=1536, total_size=1536), app("after", size=512))
    assert names(kernel) == ["before", "after"]
    assert refused(kernel)[0][0] == FLASH + 1024
    assert "memory protection" in kernel.report()


@pytest.mark.parametrize("skipped", [Tbf(b""), app("off", flags=0), Tbf(b"", size=16)])
def test_padding_and_disabled_applications_are_skipped_in_silence(skipped: Tbf) -> None:
    kernel = Kernel()
    kernel.load(skipped, *[Tbf(b"", size=1008)] * (skipped.size == 16), app("after"))
    assert names(kernel) == ["after"]
    assert kernel.report() == ""


def test_more_applications_than_slots_are_reported_and_the_first_ones_run() -> None:
    kernel = Kernel()
    kernel.load(*[app(f"app{number}") for number in range(7)])
    assert names(kernel) == ["app0", "app1", "app2", "app3"]
    assert [address for address, _ in refused(kernel)] == [FLASH + 1024 * n for n in (4, 5, 6)]
    assert all("slot" in reason for _, reason in refused(kernel))


def test_ram_of_a_refused_application_stays_available() -> None:
    kernel = Kernel()
    kernel.load(app("big", ram=SIZE // 4), app("huge", ram=SIZE), app("small"))
    assert names(kernel) == ["big", "small"]
    assert kernel.process(1).ram_start == kernel.process(0).ram_end


def test_applications_until_the_ram_is_full() -> None:
    kernel = Kernel()
    half = SIZE // 2 - KERNEL_BYTES - SIZE // 32
    kernel.load(app("a", ram=half), app("b", ram=half), app("c", ram=32))
    assert names(kernel) == ["a", "b"]
    assert kernel.process(1).ram_end == RAM + SIZE
    assert refused(kernel)[0][0] == FLASH + 2048


@pytest.mark.parametrize("version", [0, 0xFFFF])
def test_the_list_ends_at_erased_or_cleared_flash(version: int) -> None:
    kernel = Kernel()
    kernel.load(app("a"), app("end", version=version), app("behind"))
    assert names(kernel) == ["a"]
    assert kernel.report() == ""


def test_no_application_at_all_sleeps() -> None:
    kernel = Kernel()
    kernel.load()
    assert names(kernel) == []
    assert kernel.loop() == ASLEEP


def test_an_object_may_fill_the_flash_to_its_end() -> None:
    kernel = Kernel()
    padding = Tbf(b"", size=SIZE - 1024)
    kernel.load(padding, app("last"))
    assert names(kernel) == ["last"]


@pytest.mark.parametrize("rest", [4, 8, 12, 16, 20])
def test_a_header_cut_off_by_the_end_of_flash_is_not_read(rest: int) -> None:
    """The margin behind the flash may not be touched."""
    kernel = Kernel()
    kernel.load(Tbf(b"", size=SIZE - rest), app("cut").image()[:rest])
    assert names(kernel) == []


def test_a_fixed_ram_address_is_where_the_block_is() -> None:
    kernel = Kernel()
    kernel.load(
        app("a"),
        Tbf(main_tlv(ram=100) + fixed_tlv(ram=RAM + 0x8000) + kernel_tlv()),
        app("c"),
        Tbf(main_tlv(ram=100) + fixed_tlv(ram=RAM + 0x4000) + kernel_tlv()),  # gone
        Tbf(main_tlv(ram=100) + fixed_tlv(ram=RAM + 0x10001) + kernel_tlv()),  # unaligned
        Tbf(main_tlv(ram=100) + fixed_tlv(ram=RAM + SIZE) + kernel_tlv()),
        Tbf(main_tlv(ram=100) + fixed_tlv(ram=0xFFFFFFC0) + kernel_tlv()),
    )
    assert [kernel.process(slot).ram_start for slot in range(3)] == [
        RAM,
        RAM + 0x8000,
        RAM + 0x8200,
    ]
    assert kernel.process(3).state == State.EMPTY
    assert [address for address, _ in refused(kernel)] == [
        FLASH + 1024 * n for n in (3, 4, 5, 6)
    ]


@pytest.mark.parametrize("size", [512, 1024, 1536, 4096])
def test_a_damaged_object_hides_no_later_one_on_a_boundary_of_512_bytes(size: int) -> None:
    kernel = Kernel()
    kernel.load(app("damaged", checksum=0, size=size), app("after", size=512))
    assert names(kernel) == ["after"]


def test_an_object_behind_a_damaged_one_may_not_leave_the_flash() -> None:
    kernel = Kernel()
    end = app("x" * 480, total_size=528, size=512)
    kernel.load(app("damaged", checksum=0, size=SIZE - 512), end)
    assert names(kernel) == []


def test_damaged_flash_without_a_header_ends() -> None:
    kernel = Kernel()
    kernel.load(b"\2\0".ljust(SIZE, b"\1"))
    assert names(kernel) == []
    assert len(refused(kernel)) == 1


segments = st.lists(
    st.one_of(
        st.builds(app, st.sampled_from("abc"), st.integers(0, 5000)),
        st.builds(replace, st.builds(app, st.just("z")), total_size=st.integers(0, 4096)),
        st.builds(replace, st.builds(app, st.just("z")), header_size=st.integers(0, 64)),
        st.builds(replace, st.builds(app, st.just("z")), version=st.integers(0, 4)),
        st.binary(min_size=512, max_size=512).map(lambda data: b"\2\0" + data[2:]),
    ),
    max_size=9,
)


@given(segments, st.integers(0, 3))
def test_boot_ends_over_any_flash_with_every_process_in_its_own_memory(
    objects: list[Tbf | bytes], misaligned: int
) -> None:
    kernel = Kernel()
    kernel.lib.board_kernel.apps_flash_start += 512 * misaligned
    kernel.load(bytes(512 * misaligned), *objects)
    end = RAM
    for slot in range(4):
        process = kernel.process(slot)
        if process.state == State.EMPTY:
            continue
        assert end <= process.ram_start
        end = process.ram_end
        assert end <= RAM + SIZE
        flash = process.c.arch.limits
        assert FLASH <= flash.flash_start <= flash.flash_end <= FLASH + SIZE
        assert flash.flash_start <= process.c.entry < flash.flash_end
        header = struct.unpack("<HH", kernel.read(process.flash_start, 4))
        assert header == (2, process.c.header_size)
    kernel.check()
