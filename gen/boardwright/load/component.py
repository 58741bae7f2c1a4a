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
    Sharing,
    Syscall,
    Treatment,
    Type,
)
from boardwright.load.fields import Fields, read_default, read_type
from boardwright.load.nodes import Mapping, Scalar, Sequence
from boardwright.load.shapes import component as shapes
from boardwright.load.shapes.component import LIST
from boardwright.load.shapes.forms import Words
from boardwright.load.shapes.parts import FUNCTION
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


def read_component(document: Document, found: Found, diagnostics: Diagnostics) -> Component:
    """The component a document describes; faults are reported and left out."""
    name = document.name.text
    owner, place = f"component '{name}'", document.name.span
    fields = Fields(document.body, shapes.COMPONENT, owner, diagnostics, place=place)
    directory = found.path.parent.relative_to(found.root)
    provides = {e.key.text: _provision(e, fields) for e in fields.entries("provides")}
    requires = {e.key.text: _requirement(e, fields) for e in fields.entries("requires")}
    registers = fields.get("registers")
    emulator, emulator_file = _emulator(fields)
    component = Component(
        name=name,
        room=cast("Room", fields.choice("room", "capsules")),
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
        signals=fields.named_words("signals"),
        exclusive=_exclusive(fields),
        requires=requires,
        provides=provides,
        params={e.key.text: _parameter(e, fields) for e in fields.entries("params")},
        derived=_present(_derived, fields, "derived"),
        buffers=_present(_buffer, fields, "buffers"),
        arrays=_present(_array, fields, "arrays"),
        init=fields.text("init"),
        start=fields.text("start"),
        deferred=fields.named_words("deferred"),
        sharing=_sharing(fields),
        syscall=_syscall(fields),
        state=fields.flag("state", True),
        capabilities=fields.words("capabilities"),
        per_app={e.key.text: _per_app(e, fields) for e in fields.entries("per_app")},
        emulator=emulator,
        emulator_file=emulator_file,
        span=document.name.span,
    )
    fields.finish()
    return component


def _emulator(parent: Fields) -> tuple[tuple[str, ...], Expression | None]:
    """The arguments, and the size of the file; a list stands for the arguments alone."""
    node = parent.get("emulator")
    if node is None:
        return (), None
    if not isinstance(node, Mapping):
        return parent.node_words(node, "emulator", Words()), None
    fields = parent.inner(node, shapes.EMULATED, "'emulator'")
    found = fields.words("arguments"), fields.expression("file")
    fields.finish()
    return found


def _present(
    read: Callable[[Entry, Fields], _Spec | None], fields: Fields, key: str
) -> dict[str, _Spec]:
    found = {entry.key.text: read(entry, fields) for entry in fields.entries(key)}
    return {name: each for name, each in found.items() if each is not None}


def _register_size(node: Node, parent: Fields) -> int:
    fields = parent.inner(node, shapes.REGISTERS, "'registers'")
    size = fields.quantity("size")
    fields.finish()
    return int(size) if isinstance(size, Fraction) else 0


def _interrupt(entry: Entry, parent: Fields) -> Interrupt:
    name, span = entry.key.text, entry.key.span
    if isinstance(entry.value, Scalar):
        handler = parent.word(entry.value, name, form=FUNCTION)
        return Interrupt(name, handler or "", False, False, span)
    fields = parent.inner(entry.value, shapes.INTERRUPT, f"interrupt '{name}'")
    interrupt = Interrupt(
        name, fields.required("handler"), fields.flag("top"), fields.flag("shareable"), span
    )
    fields.finish()
    return interrupt


def _exclusive(fields: Fields) -> tuple[tuple[str, ...], ...]:
    """Groups of ports: a list of words is one group, a list of lists several."""
    node = fields.get("exclusive")
    if node is None:
        return ()
    nested = isinstance(node, Sequence) and any(
        not isinstance(item, Scalar) for item in node.items
    )
    groups = node.items if nested and isinstance(node, Sequence) else (node,)
    return tuple(fields.node_words(group, "exclusive", Words()) for group in groups)


def _requirement(entry: Entry, parent: Fields) -> Requirement:
    port = entry.key.text
    fields = parent.inner(entry.value, shapes.REQUIREMENT, f"port '{port}'", entry.key.span)
    interfaces = fields.words("hil")
    node = fields.get("list")
    requirement = Requirement(
        port=port,
        interfaces=interfaces,
        wired=interfaces,
        optional=fields.flag("optional"),
        list=_list_spec(node, fields) if node else None,
        where=fields.expression("where"),
        handles=fields.named_words("handles"),
        edge={e.key.text: _narrowing(e, fields) for e in fields.entries("edge")},
        doc=fields.text("doc") or "",
        span=entry.key.span,
    )
    fields.finish()
    return requirement


