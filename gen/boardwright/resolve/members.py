# SPDX-License-Identifier: MIT OR Apache-2.0
"""Values to C fields: name with its unit, C type, initialiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.c_names import field_name
from boardwright.model import Member
from boardwright.units import INTEGERS, UNITS, spelled, whole_number

if TYPE_CHECKING:
    from boardwright.descriptors import Type
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Region, Value

_CTYPES = {
    "u8": "uint8_t",
    "u16": "uint16_t",
    "u32": "uint32_t",
    "address": "uint32_t",
    "i32": "int32_t",
}


def ctype(type_: Type) -> str:
    """The C type of a field."""
    if type_.kind in _CTYPES:
        return _CTYPES[type_.kind]
    if type_.kind == "bool":
        return "bool"
    if type_.kind == "text":
        return "const char *"
    if type_.kind == "enum":
        numbers = [whole_number(word) for word in type_.of]
        wide = any(number is not None and number > 255 for number in numbers)
        return "uint32_t" if wide else "uint8_t"
    return "uint32_t"


def member(value: Value, stem: str, diagnostics: Diagnostics) -> Member | None:
    """The field of a value; None after 0204. `stem` prefixes an enum's constants."""
    type_ = value.type
    name, ctype_ = field_name(value.name, type_), ctype(type_)
    if isinstance(value.value, bool):
        text = "true" if value.value else "false"
        return Member(name, ctype_, int(value.value), text, value.span)
    if isinstance(value.value, str):
        return _word(value, value.value, name, ctype_, stem)
    number = value.value
    if type_.kind in UNITS:
        assert type_.unit is not None
        number = value.value / UNITS[type_.kind][type_.unit]
    limit = ""
    least, most = INTEGERS.get(type_.kind, INTEGERS["u32"])
    if number.denominator != 1:
        limit = f"its field counts whole {type_.unit or 'numbers'}"
    elif not least <= number <= most:
        limit = f"its field holds {least} to {most}{' ' + type_.unit if type_.unit else ''}"
    if limit:
        found = spelled(value.value, type_.kind)
        diagnostics.report("0204", value.span, what=value.name, found=found, limit=limit)
        return None
    literal = _literal(int(number))
    if type_.kind == "address":
        literal = f"0x{int(number):08X}"
    elif type_.kind in INTEGERS and value.history and value.history[0].text.startswith("0x"):
        literal = value.history[0].text  # as a reader of the data sheet looks for it
    return Member(name, ctype_, int(number), literal, value.span)


def region_members(name: str, region: Region) -> list[Member]:
    """A region's two fields: where it starts, and its size in bytes."""
    return [
        Member(f"{name}_start", "uint32_t", region.at, f"0x{region.at:08X}", region.span),
        Member(f"{name}_size", "uint32_t", region.size, _literal(region.size), region.span),
    ]


def _word(value: Value, word: str, name: str, ctype_: str, stem: str) -> Member:
    if value.type.kind != "enum":
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        return Member(name, ctype_, 0, f'"{escaped}"', value.span)
    number = whole_number(word)
    if number is not None:
        return Member(name, ctype_, number, _literal(number), value.span)
    position = value.type.of.index(word)
    text = f"{stem}_{value.name}_{word}".upper()
    return Member(name, ctype_, position, text, value.span)


def _literal(number: int) -> str:
    return f"{number}u" if number > INTEGERS["i32"][1] else str(number)
