# SPDX-License-Identifier: MIT OR Apache-2.0
"""Instances as C objects: state and storage in .bss, wiring and parameters in flash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.model import KERNEL
from boardwright.plan.ir import ConstArray, Field, Object, Storage
from boardwright.plan.names import address, object_name, state_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boardwright.descriptors import Requirement
    from boardwright.model import Edge, Instance
    from boardwright.plan.wiring import Wiring

Sealed = frozenset[tuple[str, str]]
"""(component, interface) pairs whose ports carry no ops."""


class Objects:
    """Makes the object of each instance; `deferred` numbers the calls by (id, name)."""

    def __init__(
        self,
        wiring: Wiring,
        sealed: Sealed,
        deferred: Mapping[tuple[str, str], int],
        drivers: Mapping[str, int],
    ) -> None:
        self._wiring = wiring
        self._sealed = sealed
        self._deferred = deferred
        self._drivers = drivers

    def object(self, instance: Instance) -> Object:
        """Storage, list ports and the const struct of one instance."""
        return Object(
            id=instance.id,
            comment=f"{instance.id}: {', '.join(_places(instance))}",
            ctype=f"struct {instance.component.name}",
            name=object_name(instance.id),
            static=instance.id != KERNEL,
            storage=tuple(self._storage(instance)),
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

    def _slots(self, instance: Instance) -> Iterator[tuple[str, str, list[str]]]:
        """Struct, member and client of each index, for provided ports with `per_client`."""
        for provision in instance.component.provides.values():
            if provision.per_client is None:
                continue
            clients: dict[int, str] = {}
            for edge in self._wiring.clients(instance.id, provision.port):
                if set(edge.interfaces) & set(provision.served):
                    clients[edge.index] = self._asker(edge)
            size = max(clients, default=-1) + 1
            names = [clients.get(index, "nobody") for index in range(size)]
            if names:
                yield f"struct {provision.per_client}", "slots", names

    def _asker(self, edge: Edge) -> str:
        """The client of an edge; behind a mux that is left out, that mux's own."""
        while edge.client in self._wiring.removed:
            edge = next(self._wiring.clients(edge.client))
        return edge.client

    def _arrays(self, instance: Instance) -> Iterator[ConstArray]:
        for requirement in instance.component.requires.values():
            edges = list(self._wiring.requires(instance.id, requirement.port))
            if requirement.list is None or not edges:
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
        if instance.id in self._drivers:
            yield Field("driver", f"&board_drivers[{self._drivers[instance.id]}]")
        for capability in component.capabilities:
            yield Field(f"cap_{capability}", f"&board_cap_{capability}")

    def _requirement(self, instance: Instance, requirement: Requirement) -> Iterator[Field]:
        edges = list(self._wiring.requires(instance.id, requirement.port))
        if not edges:
            return
        comment = "" if requirement.list else self.edge_comment(edges[0])
        for interface in requirement.wired:
            member = requirement.member(interface)
            if requirement.list:
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

    def _port(self, member: str, edge: Edge, interface: str, comment: str) -> Field:
        link = self._wiring.route(edge, interface)
        client = self._wiring.board.instance(edge.client).component.name
        provider = self._wiring.board.instance(link.provider).component.name
        leaf = interface.partition(".")[2]
        parts = [
            Field("owner", address(link.provider)),
            Field("index", str(link.index)),
        ]
        if (client, interface) not in self._sealed:
            parts.insert(0, Field("ops", f"&{provider}_{leaf}_ops"))
        return Field(member, parts=tuple(parts), comment=comment)

    def edge_comment(self, edge: Edge) -> str:
        """`console.uart -> uart_mux (transmit), uart0 (receive)`."""
        client = self._wiring.board.instance(edge.client)
        name = edge.port if edge.position is None else f"{edge.port}.{edge.position}"
        text = f"{edge.client}.{name} -> {self.targets(edge)}"
        place = edge.span.place
        return text if place == client.span.place else f"{text}, {place}"

    def targets(self, edge: Edge) -> str:
        """Who answers an edge, with the interfaces where they differ."""
        component = self._wiring.board.instance(edge.client).component
        groups: dict[str, list[str]] = {}
        providers = set()
        for interface in component.requires[edge.port].wired:
            link = self._wiring.route(edge, interface)
            element = "" if link.element is None else f".{link.provided}.{link.element}"
            providers.add(link.provider)
            groups.setdefault(f"{link.provider}{element}", []).append(
                interface.partition(".")[2]
            )
        past = "" if edge.provider in providers else f", past {edge.provider}"
        if len(groups) == 1:
            return next(iter(groups)) + past
        each = (f"{target} ({', '.join(leaves)})" for target, leaves in groups.items())
        return ", ".join(each) + past


def _places(instance: Instance) -> list[str]:
    """Where an instance is written, then the lines of other files that set its values."""
    home = instance.span.source.name
    given = [each.span for each in instance.values.values() if each.given]
    others = {(s.source.name, s.line): s.place for s in given if s.source.name != home}
    return [instance.span.place, *(others[place] for place in sorted(others))]
