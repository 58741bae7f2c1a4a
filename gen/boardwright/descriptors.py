# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the descriptor files beside the C say of HILs and components; `chips` has chips.

Everything is frozen and made once, so equality is identity (cheaper to define, too);
defaults are filled in, mappings keep the order of their file. A
`Fraction` is in base units (B, s, Hz, Bd, V; a ratio is 1); an `int` named `size`, `at`
or `registers` is bytes. Nothing here knows a component by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from boardwright.expressions import Expression
    from boardwright.span import Span

Form = Literal["split", "cancel", "now"]
Room = Literal["chips", "devices", "virtualizers", "capsules", "kernel"]
Exact = Fraction | bool | str
"""An evaluated value: a number, a truth value, or the text of an enum, text or path."""


# --- HIL files -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """A method callers use: `<hil>_<name>` inline, `<component>_<name>` implemented.

    `lends` is the descriptor struct (split), `done` the completion it ends with, `of`
    the operation a cancel cancels. `errors` are without the prefix, as in `[BUSY]`.
    `excludes` are the split-phase operations during which it must not succeed, `chain` is
    how many of one client at most go on before another's.
    """

    name: str
    form: Form
    lends: str | None
    out: tuple[str, ...]
    done: str | None
    of: str | None
    infallible: bool
    errors: tuple[str, ...]
    span: Span
    excludes: tuple[str, ...] = ()
    chain: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """One member of `struct <hil>_<leaf>_client`, called once per accepted operation.

    `errors` is the whole set: the start errors but BUSY, plus those the file lists.
    """

    name: str
    errors: tuple[str, ...]
    partial: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One member of the client struct that comes unsolicited while it is armed.

    `begins` and `ends` name the operations of the file's `while` and `until`, `out` the
    members of its descriptor that are results.
    """

    name: str
    begins: str | None
    ends: str | None
    once: bool
    span: Span
    out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Interface:
    """`uart.transmit`: `struct uart_transmit`, `..._ops`, `..._client`.

    There is a client struct only if `client_members` is not empty.
    """

    hil: str
    leaf: str
    control: bool
    operations: Mapping[str, Operation]
    completions: Mapping[str, Completion]
    events: Mapping[str, Event]
    span: Span

    @property
    def name(self) -> str:
        """`uart.transmit`."""
        return f"{self.hil}.{self.leaf}"

    @property
    def stem(self) -> str:
        """`uart_transmit`, the stem of its C names."""
        return f"{self.hil}_{self.leaf}"

    @property
    def client_members(self) -> tuple[str, ...]:
        """Completions, then events, in file order: the members of the client struct."""
        return (*self.completions, *self.events)

    @property
    def synchronous(self) -> bool:
        """Whether every operation answers at once and nothing is called back."""
        forms = {operation.form for operation in self.operations.values()}
        return forms <= {"now"} and not self.client_members


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """The type of a parameter, fact or derived value.

    `kind` is `bool u8 u16 u32 address i32 enum text path region port` or a quantity (`size
    duration frequency baud ratio voltage`). `unit` is the unit a quantity has as a C
    field. A bound may be the text of a fact's name; `of` are an enum's words.
    """

    kind: str
    unit: str | None = None
    min: Fraction | str | None = None
    max: Fraction | str | None = None
    of: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EdgeParameter:
    """What a client edge carries, declared in the HIL and narrowed at both ends.

    `unique` is `bus` where no two clients of the root bus may have the same value. `sets`
    is what the own edge of a port says, which a board cannot change.
    """

    name: str
    type: Type
    optional: bool
    default: Exact | None
    unique: str | None
    span: Span
    doc: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class EdgeType:
    """What a client's edge carries: a const object per edge, `struct <struct>`.

    Without `struct` there is no object: expressions of both ends read the parameters.
    """

    struct: str | None
    params: Mapping[str, EdgeParameter]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Hil:
    """One HIL file. `header` is an include path, e.g. `hil/uart.h`."""

    name: str
    doc: str
    header: str
    root: Path
    interfaces: Mapping[str, Interface]
    sharing: str
    edge: EdgeType | None
    facts: Mapping[str, Type]
    exceptions: tuple[str, ...]
    span: Span


# --- component files -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Interrupt:
    """`f(const struct <component> *)` for one line; bottom half unless `top`."""

    name: str
    handler: str
    top: bool
    shareable: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Narrowing:
    """How one end of an edge limits an edge parameter; None = as the HIL says.

    `achieved` is what a provider makes of it, never above it, and `tolerance` how far below
    that may be. Values are still text: the HIL that is really connected says their type.
    """

    name: str
    optional: bool | None
    default: str | None
    min: str | None
    max: str | None
    of: tuple[str, ...]
    dynamic: bool
    span: Span
    achieved: Expression | None = None
    tolerance: Fraction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ListSpec:
    """A list port: how many edges it takes. `serial` = one client over the whole list."""

    min: int
    max: int | None
    serial: bool


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """A port the component needs.

    `wired` are the interfaces that are members of its struct: all that the file lists,
    also those a `through` port hands on to clients beside. `handles` maps the client
    members (completions and events) of the wired interfaces to functions.
    """

    port: str
    interfaces: tuple[str, ...]
    wired: tuple[str, ...]
    optional: bool
    list: ListSpec | None
    where: Expression | None
    handles: Mapping[str, str]
    edge: Mapping[str, Narrowing]
    doc: str
    span: Span

    @property
    def is_serial(self) -> bool:
        """Whether it is a list port that counts as one client as a whole."""
        return self.list is not None and self.list.serial

    def member(self, interface: str) -> str:
        """The C member for one wired interface: `<port>`, `<port>_<leaf>` in a bundle."""
        leaf = interface.partition(".")[2]
        return self.port if len(self.wired) == 1 else f"{self.port}_{leaf}"


