# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright list NAME`: the page of a component."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from boardwright.cli import main
from boardwright.diagnostics import Diagnostics
from boardwright.explain.component_page import component_page
from boardwright.load.library import Library
from boardwright.load.roots import Files, SearchRoots

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_name_of_a_component_shows_all_a_board_can_say_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "radio.yaml").write_text(_RADIO)
    monkeypatch.chdir(tmp_path)
    assert main(["list", "radio", "--component-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == _RADIO_PAGE
    assert main(["list", "radio", "--component-dir", str(tmp_path), "--format", "json"]) == 0
    (page,) = json.loads(capsys.readouterr().out)
    assert (page["kind"], page["name"]) == ("component", "radio")
    bus, reset, lamps = page["requires"]
    assert [each["name"] for each in bus["edge"] if each["required"]] == ["address"]
    assert {"mux_i2c"} < set(bus["answers"])
    assert (reset["required"], lamps["count"]) == (False, "1 to 4")
    assert page["settings"][0] == {
        "name": "pause",
        "type": "duration",
        "units": ["ns", "us", "ms", "s"],
        "default": "50ms",
        "min": "1ms",
        "max": "1s",
        "of": [],
        "required": False,
        "doc": "between two",
    }


_RADIO = """schema: 1
component: radio
room: capsules
doc: A radio.
requires:
  bus:
    hil: [i2c.controller]
    handles: {transferred: radio_transferred}
    edge: {address: {max: 0x20}}
  reset: {hil: [gpio.output], optional: true}
  lamps: {hil: [led.light], list: {min: 1, max: 4}}
params:
  pause: {type: duration, unit: ms, default: 50ms, min: 1ms, max: 1s, doc: between two}
  band: {type: enum, of: [low, high]}
syscall:
  number: 0x90200
  commands: {1: [send, length]}
capabilities: [process_management]
"""
_RADIO_PAGE = """radio: capsules
  A radio.

requires
  bus              i2c.controller
                   answered by lm3s_i2c, mux_i2c
    address        u8, 8 to 0x20, to be given
                   seven bits
  reset            gpio.output; optional
                   answered by lm3s_gpio, mps2_scc, select_pair
    active = high  one of high, low
                   the level that means on
    pull = none    one of none, up, down
                   the resistor of an input
  lamps            led.light; a list of 1 to 4
                   answered by led_gpio, mps2_fpgaio

settings
  pause = 50ms  duration in ns us ms s, 1ms to 1s
                between two
  band          one of low, high, to be given

system calls
  driver        0x90200
  command       1 send(length)
  capabilities  process_management

in board.yaml, with your own for what is in capitals
  capsules:
    radio: {kind: radio, bus: {to: BUS, address: ADDRESS}, lamps: [LAMPS], band: BAND}
  capabilities:
    radio: [process_management]
"""


def test_the_faults_of_a_component_are_shown_instead_of_its_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "radio.yaml").write_text(_RADIO.replace("pause: {type", "pause: {tpye"))
    monkeypatch.chdir(tmp_path)
    assert main(["list", "radio", "--component-dir", str(tmp_path)]) == 1
    assert "radio.yaml:13:11: error" in capsys.readouterr().err


def test_what_a_component_says_to_paste_asks_for_its_capitals_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    roots = SearchRoots.default()
    library = Library(Files(roots, roots.runtime), Diagnostics())
    pages = [component_page(each, library) for each in library.components()]
    assert len(pages) > 60
    for page in pages:
        if page.room not in {"capsules", "virtualizers"}:
            continue
        assert main(["check", str(_pasted(page.paste, tmp_path)), "--format", "json"]) == 1
        found = json.loads(capsys.readouterr().out)
        errors = [each["message"] for each in found if each["severity"] == "error"]
        for error in errors:
            assert re.search(r"'[A-Z_0-9]+'", error), (page.name, error)


def _pasted(paste: str, directory: Path) -> Path:
    """A board that has lines of a component's page and nothing else."""
    file = directory / "board.yaml"
    head = "schema: 1\nboard: pasted\nchip: lm3s6965\nbudget: {flash: 64KiB, ram: 16KiB}\n"
    kernel = "kernel: {scheduler: {kind: round_robin}, on_fault: {kind: fault_stop}}\n"
    file.write_text(head + kernel + paste)
    return file
