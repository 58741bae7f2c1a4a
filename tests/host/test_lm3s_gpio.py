# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pins of the LM3S over simulated registers; a pin may change in front of any access.

`at` is the number of the access in front of which it does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

BOTH, RISING, FALLING = 0, 1, 2
NONE, UP, DOWN = 0, 1, 2
NEVER = -1
MOMENTS = [NEVER, *range(24)]
PIN, OTHER = 5, 2
BIT, OTHER_BIT = 1 << PIN, 1 << OTHER
ALL = 0xFF


@cache
def library() -> Library:
    return driver_library("lm3s_gpio", "chips/lm3s/lm3s_gpio.c")


class GpioHardware(Registers):
    """`outside` is what the world drives, `latch` what the chip would."""

    PLAIN = (
        "direction",
        "by_level",
        "both_edges",
        "rising",
        "mask",
        "alternate",
        "digital",
        "pull_up",
        "pull_down",
    )

    def __init__(self, callbacks: Callbacks) -> None:
        super().__init__(library(), callbacks, "lm3s_gpio_registers")
        self.outside = self.latch = self.raw = 0
        self.plain = dict.fromkeys(self.PLAIN, 0)
        self.pads = 0

    def levels(self) -> int:
        """What the pins read as; a pad that is not connected reads 0."""
        direction = self.plain["direction"]
        inputs = self.outside & ~direction & self.plain["digital"]
        return inputs | self.latch & direction

    def drive(self, levels: int) -> None:
        """The world changes its levels."""
        self.outside = levels
        self.changed()

    def changed(self) -> None:
        before, self.pads = self.pads, self.levels()
        edges = before ^ self.pads
        rising = edges & self.pads & self.plain["rising"]
        falling = edges & before & ~self.plain["rising"]
        self.raw |= edges & self.plain["both_edges"] | (
            (rising | falling) & ~self.plain["both_edges"]
        )

    def value(self, name: str) -> int:
        if name.startswith("data["):
            return self.levels() & int(name[5:-1])
        if name == "masked":
            return self.raw & self.plain["mask"]
        return self.plain[name]

    def written(self, name: str, value: int) -> None:
        if name.startswith("data["):
            bits = int(name[5:-1])
            self.latch = self.latch & ~bits | value & bits
        elif name == "clear":
            self.raw &= ~value
        else:
            assert value <= ALL
            self.plain[name] = value
            # The data sheet: setting a bit of one takes it from the other.
            if name == "pull_up":
                self.plain["pull_down"] &= ~value
            elif name == "pull_down":
                self.plain["pull_up"] &= ~value
        self.changed()


class Gpio:
    def __init__(self, **masks: int) -> None:
        lib = self.lib = library()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = GpioHardware(calls)
        self.in_call = False
        self.seen: list[tuple[int, bool]] = []
        self.then: Callable[[int], None] = lambda pin: None
        self.state = lib.new("struct lm3s_gpio_state *")
        self.gpio = lib.new("struct lm3s_gpio *", {"used": ALL, **masks})
        self.gpio.state, self.gpio.registers = self.state, self.hardware.memory
        self.client = calls.new("struct gpio_interrupt_client", pin_changed=self._changed)
        self.events: dict[int, CData] = {}
        self.ports: list[CData] = []

    def init(self) -> None:
        assert self.call("init", self.gpio) == 0

    def call(self, name: str, *arguments: object) -> int:
        outer, self.in_call = self.in_call, name != "interrupt"
        result = getattr(self.lib, f"lm3s_gpio_{name}")(*arguments)
        self.hardware.settle()
        self.in_call = outer
        self.callbacks.check()
        return int(result or 0)

    def port(self, leaf: str, pin: int) -> CData:
        made = self.lib.new(f"struct gpio_{leaf} *", {"owner": self.gpio, "index": pin})
        self.ports.append(made)
        return made

    def watch(self, pin: int, edge: int = BOTH) -> CData:
        event = self.lib.new("struct gpio_event *")
        event.client, event.edge = self.client, edge
        self.events[pin] = event
        self.call("pin_watch", self.port("interrupt", pin), event)
        return event

    def unwatch(self, pin: int) -> None:
        self.call("pin_unwatch", self.port("interrupt", pin))

    def make_input(self, pin: int, pull: int = NONE) -> None:
        assert self.call("pin_make_input", self.port("configure", pin), pull) == 0

    def _changed(self, client: CData, event: CData) -> None:
        assert not self.in_call, "an event inside a call"
        assert client == self.client
        self.hardware.settle()
        pin = next(pin for pin, each in self.events.items() if each == event)
        self.seen.append((pin, bool(event.level)))
        self.then(pin)

    def serve(self) -> bool:
        """The bottom half, if the line is up."""
        if not self.hardware.raw & self.hardware.plain["mask"]:
            return False
        self.call("interrupt", self.gpio)
        return True

    def run(self) -> None:
        for _ in range(50):
            if not self.serve():
                return
        raise AssertionError("the line never falls")

    def pulse_at(self, at: int, *levels: int) -> None:
        """The world's levels one after the other, from the access `at` from now on."""
        start = self.hardware.accesses
        left = list(levels)

        def between(number: int) -> None:
            if at != NEVER and number - start >= at and left:
                self.hardware.drive(left.pop(0))

        self.hardware.between = between


