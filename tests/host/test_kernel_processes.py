# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lives of processes: how they end and begin again, and who is told."""

from __future__ import annotations

from functools import cache

import pytest
from tests.host.build import Library, host_library
from tests.host.kernel_machine import (
    ASLEEP,
    HALTED,
    RAM,
    SUCCESS,
    Class,
    Event,
    Kernel,
    Process,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
)

STOP, RESTART, PANIC = 0, 1, 2
"""enum policy_fault_action."""
TERMINATED, AGAIN = 0, 1
"""Arguments of exit."""
DATA, EXECUTE, STACK = 1, 2, 3
"""enum arch_fault_kind."""
ACTION_TERMINATE, ACTION_RESTART = 2, 3
TOLD = (0, 1, 0x40001)
"""Drivers whose exit hooks the board has, and that fit into a process."""


def app(name: bytes, ram: int = 2000) -> Tbf:
    return Tbf(main_tlv(ram=ram) + name_tlv(name) + kernel_tlv())


def booted(*others: bytes) -> Process:
    process = Kernel().boot(app(b"first"), *map(app, others))
    process.grow(500)
    return process


def snapshot(process: Process) -> dict[str, object]:
    """Everything about a process that a fresh start decides."""
    c = process.c
    arch = c.arch
    return {
        "limits": (process.ram_start, process.app_brk, process.flash_start),
        "open": (arch.open.ram_start, arch.open.ram_end, arch.open.flash_start),
        "context": (process.stack_pointer, process.frame, tuple(arch.registers)),
        "block": (c.block.start, c.block.size, c.kern_brk, c.high_water),
        "queue": (c.queue_count, c.action, process.state),
        "grants": tuple(c.grants[index] for index in range(4)),
        "dropped": c.dropped,
        "memory": process.kernel.read(process.ram_start, arch.open.ram_end - process.ram_start),
    }


def live(process: Process) -> None:
    """Leaves traces everywhere a process can."""
    for driver in TOLD:
        process.subscribe(driver, 0, process.binary, 9)
        process.kernel.upcall(process, {0: 0, 1: 1, 0x40001: 3}[driver], 0, 5, 5, 5)
    process.grow(1000)
    process.kernel.write(process.ram_start + 32, b"\xee" * 968)
    process.call(Class.ALLOW_RW, 1, 0, process.ram_start, 900)
    process.memop(10, process.ram_start + 500)
    process.memop(11, process.ram_start + 600)
    for _ in range(11):
        process.kernel.upcall(process, 1, 1, 6, 6, 6)
    assert process.c.dropped > 0
    for index in range(8):
        process.c.arch.registers[index] = 0xDEAD


# -- exit


def test_exit_ends_one_process_and_the_other_goes_on() -> None:
    process = booted(b"second")
    kernel = process.kernel
    live(process)
    assert not process.svc(Class.EXIT, TERMINATED, 3).returned
    assert kernel.loop() == 1
    assert process.state == State.TERMINATED
    assert process.c.queue_count == 0
    assert all(process.c.grants[index] == kernel.lib.ffi.NULL for index in range(4))
    assert kernel.lib.process_in_slot(0) == kernel.lib.ffi.NULL
    assert kernel.report() == ""


@pytest.mark.parametrize("how", [TERMINATED, AGAIN])
def test_every_driver_with_a_grant_there_is_told_once_of_the_life_that_ended(how: int) -> None:
    process = booted()
    kernel = process.kernel
    slot, generation = process.id
    process.subscribe(0x40001, 0, 0, 0)
    process.subscribe(1, 0, 0, 0)
    process.svc(Class.EXIT, how)
    kernel.loop()
    kernel.loop()
    assert kernel.exits() == [(1, slot, generation), (3, slot, generation)]


def test_a_driver_that_does_not_ask_is_not_told() -> None:
    process = booted()
    process.kernel.drivers[1].exited = process.kernel.lib.ffi.NULL
    for driver in TOLD:
        process.subscribe(driver, 0, 0, 0)
    process.svc(Class.EXIT, TERMINATED)
    process.kernel.loop()
    assert [driver for driver, *_ in process.kernel.exits()] == [0, 3]


def test_an_exit_hook_may_wake_another_process() -> None:
    first = booted(b"second")
    kernel = first.kernel
    second = kernel.process(1)
    first.subscribe(1, 0, 0, 0)
    first.svc(Class.YIELD, 2, 1, 0)
    assert kernel.loop() == 1
    second.subscribe(1, 0, 0, 0)

    def wake(kind: int, _: int) -> None:
        if kind == Event.EXITED:
            kernel.upcall(first, 1, 0, 7, 8, 9)

    kernel.on_event(wake)
    second.svc(Class.EXIT, TERMINATED)
    assert kernel.loop() == 0
    assert first.frame[:3] == (7, 8, 9)


# -- restart


def test_a_restarted_process_is_as_a_new_one() -> None:
    fresh = snapshot(Kernel().boot(app(b"first")))
    process = Kernel().boot(app(b"first"))
    for count in range(1, 6):
        live(process)
        assert not process.svc(Class.EXIT, AGAIN, 3).returned
        assert process.kernel.loop() == 0
        assert snapshot(process) == fresh
        assert process.c.restarts == count


