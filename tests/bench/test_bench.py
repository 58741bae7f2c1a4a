# SPDX-License-Identifier: MIT OR Apache-2.0
"""That the benches count what they say, without taking their figures again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.bench import (
    bench,
    counting,
    host_counts,
    kernel_counts,
    made_boards,
    tables,
    wall_time,
)
from tests.bench.counting import (
    INSTRUCTION_SHIFT,
    BenchError,
    Image,
    build,
    executed,
    functions,
)
from tests.bench.host_counts import OPERATIONS, Cost, collected, counter_reads, program
from tests.bench.sizes import process_ram

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import checked_board
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import planned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

# The benches build into one folder, and into that of the demo.
pytestmark = pytest.mark.xdist_group("bench")

TICKS_PER_INSTRUCTION = 2**INSTRUCTION_SHIFT * 25e6 / 1e9  # of the 25 MHz counter
APP = 0x1000
IMAGE = Image("none", {"arch_interrupt": 0x10, "loop_run": 0x40}, {}, APP)


# --- instruction counts ------------------------------------------------------------------


def test_the_plugin_counts_what_the_emulators_clock_counts() -> None:
    image = build("bench_clock")
    run = executed(image, image.labels["end"], 1)
    ticks = run.count(image.labels["tick"])
    start, end = run.index(image.labels["from"]), run.index(image.labels["to"])
    assert run[start:end].count(image.kernel["arch_interrupt"]) >= 5
    assert end - start > 5000
    assert abs(ticks - (end - start) * TICKS_PER_INSTRUCTION) < TICKS_PER_INSTRUCTION


def test_the_plugin_is_of_a_version_that_the_emulator_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "PLUGIN_VERSIONS", (99, *counting.PLUGIN_VERSIONS))
    assert counting.plugin.__wrapped__().name != "trace99.so"
    monkeypatch.setattr(counting, "PLUGIN_VERSIONS", (99,))
    with pytest.raises(BenchError, match="API version 99"):
        counting.plugin.__wrapped__()


def test_every_row_can_be_taken_and_is_within_its_bar() -> None:
    counts = kernel_counts.kernel_counts()
    assert counts.keys() == {row.name for row in kernel_counts.ROWS}
    assert min(counts.values()) > 20
    assert [r.name for r in kernel_counts.ROWS if r.bar and counts[r.name] > r.bar] == []


def test_a_call_lasts_until_an_application_runs() -> None:
    run = [APP, 0x40, 0x42, APP + 2, 0x44]
    assert kernel_counts.kernel_part(IMAGE, run, 1) == [0x40, 0x42]
    assert kernel_counts.kernel_part(IMAGE, run, 0) == []


def test_the_last_event_begins_with_the_last_interrupt() -> None:
    run = [0x10, 0x12, APP, 0x40, 0x10, 0x12, 0x40, APP]
    assert kernel_counts.last_event(IMAGE, run) == [0x10, 0x12, 0x40]


def test_an_event_with_an_application_in_between_is_no_figure() -> None:
    with pytest.raises(BenchError, match="an application ran"):
        kernel_counts.last_event(IMAGE, [0x10, 0x12, APP, 0x40, APP])


def test_a_profile_names_functions_in_order() -> None:
    run = [0x10, 0x12, 0x40, 0x42, 0x44, 0x10]
    found = functions(IMAGE, run)
    assert found == [(2, "arch_interrupt"), (3, "loop_run"), (1, "arch_interrupt")]


def test_a_row_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BenchError, match="'memo', but memop, command_exists"):
        kernel_counts.profile("memo")


def test_figures_that_differ_between_runs_are_refused() -> None:
    figures = iter([{"a": 1}, {"a": 1}, {"a": 2}])
    assert bench.same(2, lambda: next(figures)) == {"a": 1}
    with pytest.raises(BenchError, match="run 2 differs"):
        bench.same(2, iter([{"a": 1}, {"a": 2}]).__next__)


# --- virtualizers on the host ------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "clients"),
    [(each.name, clients) for each in OPERATIONS for clients in each.clients],
)
def test_an_operation_does_what_is_measured(operation: str, clients: int) -> None:
    done = subprocess.run(
        [str(program()), operation, str(clients)], capture_output=True, text=True, check=False
    )
    alarm, called = operation.startswith("alarm"), operation.endswith(("_fire", "_turn"))
    assert (done.returncode, done.stdout) == (0, f"reads {alarm:d} fired {called:d}\n")


@pytest.mark.parametrize(
    "arguments", [["alarm_fire", "0"], ["arbiter_select", "33"], ["x", "1"]]
)
def test_an_operation_that_there_is_not_is_refused(arguments: list[str]) -> None:
    assert subprocess.run([str(program()), *arguments], check=False).returncode == 2


def test_callgrinds_total_is_read() -> None:
    assert collected("events: Ir\nfn=(1)\n0 7\n\nsummary: 12345\n\ntotals: 12345\n") == 12345
    for text in ("events: Ir\n", "summary: 0\ntotals: 0\n"):
        with pytest.raises(BenchError, match="callgrind has seen nothing"):
            collected(text)
    assert counter_reads("reads 33 fired 1\n") == 33
    with pytest.raises(BenchError):
        counter_reads("reads none\n")


# --- boards of any size ------------------------------------------------------------------


@pytest.mark.parametrize("instances", [11, 20, 77, 200])
def test_a_made_board_has_so_many_instances_and_nothing_wrong(
    instances: int, tmp_path: Path
) -> None:
    diagnostics = Diagnostics()
    path = made_boards.write_board(tmp_path, instances)
    board = checked_board(path, SearchRoots.default(), diagnostics)
    assert board is not None
    assert not len(diagnostics)
    assert len(board.instances) == instances


def test_there_is_a_made_board_of_every_size() -> None:
    for instances in range(11, 400):
        groups, leds = made_boards.shape(instances)
        assert groups >= 1
        assert leds >= 1
    with pytest.raises(ValueError, match="no board has 10 instances"):
        made_boards.shape(10)


def test_the_work_of_check_and_plan_grows_with_the_board_not_with_its_square(
    tmp_path: Path,
) -> None:
    small, large = (lines_executed(tmp_path, instances) for instances in (300, 600))
    assert large < 2.2 * small


def lines_executed(directory: Path, instances: int) -> int:
    """Lines of Python that it takes to check and plan a made board."""
    path = made_boards.write_board(directory, instances)
    count = 0

    def traced(_frame: FrameType, event: str, _value: object) -> Callable[..., object]:
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        assert planned(path, SearchRoots.default(), Diagnostics()) is not None
    finally:
        sys.settrace(before)
    return count


def test_a_good_boards_check_loads_no_later_stage_and_seeks_no_near_words(
    tmp_path: Path,
) -> None:
    path = made_boards.write_board(tmp_path, 20)
    program = (
        "import sys; from boardwright.cli import main; main(['check', sys.argv[1]]); "
        "print(*(m.removeprefix('boardwright.').partition('.')[0] for m in sys.modules))"
    )
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"check", "load", "resolve"} <= loaded
    later = {
        "difflib",
        "jinja2",
        "elftools",
        "plan",
        "render",
        "emit",
        "firmware",
        "verify",
        "pack",
        "run",
        "size",
        "pipeline",
    }
    assert loaded & later == set()


def test_time_is_taken_of_runs_that_end_well(tmp_path: Path) -> None:
    path = made_boards.write_board(tmp_path, 20)
    taken = wall_time.taken("check", path, 1)
    assert taken.processor > 0
    assert taken.wall == taken.least > 0
    path.write_text(path.read_text() + "wrong: true\n")
    with pytest.raises(BenchError, match="check"):
        wall_time.taken("check", path, 1)


# --- the page ----------------------------------------------------------------------------


def test_a_table_goes_to_its_own_place() -> None:
    page = "a\n<!-- begin: x -->\nold\n<!-- end: x -->\nb\n<!-- begin: y -->\n<!-- end: y -->\n"
    assert tables.placed(page, "x", "new") == page.replace("old", "new")
    with pytest.raises(ValueError, match="no place for 'z'"):
        tables.placed(page, "z", "new")


def test_the_page_has_a_place_for_every_table_and_none_is_empty() -> None:
    page = bench.PAGE.read_text()
    for name in ("kernel", "totals", "rooms", "instances", "alarm", "host", "time"):
        text = page.partition(f"<!-- begin: {name} -->\n")[2].partition("\n<!-- end")[0]
        assert text.startswith("| ")
        assert tables.placed(page, name, text) == page
    for row in kernel_counts.ROWS:
        assert f"`{row.name}`" in page


def test_a_table_has_a_cell_for_every_figure() -> None:
    text = tables.markdown(("a", "b"), [(1234, None), ("x", "")])
    assert text == "| a | b |\n| --- | --- |\n| 1,234 | - |\n| x |  |"
    costs = {(each.name, n): Cost(7, 1) for each in OPERATIONS for n in each.clients}
    host = tables.host_table(costs).splitlines()
    assert len(host) == 2 + len(OPERATIONS)
    assert len({line.count("|") for line in host}) == 1
    assert host[-1].split("|")[2:8] == [" 7 ", " - ", " 7 ", " 7 ", " - ", " 1 "]
    assert "7 and 1 read |" in tables.alarm_table(costs)
    assert host_counts.ASKED in OPERATIONS[0].clients


def test_a_process_costs_what_the_image_says() -> None:
    tables_ = bench.size_part(1)
    name, totals = next(tables_)  # this builds the board
    ram = process_ram()
    assert name == "totals"
    assert f"| {ram.slot + ram.queue + ram.table} |" in totals
    assert ram.queue == 140  # ten upcalls of three words and an id of 16 bits
    rooms, instances = next(tables_)[1], next(tables_)[1]
    assert rooms.splitlines()[-1].replace("| total", "| total | ") == instances.splitlines()[-1]
