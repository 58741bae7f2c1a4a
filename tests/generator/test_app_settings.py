# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a board says of single applications, as data of the kernel and its policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import HEAD, ROOT, plan_file

from boardwright.diagnostics import Diagnostics
from boardwright.load.roots import SearchRoots
from boardwright.pack import PackError
from boardwright.pack.tbf import Program as Packed
from boardwright.pack.tbf import tbf_bytes
from boardwright.pipeline import Program, packed_apps, planned
from boardwright.render import rendered
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.pipeline import Planned
    from boardwright.plan.ir import ConstArray, Plan

CAPSULES = """\
muxes:
  shared: {kind: mux_uart, uart: uart0}
capsules:
  console: {kind: console, uart: shared}
  debug: {kind: low_level_debug, uart: shared}
  alarm: {kind: alarm, timer: timer0}
budget: {flash: 64KiB, ram: 16KiB}
"""
POLICIES = "scheduler: {kind: round_robin}, on_fault: {kind: fault_stop}"
FILTER = f"kernel: {{{POLICIES}, filter: {{kind: filter_allow_list}}}}\n"
PLAIN = f"kernel: {{{POLICIES}}}\n"


def board(tmp_path: Path, text: str) -> Planned:
    home = tmp_path / "boards" / "small"
    home.mkdir(parents=True)
    for name in ("one", "two-words"):
        (home / name).mkdir()
    (home / "board.yaml").write_text(HEAD + CAPSULES + text)
    return plan_file(home / "board.yaml")


def arrays(plan: Plan, instance: str) -> dict[str, ConstArray]:
    (found,) = [each for each in plan.objects if each.id == instance]
    return {array.name: array for array in found.arrays}


def members(plan: Plan, instance: str) -> dict[str, str]:
    (found,) = [each for each in plan.objects if each.id == instance]
    return {field.name: field.text for field in found.fields}


TWO = """\
apps:
  one: {path: one, allow: [console, debug]}
  two-words: {path: two-words, allow: [debug, alarm.driver]}
"""


def test_a_driver_has_a_bit_for_each_application_that_may_call_it(tmp_path: Path) -> None:
    plan = board(tmp_path, FILTER + TWO).plan
    (array,) = arrays(plan, "kernel_filter").values()
    assert array.name == "board_kernel_filter_allow"
    words = {
        driver.id: element.text
        for driver, element in zip(plan.table.drivers, array.elements, strict=True)
    }
    assert words == {"console": "0x00000001", "debug": "0x00000003", "alarm": "0x00000002"}
    assert members(plan, "kernel_filter")["allow"] == "board_kernel_filter_allow"
    assert members(plan, "kernel")["subjects"] == "board_kernel_subjects"


def test_words_are_in_the_order_of_the_drivers_own_index() -> None:
    plan = plan_file(ROOT / "tests" / "bench" / "boards" / "bench_filter").plan
    assert [driver.ordinal for driver in plan.table.drivers] == [0, 1, 2, 3, 4]
    assert None in plan.table.slots, "without a hole this proves nothing"
    text = rendered(plan)["board.c"]
    for driver in plan.table.drivers:
        entry = text.split(f".number = {driver.number:#x},", 1)[1].split("}", 1)[0]
        assert f".index = {driver.ordinal}," in entry


def test_the_kernel_knows_applications_by_name_where_something_is_settled(
    tmp_path: Path,
) -> None:
    plan = board(tmp_path, FILTER + TWO).plan
    assert plan.known_apps == ("one", "two-words")
    text = rendered(plan)["board.c"]
    assert '{.name = "two-words", .name_len = 9},' in text
    assert "const uint8_t board_app_count = 2;" in text


def test_a_board_without_settings_has_no_table_of_applications(tmp_path: Path) -> None:
    plan = board(tmp_path, PLAIN + "apps: {one: one, two-words: two-words}\n").plan
    assert plan.known_apps == ()
    assert "const uint8_t board_app_count = 0;" in rendered(plan)["board.c"]
    assert not {"apps", "app_on_fault", "subjects"} & set(members(plan, "kernel"))


