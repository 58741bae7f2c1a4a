# SPDX-License-Identifier: MIT OR Apache-2.0
"""A component out of tree with a capability ends and starts processes, itself included."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.target.images import CORES, Kernel, boot, built, program

COMPONENTS = Path(__file__).parent / "components"
WARDED = """\
capsules: {warden: {kind: warden}}
capabilities: {warden: [process_management]}
apps: !replace {}
"""

BOSS = """
    uint32_t slot = 0;
    while ((tock_command(0x90001, 1, slot, 0).values[0] >> 16) != 't') {
        slot++;
    }
    alarm_sleep_ms(50);
    console_print_u32("boss: stop ", tock_command(0x90001, 2, slot, 0).variant);
    alarm_sleep_ms(50);
    console_print_u32("boss: state ", tock_command(0x90001, 1, slot, 0).values[0] & 0xFF);
    alarm_sleep_ms(100);
    console_print_u32("boss: again ", tock_command(0x90001, 2, slot, 0).values[0]);
    console_print_u32("boss: start ", tock_command(0x90001, 3, slot, 0).variant);
    alarm_sleep_ms(50);
    console_print_u32("boss: restart ", tock_command(0x90001, 4, slot, 0).variant);
    alarm_sleep_ms(50);
    uint32_t found = tock_command(0x90001, 1, slot, 0).values[0];
    console_print_u32("boss: restarts ", found >> 8 & 0xFF);
    console_print_u32("boss: nobody ", tock_command(0x90001, 2, 7, 0).values[0]);"""
TICKER = """
    console_print("ticker: begins\\n");
    for (;;) {
        alarm_sleep_ms(5);
        console_print("tick\\n");
    }"""
OWN_END = """
    console_print("self: here\\n");
    for (uint32_t slot = 0; slot < 8; slot++) {
        if ((tock_command(0x90001, 1, slot, 0).values[0] >> 16) == 's') {
            tock_command(0x90001, COMMAND, slot, 0);
        }
    }
    console_print("self: still here\\n");"""


@cache
def warded(board: str, checked: bool = False) -> Kernel:
    return built(board, WARDED, checked=checked, components=COMPONENTS)


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize("board", CORES)
def test_a_process_is_stopped_started_and_restarted(board: str, checked: bool) -> None:
    apps = [program("boss", BOSS), program("ticker", TICKER)]
    with boot(warded(board, checked), apps) as machine:
        machine.expect("boss: stop 128")
        machine.expect("boss: state 2")  # ended
        here = len(machine.uarts[0].text)
        machine.expect("boss: again 3")  # ALREADY
        between = machine.uarts[0].text[here:].split("boss: again")[0]
        assert "tick" not in between, machine.transcript()
        machine.expect("boss: start 128")
        machine.expect("ticker: begins")
        machine.expect(re.compile(r"tick\r?\n"))
        machine.expect("boss: restart 128")
        machine.expect("ticker: begins")
        machine.expect("boss: restarts 1")
        machine.expect("boss: nobody 11")  # NODEVICE
        assert machine.count("ticker: begins") == 3


@pytest.mark.parametrize("board", CORES)
def test_a_process_that_has_itself_stopped_never_comes_back(board: str) -> None:
    apps = [program("self", OWN_END.replace("COMMAND", "2")), program("ticker", TICKER)]
    with boot(warded(board), apps) as machine:
        machine.expect("self: here")
        machine.expect_count("tick", machine.count("tick") + 5)
        assert machine.count("self: still here") == 0


def test_a_process_that_has_itself_restarted_begins_anew() -> None:
    apps = [program("self_again", OWN_END.replace("COMMAND", "4"))]
    with boot(warded("mps2_an386"), apps) as machine:
        machine.expect_count("self: here", 4)
        assert machine.count("self: still here") == 0
