# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever processes do to the ADC driver, nobody waits for ever and nobody hears another.

Each single sample that was accepted is told once, in the life that asked for it. Samples at
a rate go to their owner alone and follow each other without a gap; after a stop, an error or
the last of a buffer nothing more comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.fakes.capsule import Err
from tests.host.test_adc_driver import (
    BUFFER,
    CHANNELS,
    FILL,
    ONE,
    RATE,
    REPEAT,
    SAMPLE,
    STOP,
    STREAM,
    STREAMED,
    Adc,
)

SLOTS = 4
slots = st.integers(0, SLOTS - 1)
channels = st.integers(0, CHANNELS)
errors = st.sampled_from([Err.OK, Err.OK, Err.OK, Err.OK, Err.FAIL])
lengths = st.sampled_from([0, 1, 2, 6, 8, 9, 20])


@dataclass
class Owner:
    slot: int
    command: int
    channel: int
    since: int
    """Samples that had been given when it began."""
    told: int = 0


class AdcUnderFire(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.driver = Adc(*range(SLOTS))
        self.waiting: dict[int, int] = {}
        self.owner: Owner | None = None

    def look(self) -> None:
        for slot in range(SLOTS):
            for told in self.driver.told(slot):
                if told[0] & 0xFF == ONE:
                    assert told[1] == self.waiting.pop(slot)
                    assert told[2] == (0 if told[0] >> 8 else (10 + told[1]) << 6)
                else:
                    self.told_owner(slot, *told)

    def told_owner(self, slot: int, mode: int, what: int, value: int) -> None:
        owner, err = self.owner, mode >> 8
        assert owner is not None
        assert slot == owner.slot, "another's"
        assert mode & 0xFF == owner.command - 1
        assert what & 0xFF == owner.channel
        first = owner.since + owner.told + 1
        if owner.command == REPEAT:
            assert value == (0 if err else first)
            owner.told += not err
        elif (count := what >> 8) and not err:
            words = self.driver.words(slot, value)[:count]
            assert words == list(range(first, first + count)), "a gap"
            owner.told += count
        if err or mode & 0xFF == BUFFER:
            self.owner = None

    @rule(slot=slots, channel=channels)
    def sample(self, slot: int, channel: int) -> None:
        result = self.driver.command(slot, SAMPLE, channel)
        if channel == CHANNELS:
            assert result == Err.INVAL
        elif slot in self.waiting:
            assert result == Err.BUSY
        elif result is None:
            self.waiting[slot] = channel
        self.look()

    @rule(
        slot=slots,
        command=st.sampled_from([REPEAT, FILL, STREAM]),
        channel=channels,
        rate=st.sampled_from([0, RATE, RATE]),
    )
    def begin_rate(self, slot: int, command: int, channel: int, rate: int) -> None:
        given = self.driver.recorder.given
        result = self.driver.command(slot, command, channel, rate)
        if self.owner is not None:
            assert result is not None
        elif result is None:
            assert channel < STREAMED
            assert rate
            self.owner = Owner(slot, command, channel, given)
        self.look()

    @rule(slot=slots)
    def stop(self, slot: int) -> None:
        assert self.driver.command(slot, STOP) is None
        if self.owner is not None and self.owner.slot == slot:
            self.owner = None
        self.look()

    @rule(slot=slots, number=st.integers(0, 1), length=lengths)
    def swap(self, slot: int, number: int, length: int) -> None:
        """Only what is not being filled: a test that looks at samples would see them go."""
        owner = self.owner
        if owner is None or owner.slot != slot or owner.command == REPEAT:
            self.driver.allow_rw(slot, number, length)

    @rule(number=st.integers(0, 1))
    def withdraw(self, number: int) -> None:
        """The owner takes a buffer back; what it has been told until then stands."""
        if self.owner is not None:
            self.driver.allow_rw(self.owner.slot, number, 0)

    @rule(refusals=st.lists(st.sampled_from([Err.OFF, Err.FAIL]), max_size=2))
    def will_refuse(self, refusals: list[int]) -> None:
        self.driver.adc.refusals = list(refusals)

    @rule(refusals=st.lists(st.sampled_from([Err.OFF, Err.FAIL]), max_size=1))
    def will_refuse_rates(self, refusals: list[int]) -> None:
        self.driver.recorder.refusals = list(refusals)

    @rule(err=errors, times=st.integers(1, 5))
    def finish(self, err: Err, times: int) -> None:
        for _ in range(times):
            if (transfer := self.driver.adc.transfer) is not None:
                self.driver.finish(err, int(transfer.input.channel) << 6)
        self.look()

    @rule(err=errors, times=st.integers(1, 8))
    def record(self, err: Err, times: int) -> None:
        for _ in range(times):
            if self.driver.recorder.recording is not None:
                self.driver.record(err)
                self.look()

    @rule(slot=slots)
    def live_again(self, slot: int) -> None:
        self.driver.end(slot)
        self.waiting.pop(slot, None)
        if self.owner is not None and self.owner.slot == slot:
            self.owner = None
        self.driver.start(slot)

    def teardown(self) -> None:
        if not hasattr(self, "driver"):
            return
        self.driver.adc.refusals = []
        for _ in range(100):
            if (transfer := self.driver.adc.transfer) is None:
                break
            self.driver.finish(value=int(transfer.input.channel) << 6)
        self.look()
        assert self.waiting == {}, "these wait for ever"
        for slot in range(SLOTS):
            self.stop(slot)
        if self.driver.recorder.recording is not None:
            self.driver.record()
        self.look()
        assert self.driver.recorder.recording is None


TestAdcUnderFire = AdcUnderFire.TestCase
