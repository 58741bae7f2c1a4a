# SPDX-License-Identifier: MIT OR Apache-2.0
"""What virtualizers cost with many clients, in instructions of this machine.

The C is compiled as for firmware (-Os, calls of interfaces sealed), runs under callgrind,
and one call is counted: exact, and the same each time with the same compiler.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.bench.counting import BUILD, ROOT, BenchError

if TYPE_CHECKING:
    from pathlib import Path

RUNTIME = ROOT / "runtime"
PROGRAM = ROOT / "tests/bench/host/costs.c"
SOURCES = (
    "virtualizers/mux_alarm.c",
    "virtualizers/mux_uart.c",
    "virtualizers/mux_spi.c",
    "lib/arbiter.c",
)
FLAGS = ("-std=c11", "-pedantic", "-Wall", "-Wextra", "-Wmissing-prototypes", "-Werror", "-Os")
SEALED = ("TIME_COUNTER", "TIME_ALARM", "UART_TRANSMIT", "SPI_CONTROLLER")
SEAL = tuple(f"-D{interface}_SEALED=costs" for interface in SEALED)
SIBLINGS = "-fno-optimize-sibling-calls"  # so that callgrind sees `measured` return

CLIENTS = (1, 2, 8, 32, 128)
ASKED = 32  # what bar and goal are for


@dataclass(frozen=True)
class Operation:
    """What is counted, with how many clients, and what is asked of it with 32."""

    name: str
    what: str
    clients: tuple[int, ...] = CLIENTS
    bar: int | None = None
    goal: int | None = None


OPERATIONS = (
    Operation("alarm_fire", "mux_alarm: an event that is one client's", CLIENTS, 250, 150),
    Operation("alarm_set_first", "mux_alarm: a client sets an alarm before all others"),
    Operation("alarm_set_last", "mux_alarm: a client sets an alarm after all others"),
    Operation("arbiter_select", "arbiter: the next of those that wait", (1, 8, 32)),
    Operation("uart_turn", "mux_uart: one is done and asks again, the next begins", (1, 8, 32)),
    Operation("spi_turn", "mux_spi: one is done and asks again, the next begins", (1, 8, 32)),
)


@dataclass(frozen=True)
class Cost:
    """Instructions of one operation, and how often it read the counter."""

    instructions: int
    reads: int


@cache
def program() -> Path:
    """The program with the operations, built."""
    folder = BUILD / "host"
    folder.mkdir(parents=True, exist_ok=True)
    objects = [folder / f"{source.rpartition('/')[2]}.o" for source in SOURCES]
    for source, object_ in zip(SOURCES, objects, strict=True):
        _run(*FLAGS, *SEAL, f"-I{RUNTIME}", "-c", str(RUNTIME / source), "-o", str(object_))
    out = folder / "costs"
    files = [str(PROGRAM), *map(str, objects)]
    _run(*FLAGS, SIBLINGS, f"-I{RUNTIME}", *files, "-o", str(out))
    return out


def _run(*arguments: str) -> None:
    done = subprocess.run(["gcc", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"gcc {' '.join(arguments)}\n{done.stderr}")


def host_costs() -> dict[tuple[str, int], Cost]:
    """The cost of each operation by its name and the number of clients."""
    return {
        (operation.name, clients): _cost(operation.name, clients)
        for operation in OPERATIONS
        for clients in operation.clients
    }


def _cost(operation: str, clients: int) -> Cost:
    if shutil.which("valgrind") is None:
        raise BenchError("valgrind is not installed; on Debian: apt install valgrind")
    out = BUILD / "host/callgrind.out"
    out.unlink(missing_ok=True)
    tool = ("valgrind", "--tool=callgrind", "--toggle-collect=measured")
    done = subprocess.run(
        [*tool, f"--callgrind-out-file={out}", str(program()), operation, str(clients)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"{operation} with {clients} clients:\n{done.stderr}")
    return Cost(collected(out.read_text()), counter_reads(done.stdout))


def collected(text: str) -> int:
    """Instructions in a callgrind file. Raises BenchError where it has none."""
    found = re.search(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)
    if found is None or found[1] == "0":
        raise BenchError("callgrind has seen nothing of the function to be measured")
    return int(found[1])


def counter_reads(text: str) -> int:
    """Counter reads in the words of the program."""
    found = re.fullmatch(r"reads (\d+) fired \d+\n", text)
    if found is None:
        raise BenchError(f"the program says '{text}'")
    return int(found[1])
