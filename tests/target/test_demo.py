# SPDX-License-Identifier: MIT OR Apache-2.0
"""The demo of the README, by the command that a user types, for five seconds."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from tests.target.images import CORES, ROOT

# It builds where tests/bench measures the same board.
pytestmark = pytest.mark.xdist_group("bench")

LIGHTS = ("USERLED0", "USERLED1", "SCC LED0")  # the lowest bit first


def binary_counting(length: int) -> list[tuple[str, str]]:
    """The first changes of lights that show a number which begins at 0 and goes up."""
    changes: list[tuple[str, str]] = []
    number = 0
    while len(changes) < length:
        number += 1
        for bit, light in enumerate(LIGHTS):
            if (number ^ (number - 1)) >> bit & 1:
                changes.append((light, "on" if number >> bit & 1 else "off"))
    return changes[:length]


@pytest.mark.parametrize("board", CORES)
def test_the_demo_shows_what_the_readme_says(board: str) -> None:
    command = [sys.executable, "-m", "boardwright", "run", f"boards/{board}", "--for", "5s"]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    said = done.stdout
    assert (done.returncode, done.stderr) == (0, ""), said

    counted = [int(number) for number in re.findall(r"hello: (\d+)", said)]
    assert counted == list(range(len(counted))), "hello counts, and is never restarted"
    assert len(counted) > 5, said
    assert said.count("spin: never yielding from now on") == 1

    changes = re.findall(r"^\[led\] (.+) (on|off)$", said, re.MULTILINE)
    assert changes == binary_counting(len(changes)), "blink counts in binary"
    assert len(changes) > 14, "and has come beyond the highest light"

    lives = re.findall(
        r"\(crash\): (data access not allowed|restart \d|stopped for good)", said
    )
    fault = "data access not allowed"
    restarts = [step for n in (1, 2, 3) for step in (fault, f"restart {n}")]
    assert lives == [*restarts, fault, "stopped for good"]
    assert said.count("crash: about to write kernel memory") == 4
    assert said.count("kernel:   address 0x20000000") == 4

    afterwards = said[said.index("stopped for good") :]
    assert "hello: " in afterwards, "the others go on"
    assert "[led] USERLED0 on" in afterwards
    assert "crash" not in afterwards
