# SPDX-License-Identifier: MIT OR Apache-2.0
"""`manifest.json`: from what and by what a directory was generated, with hashes.

The last entry is the hash of all above it. So an edit of the manifest is seen, too, and
none of its hashes can vouch for a file that somebody changed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boardwright.model import Board
    from boardwright.plan import Plan

MANIFEST = "manifest.json"
_OWN = "above"


def digest(data: bytes) -> str:
    """The SHA-256 of `data`, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def manifest_text(plan: Plan, board: Board, files: Mapping[str, str]) -> str:
    """The manifest of `files`, which do not include it."""
    inputs = {source.name: digest(source.path.read_bytes()) for source in board.inputs}
    content = {
        "boardwright": plan.version,
        "board": plan.board,
        **({"variant": plan.variant} if plan.variant else {}),
        "source": plan.source,
        "build": "checked" if plan.checked else "release",
        "inputs": dict(sorted(inputs.items())),
        "files": {name: digest(files[name].encode()) for name in sorted(files)},
    }
    return signed(content)


def signed(content: Mapping[str, object]) -> str:
    """A manifest's text."""
    above = json.dumps(content, indent=2)
    return json.dumps({**content, _OWN: digest(above.encode())}, indent=2) + "\n"


def recorded_hashes(text: str) -> dict[str, str] | None:
    """The hash of each file as generated; None for a manifest that we did not write."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    content.pop(_OWN, None)
    files = content.get("files")
    if signed(content) != text or not isinstance(files, dict):
        return None
    return {str(name): str(value) for name, value in files.items()}
