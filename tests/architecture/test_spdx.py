# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every source file says its licence in its first line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, kept_files, plant

if TYPE_CHECKING:
    from pathlib import Path

LICENCE = "SPDX-License-Identifier: MIT OR Apache-2.0"
HASH = f"# {LICENCE}"
FIRST_LINE = {
    **dict.fromkeys((".c", ".h", ".S", ".ld"), f"/* {LICENCE} */"),
    **dict.fromkeys((".py", ".sh", ".yaml", ".toml", ".mk"), HASH),
    **dict.fromkeys(("Makefile", "run"), HASH),
}
# One wrong thing a file and nothing else; expected output, which is compared as it is.
EXCEPT = ("tests/errors/", "tests/golden/")


def violations(root: Path) -> list[str]:
    found: list[str] = []
    for path in kept_files(root):
        name = path.relative_to(root).as_posix()
        wanted = FIRST_LINE.get(path.suffix or path.name)
        is_template = path.suffix == ".j2" and not name.endswith(".md.j2")
        if name.startswith(EXCEPT) or (wanted is None and not is_template):
            continue
        lines = path.read_text().splitlines() or [""]
        first = lines[1] if lines[0].startswith("#!") and lines[1:] else lines[0]
        # A template's first line is that of the file it makes, or a comment of its own.
        if (LICENCE not in first) if wanted is None else (first != wanted):
            found.append(name)
    return found


def test_every_source_file_says_its_licence() -> None:
    assert violations(ROOT) == []


def test_planted_files_without_licence_are_found(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "a.c": f"/* {LICENCE} */\n",
            "b.c": f"// {LICENCE}\n",
            "c.py": "",
            "d.py": f"{HASH}\n",
            "e.sh": f"#!/bin/bash\n{HASH}\n",
            "f.yaml": f"schema: 1\n{HASH}\n",
            "g.j2": f"{{# {LICENCE} #}}\n",
            "h.j2": "text\n",
            "Makefile": "all:\n",
            "notes.md": "# Notes\n",
            "tests/errors/x.yaml": "a: b\n",
        },
    )
    assert violations(root) == ["Makefile", "b.c", "c.py", "f.yaml", "h.j2"]
