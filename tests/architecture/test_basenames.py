# SPDX-License-Identifier: MIT OR Apache-2.0
"""A basename means one thing: components, object files and seals are named after it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, files, plant

if TYPE_CHECKING:
    from pathlib import Path


# What a file is one of; both .c and .S become NAME.o, and a component is a .c and a .yaml.
KINDS = {
    ".c": ("object", "component"),
    ".S": ("object",),
    ".h": ("header",),
    ".yaml": ("component",),
}


def violations(root: Path) -> list[str]:
    """Basenames of two files of a kind, and components whose .c and .yaml are apart."""
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in files(root, "runtime", ".c", ".h", ".S", ".yaml"):
        folder = path.parent.relative_to(root / "runtime")
        if folder.parts[0] == "arch":
            folder = folder.parents[0]  # variants of one thing, chosen by include path
        for kind in KINDS[path.suffix]:
            places[path.stem, kind].add(f"{folder}")
    return sorted(
        f"{stem} ({kind}) in {' and '.join(sorted(folders))}"
        for (stem, kind), folders in places.items()
        if len(folders) > 1
    )


def test_basenames_are_unique() -> None:
    assert violations(ROOT) == []


def test_planted_twins_are_found(tmp_path: Path) -> None:
    names = ["lib/ring.c", "chips/a/ring.c", "hil/uart.h", "kernel/internal/uart.h"]
    names += ["capsules/led.c", "capsules/led.h", "capsules/led.yaml", "hil/led.yaml"]
    names += ["arch/cortexm/arch_types.h", "arch/riscv/arch_types.h"]
    root = plant(tmp_path, {f"runtime/{name}": "" for name in names})
    assert violations(root) == [
        "led (component) in capsules and hil",
        "ring (component) in chips/a and lib",
        "ring (object) in chips/a and lib",
        "uart (header) in hil and kernel/internal",
    ]
