# SPDX-License-Identifier: MIT OR Apache-2.0
"""The command line. The only module that prints.

Exit status: 0 fine, 1 findings (in a board file, a build, an application), 2 usage or
environment (a file that is not there, a tool that is not installed).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright import __version__
from boardwright.diagnostics import Diagnostics, did_you_mean
from boardwright.load.roots import SearchRoots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from boardwright.pipeline import Built, Generated, Planned

FINE, FINDINGS, USAGE = 0, 1, 2
KINDS = ("components", "chips", "hils", "boards")


class UsageError(Exception):
    """What was asked for cannot be tried; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()  # here, where a closed pipe is still ours to handle
        return status
    except UsageError as error:
        _complain(str(error))
        return USAGE
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        known = _known_failure(error)
        if known is None:
            raise
        return known


def _known_failure(error: Exception) -> int | None:
    """The exit status for errors of later stages, whose modules load only when used."""
    from boardwright.emit.files import HandEditedError  # noqa: PLC0415
    from boardwright.firmware.error import (  # noqa: PLC0415
        BuildError,
        EnvironmentProblemError,
    )
    from boardwright.pack.error import PackError  # noqa: PLC0415

    if isinstance(error, EnvironmentProblemError):
        _complain(str(error))
        return USAGE
    if isinstance(error, HandEditedError):
        names = "\n".join(f"  {_short(error.directory / path)}" for path in error.paths)
        _complain(
            f"these files were changed by hand, so nothing was generated:\n{names}\n"
            "keep the changes elsewhere, or lose them with --force"
        )
        return FINDINGS
    if isinstance(error, BuildError | PackError):
        _complain(str(error))
        return FINDINGS
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        _complain(f"{name}{error.strerror or error}")
        return USAGE
    return None


