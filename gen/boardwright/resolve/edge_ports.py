# SPDX-License-Identifier: MIT OR Apache-2.0
"""Edge parameters that are ports: a chip select is an edge of the client's, within another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.descriptors import Narrowing, Requirement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boardwright.descriptors import Component, EdgeParameter
    from boardwright.load.library import Library


def edge_parameters(
    library: Library, interfaces: tuple[str, ...]
) -> Mapping[str, EdgeParameter]:
    """What an edge of these interfaces carries."""
    hil = library.hil_of(interfaces)
    return hil.edge.params if hil and hil.edge else {}


def port_requirement(parameter: EdgeParameter, port: str) -> Requirement:
    """A parameter as if it were a port of the client, called `port`."""
    return Requirement(
        port=port,
        interfaces=parameter.type.interfaces,
        wired=parameter.type.interfaces,
        optional=parameter.optional,
        list=None,
        where=None,
        handles={},
        edge={
            name: Narrowing(name, None, word, None, None, (word,), False, parameter.span)
            for name, word in parameter.sets.items()
        },
        doc="",
        span=parameter.span,
    )


def port_index(component: Component, port: str) -> int:
    """What tells a component through which of its ports it is called.

    Its place in `provides`, if another port offers one of its interfaces, too; else 0.
    """
    own = set(component.provides[port].served)
    others = (each for name, each in component.provides.items() if name != port)
    if not any(own & set(each.served) for each in others):
        return 0
    return list(component.provides).index(port)
