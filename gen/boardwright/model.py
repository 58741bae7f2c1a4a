# SPDX-License-Identifier: MIT OR Apache-2.0
"""The resolved board: what stages after `resolve` work on.

One board file with its overlays, every reference followed, every value evaluated, and
the descriptors (`boardwright.descriptors`) of what it uses. Everything is frozen and made
once, so equality is identity; sizes
and addresses are bytes, a `Fraction` is exact and in base units (B, s, Hz, Bd, V). The
kernel is the instance whose id is `KERNEL`; no other name is known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction
    from pathlib import Path

    from boardwright.chips import Chip, Line
    from boardwright.descriptors import (
        Component,
        Exact,
        Hil,
        Interface,
        Interrupt,
        Requirement,
        Type,
    )
    from boardwright.load.roots import SearchRoots
    from boardwright.span import Source, Span

KERNEL = "kernel"

Section = Literal["peripherals", "muxes", "devices", "capsules", "kernel"]


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One who said a value: the board, a file it extends, the chip, or a `default`.

    `text` is the value as it is written there.
    """

    text: str
    span: Span
    default: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """An evaluated parameter, derived value or edge parameter.

    `given` says whether the board or the chip wrote it; `span` is where, else the
    descriptor's default. `history` are all who said it, the one that holds first; nobody
    says a derived value.
    """

    name: str
    type: Type
    value: Exact
    given: bool
    span: Span
    history: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A value as a C field: `.rate_hz = 4000000`, `.pull = GPIO_PULL_UP`.

    `text` is the initialiser as C; `value` the number behind it (an enum's position), 0
    for text.
    """

    name: str
    ctype: str
    value: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """Storage of an instance; size in bytes, 0 = no object and a NULL member."""

    name: str
    size: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """Zeroed objects of an instance, `struct <struct> board_<id>_<name>[count]`."""

    name: str
    struct: str
    count: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BoundInterrupt:
    """A component's interrupt on a line of the chip."""

    interrupt: Interrupt
    line: Line
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Pad:
    """The pad a signal of a peripheral is on.

    `element` is its number among the pins of `provider.provided`, `group` the place of its
    letters in the chip's `pins`, `function` what the pad is told. `span`: who chose it.
    """

    signal: str
    text: str
    provider: str
    provided: str
    element: int
    group: int
    function: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One instance. `owner` is (instance, port) for a private one made in place.

    `values` has parameters and derived values; `members` those that are fields, in
    descriptor order. `registers` is the base address. `driver` is the syscall driver
    number, `driver_span` where the board gives it. `granted` are the capabilities the board
    grants it. `achieved` is what the hardware makes of a parameter that says so, exact.
    `emulator` are the arguments that put it into the emulator, `{file}` in them the file of
    `emulator_file` bytes that keeps what it stores. `pads`: where its signals are.
    """

    id: str
    component: Component
    section: Section
    owner: tuple[str, str] | None
    values: Mapping[str, Value]
    members: tuple[Member, ...]
    buffers: tuple[Buffer, ...]
    arrays: tuple[Array, ...]
    registers: int | None
    clocks: Mapping[str, Fraction]
    interrupts: Mapping[str, BoundInterrupt]
    driver: int | None
    granted: tuple[str, ...]
    achieved: Mapping[str, Fraction]
    span: Span
    driver_span: Span | None = None
    emulator: tuple[str, ...] = ()
    emulator_file: int | None = None
    pads: tuple[Pad, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """What a provider's hardware makes of a client's rate, and how far below is still fine."""

    achieved: Fraction
    tolerance: Fraction | None


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A client's port on a provider's port, as the board wrote it.

    `application` is the one for which this edge takes the place of the port's own, else
    None; the port's own comes first. `position` counts within a list port, else None.
    `element` is the element of an array port, else None. `index` is what the client's port
    struct carries: the element of an array port, else the number of this client, in the
    order of `Board.edges`, among those that need the provider itself (they have a `served`
    interface). `values` and `members` are the edge parameters, all of them, defaults too;
    `ports` are those that are ports, each an edge of its own, which is in `Board.edges`,
    too. `requirement` is what the client says of this port. `dynamic`: the client changes
    parameters at run time.
    """

    client: str
    port: str
    position: int | None
    application: str | None
    interfaces: tuple[str, ...]
    provider: str
    provided: str
    element: int | None
    index: int
    values: Mapping[str, Value]
    members: tuple[Member, ...]
    span: Span
    requirement: Requirement
    ports: Mapping[str, Edge] = field(default_factory=dict)
    dynamic: bool = False
    rates: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`<client>_<port>[_<position>]`, unique on a board but for applications."""
        tail = "" if self.position is None else f"_{self.position}"
        return f"{self.client}_{self.port}{tail}"

    @property
    def hil(self) -> str:
        """The HIL of its interfaces, by name."""
        return self.interfaces[0].partition(".")[0]

    @property
    def label(self) -> str:
        """`port`, `port.position` or `port (for application)`, for readers."""
        if self.application is not None:
            return f"{self.port} (for {self.application})"
        return self.port if self.position is None else f"{self.port}.{self.position}"


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Who really answers one interface of an edge, muxes that hand it on left out."""

    interface: str
    provider: str
    provided: str
    element: int | None
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a chip memory, bytes; `span` is the board's words, else the chip's."""

    memory: str
    at: int
    size: int
    span: Span

    @property
    def text(self) -> str:
        """`flash 0x00010000-0x00014000`, for readers."""
        return f"{self.memory} 0x{self.at:08X}-0x{self.at + self.size:08X}"


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where code and data go.

    `others` are regions that parameters of instances name, by instance and parameter.
    """

    kernel_code: Region
    kernel_data: Region
    apps_code: Region
    apps_data: Region
    others: Mapping[tuple[str, str], Region] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class App:
    """An application: a directory, an ELF file, a .tbf or a .tab.

    `path` is absolute and need not exist before the build; `text` is what the board says.
    `members` are its settings as fields, `drivers` the driver instances that its settings
    of this kind name.
    """

    name: str
    path: Path
    text: str
    settings: Mapping[str, Value]
    members: Mapping[str, Member]
    drivers: Mapping[str, tuple[str, ...]]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """Limits for the kernel's image in bytes; None = not stated. `spans`: their places."""

    flash: int | None
    ram: int | None
    span: Span
    spans: Mapping[str, Span] = field(default_factory=dict)

    def place(self, key: str) -> Span:
        """Where `flash` or `ram` is written, else the whole stanza."""
        return self.spans.get(key, self.span)


@dataclass(frozen=True, slots=True, eq=False)
class Unused:
    """What a board says that has no part in its image, by id and with its place.

    `instances` are its own, `peripherals` the chip's that it sets, `names` its words.
    `parts` are elements of a virtualizer that no client has, by reference, `serial` are
    ports of the emulator.
    """

    instances: Mapping[str, Span] = field(default_factory=dict)
    peripherals: Mapping[str, Span] = field(default_factory=dict)
    names: Mapping[str, Span] = field(default_factory=dict)
    parts: Mapping[str, Span] = field(default_factory=dict)
    serial: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """A resolved board.

    `instances` has providers before their clients, ties in board order, the kernel last:
    the order of board.c and of init. Peripherals nobody reaches are absent. `edges` are in
    the same order by client, then descriptor order of the port, then position. `serial`
    says where an emulated serial port goes. `inputs` are all files read.
    `root` is the project root: no generated file names a path outside it. `grants` are the
    capabilities the board grants, by instance, with where each is written. `roots` are
    where descriptors were looked for, so that a message can name one that is not used.
    `variant` is the name of the variant laid over it, "" without one.
    """

    name: str
    source: Source
    root: Path
    chip: Chip
    hils: Mapping[str, Hil]
    clocks: Mapping[str, Fraction]
    instances: tuple[Instance, ...]
    edges: tuple[Edge, ...]
    names: Mapping[str, str]
    layout: Layout
    apps: tuple[App, ...]
    budget: Budget | None
    serial: Mapping[str, str]
    inputs: tuple[Source, ...]
    span: Span
    grants: Mapping[str, Mapping[str, Span]] = field(default_factory=dict)
    roots: SearchRoots | None = None
    variant: str = ""
    unused: Unused = field(default_factory=Unused)
    _by_id: Mapping[str, Instance] = field(init=False, repr=False)
    _by_client: Mapping[str, list[Edge]] = field(init=False, repr=False)
    _by_provider: Mapping[str, list[Edge]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index what every rule asks for, so that none of them searches."""
        by_client: dict[str, list[Edge]] = {}
        by_provider: dict[str, list[Edge]] = {}
        for edge in self.edges:
            by_client.setdefault(edge.client, []).append(edge)
            by_provider.setdefault(edge.provider, []).append(edge)
        by_id = {instance.id: instance for instance in self.instances}
        object.__setattr__(self, "_by_id", by_id)  # frozen for everybody else
        object.__setattr__(self, "_by_client", by_client)
        object.__setattr__(self, "_by_provider", by_provider)

    def instance(self, name: str) -> Instance:
        """The instance with this id; KeyError if there is none."""
        return self._by_id[name]

    def has_instance(self, name: str) -> bool:
        """Whether there is an instance with this id."""
        return name in self._by_id

    def edge_struct(self, edge: Edge) -> str | None:
        """The C struct of an edge that is an object of its own: its HIL names one.

        None for others, and for the port of a mux that hands its clients' objects on.
        """
        hil = self.hils.get(edge.hil)
        own = not self.instance(edge.client).component.hands_on(edge.port)
        return hil.edge.struct if own and hil and hil.edge else None

    def interface(self, name: str) -> Interface:
        """`uart.transmit` as its HIL declares it."""
        hil, _, leaf = name.partition(".")
        return self.hils[hil].interfaces[leaf]

    def requires(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges this instance is the client of, of one port or all."""
        for edge in self._by_client.get(instance, ()):
            if port in (None, edge.port):
                yield edge

    def clients(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges that name this instance as provider, of one port or all."""
        for edge in self._by_provider.get(instance, ()):
            if port in (None, edge.provided):
                yield edge

    def callers(self, driver: str) -> tuple[App, ...]:
        """The applications that may call a driver: all, but for what filters' settings say."""
        if self.instance(driver).driver is None:
            return ()
        lists = [
            setting.name
            for each in self.instances
            for setting in each.component.per_app.values()
            if setting.drivers
        ]
        return tuple(
            app
            for app in self.apps
            if all(driver in app.drivers.get(name, ()) for name in lists)
        )

    def link(self, edge: Edge, interface: str, removed: frozenset[str] = frozenset()) -> Link:
        """Follow one interface of an edge past what hands it on.

        An instance in `removed` (lone muxes) hands on everything it offers.
        """
        while True:
            provision = self.instance(edge.provider).component.provides[edge.provided]
            if edge.provider not in removed and interface in provision.served:
                return Link(interface, edge.provider, edge.provided, edge.element, edge.index)
            edge = next(self.requires(edge.provider, provision.through))
