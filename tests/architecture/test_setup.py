# SPDX-License-Identifier: MIT OR Apache-2.0
"""`make setup` on a machine that has nothing: what it says, what it asks for."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = "make git qemu-system-arm graphviz gcc-arm-none-eabi gcc python3-venv"


def setup(tmp_path: Path, *further: str, **commands: str) -> subprocess.CompletedProcess[str]:
    """Run tools/setup.sh where only a few commands exist: some real, `commands` ours."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "cat", "dirname", "env", "sha256sum"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name, script in commands.items():
        (folder / name.replace("_", "-")).write_text(f"#!{folder}/bash\n{script}\n")
        (folder / name.replace("_", "-")).chmod(0o755)
    return subprocess.run(
        [str(folder / "bash"), str(ROOT / "tools/setup.sh"), *further],
        env={"PATH": str(folder), "LOG": str(tmp_path / "log")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_root_it_names_the_commands_and_fails(tmp_path: Path) -> None:
    done = setup(tmp_path, id="echo 1000", apt_get="echo $@ >>$LOG")
    assert done.returncode == 1
    assert f"    apt-get install --no-install-recommends {PACKAGES}\n" in done.stderr
    assert not (tmp_path / "log").exists()


def test_further_tools_are_asked_for_like_the_others(tmp_path: Path) -> None:
    done = setup(tmp_path, "valgrind", "here", id="echo 1000", here="true")
    assert f"    apt-get install --no-install-recommends valgrind {PACKAGES}\n" in done.stderr


def test_without_apt_it_names_the_commands_and_fails(tmp_path: Path) -> None:
    done = setup(tmp_path, id="echo 0")
    assert done.returncode == 1
    assert PACKAGES in done.stderr


def test_as_root_it_says_what_it_installs_and_checks_that_it_came(tmp_path: Path) -> None:
    done = setup(tmp_path, id="echo 0", apt_get="echo $@ >>$LOG")
    assert done.stdout == f"setup: installing Debian packages: {PACKAGES}\n"
    update, install = (tmp_path / "log").read_text().splitlines()
    assert update == "update -q"
    assert install == f"install -q -y --no-install-recommends {PACKAGES}"
    assert done.returncode == 1
    assert done.stderr == f"setup: still missing after the installation: {PACKAGES}\n"


def test_with_sudo_it_installs_through_sudo(tmp_path: Path) -> None:
    sudo = "echo sudo $1 >>$LOG"
    setup(tmp_path, id="echo 1000", sudo=sudo, apt_get="echo never >>$LOG")
    assert (tmp_path / "log").read_text() == "sudo apt-get\nsudo env\n"
