# SPDX-License-Identifier: MIT OR Apache-2.0
"""Flash for many clients: each on pages of its own, in turns. Numbers: reference bugs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

if TYPE_CHECKING:
    from collections.abc import Callable

FAKES = ROOT / "tests" / "host" / "fakes"
PARTS, PART_PAGES, PAGE = 3, 2, 4
PAGES = PARTS * PART_PAGES
FLASH_STEP, COMPLETE = 1, 2
OK, FAIL, BUSY, OFF, INVAL = 0, 1, 2, 4, 6
VERBS = {"read": "page_read", "write": "page_written", "erase": "page_erased"}


@cache
def library() -> Library:
    sources = [
        "virtualizers/mux_flash.c",
        "chips/soft/ram_flash.c",
        "lib/arbiter.c",
        str(FAKES / "fake_kernel.c"),
    ]
    return host_library("mux_flash", sources, include=[FAKES])


class MuxFlash:
    """The mux over flash in RAM, which refuses as told."""

    def __init__(self) -> None:
        self.lib = lib = library()
        lib.fake_kernel_reset()
        self.callbacks = Callbacks(lib)
        self.memory = lib.new("uint8_t[]", PAGES * PAGE)
        self.flash_state = lib.new("struct ram_flash_state *")
        fields = {"state": self.flash_state, "page_size_b": PAGE, "pages": PAGES}
        self.flash = lib.new("struct ram_flash *", fields)
        self.flash.memory, self.flash.memory_size = self.memory, PAGES * PAGE
        self.flash.step.index = FLASH_STEP
        assert lib.ram_flash_init(self.flash) == OK
        self.below = lib.new("struct flash_pages *", {"owner": self.flash})
        self.refusals: list[int] = []
        self.state = lib.new("struct mux_flash_state *")
        self.slots = lib.new("struct turn[]", PARTS)
        self.mux = lib.new("struct mux_flash *", {"state": self.state})
        self.mux.parts, self.mux.part_pages, self.mux.slots = PARTS, PART_PAGES, self.slots
        self.mux.complete.index = COMPLETE
        ops = {f"{verb}_page": self._below(verb) for verb in VERBS}
        self.mux.flash.ops = self.callbacks.new("struct flash_pages_ops", **ops)
        for word in VERBS.values():
            setattr(self.mux.flash_client, word, lib.address(f"mux_flash_{word}"))
        self.ports = [
            lib.new("struct flash_pages *", {"owner": self.mux, "index": n})
            for n in range(PARTS)
        ]
        told = {word: self._told(verb) for verb, word in VERBS.items()}
        self.client = self.callbacks.new("struct flash_pages_client", **told)
        self.lent: dict[int, tuple[CData, bytes]] = {}
        self.told: list[tuple[int, str, int]] = []
        self.again = 0
        self.alive: list[CData] = []

    def _below(self, verb: str) -> Callable[..., object]:
        def start(port: CData, page: CData) -> int:
            if self.refusals and (err := self.refusals.pop(0)):
                return err
            return int(getattr(self.lib, f"ram_flash_{verb}_page")(self.below, page))

        return start

    def _told(self, verb: str) -> Callable[..., object]:
        def told(client: CData, op: CData, err: int) -> None:
            part = next(n for n, (each, _) in self.lent.items() if each == op)
            _, image = self.lent.pop(part)
            assert bytes(self.lib.ffi.buffer(op)) == image, "it came back changed"
            self.told.append((part, verb, err))
            if self.again > 0:
                self.again -= 1
                assert self.start(part, verb, 0) == OK

        return told

    def start(self, part: int, verb: str, page: int, data: bytes = bytes(PAGE)) -> int:
        op = self.lib.new("struct flash_page *")
        memory = self.lib.new("uint8_t[]", data)
        op.client, op.data, op.page = self.client, memory, page
        self.alive += [op, memory]
        image = bytes(self.lib.ffi.buffer(op))
        err = int(getattr(self.lib, f"mux_flash_{verb}_page")(self.ports[part], op))
        assert bytes(self.lib.ffi.buffer(op)) == image
        if err == OK:
            self.lent[part] = (op, image)
        self.check()
        return err

    def step(self) -> bool:
        due = self.lib.fake_kernel_take_deferred()
        if due >> FLASH_STEP & 1:
            self.lib.ram_flash_step(self.flash)
        if due >> COMPLETE & 1:
            self.lib.mux_flash_complete(self.mux)
        self.callbacks.check()
        self.check()
        return bool(due)

    def loop(self) -> None:
        for _ in range(1000):
            if not self.step():
                return
        raise AssertionError("it never stops")

    def check(self) -> None:
        assert self.lib.mux_flash_check(self.mux)


parts = st.integers(0, PARTS - 1)


class FlashAgainstModel(RuleBasedStateMachine):
    """Each part is a little flash of its own, and its operations are done in order."""

    @initialize()
    def begin(self) -> None:
        self.mux = MuxFlash()
        self.model = [bytearray(b"\xff" * PAGE * PART_PAGES) for _ in range(PARTS)]
        self.running: dict[int, tuple[str, int, bytes, CData]] = {}

    @rule(
        part=parts,
        verb=st.sampled_from([*VERBS]),
        page=st.integers(0, PART_PAGES),
        data=st.binary(min_size=PAGE, max_size=PAGE),
    )
    def start(self, part: int, verb: str, page: int, data: bytes) -> None:
        refused = self.mux.refusals[:1]
        err = self.mux.start(part, verb, page, data)
        if page == PART_PAGES:
            assert err == INVAL
        elif part in self.running:
            assert err == BUSY
        elif err == OK:
            memory = self.mux.lent[part][0].data
            self.running[part] = (verb, page, data, memory)
        else:
            assert refused == [err]

    @rule(refusals=st.lists(st.sampled_from([OK, FAIL, OFF]), max_size=3))
    def flash_will(self, refusals: list[int]) -> None:
        self.mux.refusals = list(refusals)

    @rule(steps=st.integers(1, 4))
    def step(self, steps: int) -> None:
        for _ in range(steps):
            self.mux.step()
        self.look()

    def look(self) -> None:
        for part, verb, err in self.mux.told:
            begun, page, data, memory = self.running.pop(part)
            assert verb == begun
            assert err in (OK, FAIL, OFF)
            if err == OK:
                self.done(part, verb, page, data, memory)
        self.mux.told.clear()

    def done(self, part: int, verb: str, page: int, data: bytes, memory: CData) -> None:
        """What an operation that was done has changed; one that was refused, nothing."""
        span = slice(page * PAGE, (page + 1) * PAGE)
        there = self.model[part][span]
        if verb == "read":
            assert bytes(self.mux.lib.ffi.buffer(memory, PAGE)) == there
        elif verb == "write":
            self.model[part][span] = bytes(a & b for a, b in zip(there, data, strict=True))
        else:
            self.model[part][span] = b"\xff" * PAGE

    def teardown(self) -> None:
        if hasattr(self, "mux"):
            self.mux.loop()
            self.look()
            assert self.running == {}
            assert bytes(self.mux.lib.ffi.buffer(self.mux.memory)) == b"".join(self.model)


TestFlashAgainstModel = FlashAgainstModel.TestCase


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_of_another_part_cannot_be_named(verb: str) -> None:
    mux = MuxFlash()
    for page in (PART_PAGES, 0xFFFFFFFF):
        assert mux.start(0, verb, page) == INVAL
    assert mux.start(0, verb, PART_PAGES - 1) == OK


@pytest.mark.parametrize("verb", VERBS)
def test_after_the_flash_refused_one_client_another_completes(verb: str) -> None:  # bug 64
    mux = MuxFlash()
    mux.refusals = [OFF]
    assert mux.start(0, verb, 0) == OFF
    assert mux.start(1, verb, 0) == OK
    mux.loop()
    assert mux.told == [(1, verb, OK)]


@pytest.mark.parametrize("verb", VERBS)
def test_a_refusal_in_the_queue_is_told_and_does_not_stall_those_behind(verb: str) -> None:
    mux = MuxFlash()
    for part in range(PARTS):
        assert mux.start(part, verb, 0) == OK
    mux.refusals = [FAIL]
    mux.loop()
    assert sorted(mux.told) == [(0, verb, OK), (1, verb, FAIL), (2, verb, OK)]


def test_a_second_operation_is_busy_and_the_first_one_stays_what_it_was() -> None:  # bug 65
    mux = MuxFlash()
    assert mux.start(0, "write", 0, b"abcd") == OK
    for part, verb in ((1, "read"), (2, "erase")):
        assert mux.start(part, verb, 0) == OK
    for part in range(PARTS):
        for verb in VERBS:
            assert mux.start(part, verb, 0) == BUSY
    mux.loop()
    assert mux.told == [(0, "write", OK), (1, "read", OK), (2, "erase", OK)]


def test_who_names_no_client_is_refused() -> None:
    mux = MuxFlash()
    mux.client = mux.lib.ffi.NULL
    assert mux.start(0, "read", 0) == INVAL


def test_three_clients_that_resubmit_in_the_callback_share_exactly() -> None:  # bug 75
    mux = MuxFlash()
    mux.again = 297
    for part, verb in enumerate(VERBS):
        mux.start(part, verb, 0)
    mux.loop()
    assert [part for part, _, _ in mux.told] == [0, 1, 2] * 100
