# SPDX-License-Identifier: MIT OR Apache-2.0
"""The general-purpose timer of the LM3S, as one timer of 32 bits that counts down.

What is written to it while it counts is an error here: the data sheet says of most of it
that the result is not what one would like.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.build import RUNTIME
from tests.host.fakes.registers import driver_library
from tests.host.fakes.timer_driver import TimerDriver, TimerHardware

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks
    from tests.host.fakes.fake_time import FakeTime

ENABLE, TRIGGER, TIMEOUT = 1, 1 << 5, 1
WHOLE, ONCE, PERIODIC = 0, 1, 2
UNSET = -1


@cache
def library() -> Library:
    """Both drivers, the mux that shares an alarm, and where the loop is requested."""
    return driver_library(
        "lm3s_gptm",
        "chips/lm3s/lm3s_gptm.c",
        "chips/lm3s/lm3s_slice.c",
        "virtualizers/mux_alarm.c",
        include=[RUNTIME / "arch/host"],
        extra_c='#include "arch/arch.h"\n\nstruct arch_host arch_host;\n',
    )


class GptmHardware(TimerHardware):
    """`triggers` counts those of the converter."""

    control = load = mask = triggers = 0
    config = mode = UNSET

    def enabled(self) -> bool:
        return bool(self.control & ENABLE)

    def ended(self) -> None:
        self.status |= TIMEOUT
        self.triggers += bool(self.control & TRIGGER)
        if self.mode == ONCE:
            self.control = 0
        else:
            self.count = self.load

    def up(self) -> bool:
        return bool(self.status & self.mask)

    def value(self, name: str) -> int:
        assert name == "masked", f"{name} is not worth an access"
        return self.status & self.mask

    def written(self, name: str, value: int) -> None:
        if name == "clear":
            self.status &= ~value
        elif name == "control":
            if value & ENABLE and not self.enabled():
                assert self.config == WHOLE
                assert self.mode == ONCE or (self.mode == PERIODIC and value & TRIGGER)
                assert self.load != 0, "it would never reach 0"
                self.count = self.load
            self.control = value
        elif name == "mask":
            self.mask = value
        else:
            assert not self.enabled(), f"{name} is written while it counts"
            assert name in {"config", "mode_a", "load_a"}
            setattr(self, {"mode_a": "mode", "load_a": "load"}.get(name, name), value)


class Lm3sGptm(TimerDriver):
    name = "lm3s_gptm"

    def library(self) -> Library:
        return library()

    def make_hardware(self, callbacks: Callbacks, time: FakeTime, tick: int) -> TimerHardware:
        return GptmHardware(library(), callbacks, "lm3s_gptm_registers", time, tick)
