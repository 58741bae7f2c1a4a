# SPDX-License-Identifier: MIT OR Apache-2.0
"""From generated sources to a flash image: make alone, applications, missing tools."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generator.planning import ROOT, RUNTIME, plan_file, plan_text, write_board

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import (
    Application,
    AppsError,
    BuildError,
    EnvironmentProblemError,
    apps_image,
    make_firmware,
)
from boardwright.firmware.apps import padding
from boardwright.load.roots import SearchRoots
from boardwright.pack.error import PackError
from boardwright.pack.tbf import Program as TbfProgram
from boardwright.pack.tbf import header_checksum, read_tbf, tbf_bytes
from boardwright.pipeline import Program, built, generated, packed_apps, planned
from boardwright.plan.ir import Region
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

ROOTS = SearchRoots(RUNTIME)
BODY = """\
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
capsules:
  console: {kind: console, uart: uart_mux}
  debug: {kind: low_level_debug, uart: uart_mux}
"""


def application(name: str, size: int) -> Application:
    """An application whose object is `size` bytes, a power of two from 512 on."""
    data = tbf_bytes(
        TbfProgram(name=name, binary=bytes(size // 2 + 8), entry=1, minimum_ram=1024)
    )
    assert len(data) == size
    return Application(name, data)


def objects(data: bytes) -> list[tuple[int, int, int]]:
    """Walk an image as a kernel does: offset, header size and total size of each object."""
    found, at = [], 0
    while at < len(data):
        version, header, total = struct.unpack_from("<HHI", data, at)
        assert version == 2
        assert (
            header_checksum(data[at : at + header])
            == struct.unpack_from("<I", data, at + 12)[0]
        )
        found.append((at, header, total))
        at += total
    assert at == len(data)
    return found


# --- applications in flash -------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([512, 1024, 2048, 4096, 16384]), max_size=8),
    st.sampled_from([0, 0xC000, 0x2400, 0x10200]),
)
def test_every_application_is_aligned_and_reached_by_a_walk(
    sizes: list[int], start: int
) -> None:
    wanted = [application(f"app{number}", size) for number, size in enumerate(sizes)]
    image = apps_image(wanted, Region(start, 1 << 20))
    assert sorted(each.application.name for each in image.placed) == sorted(
        each.name for each in wanted
    )
    walked = {at for at, header, _ in objects(image.data) if header > 16}
    assert walked == {each.at - start for each in image.placed}
    for each in image.placed:
        size = len(each.application.data)
        assert each.at % size == 0
        offset = each.at - start
        assert image.data[offset : offset + size] == each.application.data


def test_the_boards_order_stays_where_it_costs_nothing() -> None:
    apps = [application("c", 512), application("a", 512), application("b", 1024)]
    placed = apps_image(apps, Region(0xC000, 1 << 16)).placed
    assert [each.application.name for each in placed] == ["c", "a", "b"]


def test_the_order_of_size_is_taken_where_it_saves_flash() -> None:
    apps = [application("small", 512), application("large", 4096), application("mid", 1024)]
    image = apps_image(apps, Region(0x1000, 1 << 16))
    assert [each.application.name for each in image.placed] == ["large", "mid", "small"]
    assert len(image.data) == 4096 + 1024 + 512


def test_an_application_that_does_not_fit_is_named() -> None:
    with pytest.raises(AppsError) as caught:
        apps_image([application("one", 1024), application("two", 4096)], Region(0, 2048))
    assert (caught.value.name, caught.value.size) == ("two", 4096)


def test_padding_is_a_bare_header() -> None:
    data = padding(512)
    assert objects(data) == [(0, 16, 512)]
    with pytest.raises(PackError, match="padding"):
        read_tbf(data)


def test_an_application_that_does_not_fit_is_found_on_its_line(tmp_path: Path) -> None:
    layout = (
        "layout:\n"
        "  kernel: {code: {in: flash, size: 64KiB}, data: {in: ram, size: 16KiB}}\n"
        "  apps: {code: {in: flash, size: 1KiB}, data: {in: ram, size: 64KiB}}\n"
    )
    file = tmp_path / "big.tbf"
    file.write_bytes(application("big", 512).data)
    source = plan_text(tmp_path, f"{layout}apps: {{big: ../../big.tbf}}\n")
    file.write_bytes(application("big", 4096).data)
    diagnostics = Diagnostics()
    programs = [Program("big", file)]
    assert packed_apps(source, ROOTS, programs, diagnostics) is None
    assert [(each.code, each.span.line) for each in diagnostics] == [("BW0508", 7)]


# --- components of the board's own --------------------------------------------------------

BEACON = {
    "beacon.yaml": """\
