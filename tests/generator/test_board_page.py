# SPDX-License-Identifier: MIT OR Apache-2.0
"""board.md: what a reader of the build finds about the board."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.generator.planning import plan_text

from boardwright.render import rendered

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
names: {status: fpgaio.led.1}
peripherals: {uart0: {baud: 9600Bd}}
capsules:
  console: {kind: console, uart: uart0}
  leds: {kind: led_driver, leds: [status]}
"""


def section(directory: Path, body: str, title: str) -> list[str]:
    """The lines of one section that are not empty."""
    text = rendered(plan_text(directory, body).plan)["board.md"]
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, text
    return [line for line in found[1].splitlines() if line]


def test_a_rate_stands_beside_what_the_hardware_makes_of_it(tmp_path: Path) -> None:
    rows = section(tmp_path, BODY, "Settings")
    assert (
        "| uart0 | baud | 9600Bd | 9600.61Bd (+64 ppm) | `boards/small/board.yaml:5` |" in rows
    )


def test_a_default_is_called_one(tmp_path: Path) -> None:
    (row,) = [r for r in section(tmp_path, BODY, "Settings") if "tx_buffer" in r]
    assert row.startswith("| console | tx_buffer | 64B |  | `<boardwright>/capsules/")
    assert row.endswith("` (default) |")


def test_names_stand_with_their_targets(tmp_path: Path) -> None:
    assert section(tmp_path, BODY, "Names") == ["- status: `fpgaio.led.1`"]
    assert section(tmp_path, "", "Names") == ["The board gives no names to targets."]


def test_deferred_calls_stand_with_their_numbers(tmp_path: Path) -> None:
    assert section(tmp_path, BODY, "Deferred calls") == [
        "| number | function | of |",
        "|---|---|---|",
        "| 0 | `cmsdk_uart_ended` | uart0 |",
    ]
