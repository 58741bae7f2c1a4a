# SPDX-License-Identifier: MIT OR Apache-2.0
"""The edit that puts a mux between a provider and its clients.

A board and what it extends are layers, its variants more of them. All is done in one
layer, so that the others mean what they meant: a reference in it is rewritten, one in
another layer is overridden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.fix.put import put, stretch
from boardwright.load.nodes import Mapping
from boardwright.load.yaml_text import parse

if TYPE_CHECKING:
    from boardwright.diagnostics import Share
    from boardwright.load.nodes import Node
    from boardwright.span import Source, Span

_Layer = tuple["Source", tuple[str, ...]]


def shared(share: Share) -> tuple[Source, str] | None:
    """The file to edit, and its text with the mux; None if it is beyond a text edit."""
    layers = [_layer(each.span) for each in share.references]
    own = [layer for layer in layers if layer[0] == share.board]
    chosen = max(own, key=lambda layer: len(layer[1])) if own else layers[0]
    if not own and any(layer != chosen for layer in layers):
        chosen = (share.board, ())
    source, prefix = chosen
    text: str | None = source.text
    for start, end in reversed(_spans(share, layers, chosen)):
        text = text[:start] + share.mux + text[end:] if text else None
    wanted: list[tuple[tuple[str, ...], str]] = []
    if share.made:
        wanted.append((("muxes", share.mux), share.made))
    for each, layer in zip(share.references, layers, strict=True):
        if layer == chosen:
            continue
        if not each.path:
            return None
        wanted.append(((*each.path, *_inside(layer, each.path)), share.mux))
    for keys, value in wanted:
        text = put(source.path, text, (*prefix, *keys), value) if text else None
    return (source, text) if text else None


def _inside(layer: _Layer, path: tuple[str, ...]) -> tuple[str, ...]:
    """`to` where the layer has a reference with settings, which must stay a map."""
    node: Node | None = parse(layer[0], Diagnostics())
    for key in (*layer[1], *path):
        node = node.get(key) if isinstance(node, Mapping) else None
    return ("to",) if isinstance(node, Mapping) else ()


def _spans(share: Share, layers: list[_Layer], chosen: _Layer) -> list[tuple[int, int]]:
    text = chosen[0].text
    pairs = zip(share.references, layers, strict=True)
    return sorted({stretch(text, each.span) for each, layer in pairs if layer == chosen})


def _layer(span: Span) -> _Layer:
    """The file of a reference, and the keys of the variant in it."""
    root = parse(span.source, Diagnostics())
    variants = root.get("variants") if isinstance(root, Mapping) else None
    for entry in variants if isinstance(variants, Mapping) else ():
        start, end = stretch(span.source.text, entry.value.span)
        if start <= stretch(span.source.text, span)[0] < end:
            return span.source, ("variants", entry.key.text)
    return span.source, ()
