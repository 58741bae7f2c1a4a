# SPDX-License-Identifier: MIT OR Apache-2.0
"""Files of a tree, and planting of small ones: each check takes a root for that."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def files(root: Path, folder: str, *suffixes: str) -> list[Path]:
    """Files below `folder` with one of the suffixes, sorted; none where there is no folder."""
    return sorted(p for p in (root / folder).rglob("*") if p.suffix in suffixes and p.is_file())


def descriptor(path: Path) -> dict[str, Any]:
    """A YAML file with all scalars as text, as the generator reads it: `on` is no boolean."""
    loaded = yaml.load(path.read_text(), yaml.BaseLoader)  # noqa: S506  makes text only
    assert isinstance(loaded, dict), path
    return loaded


def kept_files(root: Path) -> list[Path]:
    """What is or could be committed: all but what .gitignore names; sorted."""
    if not (root / ".git").exists():
        return sorted(p for p in root.rglob("*") if p.is_file())
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(root / n for n in names.split("\0") if n and (root / n).is_file())


def plant(root: Path, contents: dict[str, str]) -> Path:
    """A tree of small files below `root`; gives `root`."""
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
