# SPDX-License-Identifier: MIT OR Apache-2.0
"""System calls with arguments nobody should pass; `probe` asserts what the right ones do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import BOARDS, ROOT, WORK, boot, example, kernel, program

from boardwright.firmware import Application
from boardwright.pack import pack_application
from boardwright.pack.build import build_application

APPS = Path(__file__).parent / "apps"

WITNESS = """
    static volatile uint32_t mine[1024];
    uint32_t len = sizeof(mine) / sizeof(mine[0]);
    for (uint32_t i = 0; i < len; i++) {
        mine[i] = ~i;
    }
    for (;;) {
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < len; i++) {
            wrong += mine[i] != ~i;
        }
        console_print(wrong == 0 ? "witness: whole\\n" : "witness: FAIL\\n");
        alarm_sleep_ms(50);
    }"""


def fuzz() -> Application:
    elf = build_application(APPS / "fuzz", WORK / "fuzz", ROOT)
    return Application("fuzz", pack_application(elf, "fuzz"))


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize("board", BOARDS)
def test_no_argument_of_a_system_call_harms_the_kernel_or_a_neighbour(
    board: str, checked: bool
) -> None:
    neighbours = [program("witness", WITNESS), example("zeromem"), example("hello")]
    with boot(kernel(board, checked=checked), [fuzz(), *neighbours]) as machine:
        machine.expect("fuzz: 30000 calls, canaries wrong: 0\n")
        machine.expect_count("witness: whole", machine.count("witness: ") + 2)
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        seen = machine.uarts[0].text
        assert "kernel:" not in seen, machine.transcript()
        assert "FAIL" not in seen, machine.transcript()
        assert seen.count("hello: 0\n") == 1, machine.transcript()
