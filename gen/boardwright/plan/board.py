# SPDX-License-Identifier: MIT OR Apache-2.0
"""The plan of one board, put together from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright import __version__
from boardwright.c_names import object_name, thunk_name
from boardwright.model import KERNEL
from boardwright.plan.arch import Arch, UnknownArchError, load_arch
from boardwright.plan.interrupts import interrupt_plan
from boardwright.plan.ir import (
    AppRow,
    Call,
    ClockCall,
    MemoryPlan,
    PadCall,
    Plan,
    Region,
    Row,
    Seal,
    Thunk,
)
from boardwright.plan.monitors import Monitors
from boardwright.plan.objects import Objects
from boardwright.plan.queues import queue_rows
from boardwright.plan.seals import sealed_pairs, seals
from boardwright.plan.settings import setting_rows
from boardwright.plan.sources import source_plan
from boardwright.plan.syscalls import component_abi, driver_table
from boardwright.plan.wiring import Wiring, wiring
from boardwright.units import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from boardwright import model
    from boardwright.descriptors import Component
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board, Instance

BOOT_CAPABILITIES = ("main_loop", "process_management")
"""What main() itself holds: it loads the processes and enters the loop."""

_FIXED_INCLUDES = ("arch/arch.h", "kernel/platform.h")
_DEPTH_RELEASE, _DEPTH_CHECKED = 3, 4
"""How deep the generated sources lie in the project: build/BOARD/gen, .../checked/gen."""


def plan_board(
    board: Board,
    diagnostics: Diagnostics,
    runtime: Path,
    *,
    checked: bool = False,
    watched: bool = True,
) -> Plan | None:
    """The plan of a board that passed every check; None if it cannot be planned.

    `checked` leaves every call open and, where `watched`, has monitors on edges. What the
    language has and this generator has not is reported with code 0801.
    """
    arch = _arch(board, diagnostics)
    image = wiring(board)
    _refuse_unsupported(image, diagnostics)
    if arch is None:
        return None
    made: tuple[Seal, ...] = () if checked else seals(image)
    table = driver_table(image.instances)
    deferred = [(i, name) for i in image.instances for name in i.component.deferred]
    interrupts = interrupt_plan(image.instances, board.chip, arch, diagnostics)
    monitors = Monitors(image, diagnostics, watched=checked and watched)
    if diagnostics.failed:
        return None
    objects = Objects(
        image,
        monitors,
        sealed_pairs(image, made),
        {(instance.id, name): n for n, (instance, name) in enumerate(deferred)},
        table.drivers,
    )
    depth = _DEPTH_CHECKED if checked else _DEPTH_RELEASE
    sources, roots = source_plan(image, runtime, made, depth, monitors.sources)
    kernel = board.instance(KERNEL)
    granted = {c for i in image.instances for c in i.component.capabilities}
    return Plan(
        board=board.name,
        variant=board.variant,
        source=board.source.name,
        version=__version__,
        checked=checked,
        chip=board.chip.name,
        core=board.chip.core,
        arch=arch,
        slots=int(kernel.values["slots"].value),
        includes=_includes(image, monitors),
        objects=tuple(objects.object(instance) for instance in image.instances),
        omitted=image.omitted,
        capabilities=tuple(sorted({*granted, *BOOT_CAPABILITIES})),
        table=table,
        abis=tuple(component_abi(each) for each in _with_syscalls(image.instances)),
        interrupts=interrupts,
        deferred=tuple(_deferred_thunk(instance, name) for instance, name in deferred),
        clocks=tuple(_clock_calls(board)),
        pads=tuple(_pad_calls(image)),
        inits=tuple(_calls(image.instances, "init")),
        starts=tuple(_calls(image.instances, "start")),
        seals=made,
        monitors=monitors.types,
        sources=sources,
        roots=roots,
        memory=_memory(board, kernel),
        rows=tuple(_row(image, objects, instance) for instance in image.instances),
        settings=tuple(setting_rows(image)),
        queues=tuple(queue_rows(image)),
        names=board.names,
        apps=tuple(_app(app, board) for app in board.apps),
        known_apps=_known_apps(image),
    )


def _includes(image: Wiring, monitors: Monitors) -> tuple[str, ...]:
    """What board.c includes: a header for each file it has objects of or calls."""
    found = {*_FIXED_INCLUDES, *(i.component.header for i in image.instances)}
    found |= {f"{source.removesuffix('.c')}.h" for source in image.board.chip.sources}
    if monitors.types:
        found.add("monitors.h")
    return tuple(sorted(found))


def _known_apps(image: Wiring) -> tuple[str, ...]:
    """The applications' names, if the kernel or a policy has anything to know of one."""
    apps = image.board.apps
    settings = [s for i in image.instances for s in i.component.per_app.values()]
    edges = (edge for edge in image.board.edges if edge.application is not None)
    known = any(setting.drivers for setting in settings) or any(edges)
    known = known or any(app.members for app in apps)
    return tuple(app.name for app in apps) if known else ()


