# SPDX-License-Identifier: MIT OR Apache-2.0
"""One file as a map: read, parsed, and its `schema` and kind checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.diagnostics import either, suggestion
from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.roots import Files, Found, start_of
from boardwright.load.shapes import forms
from boardwright.load.shapes.parts import SCHEMA
from boardwright.load.yaml_text import parse
from boardwright.span import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.diagnostics import Diagnostics

ID = re.compile(forms.ID)
KINDS = ("board", "chip", "component", "hil")


@dataclass(frozen=True, slots=True)
class Document:
    """A file that says what it is: `kind` is one of `KINDS`, `name` what it is called."""

    kind: str
    name: Scalar
    body: Mapping
    source: Source


def is_id(name: Scalar) -> bool:
    """Whether a name is one that the language allows."""
    return ID.fullmatch(name.text) is not None


def read_source(
    files: Files, path: Path, diagnostics: Diagnostics, asked: Span | None
) -> Source | None:
    """The text of a file; a failure is reported where it was asked for."""
    try:
        return files.read(path)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8"
    except OSError as error:
        problem = (error.strerror or "it cannot be opened").lower()
    where = asked or start_of(Source(files.name(path.absolute()), path, ""))
    hint = "paths start at the directory of the file that says them" if asked else ""
    diagnostics.report("0106", where, path=files.name(path), problem=problem, hint=hint)
    return None


def read_document(
    files: Files, path: Path, diagnostics: Diagnostics, asked: Span | None = None
) -> Document | None:
    """Parse a file and check its head; None after a report."""
    source = read_source(files, path, diagnostics, asked)
    if source is None:
        return None
    found_before = len(diagnostics)
    body = parse(source, diagnostics)
    if not isinstance(body, Mapping):
        if len(diagnostics) == found_before:
            problem = "this file is empty" if body is None else "this file is not a map"
            diagnostics.report("0104", start_of(source), problem=problem, hint="")
        return None
    if not _schema_fits(body, source, diagnostics):
        return None
    return _headed(body, source, diagnostics)


def _schema_fits(body: Mapping, source: Source, diagnostics: Diagnostics) -> bool:
    schema = body.get("schema")
    if isinstance(schema, Scalar) and schema.text == SCHEMA:
        return True
    if schema is None:
        span, problem = start_of(source), "this file does not say its schema"
    else:
        found = schema.text if isinstance(schema, Scalar) else "this"
        span, problem = schema.span, f"schema '{found}' is not one this version reads"
    diagnostics.report("0103", span, problem=problem)
    return False


def _headed(body: Mapping, source: Source, diagnostics: Diagnostics) -> Document | None:
    for kind in KINDS:  # `board` first: a board has a key `chip` too
        name = body.get(kind)
        if isinstance(name, Scalar) and not name.empty:
            if not is_id(name):  # it becomes a C name and the name of a folder
                problem = "is no id: lower case letters, digits and '_', a letter first"
                diagnostics.report("0304", name.span, name=name.text, problem=problem, hint="")
            return Document(kind, name, body, source)
    hints = [suggestion(key, KINDS) for key in body.entries if key != "schema"]
    near = next((hint for hint in hints if hint.startswith("did")), "")
    problem = f"this file does not say what it describes: {either(KINDS)}"
    diagnostics.report("0104", start_of(source), problem=problem, hint=near)
    return None


def found_one(files: Files, name: str, diagnostics: Diagnostics, asked: Span) -> Found | None:
    """The descriptor file of a name; two files of one name are reported once."""
    found = files.find(name)
    if len(found) > 1:
        related = [
            (start_of(source), "here")
            for each in found
            if (source := read_source(files, each.path, diagnostics, asked))
        ]
        diagnostics.report("0714", asked, name=name, related=related)
    return found[0] if found else None
