# SPDX-License-Identifier: MIT OR Apache-2.0
"""The schemas say of every file what the loader says of its structure: a validator agrees.

What a schema cannot see is what other files say, and tags: `!append`, `!replace` and
`!delete` read as if they were not there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from tests.generator.test_errors import CASES, ERRORS

from boardwright.cli import main
from boardwright.schema import schema_files

ROOT = Path(__file__).parent.parent.parent
KINDS = ("board", "chip", "component", "hil")
VALIDATORS = {
    kind: jsonschema.Draft202012Validator(json.loads(schema_files()[f"{kind}.json"]))
    for kind in KINDS
}
"""Of what the code says now; that schemas/ holds it is a test of its own."""
STRUCTURAL = {
    "0103": "schema version",
    "0104": "file kind",
    "0201": "wrong shape",
    "0202": "unit missing or wrong",
    "0207": "unknown key",
    "0303": "key the chip owns",
    "0305": "kind missing",
    "0308": "map without `to`",
    "0309": "malformed reference",
    "0323": "instance under `names`",
    "0702": "unknown or malformed key",
    "0710": "key not allowed in this room",
    "0713": "HIL without `sharing`",
}
"""Codes of what one file says wrong by itself: a schema sees every case of them."""
ALSO = {
    "0203_chip_facts": "an address is a number whatever the component is",
    "0203_quantity": "a budget is a size",
    "0208_chip": "a board names its chip",
    "0304_id_twice": "one of the ids is none",
    "0304_variant": "a variant's name is an id",
}
"""Cases of other codes that a schema sees, too."""
ELSEWHERE = {
    "0702_clients_parameter": "what a port and a parameter are together",
    "0702_clock_sources": "a chip may have its sources from the one it extends",
    "0702_edge_without_object": "what an edge without an object carries",
    "0702_edge_port": "what an interface of the same HIL is called",
    "0702_edge_port_calls": "what an interface of another HIL is like",
    "0702_edge_sets": "what the edge of another HIL can say",
    "0702_edge_sets_no_port": "parameters of edges have one form whatever their type",
    "0702_parameter_type": "parameters and settings of applications have one form of type",
    "0702_port_index": "what two ports are together",
    "0104_extends_another_kind": "the extended file says its kind",
    "0104_name_of_the_file": "a schema does not know what the file is called",
    "0305_kind_missing": "the extended file may say it: see 0305_kind_missing_whole_board",
    "0308_map_without_to": "the extended file may: see 0308_map_without_to_whole_board",
    "0309_malformed": "the component says what is a port: see 0309_malformed_whole_board",
    "0702_chip_without_code": "what several memories are together",
    "0702_application_setting": "what a setting and a port are together",
    "0702_port_rules": "what ports, parameters and HILs are together",
    "0702_unread_parameter": "what an expression reads",
}
"""Cases of these codes whose mistake is one only together with another file."""


class _Loader(yaml.SafeLoader):
    """YAML as an editor reads it: a tag it does not know changes nothing."""


def _untagged(loader: _Loader, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_yaml_object(node, str) if node.value else None


_Loader.add_multi_constructor("!", _untagged)


def read(path: Path) -> Any:  # noqa: ANN401 - whatever is written
    """A file as JSON sees it: keys are texts."""
    return json.loads(json.dumps(yaml.load(path.read_text("utf-8"), _Loader)))  # noqa: S506


def kind_of(document: object) -> str:
    return next((k for k in KINDS if isinstance(document, dict) and k in document), "board")


def faults(path: Path) -> list[str]:
    document = read(path)
    found = VALIDATORS[kind_of(document)].iter_errors(document)
    return [f"{path}: {each.json_path}: {each.message}" for each in found]


def valid_files() -> list[Path]:
    found = [
        *ROOT.glob("boards/**/*.yaml"),
        *ROOT.glob("runtime/**/*.yaml"),
        *ROOT.glob("examples/**/*.yaml"),
        *ROOT.glob("tests/*/**/*.yaml"),  # tests/scenarios.yaml is of another kind
    ]
    wrong = re.compile(r"tests/errors/[0-9]")
    built = {"build", "golden"}
    return sorted(
        path
        for path in found
        if not wrong.search(path.as_posix()) and not built & set(path.parts)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATORS[kind].schema)


@pytest.mark.parametrize("path", valid_files(), ids=lambda path: path.stem)
def test_every_file_of_the_tree_is_valid(path: Path) -> None:
    assert not faults(path)


@pytest.mark.parametrize("case", [c for c in CASES if c[:4] in STRUCTURAL or c in ALSO])
def test_a_structural_mistake_is_seen_without_the_generator(case: str) -> None:
    found = [fault for path in ERRORS.glob(f"{case}/**/*.yaml") for fault in faults(path)]
    hint = f"if only several files show what is wrong in {case}, say in ELSEWHERE which"
    assert found or case in ELSEWHERE, hint
    assert not found or case not in ELSEWHERE, found


def test_the_lists_of_cases_name_cases() -> None:
    seen = {case[:4] for case in CASES if case not in ELSEWHERE}
    assert seen >= STRUCTURAL.keys()
    assert set(CASES) >= ELSEWHERE.keys() | ALSO.keys()


def test_every_key_is_explained() -> None:
    def unexplained(schema: Any, path: str) -> list[str]:  # noqa: ANN401
        found = []
        if isinstance(schema, dict):
            for name, key in schema.get("properties", {}).items():
                if key is not False and "if" not in path and not key.get("description"):
                    found.append(f"{path}.{name}")
            for name, each in schema.items():
                found += unexplained(each, f"{path}.{name}")
        elif isinstance(schema, list):
            for each in schema:
                found += unexplained(each, path)
        return found

    for kind, validator in VALIDATORS.items():
        assert not unexplained(validator.schema, kind)


def test_the_files_of_the_tree_are_what_the_code_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["schema", "--check"]) == 0, capsys.readouterr().err


def test_check_finds_a_stale_and_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "schemas"
    assert main(["schema", "--check", "--output", str(output)]) == 1
    assert main(["schema", "--output", str(output)]) == 0
    assert main(["schema", "--check", "--output", str(output)]) == 0
    (output / "hil.json").write_text("{}\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["schema", "--check", "--output", str(output)]) == 1
    assert capsys.readouterr().err.count("hil.json") == 1
