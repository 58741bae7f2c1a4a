# SPDX-License-Identifier: MIT OR Apache-2.0
"""Bounded wait of every provider that serves several, and a model behind every virtualizer.

That three greedy clients get exactly a hundred operations each is asked of the same ones in
test_conformance.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.architecture.tree import ROOT
from tests.host import test_mux_alarm, test_mux_flash, test_mux_timer, test_queue_muxes
from tests.host import test_storage_regions as regions
from tests.host.providers import PROVIDERS
from tests.host.queue_mux import KINDS, Err

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.provider import Provider

SEVERAL = {name: make for name, make in PROVIDERS.items() if make().clients >= 3}
GREEDY, MODEST = (0, 1), 2

MACHINES = {
    **{kind.mux: test_queue_muxes.AgainstModel for kind in KINDS},
    "mux_alarm": test_mux_alarm.MuxAgainstTrueTime,
    "mux_timer": test_mux_timer.MuxAgainstTrueTime,
    "mux_flash": test_mux_flash.FlashAgainstModel,
    "storage_regions": regions.RegionsAgainstModel,
}


def virtualizers() -> list[str]:
    return sorted(path.stem for path in (ROOT / "runtime/virtualizers").glob("*.yaml"))


def test_every_virtualizer_has_a_state_machine() -> None:
    assert sorted(MACHINES) == virtualizers()


def test_every_virtualizer_that_queues_is_asked() -> None:
    at_once = {"mux_alarm", "mux_timer"}  # they serve all by their deadlines
    asked = {name for name in virtualizers() if any(each.startswith(name) for each in SEVERAL)}
    assert asked == set(virtualizers()) - at_once


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_who_asks_once_waits_for_one_operation_of_each_other(
    make: Callable[[], Provider], before: int
) -> None:  # bug 75
    provider = make()
    for client in GREEDY:
        provider.again[client] = 100
        assert provider.start(client) == Err.OK
    while len(provider.ends) < before:
        assert provider.step()
    assert provider.start(MODEST) == Err.OK
    while (MODEST, Err.OK) not in provider.ends:
        assert provider.step()
    waited = provider.ends[before : provider.ends.index((MODEST, Err.OK))]
    assert len(waited) <= len(GREEDY)
