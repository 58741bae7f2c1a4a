# SPDX-License-Identifier: MIT OR Apache-2.0
"""What each component's object files refer to, against what its room may call.

A capability is the right to call what takes it: only a component that is granted it may
refer to such a function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from boardwright.descriptors import Component

_PUBLIC = ("driver", "process_buffer", "process_control", "grant", "upcall", "deferred", "cap")
_DEFERRED = ("kernel/deferred.h",)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "capsules": tuple(f"kernel/{name}.h" for name in _PUBLIC),
    "virtualizers": _DEFERRED,
    "devices": _DEFERRED,
    "chips": (*_DEFERRED, "arch/arch.h"),
}
"""The headers whose functions a component may call, by its room; lib/ for all of them."""

_FUNCTION = re.compile(r"\b([a-z]\w*)\(([^;{}]*)\)\s*;")


@dataclass(frozen=True, slots=True)
class References:
    """What a component refers to and may not: symbol -> why."""

    component: str
    room: str
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Symbols:
    """Of one object file."""

    defined: frozenset[str]
    undefined: frozenset[str]


def references(
    component: Component,
    granted: Collection[str],
    objects: Iterable[Symbols],
    library: Collection[str],
    runtime: Path,
) -> References:
    """Check the objects of one component; `library` is what lib/ (and the chip) defines."""
    files = list(objects)
    own = frozenset().union(*(each.defined for each in files))
    wanted = frozenset().union(*(each.undefined for each in files)) - own - set(library)
    allowed: dict[str, str] = {}
    for header in HEADERS[component.room]:
        allowed.update(_functions(runtime / header))
    refused = {}
    for symbol in sorted(wanted):
        if symbol.startswith("__"):  # the compiler's own
            continue
        if symbol not in allowed:
            refused[symbol] = f"no function that {component.room} may call"
        elif allowed[symbol] and allowed[symbol] not in granted:
            refused[symbol] = f"needs the capability {allowed[symbol]}"
    return References(component.name, component.room, refused)


def _functions(header: Path) -> Mapping[str, str]:
    """The functions a header declares, with the capability each takes, "" without one."""
    text = re.sub(r"/\*.*?\*/", " ", header.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {}
    for name, parameters in _FUNCTION.findall(text):
        capability = re.search(r"const struct cap_(\w+) \*", parameters)
        found[name] = capability[1] if capability else ""
    return found
