# SPDX-License-Identifier: MIT OR Apache-2.0
"""The wheel: what is in it, that it is the same each time, and that it is all one needs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.architecture.tree import ROOT, kept_files
from tests.docs.book import BOOK, Reader, blocks
from tests.packaging.wheel import build, checkout, install

from boardwright import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.wheel import Installed

pytestmark = pytest.mark.xdist_group("wheel")  # one worker: one wheel, one environment

INSIDE = {
    "gen/boardwright/": "boardwright/",
    "runtime/": "boardwright/runtime/",
    "templates/": "boardwright/templates/",
    "schemas/": "boardwright/schemas/",
    "examples/apps/lib/": "boardwright/examples/apps/lib/",
    "examples/boards/minimal/": "boardwright/examples/boards/minimal/",
}
ABOUT = ("METADATA", "RECORD", "WHEEL", "entry_points.txt")
LICENSES = ("LICENSE-APACHE", "LICENSE-MIT")
LAST = "hello, second 2"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def project(installed: Installed, tmp_path: Path) -> Path:
    """A project with one board, which a user of the wheel made."""
    installed.said("new", "boards/first", at=tmp_path)
    return tmp_path


def tree(root: Path) -> dict[str, bytes]:
    """Every file below `root`, what Python caches left out."""
    files = [path for path in root.rglob("*") if path.is_file()]
    kept = [path for path in files if "__pycache__" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in kept}


# --- the files -----------------------------------------------------------------------------


def test_the_wheel_has_these_files_as_they_are_and_no_others(wheel: Path) -> None:
    wanted = {}
    for path in kept_files(ROOT):
        name = path.relative_to(ROOT).as_posix()
        for start, inside in INSIDE.items():
            if name.startswith(start):
                wanted[inside + name.removeprefix(start)] = path.read_bytes()
    about = f"boardwright-{__version__}.dist-info/"
    for name in LICENSES:
        wanted[f"{about}licenses/{name}"] = (ROOT / name).read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
        modes = {info.external_attr >> 16 & 0o7777 for info in archive.infolist()}
    made = {about + name: found.pop(about + name) for name in ABOUT}
    assert found.keys() == wanted.keys()
    assert [name for name in wanted if wanted[name] != found[name]] == []
    shipped = "boardwright/runtime/capsules/test/"  # stress capsules are for any board
    own = [name.removeprefix(shipped) for name in found]
    assert [name for name in own if re.search(r"(^|/)(tests?/|test_|conftest)", name)] == []
    assert [name for name in made if str(ROOT).encode() in made[name]] == []
    assert modes <= {0o644, 0o755}


def test_another_place_another_time_and_the_sdist_give_the_same_wheel(
    wheel: Path, tmp_path: Path
) -> None:
    copy = checkout(tmp_path / "a copy")
    for path in copy.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    link = copy / "examples/build/first/roots/runtime"  # as a build there leaves it
    link.parent.mkdir(parents=True)
    link.symlink_to(copy / "runtime", target_is_directory=True)
    again = build(copy, "wheel", tmp_path / "again")
    sdist = build(copy, "sdist", tmp_path / "sdist")
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "xf", str(sdist), "-C", str(unpacked)], check=True)
    last = build(unpacked / sdist.name.removesuffix(".tar.gz"), "wheel", tmp_path / "last")
    assert (
        wheel.name == again.name == last.name == f"boardwright-{__version__}-py3-none-any.whl"
    )
    assert again.read_bytes() == wheel.read_bytes()
    assert last.read_bytes() == wheel.read_bytes()


# --- what it is good for -------------------------------------------------------------------


def test_it_says_its_version_both_ways(installed: Installed) -> None:
    assert installed.said("--version") == f"boardwright {__version__}\n"
    done = installed.run("--version", program=("python", "-m", "boardwright"))
    assert (done.returncode, done.stdout) == (0, f"boardwright {__version__}\n")
    where = "import boardwright; print(boardwright.__file__)"
    place = installed.run("-c", where, program=("python",))
    assert place.stdout == f"{installed.packages}/boardwright/__init__.py\n"


@pytest.mark.parametrize("kind", ["components", "chips", "hils"])
def test_it_lists_what_the_checkout_lists(installed: Installed, kind: str) -> None:
    command = [sys.executable, "-m", "boardwright", "list", kind, "--format", "json"]
    ours = subprocess.check_output(command, cwd=installed.home, text=True)
    assert installed.said("list", kind, "--format", "json") == ours
    assert len(json.loads(ours)) >= 3


def test_a_new_board_is_checked_and_runs(installed: Installed, project: Path) -> None:
    assert installed.said("check", "boards/first", at=project) == (
        "boards/first/board.yaml: fine\n"
    )
    assert installed.boot(LAST, "boards/first", at=project) == [
        "hello, second 0",
        "hello, second 1",
        LAST,
    ]


def test_it_generates_what_the_checkout_generates(installed: Installed, project: Path) -> None:
    installed.said("generate", "boards/first", at=project)
    generated = tree(project / "build/first/gen")
    shutil.rmtree(project / "build")
    command = [sys.executable, "-m", "boardwright", "generate", "boards/first"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    assert tree(project / "build/first/gen") == generated
    for place in (installed.environment, project, ROOT):
        assert [n for n, data in generated.items() if str(place).encode() in data] == []


def test_what_it_generated_builds_with_make_alone(
    installed: Installed, project: Path, tmp_path: Path
) -> None:
    installed.said("build", "boards/first", at=project)
    home = project / "build/first"
    images = {name: (home / name).read_bytes() for name in ("first.elf", "first.bin")}
    no_python = {"PATH": os.environ["PATH"], "PYTHONHOME": "/nowhere"}
    for target in ("clean", "all"):
        subprocess.run(["make", "-s", target], cwd=home / "gen", env=no_python, check=True)
    assert {name: (home / name).read_bytes() for name in images} == images


@pytest.mark.parametrize("place", ["components", "boards/signal"])
def test_a_component_out_of_the_tree_runs(
    installed: Installed, tmp_path: Path, place: str
) -> None:
    """In a directory of components, and beside the board, where it needs no option."""
    shutil.copytree(ROOT / "examples/boards/signal", tmp_path / "boards/signal")
    shutil.copytree(
        ROOT / "examples/components/pattern",
        tmp_path / place / "pattern",
        ignore=shutil.ignore_patterns("*.py", "__pycache__"),
    )
    option = ["--component-dir", place] if place == "components" else []
    said = installed.boot("sos: steps shown: 34", "boards/signal", *option, at=tmp_path)
    assert "[led] USERLED0 on" in said


def test_applications_of_ones_own_are_packed(installed: Installed, project: Path) -> None:
    said = installed.said("pack", "boards/first/hello", at=project)
    assert re.fullmatch(r"hello\.tbf: hello, \d+ B, needs \d+ B of RAM\n", said)


@pytest.mark.parametrize("chapter", ["getting-started", "component"])
def test_the_book_leads_there_with_nothing_else(
    installed: Installed, tmp_path: Path, chapter: str
) -> None:
    reader = Reader(tmp_path, installed.programs)
    problems = reader.follow(blocks((BOOK / f"{chapter}.md").read_text()))
    assert not problems, "\n".join(problems)


# --- where it is used ----------------------------------------------------------------------


def test_it_writes_nothing_where_it_is_installed(installed: Installed, project: Path) -> None:
    def state() -> dict[str, int]:
        found = installed.packages.glob("boardwright*/**/*")
        kept = [path for path in found if "__pycache__" not in str(path)]
        return {str(path): path.stat().st_mtime_ns for path in kept if path.is_file()}

    before = state()
    for command in ("check", "build", "size", "syscalls"):
        installed.said(command, "boards/first", at=project)
    assert state() == before
    assert len(before) > 200


def test_from_elsewhere_everything_lands_in_the_boards_project(
    installed: Installed, project: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    said = installed.said("build", "../boards/first", at=nowhere)
    assert "  ../build/first/first.elf .bin .hex .map\n" in said
    assert list(nowhere.iterdir()) == []
    assert (project / "build/first/first.bin").is_file()


def test_a_project_behind_a_link_is_built_as_it_lies(
    installed: Installed, project: Path, tmp_path: Path
) -> None:
    installed.said("build", "boards/first", at=project)
    direct = tree(project / "build/first/gen")
    shutil.rmtree(project / "build")
    (tmp_path / "link").symlink_to(project, target_is_directory=True)
    installed.said("build", "boards/first", at=tmp_path / "link")
    assert tree(project / "build/first/gen") == direct


def test_without_the_tools_it_says_what_to_install(installed: Installed, project: Path) -> None:
    for command in ("check", "generate"):
        assert installed.run(command, "boards/first", at=project, path="").returncode == 0
    compiler = "arm-none-eabi-gcc is not installed; on Debian: apt install gcc-arm-none-eabi"
    for command in ("build boards/first", "run boards/first", "pack boards/first/hello"):
        done = installed.run(*command.split(), at=project, path="")
        assert (done.returncode, done.stderr) == (2, f"boardwright: {compiler}\n")
    tools = project / "tools"
    tools.mkdir()
    for name in ("make", "sh", "mkdir", "arm-none-eabi-gcc", "arm-none-eabi-objcopy"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    done = installed.run("run", "boards/first", at=project, path=str(tools))
    emulator = "qemu-system-arm is not installed; on Debian: apt install qemu-system-arm"
    assert (done.returncode, done.stderr) == (2, f"boardwright: {emulator}\n")
