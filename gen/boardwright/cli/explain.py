# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright explain`: a code at length, or all codes by title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import FINE, UsageError, add_format

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("explain", _run, "say what a code means, with examples")
    command.add_argument(
        "words", metavar="CODE", nargs="*", help="such as BW0312; without any: all codes"
    )
    add_format(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.explain import codes  # noqa: PLC0415 - a second of YAML for few
    from boardwright.messages import MESSAGES  # noqa: PLC0415

    asked = [(word, codes.code_of(word)) for word in options.words]
    for word, code in asked:
        if code is None:
            raise UsageError(f"'{word}' is no code such as BW0312")
        if code not in MESSAGES:
            raise UsageError(codes.unknown_code(code))
    known = [code for _, code in asked if code is not None]
    if options.format == "json":
        import json  # noqa: PLC0415

        facts = [codes.code_facts(code) for code in known or sorted(MESSAGES)]
        print(json.dumps(facts, indent=2))
    elif known:
        print("\n".join(codes.code_text(code) for code in known), end="")
    else:
        print(codes.code_list(), end="")
    return FINE
