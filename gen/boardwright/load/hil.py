# SPDX-License-Identifier: MIT OR Apache-2.0
"""A HIL file to `Hil`: interfaces, what completes them, what an edge carries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from boardwright.c_names import ERRORS
from boardwright.descriptors import (
    Completion,
    EdgeParameter,
    EdgeType,
    Event,
    Form,
    Hil,
    Interface,
    Operation,
)
from boardwright.diagnostics import listed, suggestion
from boardwright.load.fields import Fields, read_default, read_type
from boardwright.load.shapes import hil as shapes
from boardwright.load.trd3_rules import check_rules
from boardwright.units import UNITS

if TYPE_CHECKING:
    from boardwright.descriptors import Type
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.document import Document
    from boardwright.load.nodes import Entry
    from boardwright.load.roots import Found
    from boardwright.span import Span


def read_hil(document: Document, found: Found, diagnostics: Diagnostics) -> Hil:
    """The HIL a document describes; faults are reported and left out."""
    name, before = document.name.text, len(diagnostics)
    fields = Fields(
        document.body, shapes.HIL, f"HIL '{name}'", diagnostics, silent=("sharing",)
    )
    interfaces = {
        entry.key.text: _interface(name, entry, fields)
        for entry in fields.entries("interfaces")
    }
    _unique_operations(interfaces, diagnostics)
    _check_excludes(interfaces, diagnostics)
    sharing = fields.choice("sharing", "none")
    if "sharing" not in fields.map:
        diagnostics.report("0713", document.name.span, name=name)
    fields.text("reason")
    hil = Hil(
        name=name,
        doc=fields.text("doc") or "",
        header=found.path.with_suffix(".h").relative_to(found.root).as_posix(),
        root=found.root,
        interfaces=interfaces,
        sharing=sharing,
        edge=_edge(fields, [interface.stem for interface in interfaces.values()]),
        facts={entry.key.text: _fact(entry, fields) for entry in fields.entries("facts")},
        exceptions=_exceptions(fields),
        span=document.name.span,
    )
    fields.finish()
    if len(diagnostics) == before:  # else a fault would be told twice
        check_rules(hil, diagnostics)
    return hil


def _interface(hil: str, entry: Entry, parent: Fields) -> Interface:
    leaf = entry.key.text
    what = f"interface '{leaf}'"
    fields = parent.inner(entry.value, shapes.INTERFACE_SHAPE, what, entry.key.span)
    control = fields.choice("class", "data") == "control"
    all_now = fields.choice("form", "") or None
    fields.text("doc")
    operations = {
        each.key.text: _operation(each, fields) for each in fields.entries("operations")
    }
    completions = {
        each.key.text: _completion(each, fields) for each in fields.entries("completions")
    }
    events = {each.key.text: _event(each, fields) for each in fields.entries("events")}
    if all_now is not None:
        slow = [each.name for each in operations.values() if each.form != all_now]
        if slow:
            problem = f"'form: now' is for all its operations, not {listed(slow)}"
            fields.malformed(entry.key.span, problem)
    fields.finish()
    _check_operations(operations, completions, fields.diagnostics)
    _check_events(events, operations, fields)
    completions = {
        name: _with_start_errors(completion, operations)
        for name, completion in completions.items()
    }
    span = entry.key.span
    return Interface(hil, leaf, control, operations, completions, events, span)


def _operation(entry: Entry, parent: Fields) -> Operation:
    what = f"operation '{entry.key.text}'"
    fields = parent.inner(entry.value, shapes.OPERATION, what, entry.key.span)
    fields.text("doc")
    form = fields.choice("form", "now")
    operation = Operation(
        name=entry.key.text,
        form=cast("Form", form),
        lends=fields.text("lends"),
        out=fields.words("out"),
        done=fields.text("done"),
        of=fields.text("of"),
        infallible=fields.flag("infallible"),
        errors=_errors(fields),
        span=entry.key.span,
        excludes=fields.words("excludes"),
        chain=fields.whole("chain") or 1,
    )
    fields.finish()
    return operation


def _completion(entry: Entry, parent: Fields) -> Completion:
    fields = parent.inner(entry.value, shapes.COMPLETION, f"completion '{entry.key.text}'")
    fields.text("doc")
    errors, partial = _errors(fields), fields.flag("partial")
    fields.finish()
    return Completion(entry.key.text, errors, partial, entry.key.span)


def _errors(fields: Fields) -> tuple[str, ...]:
    """The errors there are; others are reported. Not a form: OFF is a truth value to YAML."""
    words, node = fields.words("errors"), fields.get("errors")
    if node is not None and (unknown := [word for word in words if word not in ERRORS[1:]]):
        problem = f"{listed(unknown)} is no error of abi/err.h"
        fields.malformed(node.span, problem, suggestion(unknown[0], ERRORS[1:]))
    return tuple(word for word in words if word in ERRORS[1:])


def _event(entry: Entry, parent: Fields) -> Event:
    fields = parent.inner(entry.value, shapes.EVENT, f"event '{entry.key.text}'")
    fields.text("doc")
    begins, ends, once = fields.text("while"), fields.text("until"), fields.flag("once")
    out = fields.words("out")
    fields.finish()
    return Event(entry.key.text, begins, ends, once, entry.key.span, out)


def _with_start_errors(completion: Completion, operations: dict[str, Operation]) -> Completion:
    """A queued start can fail later: a completion has the start errors but BUSY too."""
    starts = [
        error
        for operation in operations.values()
        if operation.done == completion.name
        for error in operation.errors
        if error != "BUSY"
    ]
    errors = tuple(dict.fromkeys((*completion.errors, *starts)))
    return replace(completion, errors=errors)


def _check_operations(
    operations: dict[str, Operation],
    completions: dict[str, Completion],
    diagnostics: Diagnostics,
) -> None:
    ended = {operation.done for operation in operations.values()}
    for operation in operations.values():
        problem = ""
        if operation.form == "split":
            if operation.lends is None:
                problem = "lends no descriptor"
            elif operation.done is None or operation.done not in completions:
                problem = "has no completion: 'done' names none of this interface"
        elif operation.form == "cancel":
            target = operations.get(operation.of or "")
            if target is None or target.form != "split":
                problem = "cancels nothing: 'of' names no split operation"
        if problem:
            diagnostics.report(
                "0707", operation.span, operation=operation.name, problem=problem
            )
    for completion in completions.values():
        if completion.name not in ended:
            problem = "is a completion that ends no operation"
            diagnostics.report(
                "0707", completion.span, operation=completion.name, problem=problem
            )


def _check_events(
    events: dict[str, Event], operations: dict[str, Operation], fields: Fields
) -> None:
    for event in events.values():
        for name in (event.begins, event.ends):
            if name is not None and name not in operations:
                fields.malformed(
                    event.span,
                    f"event '{event.name}' depends on '{name}', which is no operation",
                    suggestion(name, operations),
                )


def _unique_operations(interfaces: dict[str, Interface], diagnostics: Diagnostics) -> None:
    seen: dict[str, Span] = {}
    for interface in interfaces.values():
        for operation in interface.operations.values():
            first = seen.setdefault(operation.name, operation.span)
            if first is not operation.span:
                diagnostics.report(
                    "0709",
                    operation.span,
                    operation=operation.name,
                    problem="is in this file twice",
                    related=[(first, "first written here")],
                )


def _check_excludes(interfaces: dict[str, Interface], diagnostics: Diagnostics) -> None:
    """Only what answers at once can exclude, and only what takes its time be excluded."""
    operations = {
        name: each
        for interface in interfaces.values()
        for name, each in interface.operations.items()
    }
    for each in operations.values():
        slow = {name for name, other in operations.items() if other.form == "split"}
        problem = ""
        if each.chain > 1 and each.form != "split":
            problem = "is a chain, but does not take its time"
        elif each.excludes and each.form != "now":
            problem = "excludes others, but does not answer at once"
        elif unknown := [name for name in each.excludes if name not in slow]:
            problem = f"excludes {listed(unknown)}, which is no split operation of this HIL"
        if problem:
            diagnostics.report("0707", each.span, operation=each.name, problem=problem)


def _edge(parent: Fields, ports: list[str]) -> EdgeType | None:
    node = parent.get("edge")
    if node is None:
        return None
    fields = parent.inner(node, shapes.EDGE, "'edge'")
    struct = fields.text("type")
    if struct in ports:
        fields.malformed(node.span, f"struct {struct} is the port of an interface already")
    params = {each.key.text: _edge_parameter(each, fields) for each in fields.entries("params")}
    for parameter in params.values() if struct is None else ():
        if parameter.type.kind != "enum":
            problem = f"'{parameter.name}' is for expressions, which only ask for words"
            fields.malformed(parameter.span, problem, "'type: enum', or the edge has a 'type'")
    fields.finish()
    return EdgeType(struct, params, node.span)


def _edge_parameter(entry: Entry, parent: Fields) -> EdgeParameter:
    what = f"edge parameter '{entry.key.text}'"
    fields = parent.inner(entry.value, shapes.EDGE_PARAMETER, what)
    type_ = read_type(fields)
    if type_.kind in UNITS and type_.unit is None:
        hint = "'unit' gives the field its name and scale"
        fields.malformed(entry.key.span, f"a {type_.kind} on an edge needs 'unit'", hint)
        type_ = replace(type_, unit=next(iter(UNITS[type_.kind])))
    default = read_default(fields, type_)
    if type_.kind == "port" and not type_.interfaces:
        fields.malformed(entry.key.span, "a port says its interfaces", "hil: [...]")
    if type_.kind == "port" and default is not None:
        fields.malformed(entry.key.span, "a port has no default: nothing is wired by itself")
    node, sets = fields.get("sets"), fields.named_words("sets")
    if node is not None and type_.kind != "port":
        fields.malformed(node.span, "'sets' is for ports, which have an edge of their own")
    parameter = EdgeParameter(
        name=entry.key.text,
        type=type_,
        optional=fields.flag("optional"),
        default=default,
        unique=fields.choice("unique", "") or None,
        span=entry.key.span,
        doc=fields.text("doc") or "",
        sets=sets,
    )
    fields.finish()
    return parameter


def _fact(entry: Entry, parent: Fields) -> Type:
    fields = parent.inner(entry.value, shapes.FACT, f"fact '{entry.key.text}'")
    fields.text("doc")
    type_ = read_type(fields)
    fields.finish()
    return type_


def _exceptions(parent: Fields) -> tuple[str, ...]:
    found = []
    for item in parent.items("exceptions"):
        fields = parent.inner(item, shapes.EXCEPTION, "exception")
        rule, why = fields.whole("rule"), fields.required("why")
        fields.finish()
        if rule is not None:
            found.append(f"{rule}: {why}")
    return tuple(found)
