# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tables of docs/virtualizers.md and docs/trd3.md that the tree itself can tell.

`tests/docs/pages.py` as a command puts them there; what is measured comes from
`tests/bench/bench.py --only mux --write`. test_pages.py compares both.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]  # so that this file can be called by its path

from tests.bench.tables import markdown, placed  # noqa: E402

from boardwright.diagnostics import Diagnostics  # noqa: E402
from boardwright.load.library import Library  # noqa: E402
from boardwright.load.roots import Files, SearchRoots  # noqa: E402
from boardwright.load.sharing_rules import shared_interfaces  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from boardwright.descriptors import Component, Hil, Interface, Operation

VIRTUALIZERS, TRD3 = ROOT / "docs/virtualizers.md", ROOT / "docs/trd3.md"
ASKED = (
    *("tests/host/queue_mux.py", "tests/host/provider*.py", "tests/host/*_providers.py"),
    *("tests/host/test_mux_flash.py", "tests/host/test_storage_regions.py"),
)
"""Where the providers are that the conformance test asks, and the models of virtualizers."""

ROTATION = ("test_fairness.py", "test_who_asks_once_waits_for_one_operation_of_each_other")
"""The test in tests/host of the bounded wait of all that rotate."""
DEADLINE = {
    "mux_alarm": (
        "test_mux_alarm.py",
        "test_a_client_that_arms_with_zero_for_ever_does_not_hold_the_event",
    ),
    "mux_timer": (
        "test_mux_timer.py",
        "test_the_shortest_period_leaves_the_others_their_events",
    ),
}
"""That of each of the others."""
CHAINS = ("test_mux_spi.py", "test_a_chain_ends_and_the_next_client_has_its_turn")


@cache
def library() -> Library:
    """Every descriptor of the tree."""
    roots = SearchRoots(ROOT / "runtime")
    return Library(Files(roots, roots.runtime), Diagnostics())


@cache
def virtualizers() -> tuple[Component, ...]:
    """The components of room virtualizers."""
    return tuple(each for each in library().components() if each.room == "virtualizers")


def hils() -> list[Hil]:
    """The HILs."""
    found = [library().hil(path.stem) for path in sorted((ROOT / "runtime/hil").glob("*.yaml"))]
    return [hil for hil in found if hil]


# -- virtualizers ---------------------------------------------------------------------------


def promises_table() -> str:
    """What each promises its clients."""
    headings = ("virtualizer", "order", "a client waits for", "shown by", "cancel", "wipe")
    return markdown(headings, (_promises(each) for each in virtualizers()))


def _promises(mux: Component) -> Iterator[str]:
    assert mux.sharing is not None, f"{mux.name} was accepted without `sharing`"
    own = list(_own_operations(mux))
    chain = max(each.chain for _, each in own)
    yield f"`{mux.name}`"
    yield mux.sharing.order
    shown = [ROTATION]
    if mux.sharing.order == "deadline":
        shown = [DEADLINE[mux.name]]
        yield "its own time, and the callbacks of those due before it"
    elif chain > 1:
        yield f"at most one turn of each other client, of up to {chain} chained transfers"
        shown.append(CHAINS)
    else:
        yield "at most one operation of each other client"
    yield ", ".join(f"[`{test}`](../tests/host/{file})" for file, test in shown)
    yield _cancel(own)
    yield mux.sharing.wipes


def _cancel(own: list[tuple[Interface, Operation]]) -> str:
    split = [each for _, each in own if each.form == "split"]
    cancels = {each.of for _, each in own if each.form == "cancel"}
    if not split:
        ends = [name for i, _ in own for event in i.events.values() if (name := event.ends)]
        return f"`{ends[0]}`: no event comes after it" if ends else "-"
    if not cancels:
        return "none in the HIL: it ends in bounded time"
    return "waiting: ends with CANCEL from the loop; under way: the hardware's answer"


def errors_table() -> str:
    """The errors of each operation that it offers as its own."""
    rows = [
        (
            f"`{mux.name}`",
            f"`{interface.name}.{operation.name}`",
            ", ".join(operation.errors) or "none",
            ", ".join(interface.completions[operation.done or ""].errors),
        )
        for mux in virtualizers()
        for interface, operation in _own_operations(mux)
        if operation.form == "split"
    ]
    return markdown(("virtualizer", "operation", "refused with", "completed with"), rows)


def _own_operations(mux: Component) -> Iterator[tuple[Interface, Operation]]:
    """Operations that its own C serves."""
    for interface in shared_interfaces(mux, library()).values():
        if any(interface.name in port.served for port in mux.provides.values()):
            yield from ((interface, each) for each in interface.operations.values())


