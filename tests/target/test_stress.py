# SPDX-License-Identifier: MIT OR Apache-2.0
"""Stress capsules in images: each keeps to its verdict, and a planted fault to another one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.target.images import CORES, ROOT, WORK, boot, kernel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.target.harness import Machine

SAID = "report: uart_mux, timer: alarm_mux"
FIRSTS = (0x30, 0x40, 0x60)
"""Of the three transmitters: the first of sixteen bytes that no other one sends."""
ROUND = 16

SHARED = f"""\
budget: !replace {{flash: 96KiB, ram: 40KiB}}
muxes:
  line: {{kind: mux_uart, uart: uart1}}
  parts: {{kind: mux_flash, flash: flash0, parts: 3}}
devices:
  flash0: {{kind: ram_flash, page_size: 64B, pages: 24}}
  hasher: {{kind: soft_sha256}}
capsules:
  u1: {{kind: stress_uart, uart: line, seed: 1, first: 0x30, {SAID}}}
  u2: {{kind: stress_uart, uart: line, seed: 2, first: 0x40, {SAID}}}
  u3: {{kind: stress_uart, uart: line, seed: 3, first: 0x60, {SAID}}}
  f1: {{kind: stress_flash, flash: parts.part.0, seed: 4, {SAID}}}
  f2: {{kind: stress_flash, flash: parts.part.1, seed: 5, {SAID}}}
  f3: {{kind: stress_flash, flash: parts.part.2, seed: 6, {SAID}}}
  d1: {{kind: stress_digest, digest: hasher, seed: 7, {SAID}}}
  d2: {{kind: stress_digest, digest: hasher, seed: 8, {SAID}}}
  d3: {{kind: stress_digest, digest: hasher, seed: 9, {SAID}}}
  t1: {{kind: stress_alarm, alarm: alarm_mux, seed: 10, {SAID}}}
  t2: {{kind: stress_alarm, alarm: alarm_mux, seed: 11, {SAID}}}
"""
# What only the LM3S has. Its display takes the command that does nothing and answers zeros,
# its thermometers have limits that nobody changes, its converter gives eight values.
NOTHING = "low: 0xE3, high: 0xE3, answer: zeros"
DISPLAY = "spi: {to: spi, chip_select: selects.high, rate: 4MHz}"
CARD = "spi: {to: spi, chip_select: selects.low, mode: 3}"
HERE, THERE, NOWHERE = (f"i2c: {{to: i2c, address: {n:#x}}}" for n in (0x48, 0x49, 0x20))
LOW, HIGH = "index: 2, value: 0x4B00", "index: 3, value: 0x5000"
VALUES = "low: 0x8000, high: 0x81C0"
BUSES = f"""\
  spi: {{kind: mux_spi, spi: ssi0}}
  i2c: {{kind: mux_i2c, i2c: i2c0}}
  adc: {{kind: mux_adc, adc: adc0}}
devices:
  selects: {{kind: select_pair, pin: PD0}}
  flash0: {{kind: ram_flash, page_size: 64B, pages: 24}}
  hasher: {{kind: soft_sha256}}
capsules:
  s1: {{kind: stress_spi, {DISPLAY}, seed: 20, {NOTHING}, {SAID}}}
  s2: {{kind: stress_spi, {CARD}, seed: 21, {SAID}}}
  i1: {{kind: stress_i2c, {HERE}, seed: 22, {LOW}, {SAID}}}
  i2: {{kind: stress_i2c, {THERE}, seed: 23, {HIGH}, {SAID}}}
  i3: {{kind: stress_i2c, {NOWHERE}, seed: 24, answers: false, {SAID}}}
  a1: {{kind: stress_adc, adc: {{to: adc, channel: 0}}, seed: 25, {VALUES}, {SAID}}}
  a2: {{kind: stress_adc, adc: {{to: adc, channel: 1}}, seed: 26, {VALUES}, {SAID}}}
  a3: {{kind: stress_adc, adc: {{to: adc, channel: 0}}, seed: 27, {VALUES}, {SAID}}}
