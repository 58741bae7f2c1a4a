# SPDX-License-Identifier: MIT OR Apache-2.0
"""The kernel loop: all work once, none for ever, turns, slices, and sleep at the end.

An interrupt is raised at each step of each scenario, one step per run: lines may come
between any two accesses of the loop to what top halves share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.host.kernel_machine import (
    ASLEEP,
    Class,
    Event,
    Kernel,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 8
DEFERRED = 96
SLICE = 1000
LINE = 37
"""The line that injection raises; scenarios use others."""


def loaded(count: int) -> Kernel:
    kernel = Kernel()
    kernel.load(*[Tbf(main_tlv(ram=1000) + kernel_tlv())] * count)
    return kernel


def defer(kernel: Kernel, *calls: int) -> None:
    for call in calls:
        kernel.lib.deferred_set(kernel.lib.new("struct deferred *", {"index": call}))


def assert_line(kernel: Kernel, line: int, asserted: bool = True) -> None:
    """A level: it stays until the device is served."""
    bit = 1 << line % 32
    level = kernel.host.level[line // 32]
    kernel.host.level[line // 32] = level | bit if asserted else level & ~bit
    kernel.lib.arch_host_step()


def settle(kernel: Kernel) -> int:
    """Runs the loop as often as PendSV would come; what the last turn ended in."""
    for _ in range(50):
        end = kernel.loop()
        if end == ASLEEP or not kernel.host.loop_requested:
            return end
    raise AssertionError("the loop is requested for ever")


def calls(kernel: Kernel) -> list[int]:
    return [event[1] for event in kernel.events(Event.DEFERRED)]


def lines(kernel: Kernel) -> list[int]:
    return [event[1] for event in kernel.events(Event.INTERRUPT)]


# -- deferred calls and interrupts: once, all of them


def test_all_deferred_calls_of_all_words_run_once() -> None:
    kernel = loaded(0)
    defer(kernel, *range(DEFERRED), *range(DEFERRED))
    assert kernel.host.loop_requested
    assert kernel.loop() == ASLEEP
    assert calls(kernel) == list(range(DEFERRED))


def test_no_deferred_call_is_lost_to_an_interrupt_in_the_middle() -> None:
    kernel = loaded(0)
    defer(kernel, *range(DEFERRED))

    middles = [3, 31, 32, 90]

    def in_the_middle(kind: int, value: int) -> None:
        if kind == Event.DEFERRED and value in middles:
            middles.remove(value)
            kernel.lib.arch_host_raise(value)
            defer(kernel, 3, 95)

    kernel.on_event(in_the_middle)
    assert kernel.loop() == ASLEEP
    assert sorted(lines(kernel)) == [3, 31, 32, 90]
    assert calls(kernel)[:DEFERRED] == list(range(DEFERRED))
    assert calls(kernel)[DEFERRED:] == [3, 95], "again, and once"


@pytest.mark.parametrize("line", [0, 1, 31, 32, 63, 64, 127, 128, 239, 255])
def test_each_line_has_its_own_bottom_half_and_comes_again(line: int) -> None:
    kernel = loaded(0)
    for count in (1, 2):
        kernel.lib.arch_host_raise(line)
        assert kernel.host.loop_requested
        assert kernel.host.enabled[line // 32] == 0xFFFFFFFF & ~(1 << line % 32)
        assert kernel.loop() == ASLEEP
        assert lines(kernel) == [line] * count
        assert kernel.host.enabled[line // 32] == 0xFFFFFFFF


def test_a_level_that_is_still_there_comes_again_and_a_stale_latch_does_not() -> None:
    kernel = loaded(0)
    assert_line(kernel, 5)

    def serve(kind: int, line: int) -> None:
        if kind == Event.INTERRUPT:
            kernel.lib.arch_host_raise(line)  # latched while masked
            if len(lines(kernel)) == 3:
                assert_line(kernel, line, False)

    kernel.on_event(serve)
    assert kernel.loop() == ASLEEP
    assert lines(kernel) == [5, 5, 5]


def test_no_process_is_in_the_registers_while_the_loop_works() -> None:
    kernel = loaded(1)
    assert kernel.loop() == 0
    seen = []
    kernel.on_event(lambda kind, value: seen.append((kind, value, kernel.current)))
    defer(kernel, 1)
    kernel.lib.arch_host_raise(2)
    assert kernel.loop() == 0
    assert seen == [(Event.INTERRUPT, 2, -1), (Event.DEFERRED, 1, -1)]


def test_a_call_deferred_by_a_deferred_call_is_served_before_a_process_runs() -> None:
    kernel = loaded(1)
    defer(kernel, 50)

    def chain(kind: int, value: int) -> None:
        if kind == Event.DEFERRED and value < 53:
            defer(kernel, value + 1)

    kernel.on_event(chain)
    assert kernel.loop() == 0
    assert calls(kernel) == [50, 51, 52, 53]
    assert not kernel.host.loop_requested


# -- an interrupt at every step


def nothing_to_do(kernel: Kernel) -> None:
    kernel.load()


def a_process_runs(kernel: Kernel) -> None:
    kernel.load(Tbf())


def work_is_recorded(kernel: Kernel) -> None:
    kernel.load(Tbf())
    kernel.lib.arch_host_raise(4)
    kernel.lib.arch_host_raise(200)
    defer(kernel, 0, 40, 95)


def a_process_waits_for_what_a_deferred_call_brings(kernel: Kernel) -> None:
    process = kernel.boot()
    process.subscribe(1, 0, 0, 0)
    process.svc(Class.YIELD, 2, 1, 0)
    defer(kernel, 7)

    def bring(kind: int, value: int) -> None:
        if (kind, value) == (Event.DEFERRED, 7):
            kernel.upcall(process, 1, 0, 1, 2, 3)

    kernel.on_event(bring)


def a_process_exits(kernel: Kernel) -> None:
    process = kernel.boot(Tbf(), Tbf())
    process.svc(Class.EXIT, 0)


def a_process_has_an_upcall(kernel: Kernel) -> None:
    process = kernel.boot()
    process.subscribe(1, 0, process.binary, 0)
    process.svc(Class.YIELD, 1)
    kernel.upcall(process, 1, 0, 1, 2, 3)


SCENARIOS: tuple[Callable[[Kernel], None], ...] = (
    nothing_to_do,
    a_process_runs,
    work_is_recorded,
    a_process_waits_for_what_a_deferred_call_brings,
    a_process_exits,
    a_process_has_an_upcall,
)


@pytest.mark.parametrize("prepare", SCENARIOS, ids=lambda prepare: prepare.__name__)
def test_an_interrupt_at_any_step_is_served_once_and_changes_nothing_else(
    prepare: Callable[[Kernel], None],
) -> None:
    def run(step: int) -> tuple[Kernel, int]:
        kernel = Kernel()
        prepare(kernel)
        kernel.board.raise_line = LINE
        kernel.board.raise_at = kernel.board.steps + step if step else 0
        return kernel, settle(kernel)

    quiet, end = run(0)
    steps = quiet.board.steps
    assert steps > 8
    others = [event for event in quiet.events() if event[0] != Event.SLICE]
    for step in range(1, steps + 1):
        kernel, with_interrupt = run(step)
        if kernel.board.steps < kernel.board.raise_at:
            continue  # prepare() took some of the steps
        assert lines(kernel).count(LINE) == 1, step
        assert with_interrupt == end
        events = [event for event in kernel.events() if event[0] != Event.SLICE]
        assert sorted(event for event in events if event[:2] != (0, LINE)) == sorted(others)
        assert kernel.host.enabled[LINE // 32] == 0xFFFFFFFF


# -- work without end


@pytest.mark.parametrize("word", [0, 1, 2])
def test_deferred_calls_without_end_leave_a_ready_process_its_turn(word: int) -> None:
    kernel = loaded(1)
    kernel.board.rearm[word] = 0xFFFFFFFF
    defer(kernel, 32 * word + 9)
    for turn in range(1, 4):
        assert kernel.loop() == 0
        assert calls(kernel) == [32 * word + 9] * ROUNDS * turn
        kernel.board.expired = True  # what brings the loop back


def test_an_interrupt_without_end_leaves_a_ready_process_its_turn() -> None:
    kernel = loaded(1)
    assert_line(kernel, 70)
    for turn in range(1, 4):
        assert kernel.loop() == 0
        assert lines(kernel) == [70] * ROUNDS * turn


def test_a_line_in_a_storm_is_masked_while_the_process_has_its_turn() -> None:
    """It is recorded and its line stays off, so no instruction of the process is lost."""
    kernel = loaded(1)
    assert_line(kernel, 70)
    assert kernel.loop() == 0
    assert kernel.host.record[2] == 1 << 6
    assert not kernel.host.enabled[2] >> 6 & 1


def test_processes_are_served_while_interrupts_and_calls_storm() -> None:
    """An upcall is delivered, an exit carried out, a fault handled."""
    kernel = loaded(3)
    assert kernel.loop() == 0
    first = kernel.process(0)
    first.subscribe(1, 0, first.binary, 4)
    first.svc(Class.YIELD, 1)
    kernel.board.rearm[0] = 1
    defer(kernel, 0)
    assert_line(kernel, 70)
    assert kernel.loop() == 1
    kernel.upcall(first, 1, 0, 1, 2, 3)
    kernel.process(1).svc(Class.EXIT, 0)
    assert kernel.loop() == 2
    kernel.process(2).svc(0xBD)
    assert kernel.loop() == 0
    assert first.frame[:4] == (1, 2, 3, 4)
    assert [kernel.process(slot).state for slot in (1, 2)] == [State.TERMINATED, State.FAULTED]


def test_without_a_ready_process_work_goes_on_until_it_ends() -> None:
    kernel = loaded(0)
    kernel.board.rearm[1] = 1

    def stop(kind: int, value: int) -> None:
        if (kind, value) == (Event.DEFERRED, 32) and len(calls(kernel)) == 99:
            kernel.board.rearm[1] = 0

    kernel.on_event(stop)
    defer(kernel, 32)
    assert kernel.loop() == ASLEEP
    assert calls(kernel) == [32] * 100


# -- turns and slices


def slices(kernel: Kernel) -> list[int]:
    return [event[1] for event in kernel.events(Event.SLICE)]


def test_a_process_keeps_its_turn_until_its_slice_ends() -> None:
    kernel = loaded(3)
    assert [kernel.loop() for _ in range(3)] == [0, 0, 0]
    assert slices(kernel) == [SLICE], "interrupts do not begin a new slice"
    turns = []
    for _ in range(7):
        kernel.board.expired = True
        turns.append(kernel.loop())
    assert turns == [1, 2, 0, 1, 2, 0, 1]
    assert slices(kernel) == [SLICE] * 8


@pytest.mark.parametrize("storm", [False, True])
def test_a_slice_that_ends_while_the_loop_works_is_not_prolonged(storm: bool) -> None:
    """Whenever the end comes, the next turn is the other's, or the loop is due again."""

    def run(step: int) -> tuple[Kernel, int]:
        kernel = loaded(2)
        assert kernel.loop() == 0
        kernel.board.rearm[0] = storm
        defer(kernel, 0)
        kernel.board.slice_ends_at = kernel.board.steps + step if step else 0
        return kernel, kernel.loop()

    quiet, _ = run(0)
    for step in range(1, quiet.board.steps + 1):
        kernel, slot = run(step)
        assert slot == 1 or kernel.host.loop_requested or kernel.board.slice_ends_at, step
        assert kernel.host.loop_requested or not kernel.board.expired, step


