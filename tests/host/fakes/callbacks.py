# SPDX-License-Identifier: MIT OR Apache-2.0
"""Python functions as C function pointers, with their exceptions kept for the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tests.host.build import Library

CData: TypeAlias = Any
"""A cffi pointer, struct or array."""


class Callbacks:
    """Makes callbacks and keeps them alive; `check` raises what one of them raised."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._alive: list[Any] = []
        self._raised: BaseException | None = None

    def fill(self, struct: CData, **functions: Callable[..., object]) -> CData:
        """`struct` (a cffi pointer) with each named member pointing to its function."""
        fields = dict(self._library.ffi.typeof(struct).item.fields)
        for name, function in functions.items():
            made = self._library.ffi.callback(fields[name].type, function, onerror=self.keep)
            self._alive.append(made)
            setattr(struct, name, made)
        return struct

    def new(self, struct: str, **functions: Callable[..., object]) -> CData:
        """A new `struct`, filled; it lives as long as this object."""
        made = self.fill(self._library.new(f"{struct} *"), **functions)
        self._alive.append(made)
        return made

    def check(self) -> None:
        """Raise what a callback raised since the last time, then what the sanitizers saw."""
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        self._library.check()

    def keep(
        self, kind: type[BaseException], value: BaseException, trace: TracebackType
    ) -> None:
        """The `onerror` of a callback made elsewhere."""
        self._raised = self._raised or value