# -- output and input ------------------------------------------------------------------------


@pytest.mark.parametrize("pin", range(8))
def test_a_pin_is_driven_and_no_other(pin: int) -> None:
    gpio = Gpio(outputs=ALL)
    gpio.init()
    port = gpio.port("output", pin)
    for high in (True, False, True):
        gpio.call("pin_write", port, high)
        assert gpio.hardware.levels() == high << pin
        assert gpio.call("pin_level", port) == high


@pytest.mark.parametrize("pin", range(8))
def test_a_pin_is_read_and_no_other(pin: int) -> None:
    gpio = Gpio()
    gpio.init()
    port = gpio.port("input", pin)
    gpio.hardware.drive(1 << pin)
    assert gpio.call("pin_read", port) == 1
    gpio.hardware.drive(ALL ^ 1 << pin)
    assert gpio.call("pin_read", port) == 0


def test_a_pin_starts_as_what_its_client_can_do_with_it() -> None:
    gpio = Gpio(used=0x3F, outputs=0x0F, configurable=0x0C, active_low=0x15, pull_up=0x10)
    gpio.gpio.pull_down = 0x20
    registers = gpio.hardware.plain
    registers.update(mask=ALL, by_level=ALL, alternate=ALL, digital=0x80, pull_up=0xA0)
    driven: set[int] = set()
    gpio.hardware.between = lambda number: driven.add(gpio.hardware.levels() & 3)
    gpio.init()
    driven.add(gpio.hardware.levels() & 3)
    assert driven == {0, 1}, "active low pin 0 is never driven low, pin 1 never high"
    assert registers == {
        "direction": 0x03,
        "by_level": 0xC0,
        "both_edges": 0,
        "rising": 0,
        "mask": 0,
        "alternate": 0xC0,
        "digital": 0xBF,
        "pull_up": 0x90,
        "pull_down": 0x20,
    }


# -- configure -------------------------------------------------------------------------------


def test_a_pin_is_turned_round_and_disabled_alone() -> None:
    gpio = Gpio(outputs=ALL, configurable=ALL)
    gpio.init()
    registers = gpio.hardware.plain
    configure = gpio.port("configure", PIN)
    for pull, ups, downs in ((UP, BIT, 0), (DOWN, 0, BIT), (UP, BIT, 0), (NONE, 0, 0)):
        gpio.make_input(PIN, pull)
        gpio.make_input(OTHER, DOWN)
        assert (registers["pull_up"], registers["pull_down"]) == (ups, downs | OTHER_BIT)
    gpio.make_input(PIN, UP)
    gpio.call("pin_write", gpio.port("output", PIN), True)
    gpio.call("pin_make_output", configure)
    assert (registers["direction"], gpio.hardware.levels()) == (BIT, BIT)
    assert (registers["pull_up"], registers["pull_down"]) == (0, OTHER_BIT)
    gpio.call("pin_disable", configure)
    assert (registers["direction"], registers["digital"]) == (0, ALL ^ BIT)
    gpio.make_input(PIN, UP)
    gpio.call("pin_disable", configure)
    assert (registers["pull_up"], registers["pull_down"]) == (0, OTHER_BIT)
    gpio.make_input(PIN)
    assert registers["digital"] == ALL
    gpio.call("pin_disable", configure)
    gpio.call("pin_make_output", configure)
    assert registers["digital"] == ALL


