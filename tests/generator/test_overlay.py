# SPDX-License-Identifier: MIT OR Apache-2.0
"""Overlays: scalars override, maps merge, lists and kinds say what they do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.generator.frontend_case import ERRORS, ROOTS, codes, good, written

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file, checked_board
from boardwright.report import human
from boardwright.resolve import variants

if TYPE_CHECKING:
    from pathlib import Path


def test_a_scalar_overrides_and_its_place_is_the_overlay(tmp_path: Path) -> None:
    board = good(tmp_path, "capsules: {console: {buffer: 128B}}\n")
    console = board.instance("console")
    assert [(buffer.name, buffer.size) for buffer in console.buffers] == [("tx", 128)]
    assert console.values["buffer"].span.place == "boards/case/board.yaml:4"
    assert console.span.source.name.endswith("base/board.yaml")


def test_append_adds_to_a_list(tmp_path: Path) -> None:
    board = good(tmp_path, "capsules: {lights: {lamps: !append [{kind: lamp_pin, pin: P1}]}}\n")
    providers = [edge.provider for edge in board.requires("lights", "lamps")]
    assert providers == ["lights_lamps_0", "lights_lamps_1"]


def test_replace_starts_anew_and_delete_removes(tmp_path: Path) -> None:
    text = "capsules:\n  lights: !replace {kind: pinner, pins: [P2]}\n  debug: !delete\n"
    board = good(tmp_path, text)
    assert board.instance("lights").component.name == "pinner"
    assert "debug" not in [instance.id for instance in board.instances]


def test_an_empty_section_changes_nothing(tmp_path: Path) -> None:
    ids = [instance.id for instance in good(tmp_path, "").instances]
    assert [instance.id for instance in good(tmp_path, "capsules:\n").instances] == ids


def test_a_later_parent_wins_only_where_the_child_decides(tmp_path: Path) -> None:
    base = os.path.relpath(ERRORS / "base" / "board.yaml", tmp_path / "boards" / "slow")
    slow = tmp_path / "boards" / "slow" / "board.yaml"
    slow.parent.mkdir(parents=True)
    slow.write_text(
        f"schema: 1\nboard: slow\nextends: [{base}]\n"
        "kernel: {scheduler: {timeslice: 20ms}, slots: 3}\n",
        encoding="utf-8",
    )
    case = written(tmp_path, "kernel: {scheduler: {timeslice: 5ms}}\n")
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace("yaml]", "yaml, ../slow/board.yaml]"), encoding="utf-8")
    diagnostics = Diagnostics()
    board = checked_board(case, ROOTS, diagnostics)
    assert not list(diagnostics), human(diagnostics)
    assert board is not None
    assert board.instance("kernel").values["slots"].value == 3
    assert board.instance("kernel").values["slice_ms"].value == 5


def test_variants_are_overlays_and_all_are_checked(tmp_path: Path) -> None:
    text = (
        "variants:\n"
        "  small: {capsules: {debug: !delete }}\n"
        "  wrong: {capsules: {console: {bufer: 64B}}}\n"
    )
    file = written(tmp_path, text)
    assert variants(file, ROOTS) == ("small", "wrong")
    diagnostics = Diagnostics()
    assert check_file(file, ROOTS, diagnostics) is not None
    assert [(found.code, found.span.line) for found in diagnostics] == [("BW0207", 6)]
    small = checked_board(file, ROOTS, Diagnostics(), variant="small")
    assert small is not None
    assert "debug" not in [instance.id for instance in small.instances]


def test_a_finding_of_all_variants_is_reported_once(tmp_path: Path) -> None:
    text = "capsules: {console: {bufer: 64B}}\nvariants: {a: {}, b: {}}\n"
    diagnostics = Diagnostics()
    check_file(written(tmp_path, text), ROOTS, diagnostics)
    assert [found.code for found in diagnostics] == ["BW0207"]


def test_a_tag_below_a_new_map_acts_on_nothing(tmp_path: Path) -> None:
    assert codes(tmp_path, "names: {status: !replace P3}\n") == ["BW0601"]


def test_a_misspelt_entry_to_delete_is_gone_and_not_missing_what_goes_with_it(
    tmp_path: Path,
) -> None:
    gone = "muxes: {outs: !delete }\ncapsules: {console: !delete , debug: !delete }\n"
    assert codes(tmp_path, gone) == []
    assert codes(tmp_path, gone.replace("debug", "debgu")) == ["BW0601"]
    both = "capsules: {debug: !delete , debgu: !delete }\n"
    assert codes(tmp_path, both) == ["BW0601"], "what is deleted anyway is not meant twice"


def test_a_misspelt_section_of_an_overlay_is_laid_over_the_one_it_meant(tmp_path: Path) -> None:
    alone = "capsles: {lights: {lamps: !append [{kind: lamp_pin, pin: P1}]}}\n"
    assert codes(tmp_path, alone) == ["BW0207"]
    both = "capsles: {lights: {lamps: !append [nowhere]}}\n"
    assert codes(tmp_path, both) == ["BW0207", "BW0310"]


def test_a_descriptor_extends_another_by_its_name(tmp_path: Path) -> None:
    chip = "chip: other\nextends: [tiny]\n"
    assert codes(tmp_path, "chip: other\n", other=chip) == []
    assert codes(tmp_path, "chip: other\n", other=chip.replace("tiny", "tony")) == ["BW0106"]


def test_a_component_in_place_of_a_target_is_told_from_an_unknown_name(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    board = written(tmp_path, "capsules: {log: {kind: logger, serial: lamp_pin, driver: 17}}\n")
    checked_board(board, ROOTS, diagnostics)
    assert "{kind: lamp_pin, ...}" in human(diagnostics)


def test_what_is_wrong_in_a_variant_only_names_the_variant(tmp_path: Path) -> None:
    text = "variants:\n  gone: {muxes: {outs: !delete }}\n  odd: {capsules: {nix: !delete }}\n"
    diagnostics = Diagnostics()
    check_file(written(tmp_path, text), ROOTS, diagnostics)
    notes = {
        found.code: [(span.line, note) for span, note in found.related if "variant" in note]
        for found in diagnostics
    }
    assert notes == {"BW0310": [(5, "in this variant")], "BW0601": []}
