# SPDX-License-Identifier: MIT OR Apache-2.0
"""The plan: what the templates print, in the order they print it.

Names are C names, texts are C tokens, numbers are addresses, sizes in bytes or table
indices. Nothing here refers back to the board; nothing here is decided by a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from boardwright.plan.arch import Arch
    from boardwright.plan.monitor_types import MonitorType


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an initialiser: a scalar `text`, or `parts` in braces.

    The `name` of an array's element is "". `comment` goes above it.
    """

    name: str
    text: str = ""
    parts: tuple[Field, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Storage:
    """A zero-initialised object: `static <ctype> <name>[<count>];`, None = no array."""

    ctype: str
    name: str
    count: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ConstArray:
    """`static const <ctype> <name>[] = {elements};`: a list port, or what applications set.

    Not `constant`: in RAM, because its owner changes it.
    """

    ctype: str
    name: str
    elements: tuple[Field, ...]
    constant: bool = True


@dataclass(frozen=True, slots=True)
class Constant:
    """One edge's object, or a port it points at: `static const <ctype> <name> = {fields};`.

    Not `constant`: in RAM, because its owner changes it.
    """

    ctype: str
    name: str
    fields: tuple[Field, ...]
    comment: str = ""
    constant: bool = True


@dataclass(frozen=True, slots=True)
class Object:
    """An instance as C: its storage, its edges' objects, list ports, const struct `name`."""

    id: str
    comment: str
    ctype: str
    name: str
    static: bool
    storage: tuple[Storage, ...]
    edges: tuple[Constant, ...]
    arrays: tuple[ConstArray, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Omitted:
    """An instance of the board file that is not in the image, and why."""

    id: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Call:
    """`function(&object)` on behalf of instance `id`, which `place` describes."""

    function: str
    object: str
    id: str
    place: str


@dataclass(frozen=True, slots=True)
class ClockCall:
    """`function(hz)`, which sets a clock up; `place` is the chip's line."""

    function: str
    hz: int
    id: str
    place: str


@dataclass(frozen=True, slots=True)
class PadCall:
    """`function(arguments)`, which gives a pad to a peripheral; `what` says which to whom."""

    function: str
    arguments: str
    what: str


@dataclass(frozen=True, slots=True)
class Thunk:
    """`void name(void)` that makes `calls`."""

    name: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An interrupt line that somebody listens to; `number` is None for a core exception."""

    name: str
    number: int | None
    top: bool
    thunk: Thunk


@dataclass(frozen=True, slots=True)
class Interrupts:
    """All lines in use: numbered ones ascending, then core exceptions by name.

    `vectors` is the handler of every line of the chip, `core` that of the exceptions the
    architecture lets a chip use, "" where nobody listens. `words` of 32 lines are looked
    at by the kernel loop.
    """

    lines: tuple[Line, ...]
    vectors: tuple[str, ...]
    core: Mapping[str, str]
    words: int

    @property
    def bottom(self) -> tuple[Line, ...]:
        """Lines served by the kernel loop."""
        return tuple(line for line in self.lines if not line.top)

    @property
    def top(self) -> tuple[Line, ...]:
        """Lines whose handler stands in the vector table."""
        return tuple(line for line in self.lines if line.top)

    @property
    def enabled(self) -> tuple[Line, ...]:
        """Lines that the boot enables; core exceptions need no enabling."""
        return tuple(line for line in self.lines if line.number is not None)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as processes see it."""

    number: int
    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abi:
    """The numbers of one kind of driver; `prefix` is what its macros start with."""

    component: str
    prefix: str
    number: int
    doc: str
    commands: tuple[Command, ...]
    allow_ro: tuple[tuple[int, str], ...]
    allow_rw: tuple[tuple[int, str], ...]
    upcalls: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """One entry of the driver table: an instance of a component with syscalls.

    `index` is its slot in the table, `ordinal` counts the drivers in table order. Counts
    are the highest number plus one. `grant` is the index of its grant, None if it
    keeps nothing per process. `grant_struct`, `exited` (a thunk) and `exited_call` are "" if
    there is none. `answers_exists`: command 0 is the driver's, not the kernel's.
    """

    id: str
    object: str
    component: str
    number: int
    index: int
    ordinal: int
    grant: int | None
    grant_struct: str
    exited: str
    exited_call: str
    answers_exists: bool
    upcalls: int
    allow_ro: int
    allow_rw: int
    abi: Abi

    @property
    def pairs(self) -> int:
        """Pairs that subscribe and allow swap in a process's grant."""
        return self.upcalls + self.allow_ro + self.allow_rw


@dataclass(frozen=True, slots=True)
class DriverTable:
    """A perfect hash: driver `number` is in slot `(number * multiplier mod 2^32) >> shift`.

    `slots` has a driver or a hole (None) for each slot. A table of one slot has no
    multiplier (0). The number that holes hold never hashes to a hole.
    """

    slots: tuple[Driver | None, ...]
    multiplier: int
    shift: int

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """The drivers in table order."""
        return tuple(slot for slot in self.slots if slot)

    @property
    def by_number(self) -> tuple[Driver, ...]:
        """The drivers by number, for readers."""
        return tuple(sorted(self.drivers, key=lambda driver: driver.number))

    @property
    def grants(self) -> tuple[Driver, ...]:
        """The drivers that have a grant, by its index."""
        return tuple(driver for driver in self.drivers if driver.grant is not None)


@dataclass(frozen=True, slots=True)
class Seal:
    """What `seal/<component>.h` says: interface macro -> component; and what stays open."""

    component: str
    macros: tuple[tuple[str, str, str], ...]
    opened: tuple[tuple[str, str], ...]

    @property
    def header(self) -> str:
        """Its path in the generated directory."""
        return f"seal/{self.component}.h"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to compile: `path` below make variable `root`. `seal` is a header or ""."""

    root: str
    path: str
    seal: str = ""

    @property
    def object(self) -> str:
        """Its object file below the object directory."""
        return f"{self.root.lower()}/{self.path.rpartition('.')[0]}.o"


@dataclass(frozen=True, slots=True)
class MakeRoot:
    """A make variable that names a directory of sources.

    `default` is relative to the generated directory in its usual place. For a directory
    outside the project, or one that make cannot spell, it is that of a symbolic link
    (`linked`) to `directory`, which no template prints.
    """

    variable: str
    default: str
    directory: Path
    linked: bool


@dataclass(frozen=True, slots=True)
class Region:
    """A part of memory in bytes."""

    at: int
    size: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.at + self.size


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Where everything lies; `stack` is the size of the main stack, budgets may be None."""

    kernel_code: Region
    kernel_data: Region
    apps_code: Region
    apps_data: Region
    stack: int
    budget_flash: int | None
    budget_ram: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """An instance for the board's page: what it is, where it is written, what it uses."""

    id: str
    component: str
    place: str
    wires: tuple[str, ...]
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A parameter for the board's page, as a user would write it.

    `achieved` is what the hardware makes of a rate, "" of anything else, `error_ppm` how
    far off that is. `given`: by the board or its chip, else `place` is the default's.
    """

    instance: str
    name: str
    value: str
    achieved: str
    error_ppm: int | None
    given: bool
    place: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What an operation of a client waits for at most, for the board's page.

    `ways` are the instances on its way, each with the number of its clients there, `others`
    operations of others before one of the client's own, `worst` the same for one of a
    process, where `processes` (0 if it is no driver) may want something of it at a time.
    """

    client: str
    port: str
    interface: str
    ways: Mapping[str, int]
    others: int
    processes: int
    worst: int


@dataclass(frozen=True, slots=True)
class AppRow:
    """An application for the board's page; `settings` are what the board says of it."""

    name: str
    path: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about one board in one mode (`checked` = open, else sealed).

    `variant` is the variant of the board file that was laid over it, "" without one.
    """

    board: str
    variant: str
    source: str
    version: str
    checked: bool
    chip: str
    core: str
    arch: Arch
    slots: int
    includes: tuple[str, ...]
    objects: tuple[Object, ...]
    omitted: tuple[Omitted, ...]
    capabilities: tuple[str, ...]
    table: DriverTable
    abis: tuple[Abi, ...]
    interrupts: Interrupts
    deferred: tuple[Thunk, ...]
    clocks: tuple[ClockCall, ...]
    pads: tuple[PadCall, ...]
    inits: tuple[Call, ...]
    starts: tuple[Call, ...]
    seals: tuple[Seal, ...]
    monitors: tuple[MonitorType, ...]
    sources: tuple[SourceFile, ...]
    roots: tuple[MakeRoot, ...]
    memory: MemoryPlan
    rows: tuple[Row, ...]
    settings: tuple[SettingRow, ...]
    queues: tuple[QueueRow, ...]
    names: Mapping[str, str]
    apps: tuple[AppRow, ...]
    known_apps: tuple[str, ...]

    @property
    def title(self) -> str:
        """The board for readers: `demo`, `demo, variant debug`."""
        return f"{self.board}, variant {self.variant}" if self.variant else self.board

    @property
    def monitor_headers(self) -> tuple[str, ...]:
        """The headers of the HILs that are watched."""
        return tuple(sorted({each.header for each in self.monitors}))

    @property
    def deferred_words(self) -> int:
        """Words of 32 deferred calls."""
        return -(-len(self.deferred) // 32)
