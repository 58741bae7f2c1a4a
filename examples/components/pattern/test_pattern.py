# SPDX-License-Identifier: MIT OR Apache-2.0
"""The component `pattern` on a board, in the emulator.

Needs the compiler, the emulator and `boardwright`, and nothing else of this project: copy
it for a component of your own. Each test works on a copy of the examples.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2]
LIMIT = "30s"  # until a run that does not say what it should is given up
ON, OFF = "[led] USERLED0 on", "[led] USERLED0 off"

QUITTER = """
#include "tock.h"

enum { PATTERN = 0x90100, PLAY = 1, STEPS = 0, PLAYED = 0 };

int main(void)
{
    tock_allow_ro(PATTERN, STEPS, ".", 1);
    tock_command(PATTERN, PLAY, 0, 0);
    tock_yield_wait_for(PATTERN, PLAYED);
    tock_allow_ro(PATTERN, STEPS, "#", 1);
    tock_command(PATTERN, PLAY, 0, 0);
    tock_exit(0);
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("build", "__pycache__")
    return shutil.copytree(EXAMPLES, tmp_path / "project", ignore=ignored)


def transcript(project: Path, last: str, times: int, *apps: str) -> list[str]:
    """The lines that the board says until it has said `last` so many times."""
    command = [sys.executable, "-m", "boardwright", "run", "boards/signal", "--for", LIMIT]
    command += ["--component-dir", "components"]
    for app in apps:
        command += ["--app", app]
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            said.append(line.strip())
            if said.count(last) == times:
                run.terminate()
                return said
    pytest.fail(f"'{last}' did not come {times} times:\n" + "\n".join(said))


def test_the_led_shows_the_pattern_and_the_process_is_told(project: Path) -> None:
    said = transcript(project, "sos: steps shown: 34", 2)
    again = said[said.index("sos: steps shown: 34") + 1 : -1]
    assert again == [ON, OFF] * 9, "three short, three long, three short"


def test_a_second_process_is_refused_while_one_plays(project: Path) -> None:
    app = "boards/signal/sos"
    said = transcript(project, "sos: steps shown: 34", 1, app, app)
    assert said.count("sos: the LED is taken") == 1


def test_the_led_goes_out_with_the_process_that_lit_it(project: Path) -> None:
    (project / "quitter").mkdir()
    (project / "quitter/main.c").write_text(QUITTER)
    assert transcript(project, OFF, 1, "quitter") == [ON, OFF]
