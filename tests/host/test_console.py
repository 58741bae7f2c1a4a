# SPDX-License-Identifier: MIT OR Apache-2.0
"""The console capsule, claim by claim. Numbers in comments: reference bugs of the field."""

from __future__ import annotations

import pytest
from tests.host.fakes.capsule import SLOTS, Err
from tests.host.fakes.fake_console import (
    BUFFER,
    READ,
    READ_DONE,
    RX,
    TX,
    WRITE,
    WRITTEN,
    Console,
)

LONG = bytes(range(65, 65 + 2 * TX + 5))

# -- write --------------------------------------------------------------------------------


def test_a_write_sends_the_first_bytes_and_tells_how_many() -> None:  # bug 23
    console = Console(0)
    assert console.write(0, b"ABCDEFGH", 3) is None
    assert console.upcalls(0) == []
    assert console.uart.drain() == b"ABC"
    assert console.upcalls(0) == [(WRITTEN, 3, 0, 0)]


def test_a_write_longer_than_the_kernel_buffer_goes_out_whole() -> None:
    console = Console(0)
    console.write(0, LONG)
    assert [len(console.uart.finish()) for _ in range(3)] == [TX, TX, 5]
    assert console.uart.drain() == LONG
    assert console.upcalls(0) == [(WRITTEN, len(LONG), 0, 0)]


@pytest.mark.parametrize(("text", "length"), [(b"", 0), (b"x", 0), (b"", 5)])
def test_an_empty_write_completes_even_beside_another(text: bytes, length: int) -> None:
    console = Console(0, 1)
    assert console.write(0, text, length) is None
    assert console.upcalls(0) == [(WRITTEN, 0, 0, 0)]
    console.write(1, b"busy")
    assert console.write(0, text, length) is None
    assert console.upcalls(0) == [(WRITTEN, 0, 0, 0)]
    assert console.uart.drain() == b"busy"


def test_a_length_beyond_the_buffer_is_cut() -> None:
    console = Console(0)
    console.write(0, b"abc", 0xFFFFFFFF)
    assert console.uart.drain() == b"abc"
    assert console.upcalls(0) == [(WRITTEN, 3, 0, 0)]


def test_a_second_write_is_busy_and_changes_nothing() -> None:
    console = Console(0, 1)
    console.write(1, b"first ")
    console.write(0, b"second")
    assert console.command(0, WRITE, 1) == Err.BUSY
    assert console.command(1, WRITE, 1) == Err.BUSY
    assert console.uart.drain() == b"first second"
    assert console.upcalls(0) == [(WRITTEN, 6, 0, 0)]
    assert console.write(0, b"again") is None


def test_two_writers_alternate() -> None:
    console = Console(3, 9)
    console.write(3, b"a")
    console.write(9, b"b")
    for _ in range(50):
        console.uart.finish()
        for slot, text in ((3, b"a"), (9, b"b")):
            if console.upcalls(slot):
                console.write(slot, text)
    assert console.uart.line == b"ab" * 25