Capacity = int | str | None
"""How many edges may hold an interface: a number, a parameter's name, None = many."""


@dataclass(frozen=True, slots=True, eq=False)
class Provision:
    """A port the component offers.

    `served` are the interfaces it implements itself; the others (`handed`) are wired
    straight to the provider behind its own port `through`. `per_client` is the struct of
    the slot each client edge needs in .bss, `count` the number of elements (an
    expression over parameters; None = not an array).
    """

    port: str
    interfaces: tuple[str, ...]
    served: tuple[str, ...]
    capacity: Mapping[str, Capacity]
    through: str | None
    per_client: str | None
    count: Expression | None
    whole: bool
    facts: Mapping[str, Expression]
    edge: Mapping[str, Narrowing]
    doc: str
    span: Span

    @property
    def handed(self) -> tuple[str, ...]:
        """Interfaces passed on to the provider behind `through`."""
        return tuple(name for name in self.interfaces if name not in self.served)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A setting. `member`: it is a field of the const struct (see `Instance.members`)."""

    name: str
    type: Type
    default: Exact | None
    optional: bool
    member: bool
    tolerance: Fraction | None
    achieved: Expression | None
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A field computed from clocks, parameters, other derived values and facts."""

    name: str
    type: Type
    expression: Expression
    member: bool
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BufferSpec:
    """`uint8_t` storage; the struct gets `.name` and `.name_size`."""

    name: str
    size: Expression
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ArraySpec:
    """Zeroed objects, `struct <struct> board_<id>_<name>[count]`, member `.name`."""

    name: str
    struct: str
    count: Expression
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """One command number: its name and its arguments' names (at most two)."""

    number: int
    name: str
    arguments: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Syscall:
    """What processes may call.

    Command 0 tells whether the driver exists. The kernel answers it with Success unless
    it is listed here: then the driver does, with more than that (a count, say).
    `grant`: `struct <component>_grant` exists. `exited`: called when a process that has
    this driver's grant ends.
    """

    number: int
    commands: Mapping[int, Command]
    allow_ro: Mapping[int, str]
    allow_rw: Mapping[int, str]
    upcalls: Mapping[int, str]
    grant: bool
    exited: str | None
    span: Span


PLACE = re.compile(r"\{([^{}]*)\}")
"""A place in an argument for the emulator that an instance fills."""
DRIVER_INTERFACE = "policy.driver"
"""What every instance with `syscall` offers to the settings of applications."""


@dataclass(frozen=True, slots=True, eq=False)
class PerApp:
    """A setting this component adds to each entry of `apps`.

    A value becomes a member of `struct <component>_app`. A list of drivers becomes
    `const uint32_t *<name>`, by driver, a bit for each application. Another port takes the
    place of the component's own port of the same name, for that application.
    """

    name: str
    type: Type
    list: ListSpec | None
    default: Exact | None
    optional: bool
    span: Span
    doc: str = ""

    @property
    def drivers(self) -> bool:
        """Whether it names syscall drivers."""
        return self.type.kind == "port" and self.type.interfaces == (DRIVER_INTERFACE,)

    @property
    def port(self) -> bool:
        """Whether it takes the place of the component's own port."""
        return self.type.kind == "port" and not self.drivers


@dataclass(frozen=True, slots=True, eq=False)
class Treatment:
    """What becomes of an interface or one operation, `name`, among several clients."""

    name: str
    how: str
    why: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """How a virtualizer serves several clients.

    `order`: rotation or deadline. `wipes`: what it keeps of a client's data, in words.
    """

    order: str
    wipes: str
    treats: Mapping[str, Treatment]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One component file. `header` and `sources` are relative to the include path `root`.

    `state`: `struct <name>_state` exists. `registers` is the size of its register block
    in bytes, None if it has none. `deferred` maps a call's name to its function.
    `emulator_file` is the size in bytes of the file that keeps what the part stores.
    """

    name: str
    room: Room
    doc: str
    root: Path
    header: str
    sources: tuple[str, ...]
    registers: int | None
    clocks: tuple[str, ...]
    interrupts: Mapping[str, Interrupt]
    signals: Mapping[str, str]
    exclusive: tuple[tuple[str, ...], ...]
    requires: Mapping[str, Requirement]
    provides: Mapping[str, Provision]
    params: Mapping[str, Parameter]
    derived: Mapping[str, Derived]
    buffers: Mapping[str, BufferSpec]
    arrays: Mapping[str, ArraySpec]
    init: str | None
    start: str | None
    deferred: Mapping[str, str]
    sharing: Sharing | None
    syscall: Syscall | None
    state: bool
    capabilities: tuple[str, ...]
    per_app: Mapping[str, PerApp]
    emulator: tuple[str, ...]
    emulator_file: Expression | None
    span: Span

    def hands_on(self, port: str) -> bool:
        """Whether it hands this port of its own on: its clients' edges carry the parameters."""
        return any(each.through == port for each in self.provides.values())

    @property
    def emulator_places(self) -> list[str]:
        """What its arguments for the emulator ask for: `id`, a parameter, `port.x`, `file`."""
        return [found for word in self.emulator for found in PLACE.findall(word)]

    @property
    def hils(self) -> tuple[str, ...]:
        """The HILs of its ports."""
        bundles = [port.interfaces for port in self.requires.values()]
        bundles += [port.interfaces for port in self.provides.values()]
        names = [name.partition(".")[0] for bundle in bundles for name in bundle]
        return tuple(dict.fromkeys(names))
