# SPDX-License-Identifier: MIT OR Apache-2.0
"""Instructions executed by an image in QEMU, one by one.

A plugin (host/trace.c) writes the address of each. The count of an instruction is 1, that
of exception entry and return 0. Time is virtual (-icount), so a run is the same every time.

QEMU's own log of executed blocks is no basis for counts, even with one instruction a
block: under -icount an instruction that touches a peripheral is started twice and logged
twice, and one that an interrupt comes before is logged before and after it. The plugin's
count agrees with QEMU's clock to the instruction; test_bench.py holds one against the other.
"""

from __future__ import annotations

import re
import subprocess
import sys
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from elftools.elf.elffile import ELFFile

from boardwright.pack import read_tbf

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
BOARDS = ROOT / "tests/bench/boards"
BUILD = ROOT / "tests/bench/build"
LINKED_AT = 0x80000000  # where the userspace linker script puts flash
SLOT = 0x200  # an application's object begins at a multiple of this
TRACE_SECONDS = 60  # a limit for a trace that never gets there, not a measure
INSTRUCTION_SHIFT = 6  # virtual time of one instruction: 2^6 ns
PLUGIN = ROOT / "tests/bench/host/trace.c"
PLUGIN_VERSIONS = (1, 2)  # QEMU refuses what is too new for it, and later what is too old
PLUGIN_FLAGS = (
    "-std=c11",
    "-pedantic",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-O2",
    "-shared",
    "-fPIC",
)


class BenchError(Exception):
    """The figures could not be taken; the text says why."""


def symbols(elf: Path) -> dict[str, int]:
    """Name to address, Thumb bits cleared."""
    with elf.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        if table is None:
            raise BenchError(f"{elf} has no symbols")
        return {
            symbol.name: symbol["st_value"] & ~1
            for symbol in table.iter_symbols()
            if symbol.name and not symbol.name.startswith("$")
        }


@dataclass(frozen=True)
class Image:
    """A built board. `labels` are the addresses of the applications' bench_ labels."""

    board: str
    kernel: Mapping[str, int]
    labels: Mapping[str, int]
    apps_start: int

    @property
    def elf(self) -> Path:
        """The kernel."""
        return BUILD / self.board / f"{self.board}.elf"

    def in_app(self, address: int) -> bool:
        """Whether an instruction is an application's."""
        return address >= self.apps_start


def build(board: str) -> Image:
    """Build a board of the benches."""
    command = [sys.executable, "-m", "boardwright", "build", str(BOARDS / board)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(done.stdout + done.stderr)
    folder = BUILD / board
    starts: list[int] = []
    labels: dict[str, int] = {}
    for name, at in re.findall(r"^  (\w+): \d+ B at (0x[0-9a-f]+)$", done.stdout, re.MULTILINE):
        starts.append(int(at, 16))
        object_ = read_tbf((folder / f"apps/{name}.tbf").read_bytes())
        move = starts[-1] + object_.binary_offset - LINKED_AT
        for symbol, value in symbols(folder / f"apps/{name}.elf").items():
            if symbol.startswith("bench_"):
                labels[symbol.removeprefix("bench_")] = value + move
    return Image(board, symbols(folder / f"{board}.elf"), labels, min(starts) & ~(SLOT - 1))


def executed(image: Image, until: int, times: int) -> list[int]:
    """Addresses of the executed instructions, up to the given time that `until` is one."""
    apps = image.elf.with_name(f"{image.board}.apps.bin")
    out = image.elf.with_name("trace.bin")
    out.unlink(missing_ok=True)
    command = [
        *("timeout", str(TRACE_SECONDS)),
        *("qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none"),
        *("-serial", "null", "-icount", f"shift={INSTRUCTION_SHIFT},sleep=off"),
        *("-kernel", str(image.elf)),
        *("-device", f"loader,file={apps},addr={image.apps_start:#x},force-raw=on"),
        *("-plugin", f"{plugin()},out={out},until={until:#x},times={times}"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    run = array("I", out.read_bytes() if out.exists() else b"").tolist()
    if done.returncode != 0:
        raise BenchError(
            f"{image.board}: no end after {len(run)} instructions, status {done.returncode}\n"
            f"{done.stderr}"
        )
    return run


@cache
def plugin() -> Path:
    """The emulator's plugin that writes the trace, built for an interface QEMU takes.

    Tried with QEMU 7.2, whose version is 1.
    """
    refused = ""
    for version in PLUGIN_VERSIONS:
        out = _built_plugin(version)
        # It is given no file to write, so QEMU ends at once, whatever it thinks of it.
        command = ["qemu-system-arm", "-M", "none", "-display", "none", "-plugin", str(out)]
        refused = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        if "API version" not in refused:
            return out
    raise BenchError(refused)


def _built_plugin(version: int) -> Path:
    out = BUILD / f"trace{version}.so"
    out.parent.mkdir(parents=True, exist_ok=True)
    flags = [*PLUGIN_FLAGS, f"-DAPI_VERSION={version}", "-shared", "-fPIC"]
    command = ["gcc", *flags, str(PLUGIN), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}\n{done.stderr}")
    return out


def functions(image: Image, run: list[int]) -> list[tuple[int, str]]:
    """A run as counts of successive instructions in one kernel function, with its name."""
    kernel = sorted((at, name) for name, at in image.kernel.items())
    places = [at for at, _ in kernel]
    names = (kernel[bisect_right(places, address) - 1][1] for address in run)
    return [(len(list(part)), name) for name, part in groupby(names)]
