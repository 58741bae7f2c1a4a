# SPDX-License-Identifier: MIT OR Apache-2.0
"""An application's directory, compiled and linked to an ELF file.

One call of the compiler builds the directory's sources and the userspace library for
Cortex-M3, so that the same binary runs on every ARMv7-M board. The result depends on the
sources only: no build id, no date, no machine path.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from boardwright.firmware.error import EnvironmentProblemError
from boardwright.pack.error import PackError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMPILER = "arm-none-eabi-gcc"
LIBRARY = "examples/apps/lib"
DEFAULT_STACK = 2048

# r9 points at the GOT, and data is a variable distance away from code.
POSITION_INDEPENDENCE = (
    "-fPIC",
    "-msingle-pic-base",
    "-mpic-register=r9",
    "-mno-pic-data-is-text-relative",
)
FLAGS = (
    "-std=c11",
    "-pedantic",
    "-Wall",
    "-Wextra",
    "-Wmissing-prototypes",
    "-Wcast-qual",
    "-Wconversion",
    "-Werror",
    "-Os",
    "-g",
    "-mcpu=cortex-m3",
    "-mthumb",
    "-mfloat-abi=soft",
    *POSITION_INDEPENDENCE,
    "-ffreestanding",
    "-fno-tree-loop-distribute-patterns",  # would turn memset into a call of itself
    "-ffunction-sections",
    "-fdata-sections",
    "-nostdlib",
    "-static",
    "-Wl,--gc-sections",
    "-Wl,--emit-relocs",  # the packer needs those of .data
    "-Wl,--build-id=none",
    "-Wl,--fatal-warnings",
)


def build_application(
    directory: Path,
    out: Path,
    root: Path,
    *,
    stack_size: int = DEFAULT_STACK,
    defines: Mapping[str, str] | None = None,
) -> Path:
    """The ELF file `out/NAME.elf` built from `directory`, NAME being that directory's name.

    `root` is the project's root: the library is there, and its path is kept out of the
    result. Nothing is done when the result is newer than every input and was made by the
    same command. `stack_size` in bytes. Raises PackError with the compiler's own text,
    EnvironmentProblemError if there is no compiler.
    """
    directory, out, root = directory.resolve(), out.resolve(), root.resolve()
    library = root / LIBRARY
    sources = sorted(directory.glob("*.c")) + sorted(directory.glob("*.S"))
    if not sources:
        raise PackError(f"{directory} has no C source: an application needs a main.c")
    if not (library / "app.ld").is_file():
        raise PackError(f"the userspace library is not in {library}")
    elf = out / f"{directory.name}.elf"
    command = [
        COMPILER,
        *FLAGS,
        *_hidden(root, "."),
        *_hidden(directory, directory.name),
        f"-Wl,--defsym=STACK_SIZE={stack_size}",
        *(f"-D{name}={value}" for name, value in sorted((defines or {}).items())),
        f"-I{directory}",
        f"-I{library}",
        f"-T{library / 'app.ld'}",
        *map(str, sources),
        *map(str, sorted(library.glob("*.[cS]"))),
        "-lgcc",
    ]
    stamp = out / f"{directory.name}.command"
    recipe = "\n".join(command) + "\n"
    inputs = [p for d in (directory, library) for p in d.iterdir() if p.is_file()]
    if _is_fresh(elf, stamp, recipe, inputs):
        return elf
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / f".{directory.name}.{os.getpid()}.elf"
    _run([*command, "-o", str(unfinished)], directory, root)
    unfinished.replace(elf)
    stamp.write_text(recipe)
    return elf


def _hidden(path: Path, name: str) -> tuple[str, str]:
    """Flags that write `name` for `path`; the assembler listens to the second only."""
    return f"-ffile-prefix-map={path}={name}", f"-fdebug-prefix-map={path}={name}"


def _is_fresh(elf: Path, stamp: Path, recipe: str, inputs: list[Path]) -> bool:
    if not elf.is_file() or not stamp.is_file() or stamp.read_text() != recipe:
        return False
    made = elf.stat().st_mtime_ns
    return all(path.stat().st_mtime_ns < made for path in inputs)


def _run(command: list[str], directory: Path, root: Path) -> None:
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise EnvironmentProblemError(
            f"{COMPILER} is not installed; on Debian: apt install gcc-arm-none-eabi"
        ) from None
    if done.returncode != 0:
        text = (done.stderr or done.stdout).strip()
        raise PackError(f"application {directory.name} does not build:\n{text}")
