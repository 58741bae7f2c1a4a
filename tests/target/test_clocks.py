# SPDX-License-Identifier: MIT OR Apache-2.0
"""The boot sets up the chip's clocks before it starts anything else."""

from __future__ import annotations

import pytest
from tests.generator.test_clocks import TUNED
from tests.target.images import boot, kernel, program
from tests.target.monitor import Monitor

RUN, GATES = 0x400FE060, 0x400FE104
LOOK = (
    "uint32_t ticks = tock_command(0, 1, 0, 0).values[0]; "
    'console_print_u32("ticks a second ", ticks); '
    'alarm_sleep_ms(20); console_print("later\\n");'
)


@pytest.mark.parametrize(("clock", "divide"), [("12.5MHz", 16), ("20MHz", 10), ("50MHz", 4)])
def test_the_lm3s_runs_at_the_clock_its_board_chooses(clock: str, divide: int) -> None:
    of = kernel("lm3s6965evb", more=f"clocks: {{main: {clock}}}\n")
    with (
        Monitor() as monitor,
        boot(of, [program("looks", LOOK)], options=monitor.options) as machine,
    ):
        machine.expect(f"ticks a second {200_000_000 // divide}\n")
        machine.expect("later\n")
        (run,) = monitor.words(RUN, RUN + 4)
        assert run >> 23 & 15 == divide - 1
        assert run & (1 << 22 | 1 << 13 | 1 << 11) == 1 << 22, "the PLL, divided"
        assert monitor.words(GATES, GATES + 8) == [0x000F1017, 0x7F]


def test_clocks_are_set_up_in_order_and_before_the_console() -> None:
    of = kernel("mps2_an386", more="chip: tuned\n", components=TUNED)
    with boot(of, [program("speaks", 'console_print("up\\n");')]) as machine:
        machine.stderr.expect("SCC LED6")
        machine.stderr.expect("SCC LED7")
        machine.expect("up\n")


def test_a_clock_that_cannot_be_set_up_stops_the_boot() -> None:
    wrong = "chip: tuned\nclocks: {main: 20MHz}\n"
    of = kernel("mps2_an386", more=wrong, components=TUNED)
    with boot(of, [program("speaks", 'console_print("up\\n");')]) as machine:
        machine.stderr.expect("SCC LED7")
        machine.expect("clock slow")
        assert "up" not in machine.uarts[0].text
