# SPDX-License-Identifier: MIT OR Apache-2.0
"""Two selects on one pin, both low while selected."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.build import host_library
from tests.host.fakes.callbacks import Callbacks

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

LOW, HIGH = 0, 1


@cache
def library() -> Library:
    return host_library("select_pair", ["devices/select_pair.c"])


class Pair:
    def __init__(self) -> None:
        lib = self.lib = library()
        self.pin = False
        self.changes: list[bool] = []
        self.callbacks = calls = Callbacks(lib)
        self.pair = lib.new("struct select_pair *")
        self.pair.pin.ops = calls.new(
            "struct gpio_output_ops", pin_write=self._write, pin_level=lambda port: self.pin
        )
        self.ports = [
            lib.new("struct gpio_output *", {"owner": self.pair, "index": index})
            for index in (LOW, HIGH)
        ]
        assert lib.select_pair_init(self.pair) == 0
        self.changes.clear()

    def _write(self, port: CData, high: bool) -> None:
        if bool(high) != self.pin:
            self.changes.append(bool(high))
        self.pin = bool(high)

    def select(self, which: int, selected: bool) -> None:
        self.lib.select_pair_pin_write(self.ports[which], not selected)
        self.callbacks.check()

    def selected(self) -> list[bool]:
        return [not self.lib.select_pair_pin_level(port) for port in self.ports]


def test_at_the_start_and_between_transfers_the_one_on_high_is_selected() -> None:
    pair = Pair()
    assert pair.selected() == [False, True]
    for which in (LOW, HIGH, HIGH, LOW):
        pair.select(which, True)
        pair.select(which, False)
        assert pair.selected() == [False, True]


def test_who_is_selected_is_selected_alone() -> None:
    pair = Pair()
    pair.select(LOW, True)
    assert (pair.pin, pair.selected()) == (False, [True, False])
    pair.select(LOW, False)
    pair.select(HIGH, True)
    assert (pair.pin, pair.selected()) == (True, [False, True])


def test_transfers_of_the_one_on_high_do_not_move_the_pin() -> None:
    pair = Pair()
    for _ in range(3):
        pair.select(HIGH, True)
        pair.select(HIGH, False)
    assert pair.changes == []
    pair.select(LOW, True)
    pair.select(LOW, False)
    assert pair.changes == [False, True]
