# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every example application on every board that can carry it, in a release and a checked build.

One kernel for each board and mode has all the drivers that fit the board, each virtualizer
with several clients, and runs all applications, as many at once as the board has room for.
Where a board cannot carry its driver, an application says so. The last tests find what is in
no row: an application, or a component that some board could carry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.generator.random_boards import catalogue, chain_of, chips, kinds_of
from tests.target.images import BOARDS, EXAMPLES, HARDWARE, ROOT, WORK, boot, built, example
from tests.target.test_card import card, inserted
from tests.target.test_stress import ALL, SHARED

from boardwright.firmware import Application
from boardwright.pack import load_application
from boardwright.resolve.sections import SECTION_ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.target.images import Kernel

__all__ = ["card"]  # a fixture

SLOTS = 16
ROM_SIZE = 4096
LM3S = "lm3s6965evb"

# -- boards --------------------------------------------------------------------------------

SOFT = """\
apps: !replace {}
kernel: {slots: 16, on_fault: !replace {kind: fault_stop}}
muxes:
  rng_mux: {kind: mux_rng, rng: source}
  parts: {kind: mux_flash, flash: flash0, parts: 2}
  regions: {kind: storage_regions, flash: parts.part.0}
  others: {kind: storage_regions, flash: parts.part.1}
devices:
  hasher: {kind: soft_sha256}
  source: {kind: soft_test_rng, seed: 12345}
  flash0: {kind: ram_flash, page_size: 128B, pages: 16}
  pair: {kind: select_pair, pin: PAIR}
capsules:
  sha: {kind: sha, digest: hasher}
  hmac: {kind: hmac, digest: hasher}
  rng: {kind: rng_driver, rng: rng_mux}
  more_rng: {kind: rng_driver, rng: rng_mux, driver: 0x80041}
  storage: {kind: nonvolatile_storage_driver, storage: regions}
  other: {kind: nonvolatile_storage_driver, storage: others, driver: 0x80051}
"""
MPS2 = f"""\
{SOFT.replace("PAIR", "scc.pin.1")}\
  leds: {{leds: !replace [fpgaio.led.0-1, {{kind: led_gpio, pin: scc.pin.0}},
    {{kind: led_gpio, pin: pair.high}}]}}
"""
# What its own demo has, and what fits beside it.
LM3S_DEMO = """\
apps: !replace {}
kernel: {slots: 8, on_fault: !replace {kind: fault_stop}}
muxes:
  converter: {kind: mux_adc, adc: adc0}
  warmth: {kind: mux_temperature, temperature: thermometer}
devices:
  analog: {adc: {to: converter}}
capsules:
  temperature: {temperature: warmth}
  more_temperature: {kind: temperature_driver, temperature: warmth, driver: 0x80060}
  adc:
    kind: adc_driver
    channels: [{to: converter, channel: 0}, {to: converter, channel: 3}]
    streams: [{to: adc0, channel: 0}]
  i2c:
    kind: i2c_controller_driver
    devices: [{to: i2c_mux, address: 0x49}, {to: i2c_mux, address: 0x20}]
"""
# The card is the kernel's there and cannot be an application's as well.
LM3S_SOFT = f"""\
{SOFT.replace("PAIR", "PD0")}\
  spi: {{kind: spi_controller_driver, spi: {{to: ssi0, chip_select: pair.low, rate: 4MHz}}}}
"""
WIRINGS: dict[str, tuple[str, ...]] = {
    "mps2_an386": (MPS2,),
    "mps2_an385": (MPS2,),
    LM3S: (LM3S_DEMO, LM3S_SOFT),
}
MODES = pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])


def kernel_of(board: str, wiring: str, checked: bool) -> Kernel:
    file = ROOT / "boards" / board / "board.yaml" if wiring is not LM3S_SOFT else None
    return built(board, wiring, checked=checked, file=file)


def options_of(board: str, wiring: str, card: Path) -> list[str]:
    """What the machine has beside the chip: as the demo, and a part for applications."""
    if board != LM3S:
        return []
    if wiring is LM3S_SOFT:
        return [*inserted(card)]
    rom = card.with_name("rom")
    rom.write_bytes(bytes(ROM_SIZE))
    return [
        *inserted(card),
        *("-device", "tmp105,id=thermometer,bus=i2c,address=0x48"),
        *("-device", "tmp105,id=applications,bus=i2c,address=0x49"),
        *("-drive", f"if=none,id=rom,format=raw,file={rom}"),
        *("-device", f"at24c-eeprom,bus=i2c,address=0x50,rom-size={ROM_SIZE},drive=rom"),
    ]


# -- applications --------------------------------------------------------------------------


