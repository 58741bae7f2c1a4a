# SPDX-License-Identifier: MIT OR Apache-2.0
"""Shapes to JSON Schema, draft 2020-12.

What stands in a file that extends others, or in a variant, has a second definition: there
nothing is required, and `!delete` may stand for any value. A parser that knows no tags
shows it as nothing or as an empty text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from boardwright.load.shapes.board import BOARD, INSTANCE, TARGET
from boardwright.load.shapes.chip import CHIP
from boardwright.load.shapes.component import COMPONENT
from boardwright.load.shapes.forms import (
    Choice,
    Either,
    Entries,
    Flag,
    Form,
    Formula,
    Items,
    Quantity,
    Setting,
    Shape,
    Value,
    Whole,
    Word,
    Words,
)
from boardwright.load.shapes.hil import HIL
from boardwright.units import UNITS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILES = (BOARD, COMPONENT, CHIP, HIL)
_SCALAR: Schema = {"$ref": "#/$defs/scalar"}
_WHOLE = r"0|[1-9][0-9]*|0[xX][0-9a-fA-F]+"
_DELETED: Schema = {"enum": [None, ""]}
_GROUP_NAME = re.compile(r"\?P<\w+>")


def schema_files() -> dict[str, str]:
    """`board.json`, `component.json`, `chip.json`, `hil.json` and their texts."""
    return {f"{shape.name}.json": _text(_file(shape)) for shape in FILES}


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _file(shape: Shape) -> Schema:
    export = _Export()
    schema: Schema = {
        "$schema": DRAFT,
        "title": f"Boardwright {shape.name} file",
        "description": f"{shape.doc}.",
    }
    own = export.shape(shape, overlay=False)
    if "extends" in shape.keys:
        schema |= {
            "if": {"type": "object", "required": ["extends"]},
            "then": export.shape(shape, overlay=True),
            "else": own,
        }
    else:
        schema |= own
    return {**schema, "$defs": dict(sorted(export.definitions.items()))}


class _Export:
    """One schema being made; each shape in it is a definition of its own."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {
            "scalar": {"type": ["string", "number", "boolean"]}
        }

    def shape(self, shape: Shape, *, overlay: bool) -> Schema:
        """A reference to the definition of a shape."""
        overlay = overlay or shape.overlay
        name = f"{shape.name}_overlay" if overlay else shape.name
        if name not in self.definitions:
            self.definitions[name] = {}  # a setting may hold an instance, which has settings
            self.definitions[name] = self._map(shape, overlay)
        return {"$ref": f"#/$defs/{name}"}

    def _map(self, shape: Shape, overlay: bool) -> Schema:
        required = [] if overlay else list(shape.required)
        if shape in FILES:  # an overlay, too, says what it is
            required = [key for key in ("schema", shape.name, *required) if key in shape.keys]
        properties: Schema = {
            name: {"description": key.doc, **self.value(key.form, overlay)}
            for name, key in shape.keys.items()
        }
        properties |= dict.fromkeys(shape.refused, False)
        others = False if shape.others is None else self.value(shape.others, overlay)
        rooms = _rooms(shape)
        return {
            "title": shape.name.replace("_", " "),
            "description": shape.doc,
            "type": "object" if required else ["object", "null"],
            "properties": properties,
            "required": list(dict.fromkeys(required)),
            "additionalProperties": others,
            **({"allOf": rooms} if rooms else {}),
        }

    def value(self, form: Form, overlay: bool) -> Schema:
        """What may stand behind a key."""
        schema = self.form(form, overlay)
        return {"anyOf": [schema, _DELETED]} if overlay else schema

    def form(self, form: Form, overlay: bool) -> Schema:
        """One form."""
        if isinstance(form, Shape):
            return self.shape(form, overlay=overlay)
        if isinstance(form, Setting):
            return self._setting(overlay)
        if isinstance(form, Either):
            return {"anyOf": [self.form(each, overlay) for each in form.forms]}
        if isinstance(form, Entries):
            return self._entries(form, overlay)
        if isinstance(form, Items):
            return {"type": ["array", "null"], "items": self.form(form.item, overlay)}
        return _scalars(form)

    def _entries(self, form: Entries, overlay: bool) -> Schema:
        value = self.value(form.value, overlay)
        if form.what:
            value = {"description": form.what, **value}
        schema: Schema = {"type": ["object", "null"], "additionalProperties": value}
        if form.key.pattern:
            schema["propertyNames"] = {"pattern": _whole(form.key.pattern)}
        return schema

    def _setting(self, overlay: bool) -> Schema:
        name = "setting_overlay" if overlay else "setting"
        if name not in self.definitions:
            self.definitions[name] = {}
            target = self.shape(TARGET, overlay=overlay)
            place: Schema = {
                "if": {"type": "object"},
                "then": {
                    "if": {"required": ["kind"]},
                    "then": self.shape(INSTANCE, overlay=overlay),
                    "else": target,
                },
                "else": _SCALAR,
            }
            self.definitions[name] = {
                "description": "a value, a target, an instance in place, or a list of these",
                "if": {"type": "array"},
                "then": {"items": place},
                "else": place,
            }
        return {"$ref": f"#/$defs/{name}"}


def _rooms(shape: Shape) -> list[Schema]:
    """For each set of rooms: elsewhere, the keys that only these have may not be there."""
    keys: dict[tuple[str, ...], list[str]] = {}
    for name, key in shape.keys.items():
        if key.rooms:
            keys.setdefault(key.rooms, []).append(name)
    return [
        {
            "if": {"properties": {"room": {"enum": rooms}}},
            "else": {"properties": dict.fromkeys(names, False)},
        }
        for rooms, names in keys.items()
    ]


def _scalars(form: Form) -> Schema:
    """The forms that hold no map."""
    if isinstance(form, Word):
        return _word(form)
    if isinstance(form, Choice):
        numbers = [int(word) for word in form.words if word.isdecimal()]
        return {"enum": [*form.words, *numbers]}
    if isinstance(form, Flag):
        return {"type": "boolean"}
    if isinstance(form, Whole):
        pattern = f"{_WHOLE}|{form.or_word}" if form.or_word else _WHOLE
        text = {"type": "string", "pattern": _whole(pattern)}
        return {"anyOf": [{"type": "integer", "minimum": 0}, text]}
    if isinstance(form, Quantity):
        units = "|".join(UNITS[form.kind])
        sign = "-?" if form.kind == "voltage" else ""
        pattern = rf"{sign}[0-9]+(\.[0-9]+)?\s*({units})"
        return {"type": "string", "pattern": _whole(pattern)}
    if isinstance(form, Words):
        item = _word(form.item)
        if form.least:
            return {"anyOf": [item, {"type": "array", "items": item, "minItems": form.least}]}
        return {"anyOf": [item, {"type": ["array", "null"], "items": item}]}
    assert isinstance(form, Value | Formula)
    return _SCALAR


def _word(form: Word) -> Schema:
    return {"type": "string", "pattern": _whole(form.pattern)} if form.pattern else _SCALAR


def _whole(pattern: str) -> str:
    """A pattern of a whole text, without what only Python's have."""
    return f"^(?:{_GROUP_NAME.sub('?:', pattern)})$"
