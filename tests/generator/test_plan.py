# SPDX-License-Identifier: MIT OR Apache-2.0
"""The plan: what is in the image, who calls whom, which slot holds which driver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generator.planning import BOARD, ROOT, RUNTIME, plan_file, plan_text, write_board

from boardwright.c_names import ERRORS
from boardwright.diagnostics import Diagnostics
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import planned
from boardwright.plan.hashing import HOLE, perfect_hash
from boardwright.render import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.plan.ir import Field, Object, Plan

TWO_ALARMS = """\
muxes:
  alarm_mux: {kind: mux_alarm, alarm: timer0}
capsules:
  alarm: {kind: alarm, timer: alarm_mux}
  second: {kind: alarm, timer: alarm_mux, driver: 0x80000}
"""
ONE_ALARM = """\
muxes:
  alarm_mux: {kind: mux_alarm, alarm: timer0}
capsules:
  alarm: {kind: alarm, timer: alarm_mux}
"""


def object_of(plan: Plan, name: str) -> Object:
    return next(each for each in plan.objects if each.id == name)


def field_of(plan: Plan, instance: str, name: str) -> Field:
    return next(each for each in object_of(plan, instance).fields if each.name == name)


def parts_of(plan: Plan, instance: str, name: str) -> dict[str, str]:
    return {part.name: part.text for part in field_of(plan, instance, name).parts}


# --- the perfect hash ------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 0xFFFFFFFF), min_size=0, max_size=24))
def test_every_driver_number_has_a_slot_of_its_own(numbers: set[int]) -> None:
    table = perfect_hash(sorted(numbers))
    slots = [table.slot(number) for number in numbers]
    assert len(set(slots)) == len(numbers)
    assert all(0 <= slot < table.size for slot in slots)
    assert table.size & (table.size - 1) == 0


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 0xFFFFFFFE), min_size=1, max_size=24))
def test_looking_up_the_number_of_holes_never_finds_a_hole(numbers: set[int]) -> None:
    table = perfect_hash(sorted(numbers))
    used = {table.slot(number) for number in numbers}
    assert len(used) == table.size or table.slot(HOLE) in used


def test_tock_numbers_fill_a_table_of_four() -> None:
    assert perfect_hash([0, 1, 2, 8]).size == 4


# --- monitors --------------------------------------------------------------------------


def watched_by(plan: Plan, instance: str, member: str) -> dict[str, str]:
    """What stands behind the monitor of a port."""
    monitor = f"board_{instance}_{member}_monitor"
    assert parts_of(plan, instance, member)["owner"] == f"&{monitor}"
    edges = {edge.name: edge for edge in object_of(plan, instance).edges}
    port = next(field for field in edges[monitor].fields if field.name == "port")
    return {part.name: part.text for part in port.parts}


def test_a_release_build_has_no_monitor() -> None:
    plan = plan_file(BOARD).plan
    assert plan.monitors == ()
    assert not [source for source in plan.sources if "monitor" in source.path]
    assert not [name for name in rendered(plan) if "monitor" in name]
    assert "monitor" not in rendered(plan)["board.c"]


def test_a_checked_build_watches_what_is_called_back_over() -> None:
    plan = plan_file(BOARD, checked=True).plan
    watched = [made.interface for made in plan.monitors]
    assert watched == ["time.alarm", "uart.receive", "uart.transmit"]
    assert "kernel/monitor.c" in [source.path for source in plan.sources]
    assert watched_by(plan, "uart_mux", "uart")["owner"] == "&board_uart0"
    assert "owner" in parts_of(plan, "alarm", "timer_counter")


def test_a_monitor_names_both_ends_the_line_and_the_turns_of_others() -> None:
    plan = plan_file(BOARD, checked=True).plan
    edges = {edge.name: edge for edge in object_of(plan, "debug").edges}
    edge = next(f for f in edges["board_debug_uart_monitor"].fields if f.name == "edge")
    assert {part.name: part.text for part in edge.parts} == {
        "client": '"debug.uart (low_level_debug)"',
        "provider": '"uart_mux (mux_uart)"',
        "place": '"boards/mps2_an386/board.yaml:16"',
        "group": "&board_uart_mux_uart_lent",
        "turns": "1",
    }


def test_a_monitor_knows_the_numbers_of_the_errors() -> None:
    header = (RUNTIME / "abi/err.h").read_text()
    numbers = re.findall(r"(?:ERR_)?(\w+) = (\d+),", header)
    assert numbers == [(name, str(number)) for number, name in enumerate(ERRORS)]


# --- lone muxes ------------------------------------------------------------------------


def test_a_mux_with_one_client_is_left_out_and_named(tmp_path: Path) -> None:
    plan = plan_text(tmp_path, ONE_ALARM, checked=True).plan
    assert [(gone.id, gone.why) for gone in plan.omitted] == [
        ("alarm_mux", "alarm is its only client")
    ]
    assert "alarm_mux" not in [each.id for each in plan.objects]
    assert watched_by(plan, "alarm", "timer_alarm") == {
        "ops": "&cmsdk_timer_alarm_ops",
        "owner": "&board_timer0",
        "index": "0",
    }
    assert "virtualizers/mux_alarm.c" not in [source.path for source in plan.sources]


def test_a_mux_with_two_clients_has_a_slot_for_each(tmp_path: Path) -> None:
    plan = plan_text(tmp_path, TWO_ALARMS, checked=True).plan
    assert plan.omitted == ()
    slots = next(s for s in object_of(plan, "alarm_mux").storage if s.name.endswith("_slots"))
    assert (slots.ctype, slots.count) == ("struct mux_alarm_slot", 2)
    assert slots.comment == "one for each client: alarm, second"
    assert field_of(plan, "alarm_mux", "slot_count").text == "2"
    owners = [watched_by(plan, name, "timer_alarm") for name in ("alarm", "second")]
    assert [(each["owner"], each["index"]) for each in owners] == [
        ("&board_alarm_mux", "0"),
        ("&board_alarm_mux", "1"),
    ]


def test_what_a_mux_hands_on_goes_past_it(tmp_path: Path) -> None:
    plan = plan_text(tmp_path, TWO_ALARMS, checked=True).plan
    counter = parts_of(plan, "second", "timer_counter")
    assert counter == {
        "ops": "&mps2_fpgaio_counter_ops",
        "owner": "&board_fpgaio",
        "index": "0",
    }
    comment = field_of(plan, "second", "timer_alarm").comment
    assert comment == "second.timer -> alarm_mux (alarm), fpgaio (counter)"


# --- sealing -----------------------------------------------------------------------------


def test_a_file_whose_edges_reach_one_component_is_sealed_and_has_no_ops() -> None:
    plan = plan_file(BOARD).plan
    seal = next(each for each in plan.seals if each.component == "console")
    assert ("UART_TRANSMIT_SEALED", "mux_uart", "console.uart") in seal.macros
    assert ("UART_RECEIVE_SEALED", "cmsdk_uart", "console.uart") in seal.macros
    assert "ops" not in parts_of(plan, "console", "uart_transmit")
    source = next(each for each in plan.sources if each.path == "capsules/console.c")
    assert source.seal == "seal/console.h"


def test_a_file_whose_edges_differ_stays_open_and_says_why() -> None:
    plan = plan_file(BOARD).plan
    seal = next(each for each in plan.seals if each.component == "led_driver")
    assert seal.macros == ()
    assert seal.opened == (
        ("led.light", "leds.leds reaches mps2_fpgaio; leds.leds reaches led_gpio"),
    )
    (array,) = object_of(plan, "leds").arrays
    assert [part.name for part in array.elements[0].parts] == ["ops", "owner", "index"]


def test_a_checked_build_is_open_everywhere() -> None:
    plan = plan_file(BOARD, checked=True).plan
    assert plan.seals == ()
    assert not [source for source in plan.sources if source.seal]
    assert "ops" in parts_of(plan, "console", "uart_transmit")
    assert "ops" in parts_of(plan, "kernel", "scheduler")


def test_two_instances_with_different_providers_open_their_file(tmp_path: Path) -> None:
    body = """\
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
capsules:
  console: {kind: console, uart: uart_mux}
  other: {kind: console, uart: uart1, driver: 0x80001}
  debug: {kind: low_level_debug, uart: uart_mux}
