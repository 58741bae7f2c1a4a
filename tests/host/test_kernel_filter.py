# SPDX-License-Identifier: MIT OR Apache-2.0
"""Who may call which driver under filter_allow_list, and what a forbidden one looks like."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from tests.host.kernel_machine import (
    FAILURE,
    FAILURE_2U32,
    SUCCESS,
    SUCCESS_2U32,
    Class,
    Err,
    Event,
    Kernel,
    Process,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
    tlv,
)

if TYPE_CHECKING:
    from tests.host.fakes.callbacks import CData

CONSOLE, LED, SMALL = 1, 2, 0x40001
CONSOLE_INDEX, LED_INDEX, SMALL_INDEX = 1, 2, 3
NOBODY = 0x12345
FIRST, SECOND = 1 << 0, 1 << 1
ALL = 0xFFFFFFFFFFFFFFFF


def app(name: str, elements: bytes = b"", ram: int = 3000) -> Tbf:
    return Tbf(main_tlv(ram=ram) + name_tlv(name.encode()) + elements + kernel_tlv())


def permissions(*entries: tuple[int, int, int], count: int | None = None) -> bytes:
    """A permissions element: driver, block of 64 commands, allowed bits."""
    packed = b"".join(struct.pack("<IIQ", *entry) for entry in entries)
    return tlv(6, struct.pack("<H", len(entries) if count is None else count) + packed)


def filtered(*names: str, allow: dict[int, int]) -> Kernel:
    """A board with these applications; who may call the driver of each index."""
    kernel = Kernel()
    kernel.know(*names)
    for index, applications in allow.items():
        kernel.board.allow[index] = applications
    kernel.lib.kernel_board_filter()
    return kernel


def exists(process: Process, driver: int) -> bool:
    answer = process.call(Class.COMMAND, driver, 0, 5, 6)
    assert answer in ((SUCCESS, 0, 5, 6), (FAILURE, Err.NODEVICE, 5, 6))
    return answer[0] == SUCCESS


def test_an_application_reaches_what_its_list_has() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a"))
    assert exists(process, CONSOLE)
    assert not exists(process, LED)
    kernel.board.result = {"variant": SUCCESS}
    assert process.call(Class.COMMAND, CONSOLE, 1, 7, 8)[0] == SUCCESS
    assert process.call(Class.COMMAND, LED, 1, 7, 8) == (FAILURE, Err.NODEVICE, 7, 8)
    assert kernel.events(Event.COMMAND) == [(Event.COMMAND, 1, 1, 7, 8)]


@pytest.mark.parametrize(
    "number", [Class.SUBSCRIBE, Class.ALLOW_RW, Class.ALLOW_RO, Class.ALLOW_USERSPACE_READABLE]
)
def test_a_forbidden_driver_answers_like_an_absent_one(number: Class) -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a"))
    process.grow(256)
    for pointer in (0, process.ram_start, process.binary, 0x77):
        absent = process.call(number, NOBODY, 0, pointer, 4)
        forbidden = process.call(number, SMALL, 0, pointer, 4)
        assert forbidden == absent
        assert absent[0] == FAILURE_2U32
    assert absent[2:] == (0x77, 4)


def test_a_permitted_driver_takes_subscribe_and_allow() -> None:
    process = filtered("a", allow={CONSOLE_INDEX: FIRST}).boot(app("a"))
    process.grow(256)
    assert process.subscribe(CONSOLE, 0, process.binary, 7) == (SUCCESS_2U32, 0, 0, 7)
    assert process.call(Class.ALLOW_RW, CONSOLE, 0, process.ram_start, 4)[0] == SUCCESS_2U32
    assert process.call(Class.ALLOW_RO, CONSOLE, 0, process.binary, 4)[0] == SUCCESS_2U32
    assert process.call(Class.ALLOW_USERSPACE_READABLE, CONSOLE, 0, 0, 0)[:2] == (
        FAILURE_2U32,
        Err.NOSUPPORT,
    )


def test_a_forbidden_driver_costs_the_process_no_grant() -> None:
    process = filtered("a", allow={CONSOLE_INDEX: FIRST}).boot(app("a"))
    before = process.c.kern_brk
    process.subscribe(SMALL, 0, process.binary, 7)
    assert process.c.kern_brk == before


def test_the_command_that_the_filter_was_asked_about_is_the_one_served() -> None:
    """Its registers are memory that a device may write: they are read once."""
    kernel = filtered("a", allow={})
    process = kernel.boot(app("a"))
    kernel.board.result = {"variant": SUCCESS}

    def asked(port: object, subject: object, driver: object, command: int) -> bool:
        kernel.write(process.stack_pointer + 4, struct.pack("<I", 2))
        return command == 1

    ops = kernel.lib.ffi.new("struct policy_filter_ops *")
    made = kernel.lib.ffi.callback(kernel.lib.ffi.typeof(ops.filter_command), asked)
    kernel.callbacks.append((ops, made))
    ops.filter_command = made
    kernel.lib.board_kernel.filter.ops = ops
    process.call(Class.COMMAND, CONSOLE, 1, 7, 8)
    process.call(Class.COMMAND, CONSOLE, 2, 7, 8)
    assert kernel.events(Event.COMMAND) == [(Event.COMMAND, 1, 1, 7, 8)]


def asked_about(kernel: Kernel) -> list[int]:
    """Who is asked from now on: the numbers of the drivers in question, all refused."""
    asked: list[int] = []

    def refuse(port: object, subject: object, driver: CData, command: int = 0) -> bool:
        asked.append(driver.number)
        return False

    ffi = kernel.lib.ffi
    ops = ffi.new("struct policy_filter_ops *")
    for name in ("filter_driver", "filter_command"):
        made = ffi.callback(ffi.typeof(getattr(ops, name)), refuse)
        kernel.callbacks.append((ops, made))
        setattr(ops, name, made)
    kernel.lib.board_kernel.filter.ops = ops
    return asked


def test_the_filter_is_not_asked_again_about_what_is_open_for_good() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a"))
    asked = asked_about(kernel)
    assert exists(process, CONSOLE)
    assert process.subscribe(CONSOLE, 0, process.binary, 7)[0] == SUCCESS_2U32
    assert asked == []
    assert not exists(process, LED)
    assert process.subscribe(LED, 0, process.binary, 7)[0] == FAILURE_2U32
    assert asked == [LED, LED]


def test_the_filter_is_asked_each_time_about_a_process_that_states_permissions() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a", permissions((CONSOLE, 0, ALL))))
    asked = asked_about(kernel)
    assert not exists(process, CONSOLE)
    assert asked == [CONSOLE]


@pytest.mark.parametrize("index", [15, 16, 31, 32, 33, 63])
def test_any_number_of_drivers_can_be_filtered(index: int) -> None:
    """Those beyond the bits that the kernel keeps are asked about at each call."""
    kernel = filtered("a", allow={index: FIRST})
    kernel.drivers[CONSOLE_INDEX].index = index
    kernel.drivers[LED_INDEX].index = (index + 32) % 64
    process = kernel.boot(app("a"))
    kernel.lib.address("board_driver_slots")[0] = 64
    assert exists(process, CONSOLE)
    assert not exists(process, LED)
    asked = asked_about(kernel)
    assert exists(process, CONSOLE) == (index < 16)
    assert asked == [CONSOLE] * (index >= 16)


def test_yield_memop_and_exit_are_not_filtered() -> None:
    kernel = filtered("a", allow={})
    process = kernel.boot(app("a"))
    process.grow(128)
    assert process.svc(Class.YIELD, 0, 0).returned
    assert not process.svc(Class.EXIT, 1, 0).returned
    assert kernel.loop() == 0  # restarted


def test_each_process_has_the_list_of_its_own_name() -> None:
    """Slots go by place in flash, which is not the board's order."""
    kernel = filtered("a", "b", allow={CONSOLE_INDEX: FIRST, LED_INDEX: SECOND})
    kernel.load(app("b"), app("a"))
    assert kernel.loop() == 0
    assert (exists(kernel.process(0), CONSOLE), exists(kernel.process(0), LED)) == (False, True)
    kernel.process(0).svc(Class.YIELD, 1)
    assert kernel.loop() == 1
    assert (exists(kernel.process(1), CONSOLE), exists(kernel.process(1), LED)) == (True, False)


