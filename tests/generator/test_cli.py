# SPDX-License-Identifier: MIT OR Apache-2.0
"""The command line: exit status, what goes where, and a session on a real terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

import pytest
from tests.generator.planning import BOARD, ROOT, write_board

from boardwright.cli import _COMMANDS, main
from boardwright.pack.tbf import read_tbf

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
capsules:
  console: {kind: console, uart: uart0}
  alarm: {kind: alarm, timer: timer0}
"""
LIMIT = 60.0
"""Seconds until a wait is a failure."""


@pytest.fixture
def board(tmp_path: Path) -> str:
    return str(write_board(tmp_path, BODY).parent)


def wrong(board: str) -> None:
    path = os.path.join(board, "board.yaml")  # noqa: PTH118
    with open(path, "a") as stream:  # noqa: PTH123
        stream.write("peripherals: {uart0: {baud: 3Bd}}\n")


# --- exit status -------------------------------------------------------------------------


@pytest.mark.parametrize("command", list(_COMMANDS))
def test_a_command_is_found_by_its_name_alone(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([command, "--help"], ["--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert command in capsys.readouterr().out.split()


def test_a_good_board_is_fine(board: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", board]) == 0
    assert capsys.readouterr().out.endswith("board.yaml: fine\n")


def test_findings_give_status_1_on_stderr(
    board: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong(board)
    assert main(["check", board]) == 1
    shown = capsys.readouterr()
    assert "error[BW04" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("command", ["generate", "build", "run", "syscalls"])
def test_every_command_stops_at_findings(board: str, command: str) -> None:
    wrong(board)
    assert main([command, board]) == 1


def test_json_is_for_tools(board: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong(board)
    assert main(["check", board, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {each["severity"] for each in found} == {"error"}


@pytest.mark.parametrize("name", ["json", "sarif", "github"])
def test_a_format_for_tools_has_stdout_for_itself(
    board: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", board, "--format", name]) == 0
    without = capsys.readouterr()
    wrong(board)
    assert main(["check", board, "--format", name]) == 1
    shown = capsys.readouterr()
    assert (without.err, shown.err) == ("", "")
    assert "BW0407" in shown.out
    assert "BW0407" not in without.out
    if name != "github":
        json.loads(without.out)


def test_a_board_that_is_not_there_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", "boards/mps2_an38"]) == 2
    assert "did you mean 'boards/mps2_an38" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["check"],
        ["run", "boards/mps2_an386", "--for", "5"],
        ["run", "boards/mps2_an386", "--for", "0s"],
        ["list", "--kind", "spoons"],
    ],
)
def test_wrong_arguments_are_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_component_directory_that_is_not_there_is_a_usage_error(board: str) -> None:
    assert main(["check", board, "--component-dir", "/nowhere"]) == 2


def test_a_folder_called_board_yaml_is_no_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "boards" / "odd" / "board.yaml").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "boards/odd"]) == 2
    hint = "`boardwright new boards/NAME` makes one"
    assert capsys.readouterr().err == (
        f"boardwright: there is no board at 'boards/odd'; {hint}\n"
    )


def test_a_full_disk_is_said_plainly() -> None:
    command = [sys.executable, "-m", "boardwright", "list"]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"boardwright: No space left on device\n"


def test_a_component_directory_within_the_boards_finds_nothing_twice(
    board: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = os.path.join(board, "parts")  # noqa: PTH118
    os.mkdir(parts)  # noqa: PTH102
    with open(os.path.join(parts, "own.yaml"), "w") as stream:  # noqa: PTH118, PTH123
        stream.write("schema: 1\ncomponent: own\nroom: devices\ndoc: None.\nstate: false\n")
    with open(os.path.join(board, "board.yaml"), "a") as stream:  # noqa: PTH118, PTH123
        stream.write("devices: {own: {kind: own}}\n")
    assert main(["check", board, "--component-dir", parts]) == 0
    assert "BW0320" in capsys.readouterr().err


def test_a_missing_tool_is_a_matter_of_the_environment(
    board: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["build", board]) == 2
    assert "apt install" in capsys.readouterr().err


def test_what_only_a_build_finds_is_for_tools_too(
    board: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "boards" / "small" / "board.yaml"
    path.write_text(path.read_text().replace("flash: 64KiB", "flash: 4KiB"))
    assert main(["build", board, "--format", "json"]) == 1
    shown = capsys.readouterr()
    assert [found["code"] for found in json.loads(shown.out)] == ["BW0504"]
    assert shown.err == ""


def test_findings_before_a_build_and_a_build_without_any_are_documents(
    board: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", board, "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []
    wrong(board)
    assert main(["build", board, "--format", "github"]) == 1
    assert "::error file=" in capsys.readouterr().out


# --- generate -----------------------------------------------------------------------------


def test_generate_writes_where_it_is_told(board: str, tmp_path: Path) -> None:
    assert main(["generate", board, "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "board.c").is_file()
    assert not (tmp_path / "build").exists()


def test_hand_edits_stop_generate_until_it_is_forced(
    board: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", board]) == 0
    edited = tmp_path / "build" / "small" / "gen" / "board.c"
    edited.write_text("mine\n")
    assert main(["generate", board]) == 1
    assert "changed by hand" in capsys.readouterr().err
    assert edited.read_text() == "mine\n"
    assert main(["generate", board, "--force"]) == 0
    assert edited.read_text() != "mine\n"


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_asking_what_generate_would_do_writes_nothing(
    board: str, tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", board, option]) == 1
    assert not (tmp_path / "build").exists()
    capsys.readouterr()
    assert main(["generate", board]) == 0
    assert capsys.readouterr().out
    assert main(["generate", board, option]) == 0
    said = "gen: as it would be written\n" if option == "--check" else ""
    assert capsys.readouterr().out.endswith(said)


def test_generate_check_lists_each_file_and_how_it_differs(
    board: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generate", board]) == 0
    gen = tmp_path / "build" / "small" / "gen"
    (gen / "board.c").write_text("mine\n")
    (gen / "vectors.c").unlink()
    with (tmp_path / "boards" / "small" / "board.yaml").open("a") as stream:
        stream.write("variants: {more: {capsules: {console: {tx_buffer: 128B}}}}\n")
    capsys.readouterr()
    assert main(["generate", board, "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "build/small/gen/board.c: changed by hand",
        "build/small/gen/vectors.c: missing",
        "build/small/gen/manifest.json: out of date",
    ]
    assert (gen / "board.c").read_text() == "mine\n"


def test_generate_diff_shows_what_a_setting_changes(
    board: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", board]) == 0
    path = tmp_path / "boards" / "small" / "board.yaml"
    path.write_text(path.read_text().replace("uart: uart0", "uart: uart0, tx_buffer: 128B"))
    capsys.readouterr()
    assert main(["generate", board, "--diff"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["--- a/board.c", "+++ b/board.c"]
    assert "-    .tx_size = 64," in lines
    assert "+    .tx_size = 128," in lines


@pytest.mark.parametrize("more", [["--force"], ["--depfile", "x.d"]])
@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_what_writes_is_refused_beside_what_does_not(
    board: str, option: str, more: list[str], tmp_path: Path
) -> None:
    assert main(["generate", board, option, *more]) == 2
    assert not (tmp_path / "build").exists()


def test_a_depfile_names_board_and_descriptors(board: str, tmp_path: Path) -> None:
    depfile = tmp_path / "small.d"
    assert main(["generate", board, "--depfile", str(depfile)]) == 0
    text = depfile.read_text()
    assert "boards/small/board.yaml" in text
    assert "runtime/capsules/console.yaml" in text


# --- syscalls, list, pack ------------------------------------------------------------------


def test_syscalls_prints_the_driver_table(
    board: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["syscalls", board, "--output", str(tmp_path / "abi")]) == 0
    shown = capsys.readouterr().out
    assert "0x1  console (console)" in shown
    assert "1 write(length), 2 read(length), 3 read_abort()" in shown
    assert "#define CONSOLE_DRIVER 0x1" in (tmp_path / "abi/small_syscalls.h").read_text()
    assert "| console | 0x1 |" in (tmp_path / "abi/small_syscalls.md").read_text()


def test_the_userspace_header_serves_c_and_assembly(board: str, tmp_path: Path) -> None:
    assert main(["syscalls", board, "--output", str(tmp_path)]) == 0
    for name, line in (
        ("a.c", "int x = CONSOLE_DRIVER;"),
        ("a.S", ".word CONSOLE_COMMAND_READ"),
    ):
        (tmp_path / name).write_text(f'#include "small_syscalls.h"\n{line}\n')
        subprocess.run(["gcc", "-c", name, "-o", "a.o"], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("components", "console"),
        ("chips", "mps2_an386"),
        ("hils", "uart.transmit"),
        ("boards", "mps2_an386"),
    ],
)
def test_list_knows_what_there_is(
    kind: str, known: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["list", kind, "--format", "json"]) == 0
    assert known in [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert main(["list", kind]) == 0
    assert known in capsys.readouterr().out.split()


def test_list_of_nothing_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["list", "boards"]) == 0
    assert capsys.readouterr().err == (
        "boardwright: there are no boards here; `boardwright new boards/NAME` makes one\n"
    )


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[list[str]]:
    assert main(["list", *words]) == 0
    return [line.split("  ") for line in capsys.readouterr().out.splitlines()]


def names(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    return [cells[0] for cells in listed(capsys, *words)]


def test_a_search_without_a_kind_is_over_all_kinds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = {(cells[0], cells[1].strip()) for cells in _cells(listed(capsys, "mps2"))}
    assert {("mps2_scc", "component"), ("mps2_an386", "chip"), ("mps2_an386", "board")} <= found


def _cells(rows: list[list[str]]) -> list[list[str]]:
    return [[cell for cell in row if cell] for row in rows]


@pytest.mark.parametrize(
    ("word", "component", "why"),
    [
        ("cmsdk_u", "cmsdk_uart", ""),
        ("BUFFER, A LIBRARY", "low_level_debug", ""),
        ("fpga system", "mps2_fpgaio", ""),
        ("uart.receive", "console", "requires uart.receive"),
        ("uart.receive", "cmsdk_uart", "provides uart.receive"),
        ("rx_buffer", "console", "parameter rx_buffer = 64B"),
        ("restarts before", "fault_restart", "restarts before it is stopped for good"),
        ("set_absolute", "alarm", "command set_absolute"),
        ("0x8", "low_level_debug", "driver 0x8"),
    ],
)
def test_a_component_is_found_by_what_its_file_says(
    word: str, component: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [" ".join(cells) for cells in listed(capsys, "components", word)]
    (line,) = [line for line in lines if line.split()[0] == component]
    assert why in line if why else "[" not in line


def test_chips_are_found_by_what_is_on_them(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [row for row in listed(capsys, "chips", "timer1") if row[0] == "mps2_an386"]
    assert "peripheral timer1 (cmsdk_timer)" in line[-1]
    assert "mps2_an386" in names(capsys, "chips", "cortex_m4")
    assert "mps2_an385" not in names(capsys, "chips", "cortex_m4")


def test_hils_are_found_by_their_description(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(names(capsys, "hils", "polled", "writer")) >= {"uart.transmit", "uart.polled"}


def test_boards_are_found_by_chip_and_by_what_they_use(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert names(capsys, "boards", "fault_restart", "chip mps2_an386") == ["mps2_an386"]
    (row,) = listed(capsys, "boards", "led_gpio", "mps2_an386")
    assert row[-1].endswith("[uses led_gpio]")


def test_a_broken_board_is_listed_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boards" / "odd").mkdir(parents=True)
    (tmp_path / "boards" / "odd" / "board.yaml").write_text("chip: [")
    monkeypatch.chdir(tmp_path)
    assert names(capsys, "boards") == ["odd"]


def test_every_word_of_a_search_must_be_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert names(capsys, "components", "uart", "many") == ["mux_uart"]


def test_a_search_as_json_says_the_kind_where_there_are_several(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["list", "mux_uart", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["name"]) for row in rows] == [("component", "mux_uart")]
    assert main(["list", "components", "mux_uart", "--format", "json"]) == 0
    assert "kind" not in json.loads(capsys.readouterr().out)[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["consle"], "has 'consle'; did you mean 'console' or"),
        (["hils", "uatr"], "none of the hils has 'uatr'; did you mean 'uart'?"),
        (["chips", "mps2", "spoon"], "none of the chips has 'mps2' and 'spoon'"),
    ],
)
def test_a_search_that_finds_nothing_says_so(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", *words]) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert main(["list", *words, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == []


def test_pack_makes_a_tbf_of_a_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = str(ROOT / "examples" / "apps" / "hello")
    assert main(["pack", app, "-o", "out.tbf", "--name", "greeter"]) == 0
    assert read_tbf((tmp_path / "out.tbf").read_bytes()).name == "greeter"
    assert main(["pack", "nothing"]) == 2
    (tmp_path / "broken.tbf").write_bytes(b"no")
    assert main(["pack", "broken.tbf"]) == 1


# --- a process of its own -------------------------------------------------------------------


def test_check_loads_neither_templates_nor_elf_reader() -> None:
    code = (
        "import sys; from boardwright.cli import main; "
        f"main(['check', {str(BOARD)!r}]); "
        "print(sorted({'jinja2', 'elftools', 'json', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "boardwright", "list"],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.fixture
def echo_board(tmp_path: Path) -> str:
    app = os.path.relpath(ROOT / "examples" / "apps" / "echo", tmp_path / "boards" / "small")
    return str(write_board(tmp_path, f"{BODY}apps: {{echo: {app}}}\n").parent)


def test_run_works_without_a_terminal(echo_board: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "boardwright", "run", echo_board, "--for", "3s"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "echo: ready" in done.stdout


def test_run_says_what_a_filter_denies_to_an_application_before_it_runs(
    echo_board: str, tmp_path: Path
) -> None:
    file = tmp_path / "boards" / "small" / "board.yaml"
    text = file.read_text().replace(
        "on_fault:", "filter: {kind: filter_allow_list}\n  on_fault:"
    )
    file.write_text(text)
    program = tmp_path / "other.tbf"
    echo = str(ROOT / "examples" / "apps" / "echo")
    assert main(["pack", echo, "-o", str(program), "--name", "other"]) == 0
    arguments = ["run", echo_board, "--app", str(program), "--for", "3s"]
    done = subprocess.run(
        [sys.executable, "-m", "boardwright", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    told, kernel = "'other' is none of the board's", "is no application of this board"
    assert 0 < done.stdout.index(told) < done.stdout.index(kernel), done.stdout


class Terminal:
    """A terminal of its own for one process: what is typed, what is seen."""

    def __init__(self, code: str, *arguments: str) -> None:
        self.ours, self.theirs = pty.openpty()
        self.modes = termios.tcgetattr(self.theirs)
        self.seen = b""
        # A test run in the background ignores SIGINT, and a child would inherit that.
        begin = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        self.process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-c", begin + code, *arguments],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)

    def expect(self, text: bytes) -> None:
        deadline = time.monotonic() + LIMIT
        while text not in self.seen:
            left = deadline - time.monotonic()
            assert left > 0, self.seen
            assert select.select([self.ours], [], [], left)[0], self.seen
            self.seen += os.read(self.ours, 4096)
        self.seen = self.seen.partition(text)[2]


RUN = "import sys; from boardwright.cli import main; sys.exit(main())"


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_gets_colours_unless_its_user_says_no(
    board: str, variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong(board)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with Terminal(RUN, "check", board) as terminal:
        terminal.expect(b"\x1b[1;31merror[BW" if coloured else b": error[BW")


def test_a_pipe_gets_no_colours(board: str) -> None:
    wrong(board)
    command = [sys.executable, "-m", "boardwright", "check", board]
    done = subprocess.run(command, capture_output=True, check=False)
    assert b"error[BW" in done.stderr
    assert b"\x1b" not in done.stderr


def test_keys_reach_the_uart_and_control_c_ends_the_run(echo_board: str) -> None:
    with Terminal(RUN, "run", echo_board) as terminal:
        terminal.expect(b"echo: ready")
        os.write(terminal.ours, b"boardwright\r")
        terminal.expect(b"boardwright")
        os.write(terminal.ours, b"\x03")
        assert terminal.process.wait(LIMIT) == 0
        assert termios.tcgetattr(terminal.theirs) == terminal.modes


def test_a_terminal_gets_its_mode_back_from_an_emulator_that_crashed() -> None:
    code = (
        "import sys; from boardwright.run import EmulatorSession\n"
        "raw = 'import os, tty; tty.setraw(0); print(chr(42), flush=True); os.abort()'\n"
        "with EmulatorSession([sys.executable, '-c', raw]) as session:\n"
        "    print(list(session.output()), session.status)\n"
    )
    with Terminal(code) as terminal:
        terminal.expect(b"-6")
        assert terminal.process.wait(LIMIT) == 0
        assert termios.tcgetattr(terminal.theirs) == terminal.modes
