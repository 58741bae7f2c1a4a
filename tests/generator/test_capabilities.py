# SPDX-License-Identifier: MIT OR Apache-2.0
"""A token reaches who asks for it and is granted it, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.planning import HEAD, KERNEL, ROOT

from boardwright.diagnostics import Diagnostics
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import planned
from boardwright.render import rendered
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

WARDEN = ROOT / "tests" / "target" / "components"


def files(tmp_path: Path, body: str) -> tuple[dict[str, str], Diagnostics]:
    home = tmp_path / "boards" / "small"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(HEAD + body + KERNEL)
    diagnostics = Diagnostics()
    roots = SearchRoots(ROOT / "runtime", (WARDEN,))
    made = planned(home / "board.yaml", roots, diagnostics)
    return (rendered(made.plan) if made else {}), diagnostics


def test_who_is_granted_a_capability_gets_its_token(tmp_path: Path) -> None:
    grant = "capabilities: {warden: [process_management]}\n"
    body = "capsules:\n  warden: {kind: warden}\n  alarm: {kind: alarm, timer: timer0}\n"
    found, diagnostics = files(tmp_path, body + grant)
    assert not list(diagnostics), human(diagnostics)
    text = found["board.c"]
    warden = text.split("const struct warden board_warden = {", 1)[1].split("};", 1)[0]
    assert ".cap_process_management = &board_cap_process_management," in warden
    assert text.count("cap_process_management = ") == 1
    assert "- warden: process_management\n" in found["board.md"]


def test_without_the_boards_word_there_is_no_board(tmp_path: Path) -> None:
    found, diagnostics = files(tmp_path, "capsules:\n  warden: {kind: warden}\n")
    assert not found
    assert [each.code for each in diagnostics] == ["BW0502"]
    assert "capabilities:  {warden: [process_management]}" in human(diagnostics)
