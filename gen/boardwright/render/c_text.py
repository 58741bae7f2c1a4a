# SPDX-License-Identifier: MIT OR Apache-2.0
"""C laid out as .clang-format wants it: 4 spaces, 88 columns, one member a line.

Templates use these as filters; each returns text without a final newline.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from boardwright.plan.ir import Field

WIDTH = 88
INDENT = 4


def comment(text: str, indent: int = 0) -> str:
    """`/* text */`, or a block where that is too wide."""
    space = " " * indent
    line = f"{space}/* {text} */"
    if len(line) <= WIDTH:
        return line
    lines = textwrap.wrap(
        text, WIDTH - indent - 3, break_long_words=False, break_on_hyphens=False
    )
    middle = "".join(f"{space} * {each}\n" for each in lines)
    return f"{space}/*\n{middle}{space} */"


def members(fields: Iterable[Field], indent: int = INDENT) -> str:
    """The inside of an initialiser."""
    return "\n".join(line for field in fields for line in _member(field, indent))


def variable(ctype: str, name: str) -> str:
    """A declaration, `ctype name;`."""
    line = f"{ctype} {name};"
    return line if len(line) <= WIDTH else f"{ctype}\n    {name};"


def constant(ctype: str, name: str, fields: Iterable[Field]) -> str:
    """A definition, `ctype name = {members};`."""
    head = f"{ctype} {name} = {{"
    if len(head) <= WIDTH:
        return f"{head}\n{members(fields)}\n}};"
    return f"{ctype}\n    {name} = {{\n{members(fields, 2 * INDENT)}\n}};"


def _member(field: Field, indent: int) -> list[str]:
    space = " " * indent
    lines = [comment(field.comment, indent)] if field.comment else []
    if not field.parts and not field.name:
        return [*lines, f"{space}{field.text},"]
    if not field.parts:
        line = f"{space}.{field.name} = {field.text},"
        if len(line) > WIDTH:
            return [*lines, f"{space}.{field.name} =", f"{space}    {field.text},"]
        return [*lines, line]
    nested = any(part.parts or part.comment for part in field.parts)
    inside = ", ".join(f".{part.name} = {part.text}" for part in field.parts)
    head = f"{space}.{field.name} =" if field.name else ""
    line = f"{head} {{{inside}}}," if field.name else f"{space}{{{inside}}},"
    if len(line) <= WIDTH and not nested:
        return [*lines, line]
    deeper = indent + INDENT if field.name else indent
    body = [line for part in field.parts for line in _member(part, deeper + INDENT)]
    brace = " " * deeper
    return [*lines, *([head] if head else []), f"{brace}{{", *body, f"{brace}}},"]


def signature(head: str, parameters: Sequence[str]) -> str:
    """`head(parameters)`, broken where the formatter breaks it."""
    column = len(head) + 1
    widest = max(map(len, parameters)) + 1
    if column + widest <= WIDTH:
        return _filled("", [f"{head}("], parameters, column)
    broken = _filled(f"{head}(", [""], parameters, INDENT)
    result, _, name = head.rpartition(" ")
    if not result or len(name) + 1 + widest > WIDTH:
        return broken
    below = f"{result}\n{_filled('', [f'{name}('], parameters, len(name) + 1)}"
    return below if below.count("\n") <= broken.count("\n") else broken


def _filled(first: str, lines: list[str], parameters: Sequence[str], column: int) -> str:
    lines = [first, " " * column] if first else lines
    for number, parameter in enumerate(parameters):
        last = number == len(parameters) - 1
        piece = parameter + (")" if last else ",")
        started = lines[-1].strip() and not lines[-1].endswith("(")
        line = f"{lines[-1]} {piece}" if started else f"{lines[-1]}{piece}"
        if started and len(line) > WIDTH:
            lines.append(" " * column + piece)
        else:
            lines[-1] = line
    return "\n".join(lines)


def section(title: str) -> str:
    """The line above a part of a file."""
    return f"/* -- {title} ".ljust(WIDTH - 3, "-") + " */"


def assigned(left: str, right: str, indent: int = INDENT) -> str:
    """`left = right;`, broken behind the sign where that is too wide."""
    line = f"{' ' * indent}{left} = {right};"
    return (
        line if len(line) <= WIDTH else f"{' ' * indent}{left} =\n{' ' * (indent + 4)}{right};"
    )


def size(count: int) -> str:
    """Bytes as a reader likes them: `48 KiB`, `100 B`."""
    for unit, scale in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count and count % scale == 0:
            return f"{count // scale} {unit}"
    return f"{count} B"


def hexadecimal(value: int, digits: int = 8) -> str:
    """`0x0000C000`."""
    return f"0x{value:0{digits}X}"
