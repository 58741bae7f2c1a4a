# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every external name of runtime/ starts with its file's stem, so a name leads to its file."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from elftools.elf.elffile import ELFFile
from tests.architecture.tree import ROOT, descriptor, files, plant

if TYPE_CHECKING:
    from pathlib import Path

COMPILER = ["arm-none-eabi-gcc", "-std=c11", "-ffreestanding", "-mcpu=cortex-m3", "-mthumb"]
EXCEPTIONS = {
    # The compiler calls these by the names the C standard gives them.
    "lib/memory.c": {"memcpy", "memmove", "memset", "memcmp"},
}


def stem(name: Path) -> str:
    """What external names of this file start with.

    Behind arch/arch.h stand several files per architecture; they share the interface's stem.
    """
    return "arch" if name.parts[0] == "arch" else name.stem


def violations(root: Path, scratch: Path) -> list[str]:
    runtime = root / "runtime"
    for path in files(root, "runtime", ".yaml"):
        description = descriptor(path)
        if "syscall" in description:
            (scratch / f"{path.stem}_abi.h").write_text(abi_header(path.stem, description))
    sources = files(root, "runtime", ".c", ".S")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda path: _violations_of(path, runtime, scratch), sources)
    return [line for lines in found for line in lines]


def _violations_of(source: Path, runtime: Path, scratch: Path) -> list[str]:
    name = source.relative_to(runtime)
    target = scratch / f"{name.as_posix().replace('/', '-')}.o"
    arch = source.parent if name.parts[0] == "arch" else runtime / "arch/cortexm"
    folders = [f"-I{folder}" for folder in (runtime, arch, scratch)]
    command = [*COMPILER, *folders, "-c", str(source), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [f"{name}: {done.stderr}"]
    allowed = EXCEPTIONS.get(name.as_posix(), set())
    own = stem(name)
    return [
        f"{name}: {symbol}"
        for symbol in external_names(target)
        if symbol not in allowed and symbol != own and not symbol.startswith(f"{own}_")
    ]


def external_names(target: Path) -> list[str]:
    """Names an object file defines for others."""
    with target.open("rb") as stream:
        table: Any = ELFFile(stream).get_section_by_name(".symtab")
        return sorted(
            symbol.name
            for symbol in table.iter_symbols()
            if symbol["st_info"]["bind"] != "STB_LOCAL" and symbol["st_shndx"] != "SHN_UNDEF"
        )


def abi_header(component: str, description: dict[str, Any]) -> str:
    """The numbers of a component, as the generator names them."""
    syscall = description["syscall"]
    lines = ["#pragma once"]
    for number, command in syscall.get("commands", {}).items():
        lines.append(f"#define {component.upper()}_COMMAND_{command[0].upper()} {number}u")
    for kind in ("allow_ro", "allow_rw", "upcall"):
        for number, name in syscall.get(kind, syscall.get(f"{kind}s", {})).items():
            lines.append(f"#define {component.upper()}_{kind.upper()}_{name.upper()} {number}u")
    return "\n".join([*lines, ""])


def test_external_names_start_with_their_files_stem(tmp_path: Path) -> None:
    assert violations(ROOT, tmp_path) == []


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_every_exception_is_still_needed(name: str, tmp_path: Path) -> None:
    source = ROOT / "runtime" / name
    target = tmp_path / "exception.o"
    command = [*COMPILER, f"-I{ROOT / 'runtime'}", "-c", str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    assert set(external_names(target)) == EXCEPTIONS[name]


def test_planted_names_are_found(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {
            "runtime/capsules/led.yaml": "syscall: {commands: {1: [on, led]}}\n",
            "runtime/capsules/led.c": '#include "led_abi.h"\n'
            "int led_command(void) { return LED_COMMAND_ON; }\n"
            "const int ledger = 1;\nstatic int helper(void) { return 1; }\n"
            "int led(void) { return helper(); }\n",
            "runtime/lib/memory.c": "int memcpy;\nint memory_x;\nint bcopy;\n",
            "runtime/arch/cortexm/arch_entry.S": ".global arch_svc, svc\narch_svc: svc: nop\n",
            "runtime/kernel/loop.c": "int loop_run(void) { return other; }\n",
        },
    )
    (tmp_path / "objects").mkdir()
    found = violations(root, tmp_path / "objects")
    assert [found[0], found[1], found[3]] == [
        "arch/cortexm/arch_entry.S: svc",
        "capsules/led.c: ledger",
        "lib/memory.c: bcopy",
    ]
    assert found[2].startswith("kernel/loop.c: ")
    assert "'other' undeclared" in found[2]
    assert len(found) == 4
