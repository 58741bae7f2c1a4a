# SPDX-License-Identifier: MIT OR Apache-2.0
"""From reset to the first application, or to sleep where there is none."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from elftools.elf.elffile import ELFFile
from tests.target.harness import Machine
from tests.target.images import (
    APPS_AT,
    BOARDS,
    EXAMPLES,
    HARDWARE,
    bare,
    boot_flash,
    kernel,
)

from boardwright.firmware.apps import padding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.target.images import Hardware

APPLICATIONS = ("hello", "blink", "crash", "spin")
DISASSEMBLY = ("-d", "in_asm")  # each instruction when it is first executed, on stderr
FLASHES: dict[str, Callable[[Hardware], bytes]] = {
    "nothing": lambda of: b"",
    "erased": lambda of: b"\xff" * 0x10000,
    "zeroed": lambda of: bytes(0x10000),
    "padding": lambda of: padding(0x400) + padding(0x10) + padding(0xFBF0),
    "padding to the end": lambda of: padding(of.flash - APPS_AT),
}


@pytest.mark.parametrize("flash", FLASHES)
@pytest.mark.parametrize("board", BOARDS)
def test_without_an_application_the_machine_boots_and_sleeps_in_silence(
    board: str, flash: str
) -> None:
    content = FLASHES[flash](HARDWARE[board])
    with boot_flash(kernel(board), content, options=DISASSEMBLY) as machine:
        machine.stderr.expect("wfi")
        assert machine.process.poll() is None
        machine.close()  # and with that all it said has been read
        assert machine.uarts[0].text == ""
        assert "arch_halt" not in machine.stderr.text


@pytest.mark.parametrize("board", BOARDS)
def test_the_image_of_the_whole_flash_boots_without_a_loader(
    board: str, tmp_path: Path
) -> None:
    apps = ", ".join(f"{name}: {EXAMPLES / name}" for name in APPLICATIONS)
    home = tmp_path / "boards" / "whole"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(
        f"schema: 1\nboard: whole\nextends: [{bare(board)}]\napps: !replace {{{apps}}}\n"
    )
    command = [sys.executable, "-m", "boardwright", "build", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    image = tmp_path / "build" / "whole" / "whole.bin"
    with Machine(board.replace("_", "-"), image) as machine:
        machine.expect("hello: 0")
        machine.expect("(crash): restart 1")
        machine.expect("hello: 1")
        assert machine.count("spin: never yielding") == 1


@pytest.mark.parametrize("board", BOARDS)
def test_nothing_is_loaded_behind_what_the_kernel_takes_of_flash(board: str) -> None:
    """A loader fills what a segment has beyond its file: there the applications begin."""
    with kernel(board).elf.open("rb") as file:
        beyond = [
            segment["p_paddr"]
            for segment in ELFFile(file).iter_segments("PT_LOAD")
            if segment["p_memsz"] > segment["p_filesz"]
            and segment["p_paddr"] != segment["p_vaddr"]
        ]
    assert beyond == []
