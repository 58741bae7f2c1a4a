# SPDX-License-Identifier: MIT OR Apache-2.0
"""The boot sets up the chip's clocks before it starts anything else."""

from __future__ import annotations

from tests.generator.test_clocks import TUNED
from tests.target.images import boot, kernel, program


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
