# SPDX-License-Identifier: MIT OR Apache-2.0
"""A component file to `Component`. What it means together is checked in `component_rules`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar, cast

from boardwright.descriptors import (
    ArraySpec,
    BufferSpec,
    Command,
    Component,
    Derived,
    Interrupt,
    ListSpec,
    Narrowing,
    Parameter,
    PerApp,
    Provision,
    Requirement,
    Room,
    Syscall,
    Type,
)
from boardwright.load.fields import Fields, read_default, read_type
from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.values import in_bounds
from boardwright.units import UNITS, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from boardwright.descriptors import Capacity
    from boardwright.diagnostics import Diagnostics
    from boardwright.expressions import Expression
    from boardwright.load.document import Document
    from boardwright.load.nodes import Entry, Node
    from boardwright.load.roots import Found

_Spec = TypeVar("_Spec")
ROOMS = ("chips", "devices", "virtualizers", "capsules", "kernel")


def read_component(document: Document, found: Found, diagnostics: Diagnostics) -> Component:
    """The component a document describes; faults are reported and left out."""
    name = document.name.text
    fields = Fields(document.body, f"component '{name}'", diagnostics)
    if "room" not in fields.map:
        fields.malformed(document.name.span, "'room' is missing")
    directory = found.path.parent.relative_to(found.root)
    provides = {e.key.text: _provision(e, fields) for e in fields.entries("provides")}
    requires = {e.key.text: _requirement(e, fields) for e in fields.entries("requires")}
    registers = fields.get("registers")
    component = Component(
        name=name,
        room=cast("Room", fields.choice("room", ROOMS, "capsules")),
        doc=fields.text("doc") or "",
        root=found.root,
        header=(directory / f"{found.path.stem}.h").as_posix(),
        sources=tuple(
            (directory / source).as_posix()
            for source in fields.words("sources") or (f"{found.path.stem}.c",)
        ),
        registers=_register_size(registers, fields) if registers else None,
        clocks=fields.words("clocks"),
        interrupts={e.key.text: _interrupt(e, fields) for e in fields.entries("interrupts")},
        signals={
            e.key.text: fields.word(e.value, "signal") or "" for e in fields.entries("signals")
        },
        exclusive=_exclusive(fields),
        requires=requires,
        provides=provides,
        params={e.key.text: _parameter(e, fields) for e in fields.entries("params")},
        derived=_present(_derived, fields, "derived"),
        buffers=_present(_buffer, fields, "buffers"),
        arrays=_present(_array, fields, "arrays"),
        init=fields.text("init"),
        start=fields.text("start"),
        deferred={
            e.key.text: fields.word(e.value, "deferred") or ""
            for e in fields.entries("deferred")
        },
        syscall=_syscall(fields),
        state=fields.flag("state", True),
        capabilities=fields.words("capabilities"),
        per_app={e.key.text: _per_app(e, fields) for e in fields.entries("per_app")},
        emulator=fields.words("emulator"),
        span=document.name.span,
    )
    fields.finish(("schema", "component", "extends"))
    return component


def _present(
    read: Callable[[Entry, Fields], _Spec | None], fields: Fields, key: str
) -> dict[str, _Spec]:
    found = {entry.key.text: read(entry, fields) for entry in fields.entries(key)}
    return {name: each for name, each in found.items() if each is not None}


def _register_size(node: Node, parent: Fields) -> int:
    fields = parent.inner(node, "'registers'")
    size = fields.quantity("size", "size")
    if "size" not in fields.map:
        fields.malformed(node.span, "'size' is missing")
    fields.finish()
    return int(size) if isinstance(size, Fraction) else 0


def _interrupt(entry: Entry, parent: Fields) -> Interrupt:
    name, span = entry.key.text, entry.key.span
    if isinstance(entry.value, Scalar):
        return Interrupt(name, parent.word(entry.value, name) or "", False, False, span)
    fields = parent.inner(entry.value, f"interrupt '{name}'")
    interrupt = Interrupt(
        name, fields.required("handler"), fields.flag("top"), fields.flag("shareable"), span
    )
    fields.finish()
    return interrupt


def _exclusive(fields: Fields) -> tuple[tuple[str, ...], ...]:
    node = fields.map.get("exclusive")
    if node is None:
        return ()
    items = getattr(node, "items", ())
    if items and not all(isinstance(item, Scalar) for item in items):
        fields.get("exclusive")
        groups = []
        for item in items:
            inner = Fields(Mapping({}, item.span), fields.owner, fields.diagnostics)
            words = [inner.word(word, "exclusive") for word in getattr(item, "items", ())]
            groups.append(tuple(word for word in words if word))
        return tuple(groups)
    return (fields.words("exclusive"),)


def _requirement(entry: Entry, parent: Fields) -> Requirement:
    port = entry.key.text
    fields = parent.inner(entry.value, f"port '{port}'")
    interfaces = fields.words("hil")
    if not interfaces:
        fields.malformed(entry.key.span, "'hil' is missing")
    node = fields.get("list")
    requirement = Requirement(
        port=port,
        interfaces=interfaces,
        wired=interfaces,
        optional=fields.flag("optional"),
        list=_list_spec(node, fields) if node else None,
        where=fields.expression("where"),
        handles={
            e.key.text: fields.word(e.value, "handles") or "" for e in fields.entries("handles")
        },
        edge={e.key.text: _narrowing(e, fields) for e in fields.entries("edge")},
        doc=fields.text("doc") or "",
        span=entry.key.span,
    )
    fields.finish()
    return requirement


def _list_spec(node: Node, parent: Fields) -> ListSpec:
    fields = parent.inner(node, "'list'")
    spec = ListSpec(fields.whole("min") or 0, fields.whole("max"), fields.flag("serial"))
    fields.finish()
    return spec


def _provision(entry: Entry, parent: Fields) -> Provision:
    port = entry.key.text
    fields = parent.inner(entry.value, f"port '{port}'")
    interfaces = fields.words("hil")
    if not interfaces:
        fields.malformed(entry.key.span, "'hil' is missing")
    capacity: dict[str, Capacity] = dict.fromkeys(interfaces, 1)
    for each in fields.entries("clients"):
        if each.key.text not in interfaces:
            fields.malformed(each.key.span, f"'{each.key.text}' is not in 'hil' of this port")
        capacity[each.key.text] = _capacity(each, fields)
    through, passes = fields.text("through"), fields.words("passes")
    for name in passes:
        if name not in interfaces or through is None:
            what = "needs 'through'" if through is None else f"has no '{name}' in 'hil'"
            fields.malformed(entry.key.span, f"'passes' {what}")
    provision = Provision(
        port=port,
        interfaces=interfaces,
        served=tuple(name for name in interfaces if name not in passes),
        capacity={name: capacity.get(name, 1) for name in interfaces},
        through=through,
        per_client=fields.text("per_client"),
        count=fields.expression("count"),
        whole=fields.flag("whole"),
        facts=_facts(fields),
        edge={e.key.text: _narrowing(e, fields) for e in fields.entries("edge")},
        doc=fields.text("doc") or "",
        span=entry.key.span,
    )
    fields.finish()
    return provision


def _capacity(entry: Entry, fields: Fields) -> Capacity:
    word = fields.word(entry.value, "clients")
    if word is None or word == "many":
        return None
    number = whole_number(word)
    if number is not None and number < 1:
        fields.malformed(
            entry.value.span, "'clients' is a number from 1, 'many' or a parameter"
        )
        return 1
    return word if number is None else number


def _facts(fields: Fields) -> dict[str, Expression]:
    found = {e.key.text: fields.formula(e.value, e.key.text) for e in fields.entries("facts")}
    return {name: expression for name, expression in found.items() if expression}


def _narrowing(entry: Entry, parent: Fields) -> Narrowing:
    fields = parent.inner(entry.value, f"'{entry.key.text}'")
    # Bounds and default are read as the HIL's type once it is known: see component_rules.
    default = fields.get("default")
    narrowing = Narrowing(
        name=entry.key.text,
        optional=fields.flag("optional") if "optional" in fields.map else None,
        default=default.text if isinstance(default, Scalar) else None,
        min=fields.text("min"),
        max=fields.text("max"),
        of=fields.words("of"),
        dynamic=fields.flag("dynamic"),
        span=entry.key.span,
    )
    fields.finish()
    return narrowing


def _parameter(entry: Entry, parent: Fields) -> Parameter:
    name = entry.key.text
    fields = parent.inner(entry.value, f"parameter '{name}'")
    before = len(parent.diagnostics)
    type_ = read_type(fields)
    default = read_default(fields, type_)
    tolerance = fields.quantity("tolerance", "ratio")
    node = fields.map.get("default")
    if default is not None and node is not None:
        least, most = type_.min, type_.max
        in_bounds(
            default,
            type_.kind,
            least if isinstance(least, Fraction) else None,
            most if isinstance(most, Fraction) else None,
            what=name,
            span=node.span,
            diagnostics=fields.diagnostics,
        )
    parameter = Parameter(
        name=name,
        type=type_,
        default=default,
        # A parameter that is broken here must not be asked of the board.
        optional=fields.flag("optional") or len(parent.diagnostics) > before,
        member=_is_member(fields, type_),
        tolerance=tolerance if isinstance(tolerance, Fraction) else None,
        achieved=fields.expression("achieved"),
        doc=fields.text("doc") or "",
        span=entry.key.span,
    )
    fields.finish()
    return parameter


def _is_member(fields: Fields, type_: Type) -> bool:
    member = fields.flag("member", True)
    if member and type_.kind in UNITS and type_.unit is None:
        hint = "'unit' gives the field its name and scale; 'member: false' makes none"
        fields.malformed(fields.span, f"a {type_.kind} that is a field needs 'unit'", hint)
        return False
    return member


def _derived(entry: Entry, parent: Fields) -> Derived | None:
    fields = parent.inner(entry.value, f"derived value '{entry.key.text}'")
    type_ = read_type(fields)
    expression = fields.expression("is")
    if "is" not in fields.map:
        fields.malformed(entry.key.span, "'is' is missing")
    member, doc = _is_member(fields, type_), fields.text("doc") or ""
    fields.finish()
    if expression is None:
        return None
    return Derived(entry.key.text, type_, expression, member, doc, entry.key.span)


def _buffer(entry: Entry, parent: Fields) -> BufferSpec | None:
    fields = parent.inner(entry.value, f"buffer '{entry.key.text}'")
    size = fields.expression("size")
    if "size" not in fields.map:
        fields.malformed(entry.key.span, "'size' is missing")
    fields.finish()
    return BufferSpec(entry.key.text, size, entry.key.span) if size else None


def _array(entry: Entry, parent: Fields) -> ArraySpec | None:
    fields = parent.inner(entry.value, f"array '{entry.key.text}'")
    struct, count = fields.required("of"), fields.expression("count")
    if "count" not in fields.map:
        fields.malformed(entry.key.span, "'count' is missing")
    fields.finish()
    return ArraySpec(entry.key.text, struct, count, entry.key.span) if count else None


def _syscall(parent: Fields) -> Syscall | None:
    node = parent.get("syscall")
    if node is None:
        return None
    fields = parent.inner(node, "'syscall'")
    if "number" not in fields.map:
        fields.malformed(node.span, "'number' is missing")
    commands = [_command(e, fields) for e in fields.entries("commands")]
    syscall = Syscall(
        number=fields.whole("number") or 0,
        commands={each.number: each for each in commands if each},
        allow_ro=_numbered(fields, "allow_ro"),
        allow_rw=_numbered(fields, "allow_rw"),
        upcalls=_numbered(fields, "upcalls"),
        grant=fields.flag("grant"),
        exited=fields.text("exited"),
        span=node.span,
    )
    fields.finish()
    return syscall


def _command(entry: Entry, parent: Fields) -> Command | None:
    number = parent.number(entry.key, "command number")
    if number is None:
        return None
    holder = Fields(Mapping({"c": entry}, entry.key.span), parent.owner, parent.diagnostics)
    words = holder.words("c")
    if not words or len(words) > (1 if number == 0 else 3):
        problem = (
            "a command is 'number: [name, argument names, at most two]'; 0 takes no argument"
        )
        parent.malformed(entry.key.span, problem)
        return None
    return Command(number, words[0], words[1:], entry.key.span)


def _numbered(fields: Fields, key: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for entry in fields.entries(key):
        number = fields.number(entry.key, key)
        word = fields.word(entry.value, key)
        if number is not None and word is not None:
            found[number] = word
    return found


def _per_app(entry: Entry, parent: Fields) -> PerApp:
    fields = parent.inner(entry.value, f"application setting '{entry.key.text}'")
    type_ = read_type(fields)
    node = fields.get("list")
    setting = PerApp(
        name=entry.key.text,
        type=type_,
        list=_list_spec(node, fields) if node else None,
        default=read_default(fields, type_),
        optional=fields.flag("optional"),
        span=entry.key.span,
    )
    fields.text("doc")
    fields.finish()
    return setting
