# SPDX-License-Identifier: MIT OR Apache-2.0
"""The wiring in DOT: hardware on the left, processes on the right, arrows to who is called.

What the board says is drawn as it says it, and what becomes of it: a mux that is left out
of the image is dashed, with the arrows past it beside it; a grey arrow is an interface that
a mux hands on. The text is the same on every run: instances in the order of board.c.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from boardwright.model import Board, Edge, Instance
    from boardwright.pipeline import Planned

_APPLICATIONS = "(applications)"
"""Not an id, so no instance is called so; nor is an application in such brackets."""

_ROOMS = {
    "chips": ("chip {chip}", "#d6e6f5"),
    "virtualizers": ("muxes", "#fbe3c8"),
    "devices": ("devices", "#d9eed5"),
    "capsules": ("capsules", "#e6dcf3"),
    "kernel": ("kernel", "#e4e4e4"),
}
"""Title and colour of each room's box."""

_HEAD = """\
    rankdir=LR;
    nodesep=0.25;
    ranksep=0.9;
    fontname="Helvetica";
    fontsize=11;
    node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11];
    edge [fontname="Helvetica", fontsize=9, dir=back, arrowsize=0.7, color="#404040"];
"""


@dataclass
class _Arrow:
    """One line of the picture: all edges from one instance to another, drawn alike."""

    provider: str
    client: str
    style: str
    labels: list[str] = field(default_factory=list)


def dot_text(source: Planned) -> str:
    """The graph of a board."""
    board = source.board
    removed = frozenset(each.id for each in source.plan.omitted)
    lines = [f"digraph {_quoted(board.name)} {{", _HEAD.rstrip("\n")]
    for room, (title, colour) in _ROOMS.items():
        inside = [each for each in board.instances if each.component.room == room]
        if inside:
            lines += [
                f"    subgraph {_quoted(f'cluster_{room}')} {{",
                f"        label={_quoted(title.format(chip=board.chip.name))};",
                '        labeljust=l; style="rounded"; color="#b0b0b0";',
                f"        node [fillcolor={_quoted(colour)}];",
                *(f"        {_node(each, removed)}" for each in inside),
                "    }",
            ]
    lines += [f"    {_arrow(each)}" for each in _arrows(board, removed)]
    lines += [f"    {line}" for line in _processes(board)]
    return "\n".join([*lines, "}"]) + "\n"


def _node(instance: Instance, removed: frozenset[str]) -> str:
    kind = instance.component.name
    label = instance.id if kind == instance.id else f"{instance.id}\n{kind}"
    attributes = {"label": label, "tooltip": instance.span.place}
    if instance.id in removed:
        attributes["label"] = f"{label}\nleft out"
        attributes |= {"style": "dashed,rounded", "fontcolor": "#707070"}
    return f"{_quoted(instance.id)} [{_listed(attributes)}];"


def _arrows(board: Board, removed: frozenset[str]) -> Iterable[_Arrow]:
    """Edges as written, then the ways past them, one arrow for each pair and style."""
    found: dict[tuple[str, str, str], _Arrow] = {}
    for edge in board.edges:
        out = edge.provider in removed or edge.client in removed
        arrow = _Arrow(edge.provider, edge.client, "dashed" if out else "")
        _draw(found, arrow, _label(edge))
    for edge in board.edges:
        if edge.client in removed:
            continue
        style = "" if edge.provider in removed else "past"
        for provider, leaves in _beyond(board, edge, removed).items():
            arrow = _Arrow(provider, edge.client, style)
            _draw(found, arrow, f"{edge.port}: {', '.join(leaves)}")
    return found.values()


def _draw(found: dict[tuple[str, str, str], _Arrow], new: _Arrow, label: str) -> None:
    arrow = found.setdefault((new.provider, new.client, new.style), new)
    if label not in arrow.labels:
        arrow.labels.append(label)


def _beyond(board: Board, edge: Edge, removed: frozenset[str]) -> dict[str, list[str]]:
    """Who answers which interfaces of an edge, if it is not whom the board names."""
    found: dict[str, list[str]] = {}
    for interface in edge.requirement.wired:
        link = board.link(edge, interface, removed)
        if link.provider != edge.provider:
            found.setdefault(link.provider, []).append(interface.partition(".")[2])
    return found


def _label(edge: Edge) -> str:
    """`uart: transmit, receive`, `leds.1: led.light of led.1`: the port, and what it calls.

    The HIL is left out where the port has its name.
    """
    leaves = ", ".join(name.partition(".")[2] for name in edge.interfaces)
    called = leaves if edge.hil == edge.port else f"{edge.hil}.{leaves}"
    element = "" if edge.element is None else f" of {edge.provided}.{edge.element}"
    return f"{edge.label}: {called}{element}"


def _arrow(arrow: _Arrow) -> str:
    attributes = {"label": "\n".join(arrow.labels)}
    if arrow.style == "dashed":
        attributes |= {"style": "dashed", "color": "#909090", "fontcolor": "#707070"}
    elif arrow.style == "past":
        attributes |= {"color": "#909090", "fontcolor": "#707070"}
    return f"{_quoted(arrow.provider)} -> {_quoted(arrow.client)} [{_listed(attributes)}];"


def _processes(board: Board) -> Iterator[str]:
    """The applications: one box if all may call the same, else a box for each."""
    drivers = [each for each in board.instances if each.driver is not None]
    callers = {each.id: board.callers(each.id) for each in drivers}
    apart = any(set(each) != set(board.apps) for each in callers.values())
    boxes = {app.name: (app.name, f"({app.name})") for app in board.apps}
    if not apart and drivers:
        label = "\n".join(["applications", *boxes])
        boxes = dict.fromkeys(boxes or [""], (label, _APPLICATIONS))
    for label, box in dict.fromkeys(boxes.values()):
        attributes = {"label": label, "style": "filled", "fillcolor": "#fdf6c9"}
        yield f"{_quoted(box)} [{_listed(attributes)}];"
    for each in drivers:
        names = [app.name for app in callers[each.id]] if apart else list(boxes)
        for box in dict.fromkeys(boxes[name][1] for name in names):
            label = _quoted(f"driver {each.driver:#x}")
            yield f"{_quoted(each.id)} -> {_quoted(box)} [label={label}];"


def _listed(attributes: dict[str, str]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _quoted(text: str) -> str:
    """A DOT string that is drawn as `text`: no escape or entity of DOT is left in it."""
    escaped = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'
