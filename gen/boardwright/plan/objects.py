# SPDX-License-Identifier: MIT OR Apache-2.0
"""Instances as C objects: state and storage in .bss, wiring and parameters in flash."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from boardwright.c_names import address, edge_object, field_name, object_name, state_type
from boardwright.model import KERNEL
from boardwright.plan.ir import Constant, ConstArray, Field, Object, Storage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from boardwright.descriptors import PerApp, Requirement
    from boardwright.model import App, Edge, Instance, Link
    from boardwright.plan.ir import Driver
    from boardwright.plan.monitors import Monitors
    from boardwright.plan.wiring import Wiring

Sealed = frozenset[tuple[str, str]]
"""(component, interface) pairs whose ports carry no ops."""


class Objects:
    """Makes the object of each instance; `deferred` numbers the calls by (id, name)."""

    def __init__(
        self,
        wiring: Wiring,
        monitors: Monitors,
        sealed: Sealed,
        deferred: Mapping[tuple[str, str], int],
        drivers: Sequence[Driver],
    ) -> None:
        self._wiring = wiring
        self._monitors = monitors
        self._sealed = sealed
        self._deferred = deferred
        self._drivers = drivers
        self._indices = {driver.id: driver.index for driver in drivers}

    def object(self, instance: Instance) -> Object:
        """Storage, list ports and the const struct of one instance."""
        return Object(
            id=instance.id,
            comment=f"{instance.id}: {', '.join(_places(instance))}",
            ctype=f"struct {instance.component.name}",
            name=object_name(instance.id),
            static=instance.id != KERNEL,
            storage=tuple(self._storage(instance)),
            edges=(*self._watchers(instance), *self._edge_objects(instance)),
            arrays=tuple(self._arrays(instance)),
            fields=tuple(self._fields(instance)),
        )

    def _storage(self, instance: Instance) -> Iterator[Storage]:
        name = object_name(instance.id)
        if instance.component.state:
            yield Storage(state_type(instance), f"{name}_state")
        for ctype, member, clients in self._slots(instance):
            comment = f"one for each client: {', '.join(clients)}"
            yield Storage(ctype, f"{name}_{member}", len(clients), comment)
        for buffer in instance.buffers:
            if buffer.size:
                yield Storage("uint8_t", f"{name}_{buffer.name}", buffer.size)
        for array in instance.arrays:
            if array.count:
                yield Storage(f"struct {array.struct}", f"{name}_{array.name}", array.count)
        yield from self._monitors.storage(instance.id)

    def _watchers(self, instance: Instance) -> Iterator[Constant]:
        """The monitors on the instance's own edges."""
        for edge in self._wiring.requires(instance.id):
            for interface in self._monitors.watched(edge):
                port = self._provider("port", edge, interface, "")
                comment = f"watches {self.edge_comment(edge)}"
                yield self._monitors.constant(edge, interface, port, comment)

    def _slots(self, instance: Instance) -> Iterator[tuple[str, str, list[str]]]:
        """Struct, member and client of each index, for provided ports with `per_client`."""
        for provision in instance.component.provides.values():
            if provision.per_client is None:
                continue
            clients: dict[int, Edge] = {}
            for edge in self._wiring.clients(instance.id, provision.port):
                if set(edge.interfaces) & set(provision.served):
                    clients[edge.index] = self._asker(edge)
            size = max(clients, default=-1) + 1
            edges = Counter(each.client for each in clients.values())
            names = ["nobody"] * size
            for index, each in clients.items():
                one = edges[each.client] == 1
                names[index] = each.client if one else f"{each.client}.{each.label}"
            if names:
                yield f"struct {provision.per_client}", "slots", names

    def _asker(self, edge: Edge) -> Edge:
        """The edge of whoever asks: behind a mux that is left out, that of its client."""
        while edge.client in self._wiring.removed:
            edge = next(self._wiring.clients(edge.client))
        return edge

    def _arrays(self, instance: Instance) -> Iterator[ConstArray]:
        yield from self._app_arrays(instance)
        for requirement in instance.component.requires.values():
            edges = list(self._wiring.requires(instance.id, requirement.port))
            if requirement.list is None or not edges:
                continue
            if self._wiring.with_object(edges[0]):
                yield ConstArray(
                    self._edge_type(edges[0]),
                    f"{object_name(instance.id)}_{requirement.port}",
                    tuple(
                        Field("", parts=self._edge_fields(e), comment=self.edge_comment(e))
                        for e in edges
                    ),
                    constant=not edges[0].dynamic,
                )
                continue
            for interface in requirement.wired:
                member = requirement.member(interface)
                yield ConstArray(
                    f"struct {self._wiring.board.interface(interface).stem}",
                    f"{object_name(instance.id)}_{member}",
                    tuple(
                        self._port("", edge, interface, self.edge_comment(edge))
                        for edge in edges
                    ),
                )

    def _edge_objects(self, instance: Instance) -> Iterator[Constant]:
        """The objects of single edges with parameters, and the ports that edges point at.

        What is pointed at stands before what points; list ports have arrays.
        """
        for requirement in instance.component.requires.values():
            for edge in self._wiring.requires(instance.id, requirement.port):
                yield from self._ports_of(edge, self._wiring.seers(edge))
                if self._wiring.with_object(edge) and requirement.list is None:
                    yield Constant(
                        self._edge_type(edge),
                        self._edge_object(edge),
                        self._edge_fields(edge),
                        self.edge_comment(edge),
                        constant=not edge.dynamic,
                    )

    def _ports_of(self, edge: Edge, callers: frozenset[str]) -> Iterator[Constant]:
        """The ports among an edge's parameters, called by `callers`."""
        for inner in edge.ports.values():
            yield from self._ports_of(inner, callers | self._wiring.seers(inner))
            comment = self.edge_comment(inner)
            if self._wiring.with_object(inner):
                fields = self._edge_fields(inner, callers)
                yield Constant(
                    self._edge_type(inner), self._edge_object(inner), fields, comment
                )
                continue
            for interface in inner.requirement.wired:
                stem = self._wiring.board.interface(interface).stem
                yield Constant(
                    f"struct {stem}",
                    self._edge_object(inner, interface),
                    self._port("", inner, interface, "", callers).parts,
                    comment,
                )
                comment = ""

    def _edge_object(self, edge: Edge, interface: str = "") -> str:
        """The object of an edge, or of one interface of a port among the parameters."""
        name = f"{edge.client}_{edge.requirement.member(interface)}" if interface else edge.name
        return object_name(edge_object(name, self._wiring.board))

    def _edge_type(self, edge: Edge) -> str:
        return f"struct {self._wiring.board.edge_struct(edge)}"

    def _edge_fields(
        self, edge: Edge, callers: frozenset[str] | None = None
    ) -> tuple[Field, ...]:
        """An edge's object: a port for each interface, then the parameters."""
        fields = [
            self._port(interface.partition(".")[2], edge, interface, "", callers)
            for interface in edge.requirement.wired
        ]
        for parameter, inner in edge.ports.items():
            if self._wiring.with_object(inner):
                fields.append(Field(parameter, f"&{self._edge_object(inner)}"))
                continue
            for interface in inner.requirement.wired:
                member = inner.requirement.member(interface)
                leaf = member.removeprefix(inner.requirement.port)
                target = self._edge_object(inner, interface)
                fields.append(Field(f"{parameter}{leaf}", f"&{target}"))
        fields += [Field(member.name, member.text) for member in edge.members]
        return tuple(fields)

    def _app_arrays(self, instance: Instance) -> Iterator[ConstArray]:
        """What applications set for this instance, see `PerApp`."""
        name, component = object_name(instance.id), instance.component
        apps = self._wiring.board.apps
        for setting in component.per_app.values():
            if setting.drivers and self._drivers:
                rows = tuple(self._callers(driver, setting, apps) for driver in self._drivers)
                yield ConstArray("uint32_t", f"{name}_{setting.name}", rows)
            elif setting.port and self._stand_ins(instance, setting):
                requirement = component.requires[setting.name]
                for interface in requirement.wired:
                    member = f"app_{requirement.member(interface)}"
                    stem = self._wiring.board.interface(interface).stem
                    rows = tuple(
                        self._app_port(instance, setting, app, interface) for app in apps
                    )
                    yield ConstArray(f"struct {stem}", f"{name}_{member}", rows)
        values = _value_settings(instance, apps)
        if values:
            rows = tuple(_app_row(app, values) for app in apps)
            yield ConstArray(f"struct {component.name}_app", f"{name}_apps", rows)

    def _app_fields(self, instance: Instance) -> Iterator[Field]:
        name, component = object_name(instance.id), instance.component
        for setting in component.per_app.values():
            if setting.drivers and self._drivers:
                yield Field(setting.name, f"{name}_{setting.name}")
            elif setting.port and self._stand_ins(instance, setting):
                for interface in component.requires[setting.name].wired:
                    member = f"app_{component.requires[setting.name].member(interface)}"
                    yield Field(member, f"{name}_{member}")
        if _value_settings(instance, self._wiring.board.apps):
            yield Field("apps", f"{name}_apps")

    def _stand_ins(self, instance: Instance, setting: PerApp) -> list[Edge]:
        edges = self._wiring.requires(instance.id, setting.name)
        return [edge for edge in edges if edge.application is not None]

    def _app_port(self, instance: Instance, setting: PerApp, app: App, interface: str) -> Field:
        """The port in force for one application: its own, else the instance's."""
        found = [
            edge
            for edge in self._wiring.requires(instance.id, setting.name)
            if edge.application in (None, app.name)
        ]
        if not found:
            return Field("", "{0}", comment=f"{app.name}: none")
        comment = f"{app.name} -> {self.targets(found[-1])}"
        return self._port("", found[-1], interface, comment)

    @staticmethod
    def _callers(driver: Driver, setting: PerApp, apps: Sequence[App]) -> Field:
        """A driver's word: bit n is set if application n names it."""
        callers = [
            (n, app.name)
            for n, app in enumerate(apps)
            if driver.id in app.drivers.get(setting.name, ())
        ]
        names = ", ".join(name for _, name in callers) or "nobody"
        word = sum(1 << n for n, _ in callers)
        return Field("", f"0x{word:08X}", comment=f"{driver.id}: {names}")

    def _fields(self, instance: Instance) -> Iterator[Field]:
        name = object_name(instance.id)
        component = instance.component
        if component.state:
            yield Field("state", f"&{name}_state")
        if instance.registers is not None:
            cast = f"volatile struct {component.name}_registers *"
            yield Field("registers", f"({cast})0x{instance.registers:08X}")
        for requirement in component.requires.values():
            yield from self._requirement(instance, requirement)
        yield from self._app_fields(instance)
        for _, member, clients in self._slots(instance):
            yield Field(member, f"{name}_{member}")
            yield Field("slot_count", str(len(clients)))
        for call in component.deferred:
            index = self._deferred[instance.id, call]
            yield Field(call, parts=(Field("index", str(index)),))
        for value in instance.members:
            yield Field(value.name, value.text)
        for buffer in instance.buffers:
            if buffer.size:
                yield Field(buffer.name, f"{name}_{buffer.name}")
                yield Field(f"{buffer.name}_size", str(buffer.size))
        for array in instance.arrays:
            if array.count:
                yield Field(array.name, f"{name}_{array.name}")
        if instance.id in self._indices:
            yield Field("driver", f"&board_drivers[{self._indices[instance.id]}]")
        for capability in component.capabilities:
            yield Field(f"cap_{capability}", f"&board_cap_{capability}")

    def _requirement(self, instance: Instance, requirement: Requirement) -> Iterator[Field]:
        every = self._wiring.requires(instance.id, requirement.port)
        edges = [edge for edge in every if edge.application is None]
        if not edges:
            return
        comment = "" if requirement.list else self.edge_comment(edges[0])
        with_object = self._wiring.with_object(edges[0])
        if with_object and requirement.list:
            yield Field(requirement.port, f"{object_name(instance.id)}_{requirement.port}")
        elif with_object:
            yield Field(requirement.port, f"&{self._edge_object(edges[0])}")
        for interface in requirement.wired:
            member = requirement.member(interface)
            if with_object:
                pass  # the port is in the edge's object
            elif requirement.list:
                yield Field(member, f"{object_name(instance.id)}_{member}")
            else:
                yield self._port(member, edges[0], interface, comment)
            comment = ""  # once for the edge, above the first of its members
            handlers = self._wiring.board.interface(interface).client_members
            if handlers:
                parts = tuple(Field(name, requirement.handles[name]) for name in handlers)
                yield Field(f"{member}_client", parts=parts)
        if requirement.list:
            yield Field(f"{requirement.port}_count", str(len(edges)))

    def _port(
        self,
        member: str,
        edge: Edge,
        interface: str,
        comment: str,
        callers: frozenset[str] | None = None,
    ) -> Field:
        """A port struct: what the client sees, its monitor's if it has one."""
        if interface in self._monitors.watched(edge):
            return Field(member, parts=self._monitors.port(edge, interface), comment=comment)
        return self._provider(member, edge, interface, comment, callers)

    def _provider(
        self,
        member: str,
        edge: Edge,
        interface: str,
        comment: str,
        callers: frozenset[str] | None = None,
    ) -> Field:
        """The provider's port; without ops if the files of all its callers are sealed."""
        link = self._wiring.route(edge, interface)
        callers = callers or frozenset(
            {self._wiring.board.instance(edge.client).component.name}
        )
        provider = self._wiring.board.instance(link.provider).component.name
        leaf = interface.partition(".")[2]
        parts = [
            Field("owner", address(link.provider)),
            Field("index", str(link.index)),
        ]
        if any((caller, interface) not in self._sealed for caller in callers):
            parts.insert(0, Field("ops", f"&{provider}_{leaf}_ops"))
        return Field(member, parts=tuple(parts), comment=comment)

    def edge_comment(self, edge: Edge) -> str:
        """`console.uart -> uart_mux (transmit), uart0 (receive)`."""
        client = self._wiring.board.instance(edge.client)
        text = f"{edge.client}.{edge.label} -> {self.targets(edge)}"
        place = edge.span.place
        return text if place == client.span.place else f"{text}, {place}"

    def targets(self, edge: Edge) -> str:
        """Who answers an edge, with the interfaces where they differ."""
        groups: dict[str, list[str]] = {}
        providers = set()
        for interface in edge.requirement.wired:
            link = self._wiring.route(edge, interface)
            providers.add(link.provider)
            groups.setdefault(self._target(link), []).append(interface.partition(".")[2])
        past = "" if edge.provider in providers else f", past {edge.provider}"
        if len(groups) == 1:
            return next(iter(groups)) + past
        each = (f"{target} ({', '.join(leaves)})" for target, leaves in groups.items())
        return ", ".join(each) + past

    def _target(self, link: Link) -> str:
        """A provider, with the port where several of its ports offer the interface."""
        offers = self._wiring.board.instance(link.provider).component.provides.values()
        one = sum(link.interface in each.interfaces for each in offers) == 1
        if link.element is not None:
            return f"{link.provider}.{link.provided}.{link.element}"
        return link.provider if one else f"{link.provider}.{link.provided}"


def _places(instance: Instance) -> list[str]:
    """Where an instance is written, then the lines of other files that set its values."""
    home = instance.span.source.name
    given = [each.span for each in instance.values.values() if each.given]
    others = {(s.source.name, s.line): s.place for s in given if s.source.name != home}
    return [instance.span.place, *(others[place] for place in sorted(others))]


def _value_settings(instance: Instance, apps: Sequence[App]) -> list[PerApp]:
    """The settings of applications that are values, if any application has one."""
    found = [each for each in instance.component.per_app.values() if each.type.kind != "port"]
    return found if any(each.name in app.members for app in apps for each in found) else []


def _app_row(app: App, settings: Sequence[PerApp]) -> Field:
    """One application's `struct <component>_app`."""
    parts = []
    for setting in settings:
        made = app.members.get(setting.name)
        name = made.name if made else field_name(setting.name, setting.type)
        parts.append(Field(name, made.text if made else "0"))
    return Field("", parts=tuple(parts), comment=app.name)
