# SPDX-License-Identifier: MIT OR Apache-2.0
"""Instruction counts of the kernel, from QEMU's executed-instruction trace.

Builds the release image of `boards/bench`, runs it with one instruction a block and counts
what is executed between a labelled `svc` and the next instruction of an application. The
count of an instruction is 1, of exception entry and return 0. Everything is deterministic:
`--runs N` demands equal figures N times. `make bench` prints the table of
docs/benchmarks.md; `--write` puts it there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from bisect import bisect_right
from itertools import groupby
from pathlib import Path

from elftools.elf.elffile import ELFFile

from boardwright.pack import read_tbf

ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / "tests/bench/boards/bench"
BUILD = ROOT / "tests/bench/build/bench"
PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- begin: make bench -->", "<!-- end: make bench -->"
APPS = ("caller", "waiter")
LINKED_AT = 0x80000000  # where the userspace linker script puts flash
TRACE_SECONDS = 60  # a limit for a trace that never gets there, not a measure

# label, what it is, this bar, the goal
ROWS = (
    ("memop", "memop 2", 60, 40),
    ("command_exists", "command 0 of a driver", 75, 55),
    ("command_missing", "command of a driver that is not there", None, None),
    ("command_alarm_now", "command that does work: alarm, now", None, None),
    (
        "command_led_toggle",
        "command that does work: LED toggle, mixed LEDs",
        None,
        None,
    ),
    ("subscribe", "subscribe, swap", 100, 80),
    ("allow_rw", "allow read-write, swap", 110, 90),
    ("allow_ro", "allow read-only of flash, swap", 110, 90),
    ("yield_no_wait", "yield-no-wait, nothing queued", None, None),
    ("yield_queued", "yield with an upcall queued, to its first instruction", None, None),
    ("block_switch_upcall", "block, switch, upcall in another process", 200, 160),
    (
        "timer_upcall",
        "timer interrupt to first upcall instruction, by mux_alarm",
        400,
        300,
    ),
    ("reset", "reset to first application instruction", 2500, 1200),
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


def build() -> dict[str, int]:
    """Build the board; where each application's binary starts."""
    command = [sys.executable, "-m", "boardwright", "build", str(BOARD)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(done.stdout + done.stderr)
    starts = {}
    for name in APPS:
        found = re.search(rf"{name}: \d+ B at (0x[0-9a-f]+)", done.stdout)
        if found is None:
            raise BenchError(f"{name} is not in: {done.stdout}")
        object_ = read_tbf((BUILD / f"apps/{name}.tbf").read_bytes())
        starts[name] = int(found[1], 16) + object_.binary_offset
    return starts


def trace(apps_start: int, upcall: int) -> list[int]:
    """Addresses of the executed instructions, until the third upcall of `waiter`.

    An instruction that touches a peripheral is logged twice under -icount; equal
    neighbours count once (no instruction here branches to itself).
    """
    elf, apps = BUILD / "bench.elf", BUILD / "bench.apps.bin"
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "trace"
        command = [
            *("qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none"),
            *("-serial", "null", "-icount", "shift=6,sleep=off", "-singlestep"),
            *("-d", "exec,nochain", "-D", "/dev/stdout", "-kernel", str(elf)),
            *("-device", f"loader,file={apps},addr={apps_start:#x},force-raw=on"),
        ]
        log.touch()
        with subprocess.Popen(
            ["timeout", str(TRACE_SECONDS), *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            executed = []
            seen = 0
            for line in process.stdout:
                found = re.search(r"\[[0-9a-f]+/([0-9a-f]+)/", line)
                if found is None:
                    continue
                address = int(found[1], 16)
                executed.append(address)
                seen += address == upcall
                if seen == 3:
                    break
            process.terminate()
    if seen < 3:
        raise BenchError(f"the trace ended after {len(executed)} instructions")
    return [address for address, _ in groupby(executed)]


def counts() -> dict[str, int]:
    """Label to instructions."""
    starts = build()
    apps_start = min(starts.values()) & ~0x1FF
    kernel = symbols(BUILD / "bench.elf")
    labels: dict[str, int] = {}
    for name, start in starts.items():
        for symbol, value in symbols(BUILD / f"apps/{name}.elf").items():
            if symbol.startswith("bench_"):
                labels[symbol.removeprefix("bench_")] = value - LINKED_AT + start
    upcall = labels.pop("upcall")
    executed = trace(apps_start, upcall)
    result = {"reset": next(i for i, at in enumerate(executed) if at >= apps_start)}
    for label, address in labels.items():
        at = executed.index(address)
        following = executed[at + 1 :]
        result[label] = next(i for i, pc in enumerate(following) if pc >= apps_start)
    last = len(executed) - 1
    interrupt = max(i for i in range(last) if executed[i] == kernel["arch_interrupt"])
    if any(pc >= apps_start for pc in executed[interrupt:last]):
        raise BenchError("an application ran between the last interrupt and the upcall")
    result["timer_upcall"] = last - interrupt
    return result


def sizes() -> dict[str, int]:
    """Bytes: text (with const data), RAM without the main stack, RAM of one process slot."""
    with (BUILD / "bench.elf").open("rb") as file:
        elf = ELFFile(file)
        section = {each.name: each["sh_size"] for each in elf.iter_sections()}
        table = elf.get_section_by_name(".symtab")
        slots = next(
            symbol["st_size"]
            for symbol in table.iter_symbols()
            if symbol.name == "board_kernel_processes"
        )
    flash = sum(section.get(name, 0) for name in (".vectors", ".text", ".rodata", ".data"))
    return {
        "kernel flash, this board (console, debug, two alarms, LEDs, mux_alarm)": flash,
        "kernel RAM without the main stack, four slots": section[".bss"] + section[".data"],
        "kernel RAM of one process": slots // 4,
    }


def table(figures: dict[str, int], bytes_: dict[str, int]) -> str:
    """The Markdown between the marks of docs/benchmarks.md."""
    lines = ["| operation | instructions | bar | goal |", "|---|---|---|---|"]
    for label, what, bar, goal in ROWS:
        lines.append(f"| {what} | {figures[label]} | {bar or '-'} | {goal or '-'} |")
    lines += ["", "| size | bytes |", "|---|---|"]
    lines += [f"| {what} | {count} |" for what, count in bytes_.items()]
    return "\n".join(lines)


def profile(label: str) -> str:
    """Where the instructions of one row go, by function in order of execution."""
    starts = build()
    apps_start = min(starts.values()) & ~0x1FF
    kernel = sorted((at, name) for name, at in symbols(BUILD / "bench.elf").items())
    places = [at for at, _ in kernel]
    caller = symbols(BUILD / "apps/caller.elf")
    waiter = symbols(BUILD / "apps/waiter.elf")
    executed = trace(apps_start, waiter["bench_upcall"] - LINKED_AT + starts["waiter"])
    at = executed.index(caller[f"bench_{label}"] - LINKED_AT + starts["caller"])
    names = []
    for address in executed[at + 1 :]:
        if address >= apps_start:
            break
        names.append(kernel[bisect_right(places, address) - 1][1])
    return "\n".join(f"{len(list(run)):5} {name}" for name, run in groupby(names))


def main() -> int:
    """Exit 0; 1 when runs differ or a figure cannot be taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1, help="equal figures this many times")
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    parser.add_argument("--profile", metavar="LABEL", help="one row, function by function")
    options = parser.parse_args()
    try:
        if options.profile:
            print(profile(options.profile))
            return 0
        figures = [counts() for _ in range(options.runs)]
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if any(each != figures[0] for each in figures):
        print(f"bench: the runs differ: {figures}", file=sys.stderr)
        return 1
    text = table(figures[0], sizes())
    print(text)
    if options.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
