# SPDX-License-Identifier: MIT OR Apache-2.0
"""Files that extend others, and variants: maps merge, scalars override, lists say how.

Reports the Overlays family (06xx). Every node keeps the position of the file it came
from, and a scalar the one it replaced.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics, did_you_mean, meant, suggestion
from boardwright.load.document import Document, read_document
from boardwright.load.nodes import Entry, Mapping, Node, Scalar, Sequence, shape
from boardwright.load.shapes.board import BOARD
from boardwright.load.shapes.chip import CHIP
from boardwright.load.shapes.component import COMPONENT
from boardwright.load.shapes.hil import HIL

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.load.roots import Files
    from boardwright.span import Span

_KEYS = frozenset(key for each in (BOARD, CHIP, COMPONENT, HIL) for key in each.keys)
_HEAD = ("schema", "board", "chip", "component", "hil", "extends", "variants")


def load_merged(
    files: Files, path: Path, diagnostics: Diagnostics, asked: Span | None = None
) -> Document | None:
    """A file with everything it extends; variants stay as they are written."""
    return _Loader(files, diagnostics).load(path, asked, ())


def with_variant(document: Document, name: str, diagnostics: Diagnostics) -> Document:
    """The document with one of its variants laid over it."""
    variants = document.body.get("variants")
    over = variants.get(name) if isinstance(variants, Mapping) else None
    if not isinstance(over, Mapping):
        return document
    base = Mapping(
        {key: entry for key, entry in document.body.entries.items() if key != "variants"},
        document.body.span,
    )
    merged = _Merger(diagnostics).merge(base, over, "")
    return replace(document, body=merged) if isinstance(merged, Mapping) else document


class _Loader:
    def __init__(self, files: Files, diagnostics: Diagnostics) -> None:
        self.files = files
        self.diagnostics = diagnostics

    def load(self, path: Path, asked: Span | None, chain: tuple[Path, ...]) -> Document | None:
        document = read_document(self.files, path, self.diagnostics, asked)
        if document is None:
            return None
        document = self._respelt(document)
        chain = (*chain, document.source.path)
        parents, usable = self._parents(document, chain)
        if not usable:
            return None
        # Neither chip nor `extends`: the line is lost that says what the tags act on.
        lost = document.kind == "board" and not parents and "chip" not in document.body
        merger = _Merger(Diagnostics() if lost else self.diagnostics)
        own = Mapping(
            {key: e for key, e in document.body.entries.items() if key not in _HEAD},
            document.body.span,
        )
        if not parents:
            merged: Node | None = merger.untagged(own)
        else:
            base = parents[0][1]
            for span, parent in parents[1:]:
                base = merger.joined(base, parent, own, "", span)
            merged = merger.merge(base, own, "")
        assert isinstance(merged, Mapping)
        head: dict[str, Entry | None] = {}
        for _, parent in parents:
            head.update({key: e for key, e in parent.entries.items() if key in _HEAD})
        head.update({key: e for key, e in document.body.entries.items() if key in _HEAD})
        head["variants"] = self._variants(document.body, [parent for _, parent in parents])
        entries = {key: e for key, e in head.items() if e is not None}
        entries |= {key: e for key, e in merged.entries.items() if key not in entries}
        body = Mapping(entries, document.body.span)
        return replace(document, body=body)

    def _respelt(self, document: Document) -> Document:
        """An overlay with each misspelt section, once reported, laid over the one it meant.

        In a board of its own sections are put right later, with all that it says in sight.
        """
        body = document.body
        if document.kind != "board" or "extends" not in body:
            return document
        entries: dict[str, Entry] = {}
        for entry in body:
            word = entry.key.text
            right = word
            if word not in BOARD.keys:
                right = meant(word, set(BOARD.keys) - set(body.entries)) or word
            if right != word:
                hint = suggestion(word, BOARD.keys)
                self.diagnostics.report(
                    "0207", entry.key.span, owner="a board", key=word, hint=hint
                )
            key = replace(entry.key, text=right)
            entries.setdefault(right, Entry(key, entry.value))
        return replace(document, body=replace(body, entries=entries))

    def _parents(
        self, document: Document, chain: tuple[Path, ...]
    ) -> tuple[list[tuple[Span, Mapping]], bool]:
        """The extended files, each with where it is named; False if one is unusable."""
        keys = document.body.entries
        unknown = [key for key in keys if key not in _KEYS]
        key = "extends" if "extends" in keys else meant("extends", unknown)
        node = document.body.get(key)
        if node is None:
            return [], True
        items = node.items if isinstance(node, Sequence) else (node,)
        found: list[tuple[Span, Mapping]] = []
        usable = True
        for item in items:
            parent = self._parent(item, document, chain)
            if parent is None:
                usable = False
            else:
                own = {key: e for key, e in parent.entries.items() if key != "extends"}
                found.append((item.span, Mapping(own, parent.span)))
        return found, usable

    def _parent(
        self, item: Node, document: Document, chain: tuple[Path, ...]
    ) -> Mapping | None:
        if not isinstance(item, Scalar):
            self.diagnostics.report(
                "0201", item.span, what="extends", expected="a path", found=shape(item)
            )
            return None
        path = self._extended(item.text, document)
        name = self.files.name(path.resolve())
        if path.resolve() in [each.resolve() for each in chain]:
            self.diagnostics.report("0606", item.span, path=name)
            return None
        parent = self.load(path, item.span, chain)
        if parent is None:
            return None
        if parent.kind != document.kind:
            problem = f"'{item.text}' is a {parent.kind} file, this one is a {document.kind}"
            self.diagnostics.report("0104", item.span, problem=problem, hint="")
            return None
        return parent.body

    def _extended(self, text: str, document: Document) -> Path:
        """A path from the file that says it; a descriptor may also name another's.

        So a chip out of tree extends one of the runtime, wherever that is installed.
        """
        found = self.files.find(text) if document.kind != "board" else []
        return found[0].path if len(found) == 1 else document.source.path.parent / text

    def _variants(self, body: Mapping, parents: list[Mapping]) -> Entry | None:
        """Variants of all files; one of the same name here stands for the parents'."""
        entries: dict[str, Entry] = {}
        last: Entry | None = None
        for each in (*parents, body):
            entry = each.entries.get("variants")
            if entry is not None:
                last = entry
                if isinstance(entry.value, Mapping):
                    entries.update(entry.value.entries)
        return last and Entry(last.key, Mapping(entries, last.value.span))


