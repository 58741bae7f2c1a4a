# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the shapes of several kinds of file have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.load.shapes.forms import (
    C_NAME,
    ID,
    INTERFACE,
    Choice,
    Entries,
    Flag,
    Form,
    Key,
    Value,
    Word,
    Words,
)
from boardwright.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "1"
HEAD = ("schema", "board", "component", "hil", "chip", "extends")
"""Keys that are read before the kind of a file is known."""
PLAIN_TYPES = (
    "bool",
    "u8",
    "u16",
    "u32",
    "address",
    "i32",
    "enum",
    "text",
    "path",
    "region",
    "port",
)
TYPES = (*PLAIN_TYPES, *UNITS)

FUNCTION = Word(C_NAME, "the name of a C function")
STRUCT = Word(C_NAME, "the name of a C struct")
NAME = Word(ID, "an id: lower case letters, digits and '_', a letter first")
INTERFACES = Words(Word(INTERFACE, "an interface: hil.leaf"), least=1)
ANY_KEY = Word()
DOC = Key(Word(), "what it is, in a sentence")


def head(kind: str, doc: str, *, extends: bool = True) -> dict[str, Key]:
    """The keys every file of a kind starts with."""
    keys = {
        "schema": Key(Choice((SCHEMA,)), "the version of the language", required=True),
        kind: Key(NAME, doc, required=True),
    }
    if extends:
        what = "files this one is laid over, paths relative to it, left to right"
        keys["extends"] = Key(Words(), what)
    return keys


def numbered(form: Form, what: str) -> Entries:
    """A map whose keys are numbers."""
    return Entries(form, Word(r"0|[1-9][0-9]*|0[xX][0-9a-fA-F]+", "a number"), what)


TYPE_KEYS: Mapping[str, Key] = {
    "type": Key(
        Choice(TYPES),
        "a whole number of that width, a quantity, one of the words of `of`, text",
        required=True,
    ),
    "unit": Key(
        Choice(tuple(unit for units in UNITS.values() for unit in units)),
        "the unit a quantity is counted in as a C field; it is the field's suffix",
    ),
    "min": Key(Value(), "the least value allowed, or the name of a fact that is"),
    "max": Key(Value(), "the greatest value allowed, or the name of a fact that is"),
    "of": Key(Words(), "the words of an enum"),
    "hil": Key(Words(INTERFACES.item), "for type `port`: the interfaces it has to offer"),
}
DEFAULT = Key(Value(), "the value where none is given")
MEMBER = Key(Flag(), "whether it is a field of the const struct (default true)")
