# SPDX-License-Identifier: MIT OR Apache-2.0
"""Buttons and pins of a board, pressed from outside while applications run.

QEMU drives a key's pin only from its first release on: until then the pin is low, and a
button that is active low looks pressed.
"""

from __future__ import annotations

import re

import pytest
from tests.target.images import boot, example, kernel, program
from tests.target.monitor import Monitor

BOARD = "lm3s6965evb"
KEYS = ("up", "down", "left", "right", "ctrl")  # in the board's order of its buttons
# Pins 0 and 1 of the GPIO driver: a free one, and the one of the key `up`.
ON_A_KEY = """\
capsules:
  buttons: !delete
  pins: {pins: !replace [PB4, PE0]}
"""
BUTTON, GPIO = 3, 4


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
def test_each_key_is_pressed_and_released_once(checked: bool) -> None:
    apps = [example("buttons"), example("hello")]
    of = kernel(BOARD, checked=checked)
    with Monitor() as monitor, boot(of, apps, options=monitor.options) as machine:
        machine.expect(f"buttons: {len(KEYS)}\n")
        for number, key in enumerate(KEYS):
            monitor.command(f"sendkey {key}")  # the first release
            machine.expect(f"released: {number}\n")
            for _ in range(2):
                monitor.command(f"sendkey {key}")
                machine.expect(f"pressed: {number}\n")
                machine.expect(f"released: {number}\n")
        machine.expect_count("hello: ", machine.count("hello: ") + 1)
        seen = re.findall(r"(pressed|released): (\d)", machine.uarts[0].text)
        expected = [
            (change, str(number))
            for number in range(len(KEYS))
            for change in ("released", *("pressed", "released") * 2)
        ]
        assert seen == expected


def test_a_process_hears_of_its_buttons_only_and_the_end_of_another_takes_none() -> None:
    hears = (
        f"tock_command({BUTTON}, 1, 1, 0); "
        f"tock_command({BUTTON}, 1, 0, 0); tock_command({BUTTON}, 2, 0, 0); "
        'console_print("it listens\\n"); for (;;) { console_print_u32("it hears ", '
        f"tock_yield_wait_for({BUTTON}, 0).values[0]); }}"
    )
    ends = (
        f"tock_command({BUTTON}, 1, 0, 0); tock_command({BUTTON}, 1, 1, 0); "
        'console_print("it ends\\n"); tock_exit(0);'
    )
    apps = [program("hears_one", hears), program("hears_none", ends)]
    with Monitor() as monitor, boot(kernel(BOARD), apps, options=monitor.options) as machine:
        machine.expect("it ends")
        machine.expect_count("it listens", 1)
        for number in (1, 3, 5):
            monitor.command("sendkey up")
            monitor.command("sendkey down")
            machine.expect_count("it hears 1\n", number)
        assert "it hears 0" not in machine.uarts[0].text


def test_an_application_turns_pins_round_and_hears_of_edges() -> None:
    of = kernel(BOARD, more=ON_A_KEY)
    trace = ["pl061_set_output"]
    with (
        Monitor() as monitor,
        boot(
            of, [example("pins"), example("hello")], options=monitor.options, trace=trace
        ) as machine,
    ):
        machine.expect("pins: 2\n")
        machine.expect("pins: low\n")
        monitor.command("sendkey up")
        machine.expect("pins: high\n")
        machine.stderr.expect("setting output 4 to 1")
        monitor.command("sendkey up")
        machine.expect("pins: low\n")
        machine.stderr.expect("setting output 4 to 0")
        machine.expect("pins: high\n")


def test_a_pin_is_one_applications_until_that_ends() -> None:
    """RESERVE is 5; a board's pin may be asked for again and again."""
    waits = (
        "uint32_t tries = 0; struct tock_result result; "
        "do { result = tock_command(4, 1, 0, 0); "
        'if (tries == 0) { console_print_u32("first try: ", result.values[0]); } '
        "tries++; alarm_sleep_ms(5); } while (!tock_succeeded(result)); "
        'console_print("second has it\\n");'
    )
    holds = (
        "tock_command(4, 1, 0, 0); tock_command(4, 2, 0, 0); "
        'console_print("first has it\\n"); alarm_sleep_ms(100); '
        'console_print("first ends\\n"); tock_exit(0);'
    )
    apps = [program("holds_pin", holds), program("waits_for_pin", waits)]
    with boot(kernel(BOARD), apps, trace=["pl061_set_output"]) as machine:
        machine.expect("first try: 5\n")
        machine.expect("first ends")
        machine.expect("second has it")