"""
    plan = plan_text(tmp_path, body).plan
    seal = next(each for each in plan.seals if each.component == "console")
    assert [macro for macro, _, _ in seal.macros] == ["UART_RECEIVE_SEALED"]
    assert [interface for interface, _ in seal.opened] == ["uart.transmit"]
    assert "ops" in parts_of(plan, "console", "uart_transmit")
    assert "ops" not in parts_of(plan, "console", "uart_receive")


# --- interrupts --------------------------------------------------------------------------

SHARED = """\
schema: 1
component: shared_lamp
room: chips
doc: A peripheral whose handler may be called for another one.
registers: {size: 4KiB}
state: false
interrupts: {irq: {handler: shared_lamp_interrupt, shareable: true}}
provides:
  led: {hil: [led.light]}
"""
SHARED_CHIP = f"""\
schema: 1
chip: shared_chip
extends: [{RUNTIME}/chips/mps2/mps2_an386.yaml]
interrupts:
  count: 48
  lines: {{both: {{line: 40, shared: true}}}}
peripherals:
  first: {{kind: shared_lamp, at: 0x50000000, interrupts: {{irq: both}}}}
  second: {{kind: shared_lamp, at: 0x50001000, interrupts: {{irq: both}}}}
"""


def test_a_shared_line_calls_every_handler_on_it(tmp_path: Path) -> None:
    path = write_board(
        tmp_path, "capsules:\n  leds: {kind: led_driver, leds: [first, second]}\n"
    )
    path.write_text(path.read_text().replace("mps2_an386", "shared_chip"))
    (path.parent / "shared_chip.yaml").write_text(SHARED_CHIP)
    (path.parent / "shared_lamp.yaml").write_text(SHARED)
    interrupts = plan_file(path).plan.interrupts
    line = next(line for line in interrupts.lines if line.number == 40)
    assert line.thunk.name == "board_line_both_interrupt"
    assert [call.object for call in line.thunk.calls] == ["board_first", "board_second"]
    assert len(interrupts.vectors) == 48
    assert interrupts.vectors[40] == "arch_interrupt"
    assert interrupts.words == 2


def test_bottom_halves_and_top_halves_reach_their_vectors() -> None:
    interrupts = plan_file(BOARD).plan.interrupts
    assert [(line.number, line.thunk.name) for line in interrupts.bottom] == [
        (0, "board_uart0_rx_interrupt"),
        (1, "board_uart0_tx_interrupt"),
        (8, "board_timer0_irq_interrupt"),
    ]
    assert interrupts.core == {"systick": "board_systick_tick_interrupt"}
    assert interrupts.vectors[8] == "arch_interrupt"
    assert interrupts.vectors[9] == ""
    assert len(interrupts.vectors) == 32
    assert interrupts.words == 1


# --- the rest ----------------------------------------------------------------------------


def test_grants_are_counted_in_table_order() -> None:
    table = plan_file(BOARD).plan.table
    assert [driver.grant for driver in table.grants] == [0, 1, 2]
    by_id = {driver.id: driver for driver in table.drivers}
    assert by_id["leds"].grant is None
    assert (by_id["console"].upcalls, by_id["console"].allow_ro) == (3, 2)


def test_init_runs_providers_first() -> None:
    plan = plan_file(BOARD).plan
    order = [each.id for each in plan.objects]
    assert [call.id for call in plan.inits] == sorted(
        (call.id for call in plan.inits), key=order.index
    )
    assert order[-1] == "kernel"
    assert order.index("uart_mux") < order.index("console")


def test_a_board_without_drivers_interrupts_or_deferred_calls_has_empty_tables(
    tmp_path: Path,
) -> None:
    plan = plan_text(tmp_path, "").plan
    assert plan.table.drivers == ()
    assert plan.table.slots == (None,)


def test_a_core_without_facts_is_refused(tmp_path: Path) -> None:
    path = write_board(tmp_path, "")
    chip = "schema: 1\nchip: odd_chip\nextends: [mps2_an386.yaml]\ncore: cortex_m99\n"
    (path.parent / "odd_chip.yaml").write_text(
        chip.replace("[mps2_an386.yaml]", f"[{RUNTIME / 'chips/mps2/mps2_an386.yaml'}]")
    )
    path.write_text(path.read_text().replace("mps2_an386", "odd_chip"))
    diagnostics = Diagnostics()
    assert planned(path, SearchRoots(RUNTIME), diagnostics) is None
    assert [(each.code, "cortex_m99" in each.message) for each in diagnostics] == [
        ("BW0801", True)
    ]


@pytest.mark.parametrize("board", sorted(path.name for path in (ROOT / "boards").iterdir()))
def test_every_board_of_the_tree_can_be_planned(board: str) -> None:
    assert plan_file(ROOT / "boards" / board).plan.board == board
