# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever the converter is asked for, and whenever its interrupts come, each ends once.

Clients cancel, start again inside completions, and cancel the other's there; interrupts are
late, or come for nothing. A recording has samples of its channel without a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.host.fakes.fake_lm3s_adc import (
    ALREADY,
    BUSY,
    CANCEL,
    CANCELLED,
    CONVERSION,
    FAIL,
    OK,
    RECORDING,
    TOO_LATE,
    Lm3sAdc,
)

if TYPE_CHECKING:
    from tests.host.fakes.callbacks import CData

channels = st.integers(0, 3)


class ConverterUnderFire(RuleBasedStateMachine):
    @initialize(emulator=st.booleans())
    def begin(self, *, emulator: bool) -> None:
        self.adc = Lm3sAdc(emulator=emulator)
        self.adc.then = self.ended
        self.lent: dict[int, CData] = {}
        self.cancelled: set[int] = set()
        self.inside: list[str] = []
        self.looked = 0

    def kind(self, op: CData) -> int:
        typeof = self.adc.lib.ffi.typeof
        return CONVERSION if typeof(op) is typeof("struct adc_conversion *") else RECORDING

    def start(self, op: CData) -> None:
        kind = self.kind(op)
        err = self.adc.sample(op) if kind == CONVERSION else self.adc.record(op)
        assert err == (BUSY if kind in self.lent else OK)
        if err == OK:
            self.lent[kind] = op

    def stop(self, kind: int, op: CData) -> None:
        err, outcome = self.adc.cancel(op)
        if self.lent.get(kind) != op:
            assert err == ALREADY
            return
        assert (err, outcome) == (OK, TOO_LATE if kind in self.cancelled else CANCELLED)
        self.cancelled.add(kind)

    def ended(self, op: CData) -> None:
        """A completion; what the client does in it is the next of `inside`."""
        kind = self.kind(op)
        assert self.lent.pop(kind, None) == op, "what is not lent has ended"
        done, err, found = self.adc.done[-1]
        assert done == op
        assert (err == CANCEL) == (kind in self.cancelled)
        self.cancelled.discard(kind)
        words = [cast("int", found)] if kind == CONVERSION else cast("list[int]", found)
        if kind == CONVERSION and err == CANCEL:
            assert words == [0]
        else:
            self.samples(kind, op, err, [word >> 6 for word in words])
        doing = self.inside.pop(0) if self.inside else ""
        if doing == "again":
            self.start(op)
        elif doing == "other":
            self.start(self.adc.recording(2) if kind == CONVERSION else self.adc.conversion())
        elif doing == "cancel":
            for each, lent in list(self.lent.items()):
                self.stop(each, lent)

    def samples(self, kind: int, op: CData, err: int, words: list[int]) -> None:
        if kind == CONVERSION:
            assert err == OK
        elif err == OK:
            assert len(words) == op.len
        else:
            assert err in (CANCEL, FAIL)
            assert len(words) < op.len
        assert {word >> 8 for word in words} <= {int(op.input.channel)}, "another channel's"
        numbers = [word & 0xFF for word in words]
        first = numbers[0] if numbers else 0
        assert numbers == [(first + n) % 256 for n in range(len(numbers))], "a gap"

    @rule(channel=channels)
    def convert(self, channel: int) -> None:
        self.start(self.adc.conversion(channel))

    @rule(size=st.integers(1, 40), channel=channels, rate=st.sampled_from([1, 1000, 10_000]))
    def record(self, size: int, channel: int, rate: int) -> None:
        self.start(self.adc.recording(size, channel, rate))

    @rule(kind=st.sampled_from([CONVERSION, RECORDING]))
    def cancel(self, kind: int) -> None:
        if kind in self.lent:
            self.stop(kind, self.lent[kind])
        else:
            op = self.adc.conversion() if kind == CONVERSION else self.adc.recording(1)
            self.stop(kind, op)

    @rule(doing=st.lists(st.sampled_from(["again", "other", "cancel", ""]), max_size=4))
    def will_do_inside(self, doing: list[str]) -> None:
        self.inside = doing

    @rule(steps=st.integers(1, 40))
    def late(self, steps: int) -> None:
        for _ in range(steps):
            self.adc.hardware.step()

    @rule(steps=st.integers(1, 12))
    def in_time(self, steps: int) -> None:
        for _ in range(steps):
            self.adc.hardware.step()
            self.adc.serve()

    @rule(name=st.sampled_from(["recording_interrupt", "conversion_interrupt", "ended"]))
    def for_nothing(self, name: str) -> None:
        self.adc.call(name, self.adc.adc)

    @rule()
    def serve(self) -> None:
        self.adc.serve()

    @invariant()
    def off_unless_lent(self) -> None:
        if hasattr(self, "adc"):
            hardware = self.adc.hardware
            on = {kind for kind in (CONVERSION, RECORDING) if hardware.active >> kind & 1}
            assert on == set(self.lent) - self.cancelled
            if RECORDING not in on:
                assert hardware.timer in (None, 0)

    def teardown(self) -> None:
        if hasattr(self, "adc"):
            self.inside = []
            self.adc.run()
            assert self.lent == {}, "these wait for ever"
            assert self.adc.hardware.timer is None


TestConverterUnderFire = ConverterUnderFire.TestCase
