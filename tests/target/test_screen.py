# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications and the display of the lm3s6965evb, through the screen driver."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import Kernel, boot, example, kernel, program
from tests.target.monitor import Monitor
from tests.target.pictures import assert_shows, pixels, png
from tests.target.screen import HEIGHT, WIDTH, greys

SCREEN = """\
devices:
  selects: {kind: select_pair, pin: PD0}
  panel: {kind: ssd0323, spi: {to: ssi0, chip_select: selects.high}, dc: PC7}
capsules:
  screen: {kind: screen_driver, screen: panel}
"""
PICTURE = Path(__file__).parent / "pictures" / "screen.png"
DRIVER = 0x90001
INVERT, FRAME, WRITE, FILL = 4, 100, 200, 300
INVAL, SIZE = 6, 7


def asks(command: int, first: int = 0, second: int = 0) -> str:
    """Prints how a command ends: its own error, or the status of its upcall."""
    return (
        f"result = tock_command({DRIVER:#x}, {command}, {first}u, {second}u); "
        'console_print_u32("ends ", tock_succeeded(result) '
        f"? tock_yield_wait_for({DRIVER:#x}, 0).values[0] : result.values[0]); "
    )


def frame(x: int, y: int, width: int, height: int) -> str:
    return asks(FRAME, x << 16 | y, width << 16 | height)


def fills(byte: int) -> str:
    return (
        f"static uint8_t pixels[2]; struct tock_result result; pixels[0] = {byte}; "
        f"tock_allow_ro({DRIVER:#x}, 0, pixels, 2); "
    )


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def board(request: pytest.FixtureRequest) -> Kernel:
    return kernel("lm3s6965evb", more=SCREEN, checked=request.param)


def test_an_application_shows_what_was_looked_at(board: Kernel, tmp_path: Path) -> None:
    shot = tmp_path / "screen.ppm"
    with (
        Monitor() as monitor,
        boot(board, [example("screen")], options=monitor.options) as machine,
    ):
        machine.expect("screen: drawn\n")
        monitor.command(f"screendump {shot}")
    assert_shows(shot, PICTURE)


def test_each_process_draws_in_its_own_frame(board: Kernel, tmp_path: Path) -> None:
    shot = tmp_path / "screen.ppm"
    halves = [
        program(
            f"fills_{x}_{board.elf.stem}",
            fills(byte) + frame(x, 0, 64, HEIGHT) + asks(FILL) * 20,
        )
        for x, byte in ((0, 0x3A), (64, 0x5C))
    ]
    with Monitor() as monitor, boot(board, halves, options=monitor.options) as machine:
        machine.expect_count("ends 0\n", 42)
        monitor.command(f"screendump {shot}")
    row = [0x3, 0xA] * 32 + [0x5, 0xC] * 32
    assert greys(shot) == [row] * HEIGHT


def test_what_cannot_be_is_refused_and_draws_nothing(board: Kernel, tmp_path: Path) -> None:
    shot = tmp_path / "screen.ppm"
    words = fills(0xFF) + "".join(
        [
            frame(1, 0, 2, 1),
            frame(0, 0, 3, 1),
            frame(0, 0, WIDTH + 2, 1),
            frame(0, 1, 2, HEIGHT),
            asks(WRITE, 3),
            asks(WRITE, 0),
            frame(2, 1, 2, 1),
            asks(WRITE, 1),
        ]
    )
    refused = program(f"refused_{board.elf.stem}", words)
    with Monitor() as monitor, boot(board, [refused], options=monitor.options) as machine:
        machine.expect_count("\n", 8)
        told = [INVAL] * 4 + [SIZE] * 2 + [0] * 2
        assert machine.uarts[0].text == "".join(f"ends {each}\n" for each in told)
        monitor.command(f"screendump {shot}")
    expected = [[0] * WIDTH for _ in range(HEIGHT)]
    expected[1][2:4] = [15, 15]
    assert greys(shot) == expected


def test_a_picture_outlasts_its_file() -> None:
    rows = [[(x * 3 + y) % 16 for x in range(WIDTH)] for y in range(HEIGHT)]
    assert pixels(png(rows)) == rows
