# SPDX-License-Identifier: MIT OR Apache-2.0
"""`mask`: what a provider knows of the edges onto it, and a client of its own, as one word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.planning import ROOT, plan_file

if TYPE_CHECKING:
    from pathlib import Path

BOARD = f"""\
schema: 1
board: pins
extends: [{ROOT}/boards/lm3s6965evb/board.yaml]
names:
  relay: {{to: PG3, active: low}}
devices:
  lamp: {{kind: led_gpio, pin: {{to: PG7, active: low}}}}
  lamp_too: {{kind: led_gpio, pin: PG1}}
capsules:
  leds: {{leds: !append [lamp, lamp_too, {{kind: led_gpio, pin: relay}}]}}
"""

SELECTS = f"""\
schema: 1
board: selects
extends: [{ROOT}/tests/target/boards/lm3s6965evb/board.yaml]
muxes: {{spi_mux: {{kind: mux_spi, spi: ssi0}}}}
devices:
  display: {{kind: ssd0323, spi: {{to: spi_mux, chip_select: PG0}}, dc: PG2}}
  card: {{kind: sdcard, spi: {{to: spi_mux, chip_select: PG1}}, timer: alarm_mux}}
capsules:
  screen: {{kind: screen_driver, screen: display}}
  disk: {{kind: disk_driver, disk: card}}
"""


def members(board: Path) -> dict[str, dict[str, str]]:
    """The values of each object's fields, by instance."""
    plan = plan_file(board).plan
    return {each.id: {field.name: field.text for field in each.fields} for each in plan.objects}


def test_a_mask_has_a_bit_for_each_edge_of_which_it_holds(tmp_path: Path) -> None:
    board = tmp_path / "board.yaml"
    board.write_text(BOARD)
    found = members(board)
    assert (found["gpio_g"]["used"], found["gpio_g"]["outputs"]) == ("138", "138")
    assert (found["gpio_g"]["active_low"], found["gpio_g"]["configurable"]) == ("136", "0")
    lamps = [found[name]["active_low"] for name in ("lamp", "lamp_too", "leds_leds_3")]
    assert lamps == ["1", "0", "1"], "bit 0 where the port is no list"


def test_a_select_begins_high_whatever_its_pin_would_be_otherwise(tmp_path: Path) -> None:
    """From the init of its port on, so that no part hears what is meant for another."""
    board = tmp_path / "board.yaml"
    board.write_text(SELECTS)
    found = members(board)["gpio_g"]
    assert (found["outputs"], found["active_low"]) == ("7", "3")
