# SPDX-License-Identifier: MIT OR Apache-2.0
"""A component's page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.explain.page_text import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.explain.component_page import ComponentPage, Setting
    from boardwright.explain.page_text import Line


def component_text(page: ComponentPage) -> str:
    """A heading, a block for each thing there is something to say of, the lines to paste."""
    blocks: list[tuple[str, list[Line]]] = [
        ("requires", list(_requires(page))),
        ("provides", list(_provides(page))),
        ("settings", [line for each in page.settings for line in _setting(each)]),
        ("of each application", [line for each in page.per_app for line in _setting(each)]),
        ("system calls", list(_calls(page))),
        ("on chips", [(name, ", ".join(own)) for name, own in page.chips.items()]),
    ]
    lines = [f"{page.name}: {page.room}", f"  {page.doc}" * bool(page.doc)]
    for title, block in blocks:
        if block:
            lines += ["", title, *columns(block)]
    if page.paste:
        lines += ["", "in board.yaml, with your own for what is in capitals"]
        lines += [f"  {line}" for line in page.paste.splitlines()]
    return "\n".join(lines) + "\n"


def _requires(page: ComponentPage) -> Iterator[Line]:
    for port in page.requires:
        extra = [
            "" if port.required else "optional",
            f"a list of {port.count}" * bool(port.count),
        ]
        yield port.name, "; ".join(filter(None, [", ".join(port.interfaces), *extra, port.doc]))
        if port.where:
            yield "", f"where {port.where}"
        yield "", f"answered by {', '.join(port.answers) or 'no component there is'}"
        yield from _edge(port.edge)


def _provides(page: ComponentPage) -> Iterator[Line]:
    for port in page.provides:
        first, *others = (f"{name} for {count}" for name, count in port.clients.items())
        count = f"{port.count} of it; " * bool(port.count)
        yield port.name, f"{count}{first}"
        yield from (("", each) for each in [*others, port.doc] if each)
        yield from (("", f"{name} = {text}") for name, text in port.facts.items())
        yield from _edge(port.edge)


def _edge(settings: tuple[Setting, ...]) -> Iterator[Line]:
    for setting in settings:
        (first, *cells), *others = _setting(setting)
        yield from [(f"  {first}", *cells), *others]


def _setting(setting: Setting) -> Iterator[Line]:
    tail = f" = {setting.default}" * bool(setting.default)
    words = "one of " + ", ".join(setting.of) if setting.of else setting.type
    units = f" in {' '.join(setting.units)}" * bool(setting.units)
    needed = "to be given" if setting.required else "" if setting.default else "optional"
    yield (
        f"{setting.name}{tail}",
        ", ".join(filter(None, [f"{words}{units}", _range(setting), needed])),
    )
    if setting.doc:
        yield "", setting.doc


def _range(setting: Setting) -> str:
    if setting.min and setting.max:
        return f"{setting.min} to {setting.max}"
    if setting.min:
        return f"at least {setting.min}"
    return f"at most {setting.max}" * bool(setting.max)


def _calls(page: ComponentPage) -> Iterator[Line]:
    if page.driver:
        yield "driver", page.driver
    for each in page.commands:
        yield "command", each
    if page.capabilities:
        yield "capabilities", ", ".join(page.capabilities)
