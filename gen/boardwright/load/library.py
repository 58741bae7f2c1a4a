# SPDX-License-Identifier: MIT OR Apache-2.0
"""Descriptors by name, each read when first asked for and kept.

What is wrong in a descriptor is reported once, when it is read. A component that has a
fault, or needs a HIL that has one, is None to who asks: what depends on it is silent until
it is mended. Of a chip who asks gets what could be understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics, did_you_mean
from boardwright.load.chip import ChipFile, read_chip
from boardwright.load.component import read_component
from boardwright.load.component_rules import check_component
from boardwright.load.document import found_one, is_id
from boardwright.load.hil import read_hil
from boardwright.load.overlay import load_merged

if TYPE_CHECKING:
    from boardwright.descriptors import Component, Hil, Interface
    from boardwright.load.document import Document
    from boardwright.load.roots import Files, Found
    from boardwright.span import Span


class Library:
    """All descriptors of a run."""

    def __init__(self, files: Files, diagnostics: Diagnostics) -> None:
        self.files = files
        self.diagnostics = diagnostics
        self._documents: dict[str, Document | None] = {}
        self._hils: dict[str, Hil | None] = {}
        self._components: dict[str, Component | None] = {}
        self._chips: dict[str, ChipFile | None] = {}
        self._faulty: set[str] = set()
        """HILs and components with faults, which were reported."""
        self._every: list[Component] | None = None

    @property
    def hils(self) -> dict[str, Hil]:
        """The HILs read so far, by name."""
        return {name: hil for name, hil in sorted(self._hils.items()) if hil}

    def hil(self, name: str, asked: Span | None = None) -> Hil | None:
        """A HIL; None if there is no such file or it is no HIL."""
        if name not in self._hils:
            self._hils[name] = None
            found = self._found(name, asked)
            document = self._document(name, found, asked)
            if document and found and document.kind == "hil":
                own = Diagnostics()
                self._hils[name] = read_hil(document, found, own)
                self._keep(name, own)
        return self._hils[name]

    def hil_of(self, interfaces: tuple[str, ...]) -> Hil | None:
        """The HIL of a port's interfaces; None if it has none, or there is no such HIL."""
        return self.hil(interfaces[0].partition(".")[0]) if interfaces else None

    def is_sound(self, name: str) -> bool:
        """Whether a file of this name has no fault, so that what it lacks is not there."""
        return name not in self._faulty and not self._is_broken(name)

    def _keep(self, name: str, own: Diagnostics) -> None:
        """Take over what was found in one file."""
        self.diagnostics.extend(own)
        if own.failed:
            self._faulty.add(name)

    def interface(self, name: str, asked: Span | None = None) -> Interface | None:
        """`uart.transmit`; None if it is declared nowhere."""
        hil_name, _, leaf = name.partition(".")
        hil = self.hil(hil_name, asked)
        return hil.interfaces.get(leaf) if hil else None

    def interface_names(self, near: str) -> list[str]:
        """Interfaces whose HIL exists, for suggestions around a wrong name."""
        hil = self.hil(near.partition(".")[0])
        if hil:
            return [interface.name for interface in hil.interfaces.values()]
        names = [
            each
            for each in self.files.all_found
            if did_you_mean(near.split(".", maxsplit=1)[0], [each])
        ]
        found = [hil for name in names if (hil := self.hil(name))]
        return [each.name for hil in found for each in hil.interfaces.values()]

    def component(self, name: str, asked: Span) -> Component | None:
        """A component. Reports 0306 where it was asked for; faults of it where they are."""
        if name not in self._components:
            self._components[name] = None
            found = self._found(name, asked)
            document = self._document(name, found, asked)
            if document and found and document.kind == "component":
                self._components[name] = self._checked(document, found)
        component_or_none = self._components[name]
        if component_or_none is None:
            self._no_component(name, asked)
        return component_or_none

    def _checked(self, document: Document, found: Found) -> Component | None:
        """The component if it has no fault and its HILs have none."""
        name, own = document.name.text, Diagnostics()
        component = read_component(document, found, own)
        used = component.hils
        for hil in used:
            self.hil(hil, document.name.span)
        # What a component means is looked at once all of it can be read, with its HILs: what
        # is missing now would be missed again. An expression is read by itself.
        readable = all(each.code == "BW0704" for each in own)
        if readable and all(map(self.is_sound, used)):
            check_component(component, self, own)
        self._keep(name, own)
        return component if self.is_sound(name) and all(map(self.is_sound, used)) else None

    def chip(self, name: str, asked: Span) -> ChipFile | None:
        """A chip. Reports 0301 where it was asked for."""
        if name not in self._chips:
            self._chips[name] = None
            found = self._found(name, asked)
            document = self._document(name, found, asked)
            if document and found and document.kind == "chip":
                self._chips[name] = read_chip(document, found.root, self.diagnostics)
        chip = self._chips[name]
        if chip is None and not self._is_broken(name):
            hint = did_you_mean(name, self.names_of("chip"))
            self.diagnostics.report("0301", asked, name=name, hint=hint)
        return chip

    def names_of(self, kind: str) -> list[str]:
        """Names of all descriptors of a kind. Reads every file: only for messages."""
        return [name for name in sorted(self.files.all_found) if self._kind(name) == kind]

    def components(self) -> list[Component]:
        """Every readable component. Reads every file, once: only for messages."""
        if self._every is None:
            quiet = Library(self.files, Diagnostics())
            self._every = []
            for name in self.names_of("component"):
                document = self._documents[name]
                component = quiet.component(name, document.name.span) if document else None
                self._every += [component] if component else []
        return self._every

    def _found(self, name: str, asked: Span | None) -> Found | None:
        if asked is None:
            found = self.files.find(name)
            return found[0] if found else None
        return found_one(self.files, name, self.diagnostics, asked)

    def _document(self, name: str, found: Found | None, asked: Span | None) -> Document | None:
        if name not in self._documents:
            self._documents[name] = None
            if found is not None:
                document = load_merged(self.files, found.path, self.diagnostics, asked)
                self._documents[name] = self._named(document, name)
        return self._documents[name]

    def _named(self, document: Document | None, name: str) -> Document | None:
        if document is not None and document.name.text != name and is_id(document.name):
            problem = f"this file describes '{document.name.text}' but is called '{name}.yaml'"
            self.diagnostics.report(
                "0104", document.name.span, problem=problem, hint="the two names are the same"
            )
        return document

    def _kind(self, name: str) -> str:
        if name not in self._documents:
            quiet = Library(self.files, Diagnostics())
            self._documents[name] = quiet._document(name, quiet._found(name, None), None)
        document = self._documents[name]
        return document.kind if document else ""

    def _is_broken(self, name: str) -> bool:
        """Whether a file of this name exists but could not be read (and was reported)."""
        return bool(self.files.find(name)) and self._documents.get(name) is None

    def _no_component(self, name: str, asked: Span) -> None:
        document = self._documents.get(name)
        if self._is_broken(name) or (document and document.kind == "component"):
            return
        problem = f": '{name}' is a {document.kind}" if document else ""
        hint = did_you_mean(name, self.names_of("component"))
        hint = hint or "`boardwright list` shows which there are"
        self.diagnostics.report("0306", asked, name=name, problem=problem, hint=hint)
