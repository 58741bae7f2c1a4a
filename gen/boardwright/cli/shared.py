# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the commands share: exit statuses, arguments, the way to a board, printing findings."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics, did_you_mean
from boardwright.load.roots import SearchRoots

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from boardwright.pipeline import Built, Generated, Planned

FINE, FINDINGS, USAGE = 0, 1, 2
BEGIN = "`boardwright new boards/NAME`"


class UsageError(Exception):
    """What was asked for cannot be tried; the text says why."""


@dataclass(frozen=True, slots=True)
class Commands:
    """Where a command's module adds itself."""

    parsers: argparse._SubParsersAction[argparse.ArgumentParser]

    def add(
        self, name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        """A command; `run` gets its options and returns the exit status."""
        command = self.parsers.add_parser(name, help=about, description=about)
        command.set_defaults(command=run, findings="human")
        return command

    def add_board(
        self, name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        """A command on one board, for `planned_board` and what follows it."""
        command = self.add(name, run, about)
        command.add_argument(
            "board", type=Path, metavar="BOARD", help="directory or board.yaml"
        )
        add_variant(command)
        add_components(command)
        return command


def add_variant(command: argparse.ArgumentParser) -> None:
    """The option that lays a variant over the board."""
    command.add_argument(
        "--variant", metavar="NAME", help="this one of the board file's `variants`"
    )


def add_components(command: argparse.ArgumentParser) -> None:
    """The option that names further component directories."""
    command.add_argument(
        "--component-dir",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="look for components here, too (repeatable)",
    )


def add_output_options(command: argparse.ArgumentParser) -> None:
    """The options of every command that writes a board's sources."""
    command.add_argument("--checked", action="store_true", help="every call open and watched")
    command.add_argument("--force", action="store_true", help="overwrite hand-edited files")


def add_format(command: argparse.ArgumentParser, *others: str) -> None:
    """`--format`: human, json and what else the command can print."""
    command.add_argument("--format", choices=("human", "json", *others), default="human")


def add_findings_format(command: argparse.ArgumentParser) -> None:
    """`--format` of a command whose findings tools can have on stdout."""
    command.add_argument(
        "--format",
        dest="findings",
        choices=("human", "json", "sarif", "github"),
        default="human",
        help="of the findings; all but human have stdout for themselves",
    )


def search_roots(options: argparse.Namespace) -> SearchRoots:
    """Where components are looked for. Raises UsageError."""
    directories = tuple(options.component_dir)
    for directory in directories:
        if not directory.is_dir():
            raise UsageError(f"--component-dir {directory}: there is no such directory")
    return SearchRoots.default(directories)


def board_file(path: Path) -> Path:
    """The board file itself. Raises UsageError if there is none."""
    file = path / "board.yaml" if path.is_dir() else path
    if not file.is_file():
        known = [short(found.parent) for found in known_boards()]
        hint = did_you_mean(str(path), known) or (
            f"there is {', '.join(known)}" if known else f"{BEGIN} makes one"
        )
        raise UsageError(f"there is no board at '{path}'; {hint}")
    return file


def known_boards() -> list[Path]:
    """The boards below the current directory."""
    return sorted(file for file in Path("boards").glob("*/board.yaml") if file.is_file())


def planned_board(options: argparse.Namespace, *, checked: bool) -> Planned | None:
    """The board of `options` up to its plan; findings are printed. None after errors."""
    from boardwright.pipeline import planned  # noqa: PLC0415

    diagnostics = Diagnostics()
    source = planned(
        board_file(options.board),
        search_roots(options),
        diagnostics,
        checked=checked,
        variant=options.variant,
    )
    _report(diagnostics, options)
    return source


def generated_board(
    options: argparse.Namespace, output: Path | None = None
) -> Generated | None:
    """The same up to its files."""
    from boardwright.pipeline import generated  # noqa: PLC0415

    source = planned_board(options, checked=options.checked)
    if source is None:
        return None
    return generated(source, output, force=options.force)


def built_board(options: argparse.Namespace) -> Built | None:
    """The same up to its image."""
    from boardwright.pipeline import built  # noqa: PLC0415

    made = generated_board(options)
    if made is None:
        return None
    diagnostics = Diagnostics()
    result = built(made, search_roots(options), diagnostics)
    _report(diagnostics, options)
    return result


@contextmanager
def findings_at_end(options: argparse.Namespace) -> Iterator[None]:
    """Findings of several stages are one document for tools, whatever happens to them."""
    options.found = []
    try:
        yield
    finally:
        if options.findings != "human":
            from boardwright.report import for_tools  # noqa: PLC0415

            print(for_tools(options.findings, options.found), end="")


def _report(diagnostics: Diagnostics, options: argparse.Namespace) -> None:
    """Print findings, or keep them for `findings_at_end`."""
    if options.findings == "human":
        report_findings(diagnostics)
    else:
        options.found += diagnostics


def report_findings(diagnostics: Diagnostics) -> bool:
    """Print findings; whether there is an error among them."""
    if len(diagnostics):
        from boardwright.report import human  # noqa: PLC0415

        print(human(diagnostics, colour=_colour(sys.stderr)), end="", file=sys.stderr)
    return diagnostics.failed


def _colour(stream: TextIO) -> bool:
    """Whether to colour: a terminal that can, whose user did not say no (no-color.org)."""
    return (
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def print_json(data: object) -> None:
    """Data for tools."""
    import json  # noqa: PLC0415 - `check` starts fast

    print(json.dumps(data, indent=2))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they must be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def complain(text: str) -> None:
    """One line of what went wrong, for what is no finding in a file."""
    print(f"boardwright: {text}", file=sys.stderr)


def short(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
