# SPDX-License-Identifier: MIT OR Apache-2.0
"""The numbers of a driver as preprocessor macros, a block for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.render.c_text import comment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.plan.ir import Abi

Macro = tuple[str, str]


def macros(abi: Abi, suffix: str = "") -> str:
    """All of them; `suffix` follows each number ("u" where only C reads them)."""
    parts = [_block([(f"{abi.prefix}_DRIVER", f"{abi.number:#x}{suffix}")])]
    if abi.commands:
        shown = (f"{each.name}({', '.join(each.arguments)})" for each in abi.commands)
        rows = (
            (f"{abi.prefix}_COMMAND_{each.name.upper()}", f"{each.number}{suffix}")
            for each in abi.commands
        )
        parts.append(f"{comment('commands: ' + ', '.join(shown))}\n{_block(rows)}")
    for kind, numbers in (
        ("ALLOW_RO", abi.allow_ro),
        ("ALLOW_RW", abi.allow_rw),
        ("UPCALL", abi.upcalls),
    ):
        if numbers:
            parts.append(
                _block(
                    (f"{abi.prefix}_{kind}_{name.upper()}", f"{number}{suffix}")
                    for number, name in numbers
                )
            )
    return "\n\n".join(parts)


def _block(rows: Iterable[Macro]) -> str:
    return "\n".join(f"#define {name} {value}" for name, value in rows)