schema: 1
component: beacon
room: capsules
doc: Lights its lamp at boot, for a test of components beside a board.
requires: {lamp: {hil: [led.light]}}
params: {lit: {type: bool, default: true}}
syscall: {number: 0x90001, commands: {1: [look]}}
init: beacon_init
start: beacon_start
capabilities: [process_management]
""",
    "beacon.h": """\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma once

#include "hil/led.h"
#include "kernel/cap.h"
#include "kernel/driver.h"

struct beacon_state {
    uint8_t looks;
};

struct beacon {
    struct beacon_state *state;
    struct led_light lamp;
    bool lit;
    const struct syscall_driver *driver;
    const struct cap_process_management *cap_process_management;
};

enum err beacon_init(const struct beacon *self);
enum err beacon_start(const struct beacon *self);
void beacon_command(const struct beacon *self, struct process *process,
                    const struct command *command, struct command_result *result);
""",
    "beacon.c": """\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "beacon.h"

#include "beacon_abi.h"
#include <stddef.h>

enum err beacon_init(const struct beacon *self)
{
    return self->cap_process_management != NULL ? OK : ERR_FAIL;
}

enum err beacon_start(const struct beacon *self)
{
    led_light_set(&self->lamp, self->lit);
    return OK;
}

void beacon_command(const struct beacon *self, struct process *process,
                    const struct command *command, struct command_result *result)
{
    (void)process;
    if (command->number == BEACON_COMMAND_LOOK) {
        self->state->looks++;
    }
    command_success(result);
}
""",
}


def test_a_component_beside_the_board_needs_nothing_else(tmp_path: Path) -> None:
    body = "capsules: {beacon: {kind: beacon, lamp: fpgaio.led.0}}\n"
    body += "capabilities: {beacon: [process_management]}\n"
    path = write_board(tmp_path, body)
    for name, text in BEACON.items():
        (path.parent / name).write_text(text)
    source = plan_file(path)
    made = generated(source)
    text = (made.directory / "board.c").read_text()
    assert ".cap_process_management = &board_cap_process_management," in text
    assert "beacon_start(&board_beacon)" in text
    assert text.index("arch_interrupt_enable") < text.index("beacon_start(&board_beacon)")
    assert "BOARD_DIR ?= ../../../boards/small" in (made.directory / "Makefile").read_text()
    symbols = subprocess.run(
        ["arm-none-eabi-nm", str(make_firmware(source.plan, made.directory, jobs=2).elf)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "board_beacon" in symbols.stdout


# --- make ------------------------------------------------------------------------------


def test_make_alone_builds_the_whole_flash(tmp_path: Path) -> None:
    file = tmp_path / "app.tbf"
    file.write_bytes(application("app", 1024).data)
    source = plan_text(tmp_path, BODY + "apps: {app: ../../app.tbf}\n")
    made = generated(source)
    image = packed_apps(source, ROOTS, [Program("app", file)], Diagnostics())
    assert image is not None
    (made.directory.parent / "small.apps.bin").write_bytes(image.data)
    environment = {"PATH": os.environ["PATH"], "PYTHONHOME": "/nowhere"}
    subprocess.run(["make", "-s"], cwd=made.directory, env=environment, check=True)
    flash = (made.directory.parent / "small.bin").read_bytes()
    start = source.plan.memory.apps_code.at
    assert flash[start:] == image.data
    assert flash[start - 1] == 0xFF
    names = {path.suffix for path in made.directory.parent.glob("small.*")}
    assert names == {".elf", ".bin", ".hex", ".map"}


def test_a_rebuild_without_changes_compiles_nothing(tmp_path: Path) -> None:
    source = plan_text(tmp_path, BODY)
    made = generated(source)
    firmware = make_firmware(source.plan, made.directory, jobs=2)
    before = firmware.elf.stat().st_mtime_ns
    make_firmware(source.plan, generated(source).directory, jobs=2)
    assert firmware.elf.stat().st_mtime_ns == before


@pytest.mark.parametrize("checked", [False, True])
def test_the_image_names_no_place_of_this_machine(tmp_path: Path, checked: bool) -> None:
    source = plan_text(tmp_path, BODY, checked=checked)
    firmware = make_firmware(source.plan, generated(source).directory, jobs=2)
    data = firmware.elf.read_bytes()
    assert str(tmp_path).encode() not in data
    assert str(ROOT).encode() not in data


def test_two_projects_build_the_same_bytes(tmp_path: Path) -> None:
    images = []
    for place in ("a", "b/deeper"):
        project = tmp_path / place
        for name in ("gen", "runtime", "templates"):
            shutil.copytree(ROOT / name, project / name)
        path = write_board(project, BODY)
        found = plan_file(path, runtime=project / "runtime")
        made = generated(found)
        images.append(make_firmware(found.plan, made.directory, jobs=2).elf.read_bytes())
    assert images[0] == images[1]


APP = """\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "console.h"

