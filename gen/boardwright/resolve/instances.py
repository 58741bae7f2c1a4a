# SPDX-License-Identifier: MIT OR Apache-2.0
"""Drafts to instances: chip facts bound, values derived, storage sized."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.descriptors import Type
from boardwright.diagnostics import meant, suggestion
from boardwright.expressions import UnknownNameError
from boardwright.load.nodes import Entry, Mapping, Scalar
from boardwright.load.values import in_bounds, read_value
from boardwright.model import Array, BoundInterrupt, Buffer, Instance, Origin, Value
from boardwright.resolve.emulated import Emulated
from boardwright.resolve.evaluate import AbsentError, CircularError, Evaluator, UntoldError
from boardwright.resolve.members import member, region_members
from boardwright.resolve.rates import AskedRate, check_rate
from boardwright.units import INTEGERS, UNITS, spelled, whole_number

if TYPE_CHECKING:
    from boardwright.descriptors import Derived, Parameter
    from boardwright.expressions import Expression
    from boardwright.model import Member
    from boardwright.resolve.world import Draft, World
    from boardwright.span import Span

_UNSUPPORTED_TYPES = ("path",)


class Instances:
    """Builds the instances of an image from its drafts."""

    def __init__(self, world: World, evaluator: Evaluator) -> None:
        self.world = world
        self.evaluator = evaluator
        self.diagnostics = world.diagnostics
        self.emulated = Emulated(world, evaluator)
        self.pads = evaluator.pads
        self._doubtful: set[str] = set()

    def instance(self, draft: Draft, granted: tuple[str, ...]) -> Instance:
        """The instance of a draft; what is wrong in it is reported and left out."""
        component = draft.component
        self._refuse(draft)
        clean = self._bounded_by_facts(draft)
        derived = {
            name: value
            for name, each in component.derived.items()
            if (value := self._derived(draft, each)) is not None
        }
        achieved: dict[str, Fraction] = {}
        if clean and len(derived) == len(component.derived):
            achieved = self._achieved(draft)
        values = {**draft.values, **self._regions(draft), **derived}
        specs: list[Parameter | Derived] = [*component.params.values()]
        specs += component.derived.values()
        fields = [
            each.name
            for each in specs
            if each.member and each.name in values and each.type.kind not in _UNSUPPORTED_TYPES
        ]
        members: list[Member | None] = []
        for name in fields:
            if values[name].type.kind == "region":
                members += region_members(name, self.evaluator.regions[draft.id, name])
            else:
                members.append(member(values[name], component.name, self.diagnostics))
        return Instance(
            id=draft.id,
            component=component,
            section=draft.section,
            owner=draft.owner,
            values=values,
            members=tuple(each for each in members if each is not None),
            buffers=self._buffers(draft),
            arrays=self._arrays(draft),
            registers=self._registers(draft),
            clocks=self._clocks(draft),
            interrupts=self._interrupts(draft),
            emulator=self.emulated.arguments(draft),
            emulator_file=self._emulator_file(draft),
            pads=tuple(self.pads.of(draft).values()),
            driver=self._driver(draft),
            driver_span=given.value.span if (given := draft.settings.get("driver")) else None,
            granted=granted,
            achieved=achieved,
            span=draft.span,
        )

    def _regions(self, draft: Draft) -> dict[str, Value]:
        """The parameters that are regions, as readers see them."""
        found = {}
        for name, node in draft.regions.items():
            region = self.evaluator.regions.get((draft.id, name))
            if region is not None:
                type_ = draft.component.params[name].type
                history = (Origin(region.text, node.span),)
                found[name] = Value(name, type_, region.text, True, region.span, history)
        return found

    def _refuse(self, draft: Draft) -> None:
        component = draft.component
        if any(each.type.kind in _UNSUPPORTED_TYPES for each in component.params.values()):
            what = f"parameters that are paths, as '{component.name}' has"
            self.diagnostics.report("0801", draft.span, what=what, hint="")

    def _bounded_by_facts(self, draft: Draft) -> bool:
        """0206 for parameters whose bounds are facts; those with numbers are checked."""
        clean = True
        for name, value in draft.values.items():
            bounds: list[Fraction | None] = []
            for bound in (value.type.min, value.type.max):
                number = None
                if isinstance(bound, str):
                    number = self._number(draft, bound)
                bounds.append(number)
            clean &= in_bounds(
                value.value,
                value.type.kind,
                *bounds,
                what=name,
                span=value.span,
                diagnostics=self.diagnostics,
            )
        return clean

    def _number(self, draft: Draft, name: str) -> Fraction | None:
        try:
            return self.evaluator.value(draft, name)
        except (UnknownNameError, ZeroDivisionError):
            return None

    def _derived(self, draft: Draft, derived: Derived) -> Value | None:
        name, type_ = derived.name, derived.type
        try:
            number = self.evaluator.value(draft, name)
        except AbsentError:
            return Value(name, type_, Fraction(0), False, derived.span)
        except (UntoldError, CircularError, ZeroDivisionError) as error:
            self._underivable(draft, derived, _reason(error))
            return None
        except UnknownNameError:
            return None
        problem = _out_of_range(number, type_)
        if problem:
            self._underivable(draft, derived, problem)
            return None
        return Value(name, type_, number, False, derived.span)

    def _underivable(self, draft: Draft, derived: Derived, problem: str) -> None:
        text = f"{derived.name} = {derived.expression.text}"
        where = derived.span
        self._not_computed(draft, derived.expression, where, derived.name, problem, text)

    def _not_computed(  # noqa: PLR0913, PLR0917 - what could not be, and the words for it
        self,
        draft: Draft,
        expression: Expression,
        where: Span,
        what: str,
        problem: str,
        text: str,
    ) -> None:
        """0407, unless what a provider tells is wrong for a reason that was reported there."""
        told = {name.partition(".")[0] for name in expression.names if "." in name}
        hearsay = any(
            edge.provider in self._doubtful for edge in draft.edges if edge.port in told
        )
        self._doubtful.add(draft.id)
        if hearsay:
            return
        self.diagnostics.report(
            "0407",
            self._cause(draft, expression),
            what=what,
            instance=draft.id,
            problem=problem,
            expression=text,
            related=[(where, "computed here")],
        )

    def _cause(self, draft: Draft, expression: Expression) -> Span:
        """What to point at: a written setting the expression uses, else a port it asks."""
        for name in expression.names:
            value = draft.values.get(name)
            if value is not None and value.given:
                return value.span
        for name in expression.names:
            port = name.partition(".")[0] if "." in name else None
            edge = next((each for each in draft.edges if each.port == port), None)
            if edge is not None:
                return edge.span
        own = self.world.peripherals.get(draft.id)
        return own.key.span if own else draft.span

    def _achieved(self, draft: Draft) -> dict[str, Fraction]:
        """What the hardware makes of each rate; 0406 if that is not near enough."""
        found: dict[str, Fraction] = {}
        for parameter in draft.component.params.values():
            value = draft.values.get(parameter.name)
            if (
                parameter.achieved is None
                or value is None
                or not isinstance(value.value, Fraction)
            ):
                continue
            try:
                rate = self.evaluator.expression(draft, parameter.achieved)
            except (UnknownNameError, ZeroDivisionError):
                continue
            found[parameter.name] = rate
            if parameter.tolerance is not None:
                check_rate(
                    AskedRate(f"{draft.id}.{parameter.name}", value, parameter.tolerance),
                    rate,
                    (parameter.span, f"achieved: {parameter.achieved.text}"),
                    self.diagnostics,
                )
        return found

    def _sized(
        self, draft: Draft, expression: Expression, what: str, least: int = 0
    ) -> int | None:
        try:
            number = self.evaluator.expression(draft, expression)
        except (UntoldError, CircularError, ZeroDivisionError) as error:
            problem = _reason(error)
        except UnknownNameError:
            return None
        else:
            problem = _out_of_range(number, Type("u32", min=Fraction(least)))
            if not problem:
                return int(number)
        self._not_computed(draft, expression, expression.span, what, problem, expression.text)
        return None

    def _buffers(self, draft: Draft) -> tuple[Buffer, ...]:
        found = []
        for spec in draft.component.buffers.values():
            size = self._sized(draft, spec.size, f"size of buffer '{spec.name}'")
            if size is not None:
                found.append(Buffer(spec.name, size, spec.span))
        return tuple(found)

    def _emulator_file(self, draft: Draft) -> int | None:
        size = draft.component.emulator_file
        if size is None:
            return None
        return self._sized(draft, size, "size of the emulator's file", least=1)

    def _arrays(self, draft: Draft) -> tuple[Array, ...]:
        found = []
        for spec in draft.component.arrays.values():
            count = self._sized(draft, spec.count, f"count of '{spec.name}'")
            if count is not None:
                found.append(Array(spec.name, spec.struct, count, spec.span))
        return tuple(found)

    def _registers(self, draft: Draft) -> int | None:
        entry = draft.chip.entries.get("at") if draft.chip else None
        component = draft.component
        owner = f"'{draft.id}' ({component.name})"
        if entry is None:
            if component.registers:
                self.diagnostics.report(
                    "0208", draft.span, owner=owner, key="at", hint="only a chip file gives it"
                )
            return None
        node = entry.value
        address = whole_number(node.text) if isinstance(node, Scalar) else None
        if address is None:
            self.diagnostics.report(
                "0203", node.span, what="at", expected="an address", found="this"
            )
        elif component.registers is None:
            self.diagnostics.report(
                "0207", entry.key.span, owner=owner, key="at", hint="it has no registers"
            )
        return address

    def _chip_entries(self, draft: Draft, key: str, known: tuple[str, ...]) -> dict[str, Entry]:
        """A chip's bindings (`clocks`, `interrupts`): exactly the component's names."""
        entry = draft.chip.entries.get(key) if draft.chip else None
        node = entry.value if entry else None
        found = dict(node.entries) if isinstance(node, Mapping) else {}
        owner = f"'{draft.id}' ({draft.component.name})"
        missing = [name for name in known if name not in found]
        unknown = [name for name in found if name not in known]
        for name in unknown:
            hint = suggestion(name, known)
            self.diagnostics.report(
                "0207", found[name].key.span, owner=owner, key=f"{key}: {name}", hint=hint
            )
            only = len(unknown) == len(missing) == 1
            right = missing[0] if only else meant(name, missing)
            if right:  # the one that is missing, under another name
                missing.remove(right)
                found[right] = found[name]
        for name in missing:
            self.diagnostics.report(
                "0208", draft.span, owner=owner, key=f"{key}: {name}", hint=""
            )
        return {name: each for name, each in found.items() if name in known}

    def _clocks(self, draft: Draft) -> dict[str, Fraction]:
        clocks = {}
        for name, entry in self._chip_entries(draft, "clocks", draft.component.clocks).items():
            word = entry.value.text if isinstance(entry.value, Scalar) else ""
            if word in self.evaluator.clocks:
                clocks[name] = self.evaluator.clocks[word]
            elif word not in self.world.chip.chip.clocks:
                chip = self.world.chip.chip
                hint = suggestion(word, chip.clocks)
                problem = f"chip '{chip.name}' has no clock '{word}'"
                self.diagnostics.report("0408", entry.value.span, problem=problem, hint=hint)
        return clocks

    def _interrupts(self, draft: Draft) -> dict[str, BoundInterrupt]:
        chip = self.world.chip.chip
        known = tuple(draft.component.interrupts)
        bound = {}
        for name, entry in self._chip_entries(draft, "interrupts", known).items():
            word = entry.value.text if isinstance(entry.value, Scalar) else ""
            line = chip.lines.get(word)
            if line is None:
                hint = suggestion(word, chip.lines)
                self.diagnostics.report(
                    "0401", entry.value.span, chip=chip.name, line=word, hint=hint
                )
            else:
                interrupt = draft.component.interrupts[name]
                bound[name] = BoundInterrupt(interrupt, line, entry.value.span)
        return bound

    def _driver(self, draft: Draft) -> int | None:
        syscall = draft.component.syscall
        if syscall is None:
            return None
        entry = draft.settings.get("driver")
        if entry is None:
            return syscall.number
        value = read_value(entry.value, Type("u32"), "driver", self.diagnostics)
        return int(value) if isinstance(value, Fraction) else None


def _out_of_range(number: Fraction, type_: Type) -> str:
    """Why a computed value does not fit its field; "" if it does."""
    kind = type_.kind
    if kind in UNITS and type_.unit is not None:
        number = number / UNITS[kind][type_.unit]
    text = spelled(number, "")
    if kind in INTEGERS or type_.unit is not None:
        least, most = INTEGERS.get(kind, INTEGERS["u32"])
        if number.denominator != 1:
            return f"would be {text}, which is not a whole number"
        if not least <= number <= most:
            return f"would be {text}, its field holds {least} to {most}"
    if isinstance(type_.min, Fraction) and number < type_.min:
        return f"would be {text}, the minimum is {spelled(type_.min, '')}"
    if isinstance(type_.max, Fraction) and number > type_.max:
        return f"would be {text}, the maximum is {spelled(type_.max, '')}"
    return ""


def _reason(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "cannot be computed: something is divided by zero"
    if isinstance(error, CircularError):
        return "cannot be computed: it needs itself"
    return f"cannot be computed: {error}"
