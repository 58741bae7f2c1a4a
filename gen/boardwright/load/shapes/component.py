# SPDX-License-Identifier: MIT OR Apache-2.0
"""A component file, key by key."""

from __future__ import annotations

from boardwright.load.shapes.forms import (
    ID,
    INTERFACE,
    Choice,
    Either,
    Entries,
    Flag,
    Formula,
    Items,
    Key,
    Quantity,
    Shape,
    Value,
    Whole,
    Word,
    Words,
)
from boardwright.load.shapes.parts import (
    ANY_KEY,
    DEFAULT,
    DOC,
    FUNCTION,
    INTERFACES,
    MEMBER,
    NAME,
    STRUCT,
    TYPE_KEYS,
    head,
    numbered,
)

CAPABILITIES = ("process_management",)
"""What a component can ask for: `struct cap_NAME` of the kernel, but for those of `main`."""

ROOMS = ("chips", "devices", "virtualizers", "capsules", "kernel")

SOURCE = Word(r"[A-Za-z0-9_.+-]+(/[A-Za-z0-9_.+-]+)*", "a C file such as foo_tables.c")

LIST = Shape(
    "list",
    "a list port: how many edges it takes",
    {
        "min": Key(Whole(), "elements at least"),
        "max": Key(Whole(), "elements at most"),
        "serial": Key(Flag(), "one operation at a time over the whole list: it counts once"),
    },
)
NARROWING = Shape(
    "narrowing",
    "how this end of an edge limits what the HIL allows; it can only narrow",
    {
        "optional": Key(Flag(), "whether the board may leave it out"),
        "default": DEFAULT,
        "min": Key(Value(), "the least value allowed"),
        "max": Key(Value(), "the greatest value allowed"),
        "of": Key(Words(), "the words allowed"),
        "dynamic": Key(Flag(), "changed at run time: the edge object moves to RAM"),
        "achieved": Key(Formula(), "what the provider makes of it, never above it"),
        "tolerance": Key(Quantity("ratio"), "how far below it `achieved` may be"),
    },
)
EDGE_KEY = Key(Entries(NARROWING, ANY_KEY, "an edge parameter of the HIL"), NARROWING.doc)

