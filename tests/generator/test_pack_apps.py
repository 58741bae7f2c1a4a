# SPDX-License-Identifier: MIT OR Apache-2.0
"""The example applications, built and packed; what cannot be built or packed says why."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

from boardwright.firmware.error import EnvironmentProblemError
from boardwright.pack import PackError, build_application, pack_application, read_tbf
from boardwright.pack.application import DEFAULT_GRANT, DEFAULT_HEAP
from boardwright.pack.build import DEFAULT_STACK, LIBRARY
from boardwright.pack.elf import FLASH_LINK_ADDRESS, read_image

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
APPS = ROOT / "examples" / "apps"
NAMES = sorted(path.parent.name for path in APPS.glob("*/main.c"))

MINIMAL = "int main(void)\n{\n    return 0;\n}\n"
POINTERS = """\
static int value = 5;
int *pointer = &value;
int main(void)
{
    return *pointer;
}
"""
HEADER_SIZE = 40  # of crt0: link-time constants, the only whole words in flash
CALL, GOT_OFFSET, JUMP, LABEL = 10, 26, 30, 102  # relative to the code, or to r9


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("apps")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own with the library and one application, called `app`."""
    shutil.copytree(ROOT / LIBRARY, tmp_path / LIBRARY)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.c").write_text(MINIMAL)
    return tmp_path


def built(project: Path, source: str = MINIMAL, stack_size: int = DEFAULT_STACK) -> Path:
    (project / "app" / "main.c").write_text(source)
    return build_application(project / "app", project / "out", project, stack_size=stack_size)


