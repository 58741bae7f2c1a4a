# SPDX-License-Identifier: MIT OR Apache-2.0
"""The book as a program: its blocks, what must be true of them, and following a chapter.

A comment right before a block says what the block is:

    <!-- file: PATH -->     the whole file of the tree, its licence line left out
    <!-- from: PATH -->     lines of that file, as they stand there; `...` leaves lines out
    <!-- save: PATH -->     a file of the reader's own
    <!-- overlay: PATH -->  settings that the board PATH of the reader accepts on top

and `<!-- copy: PATH -->` gives the reader files of the tree without printing them. A reader
keeps what is below `examples/` in the tree in a project of the same layout, so `file:` and
`copy:` put it there. A `console` block is typed in that project, line by line after `$ `,
and must print what stands below it, where `...` is any text. `sh` and `text` are not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from boardwright.load.shapes.forms import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "docs"
EXAMPLES = "examples/"
LIMIT = "30s"  # until a run that does not say what it should is given up

FREE = ("sh", "text")
_DIRECTIVE = re.compile(r"<!-- (file|from|save|overlay|copy): (\S+) -->")
_COMMENT = re.compile(r"^(/\*|#) SPDX-License-Identifier")
_CODE_LINK = re.compile(r"\[`([^`]+)`\]\(([^)#\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, or a `copy` without one. `line` is that of the fence."""

    line: int
    language: str
    directive: str
    path: str
    text: str


def blocks(text: str) -> list[Block]:
    """The blocks of a chapter in their order."""
    found: list[Block] = []
    directive = path = ""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if match := _DIRECTIVE.fullmatch(line):
            directive, path = match.groups()
            if directive == "copy":
                found.append(Block(at + 1, "", directive, path, ""))
                directive = path = ""
        elif line.startswith("```"):
            end = lines.index("```", at + 1)
            body = "".join(f"{each}\n" for each in lines[at + 1 : end])
            found.append(Block(at + 1, line[3:], directive, path, body))
            directive = path = ""
            at = end
        elif line.strip():
            directive = path = ""
        at += 1
    return found


def tree_text(path: str) -> str:
    """A file of the tree without its licence line."""
    first, _, rest = (ROOT / path).read_text().partition("\n")
    return rest if _COMMENT.match(first) else f"{first}\n{rest}"


def untold(found: list[Block]) -> list[str]:
    """Blocks of which nothing says what they are."""
    told = (*FREE, "console")
    return [
        f"{block.line}: a {block.language or 'bare'} block without a comment"
        for block in found
        if not block.directive and block.language not in told
    ]


def unlike_the_tree(found: list[Block]) -> list[str]:
    """Blocks that are not what the tree has."""
    problems: list[str] = []
    for block in found:
        if block.directive == "file" and block.text != tree_text(block.path):
            problems.append(f"{block.line}: not {block.path} as it is")
        if block.directive == "from" and not _quotes(block.text, tree_text(block.path)):
            problems.append(f"{block.line}: not in {block.path}")
    return problems


def _quotes(quoted: str, text: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"^ *\.\.\.\n", quoted, flags=re.MULTILINE)]
    return re.search("^" + r"(?:.*\n)*?".join(parts), text, re.MULTILINE) is not None


def never_printed(chapters: Iterable[list[Block]]) -> list[str]:
    """Files that a chapter gives the reader and no chapter before it has printed."""
    printed: set[str] = set()
    missing: list[str] = []
    for found in chapters:
        for block in found:
            if block.directive == "file":
                printed.add(block.path)
            elif block.directive == "copy":
                source = ROOT / block.path
                given = [path for path in source.rglob("*") if path.is_file()] or [source]
                names = sorted(path.relative_to(ROOT).as_posix() for path in given)
                missing += [name for name in names if name not in printed]
    return missing


def missing_names(chapter: Path) -> list[str]:
    """Links whose text is code that does not stand in the file they lead to."""
    problems: list[str] = []
    for number, line in enumerate(chapter.read_text().splitlines(), 1):
        for name, target in _CODE_LINK.findall(line):
            path = chapter.parent / target
            if not path.is_file() or target.endswith(name):
                continue  # broken links are found elsewhere; a file's name is enough
            word = re.escape(name.rpartition("::")[2])
            pattern = rf"def {word}\(" if word.startswith("test_") else rf"(?<!\w){word}(?!\w)"
            if re.search(pattern, path.read_text()) is None:
                problems.append(f"{number}: {target} has no {name}")
    return problems


