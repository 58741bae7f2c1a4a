# SPDX-License-Identifier: MIT OR Apache-2.0
"""docs/virtualizers.md and docs/trd3.md say what the tree says, table by table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.bench import mux_costs, tables
from tests.bench.test_bench import pytestmark  # noqa: F401  they build into one folder
from tests.docs.book import missing_names
from tests.docs.pages import (
    DEADLINE,
    RULES,
    TABLES,
    TRD3,
    VIRTUALIZERS,
    hils,
    virtualizers,
    written,
)
from tests.host.test_fairness import SEVERAL

from boardwright.load.trd3_rules import LINTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACES: dict[str, Callable[[], str]] = {
    "compiler": mux_costs.compiler,
    "trips": lambda: tables.trip_table(mux_costs.round_trips()),
    "bytes": lambda: tables.bytes_table(
        {mux: mux_costs.mux_bytes(mux) for mux in mux_costs.muxes()}
    ),
}


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.stem)
def test_the_tables_are_what_the_tree_says(page: Path) -> None:
    assert page.read_text() == written(page), "tests/docs/pages.py writes them"


@pytest.mark.parametrize("page", [VIRTUALIZERS, TRD3], ids=lambda page: page.stem)
def test_what_a_page_names_exists(page: Path) -> None:
    assert missing_names(page) == []


def test_every_virtualizer_has_a_test_of_its_bounded_wait_and_a_round_trip() -> None:
    names = [each.name for each in virtualizers()]
    assert names == sorted({trip.mux for trip in mux_costs.TRIPS})
    rotating = {each.name for each in virtualizers() if each.sharing.order == "rotation"}
    asked = {name for name in names if any(each.startswith(name) for each in SEVERAL)}
    assert rotating == asked, "test_fairness.py asks all that rotate and no others"
    assert set(names) - rotating == set(DEADLINE)


@pytest.mark.parametrize(
    "trip", mux_costs.TRIPS, ids=lambda trip: f"{trip.mux}: {trip.what}".replace(" ", "_")
)
def test_a_round_trip_costs_as_much_with_thirty_two_clients_as_with_eight(
    trip: mux_costs.RoundTrip,
) -> None:
    eight, many = (mux_costs.round_trip(trip, clients) for clients in (8, 32))
    behind_all = "behind" in trip.what  # which walks past the others
    assert (many - eight) / 24 <= 10 if behind_all else many == eight


def test_the_figures_are_those_of_today() -> None:
    page = VIRTUALIZERS.read_text()
    if mux_costs.compiler() not in page:
        pytest.skip("the figures are another compiler's")
    now = page
    for name, table in PLACES.items():
        now = tables.placed(now, name, table())
    assert page == now, "tests/bench/bench.py --only mux --write takes them"


def test_every_rule_has_a_column_and_every_lint_its_letter() -> None:
    assert list(RULES) == list(range(1, 14))
    with_lint = {rule for rule, letters in RULES.items() if "L" in dict(letters)}
    assert with_lint | {8} == set(LINTED), "8 is looked at only for an interface of nothing"
    assert len(hils()) >= 16
