# SPDX-License-Identifier: MIT OR Apache-2.0
"""QEMU without a head: one machine, its serial lines, its trace output.

Every line is drained by a thread from the start, because a guest blocks, and with some
UARTs all of QEMU, once the host stops reading. Nothing here sleeps: a wait ends when the
text is there, when no more text can come, or, as a failure, at its limit.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")
Pattern = str | re.Pattern[str]

LIMIT = 90.0
"""Seconds until a wait is a failure; generous, because a wait that passes never needs it."""


class NotSeenError(AssertionError):
    """What was expected did not come; the message carries all that did."""


class NotEndedError(AssertionError):
    """QEMU was expected to end and did not; the message carries what came."""


@dataclass(frozen=True)
class Loaded:
    """A file put into memory before reset: an application image, a damaged header."""

    file: Path
    address: int


def compiled(pattern: Pattern) -> re.Pattern[str]:
    """A pattern as it is, a plain string as a pattern for exactly that text."""
    return re.compile(re.escape(pattern)) if isinstance(pattern, str) else pattern


class Line:
    """What one source has said so far, and a cursor behind the last expectation met."""

    def __init__(self, name: str, report: Callable[[bool], str]) -> None:
        self.name = name
        self._report = report
        self._text = ""
        self._cursor = 0
        self._ended = False
        self._changed = threading.Condition()

    def drain(self, read: Callable[[], bytes]) -> None:
        """Take in what `read` gives until it gives nothing; runs in its own thread."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        ended = False
        while not ended:
            try:
                data = read()
            except ConnectionResetError:  # QEMU left unread input behind: an end, too
                data = b""
            ended = not data
            with self._changed:
                self._text += decoder.decode(data, final=ended)
                self._ended = ended
                self._changed.notify_all()

    @property
    def text(self) -> str:
        """All of it, from reset on."""
        with self._changed:
            return self._text

    def count(self, pattern: Pattern) -> int:
        """How often it has been said so far."""
        return len(compiled(pattern).findall(self.text))

    def expect(self, pattern: Pattern, limit: float = LIMIT) -> re.Match[str]:
        """The next match after the last one; NotSeenError at the end or after `limit` s."""
        regex = compiled(pattern)
        match = self._wait(
            lambda: regex.search(self._text, self._cursor), repr(regex.pattern), limit
        )
        self._cursor = match.end()
        return match

    def expect_count(self, pattern: Pattern, times: int, limit: float = LIMIT) -> None:
        """Wait until it has been said `times` times since reset; the cursor stays."""
        regex = compiled(pattern)
        self._wait(
            lambda: len(regex.findall(self._text)) >= times or None,
            f"{regex.pattern!r} {times} times",
            limit,
        )

    def expect_end(self, limit: float = LIMIT) -> str:
        """The whole text, once no more can come."""
        self._wait(lambda: self._ended or None, "coming to an end", limit)
        return self.text

    def _wait(self, found: Callable[[], T | None], what: str, limit: float) -> T:
        deadline = time.monotonic() + limit
        why = ""
        with self._changed:
            while (result := found()) is None and not why:
                left = deadline - time.monotonic()
                if self._ended:
                    why = "it ended"
                elif left <= 0:
                    why = f"{limit:g} s passed"
                else:
                    self._changed.wait(left)
        if result is None:
            words = self._report(self._ended)
            raise NotSeenError(f"{self.name}: {why} without {what}\n{words}")
        return result


