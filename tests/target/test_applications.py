# SPDX-License-Identifier: MIT OR Apache-2.0
"""Example applications that judge the kernel themselves: the ABI, lost calls, alarms."""

from __future__ import annotations

import re

import pytest
from tests.target.images import BOARDS, HARDWARE, boot, example, kernel, program

PROBE_CHECKS = 118


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize("board", BOARDS)
def test_the_system_call_interface_is_trd104s(board: str, checked: bool) -> None:
    with boot(kernel(board, checked=checked), [example("probe")]) as machine:
        machine.expect(f"probe: {PROBE_CHECKS} checks, 0 failed")
        assert "probe: FAIL" not in machine.uarts[0].text


@pytest.mark.parametrize("board", [board for board in BOARDS if HARDWARE[board].leds])
def test_an_led_application_learns_how_many_there_are(board: str) -> None:
    statements = 'console_print_u32("leds: ", tock_command(2, 0, 0, 0).values[0]);'
    with boot(kernel(board), [program("counts_leds", statements)]) as machine:
        machine.expect(re.compile(rf"leds: {HARDWARE[board].leds}\s"))


@pytest.mark.parametrize("board", BOARDS)
def test_dense_interrupts_lose_none_of_100000_calls(board: str) -> None:
    others = [example(name) for name in ("spin", "blink", "hello")]
    with boot(kernel(board), [example("storm"), *others]) as machine:
        machine.expect("storm: 100000 calls, 0 lost", 60.0)
        upcalls = machine.expect(re.compile(r"storm: upcalls: (\d+)\s"))
        assert int(upcalls[1]) > 1000, "hardly any interrupt came: the load was not dense"


@pytest.mark.parametrize("board", BOARDS)
def test_a_full_queue_still_delivers_nine_upcalls_and_goes_on(board: str) -> None:
    with boot(kernel(board), [example("hog")]) as machine:
        delivered = machine.expect(re.compile(r"hog: (\d+) upcalls delivered"))
        assert int(delivered[1]) >= 9


@pytest.mark.parametrize("board", BOARDS)
def test_alarms_of_all_applications_go_off(board: str) -> None:
    statements = 'for (;;) {{ alarm_sleep_ms({ms}); console_print("{name}\\n"); }}'
    sleepers = [
        program(f"sleep{ms}", statements.format(ms=ms, name=f"z{ms}z"))
        for ms in (7, 11, 13, 40)
    ]
    with boot(kernel(board), sleepers) as machine:
        for ms in (7, 11, 13, 40):
            machine.expect_count(f"z{ms}z", 5)


def test_blink_lights_the_led_of_the_third_board() -> None:
    with boot(kernel("lm3s6965evb"), [example("blink")], trace=["pl061_set_output"]) as machine:
        for level in (1, 0, 1, 0):
            machine.stderr.expect(f"setting output 0 to {level}")