# --- arguments -----------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boardwright",
        description="One board.yaml becomes firmware that runs applications.",
    )
    parser.add_argument("--version", action="version", version=f"boardwright {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(command=run)
        return command

    def add_board(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        command = add(name, run, about)
        command.add_argument(
            "board", type=Path, metavar="BOARD", help="directory or board.yaml"
        )
        _add_components(command)
        return command

    check = add("check", _check, "say everything that is wrong with boards")
    check.add_argument("boards", type=Path, metavar="BOARD", nargs="+")
    check.add_argument("--format", choices=("human", "json"), default="human")
    _add_components(check)

    generate = add_board("generate", _generate, "write a board's C sources")
    generate.add_argument("--output", type=Path, metavar="DIR", help="default: build/BOARD/gen")
    generate.add_argument("--depfile", type=Path, metavar="FILE", help="list all inputs there")
    build = add_board("build", _build, "generate, pack the applications, compile, verify")
    run = add_board("run", _run, "build, then boot in the chip's emulator")
    run.add_argument("--for", dest="limit", type=_duration, metavar="TIME", help="end after 5s")
    run.add_argument(
        "--app",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="run this application instead of the board's (repeatable)",
    )
    run.add_argument("--trace-leds", action=argparse.BooleanOptionalAction, default=True)
    for command in (generate, build, run):
        command.add_argument("--checked", action="store_true", help="every call left open")
        command.add_argument("--force", action="store_true", help="overwrite hand-edited files")

    pack = add("pack", _pack, "make a TBF object of an application")
    pack.add_argument("app", type=Path, metavar="APP", help="directory, ELF, .tbf or .tab")
    pack.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: NAME.tbf")
    pack.add_argument("--name", help="default: the name of APP")

    listing = add("list", _list, "list what boards can be made of")
    listing.add_argument("kind", choices=KINDS, nargs="?", default="components")
    listing.add_argument("--format", choices=("human", "json"), default="human")
    _add_components(listing)

    syscalls = add_board("syscalls", _syscalls, "print a board's driver table")
    syscalls.add_argument("--output", type=Path, metavar="DIR", help="write header and page")
    syscalls.add_argument("--format", choices=("human", "json"), default="human")
    return parser


def _add_components(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--component-dir",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="look for components here, too (repeatable)",
    )


def _duration(text: str) -> float:
    """Seconds of a duration with its unit."""
    from boardwright.units import UNITS, split_quantity  # noqa: PLC0415

    found = split_quantity(text)
    if not found or found[1] not in UNITS["duration"] or found[0] <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration such as 5s or 500ms")
    return float(found[0] * UNITS["duration"][found[1]])


def _roots(options: argparse.Namespace) -> SearchRoots:
    directories = tuple(options.component_dir)
    for directory in directories:
        if not directory.is_dir():
            raise UsageError(f"--component-dir {directory}: there is no such directory")
    return SearchRoots.default(directories)


def _board_file(path: Path) -> Path:
    """The board file itself. Raises UsageError if there is none."""
    file = path / "board.yaml" if path.is_dir() else path
    if not file.is_file():
        known = [_short(found.parent) for found in _boards()]
        hint = did_you_mean(str(path), known) or (
            f"there is {', '.join(known)}" if known else ""
        )
        raise UsageError(f"there is no board at '{path}'" + (f"; {hint}" if hint else ""))
    return file


def _boards() -> list[Path]:
    return sorted(file for file in Path("boards").glob("*/board.yaml") if file.is_file())


# --- commands ------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from boardwright.frontend import check_file  # noqa: PLC0415
    from boardwright.report import as_json  # noqa: PLC0415

    roots = _roots(options)
    files = [_board_file(path) for path in options.boards]
    diagnostics = Diagnostics()
    for file in files:
        check_file(file, roots, diagnostics)
    if options.format == "json":
        print(as_json(diagnostics), end="")
    else:
        _report(diagnostics)
        if not len(diagnostics):
            print(f"{', '.join(_short(file) for file in files)}: fine")
    return FINDINGS if diagnostics.failed else FINE


def _generate(options: argparse.Namespace) -> int:
    made = _generated(options, options.output)
    if made is None:
        return FINDINGS
    emitted = made.emitted
    print(
        f"{_short(made.directory)}: {len(emitted.written)} files written, "
        f"{len(emitted.unchanged)} unchanged, {len(emitted.removed)} removed"
    )
    if options.depfile is not None:
        from boardwright.emit import MANIFEST, depfile_text  # noqa: PLC0415

        text = depfile_text(made.directory / MANIFEST, made.planned.board.inputs)
        options.depfile.write_text(text, encoding="utf-8")
    return FINE


def _build(options: argparse.Namespace) -> int:
    made = _built(options)
    if made is None:
        return FINDINGS
    print("\n".join(_summary(made)))
    return FINE


def _run(options: argparse.Namespace) -> int:
    from boardwright.pipeline import Program, packed_apps, write_apps  # noqa: PLC0415
    from boardwright.run import Boot, EmulatorSession, emulator_command  # noqa: PLC0415

    made = _built(options)
    if made is None:
        return FINDINGS
    source = made.generated.planned
    image = made.firmware.elf.with_name(f"{source.plan.board}.apps.bin")
    apps = made.apps
    if options.app:
        for path in options.app:
            if not path.exists():
                raise UsageError(f"--app {path}: there is no such file")
        diagnostics = Diagnostics()
        programs = [Program(path.resolve().stem, path) for path in options.app]
        apps = packed_apps(source, _roots(options), programs, diagnostics)
        if _report(diagnostics):
            return FINDINGS
        image = image.with_name(f"{source.plan.board}.run.apps.bin")
        write_apps(apps, image)
    boot = Boot(
        made.firmware.elf,
        image if apps else None,
        source.plan.memory.apps_code.at,
        source.build_directory,
        options.trace_leds,
    )
    command = emulator_command(source.board, boot, source.plan.arch.emulator_package)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with EmulatorSession(command, options.limit) as session:
            for data in session.output():
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            return session.status
    except KeyboardInterrupt:  # how a run without --for ends
        return FINE


def _terminated(_number: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _pack(options: argparse.Namespace) -> int:
    from boardwright.pack import load_application, read_tbf  # noqa: PLC0415
    from boardwright.pipeline import library_root  # noqa: PLC0415

    path: Path = options.app
    if not path.exists():
        raise UsageError(f"there is no application at '{path}'")
    name = options.name or path.resolve().stem
    out = Path("build") / "apps"
    data = load_application(path, name, out, library_root(SearchRoots.default()))
    output: Path = options.output or Path(f"{name}.tbf")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(data)
    tbf = read_tbf(data)
    print(f"{_short(output)}: {tbf.name}, {len(data)} B, needs {tbf.minimum_ram} B of RAM")
    return FINE


def _list(options: argparse.Namespace) -> int:
    from boardwright.catalogue import catalogue  # noqa: PLC0415

    rows = catalogue(options.kind, _roots(options), _boards())
    if options.format == "json":
        import json  # noqa: PLC0415

        print(json.dumps([dict(row) for row in rows], indent=2))
        return FINE
    table = [tuple(row.values()) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    return FINE


def _syscalls(options: argparse.Namespace) -> int:
    from boardwright.render.driver_table import (  # noqa: PLC0415
        driver_json,
        driver_lines,
    )

    source = _planned(options, checked=False)
    if source is None:
        return FINDINGS
    plan = source.plan
    print(driver_json(plan) if options.format == "json" else driver_lines(plan))
    if options.output is not None:
        from boardwright.render import driver_page, userspace_header  # noqa: PLC0415

        options.output.mkdir(parents=True, exist_ok=True)
        for name, text in (
            (f"{plan.board}_syscalls.h", userspace_header(plan)),
            (f"{plan.board}_syscalls.md", driver_page(plan)),
        ):
            (options.output / name).write_text(text, encoding="utf-8")
    return FINE


# --- shared --------------------------------------------------------------------------


def _planned(options: argparse.Namespace, *, checked: bool) -> Planned | None:
    from boardwright.pipeline import planned  # noqa: PLC0415

    diagnostics = Diagnostics()
    source = planned(_board_file(options.board), _roots(options), diagnostics, checked=checked)
    _report(diagnostics)
    return source


def _generated(options: argparse.Namespace, output: Path | None = None) -> Generated | None:
    from boardwright.pipeline import generated  # noqa: PLC0415

    source = _planned(options, checked=options.checked)
    if source is None:
        return None
    return generated(source, _roots(options), output, force=options.force)


def _built(options: argparse.Namespace) -> Built | None:
    from boardwright.pipeline import built  # noqa: PLC0415

    made = _generated(options)
    if made is None:
        return None
    diagnostics = Diagnostics()
    result = built(made, _roots(options), diagnostics)
    _report(diagnostics)
    return result


def _summary(made: Built) -> list[str]:
    plan = made.generated.planned.plan
    code, data = plan.memory.kernel_code, plan.memory.kernel_data
    lines = [
        f"{plan.board}: kernel takes {made.usage.flash} B of {code.size} B flash, "
        f"{made.usage.ram} B of {data.size} B RAM"
    ]
    for each in made.apps.placed if made.apps else ():
        size = len(each.application.data)
        lines.append(f"  {each.application.name}: {size} B at {each.at:#010x}")
    lines.append(f"  {_short(made.firmware.elf)} .bin .hex .map")
    return lines


def _report(diagnostics: Diagnostics) -> bool:
    """Print findings; whether there is an error among them."""
    if len(diagnostics):
        from boardwright.report import human  # noqa: PLC0415

        print(human(diagnostics, colour=sys.stderr.isatty()), end="", file=sys.stderr)
    return diagnostics.failed


def _complain(text: str) -> None:
    print(f"boardwright: {text}", file=sys.stderr)


def _short(path: Path) -> str:
    """A path as the user would type it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
