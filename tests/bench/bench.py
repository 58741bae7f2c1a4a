# SPDX-License-Identifier: MIT OR Apache-2.0
"""Take the figures of docs/benchmarks.md and docs/virtualizers.md, print their tables.

`--write` puts them there.

`--runs N` takes every count N times and fails where two differ. Sizes repeat by their
nature and wall times do not, so they are taken once.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]  # so that this file can be called by its path

from tests.bench import (  # noqa: E402
    host_counts,
    kernel_counts,
    mux_costs,
    sizes,
    tables,
    wall_time,
)
from tests.bench.counting import BenchError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = ROOT / "docs/benchmarks.md"
ELSEWHERE = dict.fromkeys(("trips", "bytes", "compiler"), ROOT / "docs/virtualizers.md")
Figures = TypeVar("Figures")


def kernel_part(runs: int) -> Iterator[tuple[str, str]]:
    """System calls, switches, boot."""
    yield "kernel", tables.kernel_table(same(runs, kernel_counts.kernel_counts))


def size_part(_runs: int) -> Iterator[tuple[str, str]]:
    """Flash and RAM of the default board."""
    rooms = sizes.size_table("room")
    yield "totals", tables.total_table(rooms, sizes.process_ram())
    yield "rooms", tables.room_table(rooms)
    yield "instances", tables.instance_table(sizes.size_table("instance"))


def host_part(runs: int) -> Iterator[tuple[str, str]]:
    """Virtualizers with many clients."""
    costs = same(runs, host_counts.host_costs)
    yield "alarm", tables.alarm_table(costs)
    yield "host", tables.host_table(costs)


def mux_part(runs: int) -> Iterator[tuple[str, str]]:
    """Virtualizers on a Cortex-M4; on a page of their own."""
    yield "compiler", mux_costs.compiler()
    yield "trips", tables.trip_table(same(runs, mux_costs.round_trips))
    yield (
        "bytes",
        tables.bytes_table({mux: mux_costs.mux_bytes(mux) for mux in mux_costs.muxes()}),
    )


def time_part(_runs: int) -> Iterator[tuple[str, str]]:
    """The generator's time."""
    yield "time", tables.time_table(wall_time.wall_times())


PARTS: dict[str, Callable[[int], Iterator[tuple[str, str]]]] = {
    "kernel": kernel_part,
    "size": size_part,
    "host": host_part,
    "mux": mux_part,
    "time": time_part,
}


def same(runs: int, take: Callable[[], Figures]) -> Figures:
    """Figures that came out the same `runs` times. Raises BenchError if they did not."""
    first = take()
    for run in range(2, runs + 1):
        again = take()
        if again != first:
            raise BenchError(f"run {run} differs from the first: {again}, {first}")
    return first


def main() -> int:
    """Exit 0; 1 when runs differ or a figure cannot be taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="equal counts this many times")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    parser.add_argument("--profile", metavar="ROW", help="one kernel row by function")
    options = parser.parse_args()
    try:
        if options.profile:
            print(kernel_counts.profile(options.profile))
            return 0
        for name in (options.only,) if options.only else PARTS:
            for place, text in PARTS[name](options.runs):
                print(f"{place}:\n\n{text}\n", flush=True)
                if options.write:
                    page = ELSEWHERE.get(place, PAGE)
                    page.write_text(tables.placed(page.read_text(), place, text))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
