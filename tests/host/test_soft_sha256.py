# SPDX-License-Identifier: MIT OR Apache-2.0
"""SHA-256 and HMAC in software: published vectors, Python's own, and who waits for whom."""

from __future__ import annotations

import hashlib
import hmac
from enum import IntEnum
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

FAKES = ROOT / "tests" / "host" / "fakes"
CLIENTS = 4
INDEX_OF_DEFERRED = 3
LEN = 32
BLOCK = 64

# FIPS 180-4's examples, as NIST publishes them.
ALPHABET = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
LONGER = (
    b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    b"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
)
HASHES = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ALPHABET: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    LONGER: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    b"a" * 1_000_000: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
}
# RFC 4231, 4.2 to 4.5: key, data, HMAC-SHA-256. The others have longer keys or a cut result.
MACS = [
    (
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
]
# RFC 4231, 4.7 and 4.8: keys of 131 bytes, which are hashed first.
LONG_KEY = b"\xaa" * 131
LONG_MACS = [
    (
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"This is a test using a larger than block-size key and a larger than block-size "
        b"data. The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]
# A length at each side of each place where padding or a block begins.
EDGES = [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129, 183, 184, 192]


class Err(IntEnum):
    OK = 0
    BUSY = 2
    INVAL = 6
    SIZE = 7


@cache
def library() -> Library:
    return host_library(
        "soft_sha256",
        ["chips/soft/soft_sha256.c", "lib/arbiter.c", str(FAKES / "fake_kernel.c")],
        include=[FAKES],
    )


class Sha:
    """The provider, and clients that note what they are told."""

    def __init__(self) -> None:
        self.lib = lib = library()
        lib.fake_kernel_reset()
        self.callbacks = Callbacks(lib)
        self.told: list[tuple[int, str, Err]] = []
        self.then: dict[int, list[object]] = {}
        self.inside = False
        self.state = lib.new("struct soft_sha256_state *")
        self.slots = lib.new("struct soft_sha256_slot[]", CLIENTS)
        self.self = lib.new("struct soft_sha256 *")
        self.self.state, self.self.slots = self.state, self.slots
        self.self.slot_count = CLIENTS
        self.self.step.index = INDEX_OF_DEFERRED
        self.steps = [self._port("struct digest_steps *", n) for n in range(CLIENTS)]
        self.plain = self._port("struct digest_sha256 *", 0)
        self.keyed = self._port("struct digest_hmac_sha256 *", 0)
        self.keep: list[CData] = []

    def _port(self, kind: str, index: int) -> CData:
        return self.lib.new(kind, {"owner": self.self, "index": index})

    def session(self, client: int, key: bytes | None = None) -> CData:
        session = self.lib.new("struct digest_session *")
        session.client = self.callbacks.new(
            "struct digest_steps_client",
            added=lambda _, of, err: self._tell(client, "added", of, session, err),
            finished=lambda _, of, err: self._tell(client, "finished", of, session, err),
            verified=lambda _, of, err: self._tell(client, "verified", of, session, err),
        )
        context = self.lib.ffi.addressof(session, "context")
        if key is None:
            self.lib.soft_sha256_sha256_begin(self.plain, context)
        else:
            memory = self.lib.new("uint8_t[]", key or b"?")
            begin = self.lib.soft_sha256_hmac_sha256_begin
            assert Err(begin(self.keyed, context, memory, len(key))) == Err.OK
        return session

    def _tell(self, client: int, what: str, of: CData, session: CData, err: int) -> None:
        assert self.inside, "a completion inside the call that asked for it"
        assert of == session
        self.told.append((client, what, Err(err)))

    def start(self, client: int, step: str, session: CData, data: bytes | int) -> Err:
        """`data`: the bytes, or how many there is room for."""
        size = data if isinstance(data, int) else len(data)
        memory = self.lib.new("uint8_t[]", max(size, 1))
        if isinstance(data, bytes):
            self.lib.ffi.memmove(memory, data, size)
        self.keep.append(memory)
        null = self.lib.ffi.NULL
        const = step == "add_const"
        session.data, session.text = (null, memory) if const else (memory, null)
        session.len = size
        err = Err(getattr(self.lib, f"soft_sha256_{step}")(self.steps[client], session))
        self.check()
        return err

    def loop(self, rounds: int = 1_000_000) -> int:
        """The deferred call, until it is not due any more; how often."""
        for done in range(rounds):
            due = self.lib.fake_kernel_take_deferred()
            if due == 0:
                return done
            assert due == 1 << INDEX_OF_DEFERRED
            self.inside = True
            self.lib.soft_sha256_step(self.self)
            self.inside = False
            self.callbacks.check()
            self.check()
        return rounds

    def check(self) -> None:
        assert self.lib.soft_sha256_check(self.self)

    def run(self, client: int, step: str, session: CData, data: bytes | int) -> int:
        """A step to its end; in how many deferred calls."""
        assert self.start(client, step, session, data) == Err.OK
        calls = self.loop()
        word = {"add_const": "add"}.get(step, step)
        assert self.told.pop() == (
            client,
            {"verify": "verified"}.get(word, word + "ed"),
            Err.OK,
        )
        return calls

    def digest(self, pieces: list[bytes], key: bytes | None = None, client: int = 0) -> str:
        session = self.session(client, key)
        for piece in pieces:
            self.run(client, "add", session, piece)
        self.run(client, "finish", session, LEN)
        assert wiped(self, session)
        return bytes(self.lib.ffi.buffer(session.data, LEN)).hex()


def wiped(sha: Sha, session: CData) -> bool:
    return not any(bytes(sha.lib.ffi.buffer(sha.lib.ffi.addressof(session, "context"))))


def digest_of(message: bytes, key: bytes | None) -> bytes:
    if key is None:
        return hashlib.sha256(message).digest()
    return hmac.new(key, message, "sha256").digest()


def other(digest: bytes, at: int) -> bytes:
    return digest[:at] + bytes([digest[at] ^ 1]) + digest[at + 1 :]


@pytest.mark.parametrize("message", HASHES, ids=len)
def test_the_published_messages_have_the_published_digests(message: bytes) -> None:
    assert Sha().digest([message]) == HASHES[message]


@pytest.mark.parametrize(("key", "message", "mac"), MACS, ids=lambda x: str(len(x)))
def test_the_published_keyed_messages_have_the_published_codes(
    key: bytes, message: bytes, mac: str
) -> None:
    assert Sha().digest([message], key) == mac


@pytest.mark.parametrize(("message", "mac"), LONG_MACS, ids=lambda x: str(len(x)))
def test_a_long_key_is_used_as_its_own_digest(message: bytes, mac: str) -> None:
    sha = Sha()
    assert sha.digest([message], bytes.fromhex(sha.digest([LONG_KEY]))) == mac


def test_a_key_longer_than_a_block_is_refused() -> None:
    sha = Sha()
    context = sha.lib.new("struct digest_context *")
    key = sha.lib.new("uint8_t[]", BLOCK + 1)
    begin = sha.lib.soft_sha256_hmac_sha256_begin
    assert Err(begin(sha.keyed, context, key, BLOCK + 1)) == Err.SIZE
    assert Err(begin(sha.keyed, context, key, BLOCK)) == Err.OK


@pytest.mark.parametrize("length", EDGES)
@pytest.mark.parametrize("key", [None, b"", b"key", b"k" * BLOCK])
def test_every_place_where_padding_begins(length: int, key: bytes | None) -> None:
    message = bytes(range(length))
    assert Sha().digest([message], key) == digest_of(message, key).hex()


PIECES = st.lists(st.binary(max_size=3 * BLOCK), max_size=6)
KEYS = st.none() | st.binary(max_size=BLOCK)


@given(pieces=PIECES, key=KEYS, client=st.integers(0, CLIENTS - 1))
def test_any_message_in_any_pieces(pieces: list[bytes], key: bytes | None, client: int) -> None:
    assert Sha().digest(pieces, key, client) == digest_of(b"".join(pieces), key).hex()


@given(seed=st.integers(0, 2**32))
def test_clients_that_work_at_the_same_time_get_their_own(seed: int) -> None:
    random = Random(seed)  # noqa: S311  for a test
    keys = [random.choice([None, random.randbytes(random.randrange(BLOCK))]) for _ in range(4)]
    pieces = [[random.randbytes(random.randrange(200)) for _ in range(4)] for _ in range(4)]
    sha = Sha()
    sessions = [sha.session(client, key) for client, key in enumerate(keys)]
    todo: list[list[tuple[str, bytes | int]]]
    todo = [[*(("add", each) for each in mine), ("finish", LEN)] for mine in pieces]
    idle = set(range(CLIENTS))
    while any(todo) or len(idle) < CLIENTS:
        ready = [client for client in sorted(idle) if todo[client]]
        if ready and random.random() < 0.5:
            client = random.choice(ready)
            assert sha.start(client, *_next(todo[client], sessions[client])) == Err.OK
            idle.remove(client)
        else:
            sha.loop(1)
        idle |= {client for client, _, _ in sha.told}
        sha.told.clear()
    for session, key, mine in zip(sessions, keys, pieces, strict=True):
        assert bytes(sha.lib.ffi.buffer(session.data, LEN)) == digest_of(b"".join(mine), key)


def _next(
    todo: list[tuple[str, bytes | int]], session: CData
) -> tuple[str, CData, bytes | int]:
    step, argument = todo.pop(0)
    return step, session, argument


def test_a_length_has_64_bits_of_them() -> None:
    sha = Sha()
    high, low = 32, 33  # words of a context: bytes so far, behind two states and a block
    session = sha.session(0)
    session.context.words[low] = 0xFFFFFFFF
    sha.run(0, "add", session, b"a")
    assert (session.context.words[high], session.context.words[low]) == (1, 0)
    digests = set()
    for word, value in ((low, 0), (low, 1 << 29), (low, 1 << 31), (high, 1), (high, 1 << 20)):
        session = sha.session(0)
        session.context.words[word] = value
        sha.run(0, "finish", session, LEN)
        digests.add(bytes(sha.lib.ffi.buffer(session.data, LEN)))
    assert len(digests) == 5, "all of it counts"


def test_a_deferred_call_compresses_one_block_at_most() -> None:
    sha = Sha()
    session = sha.session(0)
    assert sha.run(0, "add", session, bytes(100 * BLOCK)) == 100
    assert sha.run(0, "finish", session, LEN) == 2
    keyed = sha.session(0, b"key")
    assert sha.run(0, "add", keyed, bytes(BLOCK)) == 2, "the two blocks of the key"
    assert sha.run(0, "finish", keyed, LEN) == 3, "the message, its padding, the outer one"


def test_a_short_message_waits_for_one_block_of_each_other_client() -> None:
    sha = Sha()
    for client in range(1, CLIENTS):
        assert sha.start(client, "add", sha.session(client), bytes(1000 * BLOCK)) == Err.OK
    sha.loop(10)
    session = sha.session(0)
    assert sha.start(0, "add", session, b"abc") == Err.OK
    assert sha.loop(CLIENTS) == CLIENTS
    assert sha.told == [(0, "added", Err.OK)]


def test_text_in_flash_is_added_like_data() -> None:
    sha = Sha()
    session = sha.session(0)
    sha.run(0, "add_const", session, b"ab")
    sha.run(0, "add", session, b"c")
    sha.run(0, "finish", session, LEN)
    assert bytes(sha.lib.ffi.buffer(session.data, LEN)).hex() == HASHES[b"abc"]


@pytest.mark.parametrize("wrong", [None, 0, 15, 31])
@pytest.mark.parametrize("key", [None, b"key"])
def test_a_digest_is_verified_whole(wrong: int | None, key: bytes | None) -> None:
    sha = Sha()
    right = digest_of(b"abc", key)
    session = sha.session(1, key)
    sha.run(1, "add", session, b"abc")
    sha.run(1, "verify", session, right if wrong is None else other(right, wrong))
    assert session.equal == (wrong is None)
    assert wiped(sha, session)


def test_a_second_step_of_a_client_is_busy_and_changes_nothing() -> None:
    sha = Sha()
    session, second = sha.session(0), sha.session(0)
    assert sha.start(0, "add", session, b"abc") == Err.OK
    for step in ("add", "add_const", "finish", "verify"):
        assert sha.start(0, step, second, LEN) == Err.BUSY
    sha.loop()
    sha.run(0, "finish", session, LEN)
    assert bytes(sha.lib.ffi.buffer(session.data, LEN)).hex() == HASHES[b"abc"]


@pytest.mark.parametrize("step", ["add", "add_const", "finish", "verify"])
def test_a_session_that_is_over_takes_no_step(step: str) -> None:
    sha = Sha()
    session = sha.session(0)
    sha.run(0, "finish", session, LEN)
    assert sha.start(0, step, session, LEN) == Err.INVAL
    assert sha.loop() == 0


def test_a_step_that_nobody_would_be_told_of_is_refused() -> None:
    sha = Sha()
    session = sha.session(0)
    session.client = sha.lib.ffi.NULL
    assert sha.start(0, "add", session, b"abc") == Err.INVAL
    assert sha.loop() == 0


@pytest.mark.parametrize("step", ["finish", "verify"])
@pytest.mark.parametrize("size", [0, LEN - 1, LEN + 1])
def test_a_digest_of_another_length_is_refused_and_the_session_goes_on(
    step: str, size: int
) -> None:
    sha = Sha()
    session = sha.session(0)
    sha.run(0, "add", session, b"abc")
    assert sha.start(0, step, session, size) == Err.SIZE
    sha.run(0, "finish", session, LEN)
    assert bytes(sha.lib.ffi.buffer(session.data, LEN)).hex() == HASHES[b"abc"]


def test_a_session_can_rest_and_go_on_elsewhere() -> None:
    sha = Sha()
    session, elsewhere = sha.session(0, b"key"), sha.session(2)
    sha.run(0, "add", session, b"a" * 70)
    elsewhere.context = session.context
    sha.digest([b"something else"], client=0)
    sha.run(2, "add", elsewhere, b"b" * 70)
    sha.run(2, "finish", elsewhere, LEN)
    expected = hmac.new(b"key", b"a" * 70 + b"b" * 70, "sha256").digest()
    assert bytes(sha.lib.ffi.buffer(elsewhere.data, LEN)) == expected


def test_a_step_begun_in_a_completion_waits_its_turn() -> None:
    sha = Sha()
    session, behind = sha.session(0), sha.session(1)
    again: list[Err] = []

    def added(_: CData, of: CData, err: int) -> None:
        sha.told.append((0, "added", Err(err)))
        if not again:
            again.append(sha.start(0, "add", session, b"more"))

    client = sha.callbacks.new("struct digest_steps_client", added=added)
    session.client = client
    assert sha.start(0, "add", session, b"some") == Err.OK
    assert sha.start(1, "add", behind, b"else") == Err.OK
    assert sha.loop() == 3
    assert [client for client, _, _ in sha.told] == [0, 1, 0]
    assert again == [Err.OK]
