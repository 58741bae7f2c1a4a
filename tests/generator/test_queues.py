# SPDX-License-Identifier: MIT OR Apache-2.0
"""The board's page says how long a client waits in queues that stand one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.planning import plan_file, plan_text

from boardwright.explain.instance import instance_page
from boardwright.explain.page_text import page_text
from boardwright.render.files import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.pipeline import Planned

STACKED = """\
muxes:
  outer: {kind: mux_uart, uart: uart0}
  inner: {kind: mux_uart, uart: outer}
capsules:
  first: {kind: console, uart: inner}
  second: {kind: low_level_debug, uart: inner}
  third: {kind: low_level_debug, uart: outer, driver: 0x80001}
  fourth: {kind: low_level_debug, uart: outer, driver: 0x80002}
"""
REGIONS = """\
muxes:
  parts: {kind: mux_flash, flash: memory, parts: 2}
  left: {kind: storage_regions, flash: parts.part.0, regions: 3}
  right: {kind: storage_regions, flash: parts.part.1}
devices:
  memory: {kind: ram_flash, page_size: 64B, pages: 12}
capsules:
  one: {kind: nonvolatile_storage_driver, storage: left.region.0}
  two: {kind: nonvolatile_storage_driver, storage: left.region.1, driver: 0x80001}
  three: {kind: nonvolatile_storage_driver, storage: left.region.2, driver: 0x80002}
  four: {kind: nonvolatile_storage_driver, storage: right, driver: 0x80003}
"""


def waits(found: Planned) -> dict[str, tuple[int, int, int]]:
    """Others before one of a client's, processes, others before one of a process."""
    return {
        f"{row.client}.{row.port} {row.interface}": (row.others, row.processes, row.worst)
        for row in found.plan.queues
    }


def test_clients_of_virtualizers_and_processes_multiply(tmp_path: Path) -> None:
    found = plan_text(tmp_path, STACKED)
    assert waits(found) == {
        "inner.uart uart.transmit": (2, 0, 2),
        "first.uart uart.transmit": (5, 4, 23),  # 2 of inner, each of which waits with 3
        "first.uart uart.receive": (0, 4, 3),  # passed by both: the hardware's only reader
        "second.uart uart.transmit": (5, 4, 23),
        "third.uart uart.transmit": (2, 4, 11),
        "fourth.uart uart.transmit": (2, 4, 11),
    }
    row = next(each for each in found.plan.queues if each.client == "first")
    assert dict(row.ways) == {"inner": 2, "outer": 3, "uart0": 1}


def test_the_page_and_explain_show_it(tmp_path: Path) -> None:
    found = plan_text(tmp_path, STACKED)
    page = rendered(found.plan)["board.md"]
    ways = "inner (2), outer (3), uart0 (1)"
    assert f"| second.uart | uart.transmit | {ways} | 5 | 4 | 23 |" in page
    assert "| inner.uart | uart.transmit | outer (3), uart0 (1) | 2 |  |  |" in page
    text = page_text(instance_page(found, "second"))
    assert "uart.transmit waits for 5 of others at most" in text
    assert "for 23 with 4 processes" in text


def test_elements_of_a_virtualizer_share_it_and_what_makes_other_operations_ends_the_chain(
    tmp_path: Path,
) -> None:
    assert waits(plan_text(tmp_path, REGIONS)) == {
        "left.flash flash.pages": (1, 0, 1),
        "right.flash flash.pages": (1, 0, 1),
        "one.storage nonvolatile_storage.bytes": (2, 4, 11),
        "two.storage nonvolatile_storage.bytes": (2, 4, 11),
        "three.storage nonvolatile_storage.bytes": (2, 4, 11),
        "four.storage nonvolatile_storage.bytes": (0, 4, 3),
    }


def test_a_virtualizer_that_is_left_out_is_no_queue_and_one_process_waits_for_nobody(
    tmp_path: Path,
) -> None:
    text = "muxes: {lone: {kind: mux_uart, uart: uart0}}\ncapsules: {debug: {KIND}}\n"
    text = text.replace("KIND", "kind: low_level_debug, uart: lone")
    assert waits(plan_text(tmp_path, text)) == {"debug.uart uart.transmit": (0, 4, 3)}


def test_under_a_filter_only_those_wait_who_may_call(tmp_path: Path) -> None:
    (tmp_path / "boards" / "small" / "app").mkdir(parents=True)
    text = """\
capsules:
  debug: {kind: low_level_debug, uart: uart0}
apps:
  one: {path: app, allow: [debug]}
  two: {path: app, allow: [debug]}
  three: app
"""
    board = tmp_path / "boards" / "small" / "board.yaml"
    head = "schema: 1\nboard: small\nchip: mps2_an386\n"
    policies = "scheduler: {kind: round_robin}, on_fault: {kind: fault_stop}"
    kernel = f"kernel: {{{policies}, filter: {{kind: filter_allow_list}}}}\n"
    board.write_text(head + text + kernel + "budget: {flash: 64KiB, ram: 16KiB}\n")
    assert waits(plan_file(board)) == {"debug.uart uart.transmit": (0, 2, 1)}
