# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings for tools: each format keeps the rules of whoever reads it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from tests.generator.frontend_case import ROOTS, written

from boardwright.diagnostics import Diagnostic, Diagnostics
from boardwright.frontend import check_file
from boardwright.messages import MESSAGES
from boardwright.report import for_tools, human
from boardwright.span import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.load.roots import SearchRoots

WRONG = """\
capsules:
  log: {kind: logger, serial: uart7, driver: 17}
  log2: {kind: logger, serial: uart7, driver: 18}
  console: {bufer: 64B}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(home: Path, text: str = WRONG, roots: SearchRoots = ROOTS) -> Diagnostics:
    diagnostics = Diagnostics()
    check_file(written(home, text), roots, diagnostics)
    assert len(diagnostics)
    return diagnostics


def one(path: Path, message: str = "what", hint: str = "") -> list[Diagnostic]:
    """A finding on the two words of the first line of a file."""
    source = Source(path.as_posix(), path, "two words\nand more\n")
    return [Diagnostic("BW0201", "error", Span(source, 1, 1, 1, 10), message, hint=hint)]


# --- SARIF -------------------------------------------------------------------------------


def log(diagnostics: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(for_tools("sarif", diagnostics))


def test_a_sarif_log_is_one_run_of_one_tool(home: Path) -> None:
    document = log(findings(home))
    assert document["version"] == "2.1.0"
    assert "sarif" in document["$schema"]
    (run,) = document["runs"]
    assert run["tool"]["driver"]["name"] == "boardwright"
    assert run["columnKind"] == "unicodeCodePoints"


def test_without_findings_a_sarif_log_is_an_empty_run() -> None:
    (run,) = log([])["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_each_sarif_result_points_at_its_rule(home: Path) -> None:
    (run,) = log(findings(home))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["BW0207", "BW0310"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        message = MESSAGES[result["ruleId"][2:]]
        assert rule["id"] == result["ruleId"]
        assert rule["fullDescription"]["text"] == message.explain
        assert rule["shortDescription"]["text"].lower() == f"{message.title}.".lower()
        assert rule["name"].isalnum()
        assert result["level"] == rule["defaultConfiguration"]["level"]


def test_sarif_has_the_place_the_other_places_and_the_edit(home: Path) -> None:
    (run,) = log(findings(home))["runs"]
    unknown, key = run["results"]
    text = (home / "boards/case/board.yaml").read_text().splitlines()
    place = unknown["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "boards/case/board.yaml",
        "uriBaseId": "SRCROOT",
    }
    assert marked(text, place["region"]) == "uart7"
    (related,) = unknown["relatedLocations"]
    assert related["id"] == 0
    assert related["message"]["text"] == "and here"
    assert marked(text, related["physicalLocation"]["region"]) == "uart7"
    (fix,) = key["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert marked(text, replacement["deletedRegion"]) == "bufer"
    assert replacement["insertedContent"]["text"] == "buffer"


def marked(text: list[str], region: dict[str, int]) -> str:
    assert region["startLine"] == region["endLine"]
    return text[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]


def test_sarif_names_no_path_of_this_machine(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostics = findings(home, "capsules: {log: {kind: logger, serial: timer0.pin}}\n")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    text = for_tools("sarif", diagnostics)
    assert str(home) not in text
    assert all(not uri.startswith("/") for uri in re.findall(r'"uri": "([^"]*)"', text))


def test_a_packaged_file_has_a_base_of_its_own_in_sarif(home: Path) -> None:
    source = Source("<boardwright>/chips/a b.yaml", home.parent / "a b.yaml", "x\n")
    found = Diagnostic("BW0702", "error", Span(source, 1, 1, 1, 2), "what")
    (run,) = log([found])["runs"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "chips/a%20b.yaml", "uriBaseId": "BOARDWRIGHT"}
    assert set(run["originalUriBaseIds"]) == {"BOARDWRIGHT", "SRCROOT"}


def test_every_base_a_result_names_is_declared(home: Path) -> None:
    text = for_tools("sarif", findings(home))
    (run,) = json.loads(text)["runs"]
    named = set(re.findall(r'"uriBaseId": "([^"]*)"', text))
    assert named == set(run["originalUriBaseIds"])


# --- GitHub ------------------------------------------------------------------------------

_COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands as GitHub's runner reads them."""
    read = []
    for line in text.splitlines():
        found = _COMMAND.fullmatch(line)
        assert found, line
        pairs = (each.split("=", 1) for each in found[2].split(","))
        properties = {key: unquote(value) for key, value in pairs}
        read.append((found[1], properties, unquote(found[3])))
    return read


def test_a_finding_is_one_github_command(home: Path) -> None:
    unknown, key = commands(for_tools("github", findings(home)))
    severity, properties, text = unknown
    assert severity == "error"
    assert properties == {
        "file": "boards/case/board.yaml",
        "line": "5",
        "col": "31",
        "endLine": "5",
        "endColumn": "35",
        "title": "BW0310 unknown target",
    }
    assert text.splitlines() == [
        "nothing here is called 'uart7'",
        "boards/case/board.yaml:6:32: and here",
        "help: did you mean 'uart5' or 'uart4'?",
    ]
    assert key[2].splitlines()[-1] == "help: did you mean 'buffer'?"


def test_a_warning_is_a_github_warning(home: Path) -> None:
    found = findings(home, "devices: {spare: {kind: lamp_pin, pin: P3}}\n")
    assert [severity for severity, _, _ in commands(for_tools("github", found))] == ["warning"]


def test_what_a_github_command_could_be_confused_by_is_escaped(home: Path) -> None:
    path = home / "50%,a:b.yaml"
    line = for_tools("github", one(path, "100%::\nnext\r", "a, b: c"))
    assert line.count("\n") == 1
    assert "file=50%25%2Ca%3Ab.yaml," in line
    assert line.endswith("::100%25::%0Anext%0D%0Ahelp: a, b: c\n")


def test_columns_over_two_lines_are_left_out_for_github(home: Path) -> None:
    (found,) = one(home / "a.yaml")
    source = found.span.source
    over = Diagnostic("BW0201", "error", Span(source, 1, 5, 2, 4), "what")
    ((_, properties, _),) = commands(for_tools("github", [over]))
    assert {key: properties.get(key) for key in ("line", "endLine", "col", "endColumn")} == {
        "line": "1",
        "endLine": "2",
        "col": None,
        "endColumn": None,
    }


# --- people ------------------------------------------------------------------------------


def test_colour_is_only_where_it_is_asked_for(home: Path) -> None:
    found = findings(home)
    assert "\x1b" not in human(found)
    painted = human(found, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == human(found)
    assert painted != human(found)
