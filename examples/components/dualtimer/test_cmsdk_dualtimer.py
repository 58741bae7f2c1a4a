# SPDX-License-Identifier: MIT OR Apache-2.0
"""The driver of the dual timer on a chip of our own, in the emulator.

It drives a pattern, whose steps are not checked by anybody else, and an application times
them by another timer. Each test works on a copy of the examples.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2]
LIMIT = "30s"  # until a run that does not say what it should is given up

BOARD = """schema: 1
board: timed
extends: [../small/board.yaml]
capsules:
  alarm: {timer: timer0}
  signal: {kind: pattern, led: fpgaio.led.0, timer: dual, step: 20ms}
apps:
  hello: !delete
  watch: watch
"""

WATCH = """
#include "alarm.h"
#include "console.h"
#include "tock.h"

enum { PATTERN = 0x90100, PLAY = 1, STEPS = 0, PLAYED = 0 };

int main(void)
{
    static const char steps[] = "#.#.#";
    uint64_t least = alarm_ticks(5 * 20, alarm_frequency_hz());

    for (uint32_t round = 1;; round++) {
        tock_allow_ro(PATTERN, STEPS, steps, sizeof(steps) - 1);
        uint32_t before = alarm_now();
        tock_command(PATTERN, PLAY, 0, 0);
        tock_yield_wait_for(PATTERN, PLAYED);
        uint32_t took = alarm_now() - before;
        console_print_u32(took >= least ? "in time, round " : "early, round ", round);
    }
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("build", "__pycache__")
    return shutil.copytree(EXAMPLES, tmp_path / "project", ignore=ignored)


def transcript(project: Path, board: str, lines: int) -> list[str]:
    """The first lines that a board says on its serial port."""
    command = [sys.executable, "-m", "boardwright", "run", f"boards/{board}", "--for", LIMIT]
    command += ["--component-dir", "components", "--no-trace-leds"]
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            said.append(line.strip())
            if len(said) == lines:
                run.terminate()
    return said


def test_an_application_sleeps_and_wakes_by_it(project: Path) -> None:
    assert transcript(project, "small", 2) == ["hello, second 0", "hello, second 1"]


def test_its_alarms_are_never_early(project: Path) -> None:
    home = project / "boards/timed"
    (home / "watch").mkdir(parents=True)
    (home / "board.yaml").write_text(BOARD)
    (home / "watch/main.c").write_text(WATCH)
    expected = [f"in time, round {number}" for number in (1, 2, 3)]
    assert transcript(project, "timed", 3) == expected