def test_under_a_filter_without_applications_nobody_may_call_anything(tmp_path: Path) -> None:
    home = tmp_path / "boards" / "small"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(HEAD + CAPSULES + FILTER)
    diagnostics = Diagnostics()
    made = planned(home / "board.yaml", SearchRoots(ROOT / "runtime"), diagnostics)
    assert made is not None, human(diagnostics)
    assert [each.code for each in diagnostics] == ["BW0506"] * 3
    (array,) = arrays(made.plan, "kernel_filter").values()
    assert {element.text for element in array.elements} == {"0x00000000"}


def test_memory_of_an_application_is_a_row_of_the_kernel(tmp_path: Path) -> None:
    text = "apps: {one: one, two-words: {path: two-words, ram: 6KiB}}\n"
    plan = board(tmp_path, PLAIN + text).plan
    (array,) = arrays(plan, "kernel").values()
    assert (array.ctype, array.name) == ("struct kernel_app", "board_kernel_apps")
    rows = [[(part.name, part.text) for part in each.parts] for each in array.elements]
    assert rows == [[("ram_b", "0")], [("ram_b", "6144")]]
    assert plan.known_apps == ("one", "two-words")


def test_a_fault_policy_of_an_application_stands_in_for_the_boards(tmp_path: Path) -> None:
    text = "apps: {one: one, two-words: {path: two-words, on_fault: {kind: fault_restart}}}\n"
    made = board(tmp_path, PLAIN + text)
    (array,) = arrays(made.plan, "kernel").values()
    owners = [each.parts[1].text for each in array.elements]
    assert owners == ["&board_kernel_on_fault", "&board_kernel_on_fault_two_words"]
    assert members(made.plan, "kernel")["app_on_fault"] == "board_kernel_app_on_fault"
    seal = next(each for each in made.plan.seals if each.component == "kernel")
    assert "POLICY_FAULT_SEALED" not in [macro for macro, _, _ in seal.macros]


def test_equal_fault_policies_leave_the_kernel_sealed(tmp_path: Path) -> None:
    text = "apps: {one: one, two-words: {path: two-words, on_fault: {kind: fault_stop}}}\n"
    plan = board(tmp_path, PLAIN + text).plan
    seal = next(each for each in plan.seals if each.component == "kernel")
    assert "POLICY_FAULT_SEALED" in [macro for macro, _, _ in seal.macros]


def test_a_setting_nobody_reads_says_which_policy_would(tmp_path: Path) -> None:
    home = tmp_path / "boards" / "small"
    (home / "one").mkdir(parents=True)
    text = HEAD + CAPSULES + PLAIN + "apps: {one: {path: one, allow: [console]}}\n"
    (home / "board.yaml").write_text(text)
    diagnostics = Diagnostics()
    planned(home / "board.yaml", SearchRoots(ROOT / "runtime"), diagnostics)
    (finding,) = diagnostics
    assert finding.code == "BW0505"
    assert "kernel: {filter: {kind: filter_allow_list}} reads it" in human(diagnostics)


def test_an_object_with_another_name_than_its_settings_have_is_refused(
    tmp_path: Path,
) -> None:
    made = board(tmp_path, FILTER + TWO)
    path = tmp_path / "packed.tbf"
    path.write_bytes(tbf_bytes(Packed("other", bytes(16), 1, 512)))
    roots = SearchRoots(ROOT / "runtime")
    with pytest.raises(PackError, match="application one calls itself 'other'"):
        packed_apps(made, roots, [Program("one", path)], Diagnostics())
    assert packed_apps(made, roots, [Program("stranger", path)], Diagnostics()) is not None


def test_the_boards_page_says_what_is_settled_for_an_application(tmp_path: Path) -> None:
    text = TWO.replace(
        "alarm.driver]", "alarm.driver], ram: 6KiB, on_fault: {kind: fault_panic}"
    )
    page = rendered(board(tmp_path, FILTER + text).plan)["board.md"]
    assert "- one: `boards/small/one`; allow console, debug\n" in page
    words = "; allow debug, alarm; on_fault fault_panic; ram 6KiB\n"
    assert f"- two-words: `boards/small/two-words`{words}" in page
