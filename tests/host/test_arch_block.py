# SPDX-License-Identifier: MIT OR Apache-2.0
"""Blocks of process memory and what the MPU of Armv7-M opens of them, for any size.

arch_mpu.c is built for the host: everything but the writes to the MPU itself is numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.host.build import RUNTIME, Library, host_library

ANYWHERE = 0xFFFFFFFF
TOP = 1 << 32
KERNEL_BYTES = 264

# The barriers of the parts that cannot run here must at least assemble.
EXTRA_C = """
uint32_t arch_stack_bottom[8];
struct arch_region;
void arch_regions_write(const struct arch_region *regions);
void arch_regions_write(const struct arch_region *regions) { (void)regions; }
__asm__(".macro dsb\\n.endm\\n.macro isb\\n.endm");
"""


@cache
def library() -> Library:
    return host_library(
        "arch_block",
        ["arch/cortexm/arch_block.c"],
        ["arch/arch.h"],
        include=[RUNTIME / "arch" / "cortexm"],
        extra_c=EXTRA_C + f'#include "{RUNTIME}/arch/cortexm/arch_mpu.c"\n',
        flags=["-Wno-pointer-to-int-cast", "-Wno-int-to-pointer-cast"],
    )


@dataclass(frozen=True)
class Block:
    start: int
    size: int

    @property
    def granule(self) -> int:
        return self.size // 16

    def reach(self, app_brk: int) -> int:
        return -(-app_brk // self.granule) * self.granule


def choose(start: int, end: int, app: int, kernel: int, fixed: int = ANYWHERE) -> Block | None:
    made = library().new("struct arch_block *")
    if not library().arch_block_choose(start, end, app, kernel, fixed, made):
        return None
    return Block(made.start, made.size)


def expected(start: int, end: int, app: int, kernel: int, fixed: int) -> Block | None:
    for log2 in range(9, 32):
        size = 1 << log2
        if -(-max(app, 32) // (size // 16)) * (size // 16) + kernel > size:
            continue
        half = size // 2
        first = -(-start // half) * half if fixed == ANYWHERE else fixed
        if first % half or first < start or first + size > end:
            return None
        return Block(first, size)
    return None


sizes = st.one_of(
    st.integers(0, 9000),
    st.integers(0, 22).flatmap(
        lambda log2: st.integers(-2, 2).map(lambda by: (1 << log2) + by)
    ),
    st.integers(0, TOP - 1),
).map(lambda size: size % TOP)
starts = st.one_of(
    st.integers(0x20000000, 0x20010000),
    st.integers(0x20000000 // 256, 0x20010000 // 256).map(lambda page: page * 256),
    st.integers(TOP - 0x10000, TOP - 1),
)


@given(starts, sizes, sizes, st.one_of(st.just(KERNEL_BYTES), sizes), st.data())
@example(TOP - 512, 511, 1, 16, None)
@example(0x20000000, 0x40000, TOP - 1, KERNEL_BYTES, None)
def test_the_smallest_block_that_protection_can_part_is_chosen(
    start: int, pool: int, app: int, kernel: int, data: st.DataObject | None
) -> None:
    end = min(start + pool, TOP - 1)
    fixed = ANYWHERE
    if data is not None and data.draw(st.booleans()):
        fixed = data.draw(st.one_of(starts, st.just(start)))
    assert choose(start, end, app, kernel, fixed) == expected(start, end, app, kernel, fixed)


def test_the_edges_of_the_smallest_block() -> None:
    pool = (0x20000000, 0x20040000)
    assert choose(*pool, 0, 0) == Block(0x20000000, 512)
    assert choose(*pool, 512, 0) == Block(0x20000000, 512)
    assert choose(*pool, 513, 0) == Block(0x20000000, 1024)
    assert choose(*pool, 224, 512 - 224) == Block(0x20000000, 512)
    assert choose(*pool, 225, 512 - 225) == Block(0x20000000, 1024)  # not between granules
    assert choose(*pool, 0, 480) == Block(0x20000000, 512)
    assert choose(*pool, 0, 481) == Block(0x20000000, 1024)  # the first frame's 32 bytes
    assert choose(0x20000000, 0x200001FF, 0, 0) is None
    assert choose(0x20000001, 0x20000300, 0, 0) == Block(0x20000100, 512)
    assert choose(0x20000001, 0x200002FF, 0, 0) is None
    assert choose(*pool, 0, 0, 0x2003FE00) == Block(0x2003FE00, 512)
    for fixed in (0x1FFFFF00, 0x2003FF00, 0x20040000, 0x20080000, 0xFFFFFE00, 0x20000080):
        assert choose(*pool, 0, 0, fixed) is None


# -- the registers


def opened(process: object, numbers: range) -> dict[int, tuple[int, int, int]]:
    """Piece by piece what these regions open: start -> (end, permissions, no execution)."""
    pieces = {}
    for number in numbers:
        region = process.regions[number]  # type: ignore[attr-defined]
        if not region.rasr & 1:
            continue
        assert region.rbar & 0x1F == 0x10 | number
        size = 2 << (region.rasr >> 1 & 31)
        base = region.rbar & ~31
        assert base % size == 0, "the hardware would ignore the low bits"
        closed = region.rasr >> 8 & 0xFF
        assert size >= 256 or closed == 0, "no subregions below 256 bytes"
        for piece in range(8):
            if not closed >> piece & 1:
                start = base + piece * size // 8
                rights = (region.rasr >> 24 & 7, region.rasr >> 28 & 1)
                pieces[start] = (start + size // 8, *rights)
    return pieces


def joined(pieces: dict[int, tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The same with neighbours of equal rights made one."""
    whole: list[tuple[int, int, int, int]] = []
    for start, (end, *rights) in sorted(pieces.items()):
        if whole and whole[-1][1] == start and list(whole[-1][2:]) == rights:
            start = whole.pop()[0]  # noqa: PLW2901  it grows downwards
        whole.append((start, end, rights[0], rights[1]))
    return whole


