# SPDX-License-Identifier: MIT OR Apache-2.0
"""SPI and I2C for applications on the lm3s6965evb, beside parts that the kernel uses.

On the SPI bus the SD card is the applications', with a display beside it or without. On the
I2C bus they have a thermometer and an address where nobody is; the kernel has another
thermometer and an EEPROM.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import Kernel, boot, example, kernel, program
from tests.target.monitor import Monitor
from tests.target.screen import greys, painted
from tests.target.test_card import inserted
from tests.target.test_display import PAINT

BOARD = "lm3s6965evb"
COMPONENTS = Path(__file__).parent / "components"
CARD_SIZE, BLOCK = 4 << 20, 512
CARD = """\
devices:
  selects: {kind: select_pair, pin: PD0}
capsules:
  spi: {kind: spi_controller_driver, spi: {to: ssi0, chip_select: selects.low, rate: 4MHz}}
"""
CARD_AND_DISPLAY = """\
muxes:
  spi_mux: {kind: mux_spi, spi: ssi0}
devices:
  selects: {kind: select_pair, pin: PD0}
  panel: {kind: ssd0323, spi: {to: spi_mux, chip_select: selects.high}, dc: PC7}
capsules:
  spi: {kind: spi_controller_driver, spi: {to: spi_mux, chip_select: selects.low, rate: 4MHz}}
  painter: {kind: painter, screen: panel}
budget: {flash: 48KiB, ram: 24KiB}
"""
PARTS = """\
muxes:
  bus: {kind: mux_i2c, i2c: i2c0}
devices:
  thermometer: {kind: tmp105, i2c: {to: bus, address: 0x48}}
  eeprom: {kind: at24c, i2c: {to: bus, address: 0x50}, timer: alarm_mux}
capsules:
  temperature: {kind: temperature_driver, temperature: thermometer}
  storage: {kind: nonvolatile_storage_driver, storage: eeprom}
  i2c:
    kind: i2c_controller_driver
    devices: [{to: bus, address: 0x49}, {to: bus, address: 0x20}]
"""
SPI, I2C = 0x20001, 0x20003
WHOLE_BLOCK = 600  # the command, its answer and a block: more pieces than one
NODEVICE, NOACK = 11, 13


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def checked(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "card.img"
    file.write_bytes(bytes(n * 7 % 251 for n in range(BLOCK)) + bytes(CARD_SIZE - BLOCK))
    return file


def spi_kernel(more: str, *, checked: bool = False) -> Kernel:
    return kernel(BOARD, more=more, components=COMPONENTS, checked=checked)


# -- SPI ----------------------------------------------------------------------------------

# A command to the card, its number and argument; `wide` bytes go over the bus.
ASKS = f"""\
static uint8_t bytes[{WHOLE_BLOCK}];
struct {{ uint8_t number; uint8_t high; uint8_t low; uint8_t sum; uint32_t wide; }} steps[] = {{
    {{0, 0, 0, 0x95, 19}}, {{8, 1, 0xAA, 0x87, 19}}, {{55, 0, 0, 1, 19}}, {{41, 0, 0, 1, 19}},
    {{55, 0, 0, 1, 19}}, {{41, 0, 0, 1, 19}}, {{17, 0, 0, 1, {WHOLE_BLOCK}}}}};
