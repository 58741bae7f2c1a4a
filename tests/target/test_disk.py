# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications and the SD card of the lm3s6965evb, through the disk driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.target.images import Kernel, boot, example, kernel, program
from tests.target.test_card import BLOCK, CARD_SIZE, INVAL, LAST, OFF, card, inserted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["card"]  # a fixture

DISK = """\
devices:
  selects: {kind: select_pair, pin: PD0}
  card: {kind: sdcard, spi: {to: ssi0, chip_select: selects.low}, timer: alarm_mux}
capsules:
  disk: {kind: disk_driver, disk: card}
"""
DRIVER = 0x50002
IS_INSTALLED, INITIALIZE, READ, WRITE = 1, 2, 3, 4
FAILED = 4
TELLS = (
    f"static uint8_t bytes[{BLOCK}]; "
    f"tock_allow_rw({DRIVER}, 0, bytes, {BLOCK}); tock_allow_ro({DRIVER}, 0, bytes, {BLOCK}); "
)


def asks(command: int, block: int) -> str:
    """Prints the event of a command, and its first word."""
    return (
        f"tock_command({DRIVER}, {command}, {block}u, 0); "
        f"{{ struct tock_event told = tock_yield_wait_for({DRIVER}, 0); "
        'console_print_u32("event ", told.values[0]); '
        'console_print_u32("tells ", told.values[1]); } '
    )


def installed() -> str:
    return (
        'console_print_u32("installed ", '
        f"tock_command({DRIVER}, {IS_INSTALLED}, 0, 0).values[0]); "
    )


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def board(request: pytest.FixtureRequest) -> Kernel:
    return kernel("lm3s6965evb", more=DISK, checked=request.param)


def test_blocks_at_both_ends_of_a_card_are_written_and_read_back(
    board: Kernel, card: Path
) -> None:
    with boot(board, [example("card")], options=inserted(card)) as machine:
        machine.expect(f"card: KiB {CARD_SIZE // 1024}\n")
        machine.expect("card: blocks written and read back 8\n")
    expected = bytearray(CARD_SIZE)
    for block in (*range(4), *range(LAST - 3, LAST + 1)):
        content = bytes((7 * block + place) % 256 for place in range(BLOCK))
        expected[block * BLOCK : (block + 1) * BLOCK] = content
    assert card.read_bytes() == expected


def test_two_applications_write_at_the_same_time(board: Kernel, card: Path) -> None:
    def writes(first: int) -> str:
        return TELLS + (
            f"uint32_t done = 0; for (uint32_t n = {first}; n < {first + 20}; n++) {{ "
            f"for (uint32_t i = 0; i < {BLOCK}; i++) {{ bytes[i] = (uint8_t)(n + 1); }} "
            f"tock_command({DRIVER}, {WRITE}, n, 0); "
            f"done += tock_yield_wait_for({DRIVER}, 0).values[0] == 3; }} "
            'console_print_u32("done ", done);'
        )

    both = [program(f"writes_{board.elf.stem}_{first}", writes(first)) for first in (0, 20)]
    with boot(board, both, options=inserted(card)) as machine:
        machine.expect_count("done 20\n", 2)
    written = b"".join(bytes([block + 1]) * BLOCK for block in range(40))
    assert card.read_bytes()[: len(written) + BLOCK] == written + bytes(BLOCK)


def test_without_a_card_that_is_told(board: Kernel) -> None:
    words = TELLS + installed() + asks(READ, 0) + asks(INITIALIZE, 0) + installed()
    with boot(board, [program(f"misses_{board.elf.stem}", words)]) as machine:
        machine.expect_count("\n", 6)
        told = f"event {FAILED}\ntells {OFF}\n"
        assert machine.uarts[0].text == f"installed 1\n{told}{told}installed 0\n"


def test_a_block_that_the_card_has_not_is_told_and_the_next_goes_on(
    board: Kernel, card: Path
) -> None:
    words = TELLS + asks(WRITE, LAST + 1) + asks(READ, 1 << 20) + asks(READ, LAST)
    with boot(
        board, [program(f"beyond_{board.elf.stem}", words)], options=inserted(card)
    ) as machine:
        machine.expect_count("\n", 6)
        told = f"event {FAILED}\ntells {INVAL}\n"
        assert machine.uarts[0].text == f"{told}{told}event 2\ntells {BLOCK}\n"
    assert card.read_bytes() == bytes(CARD_SIZE)
