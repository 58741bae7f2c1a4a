# SPDX-License-Identifier: MIT OR Apache-2.0
"""A capsule over the fake kernel: processes call it, tests look at what they get."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from tests.architecture.test_name_stems import abi_header
from tests.architecture.tree import descriptor
from tests.host.build import OUTPUT, ROOT, RUNTIME, Library, host_library
from tests.host.fakes.callbacks import Callbacks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.host.fakes.callbacks import CData

FAKES = ROOT / "tests" / "host" / "fakes"
SUCCESS, SUCCESS_U32, SUCCESS_2U32, FAILURE = 128, 129, 130, 0
SLOTS = 32
UNTOUCHED = 0xA5A5A5A5


class Err(IntEnum):
    OK = 0
    FAIL = 1
    BUSY = 2
    ALREADY = 3
    OFF = 4
    RESERVE = 5
    INVAL = 6
    SIZE = 7
    CANCEL = 8
    NOMEM = 9
    NOSUPPORT = 10
    NODEVICE = 11
    NOACK = 13


@cache
def abi_folder() -> Path:
    """A folder with the headers of command numbers of every capsule, whatever a board uses."""
    folder = OUTPUT / "abi"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((RUNTIME / "capsules").glob("*.yaml")):
        with NamedTemporaryFile("w", dir=folder, delete=False) as made:
            made.write(abi_header(path.stem, descriptor(path)))
        Path(made.name).replace(folder / f"{path.stem}_abi.h")
    return folder


def capsule_library(name: str, *sources: str) -> Library:
    """The capsule's C with the fake kernel."""
    return host_library(
        f"capsule_{name}",
        [f"capsules/{name}.c", *sources, "lib/arbiter.c", str(FAKES / "fake_kernel.c")],
        include=[FAKES, abi_folder()],
    )


class Capsule:
    """`self.capsule` is its const struct; `upcalls`, `ro`, `rw` are how many it has."""

    def __init__(
        self,
        library: Library,
        name: str,
        *,
        upcalls: int = 0,
        ro: int = 0,
        rw: int = 0,
        grant: bool = True,
    ) -> None:
        self.library = library
        self.name = name
        self.callbacks = Callbacks(library)
        library.fake_kernel_reset()
        self.driver = library.new("struct syscall_driver *")
        self.driver.upcalls, self.driver.allow_ro, self.driver.allow_rw = upcalls, ro, rw
        if grant:
            self.driver.grant_size = library.ffi.sizeof(f"struct {name}_grant")
        self.capsule = library.new(f"struct {name} *")
        self.capsule.driver = self.driver

    def check(self) -> None:
        """What must hold after each step; more in subclasses."""
        self.callbacks.check()
        assert self.library.fake_kernel_errors == 0, "a call the kernel would not allow"

    def check_turns(self, *, held: bool) -> None:
        """The queue of its processes hangs together; `held`: one of them has its turn."""
        turns = self.library.ffi.addressof(self.state, "turns")
        assert self.library.arbiter_check(turns)
        assert turns.held == held

    def process(self, slot: int) -> CData:
        return self.library.ffi.addressof(self.library.fake_kernel_processes[slot])

    def start(self, *slots: int) -> None:
        for slot in slots:
            self.library.fake_kernel_start(slot)

    def enter(self, slot: int) -> None:
        """The process gets its grant without a command, as by a subscribe or an allow."""
        assert (
            self.library.grant_enter(self.process(slot), self.driver) != self.library.ffi.NULL
        )

    def end(self, slot: int) -> None:
        """The process ends; the capsule is told if it asks and it had a grant there."""
        made = self.process(slot).grant != self.library.ffi.NULL
        identity = self.library.fake_kernel_end(slot)
        exited = getattr(self.library, f"{self.name}_exited", None)
        if made and exited:
            exited(self.capsule, identity)
        self.check()

    def command(self, slot: int, number: int, *args: int) -> int | Err | None:
        """A command's result: its value, None for success without one, or the error."""
        result = self._result(slot, number, args)
        if result.variant == FAILURE:
            return Err(result.value[0])
        if result.variant == SUCCESS_U32:
            return int(result.value[0])
        assert result.variant == SUCCESS
        return None

    def command_pair(self, slot: int, number: int, *args: int) -> tuple[int, int]:
        """The two values of a command that has them."""
        result = self._result(slot, number, args)
        assert result.variant == SUCCESS_2U32
        return result.value[0], result.value[1]

    def _result(self, slot: int, number: int, args: tuple[int, ...]) -> CData:
        command = self.library.new("struct command *")
        command.number, command.arg = number, [*args, 0, 0][:2]
        result = self.library.new("struct command_result *", {"variant": UNTOUCHED})
        call = getattr(self.library, f"{self.name}_command")
        call(self.capsule, self.process(slot), command, result)
        self.check()
        return result

    def allow_ro(self, slot: int, number: int, data: bytes) -> None:
        buffer = self.library.ffi.addressof(self.process(slot).ro[number])
        memory = self.library.fake_kernel_allow(buffer, len(data))
        if data:
            self.library.ffi.memmove(memory, data, len(data))

    def allow_rw(self, slot: int, number: int, length: int) -> None:
        buffer = self.library.ffi.addressof(self.process(slot).rw[number])
        self.library.fake_kernel_allow(buffer, length)

    def memory(self, slot: int, number: int) -> bytes:
        """What is in a read-write buffer now."""
        buffer = self.process(slot).rw[number]
        return bytes(self.library.ffi.buffer(buffer.data, buffer.len)) if buffer.len else b""

    def upcalls(self, slot: int) -> list[tuple[int, ...]]:
        """Number and arguments of what has come since the last look."""
        process = self.process(slot)
        found = [
            (upcall.number, *upcall.arg) for upcall in process.upcalls[0 : process.upcall_count]
        ]
        process.upcall_count = 0
        return found


class OneAtATime(Capsule):
    """A capsule with one operation at a time below it, `op`, which the test ends."""

    op: CData | None = None

    def finish(self) -> None:
        """End `op`, as what is below would."""
        raise NotImplementedError

    def drain(self) -> int:
        """End one after the other, until nothing is under way; how many there were."""
        for done in range(10000):
            if self.op is None:
                return done
            self.finish()
        raise AssertionError("it never stops")


def zeros(memory: Sequence[int]) -> bool:
    """Whether a kernel buffer has been wiped."""
    return not any(memory)
