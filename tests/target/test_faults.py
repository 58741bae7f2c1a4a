# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a fault costs: the policy a board chose, for the offender and for nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from tests.target.images import BOARDS, RESTARTING, STOPPING, boot, example, kernel, program
from tests.target.monitor import Monitor

if TYPE_CHECKING:
    from pathlib import Path

PANICKING = "{kind: fault_panic}"
DATA = "data access not allowed"


def function_at(elf: Path, name: str) -> tuple[int, int]:
    """Where a function starts and ends."""
    with elf.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        found = table.get_symbol_by_name(name)
        assert found, f"{elf} has no {name}"
        start: int = found[0]["st_value"] & ~1
        size: int = found[0]["st_size"]
        return start, start + size


@pytest.mark.parametrize("board", BOARDS)
def test_a_fault_restarts_only_the_offender_until_the_limit(board: str) -> None:
    with boot(kernel(board, RESTARTING), [example("hello"), example("crash")]) as machine:
        for restart in (1, 2, 3):
            machine.expect(f"(crash): {DATA}")
            machine.expect(f"(crash): restart {restart}\r\n")
            machine.expect("crash: about to write")
        machine.expect(f"(crash): {DATA}")
        machine.expect("(crash): stopped for good")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert machine.count("crash: about to write") == 4, "one life too many"
        assert machine.count("hello: 0\n") == 1, "hello was restarted"
        assert machine.count("(hello)") == 0


@pytest.mark.parametrize("board", BOARDS)
def test_each_offender_has_restarts_of_its_own(board: str) -> None:
    offenders = [program(name, "*at(0x20000000) = 1;") for name in ("first", "second")]
    with boot(kernel(board, RESTARTING), [*offenders, example("crash")]) as machine:
        machine.expect_count("stopped for good", 3)
        for name in ("first", "second", "crash"):
            found = re.findall(rf"\({name}\): restart (\d)", machine.uarts[0].text)
            assert found == ["1", "2", "3"], machine.transcript()


@pytest.mark.parametrize("limit", [1, 5])
def test_the_board_says_how_often_a_fault_restarts(limit: int) -> None:
    policy = f"{{kind: fault_restart, limit: {limit}}}"
    with boot(kernel(BOARDS[0], policy), [program("first", "*at(0x20000000) = 1;")]) as machine:
        machine.expect("(first): stopped for good")
        found = re.findall(r"\(first\): restart (\d)", machine.uarts[0].text)
        assert found == [str(each + 1) for each in range(limit)]


@pytest.mark.parametrize("board", BOARDS)
def test_the_stop_policy_never_restarts(board: str) -> None:
    with boot(
        kernel(board, STOPPING, slots=16), [example("hello"), example("crash")]
    ) as machine:
        machine.expect(f"(crash): {DATA}")
        machine.expect("(crash): stopped for good")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert machine.count("crash: about to write") == 1
        assert machine.count("restart") == 0


@pytest.mark.parametrize("board", BOARDS)
def test_the_panic_policy_stops_the_machine(board: str) -> None:
    babble = program("babble", 'for (;;) { console_print("still here\\n"); }')
    panicking = kernel(board, PANICKING)
    with (
        Monitor() as monitor,
        boot(panicking, [babble, example("crash")], options=monitor.options) as machine,
    ):
        machine.expect("still here")
        machine.expect(f"(crash): {DATA}")
        machine.expect("the fault policy stops the machine\r\n")
        monitor.wait_for_pc(*function_at(panicking.elf, "arch_halt"))
        machine.close()
        assert machine.uarts[0].text.endswith("the fault policy stops the machine\r\n")


@pytest.mark.parametrize("board", BOARDS)
def test_the_panic_policy_does_nothing_while_nobody_faults(board: str) -> None:
    quiet = [example("hello"), program("leaves", "tock_exit(1);"), example("restarter")]
    with boot(kernel(board, PANICKING), quiet) as machine:
        machine.expect("hello: 2")
        machine.expect_count("restarter: initialised 1, zeroed 0", 3)
        assert machine.count("kernel:") == 0, machine.transcript()


@pytest.mark.parametrize("board", BOARDS)
def test_memory_is_as_new_in_every_life(board: str) -> None:
    with boot(kernel(board), [example("zeromem"), example("restarter")]) as machine:
        machine.expect_count("zeromem: all zero, dirty bytes: 0", 3)
        machine.expect_count("restarter: initialised 1, zeroed 0", 3)
        assert machine.count("FAIL") == 0, machine.transcript()


@pytest.mark.parametrize("board", BOARDS)
def test_what_memory_held_before_the_reset_is_seen_by_nobody(
    board: str, tmp_path: Path
) -> None:
    """The kernel's data, the grant tables and what an application can reach are cleared."""
    old = tmp_path / "old"
    old.write_bytes(b"\xa5" * 0x10000)
    dirty = ("-device", f"loader,file={old},addr=0x20000000,force-raw=on")
    made = kernel(board)
    # As a programmer writes it to flash: of an ELF file QEMU clears .bss itself.
    flash = replace(made, elf=made.elf.with_suffix(".bin"))
    with boot(flash, [example("zeromem"), example("hello")], options=dirty) as machine:
        machine.expect_count("zeromem: all zero, dirty bytes: 0", 3)
        machine.expect("hello: 1")
        assert "kernel:" not in machine.uarts[0].text, machine.transcript()
