# SPDX-License-Identifier: MIT OR Apache-2.0
"""The book leads where it says: its code is the tree's, its commands print what it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.architecture.tree import descriptor
from tests.docs.book import (
    BOOK,
    ROOT,
    Reader,
    blocks,
    exceptions_untold,
    keys_untold,
    missing_names,
    never_printed,
    shape_keys,
    tree_text,
    unlike_the_tree,
    untold,
)

from boardwright.load.shapes import board, chip, component, hil

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

CONTENTS = (BOOK / "README.md").read_text()
CHAPTERS = [BOOK / name for name in re.findall(r"^\d+\. \[.*?\]\((.*?)\)", CONTENTS, re.M)]
SHAPES = {
    "board-file.md": board,
    "component.md": component,
    "chip.md": chip,
    "trd3.md": hil,
}
HILS = sorted((ROOT / "runtime/hil").glob("*.yaml"))

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


@every_chapter
def test_every_block_is_tried_or_said_not_to_be(chapter: Path) -> None:
    assert untold(blocks(chapter.read_text())) == []


@every_chapter
def test_code_of_the_tree_is_quoted_as_it_is(chapter: Path) -> None:
    assert unlike_the_tree(blocks(chapter.read_text())) == []


def test_a_reader_is_given_only_what_the_book_has_printed() -> None:
    assert never_printed(blocks(chapter.read_text()) for chapter in CHAPTERS) == []


@every_chapter
def test_named_functions_and_tests_exist(chapter: Path) -> None:
    assert missing_names(chapter) == []


@every_chapter
def test_a_reader_who_types_it_all_gets_there(chapter: Path, tmp_path: Path) -> None:
    problems = Reader(tmp_path).follow(blocks(chapter.read_text()))
    assert not problems, f"in docs/{chapter.name}\n" + "\n".join(problems)


def test_every_broken_rule_of_a_hil_is_told() -> None:
    assert exceptions_untold((BOOK / "trd3.md").read_text(), HILS) == []


@pytest.mark.parametrize(("chapter", "shapes"), SHAPES.items())
def test_every_key_of_a_file_is_told(chapter: str, shapes: ModuleType) -> None:
    assert keys_untold((BOOK / chapter).read_text(), shape_keys(shapes)) == []


def test_the_kernels_settings_and_every_policy_are_told() -> None:
    kernel = descriptor(ROOT / "runtime/kernel/kernel.yaml")
    keys = [*kernel["requires"], *kernel["params"], *kernel["per_app"]]
    keys += [path.stem for path in ROOT.glob("runtime/kernel/*.yaml")]
    assert keys_untold((BOOK / "board-file.md").read_text(), keys) == []


def test_the_first_board_has_twelve_lines() -> None:
    assert len(tree_text("examples/boards/minimal/board.yaml").splitlines()) == 12


def test_every_page_is_in_the_table_of_contents() -> None:
    pages = sorted(path.name for path in BOOK.glob("*.md"))
    assert [name for name in pages if f"]({name})" not in CONTENTS] == ["README.md"]


PLANTED = """# A chapter

<!-- from: runtime/lib/container.h -->
```c
#include <stddef.h>
```

<!-- from: runtime/lib/container.h -->
```c
#include <stdint.h>
```

<!-- file: examples/boards/minimal/board.yaml -->
```yaml
schema: 2
```

```c
int untold;
```

See [`err_ignore`](../runtime/abi/err.h) and [`err_missing`](../runtime/abi/err.h).

<!-- copy: examples/boards/minimal -->
<!-- overlay: boards/minimal/board.yaml -->
```yaml
peripherals: {uart0: {baud: 115200}}
```

```console
$ boardwright check boards/minimal
boards/minimal/board.yaml: ...
$ boardwright check boards/minimal
boards/minimal/board.yaml: wrong
$ boardwright run boards/minimal --for 2s
hello, second 0
...
$ boardwright run boards/minimal --app boards/nowhere --for 2s
hello, second 0
```
"""


def test_planted_faults_are_found(tmp_path: Path) -> None:
    chapter = tmp_path / "docs/chapter.md"
    chapter.parent.mkdir()
    chapter.write_text(PLANTED)
    (tmp_path / "runtime").symlink_to(ROOT / "runtime")
    found = blocks(PLANTED)
    assert untold(found) == ["18: a c block without a comment"]
    assert unlike_the_tree(found) == [
        "9: not in runtime/lib/container.h",
        "14: not examples/boards/minimal/board.yaml as it is",
    ]
    assert never_printed([found]) == ["examples/boards/minimal/hello/main.c"]
    assert missing_names(chapter) == ["22: ../runtime/abi/err.h has no err_missing"]

    wrong = Reader(tmp_path / "home").follow(found)
    assert [problem.splitlines()[0] for problem in wrong] == [
        "26: as an overlay of boards/minimal/board.yaml:",
        "30: $ boardwright check boards/minimal",
        "30: $ boardwright run boards/minimal --app boards/nowhere --for 2s",
    ]
    rule = tmp_path / "rule.yaml"
    rule.write_text("exceptions: [{rule: 5, why: it is so}, {rule: 6, why: a bit so}]\n")
    assert keys_untold("It has `a` and `b: 1`, c and `cd`; e: 2.", list("abce")) == ["c"]
    assert exceptions_untold("It\nis a bit\nso.", [rule]) == ["rule.yaml: it is so"]
