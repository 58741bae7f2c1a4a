# SPDX-License-Identifier: MIT OR Apache-2.0
"""Two hearts of different periods on one mux of timers, over a mux of alarms.

There is no application. Each test works on a copy of the examples.
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
board: hearts
chip: mps2_an386
kernel:
  scheduler: {kind: round_robin}
  on_fault: {kind: fault_stop}
muxes:
  alarms: {kind: mux_alarm, alarm: timer0}
  timers: {kind: mux_timer, alarm: alarms}
capsules:
  console: {kind: console, uart: uart0}
  alarm: {kind: alarm, timer: alarms}
  fast: {kind: heartbeat, led: fpgaio.led.0, timer: timers, period: 80ms}
  slow: {kind: heartbeat, led: fpgaio.led.1, timer: timers, period: 160ms}
budget: {flash: 32KiB, ram: 8KiB}
"""


@pytest.mark.parametrize("build", [[], ["--checked"]])
def test_both_hearts_beat_for_as_long_as_one_looks(build: list[str], tmp_path: Path) -> None:
    parts = shutil.copytree(EXAMPLES / "components", tmp_path / "components")
    (tmp_path / "board.yaml").write_text(BOARD)
    command = [sys.executable, "-m", "boardwright", "run", "board.yaml", "--for", LIMIT]
    command += ["--component-dir", str(parts), *build]
    wanted = [f"[led] USERLED{n} {level}" for n in (0, 1) for level in ("on", "off")]
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            said.append(line.strip())
            if all(said.count(each) >= 6 for each in wanted):
                run.terminate()
                break
        else:
            pytest.fail("a heart stopped:\n" + "\n".join(said))
    for each in (0, 1):
        beats = [line for line in said if f"USERLED{each} " in line]
        assert beats == [*wanted[2 * each : 2 * each + 2]] * (len(beats) // 2) + (
            [wanted[2 * each]] if len(beats) % 2 else []
        ), "on and off take turns"
