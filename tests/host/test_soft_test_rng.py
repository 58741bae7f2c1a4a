# SPDX-License-Identifier: MIT OR Apache-2.0
"""The generator for tests: the same bytes from the same seed, and a provider by the rules."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

FAKES = ROOT / "tests" / "host" / "fakes"
INDEX_OF_DEFERRED = 2
PIECE = 64
SEED = 2463534242  # of Marsaglia's paper, whose first result from it is known
OK, BUSY, ALREADY, INVAL, SIZE, CANCEL = 0, 2, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1


@cache
def library() -> Library:
    sources = ["chips/soft/soft_test_rng.c", str(FAKES / "fake_kernel.c")]
    return host_library("soft_test_rng", sources, include=[FAKES])


def xorshift(seed: int, count: int) -> bytes:
    """The bytes, computed again."""
    word, out = seed, bytearray()
    for _ in range(count):
        word ^= word << 13 & 0xFFFFFFFF
        word ^= word >> 17
        word ^= word << 5 & 0xFFFFFFFF
        out.append(word >> 24)
    return bytes(out)


class Rng:
    def __init__(self, seed: int = SEED) -> None:
        self.lib = lib = library()
        lib.fake_kernel_reset()
        self.callbacks = Callbacks(lib)
        self.told: list[tuple[int, bytes]] = []
        self.memory: list[CData] = []
        self.state = lib.new("struct soft_test_rng_state *")
        self.self = lib.new("struct soft_test_rng *", {"state": self.state, "seed": seed})
        self.self.step.index = INDEX_OF_DEFERRED
        self.port = lib.new("struct rng_bytes *", {"owner": self.self})
        self.client = self.callbacks.new("struct rng_bytes_client", filled=self._filled)

    def _filled(self, client: CData, request: CData, err: int) -> None:
        assert self.state.request == self.lib.ffi.NULL, "it is idle before it completes"
        self.told.append((err, bytes(self.lib.ffi.buffer(request.data, request.filled))))

    def request(self, size: int) -> CData:
        data = self.lib.new("uint8_t[]", max(size, 1))
        fields = {"client": self.client, "data": data, "len": size, "filled": 99}
        request = self.lib.new("struct rng_request *", fields)
        self.memory += [data, request]  # the C keeps them
        return request

    def loop(self) -> int:
        for calls in range(1000):
            if self.lib.fake_kernel_take_deferred() == 0:
                return calls
            self.lib.soft_test_rng_step(self.self)
            self.callbacks.check()
        raise AssertionError("it never stops")

    def bytes(self, size: int) -> bytes:
        request = self.request(size)
        assert self.lib.soft_test_rng_fill(self.port, request) == OK
        assert self.told == [], "a completion inside the start"
        self.loop()
        err, found = self.told.pop()
        assert err == OK
        return found


def test_the_first_word_is_that_of_the_paper() -> None:
    assert Rng().bytes(1)[0] == 723471715 >> 24


@given(seed=st.integers(1, 2**32 - 1), sizes=st.lists(st.integers(1, 200), max_size=5))
def test_requests_go_on_where_the_last_one_ended(seed: int, sizes: list[int]) -> None:
    rng = Rng(seed)
    found = b"".join(rng.bytes(size) for size in sizes)
    assert found == xorshift(seed, sum(sizes))


@pytest.mark.parametrize(
    ("size", "calls"), [(1, 1), (PIECE, 1), (PIECE + 1, 2), (10 * PIECE, 10)]
)
def test_a_deferred_call_makes_a_piece_at_most(size: int, calls: int) -> None:
    rng = Rng()
    rng.lib.soft_test_rng_fill(rng.port, rng.request(size))
    assert rng.loop() == calls
    assert rng.told == [(OK, xorshift(SEED, size))]


def test_a_second_request_is_busy_and_changes_nothing() -> None:
    rng = Rng()
    first, second = rng.request(5), rng.request(5)
    rng.lib.soft_test_rng_fill(rng.port, first)
    assert rng.lib.soft_test_rng_fill(rng.port, second) == BUSY
    assert rng.lib.soft_test_rng_fill(rng.port, first) == BUSY
    assert second.filled == 99
    rng.loop()
    assert [len(found) for _, found in rng.told] == [5]


def test_a_request_for_nothing_or_of_nobody_is_refused() -> None:
    rng = Rng()
    assert rng.lib.soft_test_rng_fill(rng.port, rng.request(0)) == SIZE
    request = rng.request(1)
    request.client = rng.lib.ffi.NULL
    assert rng.lib.soft_test_rng_fill(rng.port, request) == INVAL
    assert rng.loop() == 0
    assert rng.bytes(1) == xorshift(SEED, 1)


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_cancelled_request_completes_once_later_with_what_there_is(pieces: int) -> None:
    rng = Rng()
    request = rng.request(3 * PIECE)
    outcome = rng.lib.new("enum cancel *")
    rng.lib.soft_test_rng_fill(rng.port, request)
    for _ in range(pieces):
        rng.lib.soft_test_rng_step(rng.self)
    assert rng.lib.soft_test_rng_fill_cancel(rng.port, request, outcome) == OK
    assert outcome[0] == CANCELLED
    assert rng.lib.soft_test_rng_fill_cancel(rng.port, request, outcome) == OK
    assert outcome[0] == TOO_LATE
    assert rng.told == []
    rng.loop()
    assert rng.told == [(CANCEL, xorshift(SEED, pieces * PIECE))]
    rng.told.clear()
    assert len(rng.bytes(5)) == 5


def test_what_is_not_outstanding_cannot_be_cancelled() -> None:
    rng = Rng()
    outcome = rng.lib.new("enum cancel *")
    null = rng.lib.ffi.NULL
    request, other = rng.request(1), rng.request(1)
    for each in (null, request):
        assert rng.lib.soft_test_rng_fill_cancel(rng.port, each, outcome) == ALREADY
    rng.lib.soft_test_rng_fill(rng.port, request)
    assert rng.lib.soft_test_rng_fill_cancel(rng.port, other, outcome) == ALREADY
    rng.loop()
    assert [err for err, _ in rng.told] == [OK]