REGISTERS = Shape(
    "registers",
    "the block of registers; the chip says where it is",
    {"size": Key(Quantity("size"), "its size", required=True)},
)
INTERRUPT = Shape(
    "interrupt",
    "the function for one interrupt line",
    {
        "handler": Key(FUNCTION, "`void f(const struct COMPONENT *)`", required=True),
        "top": Key(Flag(), "called in the interrupt itself, not by the kernel's loop"),
        "shareable": Key(Flag(), "may be called when another one raised the line"),
    },
)
REQUIREMENT = Shape(
    "requirement",
    "a port this component needs; the board says what serves it",
    {
        "hil": Key(INTERFACES, "the interfaces it uses, all of one HIL", required=True),
        "optional": Key(Flag(), "may be left unconnected: the member is NULL"),
        "list": Key(LIST, LIST.doc),
        "where": Key(Formula(), "a condition on the provider's facts"),
        "handles": Key(
            Entries(FUNCTION, ANY_KEY, "the function for this completion or event"),
            "the functions that take the completions and events of these interfaces",
        ),
        "edge": EDGE_KEY,
        "doc": DOC,
    },
)
PROVISION = Shape(
    "provision",
    "a port this component offers",
    {
        "hil": Key(INTERFACES, "the interfaces it offers, all of one HIL", required=True),
        "clients": Key(
            Entries(
                Either((Whole(), Word())),
                INTERFACES.item,
                "how many clients: a number, `many`, or a parameter",
            ),
            "how many clients each interface serves (default one)",
        ),
        "through": Key(Word(), "the own port with the same resource behind it"),
        "passes": Key(
            Words(INTERFACES.item), "interfaces that are handed on to what is behind `through`"
        ),
        "per_client": Key(STRUCT, "one element of this struct in .bss per client edge"),
        "count": Key(Formula(), "the number of elements of an array of ports"),
        "whole": Key(Flag(), "all interfaces of one element go to one client"),
        "facts": Key(
            Entries(Formula(), ANY_KEY, "a fact of the HIL"), "what it tells its clients"
        ),
        "edge": EDGE_KEY,
        "doc": DOC,
    },
)
PARAMETER = Shape(
    "parameter",
    "a setting a board can give",
    {
        **TYPE_KEYS,
        "default": DEFAULT,
        "optional": Key(Flag(), "may be left out although it has no default"),
        "member": MEMBER,
        "tolerance": Key(Quantity("ratio"), "how far `achieved` may be off"),
        "achieved": Key(Formula(), "what the hardware makes of it"),
        "doc": DOC,
    },
)
DERIVED = Shape(
    "derived",
    "a field of the const struct that is computed",
    {
        **TYPE_KEYS,
        "is": Key(Formula(), "how it is computed", required=True),
        "member": MEMBER,
        "doc": DOC,
    },
)
BUFFER = Shape(
    "buffer",
    "bytes in .bss",
    {"size": Key(Formula(), "its size in bytes", required=True)},
)
ARRAY = Shape(
    "array",
    "zeroed objects in .bss",
    {
        "of": Key(STRUCT, "the struct of each", required=True),
        "count": Key(Formula(), "how many", required=True),
    },
)
TREATMENT = Shape(
    "treatment",
    "what becomes of an interface or operation among several clients",
    {
        "as": Key(
            Choice(("passed", "hidden", "virtualized", "adapted")),
            "passed: handed on as it is; hidden: not offered; virtualized: as if alone; "
            "adapted: offered, but it means less or something else",
            required=True,
        ),
        "why": Key(Word(), "the reason", required=True),
    },
)
SHARING = Shape(
    "sharing",
    "how it serves several clients: documented in docs/virtualizers.md",
    {
        "order": Key(
            Choice(("rotation", "deadline")),
            "rotation: in turns, one operation of each; deadline: each at its own time",
            required=True,
        ),
        "wipes": Key(
            Word(), "what it keeps of a client's data and when that is wiped", required=True
        ),
        "treats": Key(
            Entries(
                TREATMENT,
                Word(rf"{INTERFACE}(\.{ID})?", "an interface or operation: hil.leaf.name"),
                "what becomes of it",
            ),
            "every operation of the HILs it provides, by interface or one by one",
            required=True,
        ),
    },
)
SYSCALL = Shape(
    "syscall",
    "what processes may call",
    {
        "number": Key(
            Whole(), "the driver number; `driver` on an instance overrides it", required=True
        ),
        "commands": Key(
            numbered(Words(least=1), "[name, argument names, at most two]"),
            "the commands by number; the kernel answers 0 unless it is listed",
        ),
        "allow_ro": Key(numbered(Word(), "the buffer's name"), "buffers lent read-only"),
        "allow_rw": Key(numbered(Word(), "the buffer's name"), "buffers lent read-write"),
        "upcalls": Key(numbered(Word(), "the upcall's name"), "upcalls by number"),
        "grant": Key(Flag(), "whether `struct COMPONENT_grant` exists, one per process"),
        "exited": Key(FUNCTION, "called when a process that has the grant ends"),
    },
)
PER_APP = Shape(
    "per_app",
    "a setting this component adds to each entry of `apps`",
    {
        **TYPE_KEYS,
        "list": Key(LIST, "for type `port`: how many"),
        "default": DEFAULT,
        "optional": Key(Flag(), "may be left out although it has no default"),
        "doc": DOC,
    },
)
EMULATED = Shape(
    "emulated",
    "how the part is added to the emulator",
    {
        "arguments": Key(
            Words(), "arguments with {id}, {parameter}, {port.x} and {file}", required=True
        ),
        "file": Key(
            Formula(), "bytes of the file that keeps what it stores from one run to the next"
        ),
    },
)
COMPONENT = Shape(
    "component",
    "A component: the data beside its C. Keys a room does not have are refused",
    {
        **head("component", "the component's name, which is also that of its files"),
        "room": Key(Choice(ROOMS), "where it lives; limits the keys below", required=True),
        "doc": DOC,
        "sources": Key(Words(SOURCE), "its C files (default: the component's name with .c)"),
        "registers": Key(REGISTERS, REGISTERS.doc, rooms=("chips",)),
        "clocks": Key(Words(NAME), "clock inputs; the chip connects them", rooms=("chips",)),
        "interrupts": Key(
            Entries(Either((FUNCTION, INTERRUPT)), what="the handler"),
            "its interrupts; the chip connects them to lines",
            rooms=("chips",),
        ),
        "signals": Key(
            Entries(Word("in|out|inout", "in, out or inout")),
            "signals that the chip brings to pads",
            rooms=("chips",),
        ),
        "exclusive": Key(
            Either((Words(), Items(Words()))), "ports of which only one is in use at a time"
        ),
        "requires": Key(Entries(REQUIREMENT), "the ports it needs"),
        "provides": Key(Entries(PROVISION), "the ports it offers"),
        "params": Key(Entries(PARAMETER), "its settings"),
        "derived": Key(Entries(DERIVED), "computed fields of its const struct"),
        "buffers": Key(Entries(BUFFER), "members .NAME and .NAME_size: bytes in .bss"),
        "arrays": Key(Entries(ARRAY), "members .NAME: zeroed objects in .bss"),
        "init": Key(FUNCTION, "called once at boot, providers first"),
        "start": Key(FUNCTION, "called once at boot, after every init"),
        "deferred": Key(Entries(FUNCTION), "deferred calls: name and function"),
        "sharing": Key(SHARING, SHARING.doc, rooms=("virtualizers",)),
        "syscall": Key(SYSCALL, SYSCALL.doc, rooms=("capsules",)),
        "state": Key(Flag(), "whether `struct COMPONENT_state` exists (default true)"),
        "capabilities": Key(
            Words(Word("|".join(CAPABILITIES), f"a capability: {', '.join(CAPABILITIES)}")),
            "restricted kernel functions it needs",
            rooms=("capsules", "kernel"),
        ),
        "per_app": Key(
            Entries(PER_APP), "settings it adds to each entry of `apps`", rooms=("kernel",)
        ),
        "emulator": Key(Either((Words(), EMULATED)), "arguments that add it to the emulator"),
    },
)