int main(void)
{
    console_print("here\\n");
    return 0;
}
"""


def test_no_directory_has_a_name_that_stops_a_build_or_gets_into_it(tmp_path: Path) -> None:
    trees = []
    for name in ("plain", """zwölf 十二 a=b it's "so" $HOME $(x) #:% ;&|,\\"""):
        package, parts = tmp_path / "package" / name, tmp_path / name / "parts"
        for part in ("runtime", "examples/apps/lib"):
            shutil.copytree(ROOT / part, package / part)
        body = f"{BODY}  beacon: {{kind: beacon, lamp: fpgaio.led.0}}\n"
        body += "capabilities: {beacon: [process_management]}\napps: {app: app}\n"
        path = write_board(tmp_path / "project" / name, body)
        beacon, app = parts / "of $mine #1", path.parent / "app"
        for home, texts in ((beacon, BEACON), (app, {"main.c": APP})):
            home.mkdir(parents=True)
            for file, text in texts.items():
                (home / file).write_text(text)
        roots, diagnostics = SearchRoots(package / "runtime", (parts,)), Diagnostics()
        source = planned(path, roots, diagnostics)
        assert source is not None, human(diagnostics)
        made = built(generated(source), roots, diagnostics)
        assert made is not None, human(diagnostics)
        build = made.firmware.elf.parent
        kept = [*build.glob("gen/**/*"), *build.glob("*.[abeh]*"), *build.glob("apps/*.tbf")]
        files = [each for each in kept if each.is_file()]
        trees.append({str(each.relative_to(build)): each.read_bytes() for each in files})
    assert [name for name in trees[0] if trees[0][name] != trees[1].get(name)] == []
    assert trees[0].keys() == trees[1].keys()
    assert {"gen/board.c", "small.elf", "apps/app.tbf"} <= trees[0].keys()


def test_other_sources_at_the_end_of_a_link_are_compiled_however_old(tmp_path: Path) -> None:
    runtimes = [shutil.copytree(RUNTIME, tmp_path / each / "runtime") for each in ("a", "b")]
    for runtime, text in zip(runtimes, ("the first", "another"), strict=True):
        file = runtime / "kernel/report.c"
        file.write_text(file.read_text() + f'const char told[] = "{text}";\n')
        os.utime(file, (0, 0))
    path = write_board(tmp_path / "project", BODY)
    for runtime, text in zip(runtimes, (b"the first", b"another"), strict=True):
        source = plan_file(path, checked=True, runtime=runtime)
        firmware = make_firmware(source.plan, generated(source).directory, jobs=2)
        kept = (firmware.elf.parent / "obj/runtime/kernel/report.o").read_bytes()
        assert text in kept


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    runtime = shutil.copytree(RUNTIME, tmp_path / "there" / "runtime")
    source = plan_file(write_board(tmp_path / "project", BODY), runtime=runtime)
    made = generated(source)
    runtime.rename(tmp_path / "gone")
    with pytest.raises(BuildError, match=r"RUNTIME='\.\./roots/runtime' is no directory"):
        make_firmware(source.plan, made.directory, jobs=2)


