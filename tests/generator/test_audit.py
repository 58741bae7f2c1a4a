# SPDX-License-Identifier: MIT OR Apache-2.0
"""Audit: proofs from compiled code, and what was planted is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.generator.planning import BOARD, ROOT, write_board

from boardwright.audit.audit import calls_outside
from boardwright.audit.callgraph import INDIRECT, Function, Site
from boardwright.audit.references import Symbols, references
from boardwright.cli import main
from boardwright.descriptors import Component

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = ROOT / "tests" / "target" / "faulty"
BODY = """\
muxes:
  faulty: {kind: faulty_uart}
capsules:
  liar: {kind: faulty_client, uart: faulty, alarm: faulty}
"""
BUSES = """\
  adc:
    kind: adc_driver
    channels: [{to: converter, channel: 1}]
    streams: [{to: adc0, channel: 1}]
  i2c: {kind: i2c_controller_driver, devices: [{to: i2c_mux, address: 0x49}]}
  spi: {kind: spi_controller_driver, spi: {to: spi_mux, chip_select: PD1, rate: 4MHz}}
budget: {flash: 64KiB, ram: 32KiB}
"""
DEEP = """\
muxes:
  deep: {kind: deep_uart, uart: uart0}
  shared: {kind: mux_uart, uart: deep}
capsules:
  console: {kind: console, uart: uart1}
  debug: {kind: low_level_debug, uart: shared}
  other: {kind: low_level_debug, uart: shared, driver: 0x80001}
"""
DEEP_YAML = """\
schema: 1
component: deep_uart
room: virtualizers
doc: Passes on, and gives up inside the start, two functions down.
state: false
requires:
  uart: {hil: [uart.transmit], handles: {transmitted: deep_uart_transmitted}}
provides:
  out: {hil: [uart.transmit]}
sharing:
  order: rotation
  wipes: nothing is kept
  treats:
    uart.transmit: {as: virtualized, why: it gives up}
    uart.receive: {as: hidden, why: nothing of it is audited}
    uart.configure: {as: hidden, why: nothing of it is audited}
    uart.polled: {as: hidden, why: nothing of it is audited}
"""
DEEP_H = """\
#pragma once
#include "hil/uart.h"
struct deep_uart {
    struct uart_transmit uart;
    struct uart_transmit_client uart_client;
};
extern const struct uart_transmit_ops deep_uart_transmit_ops;
uart_transmit_fn deep_uart_transmit;
uart_transmit_cancel_fn deep_uart_transmit_cancel;
void deep_uart_transmitted(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err);
"""
DEEP_C = """\
#include "deep_uart.h"
static void give_up(struct uart_transmission *op)
{
    uart_transmitted(op, ERR_FAIL);
}
static enum err refuse(struct uart_transmission *op)
{
    give_up(op);
    return OK;
}
enum err deep_uart_transmit(const struct uart_transmit *port, struct uart_transmission *op)
{
    const struct deep_uart *self = port->owner;
    enum err err = uart_transmit(&self->uart, op);

    return err == OK ? OK : refuse(op);
}
enum err deep_uart_transmit_cancel(const struct uart_transmit *port,
                                   struct uart_transmission *op, enum cancel *outcome)
{
    const struct deep_uart *self = port->owner;

    return uart_transmit_cancel(&self->uart, op, outcome);
}
void deep_uart_transmitted(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err;
}
const struct uart_transmit_ops deep_uart_transmit_ops = {
    .transmit = deep_uart_transmit,
    .transmit_cancel = deep_uart_transmit_cancel,
};
"""


def audit(
    board: Path, capsys: pytest.CaptureFixture[str], *options: str, status: int
) -> dict[str, Any]:
    assert main(["audit", str(board), "--format", "json", *options]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def planted(directory: Path, body: str, files: dict[str, str]) -> tuple[Path, str]:
    """A board and a directory of components beside it."""
    components = directory / "planted"
    components.mkdir()
    for name, text in files.items():
        (components / name).write_text(text)
    return write_board(directory, body), str(components)


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {
        f"{each['client']}.{each['port']} {each['interface']}": each["verdict"]
        for each in found["rule_1"]
    }


@pytest.mark.parametrize("board", sorted(path.parent for path in ROOT.glob("boards/*/*.yaml")))
def test_every_board_of_the_tree_is_proven(
    board: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = audit(board, capsys, status=0)
    assert found["clean"]
    assert verdicts(found)["console.uart uart.receive"] == "proven"
    assert set(verdicts(found).values()) == {"proven"}


def test_a_board_with_every_bus_driver_and_a_watchdog_is_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The watchdog asks what its chip knows of resets: that is the chip's own."""
    text = (ROOT / "boards" / "lm3s6965evb" / "board.yaml").read_text()
    text = text[: text.index("apps:\n")] + BUSES
    text = text.replace("slots: 4\n", "slots: 4\n  watchdog: watchdog\n")
    text = text.replace("to: adc0, channel: 0", "to: converter, channel: 0")
    text = text.replace("muxes:\n", "muxes:\n  converter: {kind: mux_adc, adc: adc0}\n")
    (tmp_path / "board.yaml").write_text(text)
    found = audit(tmp_path, capsys, status=0)
    assert set(verdicts(found).values()) == {"proven"}
    edges = ("spi.spi spi.controller", "adc.streams.0 adc_stream.recorder")
    assert set(edges) < set(verdicts(found))
    assert [each["refused"] for each in found["references"] if each["refused"]] == []


