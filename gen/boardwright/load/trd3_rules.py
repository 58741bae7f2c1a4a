# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a HIL file shows of TRD3's rules (0717). docs/trd3.md says what watches the others.

A HIL says under `exceptions` which rule every implementation of it breaks, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import Hil, Interface, Operation
    from boardwright.diagnostics import Diagnostics
    from boardwright.span import Span

LINTED = (2, 3, 6, 8, 11, 12)
"""The rules that are looked at here. 1 is 0708, 6 and 7 also 0707, 9 is 0325."""

_INITIALISES = ("init", "initialise", "initialize")
_SETS_CLIENT = ("set_client", "set_callback", "set_handler")


def check_rules(hil: Hil, diagnostics: Diagnostics) -> None:
    """0717: every rule that an interface breaks and the file gives no reason for."""
    excused = {int(each.partition(":")[0]) for each in hil.exceptions}
    for interface in hil.interfaces.values():
        for rule, name, problem, span in _broken(interface):
            if rule not in excused:
                diagnostics.report("0717", span, name=name, rule=str(rule), problem=problem)


def _broken(interface: Interface) -> Iterator[tuple[int, str, str, Span]]:
    if not interface.operations and not interface.events:
        yield 8, interface.name, "an interface offers something", interface.span
    for each in interface.operations.values():
        for rule, problem in _of_operation(each):
            yield rule, each.name, problem, each.span
    cancelled = {
        interface.operations[each.of].done
        for each in interface.operations.values()
        if each.form == "cancel" and each.of
    }
    for completion in interface.completions.values():
        says = "CANCEL" in completion.errors
        if says != (completion.name in cancelled):
            problem = (
                "it says CANCEL, but nothing cancels what it ends"
                if says
                else "what it ends can be cancelled, but it cannot say CANCEL"
            )
            yield 6, completion.name, problem, completion.span


def _of_operation(operation: Operation) -> Iterator[tuple[int, str]]:
    can_fail = operation.form == "split" or not operation.infallible
    if operation.form == "split" and operation.infallible:
        yield 2, "a start can fail: 'infallible' is for what answers at once"
    elif operation.form != "cancel" and can_fail != bool(operation.errors):
        what = "lists no errors" if can_fail else "is infallible and lists errors"
        yield 2, f"it {what}"
    elif operation.form == "split" and "BUSY" not in operation.errors:
        yield 3, "a second start while one is outstanding is BUSY, which it does not list"
    if any(
        operation.name == word or operation.name.endswith(f"_{word}") for word in _INITIALISES
    ):
        yield 11, "initialising is `init` or `start` of a component, no operation"
    if operation.name.endswith(_SETS_CLIENT):
        yield 12, "the client travels with each descriptor and is wired by the generator"