# -- interrupt -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edge", "expected"),
    [(BOTH, [True, False, True]), (RISING, [True, True]), (FALLING, [False])],
)
def test_the_edges_asked_for_come_with_their_level(edge: int, expected: list[bool]) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.watch(OTHER, BOTH)
    gpio.watch(PIN, edge)
    for levels in (BIT, 0, BIT):
        gpio.hardware.drive(levels)
        gpio.run()
    assert gpio.seen == [(PIN, level) for level in expected]


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("levels", [(0,), (0, BIT), (0, BIT, 0)])
def test_no_edge_is_lost_and_the_last_event_tells_how_the_pin_is(
    levels: tuple[int, ...], at: int
) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.watch(PIN)
    gpio.hardware.drive(BIT)
    gpio.pulse_at(at, *levels)
    gpio.run()
    gpio.hardware.between = lambda number: None
    gpio.run()
    assert 1 <= len(gpio.seen) <= 1 + len(levels)
    assert gpio.seen[-1] == (PIN, bool(gpio.hardware.levels() & BIT))


@pytest.mark.parametrize("at", MOMENTS)
def test_an_edge_while_a_watch_begins_counts_once_or_not_at_all(at: int) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.hardware.drive(BIT)
    gpio.hardware.drive(0)  # before: nobody's
    gpio.pulse_at(at, BIT)
    gpio.watch(PIN)
    gpio.run()
    assert gpio.seen in ([], [(PIN, True)])
    gpio.hardware.between = lambda number: None
    before = len(gpio.seen)
    gpio.hardware.drive(gpio.hardware.outside ^ BIT)
    gpio.run()
    assert len(gpio.seen) == before + 1, "and from then on each"


@pytest.mark.parametrize("at", MOMENTS)
def test_after_unwatch_nothing_comes(at: int) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.watch(PIN)
    gpio.watch(OTHER)
    gpio.pulse_at(at, BIT, 0, BIT)
    gpio.unwatch(PIN)
    gpio.call("interrupt", gpio.gpio)  # recorded before, served now
    gpio.run()
    assert gpio.seen == []
    gpio.hardware.between = lambda number: None
    gpio.hardware.drive(OTHER_BIT)
    gpio.run()
    assert gpio.seen == [(OTHER, True)], "and the other pin goes on"


@pytest.mark.parametrize("at", MOMENTS)
def test_two_pins_at_once_are_two_events(at: int) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.watch(PIN)
    gpio.watch(OTHER)
    gpio.hardware.drive(OTHER_BIT)
    gpio.pulse_at(at, BIT | OTHER_BIT)
    gpio.run()
    gpio.hardware.between = lambda number: None
    gpio.hardware.drive(BIT | OTHER_BIT)
    gpio.run()
    assert sorted(gpio.seen) == [(OTHER, True), (PIN, True)]


@pytest.mark.parametrize("again", [False, True])
def test_a_callback_that_ends_another_watch_is_obeyed_at_once(again: bool) -> None:
    gpio = Gpio()
    gpio.init()
    gpio.watch(PIN)
    gpio.watch(OTHER)  # served first

    def then(pin: int) -> None:
        if pin == OTHER:
            gpio.unwatch(PIN)
            if again:
                gpio.watch(PIN)

    gpio.then = then
    gpio.hardware.drive(BIT | OTHER_BIT)
    gpio.run()
    assert gpio.seen == [(OTHER, True)], "its edge was before the new watch"
    gpio.hardware.drive(OTHER_BIT)
    gpio.run()
    assert gpio.seen[1:] == [(PIN, False)] * again


def test_a_watch_replaces_the_one_before() -> None:
    gpio = Gpio()
    gpio.init()
    old = gpio.watch(PIN, FALLING)
    gpio.watch(PIN, RISING)
    gpio.hardware.drive(BIT)
    gpio.hardware.drive(0)
    gpio.run()
    assert gpio.seen == [(PIN, False)], "one event, and how the pin is now"
    assert old.level == 0