def test_all_examples_are_found() -> None:
    assert {"hello", "blink", "echo", "crash", "spin", "hog", "probe"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_becomes_an_object_of_a_power_of_two(name: str, out: Path) -> None:
    elf = build_application(APPS / name, out, ROOT)
    data = pack_application(elf, name)
    tbf = read_tbf(data)
    assert (tbf.name, tbf.enabled, tbf.kernel_version) == (name, True, (2, 2))
    assert tbf.power_of_two
    assert tbf.total_size == len(data) <= 16384
    assert tbf.entry & 1, "Thumb code"
    assert tbf.binary_offset % 8 == 0
    least = DEFAULT_STACK + DEFAULT_HEAP + DEFAULT_GRANT
    with elf.open("rb") as stream:
        sections = {each.name: each["sh_size"] for each in ELFFile(stream).iter_sections()}
    own = sum(sections.get(each, 0) for each in (".got", ".data", ".bss"))
    assert tbf.minimum_ram == least + own
    assert tbf.minimum_ram <= 8192, "a block of memory on every board"


@pytest.mark.parametrize("name", NAMES)
def test_no_example_holds_an_absolute_address_in_flash(name: str, out: Path) -> None:
    with build_application(APPS / name, out, ROOT).open("rb") as stream:
        section = ELFFile(stream).get_section_by_name(".rel.text")
        assert isinstance(section, RelocationSection)
        kinds = {
            relocation["r_info_type"]
            for relocation in section.iter_relocations()
            if relocation["r_offset"] >= FLASH_LINK_ADDRESS + HEADER_SIZE
        }
    assert kinds <= {CALL, GOT_OFFSET, JUMP, LABEL}


def test_addresses_in_data_are_listed_behind_the_image(project: Path) -> None:
    elf = built(project, POINTERS)
    binary = read_image(elf).binary
    (at,) = struct.unpack_from("<I", binary, 32)
    (size,) = struct.unpack_from("<I", binary, at)
    assert (size, len(binary)) == (8, at + 4 + 8)
    offset, info = struct.unpack_from("<II", binary, at + 4)
    data_image, data_start, data_size = struct.unpack_from("<III", binary, 12)
    assert data_start <= offset < data_start + data_size
    assert info & 0xFF == 2
    (word,) = struct.unpack_from("<I", binary, data_image + offset - data_start)
    assert data_start <= word < data_start + data_size, "still as linked: crt0 moves it"


def test_a_program_without_addresses_lists_none(project: Path) -> None:
    assert read_image(built(project)).binary[-4:] == bytes(4)


def test_flash_that_is_rewritten_becomes_a_region(project: Path) -> None:
    region = (
        "static const unsigned char state[64]\n"
        '    __attribute__((section(".wfr.state"), used, aligned(64))) = {0x5a, 0xa5};\n'
    )
    data = pack_application(built(project, region + MINIMAL), "app")
    tbf = read_tbf(data)
    (found,) = tbf.flash_regions
    assert found.size == 64
    assert data[found.offset : found.offset + 2] == b"\x5a\xa5"
    assert tbf.binary_offset % 64 == 0


def test_the_result_depends_on_the_sources_alone(tmp_path: Path) -> None:
    results = []
    for place in ("one", "a/longer/two"):
        root = tmp_path / place
        shutil.copytree(ROOT / LIBRARY, root / LIBRARY)
        shutil.copytree(APPS / "probe", root / "probe")
        results.append(build_application(root / "probe", root / "out", root).read_bytes())
    assert results[0] == results[1]
    assert str(tmp_path).encode() not in results[0]


def stat(path: Path) -> tuple[int, int]:
    return path.stat().st_mtime_ns, path.stat().st_ino


@pytest.mark.parametrize("changed", ["app/main.c", "app/more.h", f"{LIBRARY}/tock.h"])
def test_a_build_is_repeated_only_when_an_input_changed(project: Path, changed: str) -> None:
    (project / "app" / "more.h").write_text("")
    elf = build_application(project / "app", project / "out", project)
    before = stat(elf)
    assert stat(build_application(project / "app", project / "out", project)) == before
    later = before[0] + 10**9
    os.utime(project / changed, ns=(later, later))
    assert stat(build_application(project / "app", project / "out", project)) != before


def test_a_build_is_repeated_when_a_source_is_removed(project: Path) -> None:
    (project / "app" / "more.c").write_text("int more(void);\nint more(void)\n{ return 1; }\n")
    before = stat(build_application(project / "app", project / "out", project))
    (project / "app" / "more.c").unlink()
    assert stat(build_application(project / "app", project / "out", project)) != before


def test_stack_and_definitions_reach_the_program(project: Path) -> None:
    small = read_image(built(project, stack_size=512)).ram_size
    assert read_image(built(project, stack_size=1024)).ram_size == small + 512
    source = '_Static_assert(ANSWER == 42, "");\n' + MINIMAL
    (project / "app" / "main.c").write_text(source)
    out = project / "out"
    build_application(project / "app", out, project, defines={"ANSWER": "42"})
    with pytest.raises(PackError, match="static assertion failed"):
        build_application(project / "app", out, project, defines={"ANSWER": "41"})


def test_a_linked_stack_is_not_reserved_twice(project: Path) -> None:
    elf = built(project, stack_size=512)
    image = read_image(elf)
    assert image.has_stack
    ram = read_tbf(pack_application(elf, "app", stack_size=4096)).minimum_ram
    assert ram == image.ram_size + DEFAULT_HEAP + DEFAULT_GRANT
    script = project / LIBRARY / "app.ld"
    script.write_text(script.read_text().replace(".stack (NOLOAD)", ".other (NOLOAD)"))
    script.write_text(script.read_text().replace("SIZEOF(.stack)", "SIZEOF(.other)"))
    elf = built(project, MINIMAL + "\n", stack_size=512)
    more = read_tbf(pack_application(elf, "app", stack_size=4090)).minimum_ram
    assert more == ram + 4096


def test_heap_and_grants_are_as_asked(project: Path) -> None:
    elf = built(project)
    base = read_image(elf).ram_size
    ram = read_tbf(pack_application(elf, "app", heap_size=4095, grant_size=2000)).minimum_ram
    assert ram == base + 4096 + 2000


def test_a_compilers_error_is_the_users_to_read(project: Path) -> None:
    with pytest.raises(PackError) as caught:
        built(project, "int main(void)\n{\n    return wrong;\n}\n")
    text = str(caught.value)
    assert text.startswith("application app does not build:\n")
    assert "main.c:3:12: error: 'wrong' undeclared" in text
    assert not list((project / "out").glob("*.elf"))


def test_a_directory_without_sources_is_no_application(project: Path) -> None:
    (project / "app" / "main.c").unlink()
    with pytest.raises(PackError, match=r"app has no C source"):
        build_application(project / "app", project / "out", project)


def test_a_project_without_the_library_is_told(project: Path) -> None:
    (project / LIBRARY / "app.ld").unlink()
    with pytest.raises(PackError, match=r"library is not in .*examples/apps/lib"):
        build_application(project / "app", project / "out", project)


def test_a_missing_compiler_is_named_with_its_package(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(EnvironmentProblemError, match=r"apt install gcc-arm-none-eabi"):
        build_application(project / "app", project / "out", project)


def patched(path: Path, at: int, value: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + len(value)] = value
    path.write_bytes(data)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "another machine": (lambda elf: patched(elf, 18, b"\xf3\0"), "not a program for 32-bit"),
    "not linked": (lambda elf: patched(elf, 16, b"\1\0"), "not a linked program"),
    "entry elsewhere": (lambda elf: patched(elf, 24, bytes(4)), "outside its code"),
    "cut off": (lambda elf: elf.write_bytes(elf.read_bytes()[:200]), "not a sound ELF file"),
    "no ELF file": (lambda elf: elf.write_bytes(b"hello" * 20), "not a sound ELF file"),
    "absent": (lambda elf: elf.unlink(), "cannot read"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_an_unsuitable_elf_file_is_refused_with_the_reason(name: str, project: Path) -> None:
    damage, message = DAMAGES[name]
    elf = built(project)
    damage(elf)
    with pytest.raises(PackError) as caught:
        read_image(elf)
    assert message in str(caught.value)


def linked(project: Path, script: str, source: str, *flags: str) -> Path:
    """`source` alone, linked by `script`."""
    (project / "x.ld").write_text(script)
    (project / "x.c").write_text(source)
    command = ["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb", "-nostdlib", "-Wl,-q", *flags]
    command += ["-T", str(project / "x.ld"), "-o", str(project / "x.elf"), str(project / "x.c")]
    subprocess.run(command, check=True, capture_output=True)
    return project / "x.elf"


def test_a_program_for_a_fixed_address_is_refused(project: Path) -> None:
    script = "SECTIONS { . = 0x10000; .text : { *(.text*) } }"
    with pytest.raises(PackError, match="linked for flash at 0x00010000"):
        read_image(linked(project, script, "int main(void) { return 0; }"))


def test_a_big_endian_program_is_refused(project: Path) -> None:
    script = "SECTIONS { . = 0x80000000; .text : { *(.text*) } }"
    elf = linked(project, script, "int main(void) { return 0; }", "-mbig-endian")
    with pytest.raises(PackError, match="not a program for 32-bit little-endian Arm"):
        read_image(elf)


def test_a_program_that_writes_its_flash_is_refused(project: Path) -> None:
    script = "SECTIONS { . = 0x80000000; .text : { *(.text*) } .data : { *(.data*) } }"
    with pytest.raises(PackError, match="writable memory in flash"):
        read_image(linked(project, script, "int x = 1; int main(void) { return x; }"))


def test_a_program_that_cannot_move_its_data_is_refused(project: Path) -> None:
    script = project / LIBRARY / "app.ld"
    script.write_text(script.read_text().replace("__reldata_image =", "__reldata_image = 4 +"))
    with pytest.raises(PackError, match="does not look for their relocations"):
        read_image(built(project, POINTERS))


def test_data_that_needs_more_than_moving_is_refused(project: Path) -> None:
    source = (
        '__asm__(".data\\n .global away\\naway: .word main - .\\n .text");\n'
        "extern int away;\nint main(void)\n{\n    return away;\n}\n"
    )
    with pytest.raises(PackError, match=r"\.data at 0x.* needs relocation type 3"):
        read_image(built(project, source))


def test_contents_spread_too_far_are_refused(project: Path) -> None:
    script = (
        "PHDRS { a PT_LOAD FLAGS(5); b PT_LOAD FLAGS(4); }"
        "SECTIONS { . = 0x80000000; .text : { *(.text*) } :a"
        " . = 0x82000000; .rodata : { *(.rodata*) } :b }"
    )
    elf = linked(project, script, "const int x = 1; int main(void) { return x; }")
    with pytest.raises(PackError, match="the limit is 16 MiB"):
        read_image(elf)


def test_a_program_with_nothing_to_load_is_refused(project: Path) -> None:
    elf = linked(project, "SECTIONS { /DISCARD/ : { *(*) } }", "", "-Wl,-e,0")
    with pytest.raises(PackError, match="nothing to load"):
        read_image(elf)
