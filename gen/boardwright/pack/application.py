# SPDX-License-Identifier: MIT OR Apache-2.0
"""An application in any form a user may have it, as one TBF object.

A directory is built, an ELF file is packed, a `.tbf` is checked, and of a `.tab`, the archive
in which Tock applications are distributed, the object for the board's core is taken.
"""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from boardwright.pack.build import DEFAULT_STACK, build_application
from boardwright.pack.elf import read_image
from boardwright.pack.error import PackError
from boardwright.pack.tbf import Program, read_tbf, tbf_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DEFAULT_HEAP = 1024
DEFAULT_GRANT = 1024  # what an application may count on for its grants

# Cores whose programs an ARMv7-M kernel runs, the closest first.
CORES = ("cortex-m4", "cortex-m3", "cortex-m0")


def pack_application(
    elf: Path,
    name: str,
    *,
    stack_size: int = DEFAULT_STACK,
    heap_size: int = DEFAULT_HEAP,
    grant_size: int = DEFAULT_GRANT,
) -> bytes:
    """The TBF object of the program in `elf`, called `name`. Sizes in bytes.

    `stack_size` counts only where the program was linked without a stack of its own.
    """
    image = read_image(elf)
    stack = 0 if image.has_stack else _aligned(stack_size, 8)
    return tbf_bytes(
        Program(
            name=name,
            binary=image.binary,
            entry=image.entry,
            minimum_ram=_aligned(image.ram_size, 8)
            + stack
            + _aligned(heap_size, 4)
            + _aligned(grant_size, 4),
            alignment=image.alignment,
            flash_regions=image.flash_regions,
        )
    )


def load_application(
    path: Path, name: str, out: Path, root: Path, *, cores: Sequence[str] = CORES
) -> bytes:
    """The TBF object for `path`: a directory of sources, an ELF file, a .tbf or a .tab.

    `name` is used where the form has none, for a directory and an ELF file; `out` is where
    a directory is built and `root` the project's root. Raises PackError naming `path`.
    """
    if path.is_dir():
        return pack_application(build_application(path, out, root), name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PackError(f"cannot read {path}: {error.strerror}") from error
    if data[:4] == b"\x7fELF":
        return pack_application(path, name)
    if path.suffix == ".tab":
        data = _from_tab(data, path, cores)
    try:
        tbf = read_tbf(data)
    except PackError as error:
        raise PackError(f"{path}: {error}") from None
    if not tbf.enabled:
        raise PackError(f"{path}: application {tbf.name} is disabled in its own header")
    return data


def _from_tab(data: bytes, path: Path, cores: Sequence[str]) -> bytes:
    """The object in an archive for the first of `cores` that it has one for."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            members = {m.name: m for m in archive.getmembers() if m.name.endswith(".tbf")}
            for core in cores:
                member = members.get(f"{core}.tbf")
                stream = archive.extractfile(member) if member else None
                if stream is not None:
                    return stream.read()
    except tarfile.TarError as error:
        raise PackError(f"{path} is not a .tab archive: {error}") from error
    has = ", ".join(sorted(name.removesuffix(".tbf") for name in members)) or "nothing"
    raise PackError(f"{path} has no program for {' or '.join(cores)}; it has {has}")


def _aligned(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
