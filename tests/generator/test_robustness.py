# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever is written, the answer is a board or findings in place, never a traceback."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from tests.generator.frontend_case import ROOTS, good, written

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.report import as_json, human

if TYPE_CHECKING:
    from pathlib import Path

BOARD = """\
clocks: {main: 16MHz}
names:
  status: P1
  dev: {to: wires, address: 0x30, rate: 100kHz}
muxes:
  wires: {kind: share_wire, wire: wire0}
  alarms: {kind: share_alarm, alarm: timer0.alarm}
capsules:
  read: {kind: reader, wire: dev}
  tick: {kind: ticker, timer: alarms}
  scale: {kind: scaler, timer: alarms, scale: 4}
  raise: {kind: pinner, pins: [status, pins.pin.2-2]}
  shell: {kind: shell, serial: outs}
  part: {kind: part, wire: {to: wires, address: 0x31}}
  lights: {lamps: !append [{kind: lamp_pin, pin: P3}]}
capabilities: {shell: [process_management]}
layout:
  kernel: {code: {in: flash, size: 16KiB}, data: {in: ram, size: 8KiB}}
  apps: {code: {in: flash, size: 16KiB}, data: {in: ram, size: 8KiB}}
apps: {one: ., two: {path: ., share: 2}}
budget: {flash: 16KiB, ram: 8KiB}
variants:
  debug: {kernel: {stack: 2KiB}, capsules: {debug: !delete }}
"""
PART = """\
component: part
room: capsules
start: part_start
requires:
  wire:
    hil: [bus.device]
    where: speed >= 1kHz
    handles: {moved: part_moved}
    edge: {rate: {default: 50kHz, max: 400kHz}}
params:
  depth: {type: u8, default: 2, min: 1, max: 8}
  wait: {type: duration, unit: ms, default: 10ms}
derived: {ticks: {type: u32, is: round(wire.max_rate / 10), min: 1}}
buffers: {line: {size: depth * 16B}}
syscall: {number: 0x30, commands: {1: [go, length]}, upcalls: {1: gone}, grant: true}
deferred: {done: part_done}
""".replace("bus.device", "wire.device").replace("speed", "max_rate")
JUNK = [
    "[]",
    "{}",
    "x",
    "-1",
    "010",
    "0x",
    "4KiB",
    "10ms",
    "'a'",
    "!delete",
    "many",
    "kernel",
    "uart0",
    "a.b.c.d",
    "a.0-9999999",
    "P99999999",
    "99999999999999999999",
    "a/0",
    "max(1",
    "~",
    "true",
    "serial.out",
    "input",
    "é",
    "{to:",
    "{kind:",
    "{a:",
    "[b,",
    "&c",
    "*c",
]
_WORD = re.compile(r"[A-Za-z_0-9.]+")


def mutated(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    words = list(_WORD.finditer(text))
    word = chance.choice(words)
    at = chance.randrange(len(text))
    return chance.choice(
        [
            "\n".join(lines[:line] + lines[line + 1 :]),
            "\n".join([*lines[:line], chance.choice(lines), *lines[line:]]),
            text[: word.start()] + chance.choice(JUNK) + text[word.end() :],
            text[: word.start()] + chance.choice(words)[0] + text[word.end() :],
            text[:at] + chance.choice("{}[]:,!&*#\n \t\x00\"'%@") + text[at + 1 :],
            text[:at],
        ]
    )


def test_the_board_to_mutate_is_good(tmp_path: Path) -> None:
    good(tmp_path, BOARD, part=PART)


@pytest.mark.parametrize("seed", range(12))
def test_no_mutation_ends_in_a_traceback(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(20):
        board, part = BOARD, PART
        for _ in range(chance.choice([1, 1, 2])):
            if chance.random() < 0.7:
                board = mutated(board, chance)
            else:
                part = mutated(part, chance)
        diagnostics = Diagnostics()
        file = written(tmp_path, board, part=part)
        resolved = check_file(file, ROOTS, diagnostics)
        assert resolved is not None or diagnostics.failed, board
        assert human(diagnostics).count("BW") >= len(diagnostics)
        as_json(diagnostics)
        for found in diagnostics:
            assert found.span.line <= found.span.source.text.count("\n") + 1