def test_every_slot_gets_its_turn() -> None:
    console = Console(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        console.write(slot, bytes([slot]))
    first, rest = SLOTS - 1, bytes(range(SLOTS - 1))
    assert console.uart.drain() == bytes([first]) + rest


def test_two_long_texts_are_not_mixed() -> None:
    console = Console(0, 1)
    console.write(0, LONG)
    console.write(1, LONG.lower())
    assert console.uart.drain() == LONG + LONG.lower()


@pytest.mark.parametrize("left", [b"", b"z"])
def test_a_buffer_withdrawn_in_mid_write_ends_it_there(left: bytes) -> None:
    console = Console(0, 1)
    console.write(0, LONG)
    console.write(1, b"next")
    console.allow_ro(0, BUFFER, left)
    assert console.uart.drain() == LONG[:TX] + b"next"
    assert console.upcalls(0) == [(WRITTEN, TX, Err.SIZE, 0)]
    assert console.upcalls(1) == [(WRITTEN, 4, 0, 0)]


def test_a_buffer_swapped_in_mid_write_is_read_where_it_went_on() -> None:
    console = Console(0)
    console.write(0, b"a" * (2 * TX))
    console.allow_ro(0, BUFFER, b"b" * TX + b"c")
    assert console.uart.drain() == b"a" * TX + b"c"
    assert console.upcalls(0) == [(WRITTEN, TX + 1, Err.SIZE, 0)]


def test_a_buffer_withdrawn_while_waiting_ends_the_write_at_its_turn() -> None:
    console = Console(0, 1, 2)
    console.write(0, b"zero")
    console.write(1, b"one")
    console.write(2, b"two")
    console.allow_ro(1, BUFFER, b"")
    assert console.uart.drain() == b"zerotwo"
    assert console.upcalls(1) == [(WRITTEN, 0, Err.SIZE, 0)]


def test_a_writer_that_dies_lets_the_next_one_on_and_loses_the_rest() -> None:
    console = Console(0, 1)
    console.write(0, LONG)
    console.write(1, b"next")
    console.end(0)
    assert console.uart.drain() == LONG[:TX] + b"next"


def test_a_writer_that_dies_waiting_is_forgotten() -> None:
    console = Console(0, 1, 2)
    console.write(0, b"zero")
    console.write(1, b"one")
    console.write(2, b"two")
    console.end(1)
    console.start(1)
    assert console.write(1, b"") is None
    assert console.uart.drain() == b"zerotwo"
    assert console.upcalls(1) == [(WRITTEN, 0, 0, 0)]


def test_the_next_life_of_a_writer_gets_its_own_text_and_upcall_only() -> None:
    console = Console(0)
    console.write(0, LONG)
    console.end(0)
    console.start(0)
    assert console.write(0, b"new life") is None
    assert console.uart.drain() == LONG[:TX] + b"new life"
    assert console.upcalls(0) == [(WRITTEN, 8, 0, 0)]


def test_the_uarts_refusal_is_the_commands_result() -> None:
    console = Console(0, 1)
    console.uart.refusals = [Err.OFF]
    assert console.write(0, b"lost") == Err.OFF
    assert console.upcalls(0) == []
    assert console.write(1, b"one") is None
    assert console.write(0, b"zero") is None
    assert console.uart.drain() == b"onezero"


def test_a_refusal_at_a_waiting_writers_turn_is_its_upcall() -> None:
    console = Console(0, 1, 2)
    for slot in range(3):
        console.write(slot, b"%d" % slot)
    console.uart.refusals = [Err.FAIL]
    assert console.uart.drain() == b"02"
    assert console.upcalls(1) == [(WRITTEN, 0, Err.FAIL, 0)]


def test_an_error_on_the_line_ends_the_write_with_what_went_out() -> None:
    console = Console(0, 1)
    console.write(0, LONG)
    console.write(1, b"next")
    console.uart.finish(Err.FAIL, sent=2)
    assert console.upcalls(0) == [(WRITTEN, 2, Err.FAIL, 0)]
    assert console.uart.drain() == LONG[:2] + b"next"


# -- read ---------------------------------------------------------------------------------


def test_a_read_completes_when_full() -> None:
    console = Console(0)
    assert console.read(0, 3) is None
    console.uart.type(b"ab")
    assert console.upcalls(0) == []
    console.uart.type(b"cd")
    assert console.upcalls(0) == [(READ_DONE, 0, 3, 0)]
    assert console.line(0) == b"abc"


@pytest.mark.parametrize(
    ("length", "room", "result"),
    [
        (RX, RX, None),
        (RX + 1, RX, None),
        (RX + 1, RX + 1, Err.INVAL),
        (0xFFFFFFFF, 1, None),
        (0, RX, Err.SIZE),
        (1, 0, Err.SIZE),
    ],
)
def test_what_a_read_may_ask_for(length: int, room: int, result: Err | None) -> None:
    console = Console(0)
    assert console.read(0, length, room) == result
    assert (console.uart.reception is None) == (result is not None)
    if result is not None:
        assert console.read(0, 1) is None


def test_a_second_read_is_busy() -> None:
    console = Console(0)
    console.read(0, 2)
    assert console.command(0, READ, 1) == Err.BUSY
    console.uart.type(b"xy")
    assert console.upcalls(0) == [(READ_DONE, 0, 2, 0)]


def test_readers_take_turns_and_see_their_own_bytes_only() -> None:
    console = Console(0, 1)
    console.read(1, 2)
    console.read(0, 2)
    for turn in range(6):
        console.uart.type(b"%02d" % turn)
        slot = 1 - turn % 2
        assert console.upcalls(slot) == [(READ_DONE, 0, 2, 0)]
        assert console.line(slot) == b"%02d" % turn
        console.read(slot, 2)


def test_a_reader_aborts_its_own_read_and_gets_what_had_come() -> None:  # bugs 16, 24
    console = Console(0)
    console.read(0, 4)
    console.uart.type(b"ab")
    console.abort(0)
    console.abort(0)
    assert console.upcalls(0) == []
    console.uart.end_reception()
    assert console.upcalls(0) == [(READ_DONE, Err.CANCEL, 2, 0)]
    assert console.line(0) == b"ab\0\0"
    assert console.uart.reception is None


def test_an_abort_without_a_read_is_no_error_and_gives_nothing() -> None:  # bug 74
    console = Console(0, 1)
    console.abort(0)
    console.read(1, 2)
    console.abort(0)
    console.allow_rw(0, BUFFER, 4)
    console.abort(0)
    console.uart.type(b"ok")
    assert console.upcalls(0) == []
    assert console.upcalls(1) == [(READ_DONE, 0, 2, 0)]


def test_an_abort_while_waiting_completes_at_once_and_keeps_the_others() -> None:
    console = Console(0, 1, 2)
    for slot in range(3):
        console.read(slot, 1)
    console.abort(1)
    assert console.upcalls(1) == [(READ_DONE, Err.CANCEL, 0, 0)]
    console.uart.type(b"ac")
    assert (console.line(0), console.line(2)) == (b"a", b"c")
    assert console.upcalls(1) == []


def test_an_abort_that_is_too_late_keeps_the_result() -> None:
    console = Console(0)
    console.read(0, 2)
    console.abort(0)
    console.uart.end_reception(Err.OK)
    assert console.upcalls(0) == [(READ_DONE, 0, 0, 0)]


def test_a_reader_that_dies_lets_the_next_one_on_without_its_bytes() -> None:
    console = Console(0, 1)
    console.read(0, 4)
    console.read(1, 2)
    console.uart.type(b"pw")
    console.end(0)
    console.uart.type(b"lost")
    console.uart.end_reception()
    console.uart.type(b"ok")
    assert console.upcalls(1) == [(READ_DONE, 0, 2, 0)]
    assert console.line(1) == b"ok"


def test_a_reader_that_dies_waiting_is_forgotten() -> None:
    console = Console(0, 1)
    console.read(0, 1)
    console.read(1, 1)
    console.end(1)
    console.start(1)
    console.uart.type(b"a")
    assert console.uart.reception is None
    assert console.upcalls(1) == []


def test_the_next_life_of_a_reader_waits_for_the_end_of_the_old_read() -> None:
    console = Console(0)
    console.read(0, 4)
    console.uart.type(b"old")
    console.end(0)
    console.start(0)
    console.read(0, 2)
    console.abort(0)
    assert console.upcalls(0) == [(READ_DONE, Err.CANCEL, 0, 0)]
    console.read(0, 2)
    console.uart.end_reception()
    console.uart.type(b"ok")
    assert console.upcalls(0) == [(READ_DONE, 0, 2, 0)]
    assert console.line(0) == b"ok"


def test_a_reader_that_aborts_and_dies_is_cancelled_once_only() -> None:
    console = Console(0, 1)
    console.read(0, 4)
    console.abort(0)
    console.end(0)
    console.uart.end_reception()
    assert console.read(1, 1) is None
    console.uart.type(b"x")
    assert console.upcalls(1) == [(READ_DONE, 0, 1, 0)]


@pytest.mark.parametrize("room", [0, 1])
def test_a_buffer_that_shrinks_during_a_read_takes_what_fits(room: int) -> None:
    console = Console(0, 1)
    console.read(0, 3)
    console.read(1, 1)
    console.allow_rw(0, BUFFER, room)
    console.uart.type(b"abcd")
    assert console.upcalls(0) == [(READ_DONE, Err.SIZE, room, 0)]
    assert console.line(0) == b"abc"[:room]
    assert console.line(1) == b"d"


def test_an_aborted_read_says_cancel_even_if_its_buffer_shrank() -> None:
    console = Console(0)
    console.read(0, 4)
    console.uart.type(b"abc")
    console.allow_rw(0, BUFFER, 1)
    console.abort(0)
    console.uart.end_reception()
    assert console.upcalls(0) == [(READ_DONE, Err.CANCEL, 1, 0)]


def test_a_reader_that_aborted_while_waiting_can_wait_again() -> None:
    console = Console(0, 1)
    console.read(0, 1)
    console.read(1, 1)
    console.abort(1)
    console.read(1, 2)
    console.uart.type(b"abc")
    assert console.upcalls(1) == [(READ_DONE, Err.CANCEL, 0, 0), (READ_DONE, 0, 2, 0)]
    assert console.line(1) == b"bc"


def test_a_buffer_that_is_gone_at_its_turn_ends_the_read() -> None:
    console = Console(0, 1, 2)
    for slot in range(3):
        console.read(slot, 1)
    console.allow_rw(1, BUFFER, 0)
    console.uart.type(b"ac")
    assert console.upcalls(1) == [(READ_DONE, Err.SIZE, 0, 0)]
    assert console.line(2) == b"c"


def test_a_refused_read_is_the_commands_result_and_the_next_one_works() -> None:  # bug 71
    console = Console(0, 1)
    console.uart.refusals = [Err.FAIL]
    assert console.read(0, 1) == Err.FAIL
    assert console.read(1, 1) is None
    console.uart.type(b"x")
    assert console.line(1) == b"x"
    assert console.upcalls(0) == []


def test_an_error_while_reading_is_told_with_what_had_come() -> None:
    console = Console(0)
    console.read(0, 4)
    console.uart.type(b"ab")
    console.uart.end_reception(Err.FAIL)
    assert console.upcalls(0) == [(READ_DONE, Err.FAIL, 2, 0)]


# -- commands -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [4, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Console(0).command(0, number) == Err.NOSUPPORT


@pytest.mark.parametrize("number", [WRITE, READ])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    console = Console(0)
    console.process(0).out_of_memory = True
    assert console.command(0, number, 1) == Err.NOMEM