"""
ALL = SHARED.replace(
    "devices:\n  flash0: {kind: ram_flash, page_size: 64B, pages: 24}\n"
    "  hasher: {kind: soft_sha256}\ncapsules:\n",
    BUSES,
)
# One of a kind at the hardware itself, beside one behind a mux: calls of both go through
# tables of functions, in a release build too.
OPEN = f"""\
budget: !replace {{flash: 96KiB, ram: 40KiB}}
muxes:
  line: {{kind: mux_uart, uart: uart1}}
  parts: {{kind: mux_flash, flash: flash0, parts: 2}}
devices:
  flash0: {{kind: ram_flash, page_size: 64B, pages: 24}}
  flash1: {{kind: ram_flash, page_size: 128B, pages: 2}}
capsules:
  u1: {{kind: stress_uart, uart: line, seed: 1, first: 0x30, {SAID}}}
  u2: {{kind: stress_uart, uart: line, seed: 2, first: 0x40, {SAID}}}
  u3: {{kind: stress_uart, uart: uart2, seed: 3, first: 0x60, {SAID}}}
  f1: {{kind: stress_flash, flash: parts.part.0, seed: 4, {SAID}}}
  f2: {{kind: stress_flash, flash: parts.part.1, seed: 5, {SAID}}}
  f3: {{kind: stress_flash, flash: flash1, seed: 6, {SAID}}}
  t1: {{kind: stress_alarm, alarm: timer1, seed: 10, {SAID}}}
  t2: {{kind: stress_alarm, alarm: alarm_mux, seed: 11, {SAID}}}
"""
DEVICES = [
    *("-device", "tmp105,id=t1,bus=i2c,address=0x48"),
    *("-device", "tmp105,id=t2,bus=i2c,address=0x49"),
]
SERIALS = 3
VERDICT = re.compile(r"(stress_\w+ \d+): ([^\r]*)\r\n")
OK = re.compile(r"1000 operations, \d+ refused, ok")


def verdicts(machine: Machine, more: str) -> dict[str, str]:
    """By component and seed, the verdict of each instance in this overlay."""
    for _ in re.findall("kind: stress", more):
        machine.expect(VERDICT)
    return dict(VERDICT.findall(machine.uarts[0].text))


def expected(more: str) -> set[str]:
    return {f"{kind} {seed}" for kind, seed in re.findall(r"(stress_\w+),.* seed: (\d+)", more)}


def sequences(sent: bytes) -> list[int]:
    """How many bytes of each transmitter came, all in order and none lost or doubled."""
    lengths = []
    for first in FIRSTS:
        of = bytes(byte for byte in sent if first <= byte < first + ROUND)
        whole = bytes(range(first, first + ROUND))
        assert of == (whole * (len(of) // ROUND + 1))[: len(of)]
        lengths.append(len(of))
    return lengths


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize(
    ("board", "more"),
    [
        *((board, SHARED) for board in CORES),
        ("lm3s6965evb", ALL),
        ("mps2_an386", OPEN),
        ("lm3s6965evb", OPEN),
    ],
    ids=[*CORES, "lm3s6965evb", "open_mps2_an386", "open_lm3s6965evb"],
)
def test_every_instance_ends_well(board: str, more: str, checked: bool) -> None:
    options = DEVICES if "i2c0" in more else []
    of = kernel(board, more=more, checked=checked)
    with boot(of, [], options=options, serials=SERIALS) as machine:
        said = verdicts(machine, more)
        assert set(said) == expected(more)
        assert [each for each in said.items() if not OK.fullmatch(each[1])] == []
        sent = "".join(line.text for line in machine.uarts[1:]).encode("ascii")
        assert min(sequences(sent)) > 5000


@pytest.mark.parametrize(("more", "is_sealed"), [(SHARED, True), (OPEN, False)])
def test_calls_are_sealed_in_one_image_and_open_in_the_other(
    more: str, is_sealed: bool
) -> None:
    seals = kernel("mps2_an386", more=more).elf.parent / "gen/seal"
    for capsule, macro in (
        ("stress_uart", "UART_TRANSMIT_SEALED"),
        ("stress_flash", "FLASH_PAGES_SEALED"),
        ("stress_alarm", "TIME_ALARM_SEALED"),
    ):
        seal = seals / f"{capsule}.h"
        text = seal.read_text() if seal.exists() else ""
        assert (f"#define {macro}" in text) == is_sealed, capsule


# -- planted faults ------------------------------------------------------------------------


@dataclass(frozen=True)
class Planted:
    """A component of the tree with one thing wrong, and what the board has of it.

    `word` is what a stress capsule says of it.
    """

    of: str
    changes: Mapping[str, str]
    board: str
    more: str
    word: str


MPS2, LM3S = "mps2_an386", "lm3s6965evb"
ON_UART = f"""\
muxes:
  line: {{kind: bad_mux_uart, uart: uart1}}
