# SPDX-License-Identifier: MIT OR Apache-2.0
"""C names that follow by rule: of objects from ids, starting with board_; of fields.

More than one stage makes them, so they stand outside of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.descriptors import Type
    from boardwright.model import Board, Instance

ERRORS = (
    *("OK", "FAIL", "BUSY", "ALREADY", "OFF", "RESERVE", "INVAL", "SIZE", "CANCEL", "NOMEM"),
    *("NOSUPPORT", "NODEVICE", "UNINSTALLED", "NOACK"),
)
"""The errors by number, as `enum err` has them with ERR_ in front."""


def object_name(instance: str) -> str:
    """The const struct of an instance; its state is `<this>_state`, and so on."""
    return f"board_{instance}"


def address(instance: str) -> str:
    """`&board_<instance>`."""
    return f"&{object_name(instance)}"


def edge_object(name: str, board: Board) -> str:
    """An edge's object: its name, and `_edge` where an instance made in place has that."""
    return f"{name}_edge" if board.has_instance(name) else name


def thunk_name(instance: str, call: str) -> str:
    """A function without arguments that calls one of an instance's."""
    return f"{object_name(instance)}_{call}"


def state_type(instance: Instance) -> str:
    """The struct of an instance's state."""
    return f"struct {instance.component.name}_state"


def field_name(name: str, type_: Type) -> str:
    """`rate` in Hz is `rate_hz`; a unit is a suffix."""
    if type_.unit is None:
        return name
    return f"{name}_{'percent' if type_.unit == '%' else type_.unit.lower()}"
