# SPDX-License-Identifier: MIT OR Apache-2.0
"""What each virtualizer costs on a Cortex-M4: instructions of a round trip, and bytes.

A round trip of a queue: the hardware is done with the operation of one client, that client
asks again, the next operation begins; all clients are busy. Of an alarm or a timer: one of
them is due, and its client arms it again, before or behind all others. Hardware and clients
do nothing else. Each is a program of its own, compiled as for a release (-Os, sealed, but
without LTO) and counted by QEMU's plugin from `measured` to `finished`: exact, and the same
each time with the same compiler.
"""

from __future__ import annotations

import subprocess
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from elftools.elf.elffile import ELFFile
from tests.bench.counting import ROOT, TRACE_SECONDS, BenchError, plugin, symbols

RUNTIME = ROOT / "runtime"
PROGRAMS = ROOT / "tests/bench/target"
CLIENTS = (1, 8, 32)
CC = "arm-none-eabi-gcc"
FLAGS = (
    *("-mcpu=cortex-m4", "-mthumb", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"),
    *("-Os", "-ffreestanding", "-ffunction-sections", "-fdata-sections", f"-I{RUNTIME}"),
)
INTERFACES = (
    *("ADC_SAMPLE", "FLASH_PAGES", "I2C_CONTROLLER", "RNG_BYTES", "SPI_CONTROLLER"),
    *("TEMPERATURE_SENSOR", "TIME_ALARM", "TIME_COUNTER", "UART_TRANSMIT"),
)
SEAL = tuple(f"-D{interface}_SEALED=costs" for interface in INTERFACES)
VECTORS, TEXT, RAM = 0x0, 0x100, 0x20000000  # on mps2-an386


@dataclass(frozen=True)
class RoundTrip:
    """A program: `tests/bench/target/PROGRAM.c`, compiled with `defined` for one mux."""

    mux: str
    what: str
    program: str
    defined: tuple[str, ...] = ()


def _queue(
    mux: str, port: str, operation: str, completion: str, descriptor: str, *, size: str = ""
) -> RoundTrip:
    """`size`: the field that must not be 0."""
    hil = port.partition("_")[0]
    filled = (f"SIZE={size}",) if size else ()
    return RoundTrip(
        mux,
        "one done, asked again, the next begins",
        "queue_costs",
        (
            *(
                f"MUX={mux}",
                f'HEADER="virtualizers/{mux}.h"',
                f"PORT={port}",
                f"OPERATION={operation}",
                f"DONE={completion}",
            ),
            *(f"DESCRIPTOR={descriptor}", f"BELOW={hil}", *filled),
        ),
    )


TRIPS = (
    _queue("mux_adc", "adc_sample", "sample", "sampled", "adc_conversion"),
    RoundTrip("mux_alarm", "one due, set again before the others", "alarm_costs", ("AHEAD",)),
    RoundTrip("mux_alarm", "one due, set again behind the others", "alarm_costs"),
    RoundTrip("mux_flash", "one done, asked again, the next begins", "flash_costs"),
    _queue(
        "mux_i2c", "i2c_controller", "transfer", "transferred", "i2c_transfer", size="tx_len"
    ),
    _queue("mux_rng", "rng_bytes", "fill", "filled", "rng_request", size="len"),
    _queue("mux_spi", "spi_controller", "transfer", "transferred", "spi_transfer", size="len"),
    _queue(
        "mux_temperature", "temperature_sensor", "measure", "measured", "temperature_reading"
    ),
    RoundTrip("mux_timer", "one due, next period before the others", "timer_costs", ("AHEAD",)),
    RoundTrip("mux_timer", "one due, next period behind the others", "timer_costs"),
    _queue(
        "mux_uart", "uart_transmit", "transmit", "transmitted", "uart_transmission", size="len"
    ),
    RoundTrip(
        "storage_regions", "one byte read, asked again, the next begins", "storage_costs"
    ),
)


@dataclass(frozen=True)
class Bytes:
    """Of one mux: `code` in flash, the const object, .bss; and .bss for each client."""

    code: int
    const: int
    ram: int
    ram_per_client: int


def round_trip(trip: RoundTrip, clients: int) -> int:
    """Instructions."""
    elf = _program(trip, clients)
    at = symbols(elf)
    run = _executed(elf, at["finished"])
    return len(run) - 1 - run.index(at["measured"])


def round_trips() -> dict[tuple[RoundTrip, int], int]:
    """Instructions of every round trip by the number of clients."""
    return {(trip, n): round_trip(trip, n) for trip in TRIPS for n in CLIENTS}


def compiler() -> str:
    """What the figures hold for."""
    done = subprocess.run([CC, "-dumpfullversion"], capture_output=True, text=True, check=True)
    return f"Taken with {CC} {done.stdout.strip()}."


def _run(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(arguments)}\n{done.stderr}")


@cache
def _folder() -> TemporaryDirectory[str]:
    """Of this process alone, gone with it: two that count at once do not meet."""
    return TemporaryDirectory(prefix="mux_costs_")


@cache
def _object(source: str) -> Path:
    """A file of the runtime, compiled."""
    out = Path(_folder().name) / f"{source.rpartition('/')[2]}.o"
    _run(CC, *FLAGS, *SEAL, "-c", str(RUNTIME / source), "-o", str(out))
    return out


def _program(trip: RoundTrip, clients: int) -> Path:
    objects = [_object(f"virtualizers/{trip.mux}.c"), _object("lib/arbiter.c")]
    out = Path(_folder().name) / f"{trip.mux}.elf"
    defined = [f"-D{each}" for each in (*trip.defined, f"CLIENTS={clients}")]
    place = (
        *(f"-Wl,--section-start=.vectors={VECTORS:#x}", f"-Wl,-Ttext={TEXT:#x}"),
        *(f"-Wl,-Tbss={RAM:#x}", "-Wl,--undefined=vectors", "-Wl,--entry=reset"),
        "-Wl,--gc-sections",
    )
    _run(
        *(CC, *FLAGS, *SEAL, *defined, f"-I{PROGRAMS}", "-nostdlib", *place),
        *(str(PROGRAMS / f"{trip.program}.c"), *map(str, objects), "-lgcc", "-o", str(out)),
    )
    return out


def _executed(elf: Path, until: int) -> list[int]:
    """Addresses of the executed instructions, up to the first that is `until`."""
    out = elf.with_suffix(".trace")
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [
            *("timeout", str(TRACE_SECONDS), "qemu-system-arm", "-M", "mps2-an386"),
            *("-display", "none", "-monitor", "none", "-serial", "null"),
            *("-kernel", str(elf)),
            *("-plugin", f"{plugin()},out={out},until={until:#x},times=1"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"{elf.name}: status {done.returncode}\n{done.stderr}")
    return array("I", out.read_bytes()).tolist()


# -- bytes ----------------------------------------------------------------------------------


def muxes() -> list[str]:
    """The virtualizers of the tree."""
    return sorted(path.stem for path in (RUNTIME / "virtualizers").glob("*.yaml"))


def code_bytes(mux: str) -> int:
    """Code of a mux compiled by itself, what is inlined into it included."""
    with _object(f"virtualizers/{mux}.c").open("rb") as stream:
        sections = ELFFile(stream).iter_sections()
        return sum(each["sh_size"] for each in sections if each.name.startswith(".text"))


def object_bytes(mux: str) -> tuple[int, int, int]:
    """Bytes of the const object, of the state, and of what each client has in RAM."""
    path = RUNTIME / f"virtualizers/{mux}.yaml"
    description = yaml.load(path.read_text(), yaml.BaseLoader)  # noqa: S506  makes text only
    slots = [
        port["per_client"] for port in description["provides"].values() if "per_client" in port
    ]
    slots += [array_["of"] for array_ in description.get("arrays", {}).values()]
    text = f'#include "virtualizers/{mux}.h"\n' + "".join(
        f"char {name}[sizeof(struct {struct})];\n"
        for name, struct in {"constant": mux, "state": f"{mux}_state", "slot": slots[0]}.items()
    )
    source = Path(_folder().name) / f"{mux}_bytes.c"
    source.write_text(text)
    out = source.with_suffix(".o")
    _run(CC, *FLAGS, "-c", str(source), "-o", str(out))
    with out.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        sizes = {each.name: each["st_size"] for each in table.iter_symbols()}
    return sizes["constant"], sizes["state"], sizes["slot"]


def mux_bytes(mux: str) -> Bytes:
    """All of one mux."""
    return Bytes(code_bytes(mux), *object_bytes(mux))
