# SPDX-License-Identifier: MIT OR Apache-2.0
"""lm3s6965evb's own demo: display, SD card, thermometers and EEPROM used at the same time.

First as a user runs it. Then with applications that come to an end, so that what is shown
then is, pixel by pixel, the picture in docs: the emulator's analog input is noise that is
the same each time, and the other thermometer is set from outside.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.target.images import EXAMPLES, ROOT, Application, boot, built
from tests.target.monitor import Monitor
from tests.target.pictures import assert_shows

from boardwright.pack import build_application, pack_application

if TYPE_CHECKING:
    from pathlib import Path

BOARD = "lm3s6965evb"
DEMO = ROOT / "boards" / BOARD / "board.yaml"
PICTURE = ROOT / "docs" / f"{BOARD}.png"
CARD_SIZE, BLOCK, ROM_SIZE = 4 << 20, 512, 4096
RECORD_MARK, COPY_MARK = 0x7265636F, 0x626F6F74
READINGS, RECORDS = 140, 3
# A line of each; what an application says must be whole.
SAID = (
    r"boots: start \d+",
    r"recorder: newest record on the card: \d+",
    r"recorder: record \d+, 0\.00 C, on the card and read back",
    r"dashboard: 22\.[0-4]\d C at the input, 0\.00 C on the bus",
)


def ran(directory: Path) -> list[str]:
    """What the demo says, run as a user does, until each has said enough."""
    command = [sys.executable, "-m", "boardwright", "run", "boards/demo"]
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            lines.append(line.rstrip("\n"))
            said = "\n".join(lines)
            enough = said.count("read back") > 2 and said.count("dashboard") > 2
            if enough and "boots" in said:
                break
        running.terminate()
    return lines


def test_the_demo_uses_all_parts_at_the_same_time_and_goes_on_after_a_reset(
    tmp_path: Path,
) -> None:
    home = tmp_path / "boards" / "demo"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(f"schema: 1\nboard: demo\nextends: [{DEMO}]\n")
    newest = 0
    for start in (1, 2):
        said = ran(tmp_path)
        spoken = [line for line in said if re.match("boots|recorder|dashboard", line)]
        for line in spoken:
            assert any(re.fullmatch(form, line) for form in SAID), line
        assert f"boots: start {start}" in spoken
        found = int(re.findall(r"newest record on the card: (\d+)", "\n".join(said))[0])
        assert found in (newest, newest + 1), "it may have ended between card and console"
        records = [int(n) for n in re.findall(r"record (\d+),", "\n".join(said))]
        assert records == list(range(found + 1, found + 1 + len(records)))
        newest = records[-1]
        assert not [line for line in said if line.startswith("kernel:")]


def ending(name: str, out: Path, **defines: int) -> Application:
    """An application of the demo that comes to an end."""
    values = {key: str(value) for key, value in defines.items()}
    elf = build_application(EXAMPLES / name, out, ROOT, defines=values)
    return Application(name, pack_application(elf, name))


def parts(card: Path, rom: Path) -> list[str]:
    """What `boardwright run` gives the emulator, and the monitor can set."""
    return [
        *("-drive", f"if=sd,format=raw,file={card}"),
        *("-device", "tmp105,id=thermometer,bus=i2c,address=0x48"),
        *("-drive", f"if=none,id=rom,format=raw,file={rom}"),
        *("-device", f"at24c-eeprom,bus=i2c,address=0x50,rom-size={ROM_SIZE},drive=rom"),
    ]


@pytest.mark.parametrize("checked", [False, True])
def test_what_the_demo_shows_is_the_picture_in_docs(checked: bool, tmp_path: Path) -> None:
    of = built(BOARD, "apps: !replace {}\n", checked=checked, file=DEMO)
    card, rom, shot = tmp_path / "card", tmp_path / "rom", tmp_path / "screen.ppm"
    card.write_bytes(bytes(CARD_SIZE))
    rom.write_bytes(bytes(ROM_SIZE))
    applications = [
        ending("recorder", tmp_path, RECORDS=RECORDS),
        ending("dashboard", tmp_path, READINGS=READINGS),
        ending("boots", tmp_path),
    ]
    with Monitor() as monitor:
        options = [*parts(card, rom), *monitor.options]
        with boot(of, applications, options=options) as machine:
            machine.expect("dashboard: ")
            monitor.command("qom-set /machine/peripheral/thermometer temperature 21500")
            machine.expect_count(re.compile("done\n|start 1\n"), 3)
            monitor.command(f"screendump {shot}")
            assert "Unknown command" not in machine.transcript()
    assert_shows(shot, PICTURE)
    for number in range(1, RECORDS + 1):
        words = struct.unpack_from("<IiI", card.read_bytes(), number * BLOCK)
        assert words[0] == number
        assert words[2] == RECORD_MARK ^ number ^ words[1]
    assert struct.unpack_from("<II", rom.read_bytes(), 256) == (1, 1 ^ COPY_MARK)