def test_a_restart_makes_a_new_name_and_the_old_one_is_nobody() -> None:
    process = booted()
    lib = process.kernel.lib
    old = lib.process_id(process.pointer)
    assert lib.process_get(old) == process.pointer
    process.svc(Class.EXIT, AGAIN)
    process.kernel.loop()
    new = lib.process_id(process.pointer)
    assert (new.slot, old.slot) == (0, 0)
    assert new.generation != old.generation
    assert lib.process_get(old) == lib.ffi.NULL
    assert lib.process_get(new) == process.pointer


def test_no_two_lives_have_the_same_name() -> None:
    process = booted(b"second", b"third")
    kernel = process.kernel
    names = {kernel.process(slot).id[1] for slot in range(3)}
    for _ in range(20):
        process.svc(Class.EXIT, AGAIN)
        kernel.loop()
        names.add(process.id[1])
    assert len(names) == 23
    assert 0 not in names


def test_generation_0_is_never_given_out() -> None:
    process = booted()
    process.kernel.lib.board_kernel.state.generations = 0xFFFF
    process.svc(Class.EXIT, AGAIN)
    process.kernel.loop()
    assert process.id == (0, 1)


@pytest.mark.parametrize(("slot", "generation"), [(0, 0), (1, 1), (3, 1), (4, 1), (255, 1)])
def test_names_of_nobody_find_nobody(slot: int, generation: int) -> None:
    process = booted()
    lib = process.kernel.lib
    name = lib.new("struct process_id *", {"slot": slot, "generation": generation})
    assert lib.process_get(name[0]) == lib.ffi.NULL
    assert lib.process_slots() == 4
    assert lib.process_in_slot(0) == process.pointer
    assert lib.process_in_slot(1) == lib.ffi.NULL


# -- a process ended by somebody else, in the middle of its own system call


@pytest.mark.parametrize(
    ("action", "state"),
    [(ACTION_TERMINATE, State.TERMINATED), (ACTION_RESTART, State.RUNNING)],
)
def test_no_result_revives_a_caller_that_was_ended_by_its_own_command(
    action: int, state: State
) -> None:
    process = booted()
    kernel = process.kernel
    generation = process.id[1]
    kernel.board.result.variant = SUCCESS

    def end(kind: int, _: int) -> None:
        if kind == Event.COMMAND:
            kernel.lib.process_act(process.pointer, action)

    kernel.on_event(end)
    process.svc(Class.COMMAND, 1, 6)
    assert kernel.host.loop_requested
    assert kernel.loop() == (0 if state == State.RUNNING else ASLEEP)
    assert process.state == state
    if state == State.RUNNING:
        assert process.id[1] != generation
        assert process.frame[0] == process.binary


def test_the_first_of_two_ends_counts() -> None:
    process = booted()
    process.subscribe(1, 0, 0, 0)
    process.kernel.lib.process_act(process.pointer, ACTION_TERMINATE)
    process.kernel.lib.process_act(process.pointer, ACTION_RESTART)
    process.kernel.lib.kernel_board_fault(DATA)
    assert process.kernel.loop() == ASLEEP
    assert process.state == State.TERMINATED
    assert len(process.kernel.exits()) == 1
    assert process.kernel.report() == ""


def test_who_has_ended_cannot_be_ended_again() -> None:
    process = booted()
    process.subscribe(1, 0, 0, 0)
    process.svc(Class.EXIT, TERMINATED)
    process.kernel.loop()
    for action in (ACTION_TERMINATE, ACTION_RESTART):
        process.kernel.lib.process_act(process.pointer, action)
        assert process.kernel.loop() == ASLEEP
        assert process.state == State.TERMINATED
    assert len(process.kernel.exits()) == 1


# -- faults


def test_a_fault_stops_the_offender_when_the_policy_says_so() -> None:
    process = booted(b"second")
    kernel = process.kernel
    live(process)
    kernel.lib.kernel_board_fault(DATA)
    assert kernel.loop() == 1
    assert process.state == State.FAULTED
    assert len(kernel.exits()) == 3
    assert kernel.process(1).state == State.RUNNING


def test_a_fault_restarts_the_offender_as_often_as_the_policy_says() -> None:
    process = booted()
    kernel = process.kernel
    kernel.board.fault = RESTART
    for count in range(3):
        name = process.id
        kernel.lib.kernel_board_fault(DATA)
        assert kernel.loop() == 0
        assert process.id != name
        assert process.app_brk == process.ram_start + 32
        assert f"restart {count + 1}" in kernel.report()
    kernel.board.fault = STOP
    kernel.lib.kernel_board_fault(DATA)
    assert kernel.loop() == ASLEEP
    assert [event[1] for event in kernel.events(Event.FAULT)] == [0, 1, 2, 3]
    assert process.state == State.FAULTED


