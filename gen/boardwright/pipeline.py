# SPDX-License-Identifier: MIT OR Apache-2.0
"""The stages in a row, from a board file to generated sources and to an image.

Findings go to the caller's diagnostics; None means that they stopped the row.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.frontend import checked_board
from boardwright.plan import Plan, plan_board
from boardwright.units import with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from boardwright.audit import Audit
    from boardwright.diagnostics import Diagnostics
    from boardwright.emit import Change, Emitted
    from boardwright.firmware import AppsImage, Firmware
    from boardwright.load.roots import SearchRoots
    from boardwright.model import Board
    from boardwright.verify import Usage

JOBS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A board that passed every check, and its plan."""

    board: Board
    plan: Plan

    @property
    def build_directory(self) -> Path:
        """Where the build lands: `build/BOARD[-VARIANT]` in the project, `checked` below it."""
        name = "-".join(part for part in (self.board.name, self.board.variant) if part)
        home = self.board.root / "build" / name
        return home / "checked" if self.plan.checked else home


@dataclass(frozen=True, slots=True)
class Generated:
    """What generating left in `directory`."""

    planned: Planned
    directory: Path
    emitted: Emitted


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left. `apps` is None for a board without applications."""

    generated: Generated
    firmware: Firmware
    usage: Usage
    apps: AppsImage | None


@dataclass(frozen=True, slots=True)
class Program:
    """An application to pack: where it is and how it is called."""

    name: str
    path: Path


def planned(
    board_file: Path,
    roots: SearchRoots,
    diagnostics: Diagnostics,
    *,
    checked: bool = False,
    variant: str | None = None,
) -> Planned | None:
    """Load, resolve, check and plan. Raises UnknownVariantError."""
    board = checked_board(board_file, roots, diagnostics, variant=variant)
    if board is None or diagnostics.failed:
        return None
    plan = plan_board(board, diagnostics, roots.runtime, checked=checked)
    return None if plan is None else Planned(board, plan)


def generated(source: Planned, output: Path | None = None, *, force: bool = False) -> Generated:
    """Render and emit. Raises HandEditedError unless `force`."""
    from boardwright.emit import emit, link_roots  # noqa: PLC0415 - `check` starts fast

    directory = output or source.build_directory / "gen"
    emitted = emit(directory, *_outputs(source), force=force)
    if output is None:
        link_roots(directory, source.plan.roots)
    return Generated(source, directory, emitted)


def pending(source: Planned, output: Path | None = None) -> tuple[Path, list[Change]]:
    """What generating would change, and in which directory. Nothing is written."""
    from boardwright.emit import changes  # noqa: PLC0415

    directory = output or source.build_directory / "gen"
    return directory, changes(directory, *_outputs(source))


def _outputs(source: Planned) -> tuple[dict[str, str], str]:
    """The generated files by name, and the manifest of them."""
    from boardwright.emit import manifest_text  # noqa: PLC0415
    from boardwright.render import rendered  # noqa: PLC0415

    files = rendered(source.plan)
    return files, manifest_text(source.plan, source.board, files)


def built(source: Generated, roots: SearchRoots, diagnostics: Diagnostics) -> Built | None:
    """Pack the applications, make, verify.

    Raises EnvironmentProblemError, BuildError and PackError.
    """
    from boardwright.firmware import (  # noqa: PLC0415
        BuildError,
        TooLargeError,
        make_firmware,
        require_tools,
        with_origins,
    )
    from boardwright.verify import verify_image  # noqa: PLC0415

    board, plan = source.planned.board, source.planned.plan
    require_tools(plan)
    programs = [Program(app.name, app.path) for app in board.apps]
    apps = packed_apps(source.planned, roots, programs, diagnostics)
    if diagnostics.failed:
        return None
    image = source.directory.parent / f"{plan.board}.apps.bin"
    write_apps(apps, image)
    try:
        firmware = make_firmware(plan, source.directory, jobs=JOBS)
    except TooLargeError as error:
        _report_too_large(error.over, source.planned, diagnostics)
        return None
    except BuildError as error:
        raise BuildError(with_origins(str(error), board, source.directory)) from None
    usage = verify_image(firmware.elf, plan, board, diagnostics)
    return None if diagnostics.failed else Built(source, firmware, usage, apps)


def planned_for_audit(
    board_file: Path, roots: SearchRoots, diagnostics: Diagnostics, variant: str | None = None
) -> Planned | None:
    """The same of a build in which every call is open and none is watched."""
    board = checked_board(board_file, roots, diagnostics, variant=variant)
    if board is None or diagnostics.failed:
        return None
    plan = plan_board(board, diagnostics, roots.runtime, checked=True, watched=False)
    return None if plan is None else Planned(board, plan)


def audited(source: Planned, roots: SearchRoots) -> Audit:
    """Compile the components of an open, unwatched plan beside its builds, and audit them.

    Raises EnvironmentProblemError and BuildError.
    """
    from boardwright.audit import audit_board  # noqa: PLC0415
    from boardwright.audit.audit import OPTIONS, object_files  # noqa: PLC0415
    from boardwright.emit import link_roots  # noqa: PLC0415
    from boardwright.firmware import make_objects, require_tools  # noqa: PLC0415

    require_tools(source.plan)
    directory = source.build_directory.with_name("audit") / "gen"
    generated(source, directory, force=True)
    link_roots(directory, source.plan.roots)
    make_objects(source.plan, directory, object_files(source.plan), OPTIONS, jobs=JOBS)
    objects = directory.parent / "obj"
    return audit_board(source.board, source.plan, objects, roots.runtime)


def _report_too_large(over: dict[str, int], source: Planned, diagnostics: Diagnostics) -> None:
    """0504 for each memory the kernel is too large for."""
    layout = source.board.layout
    what = "the checked kernel, open and with its monitors," if source.plan.checked else ""
    for name, kind, region in (
        ("FLASH", "flash", layout.kernel_code),
        ("RAM", "RAM", layout.kernel_data),
    ):
        if name in over:
            diagnostics.report(
                "0504",
                region.span,
                what=what or "the kernel",
                found=f"takes {region.size + over[name]} B of",
                kind=kind,
                limit=with_unit(Fraction(region.size), "size"),
            )


def packed_apps(
    source: Planned, roots: SearchRoots, programs: Sequence[Program], diagnostics: Diagnostics
) -> AppsImage | None:
    """The applications' image; each object also lies in `apps/NAME.tbf` of the build.

    None without applications, and after 0508 and 0509. Raises PackError.
    """
    from boardwright.firmware import Application, AppsError, apps_image  # noqa: PLC0415
    from boardwright.pack import PackError, load_application  # noqa: PLC0415

    if not programs:
        return None
    board, region = source.board, source.plan.memory.apps_code
    out = source.build_directory / "apps"
    out.mkdir(parents=True, exist_ok=True)
    applications = []
    for program in programs:
        data = load_application(program.path, program.name, out, library_root(roots, board))
        _require_name(program, data, source.plan)
        (out / f"{program.name}.tbf").write_bytes(data)
        applications.append(Application(program.name, data))
    try:
        image = apps_image(applications, region)
    except AppsError as error:
        if error.why:
            raise PackError(error.why) from None
        places = {app.name: app.span for app in board.apps}
        diagnostics.report(
            "0508",
            places.get(error.name, board.layout.apps_code.span),
            name=error.name,
            size=with_unit(Fraction(error.size), "size"),
            free=with_unit(Fraction(error.free), "size"),
        )
        return None
    return image if _has_ram(image, source, diagnostics) else None


def _has_ram(image: AppsImage, source: Planned, diagnostics: Diagnostics) -> bool:
    """Whether every application will find its RAM; 0509 for each that will not."""
    from boardwright.firmware import without_room  # noqa: PLC0415

    board, plan = source.board, source.plan
    given = {app.name: app.settings.get("ram") for app in board.apps}
    at_least = {
        name: int(value.value)
        for name, value in given.items()
        if value is not None and isinstance(value.value, Fraction)
    }
    places = {app.name: app.span for app in board.apps}
    region = board.layout.apps_data
    refused = without_room(
        image.placed,
        plan.memory.apps_data,
        len(plan.table.grants),
        plan.arch.blocks,
        at_least,
    )
    for each in refused:
        diagnostics.report(
            "0509",
            places.get(each.name, region.span),
            name=each.name,
            asked=with_unit(Fraction(each.asked), "size"),
            size=with_unit(Fraction(each.size), "size"),
            free=with_unit(Fraction(each.free), "size"),
            related=[(region.span, "the memory of applications")],
        )
    return not refused


def _require_name(program: Program, data: bytes, plan: Plan) -> None:
    """PackError if the kernel would not know an application that the board settles.

    Only an object packed elsewhere can have another name in its header.
    """
    from boardwright.pack import PackError, read_tbf  # noqa: PLC0415

    name = read_tbf(data).name
    if program.name in plan.known_apps and name != program.name:
        raise PackError(
            f"{program.path}: application {program.name} calls itself '{name}' in its header, "
            "which is where the kernel looks for whom a setting is: name it so on the board"
        )


def write_apps(apps: AppsImage | None, path: Path) -> None:
    """Write the image if it differs; remove it where there are no applications."""
    from boardwright.emit import write_if_changed  # noqa: PLC0415

    if apps is None:
        path.unlink(missing_ok=True)
    else:
        write_if_changed(path, apps.data)


def library_root(roots: SearchRoots, board: Board | None = None) -> Path:
    """The project that has the userspace library: beside the runtime, else the board's."""
    from boardwright.pack.build import LIBRARY  # noqa: PLC0415

    beside = roots.runtime.absolute().parent
    return beside if board is None or (beside / LIBRARY).is_dir() else board.root
