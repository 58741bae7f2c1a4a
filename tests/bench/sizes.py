# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the default board takes: by room, by instance, and for one process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elftools.elf.elffile import ELFFile
from tests.bench.counting import BUILD, ROOT, BenchError

BOARD = ROOT / "boards/mps2_an386"
IMAGE = ROOT / "build/mps2_an386"

if TYPE_CHECKING:
    from pathlib import Path

Table = dict[str, Any]
"""What `boardwright size --format json` prints."""

# Objects of the sizes that a process costs, for the compiler to lay out.
PROCESS = """\
#include "kernel/internal/process.h"
char slot[sizeof(struct process)];
char queue[sizeof(struct upcall_queue)];
"""


@dataclass(frozen=True)
class ProcessRam:
    """Bytes of RAM for a process before any driver has given it a grant.

    `slot` is in .bss; the upcall `queue` and the grant `table` lie in the process's block.
    """

    slot: int
    queue: int
    table: int

    @property
    def together(self) -> int:
        """All of it."""
        return self.slot + self.queue + self.table


def size_table(by: str) -> Table:
    """The size table of the default board, by `room` or `instance`."""
    command = [*("-m", "boardwright", "size", str(BOARD)), *("--by", by, "--format", "json")]
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchError(done.stdout + done.stderr)
    table: Table = json.loads(done.stdout)
    return table


def process_ram() -> ProcessRam:
    """What a process of the default board, built before, costs."""
    object_ = BUILD / "process.o"
    object_.parent.mkdir(parents=True, exist_ok=True)
    include = [f"-I{ROOT / 'runtime'}", f"-I{ROOT / 'runtime/arch/cortexm'}"]
    command = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-ffreestanding", *include]
    done = subprocess.run(
        [*command, *("-x", "c", "-c", "-", "-o", str(object_))],
        input=PROCESS,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(done.stderr)
    made = _object_sizes(object_)
    image = _object_sizes(IMAGE / "mps2_an386.elf")
    if image["board_kernel_processes"] % made["slot"]:
        raise BenchError("the slots of the board are not of the size that was compiled here")
    return ProcessRam(made["slot"], made["queue"], image["board_grants"])


def _object_sizes(path: Path) -> dict[str, int]:
    with path.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        return {each.name: each["st_size"] for each in table.iter_symbols() if each.name}
