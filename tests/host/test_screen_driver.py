# SPDX-License-Identifier: MIT OR Apache-2.0
"""The screen driver, claim by claim. Numbers in comments: reference bugs of the field.

The screen under it has 16 x 8 pixels of 4 bits and completes by hand; what was drawn is
kept as its memory, bytes from the top left.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Err, OneAtATime, capsule_library, zeros

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

POWER, BRIGHTNESS, INVERT, RESTORE, SET_INVERTED = 2, 3, 4, 5, 6
FRAME, WRITE, FILL = 100, 200, 300
PIXELS = 0
DONE = 0
WIDTH, HEIGHT, PER_BYTE = 16, 8, 2
ROW = WIDTH // PER_BYTE
SIZE = ROW * HEIGHT
PIECE = 20  # two rows and half of one
IS_ON, IS_BRIGHT, IS_INVERTED = 0, 1, 2
CHANGES = [
    (POWER, 0, (IS_ON, 0)),
    (POWER, 7, (IS_ON, 1)),
    (BRIGHTNESS, 0xFFFF, (IS_BRIGHT, 0xFFFF)),
    (INVERT, 0, (IS_INVERTED, 1)),
    (RESTORE, 1, (IS_INVERTED, 0)),
    (SET_INVERTED, 0, (IS_INVERTED, 0)),
    (SET_INVERTED, 2, (IS_INVERTED, 1)),
]


@cache
def library() -> Library:
    return capsule_library("screen_driver")


class Screen(OneAtATime):
    def __init__(self, *slots: int) -> None:
        name = "screen_driver"
        super().__init__(library(), name, upcalls=1, ro=1)
        lib, capsule = self.library, self.capsule
        self.memory_shown = bytearray(SIZE)
        self.refusals: list[int] = []
        self.changed: list[tuple[int, int]] = []
        self.pieces: list[tuple[int, int, int, int]] = []
        self.state = lib.new(f"struct {name}_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, PIECE
        capsule.width, capsule.height = WIDTH, HEIGHT
        capsule.pixels_per_byte = PER_BYTE
        capsule.screen_draw.ops = self.callbacks.new(
            "struct screen_draw_ops", picture_draw=lambda _, op: self._start(op)
        )
        capsule.screen_setup.ops = self.callbacks.new(
            "struct screen_setup_ops", property_set=lambda _, op: self._start(op)
        )
        capsule.screen_draw_client.drawn = lib.address(f"{name}_drawn")
        capsule.screen_setup_client.property_changed = lib.address(f"{name}_property_changed")
        self.start(*slots)

    def _is_picture(self, op: CData) -> bool:
        return bool(op == self.library.ffi.addressof(self.state, "picture"))

    def drawing(self) -> bool:
        """Whether a picture is under way."""
        return self.op is not None and self._is_picture(self.op)

    def _start(self, op: CData) -> int:
        assert self.op is None, "a second operation while one is under way"
        if self._is_picture(op):
            right = op.x + op.width
            assert right <= WIDTH
            assert op.y + op.height <= HEIGHT
            assert op.x % PER_BYTE == right % PER_BYTE == 0
            assert 0 < op.len == op.width // PER_BYTE * op.height <= PIECE
        if self.refusals and (err := self.refusals.pop(0)):
            return err
        self.op = op
        return Err.OK

    def finish(self, err: int = Err.OK) -> None:
        op, self.op = self.op, None
        assert op is not None
        if self._is_picture(op):
            data = bytes(self.library.ffi.buffer(op.data, op.len))
            line = op.width // PER_BYTE
            for row in range(op.height):
                at = (op.y + row) * ROW + op.x // PER_BYTE
                self.memory_shown[at : at + line] = data[row * line : (row + 1) * line]
            self.pieces.append((op.x, op.y, op.width, op.height))
            op.client.drawn(op.client, op, err)
        else:
            self.changed.append((op.property, op.value))
            op.client.property_changed(op.client, op, err)
        self.check()

    def check(self) -> None:
        super().check()
        if self.op is None or not self._is_picture(self.op):
            assert zeros(self.data), "pixels left behind"
        self.check_turns(held=self.op is not None)

    def frame(self, slot: int, x: int, y: int, width: int, height: int) -> object:
        return self.command(slot, FRAME, x << 16 | y, width << 16 | height)

    def write(self, slot: int, data: bytes, length: int | None = None) -> object:
        self.allow_ro(slot, PIXELS, data)
        return self.command(slot, WRITE, len(data) if length is None else length)

    def shown(self, x: int, y: int, width: int, height: int) -> bytes:
        """What is seen in a rectangle."""
        rows = (
            self.memory_shown[row * ROW + x // PER_BYTE : row * ROW + (x + width) // PER_BYTE]
            for row in range(y, y + height)
        )
        return b"".join(rows)


def pattern(length: int) -> bytes:
    return bytes(n % 255 + 1 for n in range(length))


@pytest.mark.parametrize(
    ("number", "answer"),
    [(1, 0), (11, 1), (13, 1), (21, 0)],
)
def test_what_the_board_settles_is_told(number: int, answer: int) -> None:
    assert Screen(0).command(0, number) == answer


@pytest.mark.parametrize("number", [12, 23])
def test_the_size_is_told(number: int) -> None:
    assert Screen(0).command_pair(0, number) == (WIDTH, HEIGHT)


@pytest.mark.parametrize(("per_byte", "answer"), [(1, 1), (2, 5), (4, Err.NOSUPPORT), (8, 0)])
@pytest.mark.parametrize("number", [14, 25])
def test_formats_have_upstreams_numbers(number: int, per_byte: int, answer: object) -> None:
    screen = Screen(0)
    screen.capsule.pixels_per_byte = per_byte
    assert screen.command(0, number) == answer


@pytest.mark.parametrize("number", [12, 14])
def test_there_is_one_size_and_one_format(number: int) -> None:
    assert Screen(0).command(0, number, 1) == Err.INVAL


@pytest.mark.parametrize("number", [7, 15, 22, 24, 26, 99, 101, 400, 0xFFFFFFFF])
def test_what_the_screen_has_not_is_not_supported(number: int) -> None:
    assert Screen(0).command(0, number) == Err.NOSUPPORT


@pytest.mark.parametrize(("number", "argument", "change"), CHANGES)
def test_how_it_shines_is_set_and_told(
    number: int, argument: int, change: tuple[int, int]
) -> None:
    screen = Screen(0)
    assert screen.command(0, number, argument) is None
    assert screen.upcalls(0) == []
    screen.finish()
    assert screen.changed == [change]
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]


def test_more_than_the_brightest_is_refused() -> None:
    screen = Screen(0)
    assert screen.command(0, BRIGHTNESS, 0x10000) == Err.INVAL
    assert screen.command(0, BRIGHTNESS, 0) is None


def test_without_a_frame_the_whole_screen_is_drawn() -> None:
    screen = Screen(0)
    assert screen.write(0, pattern(SIZE)) is None
    screen.drain()
    assert screen.memory_shown == pattern(SIZE)
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]


@pytest.mark.parametrize("length", [1, ROW - 1, ROW, ROW + 1, PIECE, SIZE - 1])
def test_less_than_the_frame_is_drawn_from_its_corner(length: int) -> None:
    screen = Screen(0)
    assert screen.write(0, pattern(SIZE), length) is None
    screen.drain()
    assert screen.memory_shown == pattern(length) + bytes(SIZE - length)
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]


@pytest.mark.parametrize(
    "frame", [(0, 0, 2, 1), (4, 3, 6, 4), (14, 0, 2, HEIGHT), (0, 7, WIDTH, 1)]
)
def test_a_picture_stays_in_its_frame(frame: tuple[int, int, int, int]) -> None:
    screen = Screen(0)
    assert screen.frame(0, *frame) is None
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]
    data = pattern(frame[2] // PER_BYTE * frame[3])
    assert screen.write(0, data) is None
    screen.drain()
    assert screen.shown(*frame) == data
    assert sum(map(bool, screen.memory_shown)) == len(data), "and nothing beside it"


def test_pieces_are_whole_rows_and_the_rest_is_not_garbage() -> None:  # bug 48
    screen = Screen(0)
    screen.write(0, pattern(4 * ROW + 3))
    screen.drain()
    assert screen.pieces == [(0, 0, WIDTH, 2), (0, 2, WIDTH, 2), (0, 4, 6, 1)]
    assert screen.memory_shown == pattern(4 * ROW + 3) + bytes(SIZE - 4 * ROW - 3)


def test_a_row_longer_than_the_buffer_comes_in_parts() -> None:
    screen = Screen(0)
    screen.capsule.data_size = 5
    screen.write(0, pattern(2 * ROW))
    screen.drain()
    assert screen.pieces == [(0, 0, 10, 1), (10, 0, 6, 1), (0, 1, 10, 1), (10, 1, 6, 1)]
    assert screen.memory_shown[: 2 * ROW] == pattern(2 * ROW)


def test_a_frame_is_filled_with_one_byte() -> None:
    screen = Screen(0)
    screen.frame(0, 2, 1, 12, 6)
    screen.allow_ro(0, PIXELS, b"\x7b\x11")
    assert screen.command(0, FILL) is None
    screen.allow_ro(0, PIXELS, b"")  # it has been read
    screen.drain()
    assert screen.shown(2, 1, 12, 6) == b"\x7b" * 36
    assert screen.memory_shown.count(0) == SIZE - 36
    assert screen.upcalls(0) == [(DONE, 0, 0, 0), (DONE, 0, 0, 0)]


@pytest.mark.parametrize(
    "frame",
    [
        (1, 0, 2, 1),  # begins within a byte
        (0, 0, 3, 1),  # ends within one
        (1, 0, 3, 1),
        (0, 0, 0, 1),
        (0, 0, 2, 0),
        (2, 0, WIDTH, 1),
        (0, 1, 2, HEIGHT),
        (0xFFFE, 0, 2, 1),
        (0, 0xFFFF, 2, 1),
        (0, 0, 0xFFFE, 0xFFFF),
    ],
)
def test_a_frame_that_cannot_be_is_refused_and_the_last_one_stays(
    frame: tuple[int, int, int, int],
) -> None:  # bug 84 c
    screen = Screen(0)
    screen.frame(0, 4, 4, 4, 4)
    screen.upcalls(0)
    assert screen.frame(0, *frame) == Err.INVAL
    assert screen.upcalls(0) == []
    screen.write(0, pattern(8))
    screen.drain()
    assert screen.shown(4, 4, 4, 4) == pattern(8)


@pytest.mark.parametrize(("there", "length"), [(8, 0), (0, 1), (7, 8), (9, 9), (9, 0xFFFFFFFF)])
def test_data_that_do_not_fit_are_refused(there: int, length: int) -> None:
    screen = Screen(0)
    screen.frame(0, 0, 0, 4, 4)
    screen.upcalls(0)
    assert screen.write(0, pattern(there), length) == Err.SIZE
    assert screen.upcalls(0) == []
    assert screen.write(0, pattern(8)) is None


def test_nothing_fills_no_frame() -> None:
    assert Screen(0).command(0, FILL) == Err.SIZE


@pytest.mark.parametrize("number", [POWER, BRIGHTNESS, INVERT, FRAME, WRITE, FILL])
def test_a_second_request_is_busy_and_changes_nothing(number: int) -> None:  # bug 84 a
    screen = Screen(0)
    screen.write(0, pattern(SIZE))
    assert screen.command(0, number, 1, 2 << 16 | 1) == Err.BUSY
    screen.drain()
    assert screen.memory_shown == pattern(SIZE)
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]


def test_a_queued_picture_is_drawn_with_its_own_pixels() -> None:
    screen = Screen(0, 1)
    screen.frame(0, 0, 0, 8, 4)
    screen.frame(1, 8, 0, 8, 4)
    screen.write(0, b"a" * 16)
    screen.write(1, b"b" * 16)
    screen.drain()
    assert screen.shown(0, 0, 8, 4) == b"a" * 16
    assert screen.shown(8, 0, 8, 4) == b"b" * 16


def test_a_frame_and_a_picture_let_others_in() -> None:  # bug 84 d
    screen = Screen(0, 1, 2)
    screen.write(0, pattern(SIZE))
    screen.frame(1, 0, 0, 2, 1)
    screen.write(1, b"x")
    screen.command(2, POWER, 1)
    for _ in range(3):
        screen.finish()
    assert screen.upcalls(1) == [(DONE, 0, 0, 0)] * 2
    assert screen.upcalls(2) == [(DONE, 0, 0, 0)]
    assert screen.upcalls(0) == []
    screen.drain()
    assert screen.upcalls(0) == [(DONE, 0, 0, 0)]


def test_every_slot_gets_its_turn() -> None:
    screen = Screen(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        screen.write(slot, b"x")
    order = []
    while screen.op is not None:
        screen.finish()
        order += [slot for slot in range(SLOTS) if screen.upcalls(slot)]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]


def test_three_who_always_want_more_get_the_same() -> None:  # bug 75
    screen = Screen(0, 1, 2)
    served = dict.fromkeys(range(3), 0)
    for slot in range(3):
        screen.write(slot, b"x")
    for _ in range(300):
        screen.finish()
        for slot in range(3):
            if screen.upcalls(slot):
                served[slot] += 1
                screen.write(slot, b"x")
    assert served == {0: 100, 1: 100, 2: 100}


@pytest.mark.parametrize("room", [0, 3, 2 * ROW, 4 * ROW + 1])
def test_a_buffer_that_shrinks_ends_the_picture_there(room: int) -> None:
    screen = Screen(0, 1)
    screen.write(0, pattern(SIZE))
    screen.write(1, b"x")
    screen.allow_ro(0, PIXELS, pattern(room))
    screen.drain()
    assert len(screen.pieces) == 1 + max(1, room // (2 * ROW)), "whole ones only"
    assert screen.upcalls(0) == [(DONE, Err.SIZE, 0, 0)]
    assert screen.upcalls(1) == [(DONE, 0, 0, 0)]


@pytest.mark.parametrize("number", [POWER, WRITE, FILL])
def test_a_process_that_ends_lets_the_next_one_on_without_its_pixels(number: int) -> None:
    screen = Screen(0, 1)
    screen.allow_ro(0, PIXELS, b"s" * SIZE)
    screen.command(0, number, SIZE)
    screen.frame(1, 0, 7, WIDTH, 1)
    screen.write(1, b"x" * ROW)
    screen.end(0)
    screen.start(0)
    screen.enter(0)
    assert screen.drain() == 2
    assert screen.shown(0, 7, WIDTH, 1) == b"x" * ROW
    assert screen.upcalls(0) == []
    assert screen.write(0, b"y") is None


def test_who_ends_while_waiting_is_forgotten() -> None:
    screen = Screen(0, 1, 2)
    for slot in range(3):
        screen.write(slot, b"x")
    screen.end(1)
    screen.start(1)
    screen.enter(1)
    assert screen.drain() == 2
    assert screen.upcalls(1) == []
    assert screen.upcalls(2) == [(DONE, 0, 0, 0)]


@pytest.mark.parametrize("number", [POWER, BRIGHTNESS, INVERT, WRITE, FILL])
def test_a_refusal_is_the_commands_result_and_the_next_one_works(
    number: int,
) -> None:  # bugs 49, 99
    screen = Screen(0, 1)
    screen.refusals = [Err.OFF]
    screen.allow_ro(0, PIXELS, b"secret")
    assert screen.command(0, number, 6) == Err.OFF
    assert screen.upcalls(0) == []
    assert screen.command(0, number, 6) is None
    assert screen.write(1, b"x") is None
    screen.drain()
    assert screen.upcalls(0) == screen.upcalls(1) == [(DONE, 0, 0, 0)]


def test_a_refusal_in_its_turn_is_told_and_the_others_go_on() -> None:  # bug 84 b
    screen = Screen(0, 1, 2, 3)
    for slot in range(3):
        screen.write(slot, b"x")
    screen.command(3, POWER, 1)
    screen.refusals = [Err.OFF, Err.OK, Err.FAIL]
    screen.drain()
    assert [screen.upcalls(slot)[0][1] for slot in range(4)] == [0, Err.OFF, 0, Err.FAIL]


@pytest.mark.parametrize("number", [POWER, WRITE, FILL])
def test_a_failure_is_told_and_the_others_go_on(number: int) -> None:  # bug 84 b
    screen = Screen(0, 1)
    screen.allow_ro(0, PIXELS, pattern(SIZE))
    screen.command(0, number, SIZE)
    screen.write(1, b"x")
    screen.finish(Err.FAIL)
    assert screen.upcalls(0) == [(DONE, Err.FAIL, 0, 0)]
    screen.drain()
    assert screen.upcalls(1) == [(DONE, 0, 0, 0)]


@pytest.mark.parametrize("number", [POWER, BRIGHTNESS, INVERT, FRAME, WRITE, FILL])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    screen = Screen(0)
    screen.process(0).out_of_memory = True
    assert screen.command(0, number, 1, 2 << 16 | 1) == Err.NOMEM
