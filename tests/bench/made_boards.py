# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boards of any size, out of the catalogue, for timing the generator.

A board of N instances has a chip of its own beside it, with as many ports and UARTs as
it takes. It is of the kinds that boards are made of: about four in five instances are
LEDs on pins, grouped by 32 behind drivers; the others are UARTs, each shared by a console
and a debug driver. The text depends on N only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KERNEL = 4  # kernel, scheduler, fault policy, systick
UART_GROUP = 4  # UART, mux, console, debug
PINS = 8  # of one port
LEDS = 32  # of one driver
LEDS_TO_UARTS = 100  # instances for each group of a UART
DRIVERS_FROM = 0x80000  # numbers for instances beyond the first of a kind


def write_board(directory: Path, instances: int) -> Path:
    """`directory/boards/made_N/board.yaml` and its chip; the board has N instances."""
    groups, leds = shape(instances)
    home = directory / "boards" / f"made_{instances}"
    home.mkdir(parents=True, exist_ok=True)
    chip = home / f"made_{instances}_chip.yaml"
    chip.write_text(chip_text(instances, groups, ports(leds)), encoding="utf-8")
    board = home / "board.yaml"
    board.write_text(board_text(instances, groups, leds), encoding="utf-8")
    return board


def shape(instances: int) -> tuple[int, int]:
    """How many groups of a UART and how many LEDs make up N instances.

    Not every number of LEDs goes with every number of groups: a LED may need a port or a
    driver of its own. Raises ValueError below 11 instances.
    """
    least = max(1, instances // LEDS_TO_UARTS)
    for groups in range(least, least + 4):
        for leds in range(1, instances):
            made = KERNEL + UART_GROUP * groups + leds + ports(leds) + drivers(leds)
            if made == instances:
                return groups, leds
    raise ValueError(f"no board has {instances} instances")


def ports(leds: int) -> int:
    """Ports of pins that so many LEDs take."""
    return -(-leds // PINS)


def drivers(leds: int) -> int:
    """LED drivers that so many LEDs take."""
    return -(-leds // LEDS)


def chip_text(instances: int, groups: int, port_count: int) -> str:
    """The chip file."""
    lines = ", ".join(f"uart{i}_rx: {2 * i}, uart{i}_tx: {2 * i + 1}" for i in range(groups))
    text = [
        "schema: 1",
        f"chip: made_{instances}_chip",
        "arch: cortexm",
        "core: cortex_m4",
        "memory:",
        "  flash: {at: 0x0, size: 4MiB, access: rx}",
        "  ram: {at: 0x20000000, size: 4MiB, access: rw}",
        "clocks: {main: 25MHz}",
        f"interrupts: {{count: {2 * groups}, lines: {{{lines}, systick: core}}}}",
        "peripherals:",
        "  systick: {kind: systick, at: 0xE000E010, clocks: {input: main},"
        " interrupts: {tick: systick}}",
    ]
    for i in range(groups):
        text.append(
            f"  uart{i}: {{kind: cmsdk_uart, at: {0x40000000 + 0x1000 * i:#x},"
            f" clocks: {{input: main}}, interrupts: {{rx: uart{i}_rx, tx: uart{i}_tx}}}}"
        )
    for i in range(port_count):
        text.append(f"  port{i}: {{kind: mps2_scc, at: {0x50000000 + 0x1000 * i:#x}}}")
    text.append("kernel: {slice: systick, report: uart0}")
    return "\n".join(text) + "\n"


def board_text(instances: int, groups: int, leds: int) -> str:
    """The board file."""
    text = [
        "schema: 1",
        f"board: made_{instances}",
        f"chip: made_{instances}_chip",
        "kernel:",
        "  slots: 4",
        "  scheduler: {kind: round_robin, timeslice: 10ms}",
        "  on_fault: {kind: fault_restart, limit: 3}",
        "peripherals:",
        *(f"  uart{i}: {{baud: 115200Bd}}" for i in range(groups)),
        "muxes:",
        *(f"  mux{i}: {{kind: mux_uart, uart: uart{i}}}" for i in range(groups)),
        "devices:",
    ]
    for i in range(leds):
        text.append(f"  led{i}: {{kind: led_gpio, pin: port{i // PINS}.pin.{i % PINS}}}")
    text.append("capsules:")
    number = DRIVERS_FROM
    for i in range(groups):
        for kind, name in (("console", f"console{i}"), ("low_level_debug", f"debug{i}")):
            text.append(f"  {name}: {{kind: {kind}, uart: mux{i}, driver: {number:#x}}}")
            number += 1
    for i in range(drivers(leds)):
        names = ", ".join(f"led{n}" for n in range(i * LEDS, min((i + 1) * LEDS, leds)))
        text.append(f"  leds{i}: {{kind: led_driver, leds: [{names}], driver: {number:#x}}}")
        number += 1
    text.append("budget: {flash: 1MiB, ram: 1MiB}")
    return "\n".join(text) + "\n"
