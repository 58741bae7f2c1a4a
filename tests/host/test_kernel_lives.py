# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whole lives of processes against a model, with interrupts between any two steps.

Drivers schedule from syscalls, bottom halves and deferred calls; processes yield in every
form, exit and fault; somebody with the capability stops, starts and restarts them, at any
of these moments; lines are raised and slices end while the loop works.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from tests.host.kernel_machine import (
    ASLEEP,
    SUCCESS_2U32,
    Class,
    Err,
    Event,
    Kernel,
    State,
    Tbf,
    kernel_tlv,
    main_tlv,
    name_tlv,
)

OK, ALREADY, OFF, RESERVE = 0, 3, 4, 5
NO_WAIT, WAIT, WAIT_FOR = 0, 1, 2
UNKNOWN_CLASS, DATA = 99, 1
STOP, RESTART = 0, 1
"""enum policy_fault_action."""
QUEUE = 10
UPCALLS = [(0, 0), (1, 0), (1, 1), (1, 2), (3, 0), (3, 1)]
"""Driver's index on the board, upcall."""
NUMBER = {0: 0, 1: 1, 3: 0x40001}
Upcall = tuple[int, int]
Args = tuple[int, int, int]


@dataclass
class Life:
    """What the model knows of one slot."""

    generation: int
    state: State = State.RUNNING
    waits_for: Upcall | None = None
    queue: list[tuple[Upcall, Args]] = field(default_factory=list)
    subscribed: dict[Upcall, tuple[int, int]] = field(default_factory=dict)
    expected: dict[int, int] = field(default_factory=dict)
    """Words of its frame when it goes on."""
    wish: str = ""
    """What the loop shall do to it."""
    restarts: int = 0
    dropped: int = 0
    grown: bool = False

    def listens(self, driver: int) -> bool:
        return any(upcall[0] == driver for upcall in self.subscribed)

    def renew(self, generation: int, state: State) -> None:
        """Its life ends; in RUNNING another begins."""
        kept = Life(generation, state, restarts=self.restarts)
        kept.dropped = 0 if state == State.RUNNING else self.dropped
        self.__dict__.update(kept.__dict__)

    def take(self) -> tuple[Upcall, Args] | None:
        """The first event with a function; null ones before it go."""
        while self.queue:
            upcall, args = self.queue.pop(0)
            if self.subscribed.get(upcall, (0, 0))[0]:
                return upcall, args
        return None