class Machine:
    """A running QEMU machine; a context manager, so that none outlives its test.

    `machine` is QEMU's name (`mps2-an386`), `image` the kernel's ELF. `loaded` files are in
    memory at reset. `trace` names QEMU trace events, which come out on `stderr`. `icount`
    is the value of `-icount` (repeatable time); `extra` ends the command line. `serials` is
    how many UARTs, from the first on, are connected.
    """

    def __init__(
        self,
        machine: str,
        image: Path,
        *,
        loaded: Sequence[Loaded] = (),
        serials: int = 1,
        trace: Sequence[str] = (),
        icount: str | None = None,
        extra: Sequence[str] = (),
    ) -> None:
        command = ["qemu-system-arm", "-M", machine, "-display", "none", "-monitor", "none"]
        command += ["-semihosting-config", "enable=on,target=native", "-kernel", str(image)]
        for blob in loaded:
            place = f"file={blob.file},addr={blob.address:#x},force-raw=on"
            command += ["-device", f"loader,{place}"]
        for event in trace:
            command += ["-trace", event]
        if icount is not None:
            command += ["-icount", icount]

        self._sockets: list[socket.socket] = []
        theirs: list[socket.socket] = []
        for index in range(serials):
            ours, other = socket.socketpair()
            self._sockets.append(ours)
            theirs.append(other)
            command += ["-chardev", f"socket,id=serial{index},fd={other.fileno()}"]
            command += ["-serial", f"chardev:serial{index}"]
        self.command = (*command, *extra)
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[other.fileno() for other in theirs],
        )
        for other in theirs:
            other.close()

        self.uarts = [Line(f"uart{index}", self._last_words) for index in range(serials)]
        self.stderr = Line("stderr", self._last_words)
        pipe = self.process.stderr
        assert pipe is not None
        self._pipe = pipe
        readers = [
            (line, partial(ours.recv, 4096))
            for line, ours in zip(self.uarts, self._sockets, strict=True)
        ]
        readers.append((self.stderr, partial(os.read, pipe.fileno(), 4096)))
        self._threads = [
            threading.Thread(target=line.drain, args=(read,), name=line.name, daemon=True)
            for line, read in readers
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def expect(self, pattern: Pattern, limit: float = LIMIT, *, uart: int = 0) -> re.Match[str]:
        """The next match on a UART; see Line.expect."""
        return self.uarts[uart].expect(pattern, limit)

    def expect_count(
        self, pattern: Pattern, times: int, limit: float = LIMIT, *, uart: int = 0
    ) -> None:
        """Wait until a UART has said it `times` times; see Line.expect_count."""
        self.uarts[uart].expect_count(pattern, times, limit)

    def count(self, pattern: Pattern, *, uart: int = 0) -> int:
        """How often a UART has said it so far."""
        return self.uarts[uart].count(pattern)

    def send(self, data: bytes, *, uart: int = 0, limit: float = LIMIT) -> None:
        """Type into a UART. The guest holds the sender back; TimeoutError after `limit` s."""
        line = self._sockets[uart]
        deadline = time.monotonic() + limit
        while data:
            # Never a timeout on the socket: its reader shares the mode and waits for ever.
            if not select.select([], [line], [], max(0.0, deadline - time.monotonic()))[1]:
                raise TimeoutError(f"{len(data)} bytes unsent\n{self.transcript()}")
            data = data[line.send(data, socket.MSG_DONTWAIT) :]

    def wait(self, limit: float = LIMIT) -> int:
        """The exit status: what the guest gave to semihosting, -6 after a lockup."""
        try:
            status = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise NotEndedError(
                f"still running after {limit:g} s\n{self.transcript()}"
            ) from None
        for thread in self._threads:
            thread.join(limit)
        return status

    def transcript(self) -> str:
        """All that was said on any line, under the command that started the machine."""
        parts = [" ".join(self.command)]
        parts += [f"--- {line.name}\n{line.text}" for line in (*self.uarts, self.stderr)]
        return "\n".join(parts)

    def _last_words(self, ended: bool) -> str:
        """The transcript; when a line `ended`, with all that QEMU says while it ends."""
        if ended:
            with contextlib.suppress(NotEndedError):
                self.wait()
        return self.transcript()

    def close(self) -> None:
        """End the machine if it runs; harmless when it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(LIMIT)
        for line in self._sockets:
            with contextlib.suppress(OSError):
                line.close()
        self._pipe.close()
