# SPDX-License-Identifier: MIT OR Apache-2.0
"""What `explain BOARD INSTANCE` says: every value with its history, every wire, every user."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import HEAD, KERNEL, ROOT, plan_file, plan_text, write_board

from boardwright.cli import main
from boardwright.explain.instance import Page, instance_page
from boardwright.explain.page_text import page_text

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
peripherals: {uart0: {baud: 9600Bd}}
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
  alarm_mux: {kind: mux_alarm, alarm: timer0}
capsules:
  console: {kind: console, uart: uart_mux, tx_buffer: 128B}
  debug: {kind: low_level_debug, uart: uart_mux}
  alarm: {kind: alarm, timer: alarm_mux}
  leds: {kind: led_driver, leds: [fpgaio.led.0, {kind: led_gpio, pin: scc.pin.3}]}
"""
CHIP = """\
schema: 1
chip: small_chip
arch: cortexm
core: cortex_m4
memory:
  flash: {at: 0x0, size: 256KiB, access: rx}
  ram: {at: 0x20000000, size: 64KiB, access: rw}
clocks: {main: 25MHz}
interrupts: {count: 8, lines: {uart0_rx: 0, uart0_tx: 1}}
kernel: {slots: 3}
peripherals:
  uart0:
    kind: cmsdk_uart
    at: 0x40004000
    clocks: {input: main}
    interrupts: {rx: uart0_rx, tx: uart0_tx}
    baud: 4800Bd
"""


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return instance_page(plan_text(tmp_path, BODY), "console")


def test_a_value_comes_from_its_line_or_from_the_default(page: Page) -> None:
    given, default = page.settings
    assert (given.name, given.value) == ("tx_buffer", "128B")
    assert [(said.text, said.default) for said in given.history] == [
        ("128B", False),
        ("64B", True),
    ]
    assert given.history[0].place == "boards/small/board.yaml:9"
    assert given.history[1].place.startswith("<boardwright>/capsules/console.yaml:")
    assert (default.value, [said.default for said in default.history]) == ("64B", [True])


def test_the_history_goes_through_variant_overlay_base_chip_and_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "boards" / "top"
    home.mkdir(parents=True)
    (home / "small_chip.yaml").write_text(CHIP)
    base = tmp_path / "boards" / "base" / "board.yaml"
    base.parent.mkdir()
    base.write_text(
        "schema: 1\nboard: base\nchip: small_chip\nperipherals: {uart0: {baud: 9600Bd}}\n"
        f"capsules: {{console: {{kind: console, uart: uart0}}}}\n{KERNEL}"
    )
    (home / "board.yaml").write_text(
        "schema: 1\nboard: top\nextends: [../base/board.yaml]\nkernel: {slots: 4}\n"
        "peripherals: {uart0: {baud: 19200Bd}}\n"
        "variants: {fast: {peripherals: {uart0: {baud: 38400Bd}}}}\n"
    )
    command = ["explain", str(home), "uart0", "kernel", "--variant", "fast", "--format", "json"]
    assert main(command) == 0
    uart, kernel = json.loads(capsys.readouterr().out)
    (baud,) = uart["settings"]
    assert [(said["text"], said["place"].partition(":")[0]) for said in baud["history"]] == [
        ("38400Bd", "boards/top/board.yaml"),
        ("19200Bd", "boards/top/board.yaml"),
        ("9600Bd", "boards/base/board.yaml"),
        ("4800Bd", "boards/top/small_chip.yaml"),
        ("115200Bd", "<boardwright>/chips/arm/cmsdk_uart.yaml"),
    ]
    slots = kernel["settings"][0]
    assert [said["text"] for said in slots["history"]] == ["4", "3", "4"]
    assert [said["default"] for said in slots["history"]] == [False, False, True]


def test_a_replaced_map_starts_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = (
        BODY
        + "variants: {other: {capsules: {console: !replace {kind: console, uart: uart_mux}}}}\n"
    )
    board = write_board(tmp_path, body)
    command = ["explain", str(board), "console", "--variant", "other", "--format", "json"]
    assert main(command) == 0
    (page,) = json.loads(capsys.readouterr().out)
    assert [len(each["history"]) for each in page["settings"]] == [1, 1]


def test_a_rate_says_what_the_hardware_makes_of_it(tmp_path: Path) -> None:
    page = instance_page(plan_text(tmp_path, BODY), "uart0")
    (baud,) = page.settings
    assert baud.rate is not None
    assert (baud.value, baud.rate.achieved) == ("9600Bd", "9600.61Bd")
    assert (baud.rate.error_ppm, baud.rate.allowed_ppm) == (64, 20000)
    assert [(each.name, each.value, each.expression) for each in page.computed] == [
        ("divisor", "2604", "round(input / baud)"),
        ("input_hz", "25000000", "input"),
    ]
    assert "achieved 9600.61Bd, +64 ppm of 20000 allowed" in page_text(page)


