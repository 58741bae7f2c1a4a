# SPDX-License-Identifier: MIT OR Apache-2.0
"""Low-level debug: its lines, its queue, its turns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library
from tests.host.fakes.fake_uart import FakeUart

if TYPE_CHECKING:
    from tests.host.build import Library

ALERT, PRINT, PRINT_TWO = 1, 2, 3
QUEUE = 4
TX = 64


@cache
def library() -> Library:
    return capsule_library("low_level_debug")


class Debug(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "low_level_debug")
        self.uart = FakeUart(self.library, self.callbacks)
        self.uart.after = self.check
        self.state = self.library.new("struct low_level_debug_state *")
        self.tx = self.library.new("uint8_t[]", TX)
        debug = self.capsule
        debug.state, debug.tx, debug.tx_size = self.state, self.tx, TX
        debug.uart = self.uart.transmit[0]
        debug.uart_client.transmitted = self.library.address("low_level_debug_transmitted")
        self.start(*slots)

    def check(self) -> None:
        super().check()
        writers = self.library.ffi.addressof(self.state, "writers")
        assert self.library.arbiter_check(writers)

    def lines(self) -> list[str]:
        return self.uart.drain().decode().splitlines()


@pytest.mark.parametrize(
    ("slot", "command", "line"),
    [
        (0, (ALERT, 2), "debug: process 0 alerts 0x2"),
        (9, (PRINT, 0), "debug: process 9 prints 0x0"),
        (10, (PRINT, 0x10), "debug: process 10 prints 0x10"),
        (29, (PRINT, 0xDEADBEEF), "debug: process 29 prints 0xdeadbeef"),
        (1, (PRINT_TWO, 0x0F000001, 0), "debug: process 1 prints 0xf000001 0x0"),
        (
            31,
            (PRINT_TWO, 0xFFFFFFFF, 0xFFFFFFFF),
            "debug: process 31 prints 0xffffffff 0xffffffff",
        ),
    ],
)
def test_a_number_becomes_a_line(slot: int, command: tuple[int, ...], line: str) -> None:
    debug = Debug(slot)
    assert debug.command(slot, *command) is None
    assert debug.lines() == [line]


def test_what_does_not_fit_is_dropped_and_marked_once() -> None:
    debug = Debug(0)
    for number in range(20):
        assert debug.command(0, PRINT, number) is None
    sent = [f"debug: process 0 prints 0x{number:x}" for number in range(1 + QUEUE)]
    assert debug.lines() == [*sent, "debug: process 0 lost some"]
    debug.command(0, PRINT, 5)
    assert debug.lines() == ["debug: process 0 prints 0x5"]


def test_the_mark_stands_where_the_loss_was() -> None:
    debug = Debug(0)
    for number in range(10):
        debug.command(0, PRINT, number)
    for number in (0xA, 0xB, 0xC):
        debug.uart.finish()
        debug.command(0, PRINT, number)
    lines = [line.removeprefix("debug: process 0 ") for line in debug.lines()]
    kept = [f"prints 0x{number:x}" for number in (0, 1, 2, 3, 4)]
    assert lines == [*kept, "lost some", "prints 0xb", "prints 0xc"]


def test_processes_take_turns_line_by_line() -> None:
    debug = Debug(2, 7)
    for number in range(3):
        debug.command(2, PRINT, number)
    for number in range(3):
        debug.command(7, PRINT, number)
    assert [int(line.split()[2]) for line in debug.lines()] == [2, 7, 2, 7, 2, 7]


def test_every_slot_has_a_queue_of_its_own() -> None:
    debug = Debug(*range(SLOTS))
    for slot in range(SLOTS):
        for number in range(QUEUE):
            debug.command(slot, PRINT, number)
    assert len(debug.lines()) == SLOTS * QUEUE


def test_a_process_that_ends_takes_its_queue_along() -> None:
    debug = Debug(0, 1)
    for slot in (0, 1):
        for number in range(3):
            debug.command(slot, PRINT, number)
    debug.end(1)
    debug.start(1)
    debug.uart.finish()
    debug.end(0)
    assert debug.lines() == ["debug: process 0 prints 0x0", "debug: process 0 prints 0x1"]
    debug.command(1, ALERT, 1)
    assert debug.lines() == ["debug: process 1 alerts 0x1"]


def test_the_next_life_in_a_waiting_slot_prints_its_own() -> None:
    debug = Debug(0, 1)
    debug.command(0, PRINT, 0)
    debug.command(1, PRINT, 1)
    debug.end(1)
    debug.start(1)
    debug.command(1, PRINT, 2)
    assert debug.lines() == ["debug: process 0 prints 0x0", "debug: process 1 prints 0x2"]


def test_the_next_life_in_a_waiting_slot_may_have_nothing_to_print() -> None:
    debug = Debug(0, 1)
    debug.command(0, PRINT, 0)
    debug.command(1, PRINT, 1)
    debug.end(1)
    debug.start(1)
    debug.library.grant_enter(debug.process(1), debug.driver)
    assert debug.lines() == ["debug: process 0 prints 0x0"]


def test_the_uarts_refusal_is_the_commands_result() -> None:
    debug = Debug(0)
    debug.uart.refusals = [Err.OFF]
    assert debug.command(0, PRINT, 1) == Err.OFF
    assert debug.command(0, PRINT, 2) is None
    assert debug.lines() == ["debug: process 0 prints 0x2"]


def test_a_line_refused_at_its_turn_does_not_stop_the_others() -> None:
    debug = Debug(0, 1)
    for slot in (0, 1):
        for number in range(2):
            debug.command(slot, PRINT, number)
    debug.uart.refusals = [Err.FAIL, Err.FAIL]
    assert debug.lines() == ["debug: process 0 prints 0x0", "debug: process 1 prints 0x1"]


@pytest.mark.parametrize("number", [4, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Debug(0).command(0, number) == Err.NOSUPPORT


def test_a_process_without_memory_for_a_grant_is_told() -> None:
    debug = Debug(0)
    debug.process(0).out_of_memory = True
    assert debug.command(0, PRINT, 1) == Err.NOMEM
