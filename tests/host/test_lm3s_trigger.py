# SPDX-License-Identifier: MIT OR Apache-2.0
"""A timer of the LM3S as the trigger of its converter."""

from __future__ import annotations

import pytest
from tests.host.fakes.fake_lm3s_gptm import GptmHardware, Lm3sGptm


class Trigger:
    def __init__(self) -> None:
        self.driver = Lm3sGptm(tick=0)
        hardware = self.driver.hardware
        assert isinstance(hardware, GptmHardware)
        self.hardware = hardware
        fields = {"owner": self.driver.timer}
        self.port = self.driver.lib.new("struct lm3s_trigger_timer *", fields)

    def call(self, name: str, *arguments: int) -> None:
        self.driver.call(name, self.port, *arguments)

    def triggers_in(self, ticks: int) -> int:
        before = self.hardware.triggers
        for _ in range(ticks):
            self.hardware.advance(1)
            assert not self.hardware.up(), "it interrupts"
        return self.hardware.triggers - before


def test_once_is_at_once_and_once() -> None:
    trigger = Trigger()
    for _ in range(3):
        trigger.call("once")
        assert trigger.triggers_in(1) == 1
        assert trigger.triggers_in(100) == 0


@pytest.mark.parametrize("ticks", [1, 2, 7, 100])
def test_a_period_is_exact_until_it_is_stopped(ticks: int) -> None:
    trigger = Trigger()
    trigger.call("every", ticks)
    assert trigger.triggers_in(ticks - 1) == 0
    assert trigger.triggers_in(ticks * 10) == 10
    trigger.call("stop")
    assert trigger.triggers_in(1000) == 0
    trigger.call("stop")


def test_each_call_replaces_what_was_set() -> None:
    trigger = Trigger()
    trigger.call("every", 10)
    trigger.call("once")
    assert trigger.triggers_in(1000) == 1
    trigger.call("every", 10)
    trigger.triggers_in(15)
    trigger.call("every", 20)
    assert trigger.triggers_in(19) == 0
    assert trigger.triggers_in(1) == 1


def test_its_interrupt_if_it_came_would_do_nothing() -> None:
    trigger = Trigger()
    trigger.call("every", 5)
    trigger.triggers_in(5)
    trigger.driver.interrupt()
    assert trigger.triggers_in(5) == 1
