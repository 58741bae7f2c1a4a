# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a chip file says: memories, clocks, interrupt lines, how to boot it in an emulator.

As in `descriptors`, everything is frozen and made once, and numbers are in base units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from boardwright.span import Span


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A memory of the chip, bytes. `access` is `rx`, `rw` or `r`."""

    name: str
    at: int
    size: int
    access: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An interrupt line. `number` is None for a core exception (`systick: core`)."""

    name: str
    number: int | None
    shared: bool
    pulse: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A clock: fixed (`choices` has one), chosen by the board, or divided from another."""

    name: str
    choices: tuple[Fraction, ...]
    default: Fraction | None
    apply: str | None
    source: str | None
    divide: Fraction
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ChipEmulator:
    """How to boot an image: arguments with `{machine}` and `{image}`, serial ports."""

    command: tuple[str, ...]
    machine: str | None
    serials: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Chip:
    """One chip file. Its peripherals are instances of the board that uses it.

    `sources`, relative to the include path `root`, have what its clocks' `apply` name, and
    `pads`, which gives a pad to a peripheral.
    """

    name: str
    doc: str
    arch: str
    core: str
    memory: Mapping[str, Memory]
    clocks: Mapping[str, Clock]
    root: Path
    sources: tuple[str, ...]
    interrupt_count: int
    lines: Mapping[str, Line]
    pins: Mapping[str, str]
    pads: str | None
    emulator: ChipEmulator | None
    span: Span
