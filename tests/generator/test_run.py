# SPDX-License-Identifier: MIT OR Apache-2.0
"""Running: the emulator's command line, and its output as a user sees it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generator.planning import BOARD, plan_file, plan_text

from boardwright.firmware import Application, EnvironmentProblemError
from boardwright.pack.tbf import Program, tbf_bytes
from boardwright.run import Boot, EmulatorSession, Transcript, emulator_command, strangers
from boardwright.run.transcript import Leds

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "qemu-system-arm"


def boot(directory: Path, *, apps: bool = True, leds: bool = True) -> Boot:
    image = directory / "with,comma.apps.bin"
    return Boot(directory / "k.elf", image if apps else None, 0xC000, directory, leds)


# --- the command line ----------------------------------------------------------------------


def test_the_first_serial_port_is_this_terminal_the_others_go_nowhere(tmp_path: Path) -> None:
    command = emulator_command(plan_file(BOARD).board, boot(tmp_path), PACKAGE)
    serials = [command[n + 1] for n, word in enumerate(command) if word == "-serial"]
    assert serials == ["stdio", "null", "null"]
    assert command[:3] == ["qemu-system-arm", "-M", "mps2-an386"]
    assert command[command.index("-kernel") + 1] == str(tmp_path / "k.elf")


def test_the_board_decides_where_its_serial_ports_go(tmp_path: Path) -> None:
    source = plan_text(tmp_path, "emulator: {serial: {uart0: file, uart1: stdio}}\n")
    command = emulator_command(source.board, boot(tmp_path), PACKAGE)
    serials = [command[n + 1] for n, word in enumerate(command) if word == "-serial"]
    assert serials == [f"file:{tmp_path}/uart0.log", "stdio", "null"]


def test_applications_are_loaded_at_their_address(tmp_path: Path) -> None:
    command = emulator_command(plan_file(BOARD).board, boot(tmp_path), PACKAGE)
    loader = command[command.index("-device") + 1]
    assert loader.startswith(f"loader,file={tmp_path}/with,,comma.apps.bin,addr=0xc000")
    without = emulator_command(plan_file(BOARD).board, boot(tmp_path, apps=False), PACKAGE)
    assert "-device" not in without


def test_the_emulator_opens_a_window_only_when_wanted(tmp_path: Path) -> None:
    board = plan_file(BOARD).board
    hidden = emulator_command(board, boot(tmp_path), PACKAGE)
    shown = emulator_command(board, replace(boot(tmp_path), window=True), PACKAGE)
    at = hidden.index("-display")
    assert hidden[at : at + 2] == ["-display", "none"]
    assert shown == hidden[:at] + hidden[at + 2 :]


def test_lights_are_traced_only_when_wanted(tmp_path: Path) -> None:
    board = plan_file(BOARD).board
    assert "-trace" in emulator_command(board, boot(tmp_path), PACKAGE)
    assert "-trace" not in emulator_command(board, boot(tmp_path, leds=False), PACKAGE)


def packed(name: str) -> Application:
    program = Program(name=name, binary=bytes(264), entry=1, minimum_ram=1024)
    return Application("file", tbf_bytes(program))


FILTER = """\
schema: 1
board: small
chip: mps2_an386
kernel:
  scheduler: {kind: round_robin}
  on_fault: {kind: fault_stop}
  filter: {kind: filter_allow_list}
