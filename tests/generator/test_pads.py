# SPDX-License-Identifier: MIT OR Apache-2.0
"""Signals on pads: the chip offers them, the board chooses, a pad does one thing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.generator.planning import KERNEL, RUNTIME

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import make_firmware
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import Planned, generated, planned
from boardwright.render import rendered
from boardwright.report import human

PADS = Path(__file__).parent / "components" / "pads"
ROOTS = SearchRoots(RUNTIME, (PADS,))
HEAD = "schema: 1\nboard: small\nchip: padded\n"
CHOSEN = "peripherals: {pulse0: {signals: {out: P5}}}\n"
LEDS = "capsules:\n  leds: {kind: led_driver, leds: [pulse0, {kind: led_gpio, pin: P3}]}\n"


def written(directory: Path, body: str) -> Path:
    home = directory / "boards" / "small"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "board.yaml"
    path.write_text(HEAD + body + KERNEL)
    return path


def plan_of(directory: Path, body: str, *, checked: bool = False) -> Planned:
    diagnostics = Diagnostics()
    found = planned(written(directory, body), ROOTS, diagnostics, checked=checked)
    assert found is not None, human(diagnostics)
    return found


def findings(directory: Path, body: str) -> Diagnostics:
    diagnostics = Diagnostics()
    planned(written(directory, body), ROOTS, diagnostics)
    return diagnostics


def test_expressions_read_pad_group_and_function_of_the_boards_choice(tmp_path: Path) -> None:
    text = rendered(plan_of(tmp_path, CHOSEN + LEDS).plan)["board.c"]
    start = text.index("board_pulse0 = {")
    fields = text[start : text.index("};", start)]
    assert "    .out_pad = 37,\n    .out_function = 3,\n    .sync_pad = 1,\n" in fields


def test_a_signal_that_the_chip_offers_on_several_pads_needs_a_choice(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, LEDS)
    assert (found.code, found.span.line) == ("BW0208", 5)
    assert "peripherals:  {pulse0: {signals: {out: P0}}}" in found.hint
    assert "'P0' or 'P5'" in found.hint


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (CHOSEN.replace("P5", "P6") + LEDS, "BW0409"),
        (CHOSEN.replace("out: P5", "out: P5, cut: P1") + LEDS, "BW0207"),
        (CHOSEN.replace("out: P5", "out: P5, sync: P2") + LEDS, "BW0409"),
        (CHOSEN.replace("{out: P5}", "P5") + LEDS, "BW0201"),
        (CHOSEN + LEDS.replace("P3", "P5"), "BW0403"),
        (CHOSEN + LEDS.replace("P3", "scc.pin.1"), "BW0403"),
        (CHOSEN + LEDS.replace("pulse0,", "pulse0, pulse1,"), "BW0403"),
        ("peripherals: {uart0: {signals: {out: P5}}}\nemulator: {}\n" + LEDS, "BW0207"),
    ],
)
def test_a_pad_is_on_the_chip_and_does_one_thing(tmp_path: Path, body: str, code: str) -> None:
    assert code in [each.code for each in findings(tmp_path, body)]


def test_a_peripheral_nobody_uses_leaves_its_pads_alone(tmp_path: Path) -> None:
    pin = LEDS.replace("pulse0, ", "").replace("P3", "P5")
    assert not list(findings(tmp_path, pin))


def test_pads_are_given_to_who_has_a_signal_there_before_it_is_set_up(tmp_path: Path) -> None:
    text = rendered(plan_of(tmp_path, CHOSEN + LEDS).plan)["board.c"]
    calls = [line.strip() for line in text.splitlines() if "padded_pads_apply(" in line]
    assert calls == [
        "padded_pads_apply(1, 5, 3, PAD_OUT);",
        "padded_pads_apply(1, 1, 2, PAD_IN);",
    ]
    assert "/* P5, out of pulse0 */" in text
    assert text.index("padded_pads_apply(1, 1") < text.index("_init(&board_")
    assert '#include "padded_pads.h"' in text


def test_boot_order_on_the_boards_page_has_the_pads(tmp_path: Path) -> None:
    page = rendered(plan_of(tmp_path, CHOSEN + LEDS).plan)["board.md"]
    first = "1. `padded_pads_apply` for P5, out of pulse0\n2. `padded_pads_apply` for P1, sync"
    assert first in page
    steps = page[page.index(first) :].splitlines()
    assert [step.partition(".")[0] for step in steps[:4]] == ["1", "2", "3", "4"]


def chip_without(directory: Path, *keys: str) -> SearchRoots:
    """The chip of these tests without some of its keys."""
    other = shutil.copytree(PADS, directory / "parts")
    chip = other / "padded.yaml"
    text = chip.read_text().replace("../../../../runtime", str(RUNTIME))
    kept = [line for line in text.splitlines() if not line.startswith(keys)]
    chip.write_text("\n".join(kept) + "\n")
    return SearchRoots(RUNTIME, (other,))


def test_a_chip_that_does_not_say_how_leaves_pads_to_its_peripherals(tmp_path: Path) -> None:
    roots = chip_without(tmp_path, "pads:", "sources:")
    found = planned(written(tmp_path, CHOSEN + LEDS), roots, Diagnostics())
    assert found is not None
    assert found.plan.pads == ()


def test_a_function_for_pads_is_in_some_file(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    roots = chip_without(tmp_path, "sources:")
    assert planned(written(tmp_path, CHOSEN + LEDS), roots, diagnostics) is None
    (found,) = diagnostics
    assert found.code == "BW0702"
    assert "nothing says where 'padded_pads_apply' is" in human(diagnostics)


@pytest.mark.parametrize("checked", [False, True])
def test_it_compiles_without_a_warning(tmp_path: Path, checked: bool) -> None:
    made = plan_of(tmp_path, CHOSEN + LEDS, checked=checked)
    assert make_firmware(made.plan, generated(made).directory, jobs=2).elf.is_file()
