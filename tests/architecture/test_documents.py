# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the documents say of the tree is so."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, kept_files, plant

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)
ROW = re.compile(r"^\| ([A-Za-z][\w.-]*) \|(?: [^|]* \|)? (\d[\w.]*) \|", re.MULTILINE)


def broken_links(root: Path) -> list[str]:
    found: list[str] = []
    for path in [path for path in kept_files(root) if path.suffix == ".md"]:
        text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
        for target in LINK.findall(text):
            if "://" not in target and not (path.parent / target).exists():
                found.append(f"{path.relative_to(root)}: {target}")
    return found


def wrong_pins(root: Path) -> list[str]:
    """Pins that docs/dependencies.md does not give, or gives otherwise."""
    page = root / "docs/dependencies.md"
    named = {name.lower(): version for name, version in ROW.findall(page.read_text())}
    found: list[str] = []
    for file in ("requirements", "requirements-dev"):
        pins = dict(PIN.findall((root / f"{file}.txt").read_text().lower()))
        listed = (root / f"{file}.in").read_text().lower().splitlines()
        wanted = [
            re.split(r"[=<>]", line)[0] for line in listed if line and line[0] not in "#-"
        ]
        for name in sorted(set(wanted) | (set(pins) & set(named))):
            if named.get(name) != pins.get(name):
                found.append(f"{name}: {pins.get(name)} pinned, {named.get(name)} documented")
    return found


def addresses(root: Path) -> list[str]:
    """Requirement files with where to download from: the reader's client knows that."""
    pattern = re.compile(r"://|--(extra-)?index-url|--find-links|--trusted-host")
    return [p.name for p in sorted(root.glob("requirements*")) if pattern.search(p.read_text())]


def test_links_lead_somewhere() -> None:
    assert broken_links(ROOT) == []


def test_every_pin_has_its_reason() -> None:
    assert wrong_pins(ROOT) == []


def test_requirements_name_no_download_address() -> None:
    assert addresses(ROOT) == []


def test_the_readmes_board_is_the_board() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    board = (ROOT / "boards/mps2_an386/board.yaml").read_text()
    assert example == board.split("\n", 1)[1]


def test_run_time_dependencies_are_those_three() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[<>=]", line)[0] for line in project["dependencies"]]
    assert names == ["Jinja2", "PyYAML", "pyelftools"]


def test_planted_faults_are_found(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "README.md": "[a](docs/a.md) [b](docs/b.md#x) [c](https://c.example)\n",
            "docs/a.md": "[up](../README.md) [gone](gone.svg)\n```\n[code](nothing)\n```\n",
            "docs/dependencies.md": "| One | 1.x | 1.2 | why |\n| two | 2.0 | why |\n",
            "requirements.in": "# text\nOne\nthree\n",
            "requirements.txt": "one==1.2 \\\n    --hash=sha256:00\nthree==3.0\n",
            "requirements-dev.in": "-c requirements.txt\ntwo==2.1\n",
            "requirements-dev.txt": "--index-url https://packages.example\ntwo==2.1\n",
        },
    )
    assert broken_links(root) == ["README.md: docs/b.md", "docs/a.md: gone.svg"]
    assert wrong_pins(root) == [
        "three: 3.0 pinned, None documented",
        "two: 2.1 pinned, 2.0 documented",
    ]
    assert addresses(root) == ["requirements-dev.txt"]
