# SPDX-License-Identifier: MIT OR Apache-2.0
"""What boards can be made of, and the search in it, for `boardwright list`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.explain.component_page import component_page
from boardwright.load.library import Library
from boardwright.load.nodes import Mapping, Scalar, Sequence
from boardwright.load.overlay import load_merged
from boardwright.load.roots import Files, start_of
from boardwright.units import written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from boardwright.descriptors import Component, Hil
    from boardwright.explain.component_page import ComponentPage
    from boardwright.load.nodes import Entry, Node
    from boardwright.load.roots import SearchRoots


@dataclass(frozen=True, slots=True)
class Item:
    """One thing. `row` is how a list shows it, `name` first; `facts` are searched, too."""

    kind: str
    row: dict[str, str]
    facts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What boards and descriptors call it."""
        return self.row["name"]

    def matches(self, words: Iterable[str]) -> bool:
        """Whether every word is in its row or its facts, in any case."""
        text = "\n".join([*self.row.values(), *self.facts]).lower()
        return all(word.lower() in text for word in words)

    def reasons(self, words: Iterable[str]) -> list[str]:
        """The facts that have a word which its row does not show."""
        shown = "\n".join(self.row.values()).lower()
        hidden = [word.lower() for word in words if word.lower() not in shown]
        return [fact for fact in self.facts if any(word in fact.lower() for word in hidden)]


def catalogue(kind: str, roots: SearchRoots, boards: Collection[Path]) -> list[Item]:
    """All `components`, `chips`, `hils` or (of those given) `boards`, by name."""
    files = Files(roots, roots.runtime)
    if kind == "boards":
        return [_board(path, files) for path in boards]
    library = Library(files, Diagnostics())
    if kind == "components":
        components = sorted(library.components(), key=lambda each: each.name)
        return [_component(each) for each in components]
    found = library.names_of("chip" if kind == "chips" else "hil")
    if kind == "chips":
        return [item for name in found for item in _chips(name, files, library)]
    hils = [hil for name in found if (hil := library.hil(name))]
    return [item for hil in hils for item in _interfaces(hil)]


def component_named(
    name: str, roots: SearchRoots, diagnostics: Diagnostics
) -> ComponentPage | None:
    """All of one component; None if there is none of that name, and after its faults."""
    library = Library(Files(roots, roots.runtime), diagnostics)
    if name not in library.names_of("component"):
        return None
    (file, *_) = library.files.find(name)
    component = library.component(name, start_of(library.files.read(file.path)))
    return component_page(component, library) if component else None


def _board(path: Path, files: Files) -> Item:
    """A board as its file and those it extends say it; it need not be right."""
    document = load_merged(files, path, Diagnostics())
    facts: list[str] = []
    if document is not None:
        chip = document.body.get("chip")
        facts += [f"chip {chip.text}"] if isinstance(chip, Scalar) else []
        facts += [f"uses {kind}" for kind in dict.fromkeys(_kinds(document.body))]
    return Item("board", {"name": path.parent.name, "file": path.as_posix()}, tuple(facts))


def _kinds(node: Node) -> Iterator[str]:
    """Every `kind` below a node."""
    if isinstance(node, Mapping):
        for entry in node:
            if entry.key.text == "kind" and isinstance(entry.value, Scalar):
                yield entry.value.text
            yield from _kinds(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _kinds(item)


def _component(component: Component) -> Item:
    facts = [f"provides {name}" for p in component.provides.values() for name in p.interfaces]
    facts += [f"requires {name}" for p in component.requires.values() for name in p.interfaces]
    for parameter in component.params.values():
        default = parameter.default
        tail = "" if default is None else f" = {written(default, parameter.type.kind)}"
        doc = f" ({parameter.doc})" if parameter.doc else ""
        facts.append(f"parameter {parameter.name}{tail}{doc}")
    if component.syscall is not None:
        facts.append(f"driver {component.syscall.number:#x}")
        facts += [f"command {each.name}" for each in component.syscall.commands.values()]
    facts += [f"capability {name}" for name in component.capabilities]
    row = {"name": component.name, "room": component.room, "doc": component.doc}
    return Item("component", row, tuple(facts))


def _chips(name: str, files: Files, library: Library) -> Iterator[Item]:
    for file in files.find(name):
        chip = library.chip(name, start_of(files.read(file.path)))
        facts: list[str] = []
        if chip is not None:
            facts += [chip.chip.doc] if chip.chip.doc else []
            facts.append(f"core {chip.chip.core}")
            facts += [_peripheral(entry) for entry in chip.peripherals]
        yield Item("chip", {"name": name, "file": files.name(file.path)}, tuple(facts))


def _peripheral(entry: Entry) -> str:
    kind = entry.value.get("kind") if isinstance(entry.value, Mapping) else None
    tail = f" ({kind.text})" if isinstance(kind, Scalar) else ""
    return f"peripheral {entry.key.text}{tail}"


def _interfaces(hil: Hil) -> Iterator[Item]:
    facts = [hil.doc] if hil.doc else []
    facts += [f"fact {name}" for name in hil.facts]
    facts += [f"edge parameter {name}" for name in (hil.edge.params if hil.edge else ())]
    for interface in hil.interfaces.values():
        row = {"name": interface.name, "operations": ", ".join(interface.operations)}
        own = [f"completion {name}" for name in interface.completions]
        own += [f"event {name}" for name in interface.events]
        yield Item("hil", row, (*own, *facts))
