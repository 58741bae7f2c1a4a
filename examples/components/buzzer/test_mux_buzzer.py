# SPDX-License-Identifier: MIT OR Apache-2.0
"""Two chimes on one buzzer, in the emulator: each note whole, nobody starved.

Each test works on a copy of the examples.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2]
LIMIT = "30s"  # until a run that does not say what it should is given up

RINGER = """
#include "console.h"
#include "tock.h"

int main(void)
{
    for (int notes = 0; notes != LAST; notes++) {
        if (!tock_succeeded(tock_command(CHIME, 1, 2, 0))) {
            console_print("refused\\n");
            tock_exit(1);
        }
        tock_yield_wait_for(CHIME, 0);
    }
    console_print("modest: ten notes\\n");
    tock_exit(0);
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("build", "__pycache__")
    return shutil.copytree(EXAMPLES, tmp_path / "project", ignore=ignored)


def transcript(project: Path, last: str, *apps: str) -> list[str]:
    """The lines that the board says until `last`."""
    command = [sys.executable, "-m", "boardwright", "run", "boards/bells", "--for", LIMIT]
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
            if said[-1] == last:
                run.terminate()
                return said
    pytest.fail(f"'{last}' did not come:\n" + "\n".join(said))


def test_the_first_note_ends_before_the_second_begins(project: Path) -> None:
    said = transcript(project, "bells: the short low note is over")
    assert [line for line in said if line.startswith("bells")] == [
        "bells: both accepted",
        "bells: the long high note is over",
        "bells: the short low note is over",
    ]


def test_who_rings_for_ever_leaves_the_other_its_notes(project: Path) -> None:
    for name, chime, last in (("greedy", "0x90110", -1), ("modest", "0x90111", 10)):
        (project / name).mkdir()
        defined = f"enum {{ CHIME = {chime}, LAST = {last} }};\n"
        (project / name / "main.c").write_text(defined + RINGER)
    said = transcript(project, "modest: ten notes", "greedy", "modest")
    assert "refused" not in said
