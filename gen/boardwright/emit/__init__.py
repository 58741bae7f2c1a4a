# SPDX-License-Identifier: MIT OR Apache-2.0
"""Emit: generated files onto the disk, without losing what somebody wrote there.

A file is written only if it changes, so that make rebuilds no more than it must. The
manifest holds the hash of every file as generated: what differs from it was edited by
hand, and is neither overwritten nor removed unless the caller insists.
"""

from boardwright.emit.depfile import depfile_text
from boardwright.emit.diff import unified_diff
from boardwright.emit.example import write_example
from boardwright.emit.files import (
    Change,
    Emitted,
    HandEditedError,
    changes,
    emit,
    write_if_changed,
)
from boardwright.emit.links import link_roots
from boardwright.emit.manifest import MANIFEST, manifest_text

__all__ = [
    "MANIFEST",
    "Change",
    "Emitted",
    "HandEditedError",
    "changes",
    "depfile_text",
    "emit",
    "link_roots",
    "manifest_text",
    "unified_diff",
    "write_example",
    "write_if_changed",
]
