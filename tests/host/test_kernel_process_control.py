# SPDX-License-Identifier: MIT OR Apache-2.0
"""Processes ended and started by who holds the capability: when it happens, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from tests.host.kernel_machine import (
    ASLEEP,
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

OK, BUSY, ALREADY, OFF, NODEVICE = 0, 2, 3, 4, 11
RUNNING, WAITING, ENDED, FAULTED = range(4)
DATA = 1
"""enum arch_fault_kind."""
VERBS = ("stop", "start", "restart")


def app(name: str) -> Tbf:
    return Tbf(main_tlv(ram=1000) + name_tlv(name.encode()) + kernel_tlv())


def booted(*names: str) -> Kernel:
    """The first of them runs."""
    kernel = Kernel()
    kernel.boot(*map(app, names))
    return kernel


def look(kernel: Kernel, slot: int) -> dict[str, Any] | None:
    entry = kernel.lib.new("struct process_control_entry *")
    if not kernel.lib.process_control_look(kernel.lib.ffi.NULL, slot, entry):
        return None
    return {
        "name": bytes(kernel.lib.ffi.buffer(entry.name, entry.name_len)).decode(),
        "id": (entry.id.slot, entry.id.generation),
        "state": int(entry.state),
        "restarts": int(entry.restarts),
        "dropped": int(entry.dropped),
    }


def do(kernel: Kernel, verb: str, name: tuple[int, int]) -> int:
    function = getattr(kernel.lib, f"process_control_{verb}")
    return int(function(kernel.lib.ffi.NULL, {"slot": name[0], "generation": name[1]}))


def name_of(process: Process) -> tuple[int, int]:
    return (process.slot, process.c.generation)


def test_a_look_tells_name_life_and_state() -> None:
    kernel = booted("first", "second")
    first, second = kernel.process(0), kernel.process(1)
    expected = {"name": "first", "id": name_of(first), "state": RUNNING}
    assert look(kernel, 0) == {**expected, "restarts": 0, "dropped": 0}
    found = look(kernel, 1)
    assert found is not None
    assert (found["name"], found["id"]) == ("second", name_of(second))
    assert look(kernel, 2) is None, "nobody was ever there"
    assert look(kernel, 4) is None, "there is no such slot"
    assert look(kernel, 255) is None


def test_a_look_follows_the_state() -> None:
    kernel = booted("first")
    process = kernel.process(0)
    process.svc(Class.YIELD, 1)
    assert kernel.loop() == ASLEEP
    assert (look(kernel, 0) or {})["state"] == WAITING
    kernel = booted("first")
    kernel.process(0).svc(Class.EXIT, 0, 0)
    kernel.loop()
    assert (look(kernel, 0) or {})["state"] == ENDED
    kernel = booted("first")
    kernel.board.fault = 0
    kernel.lib.kernel_board_fault(DATA)
    kernel.loop()
    assert (look(kernel, 0) or {})["state"] == FAULTED


def test_a_stop_ends_the_process_in_the_loop_not_before() -> None:
    kernel = booted("first", "second")
    second = kernel.process(1)
    assert do(kernel, "stop", name_of(second)) == OK
    assert second.c.state == State.RUNNING, "a handler is still running"
    assert kernel.host.loop_requested
    assert kernel.loop() == 0
    assert second.c.state == State.TERMINATED
    kernel.process(0).svc(Class.YIELD, 1)
    assert kernel.loop() == ASLEEP, "it does not come back"


def test_a_stop_tells_the_drivers() -> None:
    kernel = booted("first")
    process = kernel.process(0)
    process.grow(200)
    process.subscribe(1, 0, process.binary, 7)
    life = name_of(process)
    assert do(kernel, "stop", life) == OK
    assert kernel.loop() == ASLEEP
    assert kernel.exits() == [(1, *life)]


def test_a_process_that_runs_can_be_stopped_and_started() -> None:
    kernel = booted("first")
    process = kernel.process(0)
    process.grow(200)
    old = name_of(process)
    frame = (process.stack_pointer, process.app_brk)
    assert do(kernel, "stop", old) == OK
    assert kernel.loop() == ASLEEP
    assert do(kernel, "start", old) == OK
    assert kernel.loop() == 0
    assert process.c.state == State.RUNNING
    assert name_of(process) != old, "a new life has a new name"
    assert (process.stack_pointer, process.app_brk) != frame, "it began afresh"


def test_a_start_counts_no_restart_and_forgets_those_before() -> None:
    kernel = booted("first")
    process = kernel.process(0)
    process.c.restarts = 3
    process.c.dropped = 5
    kernel.board.fault = 0
    kernel.lib.kernel_board_fault(DATA)
    assert kernel.loop() == ASLEEP
    assert do(kernel, "start", name_of(process)) == OK
    assert kernel.loop() == 0
    found = look(kernel, 0) or {}
    assert (found["restarts"], found["dropped"], found["state"]) == (0, 0, RUNNING)


def test_a_restart_counts() -> None:
    kernel = booted("first", "second")
    old = name_of(kernel.process(1))
    assert do(kernel, "restart", old) == OK
    assert kernel.loop() == 0
    found = look(kernel, 1) or {}
    assert found["restarts"] == 1
    assert found["id"] != old


@pytest.mark.parametrize(
    ("verb", "ended", "answer"),
    [("stop", True, ALREADY), ("start", False, ALREADY), ("restart", True, OFF)],
)
def test_what_does_not_fit_the_state_is_refused(verb: str, ended: bool, answer: int) -> None:
    kernel = booted("first")
    process = kernel.process(0)
    if ended:
        process.svc(Class.EXIT, 0, 0)
        kernel.loop()
    before = process.c.state
    assert do(kernel, verb, name_of(process)) == answer
    assert process.c.action == 0
    kernel.check()
    assert process.c.state == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", [(0, 0), (0, 0xFFFF), (1, 1), (1, 0), (4, 1), (255, 1)])
def test_who_is_not_there_is_no_device(verb: str, name: tuple[int, int]) -> None:
    kernel = booted("first")
    assert do(kernel, verb, name) == NODEVICE


@pytest.mark.parametrize("verb", VERBS)
def test_the_name_of_an_earlier_life_is_stale(verb: str) -> None:
    kernel = booted("first")
    old = name_of(kernel.process(0))
    kernel.process(0).svc(Class.EXIT, 1, 0)
    assert kernel.loop() == 0
    assert do(kernel, verb, old) == NODEVICE


@pytest.mark.parametrize("second", VERBS)
@pytest.mark.parametrize("first", ["stop", "restart"])
def test_of_two_wishes_the_first_is_carried_out(first: str, second: str) -> None:
    kernel = booted("first")
    life = name_of(kernel.process(0))
    assert do(kernel, first, life) == OK
    assert do(kernel, second, life) == BUSY
    assert kernel.loop() == (ASLEEP if first == "stop" else 0)


def test_a_process_can_have_itself_stopped_by_a_driver() -> None:
    """The command's result goes into a frame that nobody will read."""
    kernel = booted("first", "second")
    life = name_of(kernel.process(0))
    answers = []

    def stop(kind: int, _: int) -> None:
        if kind == Event.COMMAND:
            answers.append(do(kernel, "stop", life))

    kernel.on_event(stop)
    kernel.process(0).svc(Class.COMMAND, 1, 1, 0, 0)
    assert answers == [OK]
    assert kernel.host.loop_requested
    assert kernel.loop() == 1
    assert (look(kernel, 0) or {})["state"] == ENDED


def test_the_slot_keeps_its_memory_when_it_starts_again() -> None:
    kernel = booted("first", "second")
    block = (kernel.process(0).c.block.start, kernel.process(0).c.block.size)
    do(kernel, "stop", name_of(kernel.process(0)))
    kernel.loop()
    do(kernel, "start", name_of(kernel.process(0)))
    kernel.loop()
    assert (kernel.process(0).c.block.start, kernel.process(0).c.block.size) == block
