# SPDX-License-Identifier: MIT OR Apache-2.0
"""The generator knows no component, chip or HIL by name: descriptors do."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, descriptor, files, plant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Names that are also words of the language itself, or of Python, and why.
ALLOWED = {
    "kernel": "GRAMMAR 2.2: a section of every board file; its ports stay unknown",
    "policy": "GRAMMAR 2.6: each syscall driver offers the generated port policy.driver",
    "flash": "GRAMMAR 2.8: the memory of code, of chips, layouts and budgets",
    "time": "Python's own module and word",
}
# Names that are also words of what a folder is for.
ALLOWED_IN = {
    "templates/cortexm/": {"systick": "the Armv7-M exception with a vector so named"},
    "gen/boardwright/emit/": {"digest": "the hash of a file, for the manifest"},
    "gen/boardwright/run/": {"led": "the emulator's trace event led_change_intensity"},
}


def names(root: Path) -> set[str]:
    """What components, chips and HILs are called, by their descriptors."""
    found: set[str] = set()
    for path in files(root, "runtime", ".yaml"):
        description = descriptor(path)
        found |= {
            description[kind] for kind in ("component", "chip", "hil") if kind in description
        }
    return found


def violations(root: Path) -> list[str]:
    forbidden = names(root) - set(ALLOWED)
    texts = [(p, _python_words(p.read_text())) for p in files(root, "gen/boardwright", ".py")]
    for path in files(root, "templates", ".j2", ".toml"):
        texts.append((path, enumerate(path.read_text().splitlines(), 1)))
    found: list[str] = []
    for path, lines in texts:
        name = path.relative_to(root).as_posix()
        words = [words for folder, words in ALLOWED_IN.items() if name.startswith(folder)]
        here = forbidden.difference(*words)
        for line, text in lines:
            found += [f"{name}:{line}: {hit}" for hit in sorted(_named(text, here))]
    return found


def _python_words(source: str) -> Iterator[tuple[int, str]]:
    """Identifiers and string literals with their lines; comments and docstrings are prose."""
    prose = {
        node.body[0].lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node) is not None
    }
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_text = token.type == tokenize.STRING and token.start[0] not in prose
        if is_text or token.type == tokenize.NAME:
            yield token.start[0], token.string


def _named(text: str, forbidden: set[str]) -> set[str]:
    """Which names stand in the text, whole or as part of a longer name (`is_mux_uart`)."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower())
    joined = f"_{'_'.join(words)}_"
    return {name for name in forbidden if f"_{name}_" in joined}


def test_the_generator_knows_no_component_by_name() -> None:
    assert violations(ROOT) == []


def test_there_are_names_to_look_for() -> None:
    assert {"mux_uart", "console", "mps2_an386", "uart"} <= names(ROOT)
    assert set(ALLOWED) <= names(ROOT) | {"time"}


def test_planted_names_are_found(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "runtime/chips/st/st_spi.yaml": "component: st_spi\n",
            "runtime/chips/st/st4.yaml": "chip: st4\n",
            "runtime/hil/spi.yaml": "hil: spi\n",
            "runtime/capsules/led.yaml": "component: led\n",
            "runtime/kernel/kernel.yaml": "component: kernel\n",
            "gen/boardwright/plan.py": '"""As for led."""\n'
            'kernel = "kernel"  # not led\n'
            'def is_st_spi(x: str) -> bool:\n    """For st4."""\n    return x == "led"\n'
            'class LedThing:\n    pull, spin = 1, "a.spi.0"\n',
            "templates/st/board.c.j2": "pulled\n{% if kind == 'st4' %}\n",
            "templates/cortexm/vectors.c.j2": "systick led\n",
            "templates/vectors.c.j2": "systick\n",
            "runtime/chips/cortexm/systick.yaml": "component: systick\n",
        },
    )
    assert violations(root) == [
        "gen/boardwright/plan.py:3: spi",
        "gen/boardwright/plan.py:3: st_spi",
        "gen/boardwright/plan.py:5: led",
        "gen/boardwright/plan.py:6: led",
        "gen/boardwright/plan.py:7: spi",
        "templates/cortexm/vectors.c.j2:1: led",
        "templates/st/board.c.j2:2: st4",
        "templates/vectors.c.j2:1: systick",
    ]
