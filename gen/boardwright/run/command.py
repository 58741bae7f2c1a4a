# SPDX-License-Identifier: MIT OR Apache-2.0
"""The emulator's command line: the chip's stanza, serial ports, applications, traces."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.firmware.error import EnvironmentProblemError
from boardwright.run.storage import part_file

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.model import Board

LED_TRACE = "led_change_intensity"


@dataclass(frozen=True, slots=True)
class Boot:
    """What to boot: the kernel, and the applications' image at its address if there is one.

    A serial port that the board sends to a file writes `home/<port>.log`, and what parts
    store is kept there, too: see `storage`. `leds` asks for the trace of LEDs, `window` for
    the emulator's own window with the board's displays.
    """

    image: Path
    apps: Path | None
    apps_start: int
    home: Path
    leds: bool = True
    window: bool = False


def emulator_command(board: Board, boot: Boot, package: str) -> list[str]:
    """The command line of the chip's emulator.

    The first serial port is standard input and output, the others go nowhere, unless the
    board's `emulator` section says otherwise. Parts of the board add their own arguments.
    Raises EnvironmentProblemError where the chip has no emulator or it is not installed
    (`package` is what to install).
    """
    stanza = board.chip.emulator
    if stanza is None:
        raise EnvironmentProblemError(f"chip {board.chip.name} names no emulator to run it in")
    names = {"machine": stanza.machine or "", "image": str(boot.image)}
    command = [word.format(**names) for word in stanza.command]
    if shutil.which(command[0]) is None:
        raise EnvironmentProblemError(
            f"{command[0]} is not installed; on Debian: apt install {package}"
        )
    if boot.window and "-display" in command:
        at = command.index("-display")
        del command[at : at + 2]  # without it the emulator opens its window
    for instance in board.instances:
        file = _value(part_file(boot.home, instance))
        command += [word.replace("{file}", file) for word in instance.emulator]
    first = "null" if "stdio" in board.serial.values() else "stdio"
    for position, port in enumerate(stanza.serials):
        where = board.serial.get(port, "null" if position else first)
        file = f"file:{boot.home / port}.log"
        command += ["-serial", file if where == "file" else where]
    if boot.apps is not None:
        name = _value(boot.apps)
        loader = f"loader,file={name},addr={boot.apps_start:#x},force-raw=on"
        command += ["-device", loader]
    if boot.leds:
        command += ["-trace", LED_TRACE]
    return command


def _value(path: Path) -> str:
    """A path as a value among others: a comma would end it, two are one."""
    return str(path).replace(",", ",,")