def test_a_fault_stops_the_machine_when_the_policy_says_so() -> None:
    process = booted(b"second")
    process.kernel.board.fault = PANIC
    process.kernel.lib.kernel_board_fault(DATA)
    assert process.kernel.lib.kernel_board_loop() == HALTED
    assert "stops the machine" in process.kernel.report()


def test_two_processes_fault_and_each_report_is_its_own() -> None:
    process = booted(b"second", b"third")
    kernel = process.kernel
    second = kernel.process(1)
    assert not process.svc(0xBD, 0x1111, 1).returned
    assert kernel.loop() == 1
    assert not second.svc(0xBE, 0x2222, 2).returned
    assert kernel.loop() == 2
    first_report, second_report = kernel.report().split("process 1 (second)", 1)
    assert "process 0 (first): unknown system call class" in first_report
    for report, faulted, r0 in (
        (first_report, process, 0x1111),
        (second_report, second, 0x2222),
    ):
        assert f"r0 0x{r0:08x}" in report
        assert f"sp 0x{faulted.stack_pointer:08x}" in report
        assert f"memory 0x{faulted.ram_start:08x}" in report
    assert [kernel.process(slot).state for slot in range(3)] == [
        State.FAULTED,
        State.FAULTED,
        State.RUNNING,
    ]


def test_a_report_says_who_why_where_and_with_which_registers() -> None:
    process = booted()
    kernel = process.kernel
    process.c.completion_code = 0
    process.svc(0xBD, 0xA0, 0xA1, 0xA2, 0xA3)
    kernel.loop()
    pc = process.after_svc(0xBD)
    owned, kern_brk = f"0x{RAM:08x}-0x{RAM + 500:08x}", process.c.kern_brk
    assert kernel.report().split("\r\n") == [
        "",
        "kernel: process 0 (first): unknown system call class",
        f"kernel:   pc 0x{pc:08x}  lr 0x14141414  psr 0x61000000",
        "kernel:   r0 0x000000a0  r1 0x000000a1  r2 0x000000a2  r3 0x000000a3  r12 0x12121212",
        f"kernel:   sp 0x{RAM:08x}  status 0x00000000",
        f"kernel:   memory {owned}  kernel from 0x{kern_brk:08x}",
        "kernel: process 0 (first): stopped for good",
        "",
    ]


def test_a_name_cannot_look_like_a_report_of_the_kernel() -> None:
    process = Kernel().boot(app(b"a\r\nkernel: all is well\x1b[2J"))
    process.svc(0xBD)
    process.kernel.loop()
    said = process.kernel.report()
    assert "process 0 (a??kernel: all is well?[2J): unknown system call class" in said
    assert "\nkernel: all" not in said
    assert "\x1b" not in said


def test_a_long_name_is_cut_in_reports() -> None:
    """It may be as long as a header; nothing else runs while it is written."""
    process = Kernel().boot(app(b"n" * 500))
    process.svc(0xBD)
    process.kernel.loop()
    said = process.kernel.report()
    assert f"process 0 ({'n' * 64}): unknown system call class" in said
    assert max(map(len, said.splitlines())) < 150


def test_without_a_report_port_faults_are_silent_and_handled() -> None:
    process = booted()
    kernel = process.kernel
    kernel.lib.board_kernel.report.owner = kernel.lib.ffi.NULL
    kernel.lib.kernel_board_fault(EXECUTE)
    assert kernel.loop() == ASLEEP
    assert kernel.report() == ""
    assert process.state == State.FAULTED


def test_the_kernel_s_own_fault_is_reported_and_stops_the_machine() -> None:
    kernel = Kernel()
    kernel.load()
    fault = kernel.lib.new("struct arch_fault *", {"status": 0x12, "address": 0x34})
    fault.frame[5], fault.frame[6] = 0x56, 0x78
    assert kernel.lib.kernel_board_panic(fault) == HALTED
    line = "kernel panic: status 0x00000012 address 0x00000034 pc 0x00000078 lr 0x00000056"
    assert line in kernel.report()


# -- the policies that boards choose from


@cache
def policies() -> Library:
    names = ("fault_restart", "fault_stop", "fault_panic")
    return host_library(
        "fault_policies",
        [f"kernel/{name}.c" for name in names],
        [f"kernel/{name}.h" for name in names],
    )


def decide(name: str, owner: object, restarts: int) -> int:
    lib = policies()
    port = lib.new("struct policy_fault *")
    port.owner = owner
    return int(getattr(lib, f"{name}_fault_decide")(port, restarts))


def test_fault_restart_stops_at_its_limit() -> None:
    for limit in (0, 1, 3, 0xFFFFFFFF):
        owner = policies().new("struct fault_restart *", {"limit": limit})
        for restarts in (0, 1, 2, 3, 4, 0xFFFFFFFF):
            expected = RESTART if restarts < limit else STOP
            assert decide("fault_restart", owner, restarts) == expected


@pytest.mark.parametrize(("name", "action"), [("fault_stop", STOP), ("fault_panic", PANIC)])
def test_fault_stop_and_fault_panic_know_one_answer(name: str, action: int) -> None:
    owner = policies().new(f"struct {name} *")
    assert {decide(name, owner, restarts) for restarts in (0, 1, 99)} == {action}