def test_a_peripheral_has_its_address_interrupts_clock_and_boot(tmp_path: Path) -> None:
    page = instance_page(plan_text(tmp_path, BODY), "uart0")
    assert page.registers == (0x40004000, 4096)
    assert page.clocks == {"input": "25MHz"}
    assert [(each.name, each.line, each.number) for each in page.interrupts] == [
        ("rx", "uart0_rx", 0),
        ("tx", "uart0_tx", 1),
    ]
    assert page.boot == ("cmsdk_uart_init",)
    assert page.deferred == {"ended": "cmsdk_uart_ended"}
    assert "registers      0x40004000 to 0x40005000" in page_text(page)


def test_a_wire_says_who_really_answers(page: Page) -> None:
    (wire,) = page.wires
    assert (wire.port, wire.to) == ("uart", "uart_mux.uart")
    assert wire.answers == {"uart.transmit": "uart_mux.uart", "uart.receive": "uart0.uart"}
    assert "uart.receive is answered by uart0.uart" in page_text(page)


def test_users_are_those_wired_to_it_and_those_that_reach_it(tmp_path: Path) -> None:
    source = plan_text(tmp_path, BODY)
    users = instance_page(source, "uart0").users
    assert [(user.client, user.interfaces, user.through) for user in users] == [
        ("uart_mux", ("uart.transmit",), ""),
        ("kernel", ("uart.polled",), ""),
        ("console", ("uart.receive",), "uart_mux"),
    ]
    assert [user.client for user in instance_page(source, "uart_mux").users] == [
        "console",
        "debug",
    ]
    assert instance_page(source, "scc").users[0].of == "pin.3"


def test_storage_has_buffers_slots_and_whom_they_are_for(tmp_path: Path) -> None:
    source = plan_text(tmp_path, BODY)
    console = {each.name: each for each in instance_page(source, "console").storage}
    assert console["board_console_tx"].count == 128
    slots = instance_page(source, "uart_mux").storage[1]
    assert (slots.ctype, slots.name, slots.count) == (
        "struct turn",
        "board_uart_mux_slots",
        2,
    )
    assert slots.about == "one for each client: console, debug"


def test_a_mux_that_is_left_out_says_why(tmp_path: Path) -> None:
    page = instance_page(plan_text(tmp_path, BODY), "alarm_mux")
    assert (page.omitted, page.object, page.storage) == ("alarm is its only client", "", ())
    assert "left out    alarm is its only client" in page_text(page)


def test_a_private_instance_says_whose_it_is(tmp_path: Path) -> None:
    page = instance_page(plan_text(tmp_path, BODY), "leds_leds_1")
    assert page.owner == "leds.leds"


def test_a_driver_says_its_number_and_what_it_keeps(page: Page) -> None:
    assert (page.driver, page.per_process) == (1, "struct console_grant")
    assert page.object == "struct console board_console"


def test_a_driver_says_which_applications_may_call_it(tmp_path: Path) -> None:
    for name in ("talk", "blink"):
        (tmp_path / "boards" / "small" / name).mkdir(parents=True)
    apps = "apps:\n  talk: talk\n  blink: blink\n"
    page = instance_page(plan_text(tmp_path, BODY + apps), "console")
    assert page.callers == ("talk", "blink")
    assert "called by      talk, blink" in page_text(page)
    kernel = KERNEL.replace("kernel:", "kernel:\n  filter: {kind: filter_allow_list}")
    drivers = "[debug, alarm, leds, console]"
    apps = f"apps:\n  talk: {{path: talk, allow: {drivers}}}\n  blink: blink\n"
    board = tmp_path / "boards" / "small" / "board.yaml"
    board.write_text(HEAD + BODY + apps + kernel)
    assert instance_page(plan_file(board), "console").callers == ("talk",)


def test_a_board_alone_lists_its_instances(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY))
    assert main(["explain", board]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["debug", "low_level_debug", "capsules", "boards/small/board.yaml:10"] in lines
    assert ["kernel", "kernel", "kernel", "boards/small/board.yaml:13"] in lines


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["consol"], 2, "has no instance 'consol'; did you mean 'console'?"),
        (["status"], 2, "'status' is a name for fpgaio.led.1, not an instance"),
    ],
)
def test_an_unknown_instance_is_a_usage_error(
    words: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    board = write_board(tmp_path, f"{BODY}names: {{status: fpgaio.led.1}}\n")
    assert main(["explain", str(board), *words]) == status
    assert said in capsys.readouterr().err


def test_a_board_with_errors_shows_those(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY.replace("9600Bd", "9600")))
    assert main(["explain", board, "uart0"]) == 1
    shown = capsys.readouterr()
    assert "BW0202" in shown.err
    assert shown.out == ""


def test_neither_code_nor_board_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["explain", "boards/mps2_an38"]) == 2
    assert "did you mean 'boards/mps2_an38" in capsys.readouterr().err
    assert main(["explain", "0312", "console"]) == 2
    assert "'console' is no code" in capsys.readouterr().err
