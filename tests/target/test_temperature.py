# SPDX-License-Identifier: MIT OR Apache-2.0
"""The TMP105 behind the LM3S's I2C controller; the host says how warm it is.

`beside` is a thermometer at an address where the emulator has nothing.
"""

from __future__ import annotations

import re

import pytest
from tests.target.images import Kernel, boot, example, kernel, program
from tests.target.monitor import Monitor

BOARD = "lm3s6965evb"
ALONE = """\
devices:
  thermometer: {kind: tmp105, i2c: i2c0}
capsules:
  temperature: {kind: temperature_driver, temperature: thermometer}
"""
SHARED = """\
muxes:
  bus: {kind: mux_i2c, i2c: i2c0}
devices:
  thermometer: {kind: tmp105, i2c: {to: bus, address: 0x49}}
  beside: {kind: tmp105, i2c: {to: bus, address: 0x4A}}
capsules:
  temperature: {kind: temperature_driver, temperature: thermometer}
  absent: {kind: temperature_driver, temperature: beside, driver: 0x80060}
"""
CONVERTED = """\
devices:
  thermometer: {kind: adc_thermometer, adc: {to: adc0, channel: 0}, at_zero: 0, at_full: 102400}
capsules:
  temperature: {kind: temperature_driver, temperature: thermometer}
"""
NOACK = 13


@pytest.fixture(params=[(ALONE, False), (SHARED, False), (SHARED, True)])
def board(request: pytest.FixtureRequest) -> tuple[Kernel, list[str]]:
    """A kernel and what puts the one thermometer into its machine."""
    more, checked = request.param
    address = 0x48 if more is ALONE else 0x49
    part = ["-device", f"tmp105,id=thermometer,bus=i2c,address={address}"]
    return kernel(BOARD, more=more, checked=checked), part


def test_the_temperature_is_that_of_the_host(board: tuple[Kernel, list[str]]) -> None:
    of, part = board
    with (
        Monitor() as monitor,
        boot(of, [example("temperature")], options=[*monitor.options, *part]) as machine,
    ):
        machine.expect("temperature: 0.00\n")
        for millis, said in ((42500, "42.50"), (-40000, "-40.00"), (-500, "-0.50")):
            monitor.command(f"qom-set /machine/peripheral/thermometer temperature {millis}")
            machine.expect(f"temperature: {said}\n")


def test_two_thermometers_share_a_bus_and_one_does_not_answer() -> None:
    asks = program(
        "asks_one_who_is_not_there",
        "for (uint32_t n = 0; n < 20; n++) { tock_command(0x80060, 1, 0, 0); "
        "struct tock_event event = tock_yield_wait_for(0x80060, 0); "
        f'if (event.values[1] != {NOACK}) {{ console_print_u32("no, ", event.values[1]); }} }} '
        'console_print("twenty times nobody\\n");',
    )
    reads = program(
        "reads_a_hundred",
        "uint32_t wrong = 0; for (uint32_t n = 0; n < 100; n++) { "
        "tock_command(0x60000, 1, 0, 0); "
        "wrong += tock_yield_wait_for(0x60000, 0).values[1] != 0; } "
        'console_print_u32("wrong ", wrong);',
    )
    part = ["-device", "tmp105,id=thermometer,bus=i2c,address=0x49"]
    with boot(kernel(BOARD, more=SHARED), [asks, reads], options=part) as machine:
        machine.expect_count("\n", 2)
        said = sorted(machine.uarts[0].text.splitlines())
        assert said == ["twenty times nobody", "wrong 0"]


def test_application_and_capsule_are_the_same_to_the_bit_whatever_measures() -> None:
    """One binary on two boards: a part on I2C there, a converter's input here."""
    part = ["-device", "tmp105,id=thermometer,bus=i2c,address=0x48"]
    reads = example("temperature")
    boards = [kernel(BOARD, more=more, checked=True) for more in (ALONE, CONVERTED)]
    capsules = [next(of.elf.parent.rglob("temperature_driver.o")) for of in boards]
    assert capsules[0] != capsules[1]
    assert capsules[0].read_bytes() == capsules[1].read_bytes()
    with boot(boards[0], [reads], options=part) as machine:
        machine.expect("temperature: 0.00\n")
    with boot(boards[1], [reads]) as machine:
        machine.expect(re.compile(r"temperature: 51\.[2-9]0\n"))


def test_without_the_driver_the_application_says_so() -> None:
    with boot(kernel(BOARD), [example("temperature")]) as machine:
        machine.expect("temperature: none can be read\n")
