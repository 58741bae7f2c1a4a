# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever processes do to the console, nobody waits for ever and nobody sees another's text.

Each slot writes its own letter only and its reads are answered with a digit of their own.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.fakes.capsule import Err
from tests.host.fakes.fake_console import BUFFER, READ_DONE, RX, TX, WRITTEN, Console

SLOTS = 4
LETTERS = [b"a", b"b", b"c", b"d"]
slots = st.integers(0, SLOTS - 1)


class ConsoleUnderFire(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.console = Console(*range(SLOTS))
        self.writing: set[int] = set()
        self.reading: set[int] = set()

    def look(self) -> None:
        """Upcalls come for what was asked for, once."""
        for slot in range(SLOTS):
            for number, *_ in self.console.upcalls(slot):
                waiting = self.writing if number == WRITTEN else self.reading
                assert number in (WRITTEN, READ_DONE)
                waiting.remove(slot)

    @rule(slot=slots, there=st.integers(0, 3 * TX), length=st.integers(0, 3 * TX))
    def write(self, slot: int, there: int, length: int) -> None:
        result = self.console.write(slot, LETTERS[slot] * there, length)
        assert (result == Err.BUSY) == (slot in self.writing)
        if result is None:
            self.writing.add(slot)
        self.look()

    @rule(slot=slots, length=st.integers(0, RX + 1))
    def read(self, slot: int, length: int) -> None:
        result = self.console.read(slot, length)
        if slot in self.reading:
            assert result == Err.BUSY
        elif result is None:
            self.reading.add(slot)
        self.look()

    @rule(slot=slots)
    def abort(self, slot: int) -> None:
        self.console.abort(slot)
        self.look()

    @rule(slot=slots, length=st.integers(0, 3))
    def swap(self, slot: int, length: int) -> None:
        self.console.allow_ro(slot, BUFFER, LETTERS[slot] * length)
        self.console.allow_rw(slot, BUFFER, length)

    @rule(slot=slots)
    def die(self, slot: int) -> None:
        self.console.end(slot)
        self.console.start(slot)
        self.writing.discard(slot)
        self.reading.discard(slot)
        self.look()

    @rule(refusals=st.lists(st.sampled_from([Err.FAIL, Err.OFF]), max_size=2))
    def refuse(self, refusals: list[int]) -> None:
        self.console.uart.refusals = refusals

    @rule(err=st.sampled_from([Err.OK, Err.OK, Err.FAIL]))
    def finish(self, err: Err) -> None:
        if self.console.uart.transmission is not None:
            out = self.console.uart.finish(err)
            assert len(set(out)) == 1, "text of two processes in one chunk"
            self.look()

    @rule(count=st.integers(1, RX))
    def type(self, count: int) -> None:
        uart = self.console.uart
        for _ in range(count):
            reader = self.console.state.reader.slot
            uart.type(b"%d" % reader)
            assert set(self.console.line(reader)) <= {0, ord(f"{reader}")}
        self.look()

    @rule(err=st.sampled_from([Err.OK, Err.CANCEL]))
    def end_reception(self, err: Err) -> None:
        if self.console.uart.reception is not None and self.console.uart.cancelled:
            self.console.uart.end_reception(err)
            self.look()

    def teardown(self) -> None:
        """Everybody gets an end when the hardware goes on."""
        if not hasattr(self, "console"):
            return
        uart = self.console.uart
        uart.refusals = []
        uart.drain()
        for _ in range(2 * SLOTS):
            if uart.reception is not None:
                uart.end_reception(Err.CANCEL if uart.cancelled else Err.FAIL)
        self.look()
        assert not self.writing
        assert not self.reading
        for slot in range(SLOTS):
            assert self.console.write(slot, LETTERS[slot]) is None
        assert sorted(uart.drain()) == sorted(b"".join(LETTERS))


TestConsoleUnderFire = ConsoleUnderFire.TestCase