capsules: {console: {kind: console, uart: uart0}}
apps: {blink: {path: blink, allow: [console]}, echo: {path: echo, allow: []}}
budget: {flash: 64KiB, ram: 16KiB}
"""


def test_an_application_that_the_filter_does_not_know_is_told_with_the_way_out(
    tmp_path: Path,
) -> None:
    for name in ("blink", "echo"):
        (tmp_path / name).mkdir()
    file = tmp_path / "board.yaml"
    file.write_text(FILTER)
    filtered = plan_file(file).board
    assert strangers(filtered, [packed("echo"), packed("blink")]) == []
    (stranger,) = strangers(filtered, [packed("blink"), packed("other")])
    assert "'other' is none of the board's: the filter lets it call no driver" in stranger
    assert "'other: {path: ..., allow: [...]}' under 'apps'" in stranger
    (twin,) = strangers(filtered, [packed("blink"), packed("blink")])
    assert "'blink' runs twice" in twin
    assert strangers(plan_file(BOARD).board, [packed("other"), packed("other")]) == []


def test_a_missing_emulator_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentProblemError, match="apt install qemu-system-arm"):
        emulator_command(plan_file(BOARD).board, boot(tmp_path), PACKAGE)


def test_a_chip_without_emulator_says_so(tmp_path: Path) -> None:
    board = plan_file(BOARD).board
    bare = replace(board, chip=replace(board.chip, emulator=None))
    with pytest.raises(EnvironmentProblemError, match="names no emulator"):
        emulator_command(bare, boot(tmp_path), PACKAGE)


# --- the transcript ----------------------------------------------------------------------


def test_a_note_waits_for_the_end_of_a_line() -> None:
    transcript = Transcript()
    transcript.text(b"hel")
    transcript.note("[led] A on")
    transcript.text(b"lo\nwor")
    assert transcript.take() == b"hello\n[led] A on\nwor"
    transcript.note("[led] A off")
    assert transcript.take() == b""
    transcript.end()
    assert transcript.take() == b"\n[led] A off\n"


def test_a_note_between_lines_comes_at_once() -> None:
    transcript = Transcript()
    transcript.text(b"hello\n")
    transcript.note("[led] A on")
    assert transcript.take() == b"hello\n[led] A on\n"


@given(st.lists(st.binary(max_size=6) | st.sampled_from([b"a\n", b"\n", "note"]), max_size=30))
def test_no_byte_of_text_is_lost_or_torn(steps: list[bytes | str]) -> None:
    transcript = Transcript()
    shown = b""
    for number, step in enumerate(steps):
        if isinstance(step, bytes):
            transcript.text(step.replace(b"<", b""))
        else:
            transcript.note(f"<{number}>")
        shown += transcript.take()
    transcript.end()
    shown += transcript.take()
    text = b"".join(step.replace(b"<", b"") for step in steps if isinstance(step, bytes))
    notes = [line for line in shown.split(b"\n") if line.startswith(b"<")]
    assert len(notes) == sum(isinstance(step, str) for step in steps)
    left = b"\n".join(line for line in shown.split(b"\n") if not line.startswith(b"<"))
    assert left.rstrip(b"\n") == text.rstrip(b"\n")


def change(name: str, before: int, after: int) -> str:
    return f"led_change_intensity LED desc:'{name}' color:green intensity {before}% -> {after}%"


def test_what_the_reset_does_to_lights_is_not_shown() -> None:
    lights = Leds()
    assert lights.line(change("USERLED0", 0, 100)) == ""
    assert lights.line(change("USERLED0", 100, 0)) == ""
    assert lights.line(change("USERLED0", 0, 100)) == "[led] USERLED0 on"
    assert lights.line(change("USERLED0", 100, 0)) == "[led] USERLED0 off"
    assert lights.line(change("USERLED0", 0, 30)) == "[led] USERLED0 30%"


def test_other_lines_are_no_lights() -> None:
    assert Leds().line("qemu: fatal: Lockup") is None


# --- the session -----------------------------------------------------------------------------


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def output(session: EmulatorSession) -> str:
    with session:
        return b"".join(session.output()).decode()


def test_output_of_the_emulator_itself_is_marked() -> None:
    session = EmulatorSession(
        script("import sys; print('said'); print('odd', file=sys.stderr)")
    )
    text = output(session)
    assert sorted(text.splitlines()) == ["[emulator] odd", "said"]
    assert session.status == 0


def test_the_emulators_exit_status_is_passed_on() -> None:
    session = EmulatorSession(script("raise SystemExit(42)"))
    output(session)
    assert session.status == 42


def test_an_emulator_slow_to_end_keeps_its_status() -> None:
    session = EmulatorSession(
        script("import os, time; os.close(1); os.close(2); time.sleep(0.3); os._exit(42)")
    )
    output(session)
    assert session.status == 42


def test_a_limit_ends_the_emulator_with_status_0() -> None:
    session = EmulatorSession(
        script("print('up', flush=True); import time; time.sleep(600)"), limit=1.0
    )
    assert output(session) == "up\n"
    assert session.status == 0


def test_leaving_the_session_ends_the_emulator() -> None:
    with EmulatorSession(
        script("print('up', flush=True); import time; time.sleep(600)")
    ) as session:
        process = session._process
        for data in session.output():
            assert data.startswith(b"up")
            break
    assert process.poll() is not None