def test_a_process_alone_gets_slice_after_slice() -> None:
    kernel = loaded(1)
    kernel.loop()
    for count in (2, 3):
        kernel.board.expired = True
        assert kernel.loop() == 0
        assert slices(kernel) == [SLICE] * count
        assert not kernel.board.expired


def test_who_blocks_passes_its_turn_and_the_next_gets_a_whole_slice() -> None:
    kernel = loaded(2)
    assert kernel.loop() == 0
    kernel.process(0).svc(Class.YIELD, 1)
    assert kernel.loop() == 1
    assert slices(kernel) == [SLICE, SLICE]
    kernel.process(1).svc(Class.YIELD, 1)
    assert kernel.loop() == ASLEEP
    assert slices(kernel) == [SLICE, SLICE, 0]


def test_after_sleep_a_process_gets_a_whole_slice() -> None:
    kernel = loaded(1)
    assert kernel.loop() == 0
    process = kernel.process(0)
    process.subscribe(1, 0, process.binary, 0)
    process.svc(Class.YIELD, 1)
    assert kernel.loop() == ASLEEP
    kernel.upcall(process, 1, 0, 1, 2, 3)
    assert kernel.loop() == 0
    assert slices(kernel) == [SLICE, 0, SLICE]


def test_without_a_slice_port_processes_take_turns_when_they_block() -> None:
    kernel = loaded(2)
    kernel.lib.board_kernel.slice.owner = kernel.lib.ffi.NULL
    kernel.board.expired = True
    assert [kernel.loop() for _ in range(3)] == [0, 0, 0]
    kernel.process(0).svc(Class.YIELD, 1)
    assert kernel.loop() == 1
    kernel.process(1).svc(Class.YIELD, 1)
    assert kernel.loop() == ASLEEP
    assert slices(kernel) == []


