# SPDX-License-Identifier: MIT OR Apache-2.0
"""Who runs when: sleep only while nobody can, and a turn for everybody who can."""

from __future__ import annotations

import re

import pytest
from tests.target.images import BOARDS, boot, example, kernel, program

DISASSEMBLY = ("-d", "in_asm")  # each instruction when it is first executed, on stderr
INSTRUCTIONS = ("-icount", "shift=4,sleep=off")  # time is what was executed, 16 ns each
SPIN = "for (;;) { }"


@pytest.mark.parametrize("board", BOARDS)
def test_the_processor_sleeps_when_every_application_does(board: str) -> None:
    sleepers = [example("hello"), example("blink"), example("echo")]
    with boot(kernel(board), sleepers, options=DISASSEMBLY) as machine:
        machine.stderr.expect("wfi")
        machine.expect("hello: 2")


@pytest.mark.parametrize("board", BOARDS)
def test_the_processor_never_sleeps_while_an_application_can_run(board: str) -> None:
    applications = [program("awake", SPIN), example("hello")]
    with boot(kernel(board), applications, options=DISASSEMBLY) as machine:
        machine.expect("hello: 2")
        machine.close()  # and with that all it executed has been read
        assert "loop_run" in machine.stderr.text
        assert "wfi" not in machine.stderr.text


@pytest.mark.parametrize("board", BOARDS)
def test_seven_applications_that_never_yield_leave_the_eighth_its_turns(board: str) -> None:
    spinners = [program(f"spinner{n}", SPIN) for n in range(7)]
    with boot(kernel(board), [*spinners, example("hello")]) as machine:
        machine.expect("hello: 3")


@pytest.mark.parametrize("board", BOARDS)
def test_busy_applications_get_as_much_time_each(board: str) -> None:
    busy = (
        "uint32_t until = alarm_now(); uint32_t period = alarm_frequency_hz() / 4; "
        "for (uint32_t rounds = 0;; rounds++) { if (alarm_now() - until >= period) { "
        'until += period; console_print_u32("NAME: ", rounds); } }'
    )
    names = ("left", "middle", "right")
    applications = [program(name, busy.replace("NAME", name)) for name in names]
    with boot(kernel(board), applications, options=INSTRUCTIONS) as machine:
        rounds = []
        for name in names:
            machine.expect_count(re.compile(rf"{name}: \d+\n"), 6)
            counts = re.findall(rf"{name}: (\d+)\n", machine.uarts[0].text)
            rounds.append(int(counts[5]))
        assert max(rounds) < 1.1 * min(rounds), rounds


@pytest.mark.parametrize("board", BOARDS)
def test_an_application_that_flooded_its_queue_leaves_the_others_alone(board: str) -> None:
    with boot(kernel(board), [example("hog"), example("hello"), example("echo")]) as machine:
        delivered = machine.expect(re.compile(r"hog: (\d+) upcalls delivered"))
        assert int(delivered[1]) >= 9
        machine.expect("hello: 2")
        machine.send(b"!")
        machine.expect("!")
        assert "FAIL" not in machine.uarts[0].text


@pytest.mark.parametrize("board", BOARDS)
def test_an_alarm_wakes_its_application_among_spinning_ones(board: str) -> None:
    spinners = [program(f"spinner{n}", SPIN) for n in range(3)]
    # What it says is how much too late the alarm came, in milliseconds of the guest.
    sleepers = [
        program(
            f"naps{ms}",
            f"for (uint32_t n = 0;; n++) {{ uint32_t start = alarm_now(); "
            f"alarm_sleep_ms({ms}); uint32_t ticks = alarm_now() - start; "
            f"console_print(ticks >= alarm_ticks({ms}, alarm_frequency_hz()) "
            f'? "nap {ms}\\n" : "FAIL: early\\n"); }}',
        )
        for ms in (1, 10, 25, 100)
    ]
    with boot(kernel(board), [*spinners, *sleepers]) as machine:
        for ms in (1, 10, 25, 100):
            machine.expect_count(f"nap {ms}\n", 5)
        assert "FAIL" not in machine.uarts[0].text