@dataclass(frozen=True)
class App:
    """What an application says, a pattern of text, once it has done what it is for.

    `times`: how often. `needs`: the drivers without which it says `without` instead.
    `alone`: it is an offender, whose report may come inside a line of another, or takes
    all the time there is.
    """

    says: str
    times: int = 1
    needs: frozenset[str] = frozenset()
    without: str = ""
    alone: bool = False

    def words(self, carried: frozenset[str]) -> str:
        return self.says if self.needs <= carried else self.without


def faulting(name: str, report: str) -> App:
    return App(rf"process \d+ \({name}\): {report}\r\n", alone=True)


def needing(drivers: str, says: str, without: str) -> App:
    return App(says, needs=frozenset(drivers.split()), without=without)


APPS = {
    "hello": App(r"hello: 2\n"),
    "echo": App(r"echo: ready\n"),
    "hog": App(r"hog: (9|\d\d) upcalls delivered\n"),
    "privileged": App(r"privileged: \d{3,} checks, nPRIV kept\n"),
    "probe": App(r"probe: \d+ checks, 0 failed"),
    "storm": App(r"storm: 100000 calls, 0 lost\n", alone=True),
    "restarter": App(r"restarter: initialised 1, zeroed 0\n", times=2),
    "zeromem": App(r"zeromem: all zero, dirty bytes: 0\n", times=2),
    "spin": App(r"spin: never yielding from now on\n", alone=True),
    "crash": faulting("crash", "data access not allowed"),
    "badclass": faulting("badclass", "unknown system call class"),
    "readother": faulting("readother", "data access not allowed"),
    "execram": faulting("execram", "execution not allowed"),
    "svcstack": faulting("svcstack", "stack pointer outside its memory"),
    "stackfault": faulting("stackfault", "stack pointer outside its memory"),
    "blink": App(""),  # a light, see `LIGHTS`
    "dice": needing("rng_driver", r"dice:( [1-6]){10}\n", "dice: this board has no RNG driver"),
    "digest": needing("sha hmac", r"digest: with a key [0-9a-f]{64}\n", "no SHA driver"),
    "tally": needing("nonvolatile_storage_driver", r"tally: life 3\n", "no storage driver"),
    "boots": needing("nonvolatile_storage_driver", r"boots: start 1\n", "keeps nothing"),
    "adc": needing(
        "adc_driver",
        r"adc: 100 samples, 1500 to 1520 mV\n",
        "adc: this board has no ADC driver",
    ),
    "buttons": needing("button_driver", r"buttons: 5\n", r"buttons: 0\n"),
    "pins": needing("gpio_driver", r"pins: 3\npins: (low|high)\n", "pins: somebody else has"),
    "card": needing("disk_driver", r"written and read back 8\n", "card: there is none\n"),
    "cardcheck": needing("spi_controller_driver", "a card of version 2\n", "no SPI driver\n"),
    "parts": needing(
        "i2c_controller_driver",
        r"parts: addresses to ask: 2\n",
        r"parts: addresses to ask: 0\n",
    ),
    "screen": needing("screen_driver", r"screen: drawn\n", "screen: there is none of 128"),
    "temperature": needing(
        "temperature_driver", r"temperature: 0\.00\n", "temperature: none can be read\n"
    ),
    "dashboard": needing(
        "screen_driver temperature_driver",
        r"dashboard: \d+\.\d\d C at the input, 0\.00 C on the bus\n",
        "dashboard: there is no screen in 16 greys\n",
    ),
    "recorder": needing(
        "disk_driver temperature_driver",
        r"recorder: record 1, 0\.00 C, on the card and read back\n",
        "recorder: there is no card\n",
    ),
}
LIGHTS = {"led_change_intensity": "0% -> 100%", "pl061_set_output": "setting output 0 to 1"}
"""QEMU's trace events of lights, and what it says of one that goes on."""


def drivers_of(of: Kernel) -> frozenset[str]:
    """The components in a kernel."""
    return frozenset(file.stem for file in of.elf.parent.rglob("*.o"))


def groups(board: str) -> Iterator[list[str]]:
    """Applications that run at once: those that are left alone are with each other."""
    together = min(SLOTS, HARDWARE[board].applications)
    for alone in (False, True):
        names = [name for name, app in APPS.items() if app.alone == alone]
        yield from (names[at : at + together] for at in range(0, len(names), together))


def expect_all(of: Kernel, names: Sequence[str], options: list[str]) -> None:
    """Boot the applications; each must say its words and none a wrong one."""
    carried = drivers_of(of)
    applications = [example(name) for name in names]
    with boot(of, applications, options=options, trace=tuple(LIGHTS)) as machine:
        for name in names:
            if name == "blink":
                machine.stderr.expect(re.compile("|".join(LIGHTS.values())))
            else:
                machine.expect_count(re.compile(APPS[name].words(carried)), APPS[name].times)
        assert ": FAIL" not in machine.uarts[0].text, machine.transcript()


