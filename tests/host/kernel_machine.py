# SPDX-License-Identifier: MIT OR Apache-2.0
"""The kernel on the host: real objects in flash, simulated processes, a scripted board.

A Kernel is the machine after reset. A test writes TBF objects, loads them, dispatches
through the loop and plays the process: it sets the registers in the stack frame and
executes an svc, as the hardware would.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from tests.host.build import ROOT, RUNTIME, Library, host_library

HOST = ROOT / "tests" / "host"
FLASH = 0x10000000
RAM = 0x20000000
SIZE = 0x40000
ASLEEP, HALTED = -1, -2
ERASED = 0xFFFFFFFF
NO_GRANT = 0xFF

KERNEL_SOURCES = [
    "kernel/deferred.c",
    "kernel/filter_allow_list.c",
    "kernel/grant.c",
    "kernel/load.c",
    "kernel/loop.c",
    "kernel/memop.c",
    "kernel/process.c",
    "kernel/process_buffer.c",
    "kernel/process_control.c",
    "kernel/report.c",
    "kernel/round_robin.c",
    "kernel/syscall.c",
    "kernel/tbf.c",
    "kernel/upcall.c",
    "arch/host/arch_host.c",
    "arch/cortexm/arch_block.c",
    "arch/cortexm/arch_context.c",
]


class Class(IntEnum):
    """Of system calls."""

    YIELD = 0
    SUBSCRIBE = 1
    COMMAND = 2
    ALLOW_RW = 3
    ALLOW_RO = 4
    MEMOP = 5
    EXIT = 6
    ALLOW_USERSPACE_READABLE = 7


class Err(IntEnum):
    """Error codes of TRD104."""

    FAIL = 1
    BUSY = 2
    INVAL = 6
    NOMEM = 9
    NOSUPPORT = 10
    NODEVICE = 11


class Event(IntEnum):
    """What the board writes down."""

    INTERRUPT = 0
    DEFERRED = 1
    EXITED = 2
    COMMAND = 3
    FAULT = 4
    SLICE = 5
    APP_FAULT = 6


FAILURE, FAILURE_2U32 = 0, 2
SUCCESS, SUCCESS_U32, SUCCESS_2U32 = 128, 129, 130


def tlv(kind: int, value: bytes, length: int | None = None) -> bytes:
    """One element of a header; the value is padded, the length is not."""
    return struct.pack("<HH", kind, len(value) if length is None else length) + padded(value)


def padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def main_tlv(init: int = 0, trailer: int = 0, ram: int = 512) -> bytes:
    return tlv(1, struct.pack("<III", init, trailer, ram))


def program_tlv(
    init: int = 0, trailer: int = 0, ram: int = 512, end: int = 1024, version: int = 0
) -> bytes:
    return tlv(9, struct.pack("<IIIII", init, trailer, ram, end, version))


def name_tlv(name: bytes) -> bytes:
    return tlv(3, name)


def kernel_tlv(major: int = 2, minor: int = 2) -> bytes:
    return tlv(8, struct.pack("<HH", major, minor))


def fixed_tlv(ram: int = ERASED, flash: int = ERASED) -> bytes:
    return tlv(5, struct.pack("<II", ram, flash))


def regions_tlv(*regions: tuple[int, int]) -> bytes:
    return tlv(2, b"".join(struct.pack("<II", *region) for region in regions))


@dataclass(frozen=True)
class Tbf:
    """A TBF object; what is None is what it should be."""

    elements: bytes = main_tlv() + name_tlv(b"app") + kernel_tlv()
    total_size: int | None = None
    size: int = 1024
    """Bytes it takes in flash."""
    version: int = 2
    header_size: int | None = None
    flags: int = 1
    checksum: int | None = None

    def header(self) -> bytes:
        header_size = 16 + len(self.elements) if self.header_size is None else self.header_size
        total_size = self.size if self.total_size is None else self.total_size
        base = struct.pack("<HHII", self.version, header_size, total_size, self.flags)
        header = base + bytes(4) + self.elements
        words = header[: min(header_size, len(header)) // 4 * 4]
        total = 0
        for (word,) in struct.iter_unpack("<I", words):
            total ^= word
        checksum = total if self.checksum is None else self.checksum
        return header[:12] + struct.pack("<I", checksum) + header[16:]

    def image(self) -> bytes:
        """The object: behind its header an svc of each class, two bytes each."""
        body = b"".join(bytes([number, 0xDF]) for number in range(256))
        image = self.header() + body
        return image.ljust(self.size, b"\0")[: self.size]


@cache
def library() -> Library:
    return host_library(
        "kernel",
        [*KERNEL_SOURCES, str(HOST / "kernel_board.c")],
        ["kernel_board.h"],
        include=[RUNTIME / "arch" / "host", HOST],
        cdef="extern struct kernel board_kernel;",
    )


@dataclass(frozen=True)
class Outcome:
    """A system call as the process sees it."""

    returned: bool
    """At once, without a turn of the loop."""
    registers: tuple[int, ...]


@dataclass
class Kernel:
    """The machine after reset; one at a time."""

    callbacks: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lib = library()
        self.lib.kernel_board_reset()
        self.board = self.lib.kernel_board
        self.host = self.lib.arch_host
        self.drivers = self.lib.board_drivers

    # -- memory

    def view(self, address: int, size: int) -> Any:  # noqa: ANN401  a writable buffer
        return self.lib.ffi.buffer(self.lib.kernel_board_at(address), size)

    def read(self, address: int, size: int) -> bytes:
        return bytes(self.view(address, size))

    def write(self, address: int, data: bytes) -> None:
        self.view(address, len(data))[:] = data

    def words(self, address: int, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}I", self.read(address, 4 * count))

    # -- boot

    def flash(self, *objects: Tbf | bytes) -> list[int]:
        """Writes objects back to back; their addresses."""
        address = FLASH
        addresses = []
        for item in objects:
            image = item.image() if isinstance(item, Tbf) else item
            self.write(address, image)
            addresses.append(address)
            address += len(image)
        return addresses

    def know(self, *names: str) -> None:
        """The board's applications, by number."""
        for name in names:
            text = self.lib.ffi.new("char[]", name.encode())
            self.callbacks.append(text)  # kept as long as the kernel
            self.lib.kernel_board_know(text, len(name.encode()))

    def load(self, *objects: Tbf | bytes) -> list[int]:
        addresses = self.flash(*objects)
        self.lib.kernel_board_load()
        return addresses

    def boot(self, *objects: Tbf | bytes) -> Process:
        """Loads, dispatches the first process and returns it."""
        self.load(*(objects or (Tbf(),)))
        assert self.loop() == 0
        return self.process(0)

    # -- running

    def loop(self) -> int:
        """Runs the loop: the slot it dispatched, ASLEEP or HALTED."""
        end = self.lib.kernel_board_loop()
        if end >= 0:
            process = self.process(end)
            assert self.host.in_force == self.lib.ffi.addressof(process.c.arch)
            assert process.open == (process.c.arch.open.ram_start, process.c.arch.open.ram_end)
            assert not self.host.masked
        self.check()
        return int(end)

    def process(self, slot: int) -> Process:
        return Process(self, slot)

    @property
    def current(self) -> int:
        return int(self.lib.kernel_board_current())

    def report(self) -> str:
        return bytes(self.lib.ffi.buffer(self.board.report, self.board.report_len)).decode()

    def events(self, *kinds: Event) -> list[tuple[int, ...]]:
        """What happened: (kind, four values); of these kinds, or all."""
        assert self.board.event_count <= len(self.board.events), "too many to keep"
        found = []
        for event in self.board.events[0 : self.board.event_count]:
            if not kinds or event.kind in kinds:
                found.append((Event(event.kind), *event.value))
        return found

    def exits(self) -> list[tuple[int, int, int]]:
        """(driver, slot, generation) of each exit hook's call; the process is gone then."""
        events = self.events(Event.EXITED)
        assert not any(alive for *_, alive in events)
        return [(driver, slot, generation) for _, driver, slot, generation, _ in events]

    def upcall(self, process: Process, driver: int, number: int, *args: int) -> int:
        """What a driver's process_upcall returns."""
        return int(
            self.lib.upcall_schedule(
                process.pointer, self.lib.ffi.addressof(self.drivers, driver), number, args
            )
        )

    def on_event(self, function: Any) -> None:  # noqa: ANN401  a Python callable
        made = self.lib.ffi.callback("void(uint32_t, uint32_t)", function)
        self.callbacks.append(made)
        self.board.on_event = made

    def check(self) -> None:
        """The invariants of internal/process.h, over all slots."""
        state = self.lib.board_kernel.state
        for slot in range(self.lib.board_kernel.slots):
            c = self.process(slot).c
            assert bool(state.ready >> slot & 1) == (c.state == State.RUNNING), (slot, c.state)
            assert c.state != State.YIELDED or c.queue_count == 0, slot
            assert bool(state.actions >> slot & 1) == (c.action != 0)
            if State.RUNNING <= c.state <= State.WAITING:
                limits = c.arch.limits
                assert limits.ram_start + 32 <= limits.app_brk <= c.arch.open.ram_end
                assert c.arch.open.ram_end <= c.kern_brk <= c.block.start + c.block.size
                assert c.high_water <= limits.app_brk
                self._check_grants(self.process(slot))

    def _check_grants(self, process: Process) -> None:
        """Grants lie above kern_brk; buffers in them are the process's.

        A function may lie above a break that went down since: calling it is a fault.
        """
        c, ffi = process.c, self.lib.ffi
        end = process.ram_end - self.lib.grant_table_size()
        assert c.queue_count <= 10
        for driver in self.drivers:
            pairs = c.grants[driver.grant] if driver.grant != NO_GRANT else ffi.NULL
            if pairs == ffi.NULL:
                continue
            address = int(ffi.cast("uintptr_t", pairs))
            count = driver.upcalls + driver.allow_ro + driver.allow_rw
            assert c.kern_brk <= address <= end - 8 * count - driver.grant_size
            for pair in pairs[driver.upcalls : count]:
                assert pair.second == 0 or process.owns(pair.first, pair.second)


