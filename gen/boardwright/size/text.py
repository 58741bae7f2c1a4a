# SPDX-License-Identifier: MIT OR Apache-2.0
"""Size tables for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.size.tables import Key, Row, Sizes

HEADINGS = ("code", "const", "data", "bss", "flash", "share", "RAM", "share")
WORDS = {"board": "board.c, vectors.c", "stack": "main stack", "other": "padding, unknown"}


def size_text(sizes: Sizes) -> str:
    """An aligned table under the totals; empty cells are zero."""
    total = sizes.total
    names = list(_names(sizes))
    table: list[tuple[str, ...]] = [("", *HEADINGS)]
    table += [(name, *_cells(row, total)) for name, row in zip(names, sizes.rows, strict=True)]
    table.append(("total", *_cells(total, total)))
    lines = [
        f"{sizes.board}: flash {total.flash} B of {sizes.flash_limit} B "
        f"({_share(total.flash, sizes.flash_limit)}), RAM {total.ram} B of "
        f"{sizes.ram_limit} B ({_share(total.ram, sizes.ram_limit)}), "
        f"of it {total.size('stack')} B main stack",
        "",
    ]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for first, *cells in table:
        right = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        lines.append(f"{first:{widths[0]}}  {'  '.join(right)}".rstrip())
    return "\n".join(lines)


def size_json(sizes: Sizes) -> str:
    """The same as data; all sizes are bytes."""
    total = sizes.total
    return json.dumps(
        {
            "board": sizes.board,
            "by": sizes.by,
            "flash": {"used": total.flash, "limit": sizes.flash_limit},
            "ram": {"used": total.ram, "limit": sizes.ram_limit},
            "stack": total.size("stack"),
            "rows": [{**_labels(row.key), **_numbers(row)} for row in sizes.rows],
            "total": _numbers(total),
        },
        indent=2,
    )


def _labels(key: Key) -> dict[str, str]:
    labels = {"room": key.room, "component": key.component, "instance": key.instance}
    return {name: label for name, label in labels.items() if label}


def _numbers(row: Row) -> dict[str, int]:
    return {
        "code": row.size("code"),
        "const": row.size("const"),
        "data": row.size("data"),
        "bss": row.size("bss"),
        "stack": row.size("stack"),
        "flash": row.flash,
        "ram": row.ram,
    }


def _names(sizes: Sizes) -> Iterator[str]:
    """The first column: an instance stands indented below its component."""
    shared = {row.key.room for row in sizes.rows if row.key.component}
    for row in sizes.rows:
        key = row.key
        if key.instance:
            yield f"    {key.instance}"
        elif key.component:
            yield f"  {key.component} ({key.room})"
        else:
            rest = ", shared" if key.room in shared else ""
            yield WORDS.get(key.room, key.room) + rest


def _cells(row: Row, total: Row) -> tuple[str, ...]:
    counts = [*(row.size(kind) for kind in ("code", "const", "data", "bss"))]
    flash, ram = (row.flash, total.flash), (row.ram, total.ram)
    return (
        *(str(count or "") for count in counts),
        *(str(row.flash or ""), _share(*flash) if row.flash else ""),
        *(str(row.ram or ""), _share(*ram) if row.ram else ""),
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
