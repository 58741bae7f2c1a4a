# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each system call register by register: what it answers, and what it leaves alone."""

from __future__ import annotations

import pytest
from tests.host.kernel_machine import (
    ASLEEP,
    FAILURE,
    FAILURE_2U32,
    RAM,
    SUCCESS,
    SUCCESS_2U32,
    SUCCESS_U32,
    Class,
    Err,
    Event,
    Kernel,
    Process,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
    regions_tlv,
)

R1, R2, R3 = 0xEEEEEEE1, 0xEEEEEEE2, 0xEEEEEEE3
"""What svc() leaves in registers that are not arguments."""
CONSOLE, LED, SMALL, HUGE = 1, 2, 0x40001, 0x90000
NOBODY = 0x12345
ALLOWS = (Class.ALLOW_RW, Class.ALLOW_RO)


def booted(ram: int = 3000) -> Process:
    """A process that has moved its break up by 1024 bytes."""
    process = Kernel().boot(Tbf(main_tlv(trailer=4, ram=ram) + name_tlv(b"app") + kernel_tlv()))
    process.grow(1024)
    return process


# -- command

VARIANTS = {
    0: (1, "failure"),
    1: (2, "failure with one value"),
    2: (3, "failure with two values"),
    3: (3, "failure with 64 bits"),
    128: (0, "success"),
    129: (1, "success with one value"),
    130: (2, "success with two values"),
    131: (2, "success with 64 bits"),
    132: (3, "success with three values"),
    133: (3, "success with 32 and 64 bits"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_command_answers_in_the_registers_of_its_variant_only(variant: int) -> None:
    process = booted()
    process.kernel.board.result = {"variant": variant, "value": [11, 22, 33]}
    count = VARIANTS[variant][0]
    passed = (CONSOLE, 7, 0xAAAA, 0xBBBB)
    expected = (variant, *(11, 22, 33)[:count], *passed[1 + count :])
    assert process.call(Class.COMMAND, *passed) == expected
    assert process.kernel.events(Event.COMMAND) == [(Event.COMMAND, 1, 7, 0xAAAA, 0xBBBB)]


def test_command_0_is_answered_by_the_kernel() -> None:
    process = booted()
    for driver in (0, CONSOLE, LED, SMALL, HUGE):
        assert process.call(Class.COMMAND, driver, 0, 5, 6) == (SUCCESS, 0, 5, 6)
    assert process.kernel.events(Event.COMMAND) == []


def test_command_0_is_the_drivers_where_it_says_more_than_success() -> None:
    process = booted()
    process.kernel.drivers[2].answers_exists = True
    process.kernel.board.result = {"variant": SUCCESS_U32, "value": [7, 0, 0]}
    assert process.call(Class.COMMAND, LED, 0, 5, 6) == (SUCCESS_U32, 7, 5, 6)
    assert process.kernel.events(Event.COMMAND) == [(Event.COMMAND, 2, 0, 5, 6)]
    assert process.call(Class.COMMAND, CONSOLE, 0, 5, 6) == (SUCCESS, 0, 5, 6)


def test_a_command_without_driver_is_nodevice() -> None:
    process = booted()
    for number in (0, 1, 0xFFFFFFFF):
        answer = process.call(Class.COMMAND, NOBODY, number, 5, 6)
        assert answer == (FAILURE, Err.NODEVICE, 5, 6)


def test_a_command_makes_no_grant() -> None:
    process = booted()
    kern_brk = process.c.kern_brk
    process.call(Class.COMMAND, CONSOLE, 1)
    assert process.c.kern_brk == kern_brk


def test_every_driver_is_reached_by_its_number() -> None:
    process = booted()
    process.kernel.board.result.variant = SUCCESS
    for number in (0, CONSOLE, LED, SMALL, HUGE):
        process.call(Class.COMMAND, number, 1)
    assert [event[1] for event in process.kernel.events(Event.COMMAND)] == [0, 1, 2, 3, 4]


# -- subscribe


def test_subscribe_swaps_and_the_first_answer_is_zeros() -> None:
    process = booted()
    one, two = process.binary, process.binary + 8
    assert process.subscribe(CONSOLE, 1, one, 0x111) == (SUCCESS_2U32, 0, 0, 0x111)
    assert process.subscribe(CONSOLE, 1, two, 0x222) == (SUCCESS_2U32, one, 0x111, 0x222)
    assert process.subscribe(CONSOLE, 1, 0, 0x333) == (SUCCESS_2U32, two, 0x222, 0x333)
    assert process.subscribe(CONSOLE, 1, one, 0) == (SUCCESS_2U32, 0, 0x333, 0)
    assert process.subscribe(CONSOLE, 2, one, 0) == (SUCCESS_2U32, 0, 0, 0)
    assert process.subscribe(0, 0, one, 0) == (SUCCESS_2U32, 0, 0, 0)


@pytest.mark.parametrize(
    ("where", "good"),
    [
        (lambda p: p.binary, True),
        (lambda p: p.binary | 1, True),
        (lambda p: p.binary - 1, False),  # the header and the protected trailer
        (lambda p: p.flash_start, False),
        (lambda p: p.flash_start + 1024 - 4, True),
        (lambda p: p.flash_start + 1024 - 3, False),
        (lambda p: p.flash_start + 1024, False),
        (lambda p: p.ram_start, True),
        (lambda p: p.ram_start - 1, False),
        (lambda p: p.app_brk - 4, True),
        (lambda p: p.app_brk - 3, False),
        (lambda p: p.app_brk, False),
        (lambda p: p.c.kern_brk, False),
        (lambda p: 1, False),
        (lambda p: 0xFFFFFFFF, False),
        (lambda p: 0xFFFFFFFD, False),
    ],
)
def test_an_upcall_function_is_in_the_process(where: object, good: bool) -> None:
    process = booted()
    function = where(process)  # type: ignore[operator]
    answer = process.subscribe(CONSOLE, 0, function, 9)
    if good:
        assert answer == (SUCCESS_2U32, 0, 0, 9)
    else:
        assert answer == (FAILURE_2U32, Err.INVAL, function, 9)
        assert process.subscribe(CONSOLE, 0, 0, 0)[1:3] == (0, 0)


def test_subscribe_checks_in_the_order_of_upstream() -> None:
    """Pointer, driver, grant, number; what was passed comes back."""
    process = booted()
    good = process.binary
    assert process.subscribe(NOBODY, 99, 3, 7) == (FAILURE_2U32, Err.INVAL, 3, 7)
    assert process.subscribe(NOBODY, 99, good, 7) == (FAILURE_2U32, Err.NODEVICE, good, 7)
    assert process.subscribe(NOBODY, 99, 0, 7) == (FAILURE_2U32, Err.NODEVICE, 0, 7)
    assert process.subscribe(LED, 99, good, 7) == (FAILURE_2U32, Err.NOMEM, good, 7)
    assert process.subscribe(HUGE, 99, good, 7) == (FAILURE_2U32, Err.NOMEM, good, 7)
    for number in (3, 4, 255, 256, 0x100000, 0xFFFFFFFF):
        answer = process.subscribe(CONSOLE, number, good, 7)
        assert answer == (FAILURE_2U32, Err.NOSUPPORT, good, 7)


# -- allow


@pytest.mark.parametrize("kind", ALLOWS)
def test_allow_swaps_and_the_first_answer_is_zeros(kind: Class) -> None:
    process = booted()
    one, two = process.ram_start, process.ram_start + 100
    assert process.call(kind, CONSOLE, 1, one, 50) == (SUCCESS_2U32, 0, 0, 50)
    assert process.call(kind, CONSOLE, 1, two, 60) == (SUCCESS_2U32, one, 50, 60)
    assert process.call(kind, CONSOLE, 1, 0, 0) == (SUCCESS_2U32, two, 60, 0)
    assert process.call(kind, CONSOLE, 0, two, 1) == (SUCCESS_2U32, 0, 0, 1)


def test_read_only_and_read_write_buffers_and_upcalls_are_apart() -> None:
    process = booted()
    for number in range(2):
        process.subscribe(CONSOLE, number, 0, 1000 + number)
        for kind in ALLOWS:
            process.call(kind, CONSOLE, number, process.ram_start + kind, 100 * kind + number)
    for number in range(2):
        assert process.subscribe(CONSOLE, number, 0, 0)[2] == 1000 + number
        for kind in ALLOWS:
            answer = process.call(kind, CONSOLE, number, 0, 0)
            assert answer[1:3] == (process.ram_start + kind, 100 * kind + number)


def spans(process: Process) -> dict[str, tuple[int, int, bool, bool]]:
    """Address, length, and whether each kind takes it: read-write, read-only."""
    start, brk, flash = process.ram_start, process.app_brk, process.binary
    end = process.flash_start + 1024
    return {
        "all of its RAM": (start, brk - start, True, True),
        "a byte more": (start, brk - start + 1, False, False),
        "a byte before": (start - 1, 2, False, False),
        "the last byte": (brk - 1, 1, True, True),
        "the byte at the break": (brk, 1, False, False),
        "nothing at the break": (brk, 0, True, True),
        "the last byte and the break": (brk - 1, 2, False, False),
        "a grant": (process.ram_end - 8, 8, False, False),
        "round the address space": (0xFFFFFFF0, 0x20, False, False),
        "round to itself": (start + 4, 0xFFFFFFFF, False, False),
        "round up to its end": (start + 16, (brk - start - 16) + (1 << 31), False, False),
        "the null byte": (0, 1, False, False),
        "all of its flash": (flash, end - flash, False, True),
        "a byte of the header": (flash - 1, 2, False, False),
        "the header": (process.flash_start, 16, False, False),
        "the last byte of flash": (end - 1, 1, False, True),
        "a byte behind flash": (end - 1, 2, False, False),
        "flash and round": (flash, 0xFFFFFFFF, False, False),
        "somebody else's flash": (end + 100, 4, False, False),
        "everything": (0, 0xFFFFFFFF, False, False),
    }


@pytest.mark.parametrize("what", spans(booted()))
def test_a_buffer_is_memory_of_the_process(what: str) -> None:
    process = booted()
    address, length, writeable, readable = spans(process)[what]
    for kind, good in zip(ALLOWS, (writeable, readable), strict=True):
        answer = process.call(kind, CONSOLE, 0, address, length)
        if good:
            assert answer == (SUCCESS_2U32, 0, 0, length)
        else:
            assert answer == (FAILURE_2U32, Err.INVAL, address, length)
            assert process.call(kind, CONSOLE, 0, 0, 0)[1:3] == (0, 0)


@pytest.mark.parametrize("kind", ALLOWS)
@pytest.mark.parametrize("address", [0, 1, 0xFFFFFFFF, 0x80000001, RAM + 1001])
def test_zero_bytes_anywhere_come_back_as_they_were(kind: Class, address: int) -> None:
    process = booted()
    assert process.call(kind, CONSOLE, 0, address, 0) == (SUCCESS_2U32, 0, 0, 0)
    assert process.call(kind, CONSOLE, 0, 0, 0) == (SUCCESS_2U32, address, 0, 0)
    assert process.c.high_water == process.ram_start


@pytest.mark.parametrize("kind", ALLOWS)
def test_allow_checks_in_the_order_of_upstream(kind: Class) -> None:
    """Driver, buffer, grant, number (INVAL, as TRD104 says); what was passed comes back."""
    process = booted()
    bad, good = (process.app_brk, 7), (process.ram_start, 7)
    assert process.call(kind, NOBODY, 9, *bad) == (FAILURE_2U32, Err.NODEVICE, *bad)
    assert process.call(kind, LED, 9, *bad) == (FAILURE_2U32, Err.INVAL, *bad)
    assert process.call(kind, LED, 9, *good) == (FAILURE_2U32, Err.NOMEM, *good)
    assert process.call(kind, HUGE, 0, *good) == (FAILURE_2U32, Err.NOMEM, *good)
    for number in (2, 3, 255, 256, 0xFFFFFFFF):
        assert process.call(kind, CONSOLE, number, *good) == (FAILURE_2U32, Err.INVAL, *good)
    assert process.c.high_water == process.ram_start, "a refused buffer counts for nothing"


def test_the_same_bytes_may_be_allowed_many_times() -> None:
    process = booted()
    for kind in ALLOWS:
        for driver, number in ((CONSOLE, 0), (CONSOLE, 1), (SMALL, 0)):
            answer = process.call(kind, driver, number, process.ram_start, 64)
            assert answer[0] == SUCCESS_2U32


def test_userspace_readable_allow_is_not_supported_by_any_driver() -> None:
    process = booted()
    kind = Class.ALLOW_USERSPACE_READABLE
    passed = (process.ram_start, 8)
    assert process.call(kind, NOBODY, 0, *passed) == (FAILURE_2U32, Err.NODEVICE, *passed)
    assert process.call(kind, CONSOLE, 0, *passed) == (FAILURE_2U32, Err.NOSUPPORT, *passed)


# -- memop, but for the break: test_kernel_memory.py


def test_memop_tells_the_limits_of_the_process() -> None:
    process = booted()
    process.subscribe(CONSOLE, 0, 0, 0)
    assert process.memop(2) == (SUCCESS_U32, process.ram_start, R2, R3)
    assert process.memop(3, 9) == (SUCCESS_U32, process.ram_end, R2, R3)
    assert process.memop(4) == (SUCCESS_U32, process.flash_start, R2, R3)
    assert process.memop(5) == (SUCCESS_U32, process.flash_start + 1024, R2, R3)
    grant = process.ram_end - 4 * 8 - 144 - (3 + 2 + 2) * 8 - 24
    assert process.memop(6) == (SUCCESS_U32, grant, R2, R3)
    assert process.memop(7) == (SUCCESS_U32, 0, R2, R3)


def test_memop_tells_the_writeable_flash_regions() -> None:
    elements = main_tlv() + regions_tlv((256, 64), (512, 0), (1000, 8)) + kernel_tlv()
    process = Kernel().boot(Tbf(elements))
    start = process.flash_start
    assert process.memop(7) == (SUCCESS_U32, 3, R2, R3)
    assert process.memop(8, 0) == (SUCCESS_U32, start + 256, R2, R3)
    assert process.memop(9, 0) == (SUCCESS_U32, start + 320, R2, R3)
    assert process.memop(8, 2) == (SUCCESS_U32, start + 1000, R2, R3)
    for index in (1, 3, 4, 0x20000000, 0x80000000, 0xFFFFFFFF):  # eight times 2^29 is 0
        for operation in (8, 9):
            assert process.memop(operation, index) == (FAILURE, Err.FAIL, R2, R3)


def test_memop_takes_notes_for_debuggers() -> None:
    process = booted()
    for operation in (10, 11):
        for address in (process.ram_start + 64, 0, 0xFFFFFFFF):
            assert process.memop(operation, address) == (SUCCESS, address, R2, R3)


@pytest.mark.parametrize("operation", [12, 13, 255, 256, 0xFFFFFFFF])
def test_an_unknown_memop_is_not_supported(operation: int) -> None:
    assert booted().memop(operation, 5) == (FAILURE, Err.NOSUPPORT, R2, R3)


# -- exit and the unknown


def test_exit_ends_the_process_with_its_code() -> None:
    process = booted()
    assert not process.svc(Class.EXIT, 0, 77).returned
    assert process.kernel.loop() == ASLEEP
    assert (process.state, process.c.completion_code) == (State.TERMINATED, 77)


@pytest.mark.parametrize("number", [2, 3, 256, 0xFFFFFFFF])
def test_an_unknown_exit_is_not_supported_and_nothing_ends(number: int) -> None:
    process = booted()
    assert process.call(Class.EXIT, number, 77) == (FAILURE, Err.NOSUPPORT, R2, R3)
    assert process.state == State.RUNNING
    assert process.c.completion_code == 0


@pytest.mark.parametrize("number", [8, 9, 0x7F, 0x80, 0xBD, 0xFE, 0xFF])
def test_an_unknown_class_is_a_fault(number: int) -> None:
    process = booted()
    outcome = process.svc(number, 1, 2, 3, 4)
    assert outcome == type(outcome)(False, (1, 2, 3, 4))
    assert process.kernel.loop() == ASLEEP
    assert process.state == State.FAULTED
    assert "unknown system call class" in process.kernel.report()
    assert f"{process.after_svc(number):08x}" in process.kernel.report()


# -- the frame is the process's choice


@pytest.mark.parametrize(
    "where",
    [
        lambda p: p.ram_start - 4,
        lambda p: p.app_brk - 28,
        lambda p: p.app_brk,
        lambda p: p.c.kern_brk,
        lambda p: p.ram_end - 32,
        lambda p: p.flash_start,
    ],
)
def test_an_svc_with_its_stack_elsewhere_changes_nothing(where: object) -> None:
    kernel = Kernel()
    kernel.lib.board_kernel.apps_ram_start += 1024  # what is below belongs to somebody else
    process = kernel.boot()
    process.grow(300)
    process.subscribe(CONSOLE, 0, 0, 0)
    sp = where(process)  # type: ignore[operator]
    before = kernel.read(sp, 32)
    calls = kernel.events(Event.COMMAND)
    assert not kernel.lib.kernel_board_svc(sp)
    assert kernel.read(sp, 32) == before
    assert kernel.events(Event.COMMAND) == calls
    assert kernel.loop() == ASLEEP
    assert process.state == State.FAULTED
    assert "stack pointer outside its memory" in kernel.report()


@pytest.mark.parametrize("sp", [0, 4, 0xFFFFFFE0, 0xFFFFFFF0, 0xFFFFFFFC])
def test_an_svc_with_its_stack_at_the_ends_of_the_address_space_is_a_fault(sp: int) -> None:
    process = booted()
    assert not process.kernel.lib.kernel_board_svc(sp)
    assert process.kernel.loop() == ASLEEP
    assert process.state == State.FAULTED


def test_the_highest_frame_is_served() -> None:
    process = booted()
    assert process.call(Class.MEMOP, 2, sp=process.app_brk - 32)[:2] == (SUCCESS_U32, RAM)


@pytest.mark.parametrize("off", [-1, 0, 1024, 1025, 1 << 31])
def test_the_svc_instruction_is_in_the_process_s_flash(off: int) -> None:
    """PC - 2 is what is read."""
    process = booted()
    kernel = process.kernel
    pc = process.flash_start + off + 2
    kernel.write(process.stack_pointer, b"\0" * 24 + (pc & 0xFFFFFFFF).to_bytes(4, "little"))
    returned = kernel.lib.kernel_board_svc(process.stack_pointer)
    if off == 0:  # the low byte of the header's version: a command
        assert returned
    else:
        assert not returned
        assert kernel.loop() == ASLEEP
        assert "execution not allowed" in kernel.report()
