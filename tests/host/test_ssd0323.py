# SPDX-License-Identifier: MIT OR Apache-2.0
"""The display's driver over a fake bus and a controller that knows its commands.

What it looks like on a screen is in tests/target/test_display.py.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import host_library
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_spi import FakeSpi
from tests.host.queue_mux import FAKES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

OK, FAIL, BUSY, OFF, INVAL, SIZE, NOSUPPORT = 0, 1, 2, 4, 6, 7, 10
POWER, BRIGHTNESS, INVERTED = 0, 1, 2
WIDTH, HEIGHT = 128, 64
OPERANDS = {0x15: 2, 0x75: 2, 0x81: 1, 0xA0: 1, 0xA1: 1, 0xA2: 1, 0xA8: 1}


@cache
def library() -> Library:
    sources = ["devices/ssd0323.c", str(FAKES / "fake_kernel.c")]
    return host_library("ssd0323", sources, include=[FAKES])


class Display:
    """The driver, its client, and the controller: `memory` is a byte for two pixels."""

    def __init__(self) -> None:
        lib = self.lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.spi = FakeSpi(lib, calls)
        self.spi.respond = self._respond
        self.data_pin = False
        self.in_call = False
        self.commands: list[int] = []
        self.memory = bytearray(64 * 80)
        self.columns, self.rows, self.at = (0, 63), (0, 79), (0, 0)
        self.ends: list[tuple[str, int]] = []
        self.then: Callable[[str], object] = lambda what: None
        self.alive: list[CData] = []
        self.display = display = lib.new("struct ssd0323 *")
        self.state = display.state = lib.new("struct ssd0323_state *")
        display.spi = self.spi.edge
        display.spi_client.transferred = lib.address("ssd0323_transferred")
        display.dc.ops = calls.new("struct gpio_output_ops", pin_write=self._pin_write)
        self.draw_port = lib.new("struct screen_draw *", {"owner": display})
        self.setup_port = lib.new("struct screen_setup *", {"owner": display})
        self.draw_client = calls.new("struct screen_draw_client", drawn=self._drawn)
        self.setup_client = calls.new(
            "struct screen_setup_client", property_changed=self._changed
        )

    def start(self) -> None:
        assert self.call("start", self.display) == OK

    def call(self, name: str, *arguments: object) -> int:
        outer, self.in_call = self.in_call, True
        err = int(getattr(self.lib, f"ssd0323_{name}")(*arguments))
        self.in_call = outer
        self.callbacks.check()
        return err

    def picture(self, x: int, y: int, width: int, height: int, data: bytes) -> CData:
        op = self.lib.new("struct screen_picture *")
        op.data = lent = self.lib.new("uint8_t[]", data or b"\0")
        op.client, op.len = self.draw_client, len(data)
        op.x, op.y, op.width, op.height = x, y, width, height
        self.alive += [op, lent]
        return op

    def draw(self, x: int, y: int, width: int, height: int, data: bytes) -> int:
        op = self.picture(x, y, width, height, data)
        return self.call("picture_draw", self.draw_port, op)

    def small(self) -> int:
        return self.draw(2, 3, 2, 1, b"\xab")

    def change(self, what: int, value: int) -> int:
        op = self.lib.new("struct screen_change *")
        op.client, op.property, op.value = self.setup_client, what, value
        self.alive.append(op)
        return self.call("property_set", self.setup_port, op)

    def _drawn(self, client: CData, op: CData, err: int) -> None:
        assert client == self.draw_client
        self._ended("drawn", err)

    def _changed(self, client: CData, op: CData, err: int) -> None:
        assert client == self.setup_client
        self._ended("changed", err)

    def _ended(self, what: str, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        self.ends.append((what, err))
        self.then(what)

    # -- the controller ---------------------------------------------------------------------

    def _pin_write(self, port: CData, high: bool) -> None:
        assert self.spi.op is None, "moved in the middle of a transfer"
        self.data_pin = bool(high)

    def _respond(self, sent: bytes) -> bytes:
        if self.data_pin:
            for byte in sent:
                self._write(byte)
        else:
            self._obey(list(sent))
        return bytes(len(sent))

    def _obey(self, words: list[int]) -> None:
        while words:
            command = words.pop(0)
            operands = [words.pop(0) for _ in range(OPERANDS.get(command, 0))]
            self.commands += [command, *operands]
            if command == 0x15:
                self.columns = (operands[0], operands[1])
                self.at = (operands[0], self.rows[0])
            elif command == 0x75:
                self.rows = (operands[0], operands[1])
                self.at = (self.columns[0], operands[0])

    def _write(self, byte: int) -> None:
        column, row = self.at
        assert self.columns[0] <= column <= self.columns[1], "more than fits"
        assert self.rows[0] <= row <= self.rows[1], "more than fits"
        self.memory[row * 64 + column] = byte
        end = column == self.columns[1]
        self.at = (self.columns[0], row + 1) if end else (column + 1, row)

    def step(self) -> bool:
        if self.lib.fake_kernel_take_deferred():
            self.lib.ssd0323_refused(self.display)
            self.callbacks.check()
        elif self.spi.op is not None:
            self.spi.finish()
        else:
            return False
        return True

    def run(self) -> None:
        for _ in range(50):
            if not self.step():
                return
        raise AssertionError("it never comes to rest")


def started() -> Display:
    display = Display()
    display.start()
    display.run()
    display.commands.clear()
    return display


def test_it_is_set_up_and_lit_at_the_start() -> None:
    display = Display()
    display.start()
    display.run()
    assert display.commands[0] == 0xAE, "dark while it is set up"
    assert display.commands[-1] == 0xAF
    assert 0xA8 in display.commands
    assert display.ends == []


@pytest.mark.parametrize(
    ("x", "y", "width", "height"),
    [(0, 0, WIDTH, HEIGHT), (2, 3, 4, 5), (126, 63, 2, 1), (0, 63, 128, 1), (64, 0, 2, 64)],
)
def test_a_picture_is_where_it_was_put_and_nowhere_else(
    x: int, y: int, width: int, height: int
) -> None:
    display = started()
    data = bytes(1 + n % 255 for n in range(width // 2 * height))
    assert display.draw(x, y, width, height, data) == OK
    display.run()
    assert display.ends == [("drawn", OK)]
    expected = bytearray(64 * 80)
    for row in range(height):
        at = (y + row) * 64 + x // 2
        expected[at : at + width // 2] = data[row * width // 2 : (row + 1) * width // 2]
    assert display.memory == expected


@pytest.mark.parametrize(
    ("place", "length", "err"),
    [
        ((0, 0, 130, 1), 65, INVAL),
        ((2, 0, 128, 1), 64, INVAL),
        ((0, 64, 2, 1), 1, INVAL),
        ((0, 1, 2, 64), 64, INVAL),
        ((1, 0, 2, 1), 1, INVAL),
        ((0, 0, 3, 1), 1, INVAL),
        ((1, 0, 3, 1), 1, INVAL),
        ((0xFFFE, 0, 4, 1), 2, INVAL),
        ((0, 0xFFFF, 2, 2), 2, INVAL),
        ((0, 0, 4, 2), 3, SIZE),
        ((0, 0, 4, 2), 5, SIZE),
        ((0, 0, 0, 2), 0, SIZE),
        ((0, 0, 2, 0), 0, SIZE),
    ],
)
def test_what_is_no_picture_of_this_screen_is_refused(
    place: tuple[int, int, int, int], length: int, err: int
) -> None:
    display = started()
    assert display.draw(*place, bytes(length)) == err
    display.run()
    assert (display.ends, display.commands) == ([], [])
    assert display.small() == OK, "and nothing was lent"


def test_a_descriptor_that_names_nobody_is_refused() -> None:
    display = started()
    display.draw_client = display.setup_client = display.lib.ffi.NULL
    assert display.small() == INVAL
    assert display.change(POWER, 0) == INVAL


@pytest.mark.parametrize(
    ("what", "value", "commands"),
    [
        (POWER, 0, [0xAE]),
        (POWER, 1, [0xAF]),
        (INVERTED, 1, [0xA7]),
        (INVERTED, 0, [0xA4]),
        (BRIGHTNESS, 0, [0x81, 0]),
        (BRIGHTNESS, 0xFFFF, [0x81, 0x7F]),
        (BRIGHTNESS, 0x8000, [0x81, 0x40]),
    ],
)
def test_a_property_is_a_command(what: int, value: int, commands: list[int]) -> None:
    display = started()
    assert display.change(what, value) == OK
    display.run()
    assert display.commands == commands
    assert display.ends == [("changed", OK)]


def test_values_and_properties_that_it_has_not_are_refused() -> None:
    display = started()
    assert display.change(POWER, 2) == INVAL
    assert display.change(INVERTED, 2) == INVAL
    assert display.change(3, 0) == NOSUPPORT
    assert display.change(POWER, 0) == OK


def test_what_comes_while_it_is_set_up_waits() -> None:
    display = Display()
    display.start()
    assert display.small() == OK
    assert display.small() == BUSY
    assert display.change(POWER, 0) == OK
    assert display.change(POWER, 0) == BUSY
    display.run()
    assert sorted(display.ends) == [("changed", OK), ("drawn", OK)]


def test_who_asks_again_each_time_does_not_keep_the_other_out() -> None:
    display = started()
    left = {"drawn": 5, "changed": 5}

    def again(what: str) -> None:
        if left[what]:
            left[what] -= 1
            assert (display.small() if what == "drawn" else display.change(POWER, 1)) == OK

    display.then = again
    assert display.small() == OK
    assert display.change(POWER, 1) == OK
    display.run()
    order = [what for what, _ in display.ends]
    assert order == ["drawn", "changed"] * 6


def test_the_next_picture_can_be_asked_for_in_the_callback() -> None:
    display = started()
    left = [1, 2, 3]
    display.then = lambda what: bool(left) and display.draw(0, left.pop(), 2, 1, b"\x12") == OK
    assert display.small() == OK
    display.run()
    assert display.ends == [("drawn", OK)] * 4
    assert [display.memory[row * 64] for row in range(5)] == [0, 0x12, 0x12, 0x12, 0]


@pytest.mark.parametrize(("err", "told"), [(FAIL, FAIL), (OFF, OFF), (INVAL, FAIL)])
@pytest.mark.parametrize("step", range(3))
def test_an_error_of_the_bus_is_the_picture_s_and_the_next_goes_on(
    step: int, err: int, told: int
) -> None:
    display = Display()
    display.start()
    assert display.small() == OK
    for _ in range(step):
        display.spi.finish()
    display.spi.finish(err)
    assert display.ends == [("drawn", told)]
    assert display.small() == OK
    display.run()
    assert display.ends[1:] == [("drawn", OK)]
    assert display.memory[3 * 64 + 1] == 0xAB
    assert display.commands.count(0xA8) == 1, "set up once"


@pytest.mark.parametrize("step", range(3))
def test_a_refusal_of_the_bus_in_between_is_told_later(step: int) -> None:
    display = Display()
    display.start()
    assert display.small() == OK
    assert display.change(INVERTED, 1) == OK
    for _ in range(step):
        display.spi.finish()
    display.spi.refusals = [OFF]
    display.run()
    assert sorted(what for what, _ in display.ends) == ["changed", "drawn"]
    assert [err for _, err in display.ends].count(OFF) == 1
    assert display.small() == OK
    display.run()
    assert display.ends[2:] == [("drawn", OK)]


def test_clients_that_ask_again_at_each_refusal_leave_the_loop_its_turn() -> None:
    display = Display()
    display.start()
    display.then = lambda what: display.small() if what == "drawn" else display.change(POWER, 1)
    display.small()
    display.change(POWER, 1)
    display.spi.refusals = [OFF] * 100
    display.spi.finish()
    for _ in range(20):
        assert display.lib.fake_kernel_take_deferred()
        display.lib.ssd0323_refused(display.display)
        display.callbacks.check()
    assert len(display.ends) <= 21
    display.spi.refusals = []
    display.then = lambda what: None
    display.run()
    assert display.ends[-1][1] == OK


def test_a_refused_start_lends_nothing_and_is_tried_again() -> None:
    display = Display()
    display.spi.refusals = [OFF, OFF, INVAL]
    display.start()
    assert display.small() == OFF
    assert display.change(POWER, 0) == FAIL
    assert display.small() == OK
    display.run()
    assert display.ends == [("drawn", OK)]
    assert display.commands[0] == 0xAE