def _list_spec(node: Node, parent: Fields) -> ListSpec:
    fields = parent.inner(node, LIST, "'list'")
    spec = ListSpec(fields.whole("min") or 0, fields.whole("max"), fields.flag("serial"))
    fields.finish()
    return spec


def _provision(entry: Entry, parent: Fields) -> Provision:
    port = entry.key.text
    fields = parent.inner(entry.value, shapes.PROVISION, f"port '{port}'", entry.key.span)
    interfaces = fields.words("hil")
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
    fields = parent.inner(entry.value, shapes.NARROWING, f"'{entry.key.text}'")
    optional = fields.flag("optional")
    tolerance = fields.quantity("tolerance")
    # Bounds and default are read as the HIL's type once it is known: see component_rules.
    narrowing = Narrowing(
        name=entry.key.text,
        optional=optional if "optional" in fields.map else None,
        default=fields.value("default"),
        min=fields.value("min"),
        max=fields.value("max"),
        of=fields.words("of"),
        dynamic=fields.flag("dynamic"),
        span=entry.key.span,
        achieved=fields.expression("achieved"),
        tolerance=tolerance if isinstance(tolerance, Fraction) else None,
    )
    fields.finish()
    return narrowing


def _parameter(entry: Entry, parent: Fields) -> Parameter:
    name = entry.key.text
    before = len(parent.diagnostics)
    fields = parent.inner(entry.value, shapes.PARAMETER, f"parameter '{name}'")
    type_ = read_type(fields)
    default = read_default(fields, type_)
    tolerance = fields.quantity("tolerance")
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
    if type_.kind == "port":
        hint = "a port of the component stands under 'requires'"
        fields.malformed(entry.key.span, "a parameter is no port", hint)
    if type_.kind == "region" and default is not None:
        fields.malformed(entry.key.span, "a region has no default: the board places it")
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
    before = len(fields.diagnostics)
    member = fields.flag("member", True) and len(fields.diagnostics) == before
    if member and type_.kind in UNITS and type_.unit is None:
        hint = "'unit' gives the field its name and scale; 'member: false' makes none"
        fields.malformed(fields.span, f"a {type_.kind} that is a field needs 'unit'", hint)
        return False
    return member


def _derived(entry: Entry, parent: Fields) -> Derived | None:
    name, place = entry.key.text, entry.key.span
    fields = parent.inner(entry.value, shapes.DERIVED, f"derived value '{name}'", place)
    type_ = read_type(fields)
    expression = fields.expression("is")
    member, doc = _is_member(fields, type_), fields.text("doc") or ""
    fields.finish()
    if expression is None:
        return None
    return Derived(name, type_, expression, member, doc, place)


def _buffer(entry: Entry, parent: Fields) -> BufferSpec | None:
    name, place = entry.key.text, entry.key.span
    fields = parent.inner(entry.value, shapes.BUFFER, f"buffer '{name}'", place)
    size = fields.expression("size")
    fields.finish()
    return BufferSpec(name, size, place) if size else None


def _array(entry: Entry, parent: Fields) -> ArraySpec | None:
    name, place = entry.key.text, entry.key.span
    fields = parent.inner(entry.value, shapes.ARRAY, f"array '{name}'", place)
    struct, count = fields.required("of"), fields.expression("count")
    fields.finish()
    return ArraySpec(name, struct, count, place) if count else None


def _sharing(parent: Fields) -> Sharing | None:
    node = parent.get("sharing")
    if node is None:
        return None
    fields = parent.inner(node, shapes.SHARING, "'sharing'")
    sharing = Sharing(
        order=fields.choice("order", "rotation"),
        wipes=fields.required("wipes"),
        treats={e.key.text: _treatment(e, fields) for e in fields.entries("treats")},
        span=node.span,
    )
    fields.finish()
    return sharing


def _treatment(entry: Entry, parent: Fields) -> Treatment:
    name, place = entry.key.text, entry.key.span
    fields = parent.inner(entry.value, shapes.TREATMENT, f"'{name}'", place)
    treatment = Treatment(name, fields.choice("as", "hidden"), fields.required("why"), place)
    fields.finish()
    return treatment


def _syscall(parent: Fields) -> Syscall | None:
    node = parent.get("syscall")
    if node is None:
        return None
    fields = parent.inner(node, shapes.SYSCALL, "'syscall'")
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
    words = parent.node_words(entry.value, "commands", Words())
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
    name = entry.key.text
    fields = parent.inner(entry.value, shapes.PER_APP, f"application setting '{name}'")
    type_ = read_type(fields)
    node = fields.get("list")
    setting = PerApp(
        name=name,
        type=type_,
        list=_list_spec(node, fields) if node else None,
        default=read_default(fields, type_),
        optional=fields.flag("optional"),
        span=entry.key.span,
        doc=fields.text("doc") or "",
    )
    fields.finish()
    return setting
