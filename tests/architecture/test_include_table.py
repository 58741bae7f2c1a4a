# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each room of runtime/ includes what its row of the table allows, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, files, plant

INCLUDE = re.compile(r'\s*#\s*include\s*(<[^>]*>|"[^"]*"|.*)')
FREESTANDING = {"limits", "stdalign", "stdarg", "stdbool", "stddef", "stdint", "stdnoreturn"}
PUBLIC_KERNEL = (
    "driver",
    "process_buffer",
    "process_control",
    "grant",
    "upcall",
    "deferred",
    "cap",
)
PUBLIC_HEADERS = {f"kernel/{name}.h" for name in PUBLIC_KERNEL}
BELOW = {"abi", "lib", "hil"}

# A room stands for all its headers, a path for that header alone. Beyond this: `own` says
# which of its own room's headers a file may include.
ALLOWED: dict[str, set[str]] = {
    "abi": set(),
    "lib": {"abi"},
    "hil": {"abi", "lib"},
    "kernel": BELOW | {"arch/arch.h"},
    "arch": {"abi", "lib", "kernel/arch_port.h"},
    "chips": BELOW | {"arch/arch.h", "kernel/deferred.h"},
    "devices": BELOW | {"kernel/deferred.h"},
    "virtualizers": BELOW  # and what muxes share
    | {"kernel/deferred.h", "virtualizers/turns.h", "virtualizers/deadlines.h"},
    "capsules": BELOW | PUBLIC_HEADERS,
}
OWN_ROOM = {"abi", "lib", "hil", "kernel", "arch"}  # one thing in several files
OWN_FOLDER = {"chips"}  # a family; the other rooms' files know only their own header
SHARED = {"capsules/test": "capsules/test/stress.h"}  # by folder, what its files share


def violations(root: Path) -> list[str]:
    found: list[str] = []
    for path in files(root, "runtime", ".c", ".h", ".S"):
        name = path.relative_to(root / "runtime")
        room = name.parts[0]
        if room not in ALLOWED:
            found.append(f"{name}: there is no room {room}")
            continue
        if room == "hil" and path.suffix != ".h":
            found.append(f"{name}: hil has headers only")
        for number, line in enumerate(path.read_text().splitlines(), 1):
            included = INCLUDE.match(line)
            why = _refused(root / "runtime", name, included.group(1)) if included else ""
            if why:
                found.append(f"{name}:{number}: {line.strip()}: {why}")
    return found


def _refused(runtime: Path, name: Path, included: str) -> str:
    """Why a file may not include this, or nothing."""
    room = name.parts[0]
    text = included[1:-1]
    if included.startswith("<"):
        return "" if text.removesuffix(".h") in FREESTANDING else "not a freestanding header"
    if not included.startswith('"'):
        return "not a header's name"
    if room == "capsules" and text.endswith("_abi.h"):
        return "" if text == f"{name.stem}_abi.h" else "another component's numbers"
    target = name.parent / text if (runtime / name.parent / text).exists() else Path(text)
    if not (runtime / target).exists():
        # Chosen by the include path, so that every architecture has one.
        may_choose = room == "arch" and list((runtime / "arch").glob(f"*/{text}"))
        return "" if may_choose else "no such header"
    if _is_allowed(name, target):
        return ""
    return f"{room} may include {', '.join(sorted(ALLOWED[room])) or 'nothing'}"


def _is_allowed(name: Path, target: Path) -> bool:
    room = name.parts[0]
    if target.as_posix() in ALLOWED[room] or target.parts[0] in ALLOWED[room]:
        return True
    if target.parts[0] != room:
        return False
    own_header = target == name.with_suffix(".h")
    if SHARED.get(name.parent.as_posix()) == target.as_posix():
        return True
    own_folder = room in OWN_FOLDER and target.parent == name.parent
    return room in OWN_ROOM or own_folder or own_header


def test_every_room_includes_what_its_row_allows() -> None:
    assert violations(ROOT) == []


def test_there_are_sources_to_look_at() -> None:
    rooms = {
        path.relative_to(ROOT / "runtime").parts[0] for path in files(ROOT, "runtime", ".h")
    }
    assert rooms == set(ALLOWED)


def test_planted_includes_are_found(tmp_path: Path) -> None:
    header = "#pragma once\n"
    root = plant(
        tmp_path,
        {
            "runtime/abi/err.h": '#include "lib/ring.h"\n',
            "runtime/lib/ring.h": header,
            "runtime/hil/uart.c": '#include "hil/uart.h"\n',
            "runtime/hil/uart.h": header,
            "runtime/arch/arch.h": '#include "arch_types.h"\n',
            "runtime/arch/cortexm/arch_types.h": '#include "kernel/arch_port.h"\n',
            "runtime/arch/cortexm/arch_mpu.c": '#include "kernel/driver.h"\n',
            "runtime/kernel/arch_port.h": header,
            "runtime/kernel/driver.h": '#include "arch_types.h"\n#include "capsules/led.h"\n',
            "runtime/kernel/internal/state.h": '#include "kernel/driver.h"\n',
            "runtime/capsules/led.h": '#include "kernel/driver.h"\n#include <stdio.h>\n',
            "runtime/capsules/led.c": '#include "led_abi.h"\n#include "capsules/buzzer.h"\n'
            '#include "kernel/internal/state.h"\n#include "buzzer_abi.h"\n#include LED\n',
            "runtime/capsules/buzzer.h": "  #  include <stdint.h>\n"
            '#include "capsules/test/stress.h"\n',
            "runtime/capsules/test/stress.h": header,
            "runtime/capsules/test/stress_led.c": '#include "capsules/test/stress.h"\n'
            '#include "capsules/buzzer.h"\n',
            "runtime/chips/arm/timer.c": '#include "chips/arm/uart.h"\n'
            '#include "chips/st/spi.h"\n',
            "runtime/chips/arm/uart.h": '#include "kernel/deferred.h"\n#include "hil/spi.h"\n',
            "runtime/chips/st/spi.h": header,
            "runtime/kernel/deferred.h": header,
            "runtime/attic/old.h": header,
        },
    )
    assert [line.rsplit(": ", 1)[0] for line in violations(root)] == [
        'abi/err.h:1: #include "lib/ring.h"',
        'arch/cortexm/arch_mpu.c:1: #include "kernel/driver.h"',
        "attic/old.h",
        'capsules/buzzer.h:2: #include "capsules/test/stress.h"',
        'capsules/led.c:2: #include "capsules/buzzer.h"',
        'capsules/led.c:3: #include "kernel/internal/state.h"',
        'capsules/led.c:4: #include "buzzer_abi.h"',
        "capsules/led.c:5: #include LED",
        "capsules/led.h:2: #include <stdio.h>",
        'capsules/test/stress_led.c:2: #include "capsules/buzzer.h"',
        'chips/arm/timer.c:2: #include "chips/st/spi.h"',
        'chips/arm/uart.h:2: #include "hil/spi.h"',
        "hil/uart.c",
        'kernel/driver.h:1: #include "arch_types.h"',
        'kernel/driver.h:2: #include "capsules/led.h"',
    ]
