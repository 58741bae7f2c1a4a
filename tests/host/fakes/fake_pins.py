# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pins that a test moves, as the C sees them: ports of all four interfaces, one a pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

BOTH, RISING, FALLING = 0, 1, 2
NONE, UP, DOWN = 0, 1, 2
OK, NOSUPPORT = 0, 10


class Pin:
    """`outside` is what the world drives; a pin starts neither driven nor pulled."""

    def __init__(self) -> None:
        self.output = self.latch = self.outside = False
        self.connected = True
        self.pull = NONE
        self.event: CData | None = None
        self.armed: tuple[object, int] | None = None

    @property
    def high(self) -> bool:
        return self.latch if self.output else self.outside and self.connected


class FakePins:
    """`no_pull` is a resistor that is not there; `watches` counts calls that arm."""

    def __init__(self, library: Library, callbacks: Callbacks, count: int) -> None:
        self.library = library
        self.callbacks = callbacks
        self.pins = [Pin() for _ in range(count)]
        self.no_pull: int | None = None
        self.watches = 0
        new = callbacks.new
        ops = {
            "output": new(
                "struct gpio_output_ops",
                pin_write=self._write,
                pin_level=lambda port: self._at(port).latch,
            ),
            "input": new("struct gpio_input_ops", pin_read=lambda port: self._at(port).high),
            "interrupt": new(
                "struct gpio_interrupt_ops", pin_watch=self._watch, pin_unwatch=self._unwatch
            ),
            "configure": new(
                "struct gpio_configure_ops",
                pin_make_output=self._make_output,
                pin_make_input=self._make_input,
                pin_disable=self._disable,
            ),
        }
        self.ports = {leaf: library.new(f"struct gpio_{leaf}[]", count) for leaf in ops}
        for leaf, ports in self.ports.items():
            for index in range(count):
                ports[index].ops, ports[index].index = ops[leaf], index

    def _at(self, port: CData) -> Pin:
        found: Pin = self.pins[int(port.index)]
        return found

    def _write(self, port: CData, high: bool) -> None:
        self._at(port).latch = high

    def _watch(self, port: CData, event: CData) -> None:
        pin = self._at(port)
        self.watches += 1
        pin.event, pin.armed = event, (event.client, event.edge)

    def _unwatch(self, port: CData) -> None:
        self._at(port).event = None

    def _make_output(self, port: CData) -> None:
        pin = self._at(port)
        pin.output, pin.connected, pin.pull = True, True, NONE

    def _make_input(self, port: CData, pull: int) -> int:
        if pull == self.no_pull:
            return NOSUPPORT
        pin = self._at(port)
        pin.output, pin.connected, pin.pull = False, True, pull
        return OK

    def _disable(self, port: CData) -> None:
        pin = self._at(port)
        pin.output, pin.connected, pin.pull = False, False, NONE

    def watched(self) -> list[int]:
        """The pins whose event is armed."""
        return [index for index, pin in enumerate(self.pins) if pin.event is not None]

    def drive(self, index: int, high: bool) -> None:
        """The world changes a level: an event if that edge is watched."""
        pin = self.pins[index]
        before, pin.outside = pin.high, high
        event = pin.event
        if event is None or pin.high == before:
            return
        assert pin.armed == (event.client, event.edge), "changed while armed"
        if event.edge in (BOTH, RISING if pin.high else FALLING):
            event.level = pin.high
            event.client.pin_changed(event.client, event)
            self.callbacks.check()
