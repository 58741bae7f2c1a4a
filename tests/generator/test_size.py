# SPDX-License-Identifier: MIT OR Apache-2.0
"""Sizes: every byte counted once, and for whom it is."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

import pytest
from elftools.elf.elffile import ELFFile
from tests.generator.planning import RUNTIME, plan_file, plan_text, write_board
from tests.generator.test_build import BEACON

from boardwright.cli import main
from boardwright.firmware import Firmware, make_firmware
from boardwright.pipeline import Planned, generated
from boardwright.size import Piece, Sizes, image_pieces, image_sizes, size_text
from boardwright.size.canvas import Canvas, Owner, Range
from boardwright.size.linkmap import map_files
from boardwright.size.literals import loads, string_size
from boardwright.size.tables import By
from boardwright.verify.elf import read_elf

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
capsules:
  console: {kind: console, uart: uart_mux}
  second: {kind: console, uart: uart1, driver: 0x80001, rx_buffer: 512B}
  debug: {kind: low_level_debug, uart: uart_mux}
  leds: {kind: led_driver, leds: [fpgaio.led.0-1]}
"""


SENTENCE = "stack pointer outside its memory"


@dataclass(frozen=True)
class Image:
    source: Planned
    firmware: Firmware
    pieces: tuple[Piece, ...]

    def sizes(self, by: By) -> Sizes:
        return image_sizes(self.pieces, self.source.plan, self.source.board, by)

    def home(self, at: int) -> Piece:
        """The piece with a byte."""
        return next(each for each in self.pieces if each.at <= at < each.at + each.size)

    def instances(self, component: str) -> dict[str, tuple[int, int]]:
        """Flash and RAM of each instance; the component's code stands under ""."""
        return {
            row.key.instance: (row.flash, row.ram)
            for row in self.sizes("instance").rows
            if row.key.component == component
        }


def image(source: Planned) -> Image:
    made = generated(source)
    firmware = make_firmware(source.plan, made.directory, jobs=2)
    return Image(source, firmware, image_pieces(firmware.elf, firmware.map))


