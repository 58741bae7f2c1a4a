# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's pads belong to the peripherals of the board, and the others to nobody."""

from __future__ import annotations

from tests.target.images import boot, kernel, program
from tests.target.monitor import Monitor

PORTS = (0x40004000, 0x40005000, 0x40006000, 0x40007000, 0x40024000, 0x40025000, 0x40026000)
ALTERNATE, OPEN_DRAIN, DIGITAL = 0x420, 0x50C, 0x51C
MORE = """\
peripherals: {uart2: {baud: 9600Bd}}
devices:
  thermometer: {kind: tmp105, i2c: i2c0}
  display: {kind: ssd0323, spi: {to: ssi0, chip_select: PD0}, dc: PC7}
capsules:
  second: {kind: console, uart: uart2, driver: 0x80001}
  temperature: {kind: temperature_driver, temperature: thermometer}
  screen: {kind: screen_driver, screen: display}
"""


def test_each_signal_has_its_pad_and_i2c_drives_its_lines_low_only() -> None:
    """UART0 and SSI0 have pads of port A, I2C0 of B, UART2 of G."""
    of = kernel("lm3s6965evb", more=MORE)
    speaks = program("speaks_of_pads", 'console_print("up\\n");')
    with Monitor() as monitor, boot(of, [speaks], options=monitor.options) as machine:
        machine.expect("up\n")
        alternate, open_drain, digital = (
            [monitor.words(port + register, port + register + 4)[0] for port in PORTS]
            for register in (ALTERNATE, OPEN_DRAIN, DIGITAL)
        )
    assert alternate == [0b11_0111, 0b1100, 0, 0, 0, 0, 0b11]
    assert open_drain == [0, 0b1100, 0, 0, 0, 0, 0]
    unconnected = [has & ~on for has, on in zip(alternate, digital, strict=True)]
    assert unconnected == [0] * 7
