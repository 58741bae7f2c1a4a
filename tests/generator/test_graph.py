# SPDX-License-Identifier: MIT OR Apache-2.0
"""The picture of a board: what is in it, and that graphviz can draw it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from tests.generator.planning import HEAD, KERNEL, plan_file, plan_text, write_board

from boardwright.cli import main
from boardwright.firmware.error import EnvironmentProblemError
from boardwright.graph import dot_text, svg_text
from boardwright.graph.dot import _quoted

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
muxes:
  uart_mux: {kind: mux_uart, uart: uart0}
  alarm_mux: {kind: mux_alarm, alarm: timer0}
capsules:
  console: {kind: console, uart: uart_mux}
  debug: {kind: low_level_debug, uart: uart_mux}
  alarm: {kind: alarm, timer: alarm_mux}
  leds: {kind: led_driver, leds: [fpgaio.led.0-1, {kind: led_gpio, pin: scc.pin.3}]}
"""


def arrows(dot: str) -> dict[tuple[str, str], list[str]]:
    """The attributes of every arrow between two boxes."""
    found: dict[tuple[str, str], list[str]] = {}
    for left, right, attributes in re.findall(r'"([^"]+)" -> "([^"]+)" \[(.*)\];', dot):
        found.setdefault((left, right), []).append(attributes)
    return found


def test_arrows_are_what_the_board_says(tmp_path: Path) -> None:
    drawn = arrows(dot_text(plan_text(tmp_path, BODY)))
    assert drawn["uart_mux", "console"] == ['label="uart: transmit, receive"']
    assert drawn["uart0", "kernel"] == ['label="report: uart.polled"']
    assert drawn["scc", "leds_leds_2"] == ['label="pin: gpio.output of pin.3"']


def test_edges_between_the_same_two_are_one_arrow(tmp_path: Path) -> None:
    drawn = arrows(dot_text(plan_text(tmp_path, BODY)))
    assert drawn["fpgaio", "leds"] == [
        r'label="leds.0: led.light of led.0\nleds.1: led.light of led.1"'
    ]


def test_a_mux_left_out_is_dashed_and_the_way_past_it_is_not(tmp_path: Path) -> None:
    dot = dot_text(plan_text(tmp_path, BODY))
    assert re.search(r'"alarm_mux" \[label="[^"]*left out".*style="dashed', dot)
    drawn = arrows(dot)
    for pair in (("timer0", "alarm_mux"), ("alarm_mux", "alarm")):
        (only,) = drawn[pair]
        assert 'style="dashed"' in only
    assert drawn["timer0", "alarm"] == ['label="timer: alarm"']
    assert drawn["fpgaio", "alarm"] == ['label="timer: counter"']


def test_what_a_mux_hands_on_is_grey(tmp_path: Path) -> None:
    (only,) = arrows(dot_text(plan_text(tmp_path, BODY)))["uart0", "console"]
    assert 'label="uart: receive"' in only
    assert 'color="#909090"' in only


def test_every_instance_is_in_the_box_of_its_room(tmp_path: Path) -> None:
    source = plan_text(tmp_path, BODY)
    boxes = re.findall(r'subgraph "cluster_(\w+)" \{(.*?)\n    \}', dot_text(source), re.DOTALL)
    inside = {room: set(re.findall(r'^        "(\w+)" \[', box, re.M)) for room, box in boxes}
    assert inside["devices"] == {"leds_leds_2"}
    assert inside["virtualizers"] == {"uart_mux", "alarm_mux"}
    everyone = {instance.id for instance in source.board.instances}
    assert set().union(*inside.values()) == everyone


def test_processes_call_drivers_by_number(tmp_path: Path) -> None:
    drawn = arrows(dot_text(plan_text(tmp_path, BODY)))
    calls = {left: drawn[left, right] for left, right in drawn if right == "(applications)"}
    assert calls == {
        "console": ['label="driver 0x1"'],
        "debug": ['label="driver 0x8"'],
        "alarm": ['label="driver 0x0"'],
        "leds": ['label="driver 0x2"'],
    }


def test_under_a_filter_each_application_calls_its_own_drivers(tmp_path: Path) -> None:
    for name in ("talk", "blink"):
        (tmp_path / "boards" / "small" / name).mkdir(parents=True)
    kernel = KERNEL.replace("kernel:", "kernel:\n  filter: {kind: filter_allow_list}")
    apps = (
        "apps:\n  talk: {path: talk, allow: [console, debug]}\n"
        "  blink: {path: blink, allow: [alarm, leds, debug]}\n"
    )
    board = tmp_path / "boards" / "small" / "board.yaml"
    board.write_text(HEAD + BODY + apps + kernel)
    drawn = arrows(dot_text(plan_file(board)))
    calls = {(left, right) for left, right in drawn if right.startswith("(")}
    assert calls == {
        ("console", "(talk)"),
        ("debug", "(talk)"),
        ("debug", "(blink)"),
        ("alarm", "(blink)"),
        ("leds", "(blink)"),
    }


def test_a_board_without_drivers_has_no_applications_box(tmp_path: Path) -> None:
    assert "applications" not in dot_text(plan_text(tmp_path, ""))


def test_graphviz_draws_it_with_every_box(tmp_path: Path) -> None:
    source = plan_text(tmp_path, BODY)
    root = ElementTree.fromstring(svg_text(dot_text(source)))  # noqa: S314 - ours
    titles = {title.text for title in root.iter("{http://www.w3.org/2000/svg}title")}
    assert {instance.id for instance in source.board.instances} < titles


@pytest.mark.parametrize("text", ['a"b', "a\\", "\\n", "<b>&amp;</b>", 'a\\"]; x [', "ü"])
def test_any_text_is_drawn_as_it_is(text: str) -> None:
    svg = svg_text(f"digraph {_quoted(text)} {{ {_quoted('n')} [label={_quoted(text)}]; }}")
    root = ElementTree.fromstring(svg)  # noqa: S314 - ours
    drawn = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert drawn == [text]


def test_without_graphviz_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EnvironmentProblemError, match="apt install graphviz"):
        svg_text("digraph {}")


# --- the command -------------------------------------------------------------------------


def test_graph_prints_dot_unless_told_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY))
    assert main(["graph", board]) == 0
    assert capsys.readouterr().out.startswith('digraph "small" {')
    assert main(["graph", board, "--format", "svg"]) == 0
    assert "<svg" in capsys.readouterr().out


def test_the_name_of_the_file_says_the_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY))
    for name, begin in (("a.svg", "<?xml"), ("a.dot", "digraph"), ("a.gv", "digraph")):
        assert main(["graph", board, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text().startswith(begin)
        assert name in capsys.readouterr().out


def test_a_wrong_board_is_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    board = str(write_board(tmp_path, BODY.replace("uart: uart0", "uart: uart9")))
    assert main(["graph", board]) == 1
    assert capsys.readouterr().out == ""


def test_a_picture_of_another_kind_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = str(write_board(tmp_path, BODY))
    assert main(["graph", board, "-o", str(tmp_path / "a.png")]) == 2
    assert ".svg or .dot, not .png" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()
