# SPDX-License-Identifier: MIT OR Apache-2.0
"""Drivers over simulated registers: see registers.h for how accesses become visible."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tests.host.build import ROOT, Library, host_library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.host.fakes.callbacks import Callbacks, CData

FAKES = ROOT / "tests" / "host" / "fakes"
FLAGS = [
    "-fno-sanitize=address",
    "-fsanitize=thread",
    "--param=tsan-distinguish-volatile=1",
    "-nodefaultlibs",
    "-lubsan",
    "-lc",
]


def driver_library(
    name: str, *sources: str, include: Sequence[Path] = (), extra_c: str = ""
) -> Library:
    """The drivers with the fake kernel; every volatile access calls `registers_access`."""
    fakes = [str(FAKES / "fake_kernel.c"), str(FAKES / "registers.c")]
    return host_library(
        f"driver_{name}",
        [*sources, *fakes],
        include=[FAKES, *include],
        flags=FLAGS,
        extra_c=extra_c,
    )


class Registers(ABC):
    """A block of registers, `struct`, whose hardware a subclass simulates.

    A write takes effect before the next access or at `settle`; so does what reading a
    register changes. `between` is called in front of each access: hardware goes on there.
    A register of an array is called `name[index]`. An access to other volatile memory,
    what a driver shares with its top half, is counted as one, too.
    """

    def __init__(self, library: Library, callbacks: Callbacks, struct: str) -> None:
        self.library = library
        self.memory = library.new(f"struct {struct} *")
        self.fields: dict[int, str] = {}
        for name, field in library.ffi.typeof(f"struct {struct}").fields:
            if field.type.kind == "array":
                for index in range(field.type.length):
                    self.fields[field.offset + 4 * index] = f"{name}[{index}]"
            else:
                self.fields[field.offset] = name
        self.base = int(library.ffi.cast("uintptr_t", self.memory))
        self.accesses = 0
        self.between: Callable[[int], None] = lambda number: None
        self._pending: tuple[str, bool] | None = None
        holder = library.ffi.typeof("void (*)(uint32_t *, _Bool)")
        self.hook = library.ffi.callback(holder, self._access, onerror=callbacks.keep)
        library.address("registers_access")[0] = self.hook

    def _access(self, address: object, write: bool) -> None:
        name = self.fields.get(int(self.library.ffi.cast("uintptr_t", address)) - self.base)
        self.settle()
        self.between(self.accesses)
        self.accesses += 1
        if name is None:
            return
        self._pending = (name, write)
        if not write:
            self._word(name)[0] = self.value(name)

    def settle(self) -> None:
        """Let the last access take effect."""
        if self._pending is None:
            return
        (name, write), self._pending = self._pending, None
        if write:
            self.written(name, int(self._word(name)[0]))
        else:
            self.was_read(name)

    def _word(self, name: str) -> CData:
        """The memory behind a register."""
        name, _, index = name.partition("[")
        ffi = self.library.ffi
        return ffi.cast("uint32_t *", ffi.addressof(self.memory, name)) + int(index[:-1] or 0)

    @abstractmethod
    def value(self, name: str) -> int:
        """What reading the register gives now."""

    @abstractmethod
    def written(self, name: str, value: int) -> None:
        """The register has been written."""

    def was_read(self, name: str) -> None:  # noqa: B027  most registers just stay
        """The register has been read: what that changes."""
