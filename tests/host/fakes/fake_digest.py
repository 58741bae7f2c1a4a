# SPDX-License-Identifier: MIT OR Apache-2.0
"""A provider of digests: one step at a time, refusals as told, completion by hand."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, INVAL, SIZE = 0, 6, 7
LEN = 32
LONGEST_KEY = 64


class FakeDigest:
    """A context has the number of a message, which is kept here, as a Python hash object."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library = library
        self.after = callbacks.check  # what to check when a completion has been made
        self.refusals: list[int] = []
        self.messages: list[hashlib._Hash | hmac.HMAC] = []
        self.session: CData | None = None
        self.step = ""
        self.steps = library.new("struct digest_steps *")
        self.steps.ops = callbacks.new(
            "struct digest_steps_ops",
            add=lambda _, session: self._start("add", session),
            add_const=self._no_const,
            finish=lambda _, session: self._start("finish", session),
            verify=lambda _, session: self._start("verify", session),
        )
        self.sha256 = library.new("struct digest_sha256 *")
        self.sha256.ops = callbacks.new("struct digest_sha256_ops", sha256_begin=self._begin)
        self.hmac_sha256 = library.new("struct digest_hmac_sha256 *")
        self.hmac_sha256.ops = callbacks.new(
            "struct digest_hmac_sha256_ops", hmac_sha256_begin=self._begin_keyed
        )

    def _begin(self, port: CData, context: CData) -> None:
        self.messages.append(hashlib.sha256())
        context.words = [len(self.messages)]

    def _begin_keyed(self, port: CData, context: CData, key: CData, size: int) -> int:
        if size > LONGEST_KEY:
            return SIZE
        self.messages.append(hmac.new(bytes(key[0:size]), digestmod="sha256"))
        context.words = [len(self.messages)]
        return OK

    def _no_const(self, port: CData, session: CData) -> int:
        raise AssertionError("no capsule has constant data of a process")

    def _start(self, step: str, session: CData) -> int:
        assert self.session is None, "a second step while one is under way"
        if session.context.words[0] == 0:
            return INVAL
        if step != "add" and session.len != LEN:
            return SIZE
        err = self.refusals.pop(0) if self.refusals else OK
        if err != OK:
            return err
        self.session, self.step = session, step
        return OK

    def finish(self, err: int = OK) -> str:
        """The step under way ends; which it was."""
        session, self.session = self.session, None
        assert session is not None
        message = self.messages[session.context.words[0] - 1]
        memory = self.library.ffi.buffer(session.data, session.len)
        if err == OK and self.step == "add":
            message.update(bytes(memory))
        elif err == OK and self.step == "finish":
            memory[:] = message.digest()
        else:  # after a failure it says nothing
            session.equal = err != OK or bytes(memory) == message.digest()
        if self.step != "add":
            session.context.words = [0] * len(session.context.words)
        word = {"add": "added", "finish": "finished", "verify": "verified"}[self.step]
        getattr(session.client, word)(session.client, session, err)
        self.after()
        return self.step

    def drain(self) -> int:
        """All steps end, up to a bound that no honest capsule needs; how many."""
        for done in range(10_000):
            if self.session is None:
                return done
            self.finish()
        raise AssertionError("it never stops")
