# SPDX-License-Identifier: MIT OR Apache-2.0
"""What any provider of a split-phase operation has to do, asked of all there are.

A descriptor has one length and no capacity beside it, so a length beyond the buffer cannot
be asked for, and is not asked here. Numbers: reference bugs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.architecture.tree import ROOT, descriptor, files
from tests.host.providers import PROVIDERS
from tests.host.queue_mux import Err, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.provider import Provider

    Make = Callable[[], Provider]

LONG = 300  # more than eight bits count: bug 39


def providers(**features: int) -> pytest.MarkDecorator:
    """Those that have these features, each with at least that many of it."""
    chosen = {
        name: make
        for name, make in PROVIDERS.items()
        if all(getattr(make(), feature) >= least for feature, least in features.items())
    }
    assert chosen
    return pytest.mark.parametrize("make", chosen.values(), ids=chosen)


def split_operations() -> set[str]:
    """Component and operation of each there is in runtime/, by its description."""
    described = [descriptor(path) for path in files(ROOT, "runtime", ".yaml")]
    operations = {
        f"{each['hil']}.{leaf}": [
            name for name, rules in interface["operations"].items() if rules["form"] == "split"
        ]
        for each in described
        if "hil" in each
        for leaf, interface in each["interfaces"].items()
    }
    return {
        f"{each['component']}_{operation}"
        for each in described
        if "component" in each
        for port in each.get("provides", {}).values()
        for interface in port["hil"]
        if interface not in port.get("passes", [])
        for operation in operations[interface]
    }


def test_every_provider_is_asked() -> None:
    operations = split_operations()
    assert {"mux_uart_transmit", "pl011_receive", "sdcard_read_block"} <= operations
    asked = tuple(PROVIDERS)
    assert [each for each in sorted(operations) if not each.startswith(asked)] == []


@providers()
def test_ok_means_exactly_one_completion_and_not_inside_the_start(make: Make) -> None:
    provider = make()
    assert provider.start(0) == Err.OK
    assert provider.ends == []
    provider.run()
    assert provider.ends == [(0, Err.OK)]


@providers()
def test_a_second_start_is_busy_and_the_first_goes_on(make: Make) -> None:
    provider = make()
    assert provider.start(0) == Err.OK
    assert provider.start(0) == Err.BUSY
    provider.run()
    assert provider.ends == [(0, Err.OK)]
    assert provider.start(0) == Err.OK


@providers(refuses=True)
def test_after_a_refusal_nothing_comes_and_the_next_start_works(make: Make) -> None:
    provider = make()
    provider.refuse(Err.OFF)
    assert provider.start(0) == Err.OFF
    provider.run()
    assert provider.ends == []
    assert provider.start(0) == Err.OK
    provider.run()
    assert provider.ends == [(0, Err.OK)]


@providers(fails=True)
def test_a_failure_is_told_and_the_next_start_works(make: Make) -> None:
    provider = make()
    assert provider.start(0) == Err.OK
    provider.fail(Err.FAIL)
    assert provider.start(0) == Err.OK
    provider.run()
    assert provider.ends == [(0, Err.FAIL), (0, Err.OK)]


@providers()
def test_nothing_to_do_is_refused_or_done(make: Make) -> None:  # bug 21
    """SIZE wherever there is a length; a conversion or a page has none."""
    provider = make()
    err = provider.start(0, 0)
    assert err in {Err.SIZE, Err.OK}
    provider.run()
    assert provider.ends == ([] if err == Err.SIZE else [(0, Err.OK)])
    assert provider.start(0) == Err.OK


@providers()
def test_a_buffer_is_used_to_its_end_and_not_beyond(make: Make) -> None:
    provider = make()
    assert provider.start(0, LONG) == Err.OK
    provider.run()
    assert provider.ends == [(0, Err.OK)]


@providers(cancels=True)
def test_cancelling_with_nothing_outstanding_is_already(make: Make) -> None:
    provider = make()
    assert provider.cancel(0) == (Err.ALREADY, None)
    assert provider.start(0) == Err.OK
    provider.run()
    assert provider.cancel(0) == (Err.ALREADY, None)
    provider.run()
    assert provider.ends == [(0, Err.OK)]


@providers(clients=2, cancels=True)
def test_what_waits_can_be_cancelled(make: Make) -> None:
    provider = make()
    assert (provider.start(0), provider.start(1)) == (Err.OK, Err.OK)
    assert provider.cancel(1) == (Err.OK, Outcome.CANCELLED)
    assert provider.cancel(1) == (Err.OK, Outcome.TOO_LATE)
    assert provider.start(1) == Err.BUSY
    assert provider.ends == []
    provider.run()
    assert sorted(provider.ends) == [(0, Err.OK), (1, Err.CANCEL)]


@providers(cancels=True)
@pytest.mark.parametrize("length", [1, LONG])
def test_what_is_under_way_completes_once_as_the_cancel_said(make: Make, length: int) -> None:
    provider = make()
    assert provider.start(0, length) == Err.OK
    err, outcome = provider.cancel(0)
    assert err == Err.OK
    assert provider.cancel(0) == (Err.OK, Outcome.TOO_LATE)
    assert provider.start(0) == Err.BUSY
    assert provider.ends == []
    provider.run()
    assert provider.ends == [(0, Err.CANCEL if outcome == Outcome.CANCELLED else Err.OK)]
    assert provider.start(0) == Err.OK
    provider.run()
    assert provider.ends[1:] == [(0, Err.OK)]


@providers()
def test_the_next_can_be_started_in_the_completion(make: Make) -> None:
    provider = make()
    provider.again[0] = 3
    assert provider.start(0) == Err.OK
    provider.run()
    assert provider.ends == [(0, Err.OK)] * 4


@providers(cancels=True)
def test_the_next_can_be_started_in_the_completion_of_a_cancelled_one(make: Make) -> None:
    provider = make()
    provider.again[0] = 1
    assert provider.start(0, LONG) == Err.OK
    assert provider.cancel(0)[0] == Err.OK
    provider.run()
    assert len(provider.ends) == 2


@providers(clients=3)
def test_greedy_clients_are_served_alike(make: Make) -> None:  # bug 75
    provider = make()
    for client in range(3):
        provider.again[client] = 99
        assert provider.start(client) == Err.OK
    while len(provider.ends) < 300:
        assert provider.step()
        ends = [client for client, _err in provider.ends]
        served = [ends.count(client) for client in range(3)]
        assert max(served) - min(served) <= 1
    assert Counter(provider.ends) == {(client, Err.OK): 100 for client in range(3)}


@providers()
def test_who_names_no_client_is_refused(make: Make) -> None:
    provider = make()
    assert provider.start(0, told=False) == Err.INVAL
    assert provider.start(0) == Err.OK
    assert provider.start(0, told=False) in {Err.INVAL, Err.BUSY}
    provider.run()
    assert provider.ends == [(0, Err.OK)]