uint32_t failed = 0, wrong = 0, mark = 0;
for (uint32_t times = 0; times < TIMES; times++) {{
    for (uint32_t step = 0; step < 7; step++) {{
        uint32_t wide = steps[step].wide;
        for (uint32_t n = 0; n < wide; n++) {{ bytes[n] = 0xFF; }}
        bytes[1] = 0x40 | steps[step].number; bytes[2] = 0; bytes[3] = 0;
        bytes[4] = steps[step].high; bytes[5] = steps[step].low; bytes[6] = steps[step].sum;
        tock_allow_rw({SPI:#x}, 0, bytes, wide);
        failed += !tock_succeeded(tock_command({SPI:#x}, 12, wide, 0));
        struct tock_event event = tock_yield_wait_for({SPI:#x}, 0);
        failed += event.values[0] != wide || event.values[1] != 0;
    }}
    mark = 7;
    while (mark < 80 && bytes[mark] != 0xFE) {{ mark++; }}
    for (uint32_t n = 0; n < {BLOCK}; n++) {{ wrong += bytes[mark + 1 + n] != n * 7 % 251; }}
}}
console_print_u32("card failed ", failed); console_print_u32("card wrong ", wrong);"""


@pytest.mark.parametrize("more", [CARD, CARD_AND_DISPLAY], ids=["alone", "shared"])
def test_an_application_finds_the_card_on_the_bus(more: str, checked: bool, card: Path) -> None:
    of = spi_kernel(more, checked=checked)
    with boot(of, [example("cardcheck")], options=inserted(card)) as machine:
        machine.expect("cardcheck: there is a card of version 2\n")


def test_without_a_card_the_application_says_so() -> None:
    with boot(spi_kernel(CARD), [example("cardcheck")]) as machine:
        machine.expect("cardcheck: no card answers\n")


def test_without_the_spi_driver_the_application_says_so() -> None:
    with boot(kernel(BOARD), [example("cardcheck")]) as machine:
        machine.expect("cardcheck: this board has no SPI driver\n")


def test_an_application_reads_a_block_while_the_kernel_draws_on_the_same_bus(
    checked: bool, card: Path, tmp_path: Path
) -> None:
    of = spi_kernel(CARD_AND_DISPLAY, checked=checked)
    shot = tmp_path / "screen.ppm"
    asks = program(f"asks_the_card_{checked}", ASKS.replace("TIMES", "5"))
    paints = program(f"paints_at_the_card_{checked}", PAINT.format(times=10))
    with Monitor() as monitor:
        options = (*inserted(card), *monitor.options)
        with boot(of, [asks, paints], options=options) as machine:
            machine.expect("failed 0\n")
            machine.expect_count("\n", 3)
            said = sorted(machine.uarts[0].text.splitlines())
            assert said == ["card failed 0", "card wrong 0", "failed 0"]
            monitor.command(f"screendump {shot}")
    assert greys(shot) == painted(10)


# -- I2C ----------------------------------------------------------------------------------


def parts(rom: Path) -> list[str]:
    """The three parts in the machine; at 0x20 there is none."""
    rom.write_bytes(bytes(4096))
    return [
        *("-device", "tmp105,id=kernels,bus=i2c,address=0x48"),
        *("-device", "tmp105,id=applications,bus=i2c,address=0x49"),
        *("-drive", f"if=none,id=rom,format=raw,file={rom}"),
        *("-device", "at24c-eeprom,bus=i2c,address=0x50,rom-size=4096,drive=rom"),
    ]


# How a request ended: as its command, or else as its upcall says.
REQUEST = f"""\
static uint8_t bytes[8]; tock_allow_rw({I2C:#x}, 1, bytes, sizeof(bytes));
struct tock_result result; struct tock_event event; (void)event;
#define ASK(number, first, len) \\
    (result = tock_command({I2C:#x}, number, first, len), \\
     tock_succeeded(result) ? (event = tock_yield_wait_for({I2C:#x}, 0)).values[0] \\
                            : result.values[0])
"""
REGISTERS = (
    REQUEST
    + """\
bytes[0] = 3; bytes[1] = 0x20; bytes[2] = 0x40; uint32_t status = ASK(1, 0x49, 3);
bytes[0] = 3; status += ASK(3, 0x49 | 1 << 8, 2);
console_print_u32("limit ", bytes[0] << 8 | bytes[1]);
bytes[0] = 0; status += ASK(1, 0x49, 1);
do { status += ASK(2, 0x49, 2); } while (bytes[0] != 37);
console_print_u32("status ", status);"""
)
REACHES = (
    REQUEST
    + """\
uint32_t reached = 0;
for (uint32_t address = 0; address < 128; address++) {
    for (uint32_t number = 1; number <= 3; number++) {
        bytes[0] = 0; bytes[1] = 0x55;
        uint32_t first = number == 3 ? address | 2 << 8 : address;
        reached += ASK(number, first, 2) != NODEVICE;
    }
}
console_print_u32("reached ", reached);""".replace("NODEVICE", str(NODEVICE))
)
SILENT = (
    REQUEST
    + f"""\
uint32_t wrong = 0;
for (uint32_t n = 0; n < 60; n++) {{
    wrong += ASK(1 + n % 3, 0x20 | (n % 3 == 2) << 8, 1) != {NOACK};
}}
console_print_u32("silent, wrong ", wrong);"""
)
# The host makes it warm, from when on it is.
MEASURES = """\
uint32_t wrong = 0; struct tock_event event; bool warm = false;
console_print("it is cold\\n");
for (uint32_t n = 0; n < 100; n += warm) {
    tock_command(0x60000, 1, 0, 0); event = tock_yield_wait_for(0x60000, 0);
    warm = warm || event.values[0] == 2500;
    wrong += event.values[1] != 0 || event.values[0] != (warm ? 2500 : 0);
}
console_print_u32("temperature, wrong ", wrong);"""
STORES = """\
static uint8_t out[90]; static uint8_t back[90]; uint32_t wrong = 0;
#define DONE(upcall) tock_yield_wait_for(0x50001, upcall).values[1]
tock_allow_ro(0x50001, 0, out, 90); tock_allow_rw(0x50001, 0, back, 90);
for (uint32_t round = 0; round < 3; round++) {
    for (uint32_t n = 0; n < 90; n++) { out[n] = (uint8_t)(round * 90 + n + 1); }
    tock_command(0x50001, 3, round * 90, 90); wrong += DONE(1);
    tock_command(0x50001, 2, round * 90, 90); wrong += DONE(0);
    for (uint32_t n = 0; n < 90; n++) { wrong += out[n] != back[n]; }
}
console_print_u32("storage, wrong ", wrong);"""


def test_an_application_says_who_is_on_the_bus_of_those_it_may_ask(
    checked: bool, tmp_path: Path
) -> None:
    of = kernel(BOARD, more=PARTS, checked=checked)
    with boot(of, [example("parts")], options=parts(tmp_path / "rom")) as machine:
        machine.expect_count("\n", 3)
        assert machine.uarts[0].text.splitlines() == [
            "parts: 0x00000020 is silent",
            "parts: 0x00000049 answers",
            "parts: addresses to ask: 2",
        ]


def test_without_the_i2c_driver_there_is_nobody_to_ask() -> None:
    with boot(kernel(BOARD), [example("parts")]) as machine:
        machine.expect("parts: addresses to ask: 0\n")


def test_an_application_writes_and_reads_registers(tmp_path: Path) -> None:
    reads = program("reads_registers", REGISTERS)
    with Monitor() as monitor:
        options = [*monitor.options, *parts(tmp_path / "rom")]
        with boot(kernel(BOARD, more=PARTS), [reads], options=options) as machine:
            machine.expect(f"limit {0x2040}\n")
            monitor.command("qom-set /machine/peripheral/applications temperature 37000")
            machine.expect("status 0\n")


def test_no_application_reaches_a_part_that_the_kernel_uses(tmp_path: Path) -> None:
    rom = tmp_path / "rom"
    tries = program("tries_every_address", REACHES)
    with boot(kernel(BOARD, more=PARTS), [tries], options=parts(rom)) as machine:
        machine.expect("reached 6\n")  # three commands to the two that are listed
    assert rom.read_bytes() == bytes(4096)


def test_three_capsules_share_the_bus_while_one_address_does_not_answer(
    checked: bool, tmp_path: Path
) -> None:
    rom = tmp_path / "rom"
    apps = [
        program(f"{name}_{checked}", words)
        for name, words in (("asks", SILENT), ("measures", MEASURES), ("stores", STORES))
    ]
    with Monitor() as monitor:
        options = [*monitor.options, *parts(rom)]
        with boot(kernel(BOARD, more=PARTS, checked=checked), apps, options=options) as machine:
            machine.expect("it is cold\n")
            monitor.command("qom-set /machine/peripheral/kernels temperature 25000")
            machine.expect_count("\n", 4)
            assert sorted(machine.uarts[0].text.splitlines()) == [
                "it is cold",
                "silent, wrong 0",
                "storage, wrong 0",
                "temperature, wrong 0",
            ]
    written = bytes((n + 1) % 256 for n in range(270))
    assert rom.read_bytes() == written + bytes(4096 - 270)