def exceptions_untold(chapter: str, hils: list[Path]) -> list[str]:
    """Reasons that HIL files give for breaking a rule and the chapter does not."""
    told = " ".join(chapter.split())
    return [
        f"{hil.name}: {each['why']}"
        for hil in hils
        for each in yaml.safe_load(hil.read_text()).get("exceptions", ())
        if each["why"] not in told
    ]


def shape_keys(shapes: ModuleType) -> list[str]:
    """The keys of every map that a module of shapes describes."""
    maps = [each for each in vars(shapes).values() if isinstance(each, Shape)]
    return sorted({key for each in maps for key in each.keys})


def keys_untold(chapter: str, keys: Iterable[str]) -> list[str]:
    """Keys that the chapter neither names in code nor writes in an example."""
    told = set(re.findall(r"`(\w+)|(?<!\w)(\w+):", chapter))
    told = {word for pair in told for word in pair}
    return [key for key in keys if key not in told]


class Reader:
    """Somebody who types what a chapter says in a project of their own, `home`.

    `programs` is where their `boardwright` is: this checkout's, or that of a wheel.
    """

    def __init__(self, home: Path, programs: Path = Path(sys.executable).parent) -> None:
        self.home = home
        self.problems: list[str] = []
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self._environment = os.environ | {"PATH": path}

    def follow(self, found: list[Block]) -> list[str]:
        """Do all of it; what went otherwise than the chapter says."""
        for block in found:
            is_theirs = block.directive == "file" and block.path.startswith(EXAMPLES)
            if is_theirs or block.directive == "save":
                self._write(block.path, block.text)
            elif block.directive == "copy":
                self._copy(block.path)
            elif block.directive == "overlay":
                self._overlay(block)
            elif block.language == "console":
                self._console(block)
        return self.problems

    def _write(self, path: str, text: str) -> None:
        target = self.home / path.removeprefix(EXAMPLES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def _copy(self, path: str) -> None:
        source, target = ROOT / path, self.home / path.removeprefix(EXAMPLES)
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("build"), dirs_exist_ok=True
            )
        else:
            self._write(path, source.read_text())

    def _overlay(self, block: Block) -> None:
        base = Path(block.path)
        path = base.parent.parent / f"line_{block.line}" / "board.yaml"
        extends = f"extends: [../{base.parent.name}/{base.name}]\n"
        text = f"schema: 1\nboard: line_{block.line}\n{extends}{block.text}"
        self._write(str(path), text)
        said = self._said(f"boardwright check {path}")
        if said != f"{path}: fine\n":
            self.problems.append(f"{block.line}: as an overlay of {base}:\n{said}")

    def _console(self, block: Block) -> None:
        for command, expected in commands(block.text):
            is_run = command.startswith("boardwright run ")
            pattern = re.compile(expectation(expected, open_end=is_run))
            said = self._said(command, pattern if is_run else None)
            if pattern.fullmatch(said) is None:
                self.problems.append(f"{block.line}: $ {command}\n{said}")

    def _said(self, command: str, enough: re.Pattern[str] | None = None) -> str:
        """All that a command prints; with `enough`, until that has come."""
        if enough:
            command = "exec " + re.sub(r"--for \S+", f"--for {LIMIT}", command)
        said = ""
        with subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if enough and enough.fullmatch(said):
                    process.terminate()
                    break
        return said


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].strip(), ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line)
    return found


def expectation(printed: str, *, open_end: bool = False) -> str:
    """A pattern for what is printed: `...` is any text, alone in its line any lines.

    How far the columns of a table are apart does not matter; where a caret stands does.
    """
    lines: list[str] = []
    for line in printed.splitlines(keepends=True):
        exact = re.escape(line).replace(r"\.\.\.", ".*")
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        elif " |" in line:
            lines.append(exact)
        else:
            lines.append(re.sub(r"(?<=\S)(?:\\ ){2,}", " +", exact))
    return "".join(lines) + (r"(?:.*\n)*" if open_end else "")
