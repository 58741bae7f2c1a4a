# SPDX-License-Identifier: MIT OR Apache-2.0
"""A kernel that is stuck is reset; one that sleeps, or whose application spins, is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.target.images import Kernel, boot, built, kernel, program

BOARD = "lm3s6965evb"
COMPONENTS = Path(__file__).parent / "components"
OVERLAY = """peripherals: {watchdog: {timeout: 40ms}}
kernel: {slots: 4, watchdog: watchdog}
capsules: {staller: {kind: staller}}
apps: !replace {}
"""
STALLER = 0x90003
HERE, LATER = 1, 2
CAUSE, BY_WATCHDOG = 0x400FE05C, 8
SAYS = "reset by the watchdog: the kernel was stuck"


@cache
def watched(*, checked: bool = False) -> Kernel:
    """The board with its watchdog, and a driver that can stall the kernel."""
    return built(BOARD, OVERLAY, checked=checked, components=COMPONENTS)


@pytest.mark.parametrize("command", [HERE, LATER])
@pytest.mark.parametrize("checked", [False, True])
def test_a_stuck_kernel_is_reset_and_starts_anew(command: int, checked: bool) -> None:
    of = watched(checked=checked)
    stalls = f'console_print("up\\n"); tock_command({STALLER:#x}, {command}, 0, 0);'
    with boot(of, [program(f"stalls_{command}_{checked}", stalls)]) as machine:
        for _ in range(3):
            machine.expect("up\n")


def test_neither_sleep_nor_an_application_that_spins_is_taken_for_stuck() -> None:
    of = watched()
    spins = 'console_print("spins\\n"); for (;;) { __asm__ volatile(""); }'
    sleeps = (
        'console_print("up\\n"); for (uint32_t n = 0; n < 5; n++) { alarm_sleep_ms(130); '
        'console_print("awake\\n"); } tock_command(0x90003, 1, 0, 0);'
    )
    asleep = [program("sleeps", sleeps)]
    for applications in (asleep, [*asleep, program("spins", spins)]):
        with boot(of, applications) as machine:
            machine.expect_count("awake\n", 5)
            assert machine.count("up\n") == 1
            machine.expect_count("up\n", 2)


def test_a_board_that_names_no_watchdog_never_touches_it() -> None:
    of = kernel(BOARD)
    speaks = program(
        "speaks_unwatched",
        'console_print("up\\n"); alarm_sleep_ms(50); console_print("later\\n");',
    )
    with boot(of, [speaks], trace=["cmsdk_apb_watchdog_write"]) as machine:
        machine.expect("later\n")
        assert machine.stderr.count("watchdog write") == 0


@pytest.mark.parametrize("cause", [0, BY_WATCHDOG])
def test_what_the_chip_remembers_of_its_reset_is_reported(cause: int) -> None:
    """QEMU does not record the cause; here it is told."""
    of = watched()
    told = f"loader,addr={CAUSE:#x},data={cause | 1},data-len=4"
    speaks = program(f"speaks_after_{cause}", 'console_print("up\\n");')
    with boot(of, [speaks], options=["-device", told]) as machine:
        machine.expect("up\n")
        assert machine.count(SAYS) == (cause != 0)
