# SPDX-License-Identifier: MIT OR Apache-2.0
"""System calls with arguments nobody should pass; `probe` asserts what the right ones do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import BOARDS, ROOT, WORK, boot, example, kernel

from boardwright.firmware import Application
from boardwright.pack import pack_application
from boardwright.pack.build import build_application

APPS = Path(__file__).parent / "apps"


def fuzz() -> Application:
    elf = build_application(APPS / "fuzz", WORK / "fuzz", ROOT)
    return Application("fuzz", pack_application(elf, "fuzz"))


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize("board", BOARDS)
def test_no_argument_of_a_system_call_harms_the_kernel_or_a_neighbour(
    board: str, checked: bool
) -> None:
    neighbours = [example("zeromem"), example("hello")]
    with boot(kernel(board, checked=checked), [fuzz(), *neighbours]) as machine:
        machine.expect("fuzz: 30000 calls, canaries wrong: 0\n")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        seen = machine.uarts[0].text
        assert "kernel:" not in seen, machine.transcript()
        assert "FAIL" not in seen, machine.transcript()
        assert seen.count("hello: 0\n") == 1, machine.transcript()
