# SPDX-License-Identifier: MIT OR Apache-2.0
"""Building the package, and installing it where there is nothing else of this project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, kept_files

if TYPE_CHECKING:
    from collections.abc import Sequence

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def checkout(target: Path) -> Path:
    """A copy of every file of the project at `target`."""
    for path in kept_files(ROOT):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return target


def build(project: Path, target: str, out: Path) -> Path:
    """The `wheel` or `sdist` of `project`, as pip would have it made, in `out`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=120)
    (made,) = out.iterdir()
    return made


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that has the wheel, what the wheel asks for, and not even pip.

    `home` is an empty directory outside of the checkout to work in.
    """

    environment: Path
    home: Path

    @property
    def programs(self) -> Path:
        """Where its commands are."""
        return self.environment / "bin"

    @property
    def packages(self) -> Path:
        """Where its packages are."""
        return self.environment / "lib" / PYTHON / "site-packages"

    def run(
        self,
        *arguments: str,
        at: Path | None = None,
        path: str = os.environ["PATH"],
        program: Sequence[str] = ("boardwright",),
    ) -> subprocess.CompletedProcess[str]:
        """Run `boardwright` in `at` (default: `home`) with no other variable set than PATH."""
        first, *more = program
        return subprocess.run(
            [str(self.programs / first), *more, *arguments],
            cwd=at or self.home,
            env={"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def said(self, *arguments: str, at: Path | None = None) -> str:
        """What a command prints that must succeed."""
        done = self.run(*arguments, at=at)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        return done.stdout

    def boot(self, last: str, *arguments: str, at: Path | None = None) -> list[str]:
        """The lines of `boardwright run` with these arguments up to the line `last`."""
        said = []
        with subprocess.Popen(
            [str(self.programs / "boardwright"), "run", "--for", "30s", *arguments],
            cwd=at or self.home,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as run:
            assert run.stdout is not None
            for line in run.stdout:
                said.append(line.strip())
                if said[-1] == last:
                    run.terminate()
                    return said
        raise AssertionError(f"'{last}' did not come:\n" + "\n".join(said))


def install(wheel: Path, place: Path) -> Installed:
    """Install `wheel` without the network.

    What requirements.txt pins is copied from our own environment, file by file. pip then
    takes the wheel only if that is all that the wheel asks for.
    """
    installed = Installed(place / "venv", place / "home")
    installed.home.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(installed.environment)], check=True
    )
    pins = (ROOT / "requirements.txt").read_text()
    for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE):
        for file in distribution(name).files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                copy = installed.packages / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(str(file.locate())), copy)
    pip = [sys.executable, "-m", "pip", "--python", str(installed.programs / "python")]
    command = [*pip, "install", "--quiet", "--no-index", "--no-compile", str(wheel)]
    subprocess.run(command, check=True, timeout=120)
    return installed
