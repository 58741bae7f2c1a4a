# SPDX-License-Identifier: MIT OR Apache-2.0
"""The SD card of the lm3s6965evb: blocks as the host finds and leaves them in the file.

In the last test display and card are used at the same time over the one bus.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import boot, kernel, program
from tests.target.monitor import Monitor
from tests.target.screen import greys, painted
from tests.target.test_display import PAINT

COMPONENTS = Path(__file__).parent / "components"
CARD = """\
devices:
  selects: {kind: select_pair, pin: PD0}
  card: {kind: sdcard, spi: {to: ssi0, chip_select: selects.low}, timer: alarm_mux}
capsules:
  keeper: {kind: keeper, disk: card}
"""
BOTH = """\
muxes:
  spi_mux: {kind: mux_spi, spi: ssi0}
devices:
  selects: {kind: select_pair, pin: PD0}
  panel: {kind: ssd0323, spi: {to: spi_mux, chip_select: selects.high}, dc: PC7}
  card: {kind: sdcard, spi: {to: spi_mux, chip_select: selects.low}, timer: alarm_mux}
capsules:
  keeper: {kind: keeper, disk: card}
  painter: {kind: painter, screen: panel}
budget: {flash: 48KiB, ram: 24KiB}
"""
KEEPER = 0x90003
FILL, COMPARE, DONE, RESULT = 1, 2, 3, 4
CARD_SIZE, BLOCK = 4 << 20, 512
LAST = CARD_SIZE // BLOCK - 1
INVAL, OFF = 6, 4


def asking(name: str, *commands: tuple[int, int, int]) -> str:
    """Each command, and a line for how it ended or why it did not begin."""
    return "struct tock_result begun; uint32_t n = 0; " + " ".join(
        f"begun = tock_command({KEEPER:#x}, {command}, {block}u, {pattern}); "
        f"if (!tock_succeeded(begun)) {{ "
        f'console_print_u32("refused ", begun.values[0]); }} else {{ n++; '
        f"while (tock_command({KEEPER:#x}, {DONE}, 0, 0).values[0] < n) "
        "{ alarm_sleep_ms(1); } "
        f'console_print_u32("{name} ", tock_command({KEEPER:#x}, {RESULT}, 0, 0).values[0]); }}'
        for command, block, pattern in commands
    )


def content(pattern: int) -> bytes:
    """What components/keeper makes of a pattern."""
    return bytes((7 * place + 3 * pattern) % 256 for place in range(BLOCK))


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "card.img"
    file.write_bytes(bytes(CARD_SIZE))
    return file


def inserted(card: Path) -> tuple[str, ...]:
    return ("-drive", f"if=sd,format=raw,file={card}")


@pytest.mark.parametrize("checked", [False, True])
def test_blocks_are_read_and_written_as_the_host_sees_them(checked: bool, card: Path) -> None:
    with card.open("r+b") as file:
        file.seek(5 * BLOCK)
        file.write(content(9))
    of = kernel("lm3s6965evb", more=CARD, components=COMPONENTS, checked=checked)
    words = asking(
        "card",
        (COMPARE, 5, 9),
        (FILL, 0, 1),
        (FILL, LAST, 2),
        (COMPARE, 0, 1),
        (COMPARE, LAST, 2),
        (COMPARE, 5, 8),
    )
    with boot(of, [program("keeps", words)], options=inserted(card)) as machine:
        machine.expect_count("\n", 6)
        assert machine.uarts[0].text == "card 0\n" * 5 + "card 100\n"
    expected = bytearray(CARD_SIZE)
    for block, pattern in ((5, 9), (0, 1), (LAST, 2)):
        expected[block * BLOCK : (block + 1) * BLOCK] = content(pattern)
    assert card.read_bytes() == expected


def test_a_block_that_the_card_has_not_is_told_and_the_next_goes_on(card: Path) -> None:
    of = kernel("lm3s6965evb", more=CARD, components=COMPONENTS)
    words = asking(
        "card", (COMPARE, LAST + 1, 0), (FILL, LAST, 2), (FILL, LAST + 1, 0), (COMPARE, LAST, 2)
    )
    with boot(of, [program("goes_too_far", words)], options=inserted(card)) as machine:
        machine.expect_count("\n", 4)
        assert machine.uarts[0].text == f"card {INVAL}\ncard 0\ncard {INVAL}\ncard 0\n"


def test_without_a_card_there_is_none() -> None:
    of = kernel("lm3s6965evb", more=CARD, components=COMPONENTS)
    words = asking("card", (COMPARE, 0, 0), (FILL, 0, 0))
    with boot(of, [program("misses", words)]) as machine:
        machine.expect_count("\n", 2)
        assert machine.uarts[0].text == f"card {OFF}\n" * 2


@pytest.mark.parametrize("checked", [False, True])
def test_display_and_card_at_the_same_time_on_one_bus(
    checked: bool, card: Path, tmp_path: Path
) -> None:
    of = kernel("lm3s6965evb", more=BOTH, components=COMPONENTS, checked=checked)
    shot = tmp_path / "screen.ppm"
    blocks = range(20)
    steps = [
        step for block in blocks for step in ((FILL, block, block), (COMPARE, block, block))
    ]
    keeps = program(f"keeps_beside_{checked}", asking("card", *steps))
    paints = program(f"paints_beside_{checked}", PAINT.format(times=20))
    with Monitor() as monitor:
        options = (*inserted(card), *monitor.options)
        with boot(of, [keeps, paints], options=options) as machine:
            machine.expect_count("card ", len(steps))
            machine.expect_count("\n", len(steps) + 1)
            assert machine.count("card 0\n") == len(steps)
            assert machine.count("failed 0\n") == 1
            monitor.command(f"screendump {shot}")
    assert greys(shot) == painted(20)
    assert card.read_bytes()[: len(blocks) * BLOCK] == b"".join(map(content, blocks))
