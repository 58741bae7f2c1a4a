# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which line of a HIL's header calls which operation, completion or event.

A call of a HIL is inlined into its caller, and gcc says on which line of the header the
call through the pointer stands: that line names the operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from boardwright.descriptors import Hil

_OPERATION = re.compile(r"\b([A-Z][A-Z0-9_]*)\(\s*[^,()]*,\s*(\w+)\)\(")
_CALLBACK = re.compile(r"->client->(\w+)\(")


@dataclass(frozen=True, slots=True)
class Use:
    """A call over an interface: down to its provider, or back up to its client."""

    interface: str
    name: str
    up: bool


def inline_uses(hils: Iterable[Hil]) -> Mapping[tuple[str, int], Use]:
    """By header (its include path) and line."""
    found: dict[tuple[str, int], Use] = {}
    for hil in hils:
        stems = {each.stem.upper(): each.name for each in hil.interfaces.values()}
        members = {
            (member, each.stem): each.name
            for each in hil.interfaces.values()
            for member in each.client_members
        }
        text = (hil.root / hil.header).read_text(encoding="utf-8")
        for match in _OPERATION.finditer(text):
            if match[1] in stems:
                use = Use(stems[match[1]], match[2], up=False)
                _note(found, hil.header, text, match, use)
        for match in _CALLBACK.finditer(text):
            for (member, _), interface in members.items():
                if member == match[1]:
                    use = Use(interface, member, up=True)
                    _note(found, hil.header, text, match, use)
    return found


def _note(
    found: dict[tuple[str, int], Use], header: str, text: str, match: re.Match[str], use: Use
) -> None:
    """The statement may go over several lines; gcc names the one its call begins on."""
    first = text.count("\n", 0, match.start()) + 1
    last = text.count("\n", 0, match.end()) + 1
    for line in range(first, last + 1):
        found[header, line] = use
