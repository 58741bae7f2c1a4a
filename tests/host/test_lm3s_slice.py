# SPDX-License-Identifier: MIT OR Apache-2.0
"""The time slice on a timer of the LM3S; its end may come before any access.

A handler does nothing but set a flag and request the loop, so it runs between any two
accesses, too: `at` is the access in front of which the slice ends.
"""

from __future__ import annotations

import pytest
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_lm3s_gptm import GptmHardware, library
from tests.host.fakes.fake_time import FakeTime

NEVER = -1
MOMENTS = [NEVER, *range(12)]


class Slice:
    def __init__(self) -> None:
        lib = self.lib = library()
        lib.arch_host.loop_requested = False
        self.callbacks = Callbacks(lib)
        time = FakeTime(lib, self.callbacks)
        struct = "lm3s_gptm_registers"
        self.hardware = GptmHardware(lib, self.callbacks, struct, time, tick=0)
        self.state = lib.new("struct lm3s_slice_state *")
        self.slice = lib.new("struct lm3s_slice *")
        self.slice.state = self.state
        pointer = "volatile struct lm3s_slice_registers *"
        self.slice.registers = lib.ffi.cast(pointer, self.hardware.memory)
        self.port = lib.new("struct policy_slice *", {"owner": self.slice})
        assert self.call("init", self.slice) == 0

    def call(self, name: str, *arguments: object) -> int:
        result = getattr(self.lib, f"lm3s_slice_{name}")(*arguments)
        self.hardware.settle()
        self.callbacks.check()
        return int(result or 0)

    def start(self, ticks: int) -> None:
        self.call("slice_start", self.port, ticks)

    def stop(self) -> None:
        self.call("slice_stop", self.port)

    def expired(self) -> bool:
        return bool(self.call("slice_expired", self.port))

    def pass_ticks(self, ticks: int) -> None:
        self.hardware.advance(ticks)
        if self.hardware.up():
            self.call("interrupt", self.slice)

    def end_at(self, at: int, *, late: bool) -> None:
        """The slice ends in front of the access `at` from now on; its handler runs there.

        `late`: the handler runs only after the call, as where its line has been masked.
        """
        start = self.hardware.accesses

        def between(number: int) -> None:
            if number - start == at and self.hardware.enabled():
                self.hardware.advance(self.hardware.count)
                if not late:
                    self.hardware.between = lambda number: None
                    self.lib.lm3s_slice_interrupt(self.slice)
                    self.hardware.settle()

        self.hardware.between = between

    def requested(self) -> bool:
        return bool(self.lib.arch_host.loop_requested)


@pytest.mark.parametrize("ticks", [1, 2, 125_000, (1 << 32) - 1])
def test_a_slice_ends_after_its_ticks_and_asks_for_the_loop(ticks: int) -> None:
    timer = Slice()
    timer.start(ticks)
    timer.pass_ticks(ticks - 1)
    assert (timer.expired(), timer.requested()) == (False, False)
    timer.pass_ticks(1)
    assert (timer.expired(), timer.requested()) == (True, True)
    assert not timer.hardware.up()
    timer.pass_ticks(1 << 33)
    assert not timer.hardware.up(), "once"


def test_a_slice_that_is_stopped_does_not_end() -> None:
    timer = Slice()
    timer.start(100)
    timer.pass_ticks(50)
    timer.stop()
    timer.pass_ticks(1000)
    assert (timer.expired(), timer.requested()) == (False, False)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("again", [True, False], ids=["start", "stop"])
def test_the_end_of_the_old_slice_is_not_the_end_of_the_new_one(
    at: int, late: bool, again: bool
) -> None:
    timer = Slice()
    timer.start(100)
    timer.end_at(at, late=late)
    if again:
        timer.start(200)
    else:
        timer.stop()
    old_slice_ended_in_time = not timer.hardware.enabled() and again
    timer.hardware.between = lambda number: None
    timer.call("interrupt", timer.slice)  # recorded before, runs now
    if old_slice_ended_in_time:
        assert timer.expired(), "the new slice itself ended at once"
    else:
        assert not timer.expired()
    if again and not old_slice_ended_in_time:
        timer.pass_ticks(199)
        assert not timer.expired()
        timer.pass_ticks(1)
        assert timer.expired()


def test_a_stale_interrupt_ends_nothing_and_asks_for_nothing() -> None:
    timer = Slice()
    timer.start(100)
    timer.call("interrupt", timer.slice)
    assert (timer.expired(), timer.requested()) == (False, False)
