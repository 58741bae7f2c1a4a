# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every timer driver, over registers whose clock goes on with every access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.fake_cmsdk_timer import CmsdkTimer
from tests.host.fakes.fake_lm3s_gptm import Lm3sGptm
from tests.host.fakes.fake_time import WRAP

if TYPE_CHECKING:
    from tests.host.fakes.timer_driver import TimerDriver

    Kind = type[TimerDriver]

LATE = 8  # accesses, and so ticks, that programming may take

pytestmark = pytest.mark.parametrize("kind", [CmsdkTimer, Lm3sGptm], ids=lambda kind: kind.name)


@pytest.mark.parametrize("tick", [0, 1, 3])
@pytest.mark.parametrize("dt", [0, 1, 2, 5, 6, 7, 1000, (1 << 31) + 1, WRAP - 1])
@pytest.mark.parametrize("start", [0, WRAP - 3])
def test_an_alarm_fires_once_never_early_and_hardly_late(  # bugs 10, 11
    kind: Kind, start: int, dt: int, tick: int
) -> None:
    timer = kind(start, tick)
    reached = timer.time.true + dt
    timer.set(dt)
    timer.run(dt + LATE * 3)
    assert len(timer.fired) == 1
    assert reached <= timer.fired[0] <= reached + 1 + LATE * tick
    assert not timer.hardware.enabled()
    timer.run(2 * WRAP)
    assert len(timer.fired) == 1


@pytest.mark.parametrize(("dt", "ago"), [(10, 4), (10, 10), (10, 11), (0, WRAP - 1), (5, 900)])
def test_the_deadline_counts_from_its_reference(kind: Kind, dt: int, ago: int) -> None:
    timer = kind(start=10 * WRAP)
    reached = timer.time.true - ago + dt
    now = timer.time.true
    timer.set(dt, ago)
    assert timer.fired == []
    timer.run(1000)
    assert len(timer.fired) == 1
    assert max(reached, now) <= timer.fired[0] <= max(reached, now) + 1 + LATE


def test_setting_replaces_even_when_the_interrupt_is_waiting(kind: Kind) -> None:
    timer = kind()
    timer.set(10)
    timer.hardware.advance(50)
    assert timer.hardware.status
    timer.set(100)
    timer.interrupt()  # recorded before, served now
    assert timer.fired == []
    start = timer.time.true
    timer.run(200)
    assert len(timer.fired) == 1
    assert timer.fired[0] > start + 80


@pytest.mark.parametrize("left", range(8))
def test_an_end_between_two_accesses_is_the_old_deadlines(kind: Kind, left: int) -> None:
    timer = kind()
    timer.set(100)
    timer.hardware.advance(timer.hardware.count - left)
    timer.set(1000)
    timer.interrupt()
    assert timer.fired == []
    timer.set(100)
    timer.hardware.advance(timer.hardware.count - left)
    timer.disarm()
    timer.interrupt()
    assert timer.fired == []


def test_after_disarm_nothing_comes_even_when_the_interrupt_is_waiting(kind: Kind) -> None:
    timer = kind()
    timer.disarm()
    timer.set(10)
    timer.hardware.advance(50)
    timer.disarm()
    assert (timer.hardware.enabled(), timer.hardware.status) == (False, 0)
    assert timer.state.deadline == timer.lib.ffi.NULL
    timer.interrupt()
    timer.run(2 * WRAP)
    assert timer.fired == []
    assert not timer.hardware.enabled()


def test_the_next_alarm_can_be_set_in_the_callback(kind: Kind) -> None:
    timer = kind(tick=0)
    timer.again = timer.deadline(10, 20)
    timer.set(10)
    timer.run(100)
    assert timer.fired == [10, 30]


def test_a_status_without_a_deadline_is_only_cleared(kind: Kind) -> None:
    timer = kind()
    timer.hardware.status = 1
    timer.interrupt()
    assert timer.hardware.status == 0
