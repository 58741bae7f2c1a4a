# SPDX-License-Identifier: MIT OR Apache-2.0
"""Parameters that are regions of memory: where they are, and what is left for applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.frontend_case import codes, good

if TYPE_CHECKING:
    from pathlib import Path

STORE = """\
component: store
room: capsules
params: {where: {type: region}}
derived: {pages: {type: u16, is: where.size / 256}, last: {type: u32, is: where.start + 255}}
syscall: {number: 0x90001}
"""


def test_a_region_lies_between_the_kernel_and_the_applications(tmp_path: Path) -> None:
    text = (
        "capsules:\n"
        "  one: {kind: store, where: {in: flash, size: 4KiB}}\n"
        "  two: {kind: store, where: {in: flash, size: 1KiB}, driver: 20}\n"
        "  three: {kind: store, where: {in: ram, size: 1KiB}, driver: 21}\n"
    )
    board = good(tmp_path, text, store=STORE)
    layout = board.layout
    places = {who: (r.at, r.size) for (who, _), r in layout.others.items()}
    ram = layout.kernel_data.at + layout.kernel_data.size
    assert places == {"one": (0x8000, 4096), "two": (0x9000, 1024), "three": (ram, 1024)}
    assert (layout.apps_code.at, layout.apps_code.size) == (0x9400, 0x10000 - 0x9400)
    assert layout.apps_data.at == ram + 1024


def test_a_region_with_an_address_moves_nothing_and_ends_the_applications(
    tmp_path: Path,
) -> None:
    text = "capsules: {one: {kind: store, where: {in: flash, at: 0xF000, size: 4KiB}}}\n"
    layout = good(tmp_path, text, store=STORE).layout
    assert (layout.apps_code.at, layout.apps_code.size) == (0x8000, 0x7000)


def test_start_and_size_are_fields_and_expressions_read_them(tmp_path: Path) -> None:
    text = "capsules: {one: {kind: store, where: {in: flash, at: 0xF000, size: 4KiB}}}\n"
    board = good(tmp_path, text, store=STORE)
    members = {each.name: each.text for each in board.instance("one").members}
    assert members == {
        "where_start": "0x0000F000",
        "where_size": "4096",
        "pages": "16",
        "last": "61695",
    }


def test_applications_that_are_placed_may_not_reach_into_a_region(tmp_path: Path) -> None:
    text = (
        "capsules: {one: {kind: store, where: {in: flash, at: 0xF000, size: 4KiB}}}\n"
        "layout: {apps: {code: {in: flash, at: 0xE000, size: 8KiB}}}\n"
    )
    assert codes(tmp_path, text, store=STORE) == ["BW0410"]


def test_a_component_that_nobody_uses_takes_no_region(tmp_path: Path) -> None:
    device = STORE.replace("capsules", "devices").replace("syscall: {number: 0x90001}\n", "")
    text = "devices: {one: {kind: store, where: {in: flash, size: 60KiB}}}\n"
    assert codes(tmp_path, text, store=device) == ["BW0320"]
