# SPDX-License-Identifier: MIT OR Apache-2.0
"""The pieces of an image as tables: by room, and by component and instance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from boardwright.size.debug import GENERATED
from boardwright.size.linkmap import COMPILER_LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from boardwright.model import Board
    from boardwright.plan import Plan
    from boardwright.size.pieces import Kind, Piece

By = Literal["room", "instance"]
FLASH_KINDS: tuple[Kind, ...] = ("code", "const", "data")
RAM_KINDS: tuple[Kind, ...] = ("data", "bss", "stack")
BOARD, STACK, OTHER = "board", "stack", "other"
ROOMS = (
    *("kernel", "arch", "lib", "hil", "abi", "chips", "devices", "virtualizers"),
    *("capsules", BOARD, COMPILER_LIBRARY, STACK, OTHER),
)
"""The order of rows. `board` is what the generator wrote, `other` padding and the unknown."""


@dataclass(frozen=True, slots=True)
class Key:
    """Whom bytes are counted for.

    Without `instance`: the component's code; without `component`: the rest of its room.
    """

    room: str
    component: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What one key takes, bytes."""

    key: Key
    kinds: Mapping[Kind, int]

    def size(self, *kinds: Kind) -> int:
        """Bytes of these kinds together."""
        return sum(self.kinds.get(kind, 0) for kind in kinds)

    @property
    def flash(self) -> int:
        """Bytes of flash."""
        return self.size(*FLASH_KINDS)

    @property
    def ram(self) -> int:
        """Bytes of RAM."""
        return self.size(*RAM_KINDS)


@dataclass(frozen=True, slots=True)
class Sizes:
    """A table and its sum. The limits are the budget, or the whole memory without one."""

    board: str
    by: By
    rows: tuple[Row, ...]
    total: Row
    flash_limit: int
    ram_limit: int


def image_sizes(pieces: Iterable[Piece], plan: Plan, board: Board, by: By) -> Sizes:
    """The table of one image. Its rows add up to the image."""
    pieces = tuple(pieces)
    owners = _Owners(plan, board)
    sums: dict[Key, Counter[Kind]] = {}
    for piece in pieces:
        key = owners.room(piece) if by == "room" else owners.instance(piece)
        sums.setdefault(key, Counter())[piece.kind] += piece.size
    memory = plan.memory
    total: Counter[Kind] = Counter()
    for piece in pieces:
        total[piece.kind] += piece.size
    return Sizes(
        plan.board,
        by,
        tuple(Row(key, sums[key]) for key in sorted(sums, key=owners.order)),
        Row(Key("total"), total),
        memory.kernel_code.size if memory.budget_flash is None else memory.budget_flash,
        memory.kernel_data.size if memory.budget_ram is None else memory.budget_ram,
    )


class _Owners:
    """Whom the files and symbols of a board's image belong to."""

    def __init__(self, plan: Plan, board: Board) -> None:
        self._home: dict[str, Key] = {}
        self._files: dict[str, Key] = {}
        self._instances: dict[str, Key] = {}
        roots = {root.directory.resolve(): root.variable.lower() for root in plan.roots}
        self._runtime = plan.roots[0].variable.lower()
        for instance in board.instances:
            component = instance.component
            key = Key(component.room, component.name)
            self._home[instance.id] = Key(component.room, component.name, instance.id)
            prefix = roots.get(component.root.resolve())
            if prefix is not None:
                for path in (component.header, *component.sources):
                    self._files[f"{prefix}/{PurePosixPath(path).with_suffix('')}"] = key
        for each in plan.objects:
            names = [each.name, *(store.name for store in each.storage)]
            names += [edge.name for edge in each.edges]
            for name in (*names, *(array.name for array in each.arrays)):
                self._instances[name] = self._home[each.id]
        self._places = {each.id: index for index, each in enumerate(plan.objects)}

    def instance(self, piece: Piece) -> Key:
        """Objects count for their instance, code for its component."""
        if piece.kind == "stack":
            return Key(STACK)
        owner = self._instances.get(piece.symbol.partition(".")[0])
        return owner or self._file(piece.file)

    def room(self, piece: Piece) -> Key:
        """Constants of an instance are the board's, its RAM is its component's."""
        key = self.instance(piece)
        if key.instance and piece.kind == "const":
            return Key(BOARD)
        return Key(key.room)

    def _file(self, file: str) -> Key:
        if not file:
            return Key(OTHER)
        stem = str(PurePosixPath(file).with_suffix(""))
        if stem in self._files:
            return self._files[stem]
        top, _, rest = file.partition("/")
        if top == GENERATED:
            return Key(BOARD)
        if top == COMPILER_LIBRARY:
            return Key(COMPILER_LIBRARY)
        room = rest.partition("/")[0] if top == self._runtime else ""
        return Key(room if room in ROOMS else OTHER)

    def order(self, key: Key) -> tuple[int, str, int]:
        """Rooms as listed, the rest of a room first, instances as in board.c."""
        return ROOMS.index(key.room), key.component, self._places.get(key.instance, -1)
