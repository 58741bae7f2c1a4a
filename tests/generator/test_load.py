# SPDX-License-Identifier: MIT OR Apache-2.0
"""YAML text becomes nodes that keep every word as written and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardwright.diagnostics import Diagnostics
from boardwright.load.nodes import Mapping, Node, Scalar, Sequence
from boardwright.load.roots import Files, SearchRoots, project_root
from boardwright.load.yaml_text import parse
from boardwright.span import Source


def read(text: str) -> tuple[Node | None, list[str]]:
    diagnostics = Diagnostics()
    node = parse(Source("case.yaml", Path("case.yaml"), text), diagnostics)
    return node, [f"{found.code}:{found.span.line}" for found in diagnostics]


@pytest.mark.parametrize(
    "word", ["NO", "010", "22:22", "1e3", "null", "~", "0x10", "yes", "1_0"]
)
def test_a_scalar_stays_the_text_it_is(word: str) -> None:
    node, findings = read(f"key: {word}\n")
    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert (value.text, findings) == (word, [])


def test_positions_count_from_one_and_end_exclusive() -> None:
    node, _ = read("first: 1\nkey: {inner: [a, bc]}\n")
    assert isinstance(node, Mapping)
    outer = node.get("key")
    assert isinstance(outer, Mapping)
    items = outer.get("inner")
    assert isinstance(items, Sequence)
    span = items.items[1].span
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 18, 2, 20)


def test_a_key_without_a_value_is_empty_and_stands_where_the_key_does() -> None:
    node, _ = read("muxes:\ncapsules: {}\n")
    assert isinstance(node, Mapping)
    empty = node.get("muxes")
    assert isinstance(empty, Scalar)
    assert empty.empty
    assert (empty.span.line, empty.span.column) == (1, 1)


def test_a_quoted_empty_word_is_a_word() -> None:
    node, _ = read("key: ''\n")
    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert not value.empty


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("a: [1\n\n", ["BW0100:1"]),
        ("a: 1\n--- \nb: 2\n", ["BW0100:2"]),
        ("{a: 1}: b\n", ["BW0100:1"]),
        ("a: 1\nb: 2\na: 3\n", ["BW0101:3"]),
        ("a: !binary x\n", ["BW0102:1"]),
        ("a: !!int 3\n", ["BW0102:1"]),
        ("a: &x 1\nb: *x\n", ["BW0105:1", "BW0105:2"]),
        ("a: \x00\n", ["BW0100:1"]),
        ("a:\tb: c\n", ["BW0100:1"]),
    ],
)
def test_what_the_language_has_not_is_reported_where_it_stands(
    text: str, findings: list[str]
) -> None:
    assert read(text)[1] == findings


@pytest.mark.parametrize("text", ["[" * 3000 + "]" * 3000, "a: {" * 51 + "}" * 51])
def test_depth_has_a_limit(text: str) -> None:
    assert read(text) == (None, ["BW0100:1"])


def test_what_is_not_deeper_than_the_limit_is_read() -> None:
    node, findings = read("[" * 50 + "]" * 50)
    assert isinstance(node, Sequence)
    assert not findings


def test_nothing_names_a_file_by_an_absolute_path(tmp_path: Path) -> None:
    board = tmp_path / "boards" / "demo" / "board.yaml"
    runtime, extra = tmp_path / "runtime", tmp_path / "elsewhere" / "parts"
    for path in (board, runtime / "hil" / "a.yaml", extra / "b.yaml", tmp_path / "c.yaml"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    assert project_root(board) == tmp_path
    files = Files(SearchRoots(runtime, (extra,)), project_root(board))
    assert files.read(board).name == "boards/demo/board.yaml"
    assert files.read(runtime / "hil" / "a.yaml").name == "<boardwright>/hil/a.yaml"
    assert files.read(extra / "b.yaml").name == "elsewhere/parts/b.yaml"
    nearer = Files(SearchRoots(runtime, (extra,)), tmp_path / "boards")
    assert nearer.read(extra / "b.yaml").name == "<parts>/b.yaml"
    assert nearer.read(tmp_path / "c.yaml").name == "../c.yaml"
    read = tuple(source.path for source in files.inputs)
    assert read == tuple(sorted((board, runtime / "hil/a.yaml", extra / "b.yaml")))
