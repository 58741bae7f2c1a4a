# SPDX-License-Identifier: MIT OR Apache-2.0
"""Storage for applications: two drivers with a region each over one flash, in an image."""

from __future__ import annotations

import pytest
from tests.target.images import Kernel, boot, example, kernel, program

BOARD = "mps2_an386"
STORAGE = """\
devices:
  flash0: {kind: ram_flash, page_size: 128B, pages: 16}
muxes:
  regions: {kind: storage_regions, flash: flash0, regions: 4}
capsules:
  storage: {kind: nonvolatile_storage_driver, storage: regions.region.1}
  other: {kind: nonvolatile_storage_driver, storage: regions.region.2, driver: 0x80051}
"""
# Each driver has regions of its own on a part of the flash.
STACKED = """\
devices:
  flash0: {kind: ram_flash, page_size: 64B, pages: 16}
muxes:
  parts: {kind: mux_flash, flash: flash0, parts: 2}
  regions: {kind: storage_regions, flash: parts.part.0}
  others: {kind: storage_regions, flash: parts.part.1}
capsules:
  storage: {kind: nonvolatile_storage_driver, storage: regions}
  other: {kind: nonvolatile_storage_driver, storage: others, driver: 0x80051}
"""
REGION = 512


@pytest.fixture(params=[(STORAGE, False), (STORAGE, True), (STACKED, False), (STACKED, True)])
def board(request: pytest.FixtureRequest) -> Kernel:
    more, checked = request.param
    return kernel(BOARD, more=more, checked=checked)


def filling(name: str, driver: int, byte: int) -> str:
    """Statements that fill a region, read it again and look at each byte, many times."""
    return (
        f"static uint8_t out[{REGION}]; static uint8_t back[{REGION}]; uint32_t wrong = 0; "
        f"tock_allow_ro({driver:#x}, 0, out, {REGION}); "
        f"tock_allow_rw({driver:#x}, 0, back, {REGION}); "
        "for (uint32_t round = 0; round < 10; round++) { "
        f"for (uint32_t n = 0; n < {REGION}; n++) {{ "
        f"out[n] = (uint8_t)({byte} + n + round); }} "
        f"tock_command({driver:#x}, 3, 0, {REGION}); tock_yield_wait_for({driver:#x}, 1); "
        f"tock_command({driver:#x}, 2, 0, {REGION}); tock_yield_wait_for({driver:#x}, 0); "
        f"for (uint32_t n = 0; n < {REGION}; n++) {{ wrong += out[n] != back[n]; }} }} "
        f'console_print_u32("{name}, wrong bytes: ", wrong);'
    )


def test_a_count_goes_on_over_the_restarts_of_its_application(board: Kernel) -> None:
    with boot(board, [example("tally")]) as machine:
        for life in (1, 2, 3):
            machine.expect(f"tally: life {life}\n")


def test_without_the_driver_the_count_says_so() -> None:
    with boot(kernel(BOARD), [example("tally")]) as machine:
        machine.expect("tally: this board has no storage driver\n")


def test_two_regions_of_one_flash_are_filled_at_the_same_time(board: Kernel) -> None:
    apps = [
        program("fills_one", filling("one", 0x50001, 3)),
        program("fills_other", filling("other", 0x80051, 101)),
    ]
    with boot(board, apps) as machine:
        machine.expect_count("\n", 2)
        said = sorted(machine.uarts[0].text.splitlines())
        assert said == ["one, wrong bytes: 0", "other, wrong bytes: 0"]


def test_the_size_of_a_region_is_told(board: Kernel) -> None:
    asks = program(
        "asks_the_size",
        'console_print_u32("size ", tock_command(0x50001, 1, 0, 0).values[0]); '
        'console_print_u32("beyond ", tock_command(0x50001, 2, 512, 1).values[0]);',
    )
    with boot(board, [asks]) as machine:
        machine.expect(f"size {REGION}\n")
        machine.expect("beyond 6\n")
