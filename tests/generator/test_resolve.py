# SPDX-License-Identifier: MIT OR Apache-2.0
"""References, facts, values and order of a resolved board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.generator.frontend_case import codes, good

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import checked_board
from boardwright.load.roots import SearchRoots
from boardwright.report import human

if TYPE_CHECKING:
    from boardwright.model import Board

PROJECT = Path(__file__).parent.parent.parent
WIRES = "muxes: {wires: {kind: share_wire, wire: wire0}}\n"


def edge_targets(board: Board, client: str) -> list[tuple[str, str, int | None]]:
    return [(edge.provider, edge.provided, edge.element) for edge in board.requires(client)]


@pytest.mark.parametrize("name", ["mps2_an386", "mps2_an385"])
def test_the_boards_of_the_project_have_no_findings(name: str) -> None:
    diagnostics = Diagnostics()
    roots = SearchRoots(PROJECT / "runtime")
    board = checked_board(PROJECT / "boards" / name, roots, diagnostics)
    assert not list(diagnostics), human(diagnostics)
    assert board is not None
    assert board.chip.name == name


def test_providers_come_before_their_clients_and_the_kernel_last(tmp_path: Path) -> None:
    board = good(tmp_path, "")
    order = [instance.id for instance in board.instances]
    assert all(order.index(edge.provider) < order.index(edge.client) for edge in board.edges)
    assert order[-1] == "kernel"


def test_peripherals_that_nothing_reaches_stay_out(tmp_path: Path) -> None:
    ids = {instance.id for instance in good(tmp_path, "").instances}
    assert {"uart0", "pins"} <= ids
    assert not ids & {"uart1", "uart2", "timer0", "wire0"}


@pytest.mark.parametrize("target", ["pins.pin.2", "pins.2", "P2", "net"])
def test_every_form_of_a_reference_reaches_the_same_element(
    tmp_path: Path, target: str
) -> None:
    names = "names: {net: P2}\n" if target == "net" else ""
    text = f"{names}capsules: {{raise: {{kind: pinner, pins: [{target}]}}}}\n"
    assert edge_targets(good(tmp_path, text), "raise") == [("pins", "pin", 2)]


def test_ranges_spread_into_lists_in_order(tmp_path: Path) -> None:
    text = "capsules: {raise: {kind: pinner, pins: [P3, pins.1-2]}}\n"
    elements = [element for _, _, element in edge_targets(good(tmp_path, text), "raise")]
    assert elements == [3, 1, 2]


def test_a_whole_array_spreads_into_a_list(tmp_path: Path) -> None:
    text = "capsules:\n  lights: !delete\n  raise: {kind: pinner, pins: [pins]}\n"
    elements = [element for _, _, element in edge_targets(good(tmp_path, text), "raise")]
    assert elements == [0, 1, 2, 3]


def test_a_private_instance_is_named_after_its_owner_and_stands_before_it(
    tmp_path: Path,
) -> None:
    board = good(tmp_path, "")
    lamp = board.instance("lights_lamps_0")
    assert lamp.owner == ("lights", "lamps")
    ids = [instance.id for instance in board.instances]
    assert ids.index(lamp.id) == ids.index("lights") - 1


def test_an_interface_that_a_mux_hands_on_is_answered_behind_it(tmp_path: Path) -> None:
    board = good(tmp_path, "")
    console = next(board.requires("console"))
    assert board.link(console, "serial.out").provider == "outs"
    assert board.link(console, "serial.in").provider == "uart0"
    removed = board.link(console, "serial.out", frozenset({"outs"}))
    assert (removed.provider, removed.provided) == ("uart0", "serial")


def test_clients_of_a_mux_are_numbered_in_the_order_of_the_edges(tmp_path: Path) -> None:
    board = good(tmp_path, "")
    numbers = [(edge.client, edge.index) for edge in board.clients("outs")]
    assert numbers == [("console", 0), ("debug", 1)]


def test_facts_flow_through_a_mux(tmp_path: Path) -> None:
    text = (
        "muxes: {alarms: {kind: share_alarm, alarm: timer0.alarm}}\n"
        "capsules:\n"
        "  scale: {kind: scaler, timer: alarms, scale: 4}\n"
        "  tick: {kind: ticker, timer: alarms}\n"
    )
    scale = good(tmp_path, text).instance("scale")
    assert scale.values["ticks"].value == 4_000_000
    assert [(m.name, m.ctype, m.text) for m in scale.members] == [
        ("scale", "uint8_t", "4"),
        ("ticks", "uint32_t", "4000000"),
    ]


def test_the_boards_choice_of_a_clock_reaches_derived_values(tmp_path: Path) -> None:
    assert good(tmp_path, "").instance("uart0").values["divisor"].value == 139
    slow = good(tmp_path, "clocks: {main: 8MHz}\n")
    assert slow.instance("uart0").values["divisor"].value == 69
    assert slow.clocks == {"main": 8_000_000, "slow": 500}


def test_members_have_units_enums_and_truth_values_as_c(tmp_path: Path) -> None:
    board = good(tmp_path, "capsules: {console: {mode: raw, echo: true}}\n")
    members = {m.name: (m.ctype, m.text, m.value) for m in board.instance("console").members}
    assert members == {
        "mode": ("uint8_t", "TALKER_MODE_RAW", 1),
        "echo": ("bool", "true", 1),
        "retries": ("uint8_t", "3", 3),
    }


def test_edge_parameters_come_from_the_use_the_net_the_component_and_the_hil(
    tmp_path: Path,
) -> None:
    text = WIRES + (
        "names: {dev: {to: wires, address: 0x20, rate: 200kHz}}\n"
        "devices: {probe: {kind: probe, wire: {to: wires, address: 0x21}}}\n"
        "capsules:\n"
        "  read: {kind: reader, wire: {to: dev, address: 0x22}}\n"
        "  read2: {kind: reader, wire: dev, driver: 7}\n"
        "  tick: {kind: count_reader, timer: probe}\n"
    )
    reader = (
        "component: count_reader\nroom: capsules\nstart: count_reader_start\n"
        "requires: {timer: {hil: [ticks.count]}}\n"
    )
    board = good(tmp_path, text, count_reader=reader)
    values = {
        edge.client: [edge.values[key].value for key in ("address", "rate", "order")]
        for edge in board.clients("wires")
    }
    assert values == {
        "probe": [0x21, 50_000, "msb"],
        "read": [0x22, 200_000, "msb"],
        "read2": [0x20, 200_000, "msb"],
    }
    read = next(board.requires("read"))
    assert [(m.name, m.ctype, m.text) for m in read.members] == [
        ("address", "uint8_t", "0x22"),
        ("rate_hz", "uint32_t", "200000"),
        ("order", "uint8_t", "WIRE_ORDER_MSB"),
    ]
    assert list(next(board.requires("wires")).members) == []


@pytest.mark.parametrize(
    ("edge", "code"),
    [
        ("{to: wires, address: 0x78}", "BW0206"),  # the HIL's bound
        ("{to: wires, address: 0x20, rate: 500kHz}", "BW0206"),  # the component's
        ("{to: wires, address: 0x20, rate: 1ppm}", "BW0202"),
        ("{to: wires, address: 0x20, order: lsb}", "BW0205"),  # narrowed away
    ],
)
def test_both_ends_narrow_what_an_edge_may_say(tmp_path: Path, edge: str, code: str) -> None:
    text = f"{WIRES}devices: {{probe: {{kind: probe, wire: {edge}}}}}\n"
    user = "capsules: {tick: {kind: count_reader, timer: probe}}\n"
    reader = (
        "component: count_reader\nroom: capsules\nstart: count_reader_start\n"
        "requires: {timer: {hil: [ticks.count]}}\n"
    )
    assert codes(tmp_path, text + user, count_reader=reader) == [code]


def test_a_bound_that_is_a_fact_follows_the_clock_through_the_mux(tmp_path: Path) -> None:
    use = "{kind: reader, wire: {to: wires, address: 0x20, rate: 800kHz}}"
    text = f"{WIRES}capsules: {{read: {use}, read2: {use.replace('0x20', '0x21')}}}\n"
    text = text.replace("0x21, rate: 800kHz}}", "0x21}, driver: 7}")
    assert codes(tmp_path, text) == []  # 16 MHz / 16
    assert codes(tmp_path, f"clocks: {{main: 8MHz}}\n{text}") == ["BW0206"]


def test_a_fact_of_an_absent_optional_port_is_zero_without_bounds(tmp_path: Path) -> None:
    part = (
        "component: part\nroom: capsules\nstart: part_start\n"
        "requires: {timer: {hil: [ticks.count], optional: true}}\n"
        "derived: {step: {type: u32, is: 1000000 / timer.frequency, min: 1}}\n"
    )
    board = good(tmp_path, "capsules: {part: {kind: part}}\n", part=part)
    assert board.instance("part").values["step"].value == 0
    connected = "capsules: {part: {kind: part, timer: timer1.alarm}}\n"
    assert good(tmp_path, connected, part=part).instance("part").values["step"].value == 1000


def test_the_layout_defaults_to_the_budget_and_the_rest(tmp_path: Path) -> None:
    layout = good(tmp_path, "").layout
    regions = [layout.kernel_code, layout.apps_code, layout.kernel_data, layout.apps_data]
    assert [(region.at, region.size) for region in regions] == [
        (0, 0x8000),
        (0x8000, 0x8000),
        (0x20000000, 0x1000),
        (0x20001000, 0x3000),
    ]


def test_regions_without_an_address_follow_each_other(tmp_path: Path) -> None:
    text = (
        "layout:\n"
        "  kernel: {code: {in: flash, size: 16KiB}}\n"
        "  apps: {code: {in: flash, size: 8KiB}, data: {in: ram, at: 0x20002000, size: 4KiB}}\n"
    )
    layout = good(tmp_path, text).layout
    assert (layout.apps_code.at, layout.apps_code.size) == (0x4000, 0x2000)
    assert (layout.apps_data.at, layout.apps_data.size) == (0x20002000, 0x1000)


def test_application_paths_are_relative_to_the_file_that_says_them(tmp_path: Path) -> None:
    (tmp_path / "boards" / "case").mkdir(parents=True)
    board = good(tmp_path, "apps: {one: ../case, two: {path: ., share: 2}}\n")
    paths = [app.path for app in board.apps]
    assert paths == [tmp_path / "boards" / "case"] * 2
    assert [app.settings["share"].value for app in board.apps] == [1, 2]


def test_a_component_beside_the_board_is_found(tmp_path: Path) -> None:
    text = (
        "component: own\nroom: capsules\nstart: own_start\n"
        "requires: {pin: {hil: [pin.output]}}\n"
    )
    board = good(tmp_path, "capsules: {own: {kind: own, pin: P3}}\n", own=text)
    component = board.instance("own").component
    assert (component.header, component.sources) == ("own.h", ("own.c",))
    assert component.root == tmp_path / "boards" / "case"


def test_one_cause_gives_one_finding(tmp_path: Path) -> None:
    text = (
        "muxes: {more: {kind: share_seril, serial: uart1}}\n"
        "capsules:\n"
        "  log: {kind: logger, serial: more, driver: 17}\n"
        "  log2: {kind: logger, serial: more, driver: 18}\n"
    )
    assert codes(tmp_path, text) == ["BW0306"]


def test_counts_of_ports_size_buffers_and_arrays(tmp_path: Path) -> None:
    part = (
        "component: part\nroom: devices\n"
        "requires: {pins: {hil: [pin.output], list: {min: 1}}}\n"
        "provides: {lamp: {hil: [lamp.light], clients: {lamp.light: many}}}\n"
        "buffers: {line: {size: 16B * count(pins)}}\n"
        "arrays: {jobs: {of: part_job, count: clients(lamp) + 1}}\n"
    )
    text = (
        "devices: {part: {kind: part, pins: [pins.1-3]}}\n"
        "capsules:\n"
        "  more: {kind: lights, lamps: [part], driver: 17}\n"
        "  again: {kind: lights, lamps: [part], driver: 18}\n"
    )
    board = good(tmp_path, text, part=part)
    made = board.instance("part")
    assert [(buffer.name, buffer.size) for buffer in made.buffers] == [("line", 48)]
    assert [(each.name, each.struct, each.count) for each in made.arrays] == [
        ("jobs", "part_job", 3)
    ]


def test_a_serial_list_is_one_client_over_all_its_elements(tmp_path: Path) -> None:
    bank = (
        "component: bank\nroom: capsules\nstart: bank_start\n"
        "requires: {wires: {hil: [wire.device], %s}}\n"
    )
    edges = "[{to: wire0, address: 0x20}, {to: wire0, address: 0x21}]"
    text = f"capsules: {{bank: {{kind: bank, wires: {edges}}}}}\n"
    handled = "handles: {moved: bank_moved}, list: {min: 1, max: 4%s}"
    serial = bank % (handled % ", serial: true")
    assert codes(tmp_path, text, bank=serial) == []
    assert codes(tmp_path, text, bank=bank % (handled % "")) == ["BW0318"]


def test_a_peripheral_has_its_address_lines_and_clocks_from_the_chip(tmp_path: Path) -> None:
    uart = good(tmp_path, "").instance("uart0")
    assert uart.registers == 0x40000000
    assert uart.clocks == {"input": 16_000_000}
    bound = uart.interrupts["irq"]
    assert (bound.line.name, bound.line.number) == ("uart0", 0)
    assert (bound.interrupt.handler, bound.interrupt.top) == ("tiny_uart_interrupt", False)


def test_driver_numbers_are_the_components_unless_the_board_gives_one(tmp_path: Path) -> None:
    text = "capsules: {console2: {kind: logger, serial: outs, driver: 0x80001}}\n"
    board = good(tmp_path, text)
    drivers = {instance.id: instance.driver for instance in board.instances}
    assert (drivers["console"], drivers["debug"], drivers["console2"]) == (1, 8, 0x80001)
    assert drivers["outs"] is None


def test_capabilities_are_granted_by_the_board(tmp_path: Path) -> None:
    text = (
        "capsules: {shell: {kind: shell, serial: outs}}\n"
        "capabilities: {shell: [process_management]}\n"
    )
    assert good(tmp_path, text).instance("shell").granted == ("process_management",)


def test_a_value_says_whether_the_board_wrote_it(tmp_path: Path) -> None:
    values = good(tmp_path, "capsules: {console: {retries: 5}}\n").instance("console").values
    assert {name: value.given for name, value in values.items()} == {
        "buffer": False,
        "mode": False,
        "echo": False,
        "retries": True,
    }


def test_every_file_that_was_read_is_an_input(tmp_path: Path) -> None:
    board = good(tmp_path, "")
    names = {source.path.name for source in board.inputs}
    assert {"board.yaml", "tiny.yaml", "tiny_uart.yaml", "serial.yaml", "kernel.yaml"} <= names
    assert "probe.yaml" not in names
    assert len(set(board.inputs)) == len(board.inputs)
