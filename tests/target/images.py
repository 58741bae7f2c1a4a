# SPDX-License-Identifier: MIT OR Apache-2.0
"""Kernels of the boards under test, and applications to put beside them.

A kernel is built once a process for each (board, policy, mode), by the command a user
types, from an overlay that only adds slots and chooses what a fault costs. Applications
are directories, C statements, or TBF objects made by the test.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.target.harness import Loaded, Machine

from boardwright.firmware import Application, apps_image
from boardwright.pack import load_application
from boardwright.plan.ir import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/apps"
BARE = Path(__file__).parent / "boards"
"""Boards without the parts on their buses: a test adds those it is about."""


@dataclass(frozen=True)
class Hardware:
    """What of a board's machine decides which tests hold on it, and how large they may be.

    `flash` is in bytes from address 0. `applications`: so many test programs fit its RAM.
    `bus_faults`: QEMU raises one for unprivileged access to the system's registers; its
    LM3S drops such accesses in silence, and so it does where nothing is mapped. `leds` are
    those of the board.
    """

    flash: int
    applications: int
    bus_faults: bool = True
    leds: int = 3


HARDWARE = {
    "mps2_an386": Hardware(flash=4 << 20, applications=16),
    "mps2_an385": Hardware(flash=4 << 20, applications=16),
    "lm3s6965evb": Hardware(flash=256 << 10, applications=6, bus_faults=False, leds=1),
}
# For what may depend on the chip: its timers, its UART, its interrupts, its memory.
BOARDS = tuple(HARDWARE)
# For what no chip changes: both cores, and the chip with memory to spare.
CORES = ("mps2_an386", "mps2_an385")
RESTARTING = "{kind: fault_restart, limit: 3}"
STOPPING = "{kind: fault_stop}"
LIGHTS = ("led_change_intensity",)  # QEMU's trace event of a light
APPS_AT = 0xC000  # behind the flash budget of the boards

_directory = tempfile.TemporaryDirectory(prefix="boardwright-target-")
atexit.register(_directory.cleanup)
WORK = Path(_directory.name)


@dataclass(frozen=True)
class Kernel:
    """A kernel without applications."""

    board: str
    elf: Path

    @property
    def machine(self) -> str:
        """QEMU's name of it."""
        return self.board.replace("_", "-")


def bare(board: str) -> Path:
    """The file of the board, without what is on its buses."""
    file = BARE / board / "board.yaml"
    return file if file.exists() else ROOT / "boards" / board / "board.yaml"


@cache
def kernel(
    board: str,
    on_fault: str = RESTARTING,
    *,
    slots: int = 8,
    checked: bool = False,
    more: str = "",
    components: Path | None = None,
) -> Kernel:
    """The kernel of `board` with so many slots and this fault policy.

    `more` are further sections of the overlay, `components` is a directory for them.
    """
    overlay = (
        f"kernel: {{slots: {slots}, on_fault: !replace {on_fault}}}\n"
        "apps: !replace {}\n"
        f"{more}"
    )
    return built(board, overlay, checked=checked, components=components)


def built(
    board: str,
    overlay: str,
    *,
    checked: bool = False,
    components: Path | None = None,
    file: Path | None = None,
) -> Kernel:
    """The kernel of `board` under an overlay, as `boardwright build` makes it.

    `components` is a directory of components out of tree. `file` is what the overlay
    extends, if not the bare board.
    """
    name = f"{board}_{len(list(WORK.glob('boards/*')))}"
    home = WORK / "boards" / name
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(
        f"schema: 1\nboard: {name}\nextends: [{file or bare(board)}]\n{overlay}"
    )
    command = [sys.executable, "-m", "boardwright", "build", str(home)]
    if components is not None:
        command += ["--component-dir", str(components)]
    done = subprocess.run(
        command + ["--checked"] * checked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    build = WORK / "build" / name / ("checked" if checked else "")
    return Kernel(board, build / f"{name}.elf")


@cache
def example(name: str) -> Application:
    """One of the example applications."""
    out = WORK / "examples"
    out.mkdir(exist_ok=True)
    return Application(name, load_application(EXAMPLES / name, name, out, ROOT))


@cache
def program(name: str, statements: str, *, called: str = "") -> Application:
    """An application whose main is these C statements, and then sleeps.

    `called` is its package name, if another than the name it is built under.
    """
    programs = WORK / "programs"
    programs.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix=f"{name}_", dir=programs))  # another may have the name
    (home / "main.c").write_text(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n"
        '#include "alarm.h"\n#include "console.h"\n#include "tock.h"\n\n'
        "/* An address that the compiler cannot look through. */\n"
        "static inline volatile uint32_t *at(uint32_t address)\n{\n"
        "    volatile uint32_t hidden = address;\n\n"
        "    return (volatile uint32_t *)hidden;\n}\n\nint main(void)\n{\n"
        f"    {statements}\n    for (;;) {{\n        tock_yield_wait();\n    }}\n}}\n"
    )
    package = called or name
    return Application(package, load_application(home, package, home, ROOT))


def boot(
    of: Kernel,
    applications: Sequence[Application],
    *,
    extra: bytes = b"",
    options: Sequence[str] = (),
    serials: int = 1,
    trace: Sequence[str] = LIGHTS,
) -> Machine:
    """A machine with these applications, first fit, and `extra` bytes behind them."""
    room = Region(APPS_AT, HARDWARE[of.board].flash - APPS_AT)
    image = apps_image(applications, room).data + extra
    return boot_flash(of, image, options=options, serials=serials, trace=trace)


def boot_flash(
    of: Kernel,
    image: bytes,
    *,
    options: Sequence[str] = (),
    serials: int = 1,
    trace: Sequence[str] = LIGHTS,
) -> Machine:
    """A machine with exactly these bytes where applications are looked for.

    `options` end QEMU's command line, `trace` are its trace events, `serials` UARTs are
    connected. Guest time goes with executed instructions (64 ns each): on a busy host the
    guest's clock would run on while its interrupts come late.
    """
    with tempfile.NamedTemporaryFile(dir=WORK, suffix=".apps", delete=False) as file:
        file.write(image)
    return Machine(
        of.machine,
        of.elf,
        loaded=[Loaded(Path(file.name), APPS_AT)] if image else [],
        trace=trace,
        icount="shift=6",
        extra=options,
        serials=serials,
    )
