# SPDX-License-Identifier: MIT OR Apache-2.0
"""A code at length: what it means, what provokes it, what does not."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from boardwright.diagnostics import did_you_mean
from boardwright.explain.examples import BOARD_FILE, examples
from boardwright.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boardwright.explain.examples import Example

_CODE = re.compile(r"(?:bw)?([0-9]{1,4})", re.IGNORECASE)
_WIDTH = 88


def code_of(word: str) -> str | None:
    """`0312` of `BW0312`, `bw312` and `312`; None of what does not look like a code."""
    found = _CODE.fullmatch(word)
    return found[1].zfill(4) if found else None


def unknown_code(code: str) -> str:
    """What to say of a code that does not exist."""
    near = did_you_mean(f"BW{code}", (f"BW{each}" for each in MESSAGES))
    return f"there is no BW{code}; {near or 'boardwright explain  lists all codes'}"


def code_list() -> str:
    """Every code with its title, a line each."""
    return "".join(
        f"BW{code}  {message.title}{' (warning)' if message.severity == 'warning' else ''}\n"
        for code, message in sorted(MESSAGES.items())
    )


def code_text(code: str) -> str:
    """The page of a code that exists."""
    message, known = MESSAGES[code], examples()
    parts = [f"BW{code}: {message.title} ({message.severity})", _wrapped(message.explain)]
    if code not in known.wrong:
        reason = f"No board file alone provokes this: {known.building[code]}."
        return "\n\n".join([*parts, _wrapped(reason)]) + "\n"
    wrong, right = known.wrong[code], known.right[code]
    parts.append(f"Wrong:\n\n{_shown(wrong.files)}")
    other = {n: text for n, text in right.files.items() if wrong.files.get(n) != text}
    same = ", the other files as above" if len(other) < len(right.files) else ""
    parts.append(f"Right{same}:\n\n{_shown(other)}")
    if wrong.whole(known.head) != wrong.files:
        above = textwrap.indent(_head(wrong, known.head), "    ").rstrip()
        parts.append(f"Above such a fragment of {BOARD_FILE} stands:\n\n{above}")
    return "\n\n".join(parts) + "\n"


def code_facts(code: str) -> dict[str, object]:
    """The same for tools; examples are whole files, or null."""
    message, known = MESSAGES[code], examples()
    wrong, right = known.wrong.get(code), known.right.get(code)
    return {
        "code": f"BW{code}",
        "severity": message.severity,
        "title": message.title,
        "explain": message.explain,
        "wrong": wrong and wrong.whole(known.head),
        "right": right and right.whole(known.head),
    }


def _head(example: Example, head: str) -> str:
    """The lines that `Example.whole` puts above a fragment."""
    whole = example.whole(head)[BOARD_FILE]
    return whole.removesuffix(example.files[BOARD_FILE])


def _shown(files: Mapping[str, str]) -> str:
    if set(files) == {BOARD_FILE}:
        return textwrap.indent(files[BOARD_FILE], "    ").rstrip()
    return "\n\n".join(
        textwrap.indent(f"# {name}\n{text}", "    ").rstrip() for name, text in files.items()
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
