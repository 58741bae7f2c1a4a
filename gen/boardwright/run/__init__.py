# SPDX-License-Identifier: MIT OR Apache-2.0
"""Run: boot an image in the chip's emulator and hand on what it says, live."""

from boardwright.run.command import Boot, emulator_command
from boardwright.run.session import EmulatorSession
from boardwright.run.storage import new_part_files
from boardwright.run.strangers import strangers
from boardwright.run.transcript import Transcript

__all__ = [
    "Boot",
    "EmulatorSession",
    "Transcript",
    "emulator_command",
    "new_part_files",
    "strangers",
]
