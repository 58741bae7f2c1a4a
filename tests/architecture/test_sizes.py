# SPDX-License-Identifier: MIT OR Apache-2.0
"""Files and functions are short enough to be read in one go."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, files, plant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PYTHON_LINES, C_LINES, FUNCTION_LINES = 500, 700, 70
# Longer, and why.
ALLOWED = {"gen/boardwright/messages.py": "a list of sentences, no code; one place for all"}


def violations(root: Path) -> list[str]:
    found: list[str] = []
    for path in files(root, "gen/boardwright", ".py"):
        text = path.read_text()
        found += _over(root, path, text, PYTHON_LINES, _python_functions(text))
    for path in files(root, "runtime", ".c", ".h"):
        text = path.read_text()
        found += _over(root, path, text, C_LINES, _c_functions(text))
    return found


def _over(
    root: Path, path: Path, text: str, most: int, functions: Iterator[tuple[int, int]]
) -> Iterator[str]:
    name = path.relative_to(root).as_posix()
    lines = text.count("\n")
    if lines > most and name not in ALLOWED:
        yield f"{name}: {lines} lines"
    for first, last in functions:
        if last - first >= FUNCTION_LINES:
            yield f"{name}:{first}: a function of {last - first + 1} lines"


def _python_functions(text: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno or node.lineno


def _c_functions(text: str) -> Iterator[tuple[int, int]]:
    """Braces in the first column, as the formatter leaves those of functions."""
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            first = number
        elif line == "}" and first:
            yield first, number
            first = 0


def test_files_and_functions_are_short() -> None:
    assert violations(ROOT) == []


def test_an_exception_is_still_one() -> None:
    for name in ALLOWED:
        assert (ROOT / name).read_text().count("\n") > PYTHON_LINES


def test_planted_long_ones_are_found(tmp_path: Path) -> None:
    def python(lines: int) -> str:
        return "def f(x: int) -> int:\n" + "    x += 1\n" * (lines - 1)

    def c(lines: int) -> str:
        return "int f(int x)\n{\n" + "    x++;\n" * (lines - 2) + "}\n"

    root = plant(
        tmp_path,
        {
            "gen/boardwright/long.py": "x = 1\n" * 501,
            "gen/boardwright/plan/at_most.py": "x = 1\n" * 430 + python(70),
            "gen/boardwright/plan/over.py": python(71),
            "runtime/kernel/long.c": "int x;\n" * 701,
            "runtime/kernel/at_most.c": "int x;\n" * 600 + c(70),
            "runtime/kernel/over.c": "/* { */\n" + c(71),
        },
    )
    assert violations(root) == [
        "gen/boardwright/long.py: 501 lines",
        "gen/boardwright/plan/over.py:1: a function of 71 lines",
        "runtime/kernel/long.c: 701 lines",
        "runtime/kernel/over.c:3: a function of 71 lines",
    ]
