# SPDX-License-Identifier: MIT OR Apache-2.0
"""The CMSDK timer (DDI 0479): it counts down, reloads and goes on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.registers import driver_library
from tests.host.fakes.timer_driver import TimerDriver, TimerHardware

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks
    from tests.host.fakes.fake_time import FakeTime

ENABLE, INTERRUPT_ENABLE = 1, 8


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    return driver_library("cmsdk_timer", "chips/arm/cmsdk_timer.c", "virtualizers/mux_alarm.c")


class CmsdkTimerHardware(TimerHardware):
    ctrl = reload = 0

    def enabled(self) -> bool:
        return bool(self.ctrl & ENABLE)

    def ended(self) -> None:
        self.count = self.reload + 1
        if self.ctrl & INTERRUPT_ENABLE:
            self.status = 1

    def value(self, name: str) -> int:
        assert name == "interrupt", f"{name} is not worth an access"
        return self.status

    def written(self, name: str, value: int) -> None:
        if name == "interrupt":
            self.status &= ~value
        elif name == "ctrl":
            assert not value & ENABLE or self.reload, "it would have no period"
            self.ctrl = value
        elif name == "value":
            assert value != 0, "it would never reach 0"
            self.count = value
        else:
            assert name == "reload"
            self.reload = value


class CmsdkTimer(TimerDriver):
    name = "cmsdk_timer"

    def library(self) -> Library:
        return library()

    def make_hardware(self, callbacks: Callbacks, time: FakeTime, tick: int) -> TimerHardware:
        return CmsdkTimerHardware(library(), callbacks, "cmsdk_timer_registers", time, tick)
