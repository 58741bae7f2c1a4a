# SPDX-License-Identifier: MIT OR Apache-2.0
"""No `#if` in runtime/: variants are files. Sealing in a HIL header is the one exception."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.architecture.tree import ROOT, descriptor, files, plant

if TYPE_CHECKING:
    from pathlib import Path

CONDITION = re.compile(
    r"^\s*(?:#|%:|\?\?=)\s*(if|ifdef|ifndef|elif|else|endif)\b", re.MULTILINE
)


def violations(root: Path) -> list[str]:
    found: list[str] = []
    for path in files(root, "runtime", ".c", ".h", ".S"):
        name = path.relative_to(root / "runtime")
        text = path.read_text().replace("\\\n", "")
        if name.parts[0] == "hil" or _is_hil(path):
            sealing = rf"#ifdef {path.stem.upper()}_\w+_SEALED\n[^#]*(?:#define[^#]*)+#else\n"
            text = re.sub(rf"^{sealing}(?:#define.*\n)+#endif$", "", text, flags=re.MULTILINE)
        found += [f"{name}: #{match.group(1)}" for match in CONDITION.finditer(text)]
    return found


def _is_hil(header: Path) -> bool:
    """Whether a chip family keeps this interface beside its drivers."""
    described = header.with_suffix(".yaml")
    return header.suffix == ".h" and described.exists() and "hil" in descriptor(described)


def test_variants_are_files_not_conditions() -> None:
    assert violations(ROOT) == []


def test_sealing_is_there_to_be_allowed() -> None:
    headers = files(ROOT, "runtime/hil", ".h")
    assert sum("_SEALED" in path.read_text() for path in headers) >= 4


def test_planted_conditions_are_found(tmp_path: Path) -> None:
    sealing = "#ifdef UART_TRANSMIT_SEALED\n#define X(a) HIL_JOIN(a)\nf X(, a);\n#else\n"
    root = plant(
        tmp_path,
        {
            "runtime/hil/uart.h": f"{sealing}#define X(a) ops->a\n#endif\n",
            "runtime/hil/spi.h": f"{sealing}#define X(a) ops->a\n#endif\n",
            "runtime/chips/x/pulse.h": (
                f"{sealing}#define X(a) ops->a\n#endif\n".replace("UART", "PULSE")
            ),
            "runtime/chips/x/pulse.yaml": "hil: pulse\n",
            "runtime/chips/x/uart.h": f"{sealing}#define X(a) ops->a\n#endif\n",
            "runtime/chips/x/uart.yaml": "component: uart\n",
            "runtime/hil/led.h": "#ifdef LED_LIGHT_SEALED\n#define X(a) a\n#endif\n",
            "runtime/kernel/loop.c": "  #  if DEBUG\nint a;\n%:endif\n",
            "runtime/kernel/ok.c": "/* no #if here */\nint b; /* #else */\n",
            "runtime/capsules/led.c": "#\\\nifndef A\n",
        },
    )
    assert violations(root) == [
        "capsules/led.c: #ifndef",
        "chips/x/uart.h: #ifdef",
        "chips/x/uart.h: #else",
        "chips/x/uart.h: #endif",
        "hil/led.h: #ifdef",
        "hil/led.h: #endif",
        "hil/spi.h: #ifdef",
        "hil/spi.h: #else",
        "hil/spi.h: #endif",
        "kernel/loop.c: #if",
        "kernel/loop.c: #endif",
    ]