@pytest.mark.parametrize("last", range(32))
def test_round_robin_looks_from_the_last_one_on(last: int) -> None:
    lib = Kernel().lib
    state = lib.new("struct round_robin_state *")
    owner = lib.new("struct round_robin *", {"state": state})
    port = lib.new("struct policy_scheduler *", {"owner": owner})
    for ready in (1, 1 << 31, 0xFFFFFFFF, 0x80000001, 1 << last, 0x00010000, 0x55555555):
        for expired in (False, True):
            state.last = last
            after = [n % 32 for n in range(last + expired, last + expired + 32)]
            if not expired and not ready >> last & 1:
                after = after[1:]
            expected = next(slot for slot in after if ready >> slot & 1)
            assert lib.round_robin_scheduler_next(port, ready, expired) == expected
            assert state.last == expected


# -- the machine around the loop


def test_a_dispatch_withdraws_the_request_and_loads_the_process_s_protection_once() -> None:
    kernel = loaded(2)
    kernel.lib.arch_host_raise(1)
    assert kernel.loop() == 0
    assert not kernel.host.loop_requested
    loads = kernel.host.protection_loads
    assert kernel.loop() == 0
    assert kernel.host.protection_loads == loads
    kernel.board.expired = True
    assert kernel.loop() == 1
    assert kernel.host.protection_loads == loads + 1


def test_protection_follows_a_break_that_moved_between_two_turns() -> None:
    """A, B, A with A's and B's breaks changed: loop() compares what is in force."""
    kernel = loaded(2)
    for size in (100, 300, 200):
        for slot in (0, 1):
            kernel.board.expired = kernel.current != -1
            assert kernel.loop() == slot
            kernel.process(slot).grow(size if slot else 160)


def test_sleep_wakes_for_a_line_and_the_loop_serves_it() -> None:
    kernel = loaded(0)
    assert kernel.loop() == ASLEEP
    kernel.lib.arch_host_raise(9)
    assert kernel.host.loop_requested
    assert kernel.loop() == ASLEEP
    assert lines(kernel) == [9]


def test_a_yielded_process_with_null_upcalls_only_does_not_keep_the_machine_awake() -> None:
    process = Kernel().boot()
    kernel = process.kernel
    process.subscribe(1, 0, 0, 0)
    process.svc(Class.YIELD, 1)
    for _ in range(10):
        kernel.upcall(process, 1, 0, 0, 0, 0)
    assert kernel.loop() == ASLEEP
    assert process.c.queue_count == 0
