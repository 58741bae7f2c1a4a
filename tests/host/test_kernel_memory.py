# SPDX-License-Identifier: MIT OR Apache-2.0
"""The break, high water, grants and zeroes: what a process owns, and what it ever sees."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.host.kernel_machine import (
    FAILURE,
    RAM,
    SUCCESS,
    SUCCESS_2U32,
    SUCCESS_U32,
    Class,
    Err,
    Kernel,
    Process,
    Tbf,
    kernel_tlv,
    main_tlv,
)

R2, R3 = 0xEEEEEEE2, 0xEEEEEEE3
BLOCK = 4096
GRANULE = BLOCK // 16
TABLE = 4 * 8 + 144
"""Grant pointers and queue, at the end of the block."""
CONSOLE_GRANT = 7 * 8 + 24
SMALL_GRANT = 4 * 8
GRANTS = {0: 8 + 8, 1: CONSOLE_GRANT, 0x40001: SMALL_GRANT}
"""Driver number: bytes of pairs and struct, a multiple of eight."""


def booted() -> Process:
    process = Kernel().boot(Tbf(main_tlv(ram=3000) + kernel_tlv()))
    assert process.ram_end == RAM + BLOCK
    return process


def grown(size: int) -> Process:
    process = booted()
    process.grow(size)
    return process


# -- brk and sbrk


def test_sbrk_answers_the_old_break() -> None:
    process = booted()
    assert process.memop(1, 0) == (SUCCESS_U32, RAM + 32, R2, R3)
    assert process.memop(1, 100) == (SUCCESS_U32, RAM + 32, R2, R3)
    assert process.memop(1, -50) == (SUCCESS_U32, RAM + 132, R2, R3)
    assert process.memop(1, 0) == (SUCCESS_U32, RAM + 82, R2, R3)


def test_brk_answers_success_alone() -> None:
    process = booted()
    assert process.memop(0, RAM + 100) == (SUCCESS, RAM + 100, R2, R3)
    assert process.app_brk == RAM + 100


def test_each_refused_break_is_nomem_and_changes_nothing() -> None:
    process = grown(1000)
    opened = process.open
    for address in (RAM + 31, RAM, RAM - 1, 0, 0xFFFFFFFF, RAM + BLOCK, RAM + BLOCK + 1):
        assert process.memop(0, address) == (FAILURE, Err.NOMEM, R2, R3)
        assert process.memop(1, address - process.app_brk) == (FAILURE, Err.NOMEM, R2, R3)
    for increment in (1 << 31, (1 << 31) - 1, -(1 << 31) + 1, -1001, -969, BLOCK, -RAM):
        assert process.memop(1, increment) == (FAILURE, Err.NOMEM, R2, R3)
    assert process.app_brk == RAM + 1000
    assert process.open == opened


def test_the_first_frame_s_room_cannot_be_given_back() -> None:
    process = grown(1000)
    assert process.brk(RAM + 31)[0] == FAILURE
    assert process.brk(RAM + 32)[0] == SUCCESS


def test_the_break_goes_up_to_the_granule_below_the_grants() -> None:
    process = booted()
    kern_brk = process.c.kern_brk
    assert kern_brk == RAM + BLOCK - TABLE
    last = RAM + (kern_brk - RAM) // GRANULE * GRANULE
    for address in (kern_brk + 1, kern_brk, last + 1):
        assert process.brk(address) == (FAILURE, Err.NOMEM, R2, R3)
    assert process.brk(last)[0] == SUCCESS
    assert process.brk(last - 1)[0] == SUCCESS


def test_every_break_is_protected_at_once_to_the_end_of_its_granule() -> None:
    process = booted()
    for offset in [*range(32, 700), *range(3000, 3584), 257, 256, 255, 32]:
        assert process.brk(RAM + offset)[0] == SUCCESS
        assert process.app_brk == RAM + offset
        assert process.open == (RAM, RAM + -(-offset // GRANULE) * GRANULE)


def test_the_break_stays_above_every_buffer_ever_allowed() -> None:
    process = grown(2000)
    assert process.call(Class.ALLOW_RW, 1, 0, RAM + 500, 100)[0] == SUCCESS_2U32
    assert process.call(Class.ALLOW_RO, 1, 0, RAM + 800, 100)[0] == SUCCESS_2U32
    assert process.call(Class.ALLOW_RO, 1, 1, process.binary, 400)[0] == SUCCESS_2U32
    assert process.call(Class.ALLOW_RO, 1, 0, 0, 0)[0] == SUCCESS_2U32  # the mark stays
    for address in (RAM + 899, RAM + 600, RAM + 32):
        assert process.brk(address) == (FAILURE, Err.NOMEM, R2, R3)
    assert process.brk(RAM + 900)[0] == SUCCESS
    assert process.c.high_water == RAM + 900


def test_no_frame_survives_above_the_break() -> None:
    """A process that gives its own stack back faults at its next svc, not the kernel."""
    process = grown(2000)
    sp = RAM + 1900
    assert process.call(Class.MEMOP, 0, RAM + 1000, sp=sp)[0] == SUCCESS
    assert not process.kernel.lib.kernel_board_svc(sp)
    process.kernel.loop()
    assert "stack pointer outside" in process.kernel.report()


# -- grants


def test_grants_are_made_at_first_use_and_zeroed() -> None:
    process = booted()
    kernel = process.kernel
    top = process.c.kern_brk
    kernel.write(process.open[1], b"\xee" * (top - process.open[1]))
    process.subscribe(0x40001, 1, 0, 5)
    assert process.c.kern_brk == top - SMALL_GRANT
    process.call(Class.ALLOW_RO, 1, 0, 0, 0)
    assert process.c.kern_brk == top - SMALL_GRANT - CONSOLE_GRANT
    struct_ = kernel.lib.grant_enter(process.pointer, kernel.drivers + 1)
    assert kernel.lib.grant_get(process.pointer, kernel.drivers + 1) == struct_
    address = int(kernel.lib.ffi.cast("uintptr_t", struct_))
    assert address == process.c.kern_brk + 7 * 8
    assert kernel.read(address, 24) == bytes(24)
    assert kernel.lib.grant_get(process.pointer, kernel.drivers + 0) == kernel.lib.ffi.NULL


def test_the_struct_of_a_driver_without_grant_is_nowhere() -> None:
    process = booted()
    lib, drivers = process.kernel.lib, process.kernel.drivers
    assert lib.grant_enter(process.pointer, drivers + 2) == lib.ffi.NULL
    assert lib.grant_get(process.pointer, drivers + 2) == lib.ffi.NULL


def test_a_grant_needs_room_that_the_process_cannot_reach() -> None:
    process = booted()
    process.grow(3329)  # within reach of the process up to 3584
    room = process.c.kern_brk - process.open[1]
    assert room == BLOCK - TABLE - 3584
    driver = process.kernel.drivers[3]
    driver.grant_size = room - SMALL_GRANT + 1
    assert process.subscribe(0x40001, 0, 0, 1)[1] == Err.NOMEM
    assert process.c.kern_brk == RAM + BLOCK - TABLE
    driver.grant_size = room - SMALL_GRANT
    assert process.subscribe(0x40001, 0, 0, 1)[0] == SUCCESS_2U32
    assert process.c.kern_brk == process.open[1]
    assert process.subscribe(1, 0, 0, 1)[1] == Err.NOMEM


def test_a_grant_fits_again_when_the_break_went_down() -> None:
    process = grown(3584)
    process.kernel.drivers[3].grant_size = 310
    assert process.subscribe(0x40001, 0, 0, 1)[1] == Err.NOMEM
    process.brk(RAM + 3328)
    assert process.subscribe(0x40001, 0, 0, 1)[0] == SUCCESS_2U32
    assert process.brk(RAM + 3584)[0] == FAILURE, "the break may not pass the grant"


# -- zeroes


def test_memory_is_zero_when_a_process_comes_to_own_it() -> None:
    process = booted()
    process.grow(1024)
    assert process.kernel.read(RAM + 32, 992) == bytes(992)
    process.kernel.write(RAM + 32, b"\xee" * 992)
    process.brk(RAM + 100)
    process.grow(1024)
    assert process.kernel.read(RAM + 32, 68) == b"\xee" * 68
    assert process.kernel.read(RAM + 100, 924) == bytes(924)


def test_the_rest_of_a_granule_is_zero_too() -> None:
    process = booted()
    process.grow(GRANULE + 1)
    assert process.open[1] == RAM + 2 * GRANULE
    assert process.kernel.read(RAM + 32, 2 * GRANULE - 32) == bytes(2 * GRANULE - 32)
    assert process.kernel.read(process.open[1], 16) == b"\xa5" * 16


class MemoryAgainstModel(RuleBasedStateMachine):
    """One process moves its break, allows, uses grants, writes all it can reach, restarts.

    What it did not own before is zero when it comes to own it, whatever was there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.process = booted()
        self.kernel = self.process.kernel
        self.begin()

    def begin(self) -> None:
        self.brk = RAM + 32
        self.high_water = RAM
        self.kern_brk = RAM + BLOCK - TABLE
        self.made: set[int] = set()

    def reach(self, brk: int) -> int:
        return RAM + -(-(brk - RAM) // GRANULE) * GRANULE

    @rule(offset=st.one_of(st.integers(0, BLOCK + 8), st.integers(0, 16).map(GRANULE.__mul__)))
    def move_break(self, offset: int) -> None:
        brk = RAM + offset
        good = brk >= max(RAM + 32, self.high_water) and self.reach(brk) <= self.kern_brk
        assert (self.process.brk(brk)[0] == SUCCESS) == good
        if good:
            if brk > self.brk:
                self.expect_zeroes(self.brk, self.reach(brk))
            self.brk = brk

    @rule(number=st.integers(0, 1), start=st.integers(0, BLOCK), length=st.integers(1, BLOCK))
    def allow(self, number: int, start: int, length: int) -> None:
        good = RAM + start + length <= self.brk
        answer = self.process.call(Class.ALLOW_RW, 1, number, RAM + start, length)
        if not good:
            assert answer[:2] == (2, Err.INVAL)
        elif self.make(1):
            assert answer[0] == SUCCESS_2U32
            self.high_water = max(self.high_water, RAM + start + length)
        else:
            assert answer[:2] == (2, Err.NOMEM)

    @rule(driver=st.sampled_from(sorted(GRANTS)))
    def use_grant(self, driver: int) -> None:
        answer = self.process.subscribe(driver, 0, 0, 77)
        assert answer[:2] in ((SUCCESS_2U32, 0), (2, Err.NOMEM))
        assert (answer[0] == SUCCESS_2U32) == self.make(driver)

    def make(self, driver: int) -> bool:
        if driver not in self.made:
            if self.kern_brk - GRANTS[driver] < self.reach(self.brk):
                return False
            self.made.add(driver)
            self.kern_brk -= GRANTS[driver]
        return True

    @rule(value=st.integers(1, 255))
    def write_everything_within_reach(self, value: int) -> None:
        start, end = self.process.open
        self.kernel.write(start, bytes([value]) * (end - start))

    @rule()
    def restart(self) -> None:
        assert not self.process.svc(Class.EXIT, 1).returned
        assert self.kernel.loop() == 0
        self.begin()
        self.expect_zeroes(RAM + 32, self.reach(self.brk))

    @precondition(lambda self: self.made)
    @rule()
    def upcalls_leave_their_bytes_in_the_queue(self) -> None:
        self.kernel.upcall(self.process, 0, 0, 0x55555555, 0x55555555, 0x55555555)

    def expect_zeroes(self, start: int, end: int) -> None:
        assert self.kernel.read(start, end - start) == bytes(end - start)

    @invariant()
    def agrees(self) -> None:
        self.kernel.check()
        assert self.process.app_brk == self.brk
        assert self.process.c.high_water == self.high_water
        assert self.process.c.kern_brk == self.kern_brk
        assert self.process.open == (RAM, self.reach(self.brk))
        assert self.reach(self.brk) <= self.kern_brk


TestMemoryAgainstModel = MemoryAgainstModel.TestCase
TestMemoryAgainstModel.settings = settings(max_examples=50)
