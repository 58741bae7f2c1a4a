# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications: built from source, packed into TBF objects, read back."""

from boardwright.pack.application import load_application, pack_application
from boardwright.pack.build import build_application
from boardwright.pack.error import PackError
from boardwright.pack.tbf import Tbf, read_tbf

__all__ = [
    "PackError",
    "Tbf",
    "build_application",
    "load_application",
    "pack_application",
    "read_tbf",
]
