# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the kernel costs: instructions of system calls, switches, a timer event, a boot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, takewhile

from tests.bench.counting import BenchError, Image, build, executed, functions

UPCALLS = 3  # of application `waiter`: the last is the timer's, while everybody sleeps


@dataclass(frozen=True)
class Row:
    """One measured operation.

    `svc` labels the call in apps/caller, where it is not `name`; `board` is the board it
    is taken on. `bar` is to be reached, `goal` to be aimed at. `tock` and `zephyr` were
    measured elsewhere: docs/benchmarks.md says how.
    """

    name: str
    what: str
    bar: int | None = None
    goal: int | None = None
    tock: str = "-"
    zephyr: str = "-"
    board: str = "bench"
    svc: str = ""


SWITCH = "block, switch, upcall in another process"
TIMER = "timer interrupt to first upcall instruction, by mux_alarm"
FILTER = "the same past a syscall filter: an allow list of five drivers"
RESET, TIMER_UPCALL = "reset", "timer_upcall"

ROWS = (
    Row("memop", "memop 2", 60, 40, "562", "161"),
    Row("command_exists", "command 0 of a driver", 75, 55, "790-814", "187-213"),
    Row("command_filtered", FILTER, 75, 55, board="bench_filter", svc="command_exists"),
    Row("command_missing", "command of a driver that is not there"),
    Row("command_alarm_now", "command that does work: alarm, now"),
    Row("command_led_toggle", "command that does work: LED toggle, mixed LEDs"),
    Row("subscribe", "subscribe, swap", 100, 80, "923"),
    Row("allow_rw", "allow read-write, swap", 110, 90, "824"),
    Row("allow_ro", "allow read-only of flash, swap", 110, 90),
    Row("yield_no_wait", "yield-no-wait, nothing queued"),
    Row("yield_queued", "yield with an upcall queued, to its first instruction"),
    Row("block_switch_upcall", SWITCH, 200, 160, "2,262", "534"),
    Row(TIMER_UPCALL, TIMER, 400, 300, "2,632"),
    Row(RESET, "reset to first application instruction", 2500, 1200, "8,976", "18,523"),
)


def kernel_counts() -> dict[str, int]:
    """Instructions of each row by its name."""
    counts = {}
    for board in sorted({row.board for row in ROWS}):
        image = build(board)
        run = whole_run(image)
        counts |= {r.name: len(part(image, run, r)) for r in ROWS if r.board == board}
    return counts


def profile(name: str) -> str:
    """Where the instructions of one row go, function by function in order of execution."""
    row = next((row for row in ROWS if row.name == name), None)
    if row is None:
        raise BenchError(f"there is no row '{name}', but {', '.join(r.name for r in ROWS)}")
    image = build(row.board)
    lines = functions(image, part(image, whole_run(image), row))
    total = sum(count for count, _ in lines)
    return "\n".join(f"{count:5} {place}" for count, place in [*lines, (total, "together")])


def whole_run(image: Image) -> list[int]:
    """Everything executed from reset to the last upcall of interest."""
    return executed(image, image.labels["upcall"], UPCALLS)


def part(image: Image, run: list[int], row: Row) -> list[int]:
    """The instructions that a row counts."""
    if row.name == RESET:
        return kernel_part(image, run, 0)
    if row.name == TIMER_UPCALL:
        return last_event(image, run)
    return kernel_part(image, run, run.index(image.labels[row.svc or row.name]) + 1)


def kernel_part(image: Image, run: list[int], start: int) -> list[int]:
    """What is executed from `start` until an application is."""
    return list(takewhile(lambda at: not image.in_app(at), islice(run, start, None)))


def last_event(image: Image, run: list[int]) -> list[int]:
    """From the first instruction of the last interrupt's handler to the end of the run."""
    last = len(run) - 1
    entry = image.kernel["arch_interrupt"]
    start = max((i for i in range(last) if run[i] == entry), default=last)
    if any(image.in_app(at) for at in run[start:last]):
        raise BenchError("an application ran between the last interrupt and the upcall")
    return run[start:last]
