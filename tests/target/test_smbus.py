# SPDX-License-Identifier: MIT OR Apache-2.0
"""SMBus packets with a TMP105, which speaks them without check bytes, on the LM3S's bus.

Another driver has a thermometer on the same bus all the time. Nothing is at 0x50.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.host.test_smbus_over_i2c import Kind
from tests.target.images import boot, kernel, program
from tests.target.monitor import Monitor

COMPONENTS = Path(__file__).parent / "components"
BUS = """\
muxes:
  bus: {{kind: mux_i2c, i2c: i2c0}}
devices:
  packets: {{kind: smbus_over_i2c, i2c: {{to: bus, address: {address}}}, check: {check}}}
  beside: {{kind: tmp105, i2c: {{to: bus, address: 0x49}}}}
capsules:
  prober: {{kind: prober, smbus: packets}}
  temperature: {{kind: temperature_driver, temperature: beside}}
"""
PARTS = ["-device", "tmp105,id=probed,bus=i2c,address=0x48"]
PARTS += ["-device", "tmp105,id=beside,bus=i2c,address=0x49"]
TEMPERATURE, LIMIT = 0, 3  # registers of two bytes, the high one first
NOACK, CHECK = 13, 16


def asks(kind: Kind, command: int, length: int, data: int = 0) -> str:
    """One packet; its result and what came are printed. A temperature is read meanwhile."""
    packet = kind | command << 8 | length << 16
    return (
        "{ uint32_t before = tock_command(0x90004, 2, 0, 0).values[0]; "
        f"tock_command(0x90004, 1, {packet:#x}, {data:#x}); tock_command(0x60000, 1, 0, 0); "
        "while (tock_command(0x90004, 2, 0, 0).values[0] == before) { } "
        'console_print_u32("result ", tock_command(0x90004, 3, 0, 0).values[0]); '
        'console_print_u32("data ", tock_command(0x90004, 4, 0, 0).values[0]); }'
    )


@pytest.mark.parametrize("checked", [False, True])
def test_words_are_read_and_written(checked: bool) -> None:
    bus = BUS.format(address=0x48, check="false")
    of = kernel("lm3s6965evb", more=bus, components=COMPONENTS, checked=checked)
    packets = [
        asks(Kind.READ, TEMPERATURE, 2),
        asks(Kind.WRITE, LIMIT, 2, 0x0055),  # 85 degrees
        asks(Kind.READ, LIMIT, 2),
        asks(Kind.WRITE, TEMPERATURE, 0),  # send byte: the register of what is received next
        asks(Kind.RECEIVE, 0, 1),
    ]
    warm = (
        'console_print("ready\\n"); uint32_t count = 0; do { '
        f"tock_command(0x90004, 1, {Kind.READ | TEMPERATURE << 8 | 2 << 16:#x}, 0); count++; "
        "while (tock_command(0x90004, 2, 0, 0).values[0] != count) { } "
        "} while (tock_command(0x90004, 4, 0, 0).values[0] == 0); "
    )
    asker = program(f"asks_words_{checked}", warm + " ".join(packets))
    with Monitor() as monitor, boot(of, [asker], options=[*monitor.options, *PARTS]) as machine:
        machine.expect("ready\n")
        monitor.command("qom-set /machine/peripheral/probed temperature 25500")
        machine.expect(f"result {2 << 16}\ndata {0x8019}\n")
        machine.expect(f"result {2 << 16}\ndata {0x0055}\n")
        machine.expect(f"result {2 << 16}\ndata {0x0055}\n")
        machine.expect("result 0\n")
        machine.expect(f"result {1 << 16}\ndata {0x19}\n")


def test_a_part_that_sends_no_check_byte_is_not_believed() -> None:
    of = kernel(
        "lm3s6965evb", more=BUS.format(address=0x48, check="true"), components=COMPONENTS
    )
    asker = program("asks_checked", asks(Kind.READ, LIMIT, 2))
    with boot(of, [asker], options=PARTS) as machine:
        machine.expect(f"result {CHECK << 8 | 1}\ndata 0\n")


def test_nobody_at_the_address_is_told_and_the_bus_goes_on() -> None:
    of = kernel(
        "lm3s6965evb", more=BUS.format(address=0x50, check="false"), components=COMPONENTS
    )
    reads = (
        "tock_command(0x60000, 1, 0, 0); "
        'console_print_u32("beside ", tock_yield_wait_for(0x60000, 0).values[0]);'
    )
    asker = program("asks_nobody", asks(Kind.READ, 0, 2) + reads)
    with boot(of, [asker], options=PARTS) as machine:
        machine.expect(f"result {1 << 8 | NOACK}\n")
        machine.expect("beside ")