@MODES
@pytest.mark.parametrize("board", BOARDS)
def test_every_example_runs_on_every_board_that_can_carry_it(
    board: str, checked: bool, card: Path
) -> None:
    everything = WIRINGS[board][0]
    of = kernel_of(board, everything, checked)
    for names in groups(board):
        expect_all(of, names, options_of(board, everything, card))
    missing = [name for name, app in APPS.items() if not app.needs <= drivers_of(of)]
    for wiring in WIRINGS[board][1:]:
        other = kernel_of(board, wiring, checked)
        names = [name for name in missing if APPS[name].needs <= drivers_of(other)]
        assert names, "no application needs this kernel"
        expect_all(other, names, options_of(board, wiring, card))


# Each application has another policy for its faults, and of the drivers what is said here.
AGAIN = "{kind: fault_restart, limit: 1}"
POLICIES = f"""\
kernel:
  slots: 6
  scheduler: !replace {{kind: round_robin}}
  on_fault: !replace {{kind: fault_stop}}
  filter: {{kind: filter_allow_list}}
apps: !replace
  heard: {{path: {EXAMPLES}/hello, allow: [console, alarm]}}
  mute: {{path: {EXAMPLES}/restarter, allow: [alarm]}}
  again: {{path: {EXAMPLES}/badclass, allow: [console], on_fault: {AGAIN}}}
  never: {{path: {EXAMPLES}/execram, allow: [console]}}
  last: {{path: {EXAMPLES}/crash, allow: [console, alarm], on_fault: {{kind: fault_panic}}}}
"""


@cache
def called(name: str, of: str) -> Application:
    """An example under the name that the board has for it."""
    out = WORK / "called" / name
    out.mkdir(parents=True, exist_ok=True)
    return Application(name, load_application(EXAMPLES / of, name, out, ROOT))


@MODES
@pytest.mark.parametrize("board", BOARDS)
def test_the_policies_of_a_board_hold_on_it(board: str, checked: bool) -> None:
    rows = re.findall(r"(\w+): {path: \S+/(\w+),", POLICIES)
    of = built(board, POLICIES, checked=checked)
    assert drivers_of(of) >= set(re.findall(r"kind: (\w+)", POLICIES))
    with boot(of, [called(*row) for row in rows]) as machine:
        machine.expect("the fault policy stops the machine\r\n")
        said = machine.uarts[0].text
    assert said.count("(again): unknown system call class") == 2, said
    assert said.count("(again): restart 1") == 1, said
    assert said.count("(never): execution not allowed") == 1, said
    assert said.count("stopped for good") == 2, said
    assert "(last): data access not allowed" in said
    assert "hello: 0" in said
    assert "restarter" not in said


# -- completeness --------------------------------------------------------------------------

NO_USER = {"mux_timer", "smbus_over_i2c"}
"""Nothing of the runtime needs what they provide; `host/` tries them."""


def test_every_example_has_a_row() -> None:
    assert set(APPS) == {main.parent.name for main in EXAMPLES.glob("*/main.c")}


def test_an_application_that_needs_drivers_says_so_without_them() -> None:
    assert [name for name, app in APPS.items() if app.needs and not app.without] == []
    needed = {driver for app in APPS.values() for driver in app.needs}
    assert needed <= {file.stem for file in (ROOT / "runtime/capsules").glob("*.yaml")}


@pytest.mark.parametrize("board", BOARDS)
def test_every_component_is_on_every_board_that_can_carry_it(board: str) -> None:
    """That those named here are compiled and linked is what the drivers' words show."""
    chip = board.replace("evb", "")
    file = (ROOT / "boards" / board / "board.yaml").read_text()
    stress = ALL if board == LM3S else SHARED
    named = set(re.findall(r"kind: (\w+)", "".join((file, stress, *WIRINGS[board]))))
    could = {
        each.name
        for section in SECTION_ROOMS
        for each in kinds_of(section)
        if chain_of(each, chips()[chip]) is not None
    }
    assert could - named == set()


def test_every_policy_is_on_every_board() -> None:
    policies = {each.name for each in catalogue().components() if each.room == "kernel"}
    assert policies - {"kernel"} == set(re.findall(r"kind: (\w+)", POLICIES))


def test_only_two_components_are_on_no_board() -> None:
    carried = {
        each.name
        for section in SECTION_ROOMS
        for each in kinds_of(section)
        if any(chain_of(each, peripherals) is not None for peripherals in chips().values())
    }
    everything = {each.name for section in SECTION_ROOMS for each in kinds_of(section)}
    assert everything - carried == NO_USER
