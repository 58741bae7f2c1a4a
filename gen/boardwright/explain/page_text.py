# SPDX-License-Identifier: MIT OR Apache-2.0
"""An instance's page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from boardwright.explain.instance import Page, Setting
    from boardwright.plan.ir import QueueRow

Line = tuple[str, ...]
"""The cells of a line; all but the last are columns of the block."""


def page_text(page: Page) -> str:
    """A heading, then a block for each thing there is something to say of."""
    blocks = [
        ("", list(_facts(page))),
        ("settings", [line for each in page.settings for line in _setting(each)]),
        ("computed", list(_computed(page))),
        ("requires", list(_wires(page))),
        ("used by", list(_users(page))),
        ("interrupts", list(_interrupts(page))),
        ("storage", list(_storage(page))),
    ]
    lines = [f"{page.id}: {page.kind}, under {page.section}", f"  {page.doc}" * bool(page.doc)]
    for title, block in blocks:
        if block:
            lines += ["", *([title] if title else []), *columns(block)]
    return "\n".join(lines) + "\n"


def _facts(page: Page) -> Iterator[Line]:
    yield "written in", page.place
    if page.owner:
        yield "made for", page.owner
    if page.omitted:
        yield "left out", page.omitted
    if page.object:
        yield "in C", f"const {page.object}"
    if page.registers is not None:
        at, size = page.registers
        yield "registers", f"0x{at:08X} to 0x{at + size:08X}"
    for name, frequency in page.clocks.items():
        yield "clock", f"{name} = {frequency}"
    for function in page.boot:
        yield "at boot", function
    for name, function in page.deferred.items():
        yield "deferred call", f"{name}: {function}"
    if page.driver is not None:
        yield "driver number", f"{page.driver:#x}"
        yield "called by", ", ".join(page.callers) or "no application of this board"
    if page.per_process:
        yield "per process", page.per_process
    if page.capabilities:
        yield "capabilities", ", ".join(page.capabilities)


def _setting(setting: Setting) -> Iterator[Line]:
    first, *older = setting.history
    what = f"{setting.name} = {setting.value}"
    yield what, f"default, {first.place}" if first.default else first.place
    for each in older:
        kind = "default" if each.default else "overrules"
        yield "", f"{kind} {each.text}, {each.place}"
    if setting.rate is not None:
        rate = setting.rate
        error = "" if rate.error_ppm is None else f", {rate.error_ppm:+} ppm"
        allowed = "" if rate.allowed_ppm is None else f" of {rate.allowed_ppm} allowed"
        yield "", f"achieved {rate.achieved}{error}{allowed}"
    if setting.doc:
        yield "", setting.doc


def _computed(page: Page) -> Iterator[Line]:
    for each in page.computed:
        yield f"{each.name} = {each.value}", f"{each.expression}, {each.place}"


def _wires(page: Page) -> Iterator[Line]:
    for wire in page.wires:
        yield f"{wire.port} -> {wire.to}", wire.place
        others = {
            interface: target for interface, target in wire.answers.items() if target != wire.to
        }
        for interface, target in others.items():
            yield "", f"{interface} is answered by {target}"
        for row in wire.queues:
            yield "", _queue(row)
        for setting in wire.settings:
            for line in _setting(setting):
                yield f"  {line[0]}" if line[0] else "", *line[1:]


def _queue(row: QueueRow) -> str:
    ways = ", ".join(f"{clients} of {name}" for name, clients in row.ways.items())
    one = f"{row.interface} waits for {row.others} of others at most (clients: {ways})"
    return f"{one}, for {row.worst} with {row.processes} processes" if row.processes else one


def _users(page: Page) -> Iterator[Line]:
    for user in page.users:
        through = f" through {user.through}" if user.through else ""
        what = f"{', '.join(user.interfaces)} of {user.of}{through}"
        yield f"{user.client}.{user.port}", f"{what}, {user.place}"


def _interrupts(page: Page) -> Iterator[Line]:
    for each in page.interrupts:
        line = each.line if each.number is None else f"{each.line} ({each.number})"
        when = "at once" if each.top else "in the kernel loop"
        yield f"{each.name} on {line}", f"{each.handler} {when}, {each.place}"


def _storage(page: Page) -> Iterator[Line]:
    for each in page.storage:
        count = "" if each.count is None else f"[{each.count}]"
        yield f"{each.ctype} {each.name}{count}", each.about


def columns(lines: Sequence[Line]) -> Iterable[str]:
    """A block: the first cells as wide as they must be."""
    width = max((len(line[0]) for line in lines), default=0)
    return (f"  {line[0]:{width}}  {line[1]}".rstrip() for line in lines)