def test_another_runtime_version_stops_the_build_with_the_remedy(tmp_path: Path) -> None:
    source = plan_text(tmp_path, "")
    made = generated(source)
    header = made.directory / "board.h"
    header.write_text(header.read_text().replace("VERSION != 1", "VERSION != 999"))
    with pytest.raises(BuildError, match="run boardwright generate again"):
        make_firmware(source.plan, made.directory, jobs=2)


def test_code_larger_than_its_memory_says_what_to_raise(tmp_path: Path) -> None:
    path = write_board(tmp_path, BODY)
    path.write_text(path.read_text().replace("flash: 64KiB", "flash: 4KiB"))
    source = plan_file(path)
    with pytest.raises(BuildError, match="does not fit its 4 KiB of flash: raise"):
        make_firmware(source.plan, generated(source).directory, jobs=2)


def test_code_larger_than_its_memory_is_a_finding_where_the_memory_is_given(
    tmp_path: Path,
) -> None:
    path = write_board(tmp_path, BODY)
    path.write_text(path.read_text().replace("flash: 64KiB", "flash: 4KiB"))
    source = plan_file(path)
    diagnostics = Diagnostics()
    assert built(generated(source), ROOTS, diagnostics) is None
    (found,) = diagnostics
    assert found.code == "BW0504"
    assert "flash: 4KiB" in found.span.source.line(found.span.line)
    assert int(found.message.split()[3]) > 4096


def test_what_the_compiler_says_names_files_as_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_board(tmp_path, "capsules: {beacon: {kind: beacon, lamp: fpgaio.led.0}}\n")
    for name, text in BEACON.items():
        wrong = text.replace("capabilities: [process_management]\n", "")
        (path.parent / name).write_text(wrong.replace("looks++", "nothing++"))
    source = plan_file(path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError, match=r"\nboards/small/beacon\.c:\d+:\d+: error"):
        make_firmware(source.plan, generated(source).directory, jobs=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        # a handler that the descriptor misspells: board.c does not know it
        (
            ("beacon.yaml", "init: beacon_init", "init: beacon_begin"),
            r"(?s)build/small/gen/board\.c:\d+:\d+: error.*'beacon_begin'.*"
            r"\nboards/small/beacon\.yaml:\d+: note: beacon_begin is named here",
        ),
        # a member that is called otherwise than the rules say
        (
            ("beacon.h", "syscall_driver *driver;", "syscall_driver *drivers;"),
            r"build/small/gen/board\.c:\d+:\d+: error.*\n  it is of beacon, "
            r"boards/small/board\.yaml:\d+",
        ),
        # a function that is declared and nowhere
        (
            (
                "beacon.c",
                "enum err beacon_init(",
                "enum err beacon_other(const struct beacon *self);\nenum err beacon_other(",
            ),
            r"(?s)undefined reference.*\nboards/small/beacon\.yaml:\d+: note: beacon_init ",
        ),
    ],
)
def test_a_complaint_about_generated_c_leads_to_who_asked_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str, str], said: str
) -> None:
    file, old, new = change
    body = f"{BODY}  beacon: {{kind: beacon, lamp: fpgaio.led.0}}\n"
    body += "capabilities: {beacon: [process_management]}\n"
    path = write_board(tmp_path, body)
    for name, text in BEACON.items():
        assert name != file or old in text
        (path.parent / name).write_text(text.replace(old, new) if name == file else text)
    source = plan_file(path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError, match=said):
        built(generated(source), ROOTS, Diagnostics())


def test_a_missing_compiler_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = plan_text(tmp_path, "")
    made = generated(source)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentProblemError, match="apt install gcc-arm-none-eabi"):
        built(made, ROOTS, Diagnostics())