capsules:
  u1: {{kind: stress_uart, uart: line, seed: 1, first: 0x30, patience: 200ms, {SAID}}}
  u2: {{kind: stress_uart, uart: line, seed: 2, first: 0x40, patience: 200ms, {SAID}}}
"""
ON_SPI = f"""\
devices:
  selects: {{kind: select_pair, pin: PD0}}
muxes:
  spi: {{kind: bad_mux_spi, spi: ssi0}}
capsules:
  s1: {{kind: stress_spi, {DISPLAY}, seed: 1, {NOTHING}, {SAID}}}
  s2: {{kind: stress_spi, {CARD}, seed: 2, {SAID}}}
"""
ON_I2C = f"""\
muxes:
  i2c: {{kind: bad_mux_i2c, i2c: i2c0}}
capsules:
  i1: {{kind: stress_i2c, {HERE}, seed: 1, {LOW}, {SAID}}}
  i2: {{kind: stress_i2c, {NOWHERE}, seed: 2, answers: false, {SAID}}}
"""
ON_ADC = f"""\
muxes:
  adc: {{kind: bad_mux_adc, adc: adc0}}
capsules:
  a1: {{kind: stress_adc, adc: {{to: adc, channel: 0}}, seed: 1, {VALUES}, {SAID}}}
  a2: {{kind: stress_adc, adc: {{to: adc, channel: 0}}, seed: 2, {VALUES}, {SAID}}}
"""
ON_FLASH = f"""\
devices:
  flash0: {{kind: bad_ram_flash, page_size: 64B, pages: 4}}
capsules:
  f1: {{kind: stress_flash, flash: flash0, seed: 1, {SAID}}}
"""
ON_DIGEST = f"""\
devices:
  hasher: {{kind: bad_soft_sha256}}
capsules:
  d1: {{kind: stress_digest, digest: hasher, seed: 1, {SAID}}}
  d2: {{kind: stress_digest, digest: hasher, seed: 2, {SAID}}}
"""
ON_ALARM = f"""\
capsules:
  t1: {{kind: stress_alarm, alarm: bad, seed: 1, patience: 200ms, {SAID}}}
  t2: {{kind: stress_alarm, alarm: bad, seed: 2, patience: 200ms, {SAID}}}
muxes:
  bad: {{kind: bad_mux_alarm, alarm: timer1}}
"""
LOSE = """\
static void lose_some(struct uart_transmission *op, enum err err)
{
    static uint8_t count;

    if (++count % 100u != 0) {
        uart_transmitted(op, err);
    }
}

