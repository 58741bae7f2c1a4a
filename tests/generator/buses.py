# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board with SPI, I2C and ADC behind muxes; the ends are descriptors only."""

from __future__ import annotations

END = """\
schema: 1
component: {name}
room: devices
doc: The end of a bus.
params: {{{params}}}
provides: {{bus: {{hil: [{hil}], facts: {{{facts}}}}}}}
deferred: {{ended: {name}_ended}}
"""
PART = """\
schema: 1
component: {name}
room: devices
doc: A part on a bus.
requires:
  bus: {{hil: [{hil}], handles: {{{done}: {name}_{done}}}, edge: {{{edge}}}}}
provides: {{led: {{hil: [led.light], count: '1'}}}}
"""
SPI = {"hil": "spi.controller", "done": "transferred"}
I2C = {"hil": "i2c.controller", "done": "transferred"}
ADC = {"hil": "adc.sample", "done": "sampled"}
NARROW = "chip_select: {optional: false}, rate: {default: 1MHz, max: 4MHz}, mode: {of: [0, 3]}"
FREQUENCY = "limit: {type: frequency, default: 8MHz, member: false}"
CHANNEL = "limit: {type: u8, default: 3, member: false}"
LIBRARY = {
    "spi_end": END.format(
        name="spi_end", hil="spi.controller", params=FREQUENCY, facts="max_rate: limit"
    ),
    "i2c_end": END.format(name="i2c_end", hil="i2c.controller", params="", facts=""),
    "adc_end": END.format(
        name="adc_end",
        hil="adc.sample",
        params=CHANNEL,
        facts="max_channel: limit, bits: limit",
    ),
    "spi_part": PART.format(name="spi_part", edge=NARROW, **SPI),
    "spi_other": PART.format(name="spi_other", edge="", **SPI),
    "i2c_part": PART.format(name="i2c_part", edge="", **I2C),
    "adc_part": PART.format(name="adc_part", edge="", **ADC),
}
BOARD = """\
muxes:
  spi_mux: {kind: mux_spi, spi: spi_bus}
  i2c_mux: {kind: mux_i2c, i2c: i2c_bus}
  adc_mux: {kind: mux_adc, adc: adc_bus}
devices:
  spi_bus: {kind: spi_end}
  i2c_bus: {kind: i2c_end}
  adc_bus: {kind: adc_end}
  spi_1: {kind: spi_part, bus: {to: spi_mux, chip_select: scc.pin.0, rate: 4MHz, mode: 3}}
  spi_2: {kind: spi_other, bus: {to: spi_mux, chip_select: scc.pin.1, rate: 8MHz}}
  i2c_1: {kind: i2c_part, bus: {to: i2c_mux, address: 0x48}}
  i2c_2: {kind: i2c_part, bus: {to: i2c_mux, address: 0x50}}
  adc_1: {kind: adc_part, bus: {to: adc_mux, channel: 3}}
  adc_2: {kind: adc_part, bus: {to: adc_mux, channel: 3}}
  adc_3: {kind: adc_part, bus: {to: adc_mux, channel: 2}}
capsules:
  leds:
    kind: led_driver
    leds:
      [spi_1.led.0, spi_2.led.0, i2c_1.led.0, i2c_2.led.0,
       adc_1.led.0, adc_2.led.0, adc_3.led.0]
"""