def treatments_table() -> str:
    """What becomes of every operation."""
    rows = []
    for mux in virtualizers():
        for each in mux.sharing.treats.values() if mux.sharing else ():
            interface = shared_interfaces(mux, library()).get(each.name)
            names = interface.operations if interface else (each.name.rpartition(".")[2],)
            operations = ", ".join(f"`{name}`" for name in names)
            told = each.name if interface else each.name.rpartition(".")[0]
            rows.append((f"`{mux.name}`", f"`{told}`", operations, each.how, each.why))
    return markdown(("virtualizer", "interface", "operations", "is", "because"), rows)


# -- TRD3 -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What the rules can speak of in one HIL."""

    hil: Hil
    asked: str
    """The text of ASKED."""

    @property
    def operations(self) -> list[Operation]:
        """Of all its interfaces."""
        return [o for i in self.hil.interfaces.values() for o in i.operations.values()]

    @property
    def split(self) -> list[Operation]:
        """Those that take their time."""
        return [each for each in self.operations if each.form == "split"]

    @property
    def calls_back(self) -> bool:
        """Whether anything comes from the provider."""
        return any(i.completions or i.events for i in self.hil.interfaces.values())

    @property
    def can_fail(self) -> bool:
        """Whether an operation returns an error."""
        return any(not each.infallible for each in self.operations)

    @property
    def control(self) -> bool:
        """Whether it has settings."""
        return any(each.control for each in self.hil.interfaces.values())

    @property
    def conforms(self) -> bool:
        """Whether the conformance test or a model has a provider of it."""
        return any(re.search(rf'["\s]{each.lends}["\s]', self.asked) for each in self.split)

    @property
    def excludes(self) -> bool:
        """Whether a setting must not succeed during a transfer."""
        return any(each.excludes for each in self.operations)


Rule = tuple[tuple[str, "Callable[[Seen], object]"], ...]
RULES: dict[int, Rule] = {
    1: (
        ("G", lambda s: s.split),
        ("M", lambda s: s.calls_back),
        ("A", lambda s: s.calls_back),
        ("T", lambda s: s.conforms),
    ),
    2: (("C", lambda s: s.can_fail), ("L", lambda s: s.can_fail), ("M", lambda s: s.split)),
    3: (("L", lambda s: s.split), ("M", lambda s: s.split), ("T", lambda s: s.conforms)),
    4: (("S", lambda s: s.split), ("M", lambda s: s.split), ("T", lambda s: s.conforms)),
    5: (("D", lambda s: s.split), ("M", lambda s: s.split)),
    6: (("G", lambda s: s.split), ("L", lambda s: s.split), ("M", lambda s: s.split)),
    7: (("D", lambda s: s.split), ("M", lambda s: s.split), ("T", lambda s: s.conforms)),
    8: (("G", lambda s: len(s.hil.interfaces) > 1), ("R", lambda _: True)),
    9: (("G", lambda s: s.control), ("M", lambda s: s.excludes)),
    10: (("R", lambda _: True),),
    11: (("L", lambda _: True),),
    12: (
        ("G", lambda s: s.calls_back),
        ("L", lambda _: True),
        ("M", lambda s: s.split),
        ("T", lambda s: s.conforms),
    ),
    13: (("G", lambda s: s.split), ("R", lambda s: s.split)),
}
"""Rule to letters of docs/trd3.md, each with whether it watches that in a HIL."""


def rules_table() -> str:
    """HIL by rule: what enforces it there."""
    text = "".join(p.read_text() for glob in ASKED for p in sorted(ROOT.glob(glob)))
    rows = []
    for hil in hils():
        seen, broken = Seen(hil, text), {each.partition(":")[0] for each in hil.exceptions}
        cells = [
            ("x " if str(number) in broken else "")
            + ("".join(letter for letter, watches in rule if watches(seen)) or "-")
            for number, rule in RULES.items()
        ]
        rows.append((f"`{hil.name}`", *cells))
    return markdown(("HIL", *map(str, RULES)), rows)


TABLES: dict[Path, dict[str, Callable[[], str]]] = {
    VIRTUALIZERS: {
        "promises": promises_table,
        "errors": errors_table,
        "treatments": treatments_table,
    },
    TRD3: {"rules": rules_table},
}


def written(page: Path) -> str:
    """The page with its tables as they are now."""
    text = page.read_text()
    for name, table in TABLES[page].items():
        text = placed(text, name, table())
    return text


def main() -> None:
    """Write the tables."""
    for page in TABLES:
        page.write_text(written(page))


if __name__ == "__main__":
    main()