@pytest.fixture(scope="module", params=[False, True], ids=["release", "checked"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Image:
    return image(plan_text(tmp_path_factory.mktemp("size"), BODY, checked=request.param))


# --- sums --------------------------------------------------------------------------------


@pytest.mark.parametrize("by", get_args(By))
def test_the_rows_add_up_to_what_the_size_tool_says(built: Image, by: By) -> None:
    done = subprocess.run(
        ["arm-none-eabi-size", str(built.firmware.elf)],
        capture_output=True,
        text=True,
        check=True,
    )
    text, data, bss = map(int, done.stdout.splitlines()[1].split()[:3])
    rows = built.sizes(by).rows
    assert sum(row.flash for row in rows) == text + data
    assert sum(row.ram for row in rows) == data + bss
    total = built.sizes(by).total
    assert (total.flash, total.ram) == (text + data, data + bss)


def test_every_byte_of_every_section_is_in_one_piece(built: Image) -> None:
    for section in read_elf(built.firmware.elf).sections:
        end = section.at
        for piece in built.pieces:
            if section.at <= piece.at < section.at + section.size:
                assert piece.at == end
                end += piece.size
        assert end == section.at + section.size


def test_the_stack_is_a_row_of_its_own(built: Image) -> None:
    row = next(row for row in built.sizes("room").rows if row.key.room == "stack")
    assert (row.flash, row.ram) == (0, built.source.plan.memory.stack)


# --- for whom ----------------------------------------------------------------------------


def test_nothing_but_padding_is_unknown(built: Image) -> None:
    unknown = [piece for piece in built.pieces if not piece.file and piece.kind != "stack"]
    assert all(piece.size < 32 and not piece.symbol for piece in unknown), unknown
    assert sum(piece.size for piece in unknown) < 128


@pytest.mark.parametrize(
    ("component", "name", "parts"),
    [
        ("console", "console", {"", "_state", "_tx", "_rx"}),
        ("console", "second", {"", "_state", "_tx", "_rx"}),
        ("led_driver", "leds", {"", "_leds"}),
        ("mux_uart", "uart_mux", {"", "_state", "_slots"}),
    ],
)
def test_an_instance_takes_what_its_symbols_take(
    built: Image, component: str, name: str, parts: set[str]
) -> None:
    data = built.source.plan.memory.kernel_data
    flash = ram = 0
    for symbol in read_elf(built.firmware.elf).symbols:
        if symbol.kind == "STT_OBJECT" and symbol.name in {f"board_{name}{p}" for p in parts}:
            inside = data.at <= symbol.at < data.end
            flash, ram = flash + symbol.size * (not inside), ram + symbol.size * inside
    taken = built.instances(component)[name]
    assert flash > 0
    if not built.source.plan.checked:
        assert taken == (flash, ram)
        return
    watching = f"board_{name}_"  # what watches the instance's edges is its, too
    for symbol in read_elf(built.firmware.elf).symbols:
        if symbol.name.startswith(watching) and symbol.name.endswith("_monitor"):
            flash += symbol.size
    assert taken[0] == flash
    assert taken[1] >= ram


def test_code_of_a_component_is_counted_once_for_all_instances(built: Image) -> None:
    assert set(built.instances("console")) == {"", "console", "second"}
    code, ram = built.instances("console")[""]
    assert code > 100
    assert ram == 0


def test_every_room_in_use_has_code(built: Image) -> None:
    rooms = {row.key.room: row.size("code") for row in built.sizes("room").rows}
    for room in ("kernel", "arch", "lib", "hil", "chips", "virtualizers", "capsules"):
        assert rooms[room] > 0, room
    assert rooms["kernel"] > rooms["arch"] > rooms["virtualizers"]


def test_code_and_objects_are_found_by_debug_information(built: Image) -> None:
    elf = read_elf(built.firmware.elf)
    for name, file in (
        ("board_grants", "gen/board.c"),
        ("board_vectors", "gen/vectors.c"),
        ("memcpy", "runtime/lib/memory.c"),
        ("arch_current", "runtime/arch/cortexm/arch_context.c"),
    ):
        symbol = elf.symbol(name)
        assert symbol is not None
        assert built.home(symbol.at & ~1).file == file
    assert "gen/board.c" in {piece.file for piece in built.pieces if piece.kind == "code"}


def test_assembly_is_found_by_the_map(built: Image) -> None:
    elf = read_elf(built.firmware.elf)
    for name in ("arch_svc", "arch_reset"):
        symbol = elf.symbol(name)
        assert symbol is not None
        assert built.home(symbol.at & ~1).file == "runtime/arch/cortexm/arch_entry"


def test_a_literal_counts_for_code_that_loads_it(built: Image) -> None:
    with built.firmware.elf.open("rb") as stream:
        section = ELFFile(stream).get_section_by_name(".text")
        code, start = section.data(), section["sh_addr"]
        table = ELFFile(stream).get_section_by_name(".symtab")
        marks = {each["st_value"]: each.name[:2] for each in table.iter_symbols()}
    marks = {at: mark for at, mark in marks.items() if mark in ("$t", "$d") and at >= start}
    users: dict[int, set[str]] = {}
    for pc, at in loads(code, start, marks):
        users.setdefault(at, set()).add(built.home(pc).file)
    assert len(users) > 50
    for at, files in users.items():
        assert built.home(at).file in files


def test_a_string_counts_for_the_file_that_has_it(built: Image) -> None:
    flash = built.firmware.elf.with_name("flash")
    command = ["arm-none-eabi-objcopy", "-O", "binary", str(built.firmware.elf), str(flash)]
    subprocess.run(command, check=True)
    at = flash.read_bytes().index(SENTENCE.encode())
    file = built.home(at).file.removeprefix("runtime/")
    assert SENTENCE in (RUNTIME / file).read_text()


def test_the_constants_of_instances_are_the_boards_and_their_ram_is_the_components(
    built: Image,
) -> None:
    room = {row.key.room: row for row in built.sizes("room").rows}
    by_room: dict[str, int] = {}
    const = 0
    for row in built.sizes("instance").rows:
        if row.key.room == "board":
            const += row.size("const")
        if row.key.instance:
            by_room[row.key.room] = by_room.get(row.key.room, 0) + row.ram
            const += row.size("const")
    assert room["capsules"].ram == by_room["capsules"]
    assert room["board"].size("const") == const


def test_a_component_beside_the_board_counts_for_its_room_and_division_for_libgcc(
    tmp_path: Path,
) -> None:
    body = "capsules: {beacon: {kind: beacon, lamp: fpgaio.led.0}}\n"
    body += "capabilities: {beacon: [process_management]}\n"
    path = write_board(tmp_path, body)
    for name, text in BEACON.items():
        wide = "looks = (uint8_t)(UINT64_MAX / (command->arg[0] + UINT64_C(1)))"
        (path.parent / name).write_text(text.replace("looks++", wide))
    found = image(plan_file(path))
    assert found.instances("beacon")[""][0] > 0
    rooms = {row.key.room: row for row in found.sizes("room").rows}
    assert rooms["capsules"].flash >= found.instances("beacon")[""][0]
    assert rooms["libgcc"].flash > 100
    assert rooms["other"].flash < 64


# --- the parts ---------------------------------------------------------------------------


def test_what_is_painted_later_covers() -> None:
    canvas = Canvas(100, 10)
    canvas.paint(Range(90, 15, Owner("a")))
    canvas.paint(Range(103, 4, Owner("b")))
    canvas.paint(Range(109, 50, Owner("c")))
    runs = [(run.at, run.size, run.owner.file) for run in canvas.runs()]
    assert runs == [(100, 3, "a"), (103, 4, "b"), (107, 2, ""), (109, 1, "c")]
    assert canvas.owner(110) == canvas.owner(99) == Owner()


MAP = """\
Discarded input sections

 .text.gone     0x00000000       0x10 ../obj/runtime/kernel/gone.o

Linker script and memory map

.text           0x000000c0     0x261c
 *(.text .text.*)
 .text          0x000000c0     0x1000 /tmp/cchFRnnH.lto.o
                0x000006dc                arch_interrupt
 .text.arch_svc
                0x000025f4       0x54 ../obj/runtime/arch/cortexm/arch_entry.o
                0x000025f4                arch_svc
 .text.long_enough
                0x00002648       0x1c ../obj/board_dir/own.o
 .text          0x00002664       0x1e /usr/lib/thumb/v7e-m/nofp/libgcc.a(_udivdi3.o)
 *fill*         0x00002682        0x2
 .text.empty    0x00002684        0x0 ../obj/runtime/kernel/empty.o

.debug_line     0x00000000      0x100
 .debug_line    0x00000000      0x100 ../obj/runtime/kernel/memop.o
"""


def test_the_map_names_assembly_and_the_compilers_library_where_they_are_loaded() -> None:
    found = [(each.at, each.size, each.owner.file) for each in map_files(MAP, {".text"})]
    assert found == [
        (0x25F4, 0x54, "runtime/arch/cortexm/arch_entry"),
        (0x2648, 0x1C, "board_dir/own"),
        (0x2664, 0x1E, "libgcc/_udivdi3"),
    ]


def test_loads_of_literals_are_decoded_as_the_disassembler_does(
    built: Image, tmp_path: Path
) -> None:
    assembly = tmp_path / "loads.s"
    assembly.write_text(
        ".syntax unified\n.thumb\n"
        "movw r8, #0x401\nldr r1, one\nadds r0, #1\nldr.w r9, two\nldr r2, one\nbx lr\n"
        ".align 2\none: .word 0x4948\ntwo: .word 2\nnop\nldr.w r3, one\n"
    )
    object_ = tmp_path / "loads.o"
    code = tmp_path / "loads.bin"
    tool = "arm-none-eabi-"
    subprocess.run([f"{tool}as", "-mcpu=cortex-m4", assembly, "-o", object_], check=True)
    subprocess.run([f"{tool}objcopy", "-O", "binary", object_, code], check=True)
    marks = {0x1000: "$t", 0x1010: "$d", 0x1018: "$t"}
    found = list(loads(code.read_bytes(), 0x1000, marks))
    one, two = 0x1010, 0x1014
    assert found == [(0x1004, one), (0x1008, two), (0x100C, one), (0x101A, one)]


def test_a_string_ends_with_its_zero() -> None:
    assert string_size(b"ab\0cd", 0) == 3
    assert string_size(b"ab\0cd", 1) == 2
    assert string_size(b"ab\0cd", 3) == string_size(b"ab\0cd", 9) == 0


# --- the command -------------------------------------------------------------------------


@pytest.mark.parametrize("by", get_args(By))
def test_the_command_says_the_same_to_programs_and_to_people(
    by: By, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY).parent)
    assert main(["size", board, "--by", by, "--format", "json"]) == 0
    sizes = json.loads(capsys.readouterr().out)
    assert sizes["flash"] == {"used": sizes["total"]["flash"], "limit": 65536}
    assert sizes["ram"] == {"used": sizes["total"]["ram"], "limit": 16384}
    for column in sizes["total"]:
        assert sum(row[column] for row in sizes["rows"]) == sizes["total"][column]
    assert main(["size", board, "--by", by]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"flash {sizes['flash']['used']} B of 65536 B" in lines[0]
    assert len(lines) == len(sizes["rows"]) + 4
    total = sizes["total"]
    assert lines[-1].split()[:3] == ["total", str(total["code"]), str(total["const"])]


def test_without_a_budget_the_limit_is_the_memory(built: Image) -> None:
    plan = built.source.plan
    memory = plan.memory
    for budget in ((None, 1000), (2000, None)):
        flash, ram = budget
        limits = replace(memory, budget_flash=flash, budget_ram=ram)
        board = built.source.board
        sizes = image_sizes(built.pieces, replace(plan, memory=limits), board, "room")
        assert sizes.flash_limit == (flash or memory.kernel_code.size)
        assert sizes.ram_limit == (ram or memory.kernel_data.size)
        assert f" of {sizes.flash_limit} B (" in size_text(sizes)
