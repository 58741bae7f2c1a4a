# SPDX-License-Identifier: MIT OR Apache-2.0
"""The demo of the README, by the command that a user types, for five seconds."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from tests.target.images import BOARDS, ROOT

LIGHTS = ("USERLED0", "USERLED1", "SCC LED0")


@pytest.mark.parametrize("board", BOARDS)
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

    for light in LIGHTS:
        states = re.findall(rf"^\[led\] {light} (\w+)$", said, re.MULTILINE)
        assert states.count("on") >= 2, said
        assert states.count("off") >= 1, said
        assert all(a != b for a, b in pairwise(states)), states

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
