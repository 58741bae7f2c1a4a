# SPDX-License-Identifier: MIT OR Apache-2.0
"""The emulator as a child process, its output as it comes, its end in every case."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from boardwright.run.transcript import Leds, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

PATIENCE = 0.25
"""Seconds a line about the firmware waits for an unfinished line of its own."""
GRACE = 5.0
"""Seconds the emulator has to end by itself once it was told to."""

_CHUNK = 1 << 16


class EmulatorSession:
    """A running emulator; a context manager, so that none outlives its user.

    Its first serial port is our standard input and output. On a terminal the emulator
    switches to single characters; the terminal's mode is restored at the end.
    """

    def __init__(self, command: Sequence[str], limit: float | None = None) -> None:
        self._deadline = None if limit is None else time.monotonic() + limit
        self._told = False
        self._modes = _terminal_modes()
        self._transcript = Transcript()
        self._leds = Leds()
        self._stderr = b""
        self._process = subprocess.Popen(
            list(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        _restore_terminal(self._modes)

    def output(self) -> Iterator[bytes]:
        """What to show, as it comes, until the emulator or the time ends."""
        patience: float | None = None
        with selectors.DefaultSelector() as selector:
            for pipe in (self._process.stderr, self._process.stdout):
                assert pipe is not None
                selector.register(pipe, selectors.EVENT_READ, pipe is self._process.stdout)
            while selector.get_map():
                if self._deadline is not None and time.monotonic() >= self._deadline:
                    self._stop()
                    self._deadline = None
                times = [t for t in (self._deadline, patience) if t is not None]
                wait = max(0.0, min(times) - time.monotonic()) if times else None
                for key, _ in selector.select(wait):
                    if not self._take(key.fd, is_text=key.data):
                        selector.unregister(key.fileobj)
                now = time.monotonic()
                if patience is not None and now >= patience:
                    patience = None
                    self._transcript.break_line()
                if patience is None and self._transcript.waiting:
                    patience = now + PATIENCE
                if data := self._transcript.take():
                    yield data
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)  # it closed its output, so it is about to end
        self._transcript.end()
        yield self._transcript.take()

    @property
    def status(self) -> int:
        """The exit status: the emulator's own, or 0 if we ended it."""
        code = self._process.wait()
        return 0 if self._told else code

    def _take(self, descriptor: int, *, is_text: bool) -> bool:
        data = os.read(descriptor, _CHUNK)
        if is_text:
            self._transcript.text(data)
            return bool(data)
        *lines, self._stderr = (self._stderr + data).split(b"\n")
        if not data and self._stderr:
            lines.append(self._stderr)
        for line in lines:
            self._complaint(line.decode(errors="replace"))
        return bool(data)

    def _complaint(self, line: str) -> None:
        """A line of the emulator's own: a change of an LED, or something else."""
        if self._told and "terminating on signal" in line:
            return
        shown = self._leds.line(line)
        if shown is None:
            shown = f"[emulator] {line}"
        if shown:
            self._transcript.note(shown)

    def _stop(self) -> None:
        if self._process.poll() is not None:
            return
        self._told = True
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _terminal_modes() -> list[object] | None:
    if not sys.stdin or not sys.stdin.isatty():
        return None
    import termios  # noqa: PLC0415 - not on every system, and only for a terminal

    return termios.tcgetattr(sys.stdin.fileno())


def _restore_terminal(modes: list[object] | None) -> None:
    if modes is None:
        return
    import termios  # noqa: PLC0415

    with contextlib.suppress(termios.error):
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, modes)  # type: ignore[arg-type]