"""
TRANSMIT = "enum err bad_mux_uart_transmit("
STEP = "void bad_ram_flash_step(const struct bad_ram_flash *self);\n\n"
PLANTED: Mapping[str, Planted] = {
    "a_cancelled_one_ends_well": Planted(
        "virtualizers/mux_uart",
        {"uart_transmitted(op, ended.err)": "uart_transmitted(op, OK)"},
        *(MPS2, ON_UART, "cancelled, but not completed with CANCEL"),
    ),
    "an_empty_one_is_queued": Planted(
        "virtualizers/mux_uart",
        {"op->len == 0": "op->len == 0xFFFF"},
        *(MPS2, ON_UART, "nothing to do, but not refused with SIZE"),
    ),
    "one_in_a_hundred_is_lost": Planted(
        "virtualizers/mux_uart",
        {
            "    uart_transmitted(op, err);\n": "    lose_some(op, err);\n",
            f"\n{TRANSMIT}": f"\n{LOSE}{TRANSMIT}",
        },
        *(MPS2, ON_UART, "a cancel was refused: it is lost|nothing ends any more"),
    ),
    "bytes_are_not_counted": Planted(
        "virtualizers/mux_spi",
        {"    spi_transferred(op,": "    op->done_len /= 2;\n    spi_transferred(op,"},
        *(LM3S, ON_SPI, "a wrong number of bytes"),
    ),
    "the_cause_is_another_clients": Planted(
        "virtualizers/mux_i2c",
        {"    i2c_transferred(op, err);": "    op->detail = 0;\n    i2c_transferred(op, err);"},
        *(LM3S, ON_I2C, "a wrong word on how far it came"),
    ),
    "a_cancelled_conversion_keeps_an_old_value": Planted(
        "virtualizers/mux_adc",
        {"        op->value = 0;": "        op->value |= 1;"},
        *(LM3S, ON_ADC, "a value that cannot be"),
    ),
    "an_alarm_is_early": Planted(
        "virtualizers/mux_alarm",
        {"deadline->dt - passed": "(deadline->dt - passed) / 2"},
        *(MPS2, ON_ALARM, "fired too early"),
    ),
    "an_alarm_is_not_disarmed": Planted(
        "virtualizers/mux_alarm",
        {"    if (slot->deadline != NULL) {": "    if (port->index > 7) {"},
        *(MPS2, ON_ALARM, "fired, but nothing was armed"),
    ),
    "a_write_sets_bits": Planted(
        "chips/soft/ram_flash",
        {"there[i] &= page->data[i];": "there[i] = page->data[i];"},
        *(MPS2, ON_FLASH, "wrong bytes came"),
    ),
    "a_page_ends_inside_its_start": Planted(
        "chips/soft/ram_flash",
        {
            "static enum err start(": f"{STEP}static enum err start(",
            "deferred_set(&self->step);": "bad_ram_flash_step(self);",
        },
        *(MPS2, ON_FLASH, "completed inside a call"),
    ),
    "half_a_digest_is_compared": Planted(
        "chips/soft/soft_sha256",
        {"differences |= digest[i]": "differences = digest[i]"},
        *(MPS2, ON_DIGEST, "a digest was compared wrongly"),
    ),
    "a_context_stays": Planted(
        "chips/soft/soft_sha256",
        {"    memset(&session->context, 0, sizeof(session->context));\n": ""},
        *(MPS2, ON_DIGEST, "a context is not wiped"),
    ),
}


def test_each_stress_capsule_has_a_planted_fault() -> None:
    there = {path.stem for path in (ROOT / "runtime/capsules/test").glob("stress_*.yaml")}
    tried = {kind for each in PLANTED.values() for kind in re.findall(r"stress_\w+", each.more)}
    assert tried == there
    assert set(re.findall(r"stress_\w+", ALL)) == there


def plant(name: str, planted: Planted) -> Path:
    """A directory with the component, called bad_..., and the fault in it."""
    home = WORK / "planted" / name
    home.mkdir(parents=True)
    stem = planted.of.rpartition("/")[2]
    for suffix in (".c", ".h", ".yaml"):
        text = (ROOT / "runtime" / f"{planted.of}{suffix}").read_text()
        text = text.replace(f"{planted.of}.h", f"{stem}.h")
        text = re.sub(rf"\b{stem}(?=\b|_)", f"bad_{stem}", text)
        if suffix == ".c":
            for old, new in planted.changes.items():
                assert old in text, f"there is no {old!r} to change"
                text = text.replace(old, new)
        (home / f"bad_{stem}{suffix}").write_text(text)
    return home


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(name: str) -> None:
    planted = PLANTED[name]
    of = kernel(planted.board, more=planted.more, components=plant(name, planted))
    options = DEVICES if "i2c0" in planted.more else []
    with boot(of, [], options=options, serials=SERIALS) as machine:
        machine.expect(
            re.compile(rf"stress_\w+ \d: broken after \d+ operations: ({planted.word})\r")
        )
