# SPDX-License-Identifier: MIT OR Apache-2.0
"""Monitors of a checked build: each broken rule stops the machine and names who and where.

The provider and the client are out of tree and break the rule that a process asks for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.target.images import WORK, Kernel, boot, kernel, program

COMPONENTS = Path(__file__).parent / "faulty"
FAULTY = """\
muxes:
  faulty: {kind: faulty_uart}
capsules:
  liar: {kind: faulty_client, uart: faulty, settings: faulty, alarm: faulty}
  other: {kind: faulty_client, uart: faulty, driver: 0x90021}
"""
LIAR, OTHER = 0x90020, 0x90021
TRANSMIT, CANCEL, CHANGE, CONFIGURE, SET, DISARM, SECOND, NOBODY = range(1, 9)
UART = "liar.uart (faulty_client) -> faulty (faulty_uart)"
ALARM = "liar.alarm (faulty_client) -> faulty (faulty_uart)"
SETTINGS = "liar.settings (faulty_client) -> faulty (faulty_uart)"

# What a process asks for (command, letter) of the liar, and what its monitor then says.
FAULTS: dict[str, tuple[list[tuple[int, str]], str, str]] = {
    "inside_the_start": (
        [(TRANSMIT, "s")],
        UART,
        "uart_transmit: completed inside a call of its provider (TRD3 rule 1)",
    ),
    "undeclared_error_of_a_start": (
        [(TRANSMIT, "e")],
        UART,
        "uart_transmit: its provider returned error 11, not declared (TRD3 rule 2)",
    ),
    "second_accepted": (
        [(TRANSMIT, "+"), (SECOND, "+")],
        UART,
        "uart_transmit: a second one was accepted while the first is lent: that is lost "
        "(TRD3 rule 3)",
    ),
    "busy_for_nothing": (
        [(TRANSMIT, "b")],
        UART,
        "uart_transmit: BUSY although this client has nothing outstanding (TRD3 rule 3)",
    ),
    "completed_twice": (
        [(TRANSMIT, "2")],
        UART,
        "uart_transmit: completed although nothing is lent (TRD3 rule 3)",
    ),
    "lost": (
        [(TRANSMIT, "l"), (CANCEL, "l")],
        UART,
        "uart_transmit: a cancel found nothing although it is lent: it is lost (TRD3 rule 3)",
    ),
    "cancel_of_nothing": (
        [(TRANSMIT, "a"), (CANCEL, "a")],
        UART,
        "uart_transmit: a cancel promised a completion of what is not lent (TRD3 rule 3)",
    ),
    "cancel_broken": (
        [(TRANSMIT, "k"), (CANCEL, "a")],
        UART,
        "uart_transmit: was cancelled, but completed with error 0 (TRD3 rule 3)",
    ),
    "cancel_unasked": (
        [(TRANSMIT, "c")],
        UART,
        "uart_transmit: completed with CANCEL although nobody cancelled it (TRD3 rule 3)",
    ),
    "wrong_descriptor": (
        [(TRANSMIT, "w")],
        UART,
        "uart_transmit: completed with a descriptor that was not lent (TRD3 rule 7)",
    ),
    "undeclared_error_of_a_completion": (
        [(TRANSMIT, "E")],
        UART,
        "uart_transmit: completed with error 11, not declared (TRD3 rule 6)",
    ),
    "provider_changes_the_descriptor": (
        [(TRANSMIT, "p")],
        UART,
        "uart_transmit: its provider changed the descriptor beside its out-fields "
        "(TRD3 rules 4, 5, 7)",
    ),
    "nobody_to_tell": (
        [(NOBODY, "a")],
        UART,
        "uart_transmit: accepted although it names no client to tell (TRD3 rule 12)",
    ),
    "configured_during_a_transmission": (
        [(TRANSMIT, "g"), (CONFIGURE, "g")],
        SETTINGS,
        "uart_configure: succeeded during uart_transmit (TRD3 rule 9)",
    ),
    "event_inside_the_arming": (
        [(SET, "A")],
        ALARM,
        "time_alarm_fired: came inside a call of its provider (TRD3 rule 1)",
    ),
    "event_twice": (
        [(SET, "T")],
        ALARM,
        "time_alarm_fired: came although it is not armed (TRD3 rule 3)",
    ),
}


@cache
def faulty() -> Kernel:
    return kernel("mps2_an386", more=FAULTY, components=COMPONENTS, checked=True)


def asking(*commands: tuple[int, int, str]) -> str:
    return "".join(
        f"tock_command({driver:#x}, {number}, '{letter}', 0); alarm_sleep_ms(1); "
        for driver, number, letter in commands
    )


def place(instance: str) -> str:
    """The line of the overlay that the instance is written on."""
    name = faulty().elf.stem
    lines = (WORK / "boards" / name / "board.yaml").read_text().splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith(f"  {instance}:"))
    return f"board.yaml:{number}"


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_broken_rule_is_told_with_both_ends_and_the_line(fault: str) -> None:
    commands, edge, what = FAULTS[fault]
    asks = program(f"asks_{fault}", asking(*((LIAR, *each) for each in commands)))
    with boot(faulty(), [asks]) as machine:
        machine.expect(f"kernel: monitor: {edge}, ")
        machine.expect(place("liar"))
        machine.expect(f"\r\nkernel: monitor: {what}\r\n")


def test_a_client_that_changes_what_is_lent_is_told_from_its_provider() -> None:
    commands = [(LIAR, TRANSMIT, "k"), (LIAR, CHANGE, "a"), (OTHER, TRANSMIT, "a")]
    with boot(faulty(), [program("asks_changed", asking(*commands))]) as machine:
        machine.expect(f"monitor: {UART}, ")
        machine.expect("uart_transmit: its client changed the descriptor while it was lent")


def test_who_waits_for_more_turns_than_there_are_others_is_starved() -> None:
    turns = [(OTHER, TRANSMIT, "a")] * 2
    asks = program("asks_starved", asking((LIAR, TRANSMIT, "l"), *turns))
    with boot(faulty(), [asks]) as machine:
        machine.expect(f"monitor: {UART}, ")
        machine.expect("still waits after 2 operations of other clients ended (fairness)")


def test_who_keeps_the_rules_is_not_stopped() -> None:
    keeps = [(LIAR, TRANSMIT, "a"), (OTHER, TRANSMIT, "a"), (LIAR, CONFIGURE, "a")] * 3
    one_turn = [(LIAR, TRANSMIT, "k"), (OTHER, TRANSMIT, "a"), (LIAR, SET, "z")]
    asks = program("keeps_rules", asking(*keeps, *one_turn) + 'console_print("kept\\n");')
    with boot(faulty(), [asks]) as machine:
        machine.expect("kept")
        assert "monitor" not in machine.uarts[0].text
