# SPDX-License-Identifier: MIT OR Apache-2.0
"""Two instances of one capsule, each with its own driver number, buffers and UART."""

from __future__ import annotations

import pytest
from tests.target.images import BOARDS, Kernel, boot, kernel, program

SECOND = 0x80001

# Each console owns its UART: a port wired to the hardware itself.
DIRECT = """\
peripherals: {uart1: {baud: 38400Bd}}
muxes: {uart_mux: !delete }
capsules:
  debug: !delete
  console: {uart: uart0}
  console2: {kind: console, uart: uart1, driver: 0x80001}
"""

# Each shares its UART with a debug driver, whose second instance has a number, too.
SHARED = """\
peripherals: {uart1: {baud: 38400Bd}}
muxes: {uart1_mux: {kind: mux_uart, uart: uart1}}
capsules:
  console2: {kind: console, uart: uart1_mux, driver: 0x80001}
  debug2: {kind: low_level_debug, uart: uart1_mux, driver: 0x80008}
"""

# A line of a console by its driver number, without the library, which knows one console.
SAY = (
    "tock_allow_ro({driver}, 1, {text}, sizeof({text}) - 1); "
    "tock_command({driver}, 1, sizeof({text}) - 1, 0); "
    "tock_yield_wait_for({driver}, 1); "
)


def speaker(name: str, driver: int, times: int) -> str:
    say = SAY.format(driver=f"{driver:#x}", text="text")
    return (
        f'static const char text[] = "{name}\\n"; '
        f"for (uint32_t n = 0; n < {times}; n++) {{ {say}}}"
    )


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[DIRECT, SHARED], ids=["direct", "shared"])
def two(request: pytest.FixtureRequest, board: str) -> Kernel:
    return kernel(board, more=str(request.param))


def test_what_one_application_says_twice_comes_out_of_two_uarts(two: Kernel) -> None:
    words = (
        'static const char first[] = "to the first\\n", second[] = "to the second\\n"; '
        "for (uint32_t n = 0; n < 20; n++) { "
        + SAY.format(driver="0x1", text="first")
        + SAY.format(driver=f"{SECOND:#x}", text="second")
        + "}"
    )
    with boot(two, [program("both", words)], serials=2) as machine:
        machine.expect_count("\n", 20, uart=0)
        machine.expect_count("\n", 20, uart=1)
        assert machine.uarts[0].text == "to the first\n" * 20
        assert machine.uarts[1].text == "to the second\n" * 20


def test_two_applications_write_on_two_uarts_at_a_time(two: Kernel) -> None:
    here = program("speaks_here", speaker("here", 0x1, 50))
    there = program("speaks_there", speaker("there", SECOND, 50))
    with boot(two, [here, there], serials=2) as machine:
        machine.expect_count("\n", 50, uart=0)
        machine.expect_count("\n", 50, uart=1)
        assert machine.uarts[0].text == "here\n" * 50
        assert machine.uarts[1].text == "there\n" * 50


def test_keys_go_to_who_reads_from_that_uart(two: Kernel) -> None:
    both = []
    for name, driver in (("left", 0x1), ("right", SECOND)):
        say = SAY.format(driver=f"{driver:#x}", text="line")
        both.append(
            program(
                f"reads_{name}",
                f'static char line[] = "{name}:?\\n"; for (;;) {{ '
                f"tock_allow_rw({driver:#x}, 1, &line[{len(name) + 1}], 1); "
                f"tock_command({driver:#x}, 2, 1, 0); tock_yield_wait_for({driver:#x}, 2); "
                f"tock_allow_rw({driver:#x}, 1, 0, 0); {say}}}",
            )
        )
    with boot(two, both, serials=2) as machine:
        for key in "xy":
            machine.send(key.encode(), uart=1)
            machine.expect(f"right:{key}\n", uart=1)
            machine.send(key.upper().encode(), uart=0)
            machine.expect(f"left:{key.upper()}\n", uart=0)
        assert machine.uarts[0].text == "left:X\nleft:Y\n"
        assert machine.uarts[1].text == "right:x\nright:y\n"


def test_second_instances_of_two_capsules_share_a_uart(board: str) -> None:
    words = (
        "for (uint32_t n = 1; n <= 20; n++) { tock_command(0x8, 2, n, 0); "
        "tock_command(0x80008, 2, n + 100, 0); alarm_sleep_ms(3); }"
    )
    talk = program("talks_there", speaker("-----", SECOND, 40))
    of = kernel(board, more=SHARED)
    with boot(of, [program("debugs_twice", words), talk], serials=2) as machine:
        machine.expect_count("prints", 20, uart=0)
        machine.expect_count("prints", 20, uart=1)
        machine.expect_count("-----\n", 40, uart=1)
        assert "-----" not in machine.uarts[0].text
        shown = [line for line in machine.uarts[1].text.splitlines() if line != "-----"]
        assert len(shown) == 20, "no line tears another"
