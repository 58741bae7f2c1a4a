# SPDX-License-Identifier: MIT OR Apache-2.0
"""The linked image against the plan: each rule, by an image or a plan that breaks it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import plan_text

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import make_firmware
from boardwright.pipeline import Planned, generated
from boardwright.plan.ir import Region
from boardwright.verify import verify_image

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.plan import Plan

BODY = "capsules:\n  console: {kind: console, uart: uart0}\n"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Planned, Path]:
    source = plan_text(tmp_path_factory.mktemp("verify"), BODY)
    made = generated(source)
    return source, make_firmware(source.plan, made.directory, jobs=2).elf


def codes(image: tuple[Planned, Path], plan: Plan | None = None) -> set[str]:
    source, elf = image
    diagnostics = Diagnostics()
    verify_image(elf, plan or source.plan, source.board, diagnostics)
    return {each.code for each in diagnostics}


def test_an_image_as_planned_has_no_findings(image: tuple[Planned, Path]) -> None:
    assert codes(image) == set()


def test_usage_is_what_the_size_tool_says(image: tuple[Planned, Path]) -> None:
    source, elf = image
    usage = verify_image(elf, source.plan, source.board, Diagnostics())
    done = subprocess.run(
        ["arm-none-eabi-size", str(elf)], capture_output=True, text=True, check=True
    )
    text, data, bss = map(int, done.stdout.splitlines()[1].split()[:3])
    assert (usage.flash, usage.ram) == (text + data, data + bss)


def test_a_section_outside_its_memory_is_found(image: tuple[Planned, Path]) -> None:
    memory = replace(image[0].plan.memory, kernel_data=Region(0x20000000, 1024))
    assert codes(image, replace(image[0].plan, memory=memory)) == {"BW0902"}


def test_constants_and_vectors_outside_of_flash_are_found(image: tuple[Planned, Path]) -> None:
    memory = replace(image[0].plan.memory, kernel_code=Region(0x100000, 65536))
    found = codes(image, replace(image[0].plan, memory=memory))
    assert found == {"BW0902", "BW0903", "BW0904"}


@pytest.mark.parametrize("budget", [{"budget_flash": 1000}, {"budget_ram": 1000}])
def test_a_broken_budget_is_found(image: tuple[Planned, Path], budget: dict[str, int]) -> None:
    memory = replace(image[0].plan.memory, **budget)
    assert codes(image, replace(image[0].plan, memory=memory)) == {"BW0504"}


def test_a_budget_is_a_promise_about_the_release(image: tuple[Planned, Path]) -> None:
    memory = replace(image[0].plan.memory, budget_flash=1000, budget_ram=1000)
    assert codes(image, replace(image[0].plan, memory=memory, checked=True)) == set()


def test_an_allocator_in_the_image_is_found(
    image: tuple[Planned, Path], tmp_path: Path
) -> None:
    source, elf = image
    with_heap = tmp_path / "heap.elf"
    subprocess.run(
        [
            "arm-none-eabi-objcopy",
            "--add-symbol",
            "malloc=.text:0,function,global",
            str(elf),
            str(with_heap),
        ],
        check=True,
    )
    assert codes((source, with_heap)) == {"BW0901"}


def test_initialised_data_counts_in_flash_and_in_ram(
    image: tuple[Planned, Path], tmp_path: Path
) -> None:
    source, elf = image
    (tmp_path / "data.c").write_text(
        "int data[64] = {1}; int zero[32];\nvoid arch_reset(void) { data[zero[1]]++; }\n"
    )
    small = tmp_path / "small.elf"
    script = elf.parent / "gen" / "board.ld"
    flags = [*source.plan.arch.flags, "-nostdlib", "-ffreestanding", f"-T{script}"]
    subprocess.run(
        ["arm-none-eabi-gcc", *flags, str(tmp_path / "data.c"), "-o", str(small)], check=True
    )
    done = subprocess.run(
        ["arm-none-eabi-size", str(small)], capture_output=True, text=True, check=True
    )
    text, data, bss = map(int, done.stdout.splitlines()[1].split()[:3])
    assert data == 256
    usage = verify_image(small, source.plan, source.board, Diagnostics())
    assert (usage.flash, usage.ram) == (text + data, data + bss)
