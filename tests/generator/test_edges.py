# SPDX-License-Identifier: MIT OR Apache-2.0
"""Edges with parameters: objects in board.c, ports among them, what changes at run time.

The bus of `components/beam` has no hardware; tests/target/test_edges.py runs it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import ROOT, RUNTIME, write_board
from tests.generator.test_render import clang_format

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import make_firmware
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import Planned, generated, planned
from boardwright.render import rendered
from boardwright.report import human

if TYPE_CHECKING:
    from boardwright.plan.ir import Plan

BEAM = Path(__file__).parent / "components" / "beam"
ROOTS = SearchRoots(RUNTIME, (BEAM,))

MUXED = """\
names:
  third: {to: beam_mux, address: 0x30, rate: 250kHz}
muxes:
  beam_mux: {kind: mux_beam, bus: bus}
devices:
  bus: {kind: beam_bus}
  pair: {kind: either_pin, pin: scc.pin.1}
capsules:
  beams:
    kind: beam_driver
    main: {to: beam_mux, address: 0x10, select: scc.pin.0}
    more:
      - {to: beam_mux, address: 0x20, select: pair.high}
      - third
      - {to: third, address: 0x31, select: pair.low}
    tuned: {to: beam_mux, address: 0x40, rate: 2MHz, select: {kind: not_pin, pin: scc.pin.2}}
"""
ALONE = """\
devices:
  bus: {kind: beam_bus}
capsules:
  beams:
    kind: beam_driver
    main: {to: bus, address: 0x10, select: scc.pin.0}
    more: []
