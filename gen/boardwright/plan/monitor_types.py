# SPDX-License-Identifier: MIT OR Apache-2.0
"""What monitors.c and monitors.h are made of, a part of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from boardwright.plan.ir import Field


@dataclass(frozen=True, slots=True)
class MonitorRecord:
    """A split-phase operation, or an event, of a watched interface.

    `name` is the member of the monitor's state, `descriptor` the struct that is lent,
    `operation` the const object of `fields` that says what its HIL declares, `out` what may
    change, `done` the completion or event that it ends with.
    """

    name: str
    descriptor: str
    operation: str
    title: str
    interface: int
    out: tuple[str, ...]
    done: str
    fields: tuple[Field, ...]

    @property
    def members(self) -> tuple[Field, ...]:
        """The members of its const object."""
        return (
            Field("name", f'"{self.title}"'),
            Field("interface", str(self.interface)),
            Field("size", f"sizeof({self.descriptor})"),
            Field("parts", f"{self.operation}_parts"),
            Field("part_count", str(1 + len(self.out))),
            *self.fields,
        )


@dataclass(frozen=True, slots=True)
class MonitorCall:
    """A function of a monitor: an operation of its interface.

    `kind` is `split`, `cancel`, `now`, `arm` or `disarm`; `record` what it is about, "" for
    `now`. `arguments` are passed on. `operation` is the const object of `fields` for `now`
    operations that can fail or exclude others, "" of others.
    """

    name: str
    kind: str
    function: str
    result: str
    record: str
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]
    operation: str
    title: str
    fields: tuple[Field, ...]
    excludes: tuple[str, ...]

    @property
    def members(self) -> tuple[Field, ...]:
        """The members of its const object."""
        return (Field("name", f'"{self.title}"'), *self.fields)


@dataclass(frozen=True, slots=True)
class MonitorEnd:
    """A function of a monitor: a completion, or an event, of its interface.

    `inline` is the HIL's function that calls the client, `records` what may end with it.
    """

    name: str
    event: bool
    function: str
    inline: str
    descriptor: str
    client: str
    records: tuple[str, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those of the client's function."""
        error = () if self.event else ("enum err err",)
        return (f"const struct {self.client} *client", f"{self.descriptor} *lent", *error)


@dataclass(frozen=True, slots=True)
class MonitorType:
    """The monitor of one interface: `struct monitors_<stem>`."""

    interface: str
    header: str
    stem: str
    records: tuple[MonitorRecord, ...]
    calls: tuple[MonitorCall, ...]
    ends: tuple[MonitorEnd, ...]

    @property
    def struct(self) -> str:
        """The type of its const objects; that of their state has `_state` behind it."""
        return f"struct monitors_{self.stem}"

    def record(self, name: str) -> MonitorRecord:
        """The record of this name."""
        return next(each for each in self.records if each.name == name)

    @property
    def ops(self) -> str:
        """Its operations, as a port wants them."""
        return f"monitors_{self.stem}_ops"