class _Merger:
    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics

    def merge(self, base: Node | None, over: Node, key: str) -> Node | None:
        """`over` laid on `base`; None if it deletes."""
        if over.verb:
            return self._tagged(base, over, key)
        if base is None:
            return self.untagged(over)
        if isinstance(base, Mapping) and isinstance(over, Mapping):
            return self._maps(base, over, key)
        if isinstance(over, Scalar) and over.empty and isinstance(base, Mapping):
            return base
        if isinstance(base, Scalar) and isinstance(over, Scalar):
            return replace(over, replaced=base)
        related = [(base.span, "as the extended file has it")]
        if isinstance(base, Sequence) and isinstance(over, Sequence):
            self.diagnostics.report("0602", over.span, key=key, related=related)
        else:
            hint = f"write  {key}: !replace ...  if that is meant"
            old, new = shape(base), shape(over)
            self.diagnostics.report(
                "0604", over.span, key=key, old=old, new=new, hint=hint, related=related
            )
        return base

    def _maps(self, base: Mapping, over: Mapping, key: str) -> Mapping:
        old, new = base.get("kind"), over.get("kind")
        if isinstance(old, Scalar) and isinstance(new, Scalar) and old.text != new.text:
            self.diagnostics.report(
                "0603",
                new.span,
                key=key,
                old=old.text,
                new=new.text,
                related=[(old.span, "its kind in the extended file")],
            )
            return base
        entries = dict(base.entries)
        for entry in over:
            name = entry.key.text
            under = base.get(name)
            if entry.value.verb in ("delete", "replace") and under is None:
                self._nothing(entry.key, entry.value.verb, list(base.entries))
                if entry.value.verb == "delete":  # what it takes away is not missing, too
                    entries.pop(meant(name, base.entries.keys() - over.entries.keys()), None)
                continue
            value = self.merge(under, entry.value, name)
            if value is None:
                entries.pop(name, None)
            else:
                was = base.entries.get(name)
                # An instance that is only adjusted still stands where it was written.
                adjusted = was is not None and not entry.value.verb
                kept = was if was and adjusted and isinstance(value, Mapping) else entry
                entries[name] = Entry(kept.key, value)
        return Mapping(entries, base.span, replaced=base)

    def _tagged(self, base: Node | None, over: Node, key: str) -> Node | None:
        if over.verb == "append":
            if isinstance(base, Sequence) and isinstance(over, Sequence):
                added = self.untagged(replace(over, verb=""))
                assert isinstance(added, Sequence)
                return replace(base, items=(*base.items, *added.items), replaced=base)
            problem = shape(base) if base else "not there"
            hint = (
                "only lists can be appended to; without the tag it is laid over what is there"
            )
            new = "a list to append to"
            if isinstance(base, Sequence):
                new = f"{shape(over)} to append"
                word = over.text if isinstance(over, Scalar) else "..."
                hint = f"a list is appended:  {key}: !append [{word}]"
            self.diagnostics.report("0604", over.span, key=key, old=problem, new=new, hint=hint)
            return base
        if over.verb == "delete":
            return None
        return replace(self.untagged(replace(over, verb="")), replaced=base)

    def untagged(self, node: Node) -> Node:
        """A node with nothing below it: a tag in it acts on nothing."""
        if isinstance(node, Mapping):
            entries = {}
            for entry in node:
                if entry.value.verb:
                    self._nothing(entry.key, entry.value.verb, [])
                if entry.value.verb != "delete":
                    bare = replace(entry.value, verb="")
                    entries[entry.key.text] = Entry(entry.key, self.untagged(bare))
            return replace(node, entries=entries)
        if isinstance(node, Sequence):
            for item in node.items:
                if item.verb:
                    self.diagnostics.report(
                        "0601", item.span, key="list item", verb=item.verb, hint=""
                    )
            kept = [item for item in node.items if item.verb != "delete"]
            items = tuple(self.untagged(replace(item, verb="")) for item in kept)
            return replace(node, items=items)
        return node

    def _nothing(self, key: Scalar, verb: str, known: list[str]) -> None:
        hint = did_you_mean(key.text, known)
        self.diagnostics.report("0601", key.span, key=key.text, verb=verb, hint=hint)

    def joined(
        self, left: Mapping, right: Mapping, own: Node | None, path: str, span: Span
    ) -> Mapping:
        """Two parents side by side; what they disagree on, `own` must decide."""
        entries = dict(left.entries)
        for entry in right:
            name = entry.key.text
            if not path and name in _HEAD:
                continue
            first = left.entries.get(name)
            decided = own.get(name) if isinstance(own, Mapping) else None
            if first is None or (decided is not None and decided.verb):
                entries.setdefault(name, entry)
            elif isinstance(first.value, Mapping) and isinstance(entry.value, Mapping):
                inner = self.joined(first.value, entry.value, decided, f"{path}{name}.", span)
                entries[name] = Entry(first.key, inner)
            elif decided is None and not _same(first.value, entry.value):
                self.diagnostics.report(
                    "0605",
                    span,
                    key=f"{path}{name}",
                    related=[(first.value.span, "one says"), (entry.value.span, "other says")],
                )
        return replace(left, entries=entries)


def _same(left: Node, right: Node) -> bool:
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return left.text == right.text
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        same_length = len(left.items) == len(right.items)
        return same_length and all(map(_same, left.items, right.items))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return list(left.entries) == list(right.entries) and all(
            _same(entry.value, right.entries[entry.key.text].value) for entry in left
        )
    return False
