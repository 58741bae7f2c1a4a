# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a board says of single applications holds in the machine: drivers, faults, memory.

The kernel is built from a board that names applications; which of them are in flash, and
in which order, is another matter, as with `run --app`.
"""

from __future__ import annotations

import re
import struct
from functools import cache

import pytest
from tests.target.images import CORES, EXAMPLES, Kernel, boot, built, program

from boardwright.firmware import Application
from boardwright.pack.tbf import CHECKSUM_OFFSET, Kind, header_checksum

SETTLED = f"""\
kernel: {{filter: {{kind: filter_allow_list}}}}
apps: !replace
  few: {{path: {EXAMPLES}/hello, allow: [console]}}
  all: {{path: {EXAMPLES}/hello, allow: [console, debug, alarm, leds], ram: 20KiB}}
  frail: {{path: {EXAMPLES}/crash, on_fault: {{kind: fault_stop}}}}
"""
CONSOLE, LEDS, PERMISSIONS = 0x1, 0x2, 6

TELLS = """
    static const uint32_t drivers[] = {0x0, 0x1, 0x2, 0x8};
    for (uint32_t i = 0; i < 4; i++) {
        console_print_u32("NAME: ", tock_command(drivers[i], 0, 0, 0).variant);
    }"""
"""Command 0 of alarm, console, LEDs and debug: the variant of each answer."""

CALLS_LEDS = """
    struct tock_result found[] = {
        tock_command(2, 0, 0, 0), tock_command(2, 1, 0, 0), tock_subscribe(2, 0, 0, 7),
        tock_allow_rw(2, 0, 0, 0), tock_allow_ro(2, 0, 0, 0),
    };
    for (uint32_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        console_print_u32("leds: ", found[i].variant << 8 | found[i].values[0]);
    }"""

SPIES = """
    static const uint32_t drivers[] = {0x0, 0x1, 0x2, 0x8};
    uint32_t answers = 0;
    for (uint32_t i = 0; i < 4; i++) {
        struct tock_result found = tock_command(drivers[i], 0, 0, 0);
        answers = answers << 4 | (found.variant == 0 ? found.values[0] : 0);
    }
    *at(0x40000000 | answers << 4) = 0;"""
"""Cannot speak: the address of its fault says what the four drivers answered."""
FOUR_TIMES_NODEVICE = "400bbbb0"

FAULTS = "*at(0x20000000) = 1;"
LIGHTS = "for (;;) { tock_command(2, 3, 0, 0); alarm_sleep_ms(5); }"
SIZE = """
    console_print_u32("NAME: ", tock_memop(TOCK_RAM_END, 0).values[0] -
                                    tock_memop(TOCK_RAM_START, 0).values[0]);"""
LIT = re.compile(r"'USERLED0' .* -> 100%")
STATEMENTS = (TELLS, CALLS_LEDS, SPIES, FAULTS, LIGHTS, SIZE)


@cache
def settled(board: str, checked: bool = False) -> Kernel:
    """A kernel that knows applications called few, all and frail."""
    return built(board, SETTLED, checked=checked)


def does(called: str, statements: str) -> Application:
    """These statements under that package name, which they print in front of numbers."""
    name = f"{called}_{STATEMENTS.index(statements)}"
    return program(name, statements.replace("NAME", called), called=called)


def line(label: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){label}: (\d+)\r?\n")


def told(text: str, label: str) -> list[int]:
    return [int(each) for each in line(label).findall(text)]


MODES = pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])


@MODES
@pytest.mark.parametrize("board", CORES)
def test_an_application_has_the_drivers_the_board_allows_it(board: str, checked: bool) -> None:
    with boot(settled(board, checked), [does("few", TELLS), does("all", TELLS)]) as machine:
        machine.expect_count(line("few"), 4)
        machine.expect_count(line("all"), 4)
        text = machine.uarts[0].text
        assert told(text, "few") == [0, 128, 0, 0], machine.transcript()
        assert told(text, "all") == [128, 128, 129, 128], machine.transcript()
        assert "no application of this board" not in text


@pytest.mark.parametrize("board", CORES)
def test_a_forbidden_driver_is_not_there_for_any_class_of_call(board: str) -> None:
    """NODEVICE is 11; subscribe and allow answer it in variant 2, before what was passed."""
    with boot(settled(board), [does("few", CALLS_LEDS)]) as machine:
        machine.expect_count(line("leds"), 5)
        assert told(machine.uarts[0].text, "leds") == [11, 11, *[2 << 8 | 11] * 3]
        assert machine.stderr.count(LIT) == 1, "the machine's own at reset, and no other"


@pytest.mark.parametrize("board", CORES)
def test_the_neighbour_of_a_restricted_application_is_unharmed(board: str) -> None:
    with boot(settled(board), [does("few", CALLS_LEDS), does("all", LIGHTS)]) as machine:
        machine.expect_count(line("leds"), 5)
        machine.stderr.expect_count(LIT, 5)


@MODES
@pytest.mark.parametrize("board", CORES)
def test_what_the_board_does_not_name_has_no_driver(board: str, checked: bool) -> None:
    apps = [does("stranger", SPIES), does("few", TELLS)]
    with boot(settled(board, checked), apps) as machine:
        machine.expect(re.compile(r"process \d \(stranger\) is no application of this board"))
        machine.expect("(stranger): data access not allowed")
        machine.expect(FOUR_TIMES_NODEVICE)
        machine.expect_count(line("few"), 4)


@pytest.mark.parametrize("board", CORES)
def test_a_name_that_is_twice_in_flash_counts_once(board: str) -> None:
    with boot(settled(board), [does("all", TELLS), does("all", SPIES)]) as machine:
        machine.expect(re.compile(r"process \d \(all\) is no application of this board"))
        machine.expect(FOUR_TIMES_NODEVICE)
        machine.expect_count(line("all"), 4)
        assert told(machine.uarts[0].text, "all") == [128, 128, 129, 128]


@pytest.mark.parametrize("board", CORES)
def test_a_permissions_element_in_a_header_takes_away(board: str) -> None:
    """The console only, and of it commands 0 and 1, which is to write."""
    allowed = with_permission(does("all", TELLS), CONSOLE, 0b11)
    with boot(settled(board), [allowed]) as machine:
        machine.expect_count(line("all"), 4)
        assert told(machine.uarts[0].text, "all") == [0, 128, 0, 0]


@pytest.mark.parametrize("board", CORES)
def test_a_permissions_element_gives_nothing(board: str) -> None:
    with boot(settled(board), [with_permission(does("few", SPIES), LEDS, 0xFF)]) as machine:
        machine.expect(FOUR_TIMES_NODEVICE)


@pytest.mark.parametrize("board", CORES)
def test_a_fault_costs_what_the_board_says_for_that_application(board: str) -> None:
    with boot(settled(board), [does("frail", FAULTS), does("few", FAULTS)]) as machine:
        machine.expect_count("stopped for good", 2)
        text = machine.uarts[0].text
        assert text.count("(frail): restart") == 0, machine.transcript()
        assert text.count("(few): restart") == 3, machine.transcript()


@pytest.mark.parametrize("board", CORES)
def test_an_application_has_the_memory_the_board_says(board: str) -> None:
    with boot(settled(board), [does("all", SIZE), does("few", SIZE)]) as machine:
        machine.expect_count(line("all"), 1)
        machine.expect_count(line("few"), 1)
        text = machine.uarts[0].text
        assert told(text, "all")[0] >= 20 * 1024
        assert told(text, "few")[0] < 10 * 1024


def with_permission(application: Application, driver: int, commands: int) -> Application:
    """The same with a permissions element of one entry in the place of Program.

    Main says the same as Program, and both elements have 24 bytes.
    """
    data = bytearray(application.data)
    header_size: int = struct.unpack_from("<H", data, 2)[0]
    at = 16
    while struct.unpack_from("<H", data, at)[0] != Kind.PROGRAM:
        at += 4 + (struct.unpack_from("<H", data, at + 2)[0] + 3) // 4 * 4
        assert at < header_size
    struct.pack_into("<HHHIIQ", data, at, PERMISSIONS, 18, 1, driver, 0, commands)
    struct.pack_into("<I", data, CHECKSUM_OFFSET, header_checksum(data[:header_size]))
    return Application(application.name, bytes(data))
