# SPDX-License-Identifier: MIT OR Apache-2.0
"""RAM of applications, reckoned before the boot; test_loading.py asks the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.planning import RUNTIME, plan_text

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import Application, without_room
from boardwright.firmware.apps import Placed
from boardwright.load.roots import SearchRoots
from boardwright.pack.tbf import Program as TbfProgram
from boardwright.pack.tbf import tbf_bytes
from boardwright.pipeline import Program, packed_apps
from boardwright.plan.arch import Blocks
from boardwright.plan.ir import Region

if TYPE_CHECKING:
    from pathlib import Path

ROOTS = SearchRoots(RUNTIME)
# A block of 1 KiB and one of 512 B; the third finds half of what it needs.
RAM_LAYOUT = (
    "layout:\n"
    "  kernel: {code: {in: flash, size: 64KiB}, data: {in: ram, size: 16KiB}}\n"
    "  apps: {code: {in: flash, size: 64KiB}, data: {in: ram, size: 2KiB}}\n"
)


def needing(name: str, ram: int) -> bytes:
    """An application that asks for `ram` bytes."""
    return tbf_bytes(TbfProgram(name=name, binary=bytes(264), entry=1, minimum_ram=ram))


def test_ram_that_does_not_do_for_an_application_is_found_before_the_boot(
    tmp_path: Path,
) -> None:
    for name, ram in (("one", 700), ("two", 100), ("three", 300), ("four", 100)):
        (tmp_path / f"{name}.tbf").write_bytes(needing(name, ram))
    apps = "".join(f"  {n}: ../../{n}.tbf\n" for n in ("one", "two", "three", "four"))
    source = plan_text(tmp_path, f"{RAM_LAYOUT}apps:\n{apps}")
    programs = [Program(app.name, app.path) for app in source.board.apps]
    diagnostics = Diagnostics()
    assert packed_apps(source, ROOTS, programs, diagnostics) is None
    (found,) = diagnostics
    assert (found.code, found.span.line) == ("BW0509", 10)
    assert found.message.endswith("asks for 300B of RAM, a block of 1KiB, and 512B are left")
    assert [span.line for span, _ in found.related] == [6]


def test_what_the_board_gives_an_application_counts_where_its_header_asks_for_less() -> None:
    placed = [Placed(Application("big", needing("big", 100)), 0)]
    region, blocks = Region(0x20000000, 2048), Blocks(512, 16, 32)
    assert without_room(placed, region, 2, blocks, {"big": 1780}) == []
    (refused,) = without_room(placed, region, 2, blocks, {"big": 1793})
    assert (refused.asked, refused.size, refused.free) == (1793, 4096, 2048)
