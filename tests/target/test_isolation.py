# SPDX-License-Identifier: MIT OR Apache-2.0
"""What an application cannot do to the kernel, to others, or to the machine.

Each misdeed runs beside `hello`, which must go on counting; the report must name the
offender, what it did and, where the hardware tells, the address.
"""

from __future__ import annotations

import re

import pytest
from tests.target.images import BOARDS, STOPPING, boot, example, kernel, program

DATA = "data access not allowed"
EXECUTE = "execution not allowed"
BUS = "bus error"
ILLEGAL = "illegal instruction or state"
ARITHMETIC = "unaligned access or division by zero"
STACK = "stack pointer outside its memory"


def write(address: int) -> str:
    return f"*at({address:#x}) = 1;"


def read(address: int) -> str:
    return f"(void)*at({address:#x});"


def call(address: int) -> str:
    return f"((void (*)(void))(uintptr_t)at({address:#x}))();"


def asm(*lines: str) -> str:
    text = "\\n\\t".join(lines)
    return f'__asm__ volatile("{text}" ::: "r0", "r1", "memory");'


# name, statements, report, address (None: the hardware does not give one)
MISDEEDS = (
    ("wrkernel", write(0x20000000), DATA, 0x20000000),
    ("rdkernel", read(0x20000000), DATA, 0x20000000),
    ("wrcode", write(0x100), DATA, 0x100),
    ("rdcode", read(0x100), DATA, 0x100),
    ("wruart", write(0x40004000), DATA, 0x40004000),
    ("rduart", read(0x40004000), DATA, 0x40004000),
    ("wrnvic", write(0xE000E100), BUS, 0xE000E100),
    ("rdnvic", read(0xE000ED00), BUS, 0xE000ED00),
    ("wrmpu", write(0xE000ED94), BUS, 0xE000ED94),
    ("wrown", "*at(tock_memop(4, 0).values[0]) = 1;", DATA, None),
    ("grants", "*at(tock_memop(6, 0).values[0]) = 1;", DATA, None),
    ("endofram", "*at(tock_memop(3, 0).values[0] - 4) = 1;", DATA, None),
    ("neighbour", "*at(tock_memop(3, 0).values[0]) = 1;", DATA, None),
    ("below", "*at(tock_memop(2, 0).values[0] - 4) = 1;", DATA, None),
    ("runram", call(0x20006001), EXECUTE, None),
    ("runkernel", call(0x201), EXECUTE, None),
    ("runnull", call(0x0), EXECUTE, None),
    ("return9", asm("ldr r0, =0xFFFFFFF9", "bx r0"), EXECUTE, None),
    ("return1", asm("ldr r0, =0xFFFFFFF1", "bx r0"), EXECUTE, None),
    ("breakpoint", asm("bkpt 0xab"), ILLEGAL, None),
    ("undefined", asm("udf 1"), ILLEGAL, None),
    ("floating", asm(".short 0xee00, 0x0a10"), ILLEGAL, None),
    ("unaligned", asm("movs r0, #1", "ldrd r0, r1, [r0]"), ARITHMETIC, None),
    ("division", asm("movs r0, #0", "udiv r0, r0, r0"), ARITHMETIC, None),
    (
        "control",
        asm("movs r0, #0", "msr control, r0", "isb", "ldr r0, =0x20000000", "ldr r0, [r0]"),
        DATA,
        0x20000000,
    ),
    ("spzero", asm("movs r0, #0", "mov sp, r0", "svc 0"), STACK, None),
    ("spwrap", asm("mvn r0, #15", "mov sp, r0", "svc 0"), STACK, None),
    ("spkernel", asm("ldr r0, =0x20003ff0", "mov sp, r0", "svc 0"), STACK, None),
    ("pushkernel", asm("ldr r0, =0x20003ff0", "mov sp, r0", "push {r0}"), STACK, None),
)
TOGETHER = 6  # beside hello, in eight slots
GROUPS = [MISDEEDS[at : at + TOGETHER] for at in range(0, len(MISDEEDS), TOGETHER)]

# What the hardware ignores outside privileged mode: hello goes on, and so does the doer.
HARMLESS = (
    ("cpsid", asm("cpsid i", "cpsid f")),
    ("masks", asm("movs r0, #1", "msr primask, r0", "msr basepri, r0", "msr faultmask, r0")),
    ("mainstack", asm("movs r0, #0", "msr msp, r0", "msr psp, r0")),
    ("idle", asm("1: wfi", "wfe", "b 1b")),
)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][0])
def test_a_misdeed_stops_its_doer_and_nobody_else(board: str, group: tuple) -> None:
    doers = [program(name, statements) for name, statements, _, _ in group]
    with boot(kernel(board, STOPPING), [example("hello"), *doers]) as machine:
        machine.expect_count("stopped for good", len(group))
        seen = machine.uarts[0].text
        for name, _, report, address in group:
            found = re.search(rf"\({name}\): ([^\r]*)\r\nkernel:   (address 0x(\w+))?", seen)
            assert found is not None, machine.transcript()
            assert found[1] == report, f"{name}: {machine.transcript()}"
            if address is not None:
                assert found[3] == f"{address:08x}", f"{name}: {machine.transcript()}"
        before = machine.count("hello: ")
        machine.expect_count("hello: ", before + 2)
        assert "panic" not in machine.uarts[0].text


@pytest.mark.parametrize("board", BOARDS)
def test_privileged_registers_ignore_an_application(board: str) -> None:
    doers = [program(name, statements) for name, statements in HARMLESS]
    with boot(kernel(board, STOPPING), [example("hello"), *doers]) as machine:
        machine.expect("hello: 3")
        assert "kernel:" not in machine.uarts[0].text, machine.transcript()


@pytest.mark.parametrize("board", BOARDS)
def test_an_application_is_never_privileged(board: str) -> None:
    others = [example("spin"), example("crash")]
    with boot(kernel(board), [example("privileged"), *others]) as machine:
        machine.expect(re.compile(r"privileged: \d{3,} checks, nPRIV kept"))


@pytest.mark.parametrize("board", BOARDS)
def test_svc_with_sp_in_grant_memory_changes_nothing(board: str) -> None:
    with boot(kernel(board, STOPPING), [example("svcstack"), example("hello")]) as machine:
        machine.expect(f"(svcstack): {STACK}")
        machine.expect("stopped for good")
        machine.expect("hello: 2")
        assert "FAIL" not in machine.uarts[0].text


@pytest.mark.parametrize("board", BOARDS)
def test_an_application_cannot_execute_its_ram_or_overflow_its_stack(board: str) -> None:
    offenders = [example(name) for name in ("execram", "stackfault", "readother", "badclass")]
    with boot(kernel(board, STOPPING), [example("hello"), *offenders]) as machine:
        machine.expect_count("stopped for good", len(offenders))
        for text in (
            f"(execram): {EXECUTE}",
            f"(stackfault): {STACK}",
            f"(readother): {DATA}",
            "(badclass): unknown system call class",
        ):
            assert text in machine.uarts[0].text, machine.transcript()
        machine.expect("hello: 2")