"""


def plan_of(directory: Path, body: str, *, checked: bool = False) -> Planned:
    diagnostics = Diagnostics()
    found = planned(write_board(directory, body), ROOTS, diagnostics, checked=checked)
    assert found is not None, human(diagnostics)
    return found


def board_c(directory: Path, body: str, *, checked: bool = False) -> str:
    return rendered(plan_of(directory, body, checked=checked).plan)["board.c"]


def codes(directory: Path, body: str) -> list[str]:
    diagnostics = Diagnostics()
    planned(write_board(directory, body), ROOTS, diagnostics)
    return [each.code for each in diagnostics]


def seal(plan: Plan, component: str) -> dict[str, str]:
    found = next(each for each in plan.seals if each.component == component)
    return {macro: callee for macro, callee, _ in found.macros}


def test_an_edge_is_an_object_with_its_port_and_its_parameters(tmp_path: Path) -> None:
    text = board_c(tmp_path, ALONE, checked=True)
    assert (
        "static const struct beam_edge board_beams_main = {\n"
        "    .source = {.ops = &beam_bus_source_ops, .owner = &board_bus, .index = 0},\n"
        "    .select = &board_beams_main_select,\n"
        "    .rate_hz = 500000,\n"
        "    .address = 0x10,\n"
        "    .order = BEAM_ORDER_MSB,\n"
        "};\n"
    ) in text
    assert "    .main = &board_beams_main,\n" in text


def test_a_parameter_that_is_a_port_is_an_object_the_edge_points_at(tmp_path: Path) -> None:
    text = board_c(tmp_path, ALONE, checked=True)
    assert (
        "static const struct gpio_output board_beams_main_select = {\n"
        "    .ops = &mps2_scc_output_ops,\n"
        "    .owner = &board_scc,\n"
        "    .index = 0,\n"
        "};\n"
    ) in text


def test_the_edges_of_a_list_are_an_array_in_its_order(tmp_path: Path) -> None:
    text = board_c(tmp_path, MUXED, checked=True)
    start = text.index("static const struct beam_edge board_beams_more[3] = {")
    array = text[start : text.index("};", start)]
    addresses = [line.strip() for line in array.splitlines() if ".address" in line]
    assert addresses == [".address = 0x20,", ".address = 0x30,", ".address = 0x31,"]
    assert [f".index = {n}}}" in array for n in (1, 2, 3)] == [True] * 3
    assert array.count(".rate_hz = 250000,") == 2, "of the net, at both its uses"
    assert "    .more = board_beams_more,\n    .more_count = 3,\n" in text


def test_a_port_knows_which_of_two_of_its_kind_it_is_on(tmp_path: Path) -> None:
    text = board_c(tmp_path, MUXED)
    indices = []
    for position in (0, 2):
        start = text.index(f"board_beams_more_{position}_select = {{")
        indices.append(text[start : text.index("};", start)].split(".index = ")[1][0])
    assert indices == ["0", "1"], "pair.high and pair.low"


def test_comments_tell_two_of_a_kind_apart(tmp_path: Path) -> None:
    text = " ".join(board_c(tmp_path, MUXED).split())
    assert "/* beams.more_0_select -> pair.high," in text
    assert "/* beams.more_2_select -> pair.low," in text
    assert "one for each client: beams.main, beams.more.0, beams.more.1, beams.more.2," in text
    assert "/* beam_mux.bus -> bus */" in text, "one port needs no telling"


def test_what_changes_at_run_time_is_in_ram(tmp_path: Path) -> None:
    text = board_c(tmp_path, MUXED)
    assert "\nstatic struct beam_edge board_beams_tuned = {" in text
    assert "\nstatic const struct beam_edge board_beams_main = {" in text


def test_who_serves_an_edge_is_sealed_for_the_ports_on_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ALONE).plan
    assert seal(plan, "beam_bus") == {"GPIO_OUTPUT_SEALED": "mps2_scc"}
    text = rendered(plan)["board.c"]
    start = text.index("board_beams_main_select = {")
    assert ".ops" not in text[start : text.index("};", start)]


def test_ports_on_edges_that_lead_to_several_components_stay_open(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, MUXED).plan
    assert seal(plan, "beam_bus") == {}
    assert seal(plan, "mux_beam") == {"BEAM_SOURCE_SEALED": "beam_bus"}
    text = rendered(plan)["board.c"]
    start = text.index("board_beams_main_select = {")
    assert ".ops = &mps2_scc_output_ops" in text[start : text.index("};", start)]


def test_an_expression_reads_a_parameter_of_an_edge(tmp_path: Path) -> None:
    assert "    .main_khz = 500,\n" in board_c(tmp_path, ALONE)


@pytest.mark.parametrize(
    ("there", "here", "code"),
    [
        ("select: scc.pin.0", "rate: 1MHz", "BW0317"),  # the driver needs one, the HIL does not
        ("select: scc.pin.0", "select: scc", "BW0314"),
        ("select: scc.pin.0", "select: uart0", "BW0312"),
        ("select: scc.pin.0", "select: [scc.pin.0]", "BW0201"),
        ("select: scc.pin.0", "select: nowhere", "BW0310"),
        ("select: scc.pin.0", "select: scc.pin.1", "BW0319"),  # the pair has that pin
        (
            "select: scc.pin.0",
            "select: scc.pin.0, rate: 1600kHz",
            "BW0206",
        ),  # the driver's limit
        ("select: scc.pin.0", "select: scc.pin.0, rate: 50kHz", "BW0206"),  # the bus's
        ("rate: 2MHz", "rate: 2100kHz", "BW0206"),  # a fact of the bus behind the mux
        ("address: 0x31", "address: 0x10", "BW0404"),
        ("address: 0x31", "address: 0x31, order: msb", "BW0205"),
        ("address: 0x31", "address: 0x31, ordre: lsb", "BW0316"),
        ("bus: bus", "bus: {to: bus, rate: 1MHz}", "BW0315"),
    ],
)
def test_what_an_edge_cannot_be_is_said(
    tmp_path: Path, there: str, here: str, code: str
) -> None:
    assert there in MUXED
    assert codes(tmp_path, MUXED.replace(there, here, 1)) == [code]


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("body", [ALONE, MUXED], ids=["alone", "muxed"])
def test_it_compiles_without_a_warning(tmp_path: Path, body: str, checked: bool) -> None:
    source = plan_of(tmp_path, body, checked=checked)
    made = generated(source)
    assert make_firmware(source.plan, made.directory, jobs=2).elf.is_file()


@pytest.mark.skipif(clang_format() is None, reason="clang-format is not installed")
@pytest.mark.parametrize("checked", [False, True])
def test_the_formatter_has_nothing_to_do(tmp_path: Path, checked: bool) -> None:
    (tmp_path / ".clang-format").write_bytes((ROOT / ".clang-format").read_bytes())
    (tmp_path / "board.c").write_text(board_c(tmp_path, MUXED, checked=checked))
    command = [str(clang_format()), "--dry-run", "--Werror", "board.c"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
