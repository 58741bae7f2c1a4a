# SPDX-License-Identifier: MIT OR Apache-2.0
"""What lies in flash: every object runs, or is refused by its address, and boot goes on.

The objects are copies of one program that says where it is, so that a test knows which of
them run; what is wrong with a copy is written into its header.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import plan_file
from tests.target.images import APPS_AT, CORES, ROOT, Kernel, boot_flash, kernel, program

from boardwright.firmware import Application, without_room
from boardwright.firmware.apps import Placed, padding
from boardwright.pack.tbf import CHECKSUM_OFFSET, header_checksum, read_tbf
from boardwright.plan.ir import Region

if TYPE_CHECKING:
    from boardwright.plan.ir import Plan

SIZE = 1024  # of the program's object, twice the step of the loader's search
PADDING = padding(SIZE)
ERASED = b"\xff" * SIZE

# Where the elements of the header are.
MAIN, PROGRAM, NAME, KERNEL = 16, 32, 56, 64

VERSION = "header version is not 2"
SIZES = "header or total size cannot be"
CHECKSUM = "wrong header checksum"
ELEMENT = "malformed header element"
OUTSIDE = "entry, trailer or end outside the object"
OTHER_KERNEL = "needs another kernel version"
NO_FIT = "its memory does not fit"
NO_COVER = "memory protection cannot cover its flash (size and alignment)"
ELSEWHERE = "linked for another flash address"


def whole() -> bytes:
    """The undamaged object: its program says `here: ADDRESS.`."""
    statements = 'console_print_u32("here: ", tock_memop(TOCK_FLASH_START, 0).values[0]);'
    data = program("here", statements).data
    assert len(data) == SIZE
    assert [data[at] for at in (MAIN, PROGRAM, NAME, KERNEL)] == [1, 9, 3, 8]
    return data


def sealed(header: bytearray) -> bytes:
    """With the checksum made right."""
    size = struct.unpack_from("<H", header, 2)[0]
    struct.pack_into("<I", header, CHECKSUM_OFFSET, header_checksum(header[:size]))
    return bytes(header)


@dataclass(frozen=True)
class Damage:
    """A value written into a header; `sealed` ones have the right checksum."""

    where: str
    at: int
    form: str
    value: int
    reason: str
    sealed: bool = True

    def done(self) -> bytes:
        """A damaged copy."""
        header = bytearray(whole())
        before = bytes(header)
        struct.pack_into(self.form, header, self.at, self.value)
        assert header != before, f"{self.where} was {self.value} all along"
        return sealed(header) if self.sealed else bytes(header)


DAMAGES = (
    Damage("version", 0, "<H", 1, VERSION),
    Damage("version", 0, "<H", 3, VERSION),
    Damage("version", 0, "<H", 0x0200, VERSION),
    Damage("header_size", 2, "<H", 0, SIZES, sealed=False),
    Damage("header_size", 2, "<H", 15, SIZES, sealed=False),
    Damage("header_size", 2, "<H", 0xFFFC, SIZES, sealed=False),
    Damage("header_size", 2, "<H", 68, CHECKSUM, sealed=False),
    Damage("total_size", 4, "<I", 0, SIZES),
    Damage("total_size", 4, "<I", 68, SIZES),
    Damage("total_size", 4, "<I", SIZE - 1, SIZES),
    Damage("total_size", 4, "<I", 0x7FFFFFFC, SIZES),
    Damage("total_size", 4, "<I", 0xFFFFFFFC, SIZES),
    Damage("total_size", 4, "<I", 4 * SIZE, CHECKSUM, sealed=False),
    Damage("total_size", 4, "<I", SIZE - 4, NO_COVER),
    Damage("flags", 8, "<I", 3, CHECKSUM, sealed=False),
    Damage("checksum", 12, "<I", 0, CHECKSUM, sealed=False),
    Damage("checksum", 12, "<I", 0xFFFFFFFF, CHECKSUM, sealed=False),
    Damage("Main length", MAIN + 2, "<H", 8, ELEMENT),
    Damage("Main length", MAIN + 2, "<H", 16, ELEMENT),
    Damage("Main length", MAIN + 2, "<H", 0xFFFF, ELEMENT),
    Damage("Main entry", MAIN + 4, "<I", 0xFFFFFFFF, CHECKSUM, sealed=False),
    Damage("Program type", PROGRAM, "<H", 8, ELEMENT),
    Damage("Program length", PROGRAM + 2, "<H", 16, ELEMENT),
    Damage("Program length", PROGRAM + 2, "<H", 24, ELEMENT),
    Damage("Program entry", PROGRAM + 4, "<I", SIZE, OUTSIDE),
    Damage("Program entry", PROGRAM + 4, "<I", 0xFFFFFFFF, OUTSIDE),
    Damage("Program trailer", PROGRAM + 8, "<I", SIZE, OUTSIDE),
    Damage("Program trailer", PROGRAM + 8, "<I", 0xFFFFFFFF, OUTSIDE),
    Damage("Program RAM", PROGRAM + 12, "<I", 8 << 20, NO_FIT),
    Damage("Program RAM", PROGRAM + 12, "<I", 0xFFFFFFFF, NO_FIT),
    Damage("Program end", PROGRAM + 16, "<I", SIZE + 4, OUTSIDE),
    Damage("Program end", PROGRAM + 16, "<I", 0xFFFFFFFF, OUTSIDE),
    Damage("name length", NAME + 2, "<H", 0xFFFF, ELEMENT),
    Damage("name length", NAME + 2, "<H", 13, ELEMENT),
    Damage("name", NAME + 4, "<B", 0xFF, "name is not UTF-8"),
    Damage("kernel type", KERNEL, "<H", 0x7777, "does not say which kernel it needs"),
    Damage("kernel length", KERNEL + 2, "<H", 0, ELEMENT),
    Damage("kernel length", KERNEL + 2, "<H", 8, ELEMENT),
    Damage("kernel major", KERNEL + 4, "<H", 3, OTHER_KERNEL),
    Damage("kernel minor", KERNEL + 6, "<H", 4, OTHER_KERNEL),
)


def fixed(*, ram: int = 0xFFFFFFFF, flash: int = 0xFFFFFFFF) -> bytes:
    """A copy linked for these addresses: Main gives way, Program is enough."""
    header = bytearray(whole())
    struct.pack_into("<HHIIHH", header, MAIN, 5, 8, ram, flash, 0x7777, 0)
    return sealed(header)


def without_program() -> bytes:
    header = bytearray(whole())
    struct.pack_into("<H", header, MAIN, 0x7777)
    struct.pack_into("<H", header, PROGRAM, 0x7777)
    return sealed(header)


def disabled() -> bytes:
    return Damage("flags", 8, "<I", 0, "").done()


def header_end() -> int:
    return int(struct.unpack_from("<H", whole(), 2)[0])


@dataclass(frozen=True)
class Boot:
    """What a boot came to: who said where it is, and who was refused and why."""

    running: list[int]
    refused: list[tuple[int, str]]


def outcome(of: Kernel, objects: list[bytes], running: int) -> Boot:
    """Boots these objects, back to back, until so many applications have spoken.

    The last of them should be good: who ran by mistake has spoken before it.
    """
    with boot_flash(of, b"".join(objects)) as machine:
        machine.expect_count(re.compile(r"here: \d+\n"), running)
        text = machine.uarts[0].text
        assert "panic" not in text
        refused = re.findall(r"kernel: application at 0x(\w{8}) refused: ([^\r]*)\r\n", text)
        assert len(refused) == len(re.findall("^kernel:", text, re.M)), machine.transcript()
        spoken = [int(address) for address in re.findall(r"here: (\d+)\n", text)]
    return Boot(sorted(spoken), [(int(address, 16), why) for address, why in refused])


def places(*indices: int) -> list[int]:
    return [APPS_AT + SIZE * index for index in indices]


@pytest.mark.parametrize("board", CORES)
def test_each_damaged_header_is_refused_by_its_address_and_the_others_run(board: str) -> None:
    objects = [whole()]
    expected = []
    for damage in DAMAGES:
        expected.append((APPS_AT + SIZE * len(objects), damage.reason))
        damaged = damage.done()
        total = struct.unpack_from("<I", damaged, 4)[0]
        rest = 2 * SIZE - total  # a length that is believed decides where padding starts
        believed = damage.reason not in (VERSION, SIZES, CHECKSUM) and total != SIZE
        objects += [damaged[:total] + padding(rest), b""] if believed else [damaged, PADDING]
    middle = len(objects)
    objects += [whole(), without_program(), whole()]
    expected.append((places(middle + 1)[0], "neither Main nor Program in the header"))
    found = outcome(kernel(board), objects, 3)
    assert found.refused == expected
    assert found.running == places(0, middle, middle + 2)


@pytest.mark.parametrize("board", CORES)
def test_no_single_bit_of_a_header_flips_unnoticed(board: str) -> None:
    objects = [whole()]
    expected = []
    for bit in range(8 * header_end()):
        if bit == 1:
            continue  # version 0: the list ends there
        flipped = bytearray(whole())
        flipped[bit // 8] ^= 1 << bit % 8
        expected += places(len(objects))
        objects += [bytes(flipped), PADDING]
    found = outcome(kernel(board), [*objects, whole()], 2)
    assert found.running == places(0, len(objects))
    assert [at for at, _ in found.refused] == expected
    assert {why for _, why in found.refused} == {VERSION, SIZES, CHECKSUM}


@pytest.mark.parametrize("board", CORES)
def test_padding_and_disabled_applications_are_stepped_over_in_silence(board: str) -> None:
    bare = padding(16) + padding(SIZE - 16)
    enabled = bytearray(PADDING)
    struct.pack_into("<I", enabled, 8, 1)
    objects = [PADDING, disabled(), whole(), bare, disabled(), sealed(enabled), whole()]
    assert outcome(kernel(board), objects, 2) == Boot(places(2, 6), [])


@pytest.mark.parametrize("board", CORES)
def test_after_a_damaged_header_the_next_application_is_found(board: str) -> None:
    damaged = Damage("checksum", 12, "<I", 0, CHECKSUM, sealed=False).done()
    objects = [damaged, ERASED, bytes(SIZE), b"\x5a" * SIZE, damaged, whole()]
    assert outcome(kernel(board), objects, 1) == Boot(places(5), [(APPS_AT, CHECKSUM)])


@pytest.mark.parametrize("end", [ERASED, bytes(SIZE)], ids=["erased", "zeroed"])
@pytest.mark.parametrize("board", CORES)
def test_the_list_ends_where_flash_holds_nothing(board: str, end: bytes) -> None:
    tell_tale = Damage("version", 0, "<H", 3, VERSION).done()
    objects = [whole(), end, tell_tale, whole()]
    assert outcome(kernel(board), objects, 1) == Boot(places(0), [])


@pytest.mark.parametrize("board", CORES)
def test_without_a_slot_left_the_rest_run(board: str) -> None:
    why = "no process slot left (kernel: slots)"
    found = outcome(kernel(board), [whole()] * 11, 8)
    assert found == Boot(places(*range(8)), [(at, why) for at in places(8, 9, 10)])


@pytest.mark.parametrize("board", CORES)
def test_an_application_that_wants_more_ram_than_is_left_does_not_stop_the_next(
    board: str,
) -> None:
    large = Damage("Program RAM", PROGRAM + 12, "<I", 0x180000, "").done()
    objects = [large, large, whole(), large, whole()]
    expected = Boot(places(0, 2, 4), [(at, NO_FIT) for at in places(1, 3)])
    assert outcome(kernel(board), objects, 3) == expected


@pytest.mark.parametrize("board", CORES)
def test_an_application_linked_for_an_address_runs_there_only(board: str) -> None:
    here, there = (place + header_end() for place in places(2, 0))
    objects = [whole(), fixed(flash=there), fixed(flash=here), fixed(flash=here + 1), whole()]
    expected = Boot(places(0, 2, 4), [(at, ELSEWHERE) for at in places(1, 3)])
    assert outcome(kernel(board), objects, 3) == expected


@pytest.mark.parametrize("board", CORES)
def test_an_application_that_wants_ram_which_is_not_free_is_refused(board: str) -> None:
    taken = (0x0, 0x20000000, 0x20400000, 0x20200001, 0xFFFFF000)
    objects = [whole(), *(fixed(ram=ram) for ram in taken), fixed(ram=0x20200000), whole()]
    refused = [(at, NO_FIT) for at in places(*range(1, 1 + len(taken)))]
    assert outcome(kernel(board), objects, 3) == Boot(places(0, 6, 7), refused)


# --- what the host says before the boot ------------------------------------------------------

POOL = 24 * 1024
SMALL_POOL = f"layout: {{apps: {{data: {{in: ram, size: {POOL}B}}}}}}\n"


@cache
def plan_of(board: str) -> Plan:
    return plan_file(ROOT / "boards" / board).plan


def predicted(board: str, rams: list[int]) -> list[int]:
    """Which of the applications that ask for so much RAM the build would not let pass."""
    plan = plan_of(board)
    placed = [
        Placed(Application(str(at), asking(ram)), at)
        for at, ram in zip(places(*range(len(rams))), rams, strict=True)
    ]
    region = Region(plan.memory.apps_data.at, POOL)
    grants = len(plan.table.grants)
    return [
        int(each.name) for each in without_room(placed, region, grants, plan.arch.blocks, {})
    ]


def asking(ram: int) -> bytes:
    header = bytearray(whole())
    struct.pack_into("<I", header, PROGRAM + 12, ram)
    return sealed(header)


@pytest.mark.parametrize("board", CORES)
def test_the_build_refuses_for_want_of_ram_exactly_what_the_kernel_would(board: str) -> None:
    of = kernel(board, more=SMALL_POOL)
    need = read_tbf(whole()).minimum_ram
    edge, behind = (
        bisect_left(range(POOL), True, key=lambda ram: bool(predicted(board, [*before, ram])))
        - 1
        for before in ([], [need])
    )
    assert need < behind <= edge
    for rams in ([edge], [edge + 1, need], [need, behind], [need, behind + 1, need]):
        refused = predicted(board, rams)
        runs = [at for at in places(*range(len(rams))) if at not in refused]
        found = outcome(of, [asking(ram) for ram in rams], len(runs))
        assert found == Boot(runs, [(at, NO_FIT) for at in refused]), rams
