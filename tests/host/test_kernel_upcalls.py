# SPDX-License-Identifier: MIT OR Apache-2.0
"""Yield in all its forms, and the upcall queue against a model."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.host.build import trapped
from tests.host.kernel_machine import (
    ASLEEP,
    FAILURE_2U32,
    SUCCESS_2U32,
    Class,
    Err,
    Kernel,
    Process,
    State,
    Tbf,
)

OK, RESERVE = 0, 5
NO_WAIT, WAIT, WAIT_FOR = 0, 1, 2
CONSOLE, SMALL = 1, 0x40001
INDEX = {0: 0, CONSOLE: 1, SMALL: 3}
"""Driver number: index on the board."""
QUEUE = 10
THUMB, ALIGNED = 1 << 24, 1 << 9


def booted() -> Process:
    """A process whose grants of alarm (0), console and small are made."""
    process = Kernel().boot(Tbf())
    process.grow(256)
    for driver in INDEX:
        process.subscribe(driver, 0, 0, 0)
    return process


def function(process: Process, number: int = 1) -> int:
    return process.binary + 4 * number + 1


def schedule(process: Process, driver: int, number: int, *args: int) -> int:
    return process.kernel.upcall(process, INDEX[driver], number, *args)


def called(process: Process) -> tuple[int, ...]:
    """(function, arguments): the upcall that its frame is set to run."""
    r0, r1, r2, r3, r12, lr, pc, psr = process.frame
    assert r12 == 0x12121212
    assert lr == process.after_svc(Class.YIELD) | 1
    assert psr in (THUMB, THUMB | ALIGNED)
    return (pc | 1, r0, r1, r2, r3)


# -- yield-no-wait


def test_no_wait_with_an_empty_queue_writes_0_and_returns_as_it_came() -> None:
    process = booted()
    flag = process.ram_start + 100
    process.kernel.write(flag - 1, b"\xcc\xcc\xcc")
    assert process.call(Class.YIELD, NO_WAIT, flag, 5, 6) == (NO_WAIT, flag, 5, 6)
    assert process.kernel.read(flag - 1, 3) == b"\xcc\0\xcc"


def test_no_wait_runs_a_queued_upcall_at_once_and_writes_1() -> None:
    process = booted()
    process.subscribe(CONSOLE, 1, function(process), 0xABCD)
    schedule(process, CONSOLE, 1, 10, 11, 12)
    flag = process.ram_start + 100
    process.kernel.write(flag - 1, b"\xcc\xcc\xcc")
    assert process.svc(Class.YIELD, NO_WAIT, flag).returned
    assert called(process) == (function(process), 10, 11, 12, 0xABCD)
    assert process.kernel.read(flag - 1, 3) == b"\xcc\1\xcc"
    assert process.c.queue_count == 0


def test_no_wait_writes_its_byte_into_the_process_s_memory_only() -> None:
    process = booted()
    kernel = process.kernel
    brk = process.app_brk
    for flag in (0, brk, process.c.kern_brk, process.ram_end - 1, process.flash_start):
        before = kernel.read(flag, 1) if flag else b""
        assert process.call(Class.YIELD, NO_WAIT, flag)[0] == NO_WAIT
        assert before == (kernel.read(flag, 1) if flag else b"")
    for flag in (process.ram_start - 1, 0xFFFFFFFF, 0x20000000 - 5, process.flash_start - 1):
        assert process.call(Class.YIELD, NO_WAIT, flag)[0] == NO_WAIT
    kernel.write(brk - 1, b"\xcc")
    process.call(Class.YIELD, NO_WAIT, brk - 1)
    assert kernel.read(brk - 1, 1) == b"\0"


def test_no_wait_drops_null_upcalls_and_never_blocks() -> None:
    process = booted()
    for _ in range(3):
        assert schedule(process, CONSOLE, 0, 1, 2, 3) == OK
    flag = process.ram_start + 100
    process.kernel.write(flag, b"\xcc")
    assert process.call(Class.YIELD, NO_WAIT, flag, 5, 6) == (NO_WAIT, flag, 5, 6)
    assert process.kernel.read(flag, 1) == b"\0"
    assert process.state == State.RUNNING
    assert process.c.queue_count == 0


# -- yield-wait


def test_wait_with_an_upcall_queued_runs_it_without_a_switch() -> None:
    process = booted()
    process.subscribe(0, 0, function(process), 3)
    schedule(process, CONSOLE, 0, 9, 9, 9)  # a null upcall before it is dropped
    schedule(process, 0, 0, 7, 8, 9)
    assert process.svc(Class.YIELD, WAIT).returned
    assert called(process) == (function(process), 7, 8, 9, 3)


def test_wait_blocks_until_an_upcall_that_is_not_null() -> None:
    process = booted()
    process.subscribe(CONSOLE, 2, function(process), 4)
    assert not process.svc(Class.YIELD, WAIT).returned
    assert process.kernel.loop() == ASLEEP
    schedule(process, CONSOLE, 0, 1, 1, 1)
    process.kernel.check()
    assert process.kernel.loop() == ASLEEP
    assert (process.state, process.c.queue_count) == (State.YIELDED, 0)
    schedule(process, CONSOLE, 2, 20, 21, 22)
    assert process.kernel.loop() == 0
    assert called(process) == (function(process), 20, 21, 22, 4)
    assert process.kernel.loop() == 0
    assert called(process)[0] == function(process), "once"


def test_wait_ignores_its_other_registers() -> None:
    process = booted()
    canary = process.ram_start + 100
    process.kernel.write(canary, b"\xcc")
    process.subscribe(0, 0, function(process), 3)
    schedule(process, 0, 0, 7, 8, 9)
    process.svc(Class.YIELD, WAIT, canary, canary, canary)
    process.svc(Class.YIELD, WAIT, canary, canary, canary)
    process.kernel.loop()
    assert process.kernel.read(canary, 1) == b"\xcc"


def test_one_upcall_for_each_yield_in_order_across_drivers() -> None:
    process = booted()
    for number, driver in enumerate((SMALL, 0, CONSOLE)):
        process.subscribe(driver, 0, function(process, number), number)
        schedule(process, driver, 0, number, 0, 0)
    for number in range(3):
        assert process.svc(Class.YIELD, WAIT).returned
        assert called(process) == (function(process, number), number, 0, 0, number)
    assert not process.svc(Class.YIELD, WAIT).returned


def test_a_process_that_is_only_interrupted_gets_no_upcall() -> None:
    process = booted()
    process.subscribe(0, 0, function(process), 3)
    before = process.frame
    schedule(process, 0, 0, 7, 8, 9)
    assert process.kernel.loop() == 0
    assert process.frame == before


@pytest.mark.parametrize("aligned", [0, ALIGNED])
def test_an_upcall_keeps_the_stack_s_alignment_bit_and_nothing_else_of_the_flags(
    aligned: int,
) -> None:
    process = booted()
    process.subscribe(0, 0, function(process), 3)
    process.svc(Class.YIELD, WAIT)
    psr = 0xF600FC00 | THUMB | aligned  # flags and a conditional block
    process.kernel.write(process.stack_pointer + 28, struct.pack("<I", psr))
    schedule(process, 0, 0, 7, 8, 9)
    process.kernel.loop()
    assert process.frame[7] == THUMB | aligned


# -- yield-wait-for


def test_wait_for_takes_an_event_from_the_middle_and_keeps_the_order_of_the_others() -> None:
    process = booted()
    for number in range(3):
        process.subscribe(CONSOLE, number, function(process, number), number)
    for number in (0, 2, 1, 2, 0):
        schedule(process, CONSOLE, number, number, 50 + process.c.queue_count, 0)
    assert process.call(Class.YIELD, WAIT_FOR, CONSOLE, 1) == (1, 52, 0, 0xEEEEEEE3)
    order = []
    for _ in range(4):
        assert process.svc(Class.YIELD, WAIT).returned
        order.append(called(process)[1:3])
    assert order == [(0, 50), (2, 51), (2, 53), (0, 54)]


def test_wait_for_is_answered_in_its_registers_and_the_function_is_not_called() -> None:
    process = booted()
    process.subscribe(CONSOLE, 1, function(process), 5)
    assert not process.svc(Class.YIELD, WAIT_FOR, CONSOLE, 1, 0x33).returned
    assert process.kernel.loop() == ASLEEP
    assert schedule(process, CONSOLE, 1, 70, 71, 72) == OK
    assert process.kernel.loop() == 0
    frame = (70, 71, 72, 0x33, 0x12121212, 0x14141414, process.after_svc(0), 0x61000000)
    assert process.frame == frame
    assert process.c.queue_count == 0


def test_wait_for_takes_null_upcalls() -> None:
    process = booted()
    schedule(process, CONSOLE, 1, 1, 2, 3)
    assert process.call(Class.YIELD, WAIT_FOR, CONSOLE, 1, 0x33) == (1, 2, 3, 0x33)


def test_wait_for_sleeps_through_events_of_others() -> None:
    process = booted()
    process.subscribe(CONSOLE, 0, function(process), 5)
    process.svc(Class.YIELD, WAIT_FOR, CONSOLE, 1)
    for driver, number in ((CONSOLE, 0), (CONSOLE, 2), (0, 0), (SMALL, 1)):
        schedule(process, driver, number, 9, 9, 9)
        assert process.kernel.loop() == ASLEEP
    schedule(process, CONSOLE, 1, 1, 2, 3)
    schedule(process, CONSOLE, 0, 8, 8, 8)  # after the match
    assert process.kernel.loop() == 0
    assert process.frame[:3] == (1, 2, 3)
    assert process.c.queue_count == 5


def test_a_full_queue_cannot_hide_the_event_that_is_waited_for() -> None:
    process = booted()
    for _ in range(QUEUE):
        assert schedule(process, CONSOLE, 0, 9, 9, 9) == OK
    process.svc(Class.YIELD, WAIT_FOR, CONSOLE, 1)
    assert schedule(process, CONSOLE, 0, 9, 9, 9) == Err.NOMEM
    assert schedule(process, CONSOLE, 1, 1, 2, 3) == OK
    assert process.kernel.loop() == 0
    assert process.frame[:3] == (1, 2, 3)
    assert process.c.queue_count == QUEUE


@pytest.mark.parametrize(
    ("driver", "number"),
    [
        (0x777, 0),  # no such driver
        (2, 0),  # one that cannot have upcalls
        (CONSOLE, 3),
        (0, 256),  # as the console's 0 is kept inside
        (0, 0x10000),
        (CONSOLE, 0xFFFFFF00),
        (0xFFFFFFFF, 0xFFFFFFFF),
    ],
)
def test_what_cannot_happen_is_waited_for_without_end(driver: int, number: int) -> None:
    process = booted()
    for own in INDEX:
        schedule(process, own, 0, 9, 9, 9)
    assert not process.svc(Class.YIELD, WAIT_FOR, driver, number).returned
    for own in INDEX:
        schedule(process, own, 0, 9, 9, 9)
    assert process.kernel.loop() == ASLEEP
    assert process.state == State.WAITING


@pytest.mark.parametrize("number", [3, 4, 255, 256, 0x10000, 0xFFFFFFFF])
def test_an_unknown_yield_returns_and_changes_nothing(number: int) -> None:
    process = booted()
    process.subscribe(0, 0, function(process), 3)
    schedule(process, 0, 0, 1, 2, 3)
    registers = (number, process.ram_start + 100, 5, 6)
    before = process.kernel.read(process.ram_start + 32, 224)
    assert process.call(Class.YIELD, *registers) == registers
    assert process.frame[4:] == (0x12121212, 0x14141414, process.after_svc(0), 0x61000000)
    assert process.kernel.read(process.ram_start + 32, 224) == before
    assert process.c.queue_count == 1


# -- the queue


def test_an_upcall_to_a_full_queue_is_counted_and_lost() -> None:
    process = booted()
    process.subscribe(0, 0, function(process), 0)
    for number in range(QUEUE):
        assert schedule(process, 0, 0, number, 0, 0) == OK
    assert schedule(process, 0, 0, 99, 0, 0) == Err.NOMEM
    assert schedule(process, 0, 0, 99, 0, 0) == Err.NOMEM
    assert process.c.dropped == 2
    process.c.dropped = 0xFFFF
    schedule(process, 0, 0, 99, 0, 0)
    assert process.c.dropped == 0xFFFF, "a count that is full stays so"
    for number in range(QUEUE):
        assert process.svc(Class.YIELD, WAIT).returned
        assert called(process)[1] == number


def test_an_upcall_needs_the_driver_s_grant_and_a_process_that_lives() -> None:
    process = Kernel().boot()
    assert schedule(process, CONSOLE, 0, 1, 2, 3) == RESERVE
    assert process.kernel.upcall(process, 2, 0, 1, 2, 3) == RESERVE
    process.subscribe(CONSOLE, 0, 0, 0)
    process.svc(Class.EXIT, 0)
    process.kernel.loop()
    assert schedule(process, CONSOLE, 0, 1, 2, 3) == Err.NODEVICE


def test_a_driver_s_wrong_upcall_number_is_caught() -> None:
    """What is stored behind its upcalls are buffers of the process."""
    process = booted()
    assert not trapped(lambda: schedule(process, CONSOLE, 2, 1, 2, 3))
    assert trapped(lambda: schedule(process, CONSOLE, 3, 1, 2, 3))
    assert trapped(lambda: schedule(process, 0, 1, 1, 2, 3))


def test_subscribe_removes_what_is_pending_for_it_null_or_not() -> None:
    process = booted()
    process.subscribe(CONSOLE, 1, function(process), 5)
    schedule(process, CONSOLE, 1, 1, 0, 0)
    schedule(process, CONSOLE, 0, 2, 0, 0)  # null, another number
    schedule(process, CONSOLE, 1, 3, 0, 0)
    schedule(process, SMALL, 1, 4, 0, 0)  # null, another driver
    process.subscribe(CONSOLE, 1, 0, 0)
    schedule(process, CONSOLE, 1, 5, 0, 0)
    process.subscribe(CONSOLE, 1, function(process), 5)
    assert process.c.queue_count == 2
    assert process.call(Class.YIELD, WAIT_FOR, SMALL, 1)[0] == 4
    assert process.call(Class.YIELD, WAIT_FOR, CONSOLE, 0)[0] == 2


def test_a_subscribe_that_fails_removes_nothing() -> None:
    process = booted()
    process.subscribe(CONSOLE, 1, function(process), 5)
    schedule(process, CONSOLE, 1, 1, 2, 3)
    for number, pointer in ((1, 3), (3, 0), (0x101, 0)):
        assert process.subscribe(CONSOLE, number, pointer, 0)[0] == FAILURE_2U32
    assert process.svc(Class.YIELD, WAIT).returned
    assert called(process) == (function(process), 1, 2, 3, 5)


def test_a_blocked_process_without_its_stack_is_faulted_when_it_shall_go_on() -> None:
    """Its break cannot move while it is blocked; whatever moved it, the kernel is safe."""
    for form in (WAIT, WAIT_FOR):
        process = booted()
        kernel = process.kernel
        process.subscribe(CONSOLE, 1, function(process), 5)
        process.svc(Class.YIELD, form, CONSOLE, 1, sp=process.app_brk - 32)
        before = kernel.read(process.stack_pointer, 32)
        process.c.arch.limits.app_brk -= 4
        assert schedule(process, CONSOLE, 1, 1, 2, 3) == OK
        assert kernel.loop() == ASLEEP
        assert process.state == State.FAULTED
        assert kernel.read(process.stack_pointer, 32) == before


@dataclass(frozen=True)
class Entry:
    """One queued upcall of the model."""

    id: tuple[int, int]
    function: int
    appdata: int
    args: tuple[int, int, int]


ids = st.sampled_from(
    [(0, 0), (CONSOLE, 0), (CONSOLE, 1), (CONSOLE, 2), (SMALL, 0), (SMALL, 1)]
)


class UpcallsAgainstModel(RuleBasedStateMachine):
    """Drivers schedule, the process subscribes and yields; a list is the model."""

    def __init__(self) -> None:
        super().__init__()
        self.process = booted()
        self.kernel = self.process.kernel
        self.queue: list[Entry] = []
        self.subscribed: dict[tuple[int, int], tuple[int, int]] = {}
        self.dropped = 0
        self.count = 0
        self.waits: tuple[int, int] | str = ""
        """What it is blocked in: "any", an id, or nothing."""
        self.satisfied: tuple[int, ...] | None = None
        """Registers 0 to 3 that it goes on with, once the loop lets it."""

    @rule(of=ids)
    def schedule(self, of: tuple[int, int]) -> None:
        self.count += 1
        args = (self.count, self.count + 1, self.count + 2)
        result = schedule(self.process, *of, *args)
        if self.waits == "any":
            entry = Entry(of, *self.subscribed.get(of, (0, 0)), args)
            assert result == OK
            if entry.function:
                self.waits, self.satisfied = "", (*args, entry.appdata)
                self.expect_call(entry)
        elif self.waits == of:
            self.waits, self.satisfied = "", (*args, 0xEEEEEEE3)
            assert result == OK
        elif len(self.queue) == QUEUE:
            self.dropped += 1
            assert result == Err.NOMEM
        else:
            self.queue.append(Entry(of, *self.subscribed.get(of, (0, 0)), args))
            assert result == OK

    @precondition(lambda self: not self.waits and self.satisfied is None)
    @rule(of=ids, to=st.integers(0, 3), appdata=st.integers(0, 9))
    def subscribe(self, of: tuple[int, int], to: int, appdata: int) -> None:
        pointer = to and function(self.process, to)
        answer = self.process.subscribe(*of, pointer, appdata)
        assert answer[:3] == (SUCCESS_2U32, *self.subscribed.get(of, (0, 0)))
        self.subscribed[of] = (pointer, appdata)
        self.queue = [entry for entry in self.queue if entry.id != of]

    def first_with_a_function(self) -> Entry | None:
        while self.queue:
            entry = self.queue.pop(0)
            if entry.function:
                return entry
        return None

    def expect_call(self, entry: Entry) -> None:
        assert called(self.process) == (entry.function, *entry.args, entry.appdata)

    @precondition(lambda self: not self.waits and self.satisfied is None)
    @rule()
    def yield_no_wait(self) -> None:
        flag = self.process.ram_start + 100
        outcome = self.process.svc(Class.YIELD, NO_WAIT, flag)
        assert outcome.returned
        entry = self.first_with_a_function()
        assert self.kernel.read(flag, 1) == bytes([entry is not None])
        if entry:
            self.expect_call(entry)
        else:
            assert outcome.registers[:2] == (NO_WAIT, flag)

    @precondition(lambda self: not self.waits and self.satisfied is None)
    @rule()
    def yield_wait(self) -> None:
        returned = self.process.svc(Class.YIELD, WAIT).returned
        entry = self.first_with_a_function()
        assert returned == (entry is not None)
        if entry:
            self.expect_call(entry)
        else:
            self.waits = "any"

    @precondition(lambda self: not self.waits and self.satisfied is None)
    @rule(of=ids)
    def yield_wait_for(self, of: tuple[int, int]) -> None:
        outcome = self.process.svc(Class.YIELD, WAIT_FOR, *of)
        found = [entry for entry in self.queue if entry.id == of]
        assert outcome.returned == bool(found)
        if found:
            self.queue.remove(found[0])
            assert outcome.registers == (*found[0].args, 0xEEEEEEE3)
        else:
            self.waits = of

    @rule()
    def loop(self) -> None:
        end = self.kernel.loop()
        if self.satisfied:
            assert self.process.frame[:4] == self.satisfied
            self.satisfied = None
        assert end == (ASLEEP if self.waits else 0)

    @invariant()
    def agrees(self) -> None:
        self.kernel.check()
        assert self.process.c.queue_count == len(self.queue)
        assert self.process.c.dropped == self.dropped


TestUpcallsAgainstModel = UpcallsAgainstModel.TestCase
TestUpcallsAgainstModel.settings = settings(max_examples=50, stateful_step_count=80)