@pytest.mark.parametrize("name", ["b", "", "aa", "A", "a\0"])
def test_what_the_board_does_not_name_may_call_nothing(name: str) -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: ~0 & 0xFFFFFFFF, LED_INDEX: FIRST})
    process = kernel.boot(app(name))
    assert not exists(process, CONSOLE)
    assert not exists(process, LED)
    assert "is no application of this board" in kernel.report()


def test_a_name_counts_once() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    kernel.load(app("a"), app("a"))
    assert kernel.loop() == 0
    assert exists(kernel.process(0), CONSOLE)
    kernel.process(0).svc(Class.EXIT, 0, 0)
    assert kernel.loop() == 1
    assert not exists(kernel.process(1), CONSOLE)


def test_a_restart_changes_nothing() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a"))
    process.svc(Class.EXIT, 1, 0)
    assert kernel.loop() == 0
    assert exists(process, CONSOLE)
    assert not exists(process, LED)


def test_the_last_application_has_a_bit_of_its_own() -> None:
    kernel = filtered(*(f"a{n}" for n in range(4)), allow={CONSOLE_INDEX: 1 << 3})
    process = kernel.boot(app("a3"))
    assert exists(process, CONSOLE)
    assert kernel.lib.board_kernel.subjects[0].application == 1 << 3