class Lives:
    """A kernel, the model of its processes, and one sequence of random moves."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  moves of a test
        self.kernel = Kernel()
        count = self.random.randint(1, 3)
        self.limit = self.random.randint(0, 4)
        if self.random.random() < 0.2:
            self.kernel.lib.board_kernel.slice.owner = self.kernel.lib.ffi.NULL
        self.kernel.load(
            *(Tbf(main_tlv(ram=3000) + name_tlv(b"p") + kernel_tlv()) for _ in range(count))
        )
        self.lives = [Life(self.kernel.process(slot).c.generation) for slot in range(count)]
        self.events = 0
        self.kernel.on_event(self.on_event)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def any_slot(self) -> int:
        return self.random.randrange(len(self.lives))

    # -- from drivers

    def on_event(self, kind: int, _value: int) -> None:
        """A bottom half or a deferred call has something to tell."""
        if kind not in (Event.INTERRUPT, Event.DEFERRED):
            return
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            if self.chance(0.85):
                self.schedule(self.any_slot(), self.random.choice(UPCALLS))
            else:
                self.control(self.any_slot())

    def schedule(self, slot: int, upcall: Upcall) -> None:
        self.events += 1
        args = (self.events, 3 * self.events, 7 * self.events)
        expected = self.scheduled(self.follow(slot), upcall, args)
        assert self.kernel.upcall(self.kernel.process(slot), *upcall, *args) == expected

    def scheduled(self, life: Life, upcall: Upcall, args: Args) -> int:
        function, appdata = life.subscribed.get(upcall, (0, 0))
        if life.state >= State.FAULTED:
            return Err.NODEVICE
        if not life.listens(upcall[0]):
            return RESERVE
        if life.state == State.YIELDED:
            if function:
                life.state = State.RUNNING
                life.expected = dict(enumerate((*args, appdata))) | {6: function & ~1}
        elif life.state == State.WAITING and life.waits_for == upcall:
            life.state = State.RUNNING
            life.expected = dict(enumerate((*args, 0xEEEEEEE3)))
        elif len(life.queue) == QUEUE:
            life.dropped += 1
            return Err.NOMEM
        else:
            life.queue.append((upcall, args))
        return OK

    def control(self, slot: int) -> None:
        life, verb = self.follow(slot), self.random.choice(["stop", "start", "restart"])
        dead = life.state >= State.FAULTED
        refusals = {"stop": ALREADY if dead else OK, "start": OK if dead else ALREADY}
        expected = Err.BUSY if life.wish else refusals.get(verb, OFF if dead else OK)
        function = getattr(self.kernel.lib, f"process_control_{verb}")
        name = self.kernel.lib.process_id(self.kernel.process(slot).pointer)
        assert function(self.kernel.lib.ffi.NULL, name) == expected
        if expected == OK:
            life.wish = verb

    # -- the loop

    def follow(self, slot: int) -> Life:
        """The slot's life, after what the loop did to it since the model last looked."""
        life, c = self.lives[slot], self.kernel.process(slot).c
        if not life.wish or c.action != 0:
            return life
        wish = life.wish
        counted = wish in ("restart", "again") or (
            wish == "fault" and life.restarts < self.limit
        )
        if wish == "start":
            life.restarts = 0
        life.restarts += counted
        if counted or wish == "start":
            assert c.generation != life.generation
            life.renew(c.generation, State.RUNNING)
        else:
            life.renew(c.generation, State.FAULTED if wish == "fault" else State.TERMINATED)
        return life

    def disturb(self) -> None:
        """What comes while the loop works, and what it finds when it begins."""
        board, random = self.kernel.board, self.random
        board.event_count = board.report_len = 0
        if self.chance(0.5):
            board.raise_line = random.randrange(256)
            board.raise_at = board.steps + random.randint(1, 40)
        if self.chance(0.3):
            board.slice_ends_at = board.steps + random.randint(1, 30)
        for _ in range(random.choice([0, 0, 1, 2])):
            self.kernel.lib.arch_host_raise(random.randrange(256))
        if self.chance(0.3):
            call = self.kernel.lib.new("struct deferred *")
            call.index = random.randrange(96)
            self.kernel.lib.deferred_set(call)

    def loop(self) -> int:
        faulting = [each for each in self.lives if each.wish == "fault"]
        self.kernel.board.fault = (
            RESTART if all(each.restarts < self.limit for each in faulting) else STOP
        )
        end = self.kernel.loop()
        ready = []
        for slot in range(len(self.lives)):
            life, process = self.follow(slot), self.kernel.process(slot)
            assert (process.state, process.c.queue_count) == (life.state, len(life.queue))
            assert (process.c.restarts, process.c.dropped) == (life.restarts, life.dropped)
            if life.state == State.RUNNING:
                ready.append(slot)
                frame = process.frame
                assert life.expected == {word: frame[word] for word in life.expected}
        assert end in ready or (end == ASLEEP and not ready)
        missed = any(self.kernel.host.record) or (
            self.kernel.board.expired and self.kernel.lib.board_kernel.slice.owner
        )
        assert self.kernel.host.loop_requested or not missed or end == ASLEEP
        return end

    # -- the process that runs

    def turn(self, slot: int) -> None:
        """A few system calls, until it blocks or the loop is requested."""
        life, process = self.lives[slot], self.kernel.process(slot)
        life.expected = {}
        if not life.grown:
            process.grow(512)
            life.grown = True
        for _ in range(self.random.randint(0, 4)):
            move = self.random.choice(
                [self.subscribe, self.subscribe, self.no_wait, self.wait, self.wait_for]
                + [self.tell, self.tell, self.wish] * (self.chance(0.5))
                + [self.leave] * self.chance(0.2)
            )
            if self.kernel.host.loop_requested or not move(slot):
                return

    def subscribe(self, slot: int) -> bool:
        life, process = self.lives[slot], self.kernel.process(slot)
        upcall = self.random.choice(UPCALLS)
        function = self.random.choice([0, process.binary + 4 * self.random.randint(1, 9) + 1])
        appdata = self.random.randrange(1 << 32)
        answer = process.subscribe(NUMBER[upcall[0]], upcall[1], function, appdata)
        assert answer[:3] == (SUCCESS_2U32, *life.subscribed.get(upcall, (0, 0)))
        life.subscribed[upcall] = (function, appdata)
        life.queue = [entry for entry in life.queue if entry[0] != upcall]
        return True

    def tell(self, _slot: int) -> bool:
        self.schedule(self.any_slot(), self.random.choice(UPCALLS))
        return True

    def wish(self, _slot: int) -> bool:
        self.control(self.any_slot())
        return False

    def delivered(self, slot: int, taken: tuple[Upcall, Args]) -> None:
        function, appdata = self.lives[slot].subscribed[taken[0]]
        frame = self.kernel.process(slot).frame
        assert (*frame[:4], frame[6] | 1) == (*taken[1], appdata, function)

    def no_wait(self, slot: int) -> bool:
        process = self.kernel.process(slot)
        flag = process.ram_start + 100
        assert process.svc(Class.YIELD, NO_WAIT, flag).returned
        taken = self.lives[slot].take()
        assert self.kernel.read(flag, 1) == bytes([taken is not None])
        if taken:
            self.delivered(slot, taken)
        return True

    def wait(self, slot: int) -> bool:
        returned = self.kernel.process(slot).svc(Class.YIELD, WAIT).returned
        taken = self.lives[slot].take()
        assert returned == (taken is not None)
        if taken:
            self.delivered(slot, taken)
        else:
            self.lives[slot].state = State.YIELDED
        return returned

    def wait_for(self, slot: int) -> bool:
        life, upcall = self.lives[slot], self.random.choice(UPCALLS)
        outcome = self.kernel.process(slot).svc(
            Class.YIELD, WAIT_FOR, NUMBER[upcall[0]], upcall[1]
        )
        taken = next((entry for entry in life.queue if entry[0] == upcall), None)
        assert outcome.returned == (taken is not None)
        if taken:
            life.queue.remove(taken)
            assert outcome.registers == (*taken[1], 0xEEEEEEE3)
        else:
            life.state, life.waits_for = State.WAITING, upcall
        return outcome.returned

    def leave(self, slot: int) -> bool:
        process = self.kernel.process(slot)
        self.lives[slot].wish = self.random.choice(["end", "again", "fault", "fault"])
        if self.lives[slot].wish != "fault":
            process.svc(Class.EXIT, int(self.lives[slot].wish == "again"), 7)
        elif self.chance(0.5):
            process.svc(UNKNOWN_CLASS)
        else:
            self.kernel.lib.kernel_board_fault(DATA)
        return False


@pytest.mark.parametrize("seed", range(60))
def test_lives_of_processes_are_those_of_the_model(seed: int) -> None:
    lives = Lives(seed)
    for _ in range(80):
        lives.disturb()
        slot = lives.loop()
        if slot != ASLEEP:
            lives.turn(slot)
