# SPDX-License-Identifier: MIT OR Apache-2.0
"""A HIL file, key by key."""

from __future__ import annotations

from boardwright.load.shapes.forms import (
    C_NAME,
    Choice,
    Entries,
    Flag,
    Items,
    Key,
    Shape,
    Whole,
    Word,
    Words,
)
from boardwright.load.shapes.parts import ANY_KEY, DEFAULT, DOC, STRUCT, TYPE_KEYS, head

SHARING = ("mux", "concurrent", "per_channel", "none")

OPERATION = Shape(
    "operation",
    "a function of the interface",
    {
        "form": Key(
            Choice(("split", "cancel", "now")),
            "split: an error or OK, then one completion; cancel: of such; now: answers at once",
            required=True,
        ),
        "lends": Key(STRUCT, "split: the descriptor lent until the completion"),
        "out": Key(Words(Word(C_NAME, "a member's name")), "its members that are results"),
        "done": Key(Word(), "split: the completion it ends with"),
        "of": Key(Word(), "cancel: the operation it cancels"),
        "infallible": Key(Flag(), "now: returns no error"),
        "errors": Key(Words(), "errors it can return, without ERR_"),
        "excludes": Key(
            Words(), "now: split operations of the HIL that it must not succeed in"
        ),
        "chain": Key(Whole(), "split: how many at most go on in one turn (default: 1)"),
        "doc": DOC,
    },
)
COMPLETION = Shape(
    "completion",
    "what ends a split-phase operation",
    {
        "errors": Key(Words(), "errors it can carry, beside those of the start but BUSY"),
        "partial": Key(Flag(), "fewer bytes than asked for count as success"),
        "doc": DOC,
    },
)
EVENT = Shape(
    "event",
    "a call that comes unsolicited while it is armed",
    {
        "while": Key(Word(), "the operation that arms it"),
        "until": Key(Word(), "the operation that disarms it"),
        "once": Key(Flag(), "comes once for each time it is armed"),
        "out": Key(Words(Word(C_NAME, "a member's name")), "its descriptor's results"),
        "doc": DOC,
    },
)
INTERFACE_SHAPE = Shape(
    "interface",
    "one interface of the HIL",
    {
        "class": Key(
            Choice(("data", "control")), "control: settings, with one holder", required=True
        ),
        "form": Key(Choice(("now",)), "all its operations answer at once"),
        "operations": Key(Entries(OPERATION), "what callers use"),
        "completions": Key(Entries(COMPLETION), "what ends its split-phase operations"),
        "events": Key(Entries(EVENT), "what comes unsolicited"),
        "doc": DOC,
    },
)
EDGE_PARAMETER = Shape(
    "edge_parameter",
    "what a client's edge carries",
    {
        **TYPE_KEYS,
        "optional": Key(Flag(), "may be left out"),
        "default": DEFAULT,
        "unique": Key(Choice(("bus",)), "no two clients of the bus have the same value"),
        "sets": Key(
            Entries(Word(), ANY_KEY, "an enum parameter of the port's own edge"),
            "of a port: what its own edge says, whatever the board says",
        ),
        "doc": DOC,
    },
)
EDGE = Shape(
    "edge",
    "what a client's edge carries",
    {
        "type": Key(STRUCT, "the struct of its object; without it only expressions read it"),
        "params": Key(Entries(EDGE_PARAMETER), "its members"),
    },
)
FACT = Shape("fact", "a number a provider tells its clients", {**TYPE_KEYS, "doc": DOC})
EXCEPTION = Shape(
    "exception",
    "a rule of TRD3 that every implementation breaks",
    {
        "rule": Key(Whole(), "its number", required=True),
        "why": Key(Word(), "the reason", required=True),
    },
)
HIL = Shape(
    "hil",
    "A HIL: what the header beside it declares, and what each operation promises",
    {
        **head("hil", "the HIL's name, which is also that of its header", extends=False),
        "doc": DOC,
        "interfaces": Key(Entries(INTERFACE_SHAPE), "its interfaces, used as hil.leaf"),
        "sharing": Key(Choice(SHARING), "how several clients are served", required=True),
        "reason": Key(Word(), "for sharing `none`: why"),
        "edge": Key(EDGE, EDGE.doc),
        "facts": Key(Entries(FACT), "numbers a provider can tell its clients"),
        "exceptions": Key(Items(EXCEPTION), "rules of TRD3 broken for a reason"),
    },
)
