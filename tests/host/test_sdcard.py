# SPDX-License-Identifier: MIT OR Apache-2.0
"""The SD card's driver over a fake bus, with a card that speaks the protocol byte by byte.

What an emulator's card makes of it is in tests/target/test_card.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import host_library
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_spi import FakeSpi
from tests.host.fakes.fake_time import FakeTime
from tests.host.queue_mux import FAKES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

OK, FAIL, BUSY, OFF, INVAL = 0, 1, 2, 4, 6
BLOCK, TICK, DATA_HZ, START_HZ, CHAIN_MAX = 512, 1000, 4_000_000, 400_000, 16
BLOCKS = 100
COMMANDS = [*range(8), 8, 11]  # of enum sdcard_step: those that begin something
TEXT = bytes(7 * n % 256 for n in range(BLOCK))


@cache
def library() -> Library:
    sources = ["devices/sdcard.c", str(FAKES / "fake_kernel.c")]
    return host_library("sdcard", sources, include=[FAKES])


@dataclass
class Card:
    """Speaks the protocol byte by byte; `out` are the bytes it is going to say.

    Delays are in bytes; `resets` and `starts` are how often it is not ready yet, `busy` is
    in transfers.
    """

    version: int = 2
    by_block: bool = False
    present: bool = True
    answer_delay: int = 1
    data_delay: int = 1
    starts: int = 2
    resets: int = 0
    busy: int = 0
    response: int = 0xE5
    data_error: int | None = None
    echo: int = 0xAA
    voltage: int = 1
    blocks: dict[int, bytes] = field(default_factory=dict)
    out: bytearray = field(default_factory=bytearray)
    word: bytearray = field(default_factory=bytearray)
    numbers: list[int] = field(default_factory=list)
    idle: bool = True
    writing: int | None = None
    writes: bytearray | None = None
    busy_left: int = 0
    answers: bool = False

    def exchange(self, sent: bytes) -> bytes:
        if not self.present:
            return b"\xff" * len(sent)
        if self.busy_left and self.writes is None and not self.out:
            self.busy_left -= 1
            return b"\x00" * len(sent)
        return bytes(self._byte(byte) for byte in sent)

    def deselected(self) -> None:
        """It forgets what it was about, but not what it is busy with."""
        self.out.clear()
        self.word.clear()
        self.writing = self.writes = None
        self.answers = False

    def _byte(self, byte: int) -> int:
        said = self.out.pop(0) if self.out else 0xFF
        assert byte == 0xFF or not self.answers, "a command in its words"
        if self.writes is not None:
            self.writes.append(byte)
            if len(self.writes) == BLOCK + 2:
                assert self.writing is not None
                if self.response & 0x1F == 5:
                    self.blocks[self.writing] = bytes(self.writes[:BLOCK])
                self.out += bytes([self.response]) + b"\x00" * (20 if self.busy else 1)
                self.busy_left = self.busy
                self.answers = True
                self.writes = self.writing = None
        elif self.writing is not None and byte == 0xFE:
            self.writes = bytearray()
        elif self.word or byte & 0xC0 == 0x40:
            self.word.append(byte)
            if len(self.word) == 6:
                self._obey(self.word[0] & 0x3F, int.from_bytes(self.word[1:5], "big"))
                self.word.clear()
        return said

    def _obey(self, number: int, argument: int) -> None:
        if number in (0, 8):
            assert self.word[5] == {0: 0x95, 8: 0x87}[number]
        prefixed = self.numbers[-1:] == [55]
        self.numbers.append(number)
        more = b""
        answer = int(self.idle)
        if number == 0:
            self.resets -= 1
            self.idle = True
            answer = 1 if self.resets < 0 else 0x3F
        elif number == 8:
            answer, more = (
                (1, bytes([0, 0, self.voltage, self.echo])) if self.version == 2 else (5, b"")
            )
        elif number == 41:
            assert prefixed
            assert bool(argument >> 30) == (self.version == 2)
            self.starts -= 1
            self.idle = self.starts >= 0
            answer = int(self.idle)
        elif number == 58:
            more = bytes([0xC0 if self.by_block else 0x80, 0xFF, 0x80, 0])
        elif number == 16:
            assert argument == BLOCK
        elif number in (17, 24):
            assert not self.idle
            block = argument if self.by_block else argument // BLOCK
            if block >= BLOCKS:
                answer = 0x40
            elif number == 24:
                self.writing = block
            else:
                data = self.blocks.get(block, bytes(BLOCK))
                ready = b"\xfe" + data + b"\x12\x34"
                bad = None if self.data_error is None else bytes([self.data_error])
                more = b"\xff" * self.data_delay + (ready if bad is None else bad)
        self.out[:] = b"\xff" * self.answer_delay + bytes([answer]) + more


class Driver:
    def __init__(self, card: Card) -> None:
        lib = self.lib = library()
        lib.fake_kernel_reset()
        self.card = card
        self.callbacks = calls = Callbacks(lib)
        self.spi = FakeSpi(lib, calls)
        self.spi.respond = self._respond
        self.time = FakeTime(lib, calls, start=2**32 - 500)
        self.in_call = False
        self.kept = self.moves = 0
        self.ends: list[tuple[str, int]] = []
        self.then: Callable[[], object] = lambda: None
        self.alive: list[CData] = []
        self.sdcard = made = lib.new("struct sdcard *")
        self.state = made.state = lib.new("struct sdcard_state *")
        made.spi, made.data_hz, made.tick = self.spi.edge, DATA_HZ, TICK
        made.timer_alarm, made.timer_counter = self.time.alarm[0], self.time.counter[0]
        made.spi_client.transferred = lib.address("sdcard_transferred")
        made.timer_alarm_client.alarm_fired = lib.address("sdcard_alarm_fired")
        self.client = calls.new(
            "struct disk_blocks_client", block_read=self._read, block_written=self._written
        )
        self.port = lib.new("struct disk_blocks *", {"owner": made})

    def _respond(self, sent: bytes) -> bytes:
        op = self.spi.op
        assert op is not None
        starting = not self.state.ready
        assert self.spi.edge.rate_hz == (START_HZ if starting else DATA_HZ)
        begins = self.state.step in COMMANDS
        assert not (begins and self.kept), "a command under the select of the last one"
        self.moves += 1
        self.kept = self.kept + 1 if op.keep_selected else 0
        assert self.kept < CHAIN_MAX, "the end of a chain does not fit"
        came = self.card.exchange(sent)
        if not op.keep_selected:
            self.card.deselected()
        return came

    def call(self, name: str, *arguments: object) -> int:
        outer, self.in_call = self.in_call, True
        err = int(getattr(self.lib, f"sdcard_{name}")(*arguments))
        self.in_call = outer
        self.callbacks.check()
        return err

    def call_back(self, name: str) -> None:
        getattr(self.lib, f"sdcard_{name}")(self.sdcard)
        self.callbacks.check()

    def start(self) -> None:
        assert self.call("start", self.sdcard) == OK

    def block(self, number: int, data: bytes = bytes(BLOCK)) -> CData:
        op = self.lib.new("struct disk_block *")
        op.data = lent = self.lib.new("uint8_t[]", data)
        op.client, op.number = self.client, number
        self.alive += [op, lent]
        return op

    def read(self, number: int) -> tuple[int, CData]:
        op = self.block(number)
        return self.call("read_block", self.port, op), op

    def write(self, number: int, data: bytes = TEXT) -> int:
        return self.call("write_block", self.port, self.block(number, data))

    def _read(self, client: CData, op: CData, err: int) -> None:
        self._ended("read", err)

    def _written(self, client: CData, op: CData, err: int) -> None:
        self._ended("written", err)

    def _ended(self, what: str, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        self.ends.append((what, err))
        self.then()

    def step(self) -> bool:
        if self.spi.op is not None:
            assert self.time.armed is None, "a deadline beside a transfer"
            self.spi.finish()
            if self.spi.op is None:
                self.kept = 0
                self.card.deselected()
            if self.lib.fake_kernel_take_deferred():
                self.call_back("ended")
        elif self.time.armed is not None:
            assert self.time.armed.at == self.time.true + TICK
            self.time.advance(TICK)
        else:
            return False
        return True

    def run(self) -> None:
        for _ in range(1000):
            if not self.step():
                return
        raise AssertionError("it never comes to rest")

    def reads(self, number: int) -> bytes:
        """The block, read without an error."""
        err, op = self.read(number)
        assert err == OK
        self.run()
        assert self.ends[-1] == ("read", OK)
        return bytes(self.lib.ffi.buffer(op.data, BLOCK))


def started(card: Card) -> Driver:
    driver = Driver(card)
    driver.start()
    driver.run()
    assert driver.state.ready
    return driver


CARDS = {
    "version 1": Card(version=1),
    "by byte": Card(),
    "by block": Card(by_block=True),
    "at once": Card(answer_delay=0, data_delay=0),
    "as late as it may": Card(answer_delay=7, starts=100, resets=10),
    "slow data": Card(data_delay=3000),
    "busy": Card(busy=20),
}


def fresh(name: str) -> Card:
    card = CARDS[name]
    return Card(
        **{key: getattr(card, key) for key in ("version", "by_block", "answer_delay")},
        **{key: getattr(card, key) for key in ("data_delay", "starts", "resets", "busy")},
    )


@pytest.mark.parametrize("name", CARDS)
def test_blocks_are_written_and_read(name: str) -> None:
    card = fresh(name)
    driver = started(card)
    assert driver.write(3) == OK
    driver.run()
    assert driver.ends == [("written", OK)]
    assert card.blocks == {3: TEXT}
    assert driver.reads(3) == TEXT
    assert driver.reads(4) == bytes(BLOCK)


@pytest.mark.parametrize("delay", [*range(20), 500, 511, 512, 513, 1000])
def test_a_block_is_whole_wherever_in_a_transfer_it_begins(delay: int) -> None:
    driver = started(Card(data_delay=delay, blocks={7: TEXT}))
    assert driver.reads(7) == TEXT


def test_what_comes_while_a_card_starts_waits() -> None:
    driver = Driver(Card(blocks={1: TEXT}))
    driver.start()
    err, op = driver.read(1)
    assert err == OK
    assert driver.write(2) == BUSY
    driver.run()
    assert driver.ends == [("read", OK)]
    assert bytes(driver.lib.ffi.buffer(op.data, BLOCK)) == TEXT


def test_an_answer_in_a_chain_is_told_when_the_chain_has_ended() -> None:
    """Who asks in the callback would go on in it: it may be too long by then, and too fast."""
    driver = started(Card())
    wanted = 40

    def again() -> None:
        if len(driver.ends) < wanted:
            assert driver.read(BLOCKS + len(driver.ends))[0] == OK

    driver.then = again
    again()
    driver.run()
    assert driver.ends == [("read", INVAL)] * wanted


def test_a_card_that_failed_in_a_chain_is_started_under_a_select_of_its_own() -> None:
    card = Card(data_error=0x05)
    driver = started(card)
    driver.then = lambda: driver.read(1) if len(driver.ends) < 3 else None
    assert driver.read(1)[0] == OK
    driver.run()
    assert driver.ends == [("read", FAIL)] * 3


def test_the_next_block_can_be_asked_for_in_the_callback() -> None:
    driver = started(Card())
    left = [5, 6, 7]
    driver.then = lambda: bool(left) and driver.write(left.pop()) == OK
    assert driver.write(4) == OK
    driver.run()
    assert sorted(driver.card.blocks) == [4, 5, 6, 7]
    assert driver.ends == [("written", OK)] * 4


def test_a_descriptor_that_names_nobody_is_refused() -> None:
    driver = started(Card())
    driver.client = driver.lib.ffi.NULL
    assert driver.write(1) == INVAL
    assert driver.read(1)[0] == INVAL


@pytest.mark.parametrize("by_block", [False, True])
@pytest.mark.parametrize("number", [BLOCKS, 2**23, 2**32 - 1])
def test_a_block_that_is_not_there_costs_nothing_else(number: int, by_block: bool) -> None:
    driver = started(Card(by_block=by_block, blocks={1: TEXT}, data_delay=3000))
    for writes in (False, True) * 5:
        ends = len(driver.ends)
        err = driver.write(number) if writes else driver.read(number)[0]
        driver.run()
        assert INVAL in (err, *(err for _, err in driver.ends[ends:]))
    assert driver.card.blocks == {1: TEXT}
    assert driver.reads(1) == TEXT
    assert driver.card.numbers.count(0) == 1, "not started again"


@pytest.mark.parametrize(
    "card",
    [
        Card(present=False),
        Card(starts=1000),
        Card(resets=1000),
        Card(echo=0x55),
        Card(voltage=0),
    ],
)
def test_what_does_not_start_is_no_card_until_it_does(card: Card) -> None:
    driver = Driver(card)
    driver.start()
    assert driver.write(1) == OK
    driver.run()
    assert driver.ends == [("written", OFF)]
    driver.card = Card(blocks={1: TEXT})
    assert driver.reads(1) == TEXT, "it came late"


@pytest.mark.parametrize(
    "wrong",
    [{"data_delay": 9000}, {"data_error": 0x09}, {"response": 0xED}, {"busy": 55}],
)
def test_a_block_that_fails_is_told_and_the_card_started_anew(wrong: dict[str, int]) -> None:
    driver = started(Card(blocks={1: TEXT}, **wrong))  # type: ignore[arg-type]
    before = driver.moves
    err = driver.write(2) if {"response", "busy"} & set(wrong) else driver.read(1)[0]
    assert err == OK
    driver.run()
    assert driver.ends[-1][1] == FAIL
    assert "data_error" not in wrong or driver.moves == before + 1, "noticed at once"
    driver.card = Card(blocks={1: TEXT})
    assert driver.reads(1) == TEXT
    assert driver.card.numbers[0] == 0


@pytest.mark.parametrize("writes", [False, True])
@pytest.mark.parametrize("at", range(14))
@pytest.mark.parametrize(("err", "told"), [(OFF, OFF), (FAIL, FAIL), (INVAL, FAIL)])
@pytest.mark.parametrize("refused", [False, True])
def test_an_error_of_the_bus_is_the_block_s_and_the_next_goes_on(
    refused: bool, err: int, told: int, at: int, writes: bool
) -> None:
    driver = Driver(Card(blocks={1: TEXT}))
    driver.start()
    assert (driver.write(2) if writes else driver.read(1)[0]) == OK
    for _ in range(at):
        driver.step()
    if refused:
        driver.spi.refusals = [err]
        driver.step()
    elif driver.spi.op is not None:
        driver.spi.finish(err)
    driver.run()
    assert len(driver.ends) == 1
    assert driver.ends[0][1] in (told, OK)
    driver.spi.refusals = []
    assert driver.reads(1) == TEXT


def test_a_refused_start_lends_nothing_and_is_tried_again() -> None:
    driver = Driver(Card(blocks={1: TEXT}))
    driver.spi.refusals = [OFF, OFF, FAIL]
    driver.start()
    assert driver.write(1) == OFF
    assert driver.read(1)[0] == FAIL
    assert driver.reads(1) == TEXT
