# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications beside each other: the ABI, lost calls, time slices, the console."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.target.images import BOARDS, ROOT, boot, example, kernel, program

PROBE_CHECKS = 118
COUNTER = (
    'for (uint32_t i = 0;; i++) {{ console_print("{name}\\n"); '
    "for (volatile uint32_t spin = 0; spin < 20000; spin++) {{ }} }}"
)


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize("board", BOARDS)
def test_the_system_call_interface_is_trd104s(board: str, checked: bool) -> None:
    with boot(kernel(board, checked=checked), [example("probe")]) as machine:
        machine.expect(f"probe: {PROBE_CHECKS} checks, 0 failed")
        assert "probe: FAIL" not in machine.uarts[0].text


@pytest.mark.parametrize("board", BOARDS)
def test_dense_interrupts_lose_none_of_100000_calls(board: str) -> None:
    others = [example(name) for name in ("spin", "blink", "hello")]
    with boot(kernel(board), [example("storm"), *others]) as machine:
        machine.expect("storm: 100000 calls, 0 lost", 60.0)
        upcalls = machine.expect(re.compile(r"storm: upcalls: (\d+)\s"))
        assert int(upcalls[1]) > 1000, "hardly any interrupt came: the load was not dense"


@pytest.mark.parametrize("board", BOARDS)
def test_applications_that_never_yield_do_not_stop_others(board: str) -> None:
    spinners = [program(f"spin{n}", "for (;;) { }") for n in range(3)]
    with boot(kernel(board), [*spinners, example("hello"), example("blink")]) as machine:
        machine.expect("hello: 3")
        machine.stderr.expect("'USERLED0' color:green intensity 0% -> 100%")


@pytest.mark.parametrize("board", BOARDS)
def test_busy_applications_get_turns_alike(board: str) -> None:
    names = ["alpha", "bravo", "charlie"]
    counters = [program(name, COUNTER.format(name=name)) for name in names]
    with boot(kernel(board), counters) as machine:
        machine.expect_count(re.compile("alpha|bravo|charlie"), 1000)
        turns = [machine.count(name) for name in names]
        assert min(turns) >= 100, turns


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


@pytest.mark.parametrize("board", BOARDS)
def test_lines_of_two_writers_stay_whole(board: str) -> None:
    lines = ["a" * 100, "b" * 100]
    writers = [
        program(f"writer{line[0]}", f'for (;;) {{ console_print("{line}\\n"); }}') for line in lines
    ]
    with boot(kernel(board), writers) as machine:
        machine.expect_count("\n", 40)
        whole = machine.uarts[0].text.split("\n")[:-1]
        assert set(whole) == set(lines)


@pytest.mark.parametrize("board", BOARDS)
def test_echo_answers_what_is_typed(board: str) -> None:
    with boot(kernel(board), [example("echo"), example("hello")]) as machine:
        machine.expect("echo: ready")
        machine.send(b"typed at a terminal\r")
        machine.expect(re.compile("typed.*at.*a.*terminal", re.DOTALL))


def test_the_demo_shows_what_the_readme_says() -> None:
    command = [sys.executable, "-m", "boardwright", "run", "boards/mps2_an386", "--for", "5s"]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "hello: 5" in said
    assert "[led] USERLED0 on" in said
    assert "[led] USERLED0 off" in said
    assert "spin: never yielding" in said
    for restart in (1, 2, 3):
        assert f"(crash): restart {restart}" in said
    end = said.index("(crash): stopped for good")
    assert "hello: " in said[end:]
