# SPDX-License-Identifier: MIT OR Apache-2.0
"""What may stand behind a key of a file, as data: the loader reads by it, editors get it.

The modules beside this one say with these what the four kinds of file look like. `Fields`
reads a descriptor by its shape, so a key or a value the shape does not have is an error,
and a key of the shape that nobody reads fails an assertion. `schema/` makes JSON Schemas
of the same data. Words of a `doc` are what an editor shows at the key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ID = r"[a-z][a-z0-9_]*"
C_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
INTERFACE = rf"{ID}\.{ID}"
REFERENCE = (
    rf"(?P<id>{ID})(?:\.(?P<port>{ID}))?"
    r"(?:\.(?P<low>0|[1-9][0-9]*)(?:-(?P<high>0|[1-9][0-9]*))?)?"
    r"|(?P<pads>[A-Z]+)(?P<pad>[0-9]+)"
)
"""A target: `id.port.low-high`, all but the id optional, or a pad like PA3."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of text. `pattern` is the whole of it, `like` how to say that to a person."""

    pattern: str = ""
    like: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Flag:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A whole number from 0, decimal or 0x. `or_word` may stand in its place."""

    or_word: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A number with its unit; `kind` is a key of `units.UNITS`."""

    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An expression."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One scalar, whose type is said elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A list of `item`; a single one stands for a list of one. `least` elements."""

    item: Word = field(default_factory=Word)
    least: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list, never short for one."""

    item: Form


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """A map with keys of the author's choice, each like `key`; `what` they stand for."""

    value: Form
    key: Word = field(default_factory=lambda: Word(ID, "an id"))
    what: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """Either of these: a short form and the long one."""

    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a key of an instance holds; its component says which.

    A value, a target, an instance made in place, or a list of these.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One key of a shape. `doc` ends without a full stop; `rooms` alone have it, if given."""

    form: Form
    doc: str
    required: bool = False
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A map with known keys. `others`: what further keys hold, None if there are none.

    `refused`: keys that are somebody else's to say. `overlay`: it is laid over another
    map, so nothing in it is required.
    """

    name: str
    doc: str
    keys: Mapping[str, Key]
    others: Form | None = None
    refused: tuple[str, ...] = ()
    overlay: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Keys that must be there."""
        return tuple(name for name, key in self.keys.items() if key.required)

    def holds(self, inner: Shape) -> bool:
        """Whether a map within this one, not behind another shape, has the shape `inner`."""
        forms = [key.form for key in self.keys.values()]
        forms += [self.others] if self.others else []
        return any(each is inner for form in forms for each in _nearest(form))


Form = (
    Word | Choice | Flag | Whole | Quantity | Formula | Value | Words | Items | Entries | Either
) | (Setting | Shape)


def _nearest(form: Form) -> Iterator[Shape]:
    if isinstance(form, Shape):
        yield form
    elif isinstance(form, Either):
        for each in form.forms:
            yield from _nearest(each)
    elif isinstance(form, Entries):
        yield from _nearest(form.value)
    elif isinstance(form, Items):
        yield from _nearest(form.item)