class State(IntEnum):
    """Of a process."""

    EMPTY = 0
    RUNNING = 1
    YIELDED = 2
    WAITING = 3
    FAULTED = 4
    TERMINATED = 5


@dataclass(frozen=True)
class Process:
    """A slot, and the process in it as played by a test."""

    kernel: Kernel
    slot: int

    @property
    def c(self) -> Any:  # noqa: ANN401  struct process
        return self.kernel.lib.board_kernel.processes[self.slot]

    @property
    def pointer(self) -> Any:  # noqa: ANN401  struct process *
        return self.kernel.lib.board_kernel.processes + self.slot

    @property
    def state(self) -> State:
        return State(self.c.state)

    @property
    def app_brk(self) -> int:
        return int(self.c.arch.limits.app_brk)

    @property
    def ram_start(self) -> int:
        return int(self.c.arch.limits.ram_start)

    @property
    def ram_end(self) -> int:
        return int(self.c.block.start + self.c.block.size)

    @property
    def flash_start(self) -> int:
        return int(self.c.arch.limits.flash_start)

    @property
    def binary(self) -> int:
        """First byte behind its header and protected trailer."""
        return self.flash_start + int(self.c.protected_size)

    @property
    def open(self) -> tuple[int, int]:
        """RAM that protection in force opens."""
        return (self.kernel.host.open.ram_start, self.kernel.host.open.ram_end)

    def owns(self, address: int, length: int) -> bool:
        """Whether a buffer may be there: its RAM, or its flash behind the header."""
        end = int(self.c.arch.limits.flash_end)
        in_ram = self.ram_start <= address and address + length <= self.app_brk
        return in_ram or (self.binary <= address and address + length <= end)

    @property
    def id(self) -> tuple[int, int]:
        got = self.kernel.lib.process_id(self.pointer)
        return (got.slot, got.generation)

    @property
    def stack_pointer(self) -> int:
        return int(self.c.arch.stack_pointer)

    @property
    def frame(self) -> tuple[int, ...]:
        """r0-r3 r12 lr pc psr."""
        return self.kernel.words(self.stack_pointer, 8)

    def after_svc(self, number: int) -> int:
        """PC behind its svc of that class."""
        return self.flash_start + int(self.c.header_size) + 2 * number + 2

    def svc(self, number: int, *args: int, sp: int | None = None) -> Outcome:
        """Executes svc with r0-r3 as given (others 0xEEEEEEEn); nothing else may change."""
        assert self.kernel.current == self.slot, "it is not running"
        sp = self.stack_pointer if sp is None else sp
        registers = [*args, *(0xEEEEEEE0 + n for n in range(len(args), 4))]
        rest = (0x12121212, 0x14141414, self.after_svc(number), 0x61000000)
        frame = [value & 0xFFFFFFFF for value in (*registers, *rest)]
        self.kernel.write(sp, struct.pack("<8I", *frame))
        returned = self.kernel.lib.kernel_board_svc(sp)
        after = self.kernel.words(sp, 8)
        if number != Class.YIELD:
            assert after[4:] == rest
        self.kernel.check()
        return Outcome(returned, after[:4])

    def call(self, number: int, *args: int, sp: int | None = None) -> tuple[int, ...]:
        """r0-r3 after a system call that returns at once."""
        outcome = self.svc(number, *args, sp=sp)
        assert outcome.returned
        return outcome.registers

    def memop(self, *args: int) -> tuple[int, ...]:
        return self.call(Class.MEMOP, *args)

    def brk(self, address: int) -> tuple[int, ...]:
        return self.memop(0, address)

    def subscribe(self, *args: int) -> tuple[int, ...]:
        return self.call(Class.SUBSCRIBE, *args)

    def grow(self, size: int) -> int:
        """Moves the break so far above ram_start; the new break."""
        assert self.brk(self.ram_start + size)[0] == SUCCESS
        return self.app_brk
