# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tables of docs/benchmarks.md, and their place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench import host_counts, kernel_counts, mux_costs, wall_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.bench.host_counts import Cost
    from tests.bench.mux_costs import Bytes, RoundTrip
    from tests.bench.sizes import ProcessRam, Table
    from tests.bench.wall_time import Taken, Timed

KERNEL_TEXT_BAR, KERNEL_TEXT_GOAL = 14_000, 10_000
PROCESS_RAM_BAR, PROCESS_RAM_GOAL = 300, 200
ELSEWHERE_TEXT = ("32,900", "26,100")
ELSEWHERE_PROCESS = "772"
ELSEWHERE_ALARM = "1,228 and 33 reads"


def markdown(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; numbers are grouped by thousands, None is a dash."""
    lines = [list(headings)]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell(each) for each in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    """One cell."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else str(value)


def kernel_table(counts: Mapping[str, int]) -> str:
    """Instructions in the kernel."""
    headings = ("operation", "row", "instructions", "bar", "goal", "Tock", "Zephyr")
    return markdown(
        headings,
        (
            (
                row.what,
                f"`{row.name}`",
                counts[row.name],
                row.bar,
                row.goal,
                row.tock,
                row.zephyr,
            )
            for row in kernel_counts.ROWS
        ),
    )


def host_table(costs: Mapping[tuple[str, int], Cost]) -> str:
    """Instructions of virtualizers by the number of their clients."""
    headings = ("operation", *map(str, host_counts.CLIENTS), "counter reads")
    return markdown(
        headings,
        (
            (
                operation.what,
                *(
                    costs[operation.name, clients].instructions
                    if clients in operation.clients
                    else None
                    for clients in host_counts.CLIENTS
                ),
                ", ".join(
                    str(each)
                    for each in sorted(
                        {costs[operation.name, n].reads for n in operation.clients}
                    )
                ),
            )
            for operation in host_counts.OPERATIONS
        ),
    )


def alarm_table(costs: Mapping[tuple[str, int], Cost]) -> str:
    """What is asked of the alarm mux."""
    operation = host_counts.OPERATIONS[0]
    cost = costs[operation.name, host_counts.ASKED]
    words = f"{cost.instructions} and {cost.reads} read{'s' if cost.reads != 1 else ''}"
    what = f"an alarm event, one of {host_counts.ASKED} clients is due"
    headings = ("operation", "instructions and counter reads", "bar", "goal", "Tock")
    bar, goal = operation.bar, operation.goal
    return markdown(headings, [(what, words, bar, goal, ELSEWHERE_ALARM)])


def trip_table(counts: Mapping[tuple[RoundTrip, int], int]) -> str:
    """Instructions of round trips by the number of clients."""
    return markdown(
        ("virtualizer", "round trip", *map(str, mux_costs.CLIENTS)),
        (
            (f"`{trip.mux}`", trip.what, *(counts[trip, n] for n in mux_costs.CLIENTS))
            for trip in mux_costs.TRIPS
        ),
    )


def bytes_table(sizes: Mapping[str, Bytes]) -> str:
    """Bytes of each virtualizer."""
    return markdown(
        ("virtualizer", "code", "const object", "state", "slot of each client"),
        (
            (f"`{mux}`", each.code, each.const, each.ram, each.ram_per_client)
            for mux, each in sizes.items()
        ),
    )


def total_table(table: Table, ram: ProcessRam) -> str:
    """The default board's totals."""
    total = table["total"]
    parts = f"{ram.slot} B slot, {ram.queue} B queue of upcalls, {ram.table} B grant table"
    return markdown(
        ("default board", "bytes", "bar", "goal", "Tock", "Zephyr"),
        (
            (
                *("kernel text: code and constants", total["flash"]),
                *(KERNEL_TEXT_BAR, KERNEL_TEXT_GOAL, *ELSEWHERE_TEXT),
            ),
            ("kernel data (initialised)", total["data"], None, None, None, None),
            ("kernel bss, without the main stack", total["bss"], None, None, None, None),
            ("main stack", total["stack"], None, None, None, None),
            (
                *(f"RAM for one process: {parts}", ram.together),
                *(PROCESS_RAM_BAR, PROCESS_RAM_GOAL, ELSEWHERE_PROCESS, None),
            ),
        ),
    )


def room_table(table: Table) -> str:
    """Sizes by room."""
    rows = [(_room(row), *_cells(row)) for row in table["rows"]]
    return markdown(
        ("room", "code", "const", "data", "bss", "flash", "RAM"),
        [*rows, ("total", *_cells(table["total"]))],
    )


def instance_table(table: Table) -> str:
    """Sizes by component, then by instance."""
    with_components = {row["room"] for row in table["rows"] if "component" in row}
    rows = []
    for row in table["rows"]:
        rest = ", shared" if row["room"] in with_components else ""
        name = row.get("component", _room(row) + rest)
        rows.append((name, row.get("instance", ""), *_cells(row)))
    return markdown(
        ("component", "instance", "code", "const", "data", "bss", "flash", "RAM"),
        [*rows, ("total", "", *_cells(table["total"]))],
    )


_COLUMNS = ("code", "const", "data", "bss", "flash", "ram")
_ROOMS = {"board": "board.c, vectors.c", "stack": "main stack", "other": "padding, unknown"}


def _room(row: Table) -> str:
    return _ROOMS.get(row["room"], row["room"])


def _cells(row: Table) -> list[int | str]:
    return [row[column] or "" for column in _COLUMNS]


def time_table(times: Mapping[Timed, Taken]) -> str:
    """Wall times."""
    return markdown(
        ("command", "wall time", "least", "processor time", "bar", "goal"),
        (
            (
                row.what,
                _seconds(took.wall),
                _seconds(took.least),
                _seconds(took.processor),
                _limit(row.bar),
                _limit(row.goal),
            )
            for row, took in ((row, times[row]) for row in wall_time.ROWS)
        ),
    )


def _seconds(value: float) -> str:
    return f"{value:.3f} s"


def _limit(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f} s"


def placed(page: str, name: str, text: str) -> str:
    """The page with a table between its marks. ValueError where the page has no such."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page has no place for '{name}'")
    return f"{before}{begin}\n{text}\n{end}{after}"