def test_a_completion_inside_the_start_is_found_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = write_board(tmp_path, BODY)
    found = audit(board, capsys, "--component-dir", str(FAULTY), status=1)
    assert verdicts(found) == {
        "liar.uart uart.transmit": "broken",
        "liar.alarm time.alarm": "broken",
    }
    path = found["rule_1"][0]["path"]
    assert [(step["instance"], step["function"]) for step in path] == [
        ("faulty", "faulty_uart_transmit"),
        ("liar", "faulty_client_transmitted"),
    ]
    assert path[0]["call"].rpartition(":")[0].endswith("hil/uart.h")


def test_a_path_goes_through_every_function_and_instance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"deep_uart.yaml": DEEP_YAML, "deep_uart.h": DEEP_H, "deep_uart.c": DEEP_C}
    board, components = planted(tmp_path, DEEP, files)
    found = audit(board, capsys, "--component-dir", components, status=1)
    paths = {each["client"]: each["path"] for each in found["rule_1"]}
    assert [(step["instance"], step["function"]) for step in paths["shared"]] == [
        ("deep", "deep_uart_transmit"),
        ("deep", "refuse"),
        ("deep", "give_up"),
        ("shared", "mux_uart_transmitted"),
    ]
    through = [step["instance"] for step in paths["debug"]]
    assert (through[0], through[-1]) == ("shared", "debug")
    assert "give_up" in [step["function"] for step in paths["debug"]]
    assert paths["deep"] == []


def test_a_call_through_an_unknown_pointer_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "deep_uart.yaml": DEEP_YAML,
        "deep_uart.h": DEEP_H,
        "deep_uart.c": DEEP_C.replace(
            "static void give_up(struct uart_transmission *op)\n{\n"
            "    uart_transmitted(op, ERR_FAIL);",
            "static void (*volatile hook)(struct uart_transmission *);\n"
            "static void give_up(struct uart_transmission *op)\n{\n    hook(op);",
        ),
    }
    board, components = planted(tmp_path, DEEP, files)
    found = audit(board, capsys, "--component-dir", components, status=1)
    proof = next(each for each in found["rule_1"] if each["client"] == "shared")
    assert proof["verdict"] == "open"
    assert proof["unknown"][0].startswith("a call through a pointer at ")
    assert "deep_uart.c:" in proof["unknown"][0]


def test_what_fails_is_printed_function_by_function(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = write_board(tmp_path, BODY)
    assert main(["audit", str(board), "--component-dir", str(FAULTY)]) == 1
    text = capsys.readouterr().out
    assert "0 of 2 proven" in text
    assert "  broken   liar.uart -> faulty uart.transmit: transmit, transmit_cancel\n" in text
    assert "faulty_uart.c:6: faulty_uart_transmit of faulty, calls at " in text


def component(room: str) -> Component:
    """Only what is asked for its references."""
    made = Component.__new__(Component)
    object.__setattr__(made, "name", "planted")
    object.__setattr__(made, "room", room)
    return made


def refused(room: str, *symbols: str, granted: tuple[str, ...] = ()) -> dict[str, str]:
    objects = [Symbols(frozenset({"planted_command"}), frozenset(symbols))]
    found = references(component(room), granted, objects, {"memcpy"}, ROOT / "runtime")
    return dict(found.refused)


def test_a_capsule_may_call_the_public_kernel_only() -> None:
    assert (
        refused("capsules", "process_buffer_read", "memcpy", "planted_command", "__udivsi3")
        == {}
    )
    assert set(refused("capsules", "kernel_loop", "board_kernel")) == {
        "kernel_loop",
        "board_kernel",
    }
    assert set(refused("devices", "process_buffer_read", "deferred_set")) == {
        "process_buffer_read"
    }


def test_a_capability_is_the_right_to_call_what_takes_it() -> None:
    stop = "process_control_stop"
    assert refused("capsules", stop) == {stop: "needs the capability process_management"}
    assert refused("capsules", stop, granted=("process_management",)) == {}


def test_a_handler_in_the_interrupt_itself_calls_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = audit(BOARD, capsys, status=0)
    assert found["top_halves"] == [
        {"instance": "systick", "handler": "systick_interrupt", "outside": []}
    ]


def test_what_a_handler_calls_beyond_itself_is_found() -> None:
    def function(name: str, *targets: str) -> Function:
        calls = tuple(Site(target, f"timer.c:{n}") for n, target in enumerate(targets, 1))
        return Function(name, name, "chips", "timer.c:1", calls)

    graph = {
        each.name: each
        for each in (
            function("timer_interrupt", "timer.c:push", "arch_interrupt_off"),
            function("timer.c:push", INDIRECT, "process_upcall"),
        )
    }
    assert list(calls_outside("timer_interrupt", "timer_", graph)) == [
        "through a pointer at timer.c:1",
        "process_upcall at timer.c:2",
    ]
