# SPDX-License-Identifier: MIT OR Apache-2.0
"""QEMU's monitor: what the guest cannot say itself, its memory and its registers."""

from __future__ import annotations

import json
import re
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.target.harness import LIMIT

if TYPE_CHECKING:
    from types import TracebackType


class Monitor:
    """A connection to one machine; its `options` go on that machine's command line."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="boardwright-monitor-")
        self._path = Path(self._home.name) / "socket"
        self._socket = socket.socket(socket.AF_UNIX)
        self._replies = self._socket.makefile("r", encoding="utf-8")
        self._connected = False
        self.options = ("-qmp", f"unix:{self._path},server=on,wait=off")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._replies.close()
        self._socket.close()
        self._home.cleanup()

    def command(self, line: str) -> str:
        """The answer to a line a person would type; only once the guest has said something."""
        if not self._connected:
            self._socket.connect(str(self._path))
            self._connected = True
            self._replies.readline()  # the greeting
            self._execute("qmp_capabilities", {})
        return str(self._execute("human-monitor-command", {"command-line": line}))

    def words(self, start: int, end: int) -> list[int]:
        """Memory from `start` to `end`, both multiples of four."""
        dump = self.command(f"xp /{(end - start) // 4}xw {start:#x}")
        return [int(word, 16) for word in re.findall(r" 0x([0-9a-f]{8})", dump)]

    def wait_for_pc(self, low: int, high: int) -> None:
        """Wait until the next instruction is in [low, high)."""
        deadline = time.monotonic() + LIMIT
        while True:
            registers = self.command("info registers")
            found = re.search(r"R15=([0-9a-f]{8})", registers)
            if found is not None and low <= int(found[1], 16) < high:
                return
            assert time.monotonic() < deadline, registers

    def _execute(self, command: str, arguments: dict[str, str]) -> object:
        request = {"execute": command, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            line = self._replies.readline()
            assert line, "QEMU closed its monitor"
            reply = json.loads(line)
            if "event" not in reply:
                return reply["return"]
