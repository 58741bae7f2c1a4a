# SPDX-License-Identifier: MIT OR Apache-2.0
"""Findings as SARIF 2.1.0, the format of code scanning services.

Files are named by relative URIs: below the current directory where they are there, else
below a base that the log names but does not place, for no path of this machine may be
in it. A span's end is exclusive, as SARIF has it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from boardwright import __version__
from boardwright.messages import MESSAGES
from boardwright.report.places import from_here

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from boardwright.diagnostics import Diagnostic, Fix
    from boardwright.span import Source, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HERE = "SRCROOT"
_PACKAGED = re.compile(r"<([^>/]+)>/(.+)")
_BASES = {
    _HERE: "The directory boardwright was called in, as a rule the root of the repository.",
    "BOARDWRIGHT": "The runtime that was installed with boardwright.",
}

Json = dict[str, object]


def rendered(diagnostics: Iterable[Diagnostic]) -> str:
    """A log of one run; the rules are those that were broken."""
    found = list(diagnostics)
    codes = sorted({each.code for each in found})
    results = [_result(each, codes) for each in found]
    driver = {
        "name": "boardwright",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": _bases(found),
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> Json:
    message = MESSAGES[code[2:]]
    words = re.findall(r"[A-Za-z0-9]+", message.title)
    help_text = f"{message.explain}\n\nExamples: boardwright explain {code}"
    return {
        "id": code,
        "name": "".join(word[0].upper() + word[1:] for word in words),
        "shortDescription": {"text": f"{message.title[0].upper()}{message.title[1:]}."},
        "fullDescription": {"text": message.explain},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": message.severity},
    }


def _result(found: Diagnostic, codes: Sequence[str]) -> Json:
    text = ". ".join(part for part in (found.message, found.hint) if part)
    result: Json = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": found.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(found.span)}],
    }
    if found.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _place(span), "message": {"text": text}}
            for number, (span, text) in enumerate(found.related)
        ]
    if found.fix is not None:
        result["fixes"] = [_fix(found.fix, found.hint)]
    return result


def _fix(fix: Fix, hint: str) -> Json:
    replacement = {
        "deletedRegion": _region(fix.span),
        "insertedContent": {"text": fix.text},
    }
    change = {"artifactLocation": _artifact(fix.span.source), "replacements": [replacement]}
    return {
        "description": {"text": hint or f"write '{fix.text}'"},
        "artifactChanges": [change],
    }


def _place(span: Span) -> Json:
    return {"artifactLocation": _artifact(span.source), "region": _region(span)}


def _region(span: Span) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(source: Source) -> Json:
    here = from_here(source)
    packaged = _PACKAGED.fullmatch(source.name)
    if here is not None or packaged is None:
        return {"uri": quote(here or source.name), "uriBaseId": _HERE}
    return {"uri": quote(packaged[2]), "uriBaseId": _base(packaged[1])}


def _base(directory: str) -> str:
    """The name of a base: the packaged runtime's, or that of a component directory."""
    return re.sub(r"[^A-Z0-9]", "_", directory.upper())


def _bases(found: Iterable[Diagnostic]) -> Json:
    """Every base that a result names. None has a URI: it would be a path of this machine."""
    used = {_HERE}
    for each in found:
        spans = [each.span, *(span for span, _ in each.related)]
        used |= {str(_artifact(span.source)["uriBaseId"]) for span in spans}
    about = "A directory given with --component-dir."
    return {name: {"description": {"text": _BASES.get(name, about)}} for name in sorted(used)}
