# SPDX-License-Identifier: MIT OR Apache-2.0
"""Tock's own tools and this project's images, side by side: `make interop`.

elf2tab (in Rust, by cargo) packs our example into the objects that tests/target boots in
every run; tockloader (in Python) reads the flash of a board that we made, and writes such
an object into it, which then boots. Both are of the Tock project and are installed below
build/interop, nowhere else: they are no dependency of the project.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from boardwright.pack import read_tbf

ROOT = Path(__file__).resolve().parents[2]
OBJECTS = ROOT / "tests/interop/objects"
WORK = ROOT / "build/interop"
ELF2TAB = "0.13.0"
TOCKLOADER = "1.19.0"
BOARD = "mps2_an386"
APPS_AT = 0xC000
SLEEP = ["0,1", "0,2", "0,6"]  # driver and command: the alarm's frequency, time, expiry
PACKED = {
    "hello": ["--sha256"],
    "permitted": ["--permissions", *SLEEP, "1,1", "--write_id", "7", "--read_ids", "7"],
    "mute": ["--permissions", *SLEEP],
    "disabled": ["--disable"],
}
"""Objects by name: what elf2tab is asked for beside a name and a kernel version."""


def run(*command: str | Path) -> str:
    """What it printed; ends the program with that when it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(str(part) for part in command)}\n{done.stdout}")
    return done.stdout


def install() -> tuple[Path, Path]:
    """elf2tab and tockloader, put below build/interop if they are not there."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise SystemExit("interop: cargo is not installed; elf2tab is built with it")
    elf2tab = WORK / "cargo/bin/elf2tab"
    tockloader = WORK / "venv/bin/tockloader"
    if not elf2tab.exists():
        print(f"interop: cargo installs elf2tab {ELF2TAB} into build/interop")
        run(cargo, "install", "--root", WORK / "cargo", "--version", ELF2TAB, "elf2tab")
    if not tockloader.exists():
        print(f"interop: pip installs tockloader {TOCKLOADER} into build/interop")
        run(sys.executable, "-m", "venv", WORK / "venv")
        run(WORK / "venv/bin/pip", "install", "-q", f"tockloader=={TOCKLOADER}")
    return elf2tab, tockloader


def pack(elf2tab: Path, name: str, elf: Path) -> Path:
    """The TAB that elf2tab makes of an application, which becomes a package `name`."""
    tab = WORK / f"{name}.tab"
    memory = ["--stack", "2048", "--app-heap", "1024", "--kernel-heap", "1024"]
    version = ["--kernel-major", "2", "--kernel-minor", "0"]
    output = ["-n", name, "-o", str(tab)]
    run(
        elf2tab,
        "--deterministic",
        *output,
        *memory,
        *version,
        *PACKED[name],
        "--",
        f"{elf},cortex-m4",
    )
    return tab


def objects(elf2tab: Path, elf: Path, write: bool) -> None:
    """The committed objects are what elf2tab makes of today's example."""
    for name in PACKED:
        with tarfile.open(pack(elf2tab, name, elf)) as tab:
            member = tab.extractfile("cortex-m4.tbf")
            assert member is not None
            made = member.read()
        committed = OBJECTS / f"{name}.tbf"
        if write:
            committed.write_bytes(made)
        elif committed.read_bytes() != made:
            raise SystemExit(f"interop: {committed.name} is not what elf2tab makes: --write")
    print(f"interop: elf2tab {ELF2TAB} made {', '.join(PACKED)}")


def same(ours: Path) -> None:
    """What we packed asks a kernel for the same as what elf2tab made of the same program."""
    a, b = (read_tbf(path.read_bytes()) for path in (ours, OBJECTS / "hello.tbf"))
    for what in ("name", "minimum_ram", "total_size"):
        if getattr(a, what) != getattr(b, what):
            raise SystemExit(f"interop: {what}: {getattr(a, what)}, elf2tab {getattr(b, what)}")
    for what in ("entry", "binary_end"):
        offsets = [getattr(each, what) - each.binary_offset for each in (a, b)]
        if offsets[0] != offsets[1]:
            raise SystemExit(f"interop: {what}: {offsets[0]}, elf2tab {offsets[1]}")
    print("interop: our packer asks for the same memory, entry and end as elf2tab")


def names(tockloader: Path, flash: Path) -> list[str]:
    """The applications that tockloader finds in a file."""
    listed = run(tockloader, "list", *where(flash))
    return re.findall(r"Name: +(\S+)", listed)


def where(flash: Path) -> list[str]:
    """Tockloader's options: this file is a board's flash."""
    board = ["--board", BOARD, "--arch", "cortex-m4", "--page-size", "512"]
    at = ["--app-address", hex(APPS_AT)]
    return ["--local-board", "--flash-file", str(flash), *board, *at]


def says(flash: Path, text: str) -> bool:
    """Whether a machine with this flash prints that text, in up to ten seconds."""
    machine = ["-M", BOARD.replace("_", "-"), "-nographic"]
    loaded = f"loader,file={flash},addr=0,force-raw=on"
    try:
        done = subprocess.run(
            ["qemu-system-arm", *machine, "-device", loaded],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as stopped:
        said = (stopped.stdout or b"").decode()
    return text in said


def flashed(tockloader: Path, image: Path) -> None:
    """Tockloader lists our applications, takes one out, puts elf2tab's in, and it runs."""
    flash = WORK / "flash.bin"
    shutil.copy(image, flash)
    found = names(tockloader, flash)
    if found != ["hello", "blink", "crash", "spin"]:
        raise SystemExit(f"interop: tockloader sees {found} in our image")
    for name in found:
        run(tockloader, "uninstall", name, *where(flash))
    run(tockloader, "install", WORK / "hello.tab", *where(flash))
    found = names(tockloader, flash)
    if found != ["hello"] or not says(flash, "hello: 3"):
        raise SystemExit(f"interop: tockloader left {found}, and hello did not count to 3")
    print(f"interop: tockloader {TOCKLOADER} read our flash and wrote what then ran")


def main() -> None:
    parser = argparse.ArgumentParser(description="Try Tock's own tools on our images.")
    parser.add_argument("--write", action="store_true", help="renew the committed objects")
    write = parser.parse_args().write
    WORK.mkdir(parents=True, exist_ok=True)
    elf2tab, tockloader = install()
    run(sys.executable, "-m", "boardwright", "build", ROOT / "boards" / BOARD)
    build = ROOT / "build" / BOARD
    elf = Path(shutil.copy(build / "apps/hello.elf", WORK))  # elf2tab writes beside it
    objects(elf2tab, elf, write)
    same(build / "apps/hello.tbf")
    flashed(tockloader, build / f"{BOARD}.bin")


if __name__ == "__main__":
    main()
