# SPDX-License-Identifier: MIT OR Apache-2.0
"""Emitting touches only what changed, and never what somebody edited."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import BOARD, ROOT, plan_file

from boardwright.emit import (
    MANIFEST,
    HandEditedError,
    changes,
    depfile_text,
    emit,
    manifest_text,
    unified_diff,
)
from boardwright.emit.manifest import digest, signed
from boardwright.render import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def manifest(files: Mapping[str, str]) -> str:
    return signed({"files": {name: digest(files[name].encode()) for name in files}})


def emitted(directory: Path, files: Mapping[str, str], *, force: bool = False) -> list[str]:
    return list(emit(directory, files, manifest(files), force=force).written)


FILES = {"board.c": "int x;\n", "seal/console.h": "#pragma once\n"}


def test_everything_is_written_once(tmp_path: Path) -> None:
    assert emitted(tmp_path / "gen", FILES) == ["board.c", "seal/console.h", MANIFEST]
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.c")}
    assert emitted(tmp_path / "gen", FILES) == []
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.c")}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    assert emitted(tmp_path, {**FILES, "board.c": "int y;\n"}) == ["board.c", MANIFEST]


def test_a_file_no_longer_generated_is_removed_with_its_directory(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    result = emit(tmp_path, {"board.c": "int x;\n"}, manifest({"board.c": "int x;\n"}))
    assert result.removed == ("seal/console.h",)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board.c", MANIFEST]


def test_files_of_others_stay(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "seal" / "notes.txt").write_text("mine")
    emitted(tmp_path, {"board.c": "int x;\n"})
    assert (tmp_path / "seal" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_hand_edited_file_stops_everything(tmp_path: Path, name: str) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / name).write_text("mine\n")
    changed = {other: text + "\n" for other, text in FILES.items()}
    with pytest.raises(HandEditedError) as caught:
        emitted(tmp_path, changed)
    assert caught.value.paths == (name,)
    assert (tmp_path / name).read_text() == "mine\n"
    other = next(each for each in FILES if each != name)
    assert (tmp_path / other).read_text() == FILES[other]


def test_a_hand_edited_stale_file_is_not_removed(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "seal/console.h").write_text("mine\n")
    with pytest.raises(HandEditedError):
        emitted(tmp_path, {"board.c": "int x;\n"})
    assert (tmp_path / "seal/console.h").read_text() == "mine\n"


def test_a_file_that_was_there_before_us_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "board.c").write_text("mine\n")
    with pytest.raises(HandEditedError):
        emitted(tmp_path, FILES)


def test_an_edit_that_equals_the_new_output_is_no_edit(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "board.c").write_text("int y;\n")
    assert emitted(tmp_path, {**FILES, "board.c": "int y;\n"}) == [MANIFEST]


def test_force_overwrites(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "board.c").write_text("mine\n")
    assert emitted(tmp_path, FILES, force=True) == ["board.c"]


def test_a_manifest_that_names_files_elsewhere_removes_none(tmp_path: Path) -> None:
    outside = tmp_path / "precious.txt"
    outside.write_text("mine")
    gen = tmp_path / "gen"
    gen.mkdir()
    hashes = {"../precious.txt": digest(b"mine"), str(outside): digest(b"mine")}
    (gen / MANIFEST).write_text(signed({"files": hashes}))
    emitted(gen, FILES)
    assert outside.read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}', "not json", "\xff"])
def test_a_manifest_that_is_not_ours_is_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(HandEditedError) as caught:
        emitted(tmp_path, FILES)
    assert caught.value.paths == (MANIFEST,)
    assert not (tmp_path / "board.c").exists()
    assert emitted(tmp_path, FILES, force=True) == ["board.c", "seal/console.h", MANIFEST]


def test_an_edited_manifest_vouches_for_nothing(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    path = tmp_path / MANIFEST
    (tmp_path / "board.c").write_text("mine\n")
    was, now = digest(FILES["board.c"].encode()), digest(b"mine\n")
    path.write_text(path.read_text().replace(was, now))
    with pytest.raises(HandEditedError) as caught:
        emitted(tmp_path, FILES)
    assert caught.value.paths == ("board.c", MANIFEST)
    assert (tmp_path / "board.c").read_text() == "mine\n"


def test_a_manifest_of_another_layout_is_an_edited_one(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    path = tmp_path / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()), indent=4))
    with pytest.raises(HandEditedError):
        emitted(tmp_path, FILES)


def test_a_deleted_manifest_vouches_for_nothing(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / MANIFEST).unlink()
    assert emitted(tmp_path, FILES) == [MANIFEST]
    (tmp_path / MANIFEST).unlink()
    with pytest.raises(HandEditedError) as caught:
        emitted(tmp_path, {**FILES, "board.c": "int y;\n"})
    assert caught.value.paths == ("board.c",)


def test_a_deleted_file_is_written_again(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "board.c").unlink()
    assert emitted(tmp_path, FILES) == ["board.c"]


def test_a_file_of_somebody_else_is_no_change(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "notes.txt").write_text("mine")
    assert pending(tmp_path, FILES) == []


def pending(directory: Path, files: Mapping[str, str]) -> list[tuple[str, bool]]:
    return [(c.path, c.by_hand) for c in changes(directory, files, manifest(files))]


def test_changes_are_what_emit_would_do_and_touch_nothing(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "board.c").write_text("mine\n")
    new = {"board.c": "int y;\n", "vectors.c": "int z;\n"}
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert pending(tmp_path, new) == [
        ("board.c", True),
        ("vectors.c", False),
        (MANIFEST, False),
        ("seal/console.h", False),
    ]
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    emitted(tmp_path, new, force=True)
    assert pending(tmp_path, new) == []


def test_a_diff_is_a_patch_that_makes_the_directory_so(tmp_path: Path) -> None:
    emitted(tmp_path, FILES)
    (tmp_path / "board.c").write_bytes(b"mine\x0c, without an end")
    new = {"board.c": "int y;\nint z;", "vectors.c": "int z;\n"}
    text = unified_diff(changes(tmp_path, new, manifest(new)))
    assert "--- /dev/null\n+++ b/vectors.c\n" in text
    assert "--- a/seal/console.h\n+++ /dev/null\n" in text
    subprocess.run(["git", "apply", "-"], input=text.encode(), cwd=tmp_path, check=True)
    assert pending(tmp_path, new) == []


def test_the_manifest_has_every_file_and_input_without_places() -> None:
    source = plan_file(BOARD)
    files = rendered(source.plan)
    text = manifest_text(source.plan, source.board, files)
    content = json.loads(text)
    assert set(content["files"]) == set(files)
    assert content["files"]["board.c"] == digest(files["board.c"].encode())
    assert "boards/mps2_an386/board.yaml" in content["inputs"]
    assert "<boardwright>/capsules/console.yaml" in content["inputs"]
    assert str(ROOT) not in text


def test_a_depfile_escapes_what_make_would_read_otherwise(tmp_path: Path) -> None:
    text = depfile_text(tmp_path / "out", [tmp_path / "a b", tmp_path / "c$d"])
    first, *rest = text.splitlines()
    assert first == f"{tmp_path}/out: \\"
    assert rest == [f"  {tmp_path}/a\\ b \\", f"  {tmp_path}/c$$d"]
