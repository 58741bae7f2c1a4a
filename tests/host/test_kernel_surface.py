# SPDX-License-Identifier: MIT OR Apache-2.0
"""Anything a process can do to its registers, its stack and its memory, in any order.

Whatever it tries, the kernel stays within its own memory (the sanitizer and the margins
around all process memory watch), keeps its invariants, and changes nobody else's memory.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.host.kernel_machine import (
    ASLEEP,
    FLASH,
    HALTED,
    RAM,
    SIZE,
    Kernel,
    Process,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
    regions_tlv,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSES = 3
RESTART = 1

PLACES: dict[str, Callable[[Process], int]] = {
    "nowhere": lambda process: 0,
    "ram": lambda process: process.ram_start,
    "break": lambda process: process.app_brk,
    "grants": lambda process: int(process.c.kern_brk),
    "end": lambda process: process.ram_end,
    "flash": lambda process: process.flash_start,
    "binary": lambda process: process.binary,
    "flash end": lambda process: int(process.c.arch.limits.flash_end),
    "stack": lambda process: process.stack_pointer,
    "another": lambda process: process.kernel.process((process.slot + 1) % PROCESSES).ram_start,
    "pools": lambda process: RAM + SIZE,
    "top": lambda process: 0xFFFFFFFF,
}
near = st.one_of(st.just(0), st.integers(-40, 40), st.integers(-5000, 5000))
places = st.tuples(st.sampled_from(sorted(PLACES)), near)
small = st.tuples(st.just("nowhere"), st.integers(0, 12))
anything = st.tuples(st.just("nowhere"), st.integers(0, 0xFFFFFFFF))
drivers = st.tuples(st.just("nowhere"), st.sampled_from([0, 1, 2, 0x40001, 0x90000, 3]))
values = st.one_of(small, places, anything)
rests = st.tuples(values, values, values)
slots = st.tuples(st.sampled_from([0, 1, 1, 0x40001]), st.integers(0, 2))
upcalls = st.sampled_from([(0, 0), (1, 1), (1, 2), (3, 1)])
Value = tuple[str, int]


class AnySystemCall(RuleBasedStateMachine):
    """Three processes; the one in the registers does anything."""

    def __init__(self) -> None:
        super().__init__()
        elements = main_tlv(ram=1500) + name_tlv(b"x") + regions_tlv((16, 8)) + kernel_tlv()
        self.kernel = Kernel()
        self.kernel.load(*[Tbf(elements)] * PROCESSES)
        self.kernel.loop()

    @initialize(policy=st.sampled_from([0, RESTART, RESTART, RESTART]))
    def choose_policy(self, policy: int) -> None:
        self.kernel.board.fault = policy
        self.kernel.board.result = {"variant": 133, "value": [1, 2, 3]}

    def current(self) -> Process:
        return self.kernel.process(self.kernel.current)

    def resolve(self, value: Value) -> int:
        place, offset = value
        return PLACES[place](self.current()) + offset & 0xFFFFFFFF

    def others(self) -> list[bytes]:
        """All memory but the block of the process in the registers."""
        process = self.current()
        return [
            self.kernel.read(FLASH, SIZE),
            self.kernel.read(RAM, process.ram_start - RAM),
            self.kernel.read(process.ram_end, RAM + SIZE - process.ram_end),
        ]

    def svc(self, sp: int) -> None:
        before = self.others()
        returned = self.kernel.lib.kernel_board_svc(sp)
        assert self.others() == before
        self.kernel.check()
        if not returned:
            self.turn()

    def turn(self) -> None:
        end = self.kernel.loop()
        assert end != HALTED
        if end == ASLEEP:
            states = [self.kernel.process(slot).state for slot in range(PROCESSES)]
            assert State.RUNNING not in states

    def call(self, number: int, *registers: int) -> None:
        process = self.current()
        sp = process.stack_pointer
        frame = (*registers, 0, 0, process.after_svc(number), 1 << 24)
        if process.ram_start <= sp <= process.app_brk - 32:
            self.kernel.write(sp, struct.pack("<8I", *frame))
        self.svc(sp)

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(number=st.integers(0, 7), first=st.one_of(drivers, values), rest=rests)
    def system_call(self, number: int, first: Value, rest: tuple[Value, Value, Value]) -> None:
        self.call(number, *(self.resolve(value) for value in (first, *rest)))

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(number=st.sampled_from([1, 3, 4]), of=slots, where=places, size=st.integers(0, 600))
    def swap(self, number: int, of: tuple[int, int], where: Value, size: int) -> None:
        self.call(number, *of, self.resolve(where), size)

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(offset=st.integers(32, 2048))
    def move_break(self, offset: int) -> None:
        self.call(5, 0, self.current().ram_start + offset, 0, 0)

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(form=st.integers(0, 2), of=slots, flag=places)
    def yield_(self, form: int, of: tuple[int, int], flag: Value) -> None:
        self.call(0, form, *(of if form else (self.resolve(flag), 0)), 0)

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(where=places, number=st.integers(8, 255), which=st.integers(0, 9))
    def fault(self, where: Value, number: int, which: int) -> None:
        """Mostly not: faults end what the other rules built up."""
        if which == 0:
            self.svc(self.resolve(where) & ~3)
        elif which == 1:
            self.call(number, 0, 0, 0, 0)

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(offset=st.integers(0, 1400))
    def move_the_stack(self, offset: int) -> None:
        """As a switch would save it."""
        process = self.current()
        room = process.app_brk - 32 - process.ram_start
        process.c.arch.stack_pointer = process.ram_start + min(offset, room) // 4 * 4

    @precondition(lambda self: self.kernel.current >= 0)
    @rule(byte=st.integers(0, 255))
    def fill_memory(self, byte: int) -> None:
        start, end = self.current().open
        self.kernel.write(start, bytes([byte]) * (end - start))

    @rule(slot=st.integers(0, PROCESSES - 1), upcall=upcalls)
    def upcall(self, slot: int, upcall: tuple[int, int]) -> None:
        self.kernel.upcall(self.kernel.process(slot), *upcall, 1, 2, 3)
        self.kernel.check()

    @rule(expired=st.booleans())
    def interrupt(self, expired: bool) -> None:
        self.kernel.board.expired = expired
        self.kernel.lib.arch_host_raise(9)
        self.turn()

    def teardown(self) -> None:
        told = self.kernel.exits() if self.kernel.board.event_count < 4096 else []
        assert len(told) == len(set(told)), "each driver once for each life"


TestAnySystemCall = AnySystemCall.TestCase
TestAnySystemCall.settings = settings(max_examples=60, stateful_step_count=60)
