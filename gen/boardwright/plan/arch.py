# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is known of an architecture: `templates/<arch>/arch.toml`.

`tools` is the prefix of the cross tools, `package` what to install on Debian where they
are missing, `emulator_package` the same for the emulator, `exceptions` the core
exceptions that a chip's lines may name, `flags` are for compiling and linking, `blocks`
what process memory comes in, `cores` has further flags by core.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from boardwright.resources import TEMPLATES


@dataclass(frozen=True, slots=True)
class Blocks:
    """Process memory comes in powers of two from `smallest` bytes on.

    Protection opens a block in `granules` parts, at least `least` bytes.
    """

    smallest: int
    granules: int
    least: int


@dataclass(frozen=True, slots=True)
class Arch:
    """One architecture; `flags` are those for the board's core."""

    name: str
    tools: str
    package: str
    emulator_package: str
    exceptions: tuple[str, ...]
    flags: tuple[str, ...]
    blocks: Blocks


class UnknownArchError(Exception):
    """No templates for this architecture or core; the argument says which there are."""


def load_arch(name: str, core: str) -> Arch:
    """The facts of an architecture for one core. Raises UnknownArchError."""
    path = TEMPLATES / name / "arch.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in TEMPLATES.glob("*/arch.toml")))
        raise UnknownArchError(f"architecture '{name}'; there is {known}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if core not in data["cores"]:
        raise UnknownArchError(f"core '{core}' of {name}; there are {', '.join(data['cores'])}")
    return Arch(
        name,
        data["tools"],
        data["package"],
        data["emulator_package"],
        tuple(data["exceptions"]),
        (*data["cores"][core], *data["flags"]),
        Blocks(**data["blocks"]),
    )
