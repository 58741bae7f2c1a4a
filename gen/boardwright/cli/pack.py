# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright pack`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINE, UsageError, short
from boardwright.load.roots import SearchRoots

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("pack", _run, "make a TBF object of an application")
    command.add_argument("app", type=Path, metavar="APP", help="directory, ELF, .tbf or .tab")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: NAME.tbf")
    command.add_argument("--name", help="default: the name of APP")


def _run(options: argparse.Namespace) -> int:
    from boardwright.emit import write_if_changed  # noqa: PLC0415
    from boardwright.pack import load_application, read_tbf  # noqa: PLC0415
    from boardwright.pipeline import library_root  # noqa: PLC0415

    path: Path = options.app
    if not path.exists():
        raise UsageError(f"there is no application at '{path}'")
    name = options.name or path.resolve().stem
    out = Path("build") / "apps"
    data = load_application(path, name, out, library_root(SearchRoots.default()))
    output: Path = options.output or Path(f"{name}.tbf")
    write_if_changed(output, data)
    tbf = read_tbf(data)
    print(f"{short(output)}: {tbf.name}, {len(data)} B, needs {tbf.minimum_ram} B of RAM")
    return FINE