# -- a permissions element in the header

ONLY_LED = [(LED, 0, ALL)]


def test_a_permissions_element_takes_away_what_it_leaves_out() -> None:
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST, LED_INDEX: FIRST})
    process = kernel.boot(app("a", permissions(*ONLY_LED)))
    assert exists(process, LED)
    assert not exists(process, CONSOLE)
    assert process.subscribe(CONSOLE, 0, process.binary, 7)[:2] == (FAILURE_2U32, Err.NODEVICE)


def test_a_permissions_element_gives_nothing() -> None:
    process = filtered("a", allow={CONSOLE_INDEX: FIRST}).boot(
        app("a", permissions(*ONLY_LED, (CONSOLE, 0, ALL)))
    )
    assert not exists(process, LED)
    assert exists(process, CONSOLE)


def test_a_permissions_element_names_single_commands() -> None:
    bits = 1 << 0 | 1 << 33
    kernel = filtered("a", allow={CONSOLE_INDEX: FIRST})
    process = kernel.boot(app("a", permissions((CONSOLE, 1, 1 << 2), (CONSOLE, 0, bits))))
    kernel.board.result = {"variant": SUCCESS}
    found = [n for n in range(200) if process.call(Class.COMMAND, CONSOLE, n)[0] == SUCCESS]
    assert found == [0, 33, 66]
    process.grow(256)
    assert process.call(Class.ALLOW_RW, CONSOLE, 0, process.ram_start, 4)[0] == SUCCESS_2U32


@pytest.mark.parametrize(
    "element",
    [
        permissions((CONSOLE, 0, ALL), count=0),
        permissions((CONSOLE, 0, ALL), count=2),
        tlv(6, b""),
        tlv(6, b"\1"),
        tlv(6, permissions((CONSOLE, 0, ALL))[4:-3]),
    ],
    ids=["count too small", "count too large", "empty", "half a count", "cut"],
)
def test_a_permissions_element_that_is_not_one_names_nothing(element: bytes) -> None:
    process = filtered("a", allow={CONSOLE_INDEX: FIRST}).boot(app("a", element))
    assert not exists(process, CONSOLE)


def test_of_two_permissions_elements_the_last_counts() -> None:
    both = permissions((CONSOLE, 0, ALL)) + permissions(*ONLY_LED)
    process = filtered("a", allow={CONSOLE_INDEX: FIRST, LED_INDEX: FIRST}).boot(app("a", both))
    assert (exists(process, CONSOLE), exists(process, LED)) == (False, True)


def test_without_a_filter_a_permissions_element_means_nothing() -> None:
    process = Kernel().boot(app("a", permissions(*ONLY_LED)))
    assert exists(process, CONSOLE)
