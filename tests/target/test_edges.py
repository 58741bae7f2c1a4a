# SPDX-License-Identifier: MIT OR Apache-2.0
"""Edges with parameters at run time: what a bus sees of its clients, behind a mux or not."""

from __future__ import annotations

import pytest
from tests.generator.test_edges import ALONE, BEAM, MUXED
from tests.target.images import boot, kernel, program

BOARD = "mps2_an386"
DRIVER = 0x90010
# The board uses this pin for an LED.
WITHOUT_LED = "  leds: !delete\n"

# rate in kHz, address, order, level of the select while the beam is on
MAIN = 500_16_0_1
FIRST = 1000_32_1_1
SECOND = 250_48_1_0
THIRD = 250_49_1_1
TUNED = 2000_64_0_1
TUNED_AGAIN = 123_64_0_1


def asking(*commands: tuple[int, int]) -> str:
    """Commands of the driver, a line for what each answers."""
    return " ".join(
        f'console_print_u32("is ", tock_command({DRIVER:#x}, {number}, {argument}u, 0)'
        '.values[0]); console_print("\\n");'
        for number, argument in commands
    )


def answers(text: str) -> list[int]:
    return [int(line.removeprefix("is ")) for line in text.splitlines() if line]


@pytest.mark.parametrize("checked", [False, True])
def test_a_bus_sees_what_each_client_is_on_it(checked: bool) -> None:
    of = kernel(BOARD, more=merged(MUXED), components=BEAM, checked=checked)
    probes = [(1, which) for which in (0, 2, 3, 4, 1)]
    asks = program("probes_all", asking(*probes, (2, 123_000), (1, 1), (1, 2), (3, 0)))
    with boot(of, [asks]) as machine:
        machine.expect("is 500\n")
        found = answers(machine.uarts[0].text)
    tuned = 2  # success without a value: the register still has the number of the command
    assert found == [MAIN, FIRST, SECOND, THIRD, TUNED, tuned, TUNED_AGAIN, FIRST, 500]


def test_a_client_alone_is_wired_to_the_bus_itself() -> None:
    of = kernel(BOARD, more=merged(ALONE), components=BEAM)
    with boot(of, [program("probes_one", asking((1, 0), (1, 1), (1, 7), (3, 0)))]) as machine:
        machine.expect("is 500\n")
        assert answers(machine.uarts[0].text)[0] == MAIN
        assert answers(machine.uarts[0].text)[1:] == [10, 10, 500], "NOSUPPORT for no edge"


def merged(body: str) -> str:
    """A body of the generator's tests as an overlay of the board."""
    return body.replace("capsules:\n", "capsules:\n" + WITHOUT_LED)