READ_WRITE, READ_ONLY = 3, 2


@given(sizes, st.integers(0, 1 << 17), st.integers(0, 1 << 17))
def test_exactly_the_granules_up_to_the_break_are_open_and_never_a_grant(
    app: int, brk: int, grants: int
) -> None:
    block = choose(0x20000100, 0x20100000, app, KERNEL_BYTES)
    assume(block is not None)
    assert block is not None
    app_brk = block.start + min(brk, block.size)
    kern_brk = block.start + block.size - KERNEL_BYTES - min(grants, block.size // 2)
    process = library().new("struct arch_process *")
    made = library().new("struct arch_block *", {"start": block.start, "size": block.size})
    good = library().arch_ram_open(process, made, app_brk, kern_brk)
    reach = block.reach(app_brk)
    assert good == (app_brk > block.start and reach <= kern_brk)
    regions = joined(opened(process, range(2)))
    if good:
        assert regions == [(block.start, reach, READ_WRITE, 1)]
        assert library().arch_ram_reach(process, made) == reach
    else:
        assert regions == []


def test_each_break_of_a_block_opens_its_granule() -> None:
    """Boundaries and their neighbours: a break on a boundary opens nothing above it."""
    block = Block(0x20000000, 1024)
    process = library().new("struct arch_process *")
    made = library().new("struct arch_block *", {"start": block.start, "size": block.size})
    for offset in range(1, 1025):
        brk = block.start + offset
        assert library().arch_ram_open(process, made, brk, block.start + 1024)
        end = block.start + (offset + 63) // 64 * 64
        assert joined(opened(process, range(2))) == [(block.start, end, READ_WRITE, 1)]
    before = opened(process, range(2))
    assert not library().arch_ram_open(process, made, block.start, block.start + 1024)
    assert not library().arch_ram_open(process, made, block.start + 65, block.start + 127)
    assert opened(process, range(2)) == before


def flash_opened(start: int, size: int) -> bool:
    """Whether it can be opened; then nothing else is."""
    process = library().new("struct arch_process *")
    good = library().arch_flash_open(process, start, size)
    regions = joined(opened(process, range(2, 3)))
    assert regions == ([(start, start + size, READ_ONLY, 0)] if good else [])
    return bool(good)


@given(
    st.integers(0, 1 << 17), st.one_of(sizes, st.integers(4, 20).map(lambda log2: 1 << log2))
)
def test_flash_is_opened_exactly_or_not_at_all(word: int, size: int) -> None:
    start = 0x10000000 + 4 * word
    assume(0 < size < 1 << 28)
    good = flash_opened(start, size)
    if size >= 32 and size & (size - 1) == 0 and start % size == 0:
        assert good


@given(st.integers(5, 20), st.integers(1, 8), st.integers(0, 7))
def test_eighths_of_a_power_of_two_are_opened_where_the_hardware_has_them(
    log2: int, count: int, first: int
) -> None:
    assume(first + count <= 8)
    eighth = (1 << log2) // 8
    good = flash_opened(0x10000000 + first * eighth, count * eighth)
    assert good or log2 < 8