def _app(app: model.App, board: Board) -> AppRow:
    """From the project's root if it is in there: an overlay's base may say it elsewhere."""
    inside = app.path.is_relative_to(board.root)
    path = app.path.relative_to(board.root).as_posix() if inside else app.text
    return AppRow(app.name, path, tuple(_app_settings(app, board)))


def _app_settings(app: model.App, board: Board) -> Iterator[str]:
    for key, drivers in app.drivers.items():
        yield f"{key} {', '.join(drivers) or 'nothing'}"
    for edge in board.edges:
        if edge.application == app.name:
            yield f"{edge.port} {board.instance(edge.provider).component.name}"
    for key, value in app.settings.items():
        yield f"{key} {written(value.value, value.type.kind)}"


def _arch(board: Board, diagnostics: Diagnostics) -> Arch | None:
    try:
        return load_arch(board.chip.arch, board.chip.core)
    except UnknownArchError as error:
        diagnostics.report("0801", board.chip.span, what=str(error), hint="")
        return None


def _refuse_unsupported(image: Wiring, diagnostics: Diagnostics) -> None:
    """What the language describes and this generator cannot put into board.c yet."""
    for instance in image.instances:
        for edge in image.requires(instance.id):
            if edge.application is not None and image.with_object(edge):
                what = "a port of an application's own whose edges have parameters"
                diagnostics.report("0801", edge.span, what=what, hint="")


def _with_syscalls(instances: Iterable[Instance]) -> list[Component]:
    found = {i.component.name: i.component for i in instances if i.component.syscall}
    return [found[name] for name in sorted(found)]


def _deferred_thunk(instance: Instance, name: str) -> Thunk:
    function = instance.component.deferred[name]
    call = Call(function, object_name(instance.id), instance.id, instance.span.place)
    return Thunk(thunk_name(instance.id, name), (call,))


def _clock_calls(board: Board) -> Iterator[ClockCall]:
    """Sources before what is divided from them."""
    placed: list[str] = []
    rest = list(board.chip.clocks.values())
    while rest:
        clock = next(each for each in rest if each.source is None or each.source in placed)
        rest.remove(clock)
        placed.append(clock.name)
        if clock.apply is not None:
            hz = int(board.clocks[clock.name])
            yield ClockCall(clock.apply, hz, f"clock {clock.name}", clock.span.place)


def _pad_calls(image: Wiring) -> Iterator[PadCall]:
    """One for each signal of a peripheral in the image, on a chip that says how."""
    function = image.board.chip.pads
    if function is None:
        return
    for instance in image.instances:
        for pad in instance.pads:
            direction = instance.component.signals[pad.signal]
            numbers = f"{pad.group}, {pad.element}, {pad.function}"
            arguments = f"{numbers}, PAD_{direction.upper()}"
            yield PadCall(function, arguments, f"{pad.text}, {pad.signal} of {instance.id}")


def _calls(instances: Iterable[Instance], stage: str) -> Iterable[Call]:
    for instance in instances:
        component = instance.component
        function = component.init if stage == "init" else component.start
        if function is not None:
            yield Call(function, object_name(instance.id), instance.id, instance.span.place)


def _memory(board: Board, kernel: Instance) -> MemoryPlan:
    layout = board.layout
    return MemoryPlan(
        kernel_code=_region(layout.kernel_code),
        kernel_data=_region(layout.kernel_data),
        apps_code=_region(layout.apps_code),
        apps_data=_region(layout.apps_data),
        stack=int(kernel.values["stack"].value),
        budget_flash=board.budget.flash if board.budget else None,
        budget_ram=board.budget.ram if board.budget else None,
    )


def _region(region: model.Region) -> Region:
    return Region(region.at, region.size)


def _row(image: Wiring, objects: Objects, instance: Instance) -> Row:
    wires = []
    for edge in image.requires(instance.id):
        wires.append(f"{edge.label}: {objects.targets(edge)}")
    return Row(
        id=instance.id,
        component=instance.component.name,
        place=instance.span.place,
        wires=tuple(wires),
        capabilities=instance.granted,
    )
