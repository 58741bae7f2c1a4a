# SPDX-License-Identifier: MIT OR Apache-2.0
"""Generated text: laid out as the formatter would, the same on every run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.generator.planning import BOARD, ROOT, plan_file, plan_text

from boardwright.plan.ir import Field
from boardwright.render import rendered
from boardwright.render.c_text import comment, members, signature, size

MANY = """\
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
  alarm_mux: {kind: mux_alarm, alarm: timer0}
devices:
  a_lamp_with_quite_a_long_name: {kind: led_gpio, pin: scc.pin.3}
capsules:
  console: {kind: console, uart: uart_mux}
  a_console_with_a_long_name: {kind: console, uart: uart1, driver: 0x80001}
  third: {kind: console, uart: uart2, driver: 0x80002}
  debug: {kind: low_level_debug, uart: uart_mux}
  alarm: {kind: alarm, timer: alarm_mux}
  second_alarm: {kind: alarm, timer: alarm_mux, driver: 0x80003}
  other_alarm: {kind: alarm, timer: timer1, driver: 0x80004}
  leds:
    kind: led_driver
    leds:
      - fpgaio.led.0-1
      - a_lamp_with_quite_a_long_name
      - {kind: led_gpio, pin: scc.pin.0}
"""
BODIES = {"many": MANY, "none": ""}


def clang_format() -> str | None:
    beside = Path(sys.executable).with_name("clang-format")
    return str(beside) if beside.exists() else shutil.which("clang-format")


@pytest.mark.skipif(clang_format() is None, reason="clang-format is not installed")
@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("body", sorted(BODIES))
def test_the_formatter_has_nothing_to_do(tmp_path: Path, body: str, checked: bool) -> None:
    files = rendered(plan_text(tmp_path, BODIES[body], checked=checked).plan)
    (tmp_path / ".clang-format").write_bytes((ROOT / ".clang-format").read_bytes())
    sources = [name for name in files if name.endswith((".c", ".h"))]
    for name in sources:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[name])
    done = subprocess.run(
        [str(clang_format()), "--dry-run", "--Werror", *sources],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_line_is_too_long_or_ends_in_a_blank() -> None:
    for name, text in rendered(plan_file(BOARD).plan).items():
        assert text.endswith("\n"), name
        for line in text.splitlines():
            assert line == line.rstrip(), (name, line)
            if name.endswith((".c", ".h")):
                assert len(line) <= 88, (name, line)


def test_no_file_names_a_place_of_this_machine() -> None:
    for checked in (False, True):
        for name, text in rendered(plan_file(BOARD, checked=checked).plan).items():
            assert str(ROOT) not in text, name


def test_every_instance_and_edge_says_where_it_comes_from() -> None:
    text = rendered(plan_file(BOARD).plan)["board.c"]
    line = next(
        number
        for number, each in enumerate((BOARD / "board.yaml").read_text().splitlines(), 1)
        if each.strip().startswith("console:")
    )
    assert f"/* console: boards/mps2_an386/board.yaml:{line} */" in text
    assert "/* console.uart -> uart_mux (transmit), uart0 (receive) */" in text
    assert "/* uart0: <boardwright>/chips/mps2/mps2.yaml:" in text


def test_a_long_comment_becomes_a_block() -> None:
    text = comment("word " * 30, 4)
    assert text.splitlines()[0] == "    /*"
    assert all(len(line) <= 88 for line in text.splitlines())
    assert comment("short", 4) == "    /* short */"


def test_an_initialiser_breaks_where_it_is_too_long() -> None:
    parts = (Field("ops", "&" + "o" * 40), Field("owner", "&" + "w" * 40))
    lines = members([Field("port", parts=parts)]).splitlines()
    assert lines == [
        "    .port =",
        "        {",
        f"            .ops = &{'o' * 40},",
        f"            .owner = &{'w' * 40},",
        "        },",
    ]
    assert members([Field("port", parts=(Field("index", "1"),))]) == "    .port = {.index = 1},"


def test_a_signature_fills_its_lines() -> None:
    assert signature("void f", ["int a", "int b"]) == "void f(int a, int b)"
    long = signature("static void board_x_command", ["a" * 30, "b" * 40, "c" * 10])
    assert long.splitlines() == [
        f"static void board_x_command({'a' * 30},",
        f"                            {'b' * 40}, {'c' * 10})",
    ]


def test_sizes_have_the_largest_unit_that_is_exact() -> None:
    assert [size(n) for n in (0, 100, 2048, 3 << 20)] == ["0 B", "100 B", "2 KiB", "3 MiB"]
