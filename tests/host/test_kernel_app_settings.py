# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a board sets for one application: its memory and what its faults cost."""

from __future__ import annotations

import pytest
from tests.host.kernel_machine import (
    ASLEEP,
    Event,
    Kernel,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
)

DATA = 1
"""enum arch_fault_kind."""
STOP, RESTART = 0, 1


def app(name: str, ram: int = 512) -> Tbf:
    return Tbf(main_tlv(ram=ram) + name_tlv(name.encode()) + kernel_tlv())


def board(*names: str, ram: tuple[int, ...] = ()) -> Kernel:
    kernel = Kernel()
    kernel.know(*names)
    for number, size in enumerate(ram):
        kernel.board.app_ram[number] = size
    kernel.lib.kernel_board_settings()
    return kernel


def sizes(kernel: Kernel, count: int) -> list[int]:
    return [kernel.process(slot).c.block.size for slot in range(count)]


def test_an_application_gets_the_memory_the_board_says() -> None:
    kernel = board("a", "b", ram=(0, 7000))
    kernel.load(app("b"), app("a"), app("c"))
    assert sizes(kernel, 3) == [8192, 1024, 1024]


def test_less_than_the_header_asks_for_is_not_set() -> None:
    kernel = board("a", ram=(100,))
    kernel.load(app("a", ram=3000))
    assert sizes(kernel, 1) == [4096]


def test_memory_the_board_says_must_be_there() -> None:
    kernel = board("a", ram=(0x80000,))
    kernel.load(app("a"), app("b"))
    assert "refused: its memory does not fit" in kernel.report()
    assert kernel.process(0).c.name_len == 1
    assert sizes(kernel, 1) == [1024]


@pytest.mark.parametrize("decision", [STOP, RESTART])
def test_a_fault_costs_what_the_board_says_for_that_application(decision: int) -> None:
    kernel = board("a", "b")
    kernel.board.app_fault[1] = decision
    kernel.board.fault = 1 - decision
    process = kernel.boot(app("b"))
    kernel.lib.kernel_board_fault(DATA)
    assert kernel.loop() == (0 if decision == RESTART else ASLEEP)
    assert process.c.state == (State.RUNNING if decision == RESTART else State.FAULTED)
    assert kernel.events(Event.FAULT, Event.APP_FAULT) == [(Event.APP_FAULT, 1, 0, 0, 0)]


def test_a_fault_of_a_stranger_costs_what_the_boards_policy_says() -> None:
    kernel = board("a")
    kernel.board.fault = RESTART
    kernel.boot(app("b"))
    kernel.lib.kernel_board_fault(DATA)
    assert kernel.loop() == 0
    assert kernel.events(Event.FAULT, Event.APP_FAULT) == [(Event.FAULT, 0, 0, 0, 0)]
