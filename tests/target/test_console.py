# SPDX-License-Identifier: MIT OR Apache-2.0
"""The console between applications: writes are whole, reads are passed on."""

from __future__ import annotations

import re
from itertools import cycle, groupby, islice
from typing import TYPE_CHECKING

import pytest
from tests.target.images import (
    BOARDS,
    CORES,
    STOPPING,
    boot,
    boot_flash,
    example,
    kernel,
    program,
)

from boardwright.firmware.apps import padding

if TYPE_CHECKING:
    from boardwright.firmware import Application

# 300 characters, none of which could be missing, doubled or elsewhere unnoticed.
LONG = "".join(f"{number:03}" for number in range(100))

READING = (
    "static char bytes[8]; "
    "bool reads = tock_succeeded(tock_allow_rw(1, 1, bytes, sizeof(bytes))) && "
    "tock_succeeded(tock_command(1, 2, sizeof(bytes), 0)); "
)


def writer(letter: str) -> str:
    line = f"{letter}{LONG}{letter}"
    return (
        f'static const char line[] = "{line}\\n"; for (;;) {{ '
        "if (console_write(line, sizeof(line) - 1) != sizeof(line) - 1) { "
        'console_print("FAIL\\n"); } }'
    )


def reader(name: str) -> str:
    return (
        "char byte; for (;;) { if (console_read(&byte, 1) == 1) { "
        f'char line[] = "{name}:?\\n"; line[{len(name) + 1}] = byte; '
        "console_write(line, sizeof(line) - 1); } }"
    )


def in_order(*applications: Application) -> bytes:
    """Flash that holds them in this order, which is that of their first turns."""
    objects = [
        each.data + padding(1024 - len(each.data)) * (len(each.data) < 1024)
        for each in applications
    ]
    assert all(len(each) == 1024 for each in objects), "an object of another alignment"
    return b"".join(objects)


@pytest.mark.parametrize("board", BOARDS)
def test_long_writes_of_three_applications_each_arrive_whole(board: str) -> None:
    """And in rotation: by lines where writers wait for the UART, else by slices."""
    letters = ("a", "b", "c")
    writers = [program(f"long_{letter}", writer(letter)) for letter in letters]
    with boot(kernel(board), writers) as machine:
        machine.expect_count("\n", 150)
        lines = machine.uarts[0].text.split("\n")[:-1]
        assert set(lines) == {f"{letter}{LONG}{letter}" for letter in letters}
        turns = [letter for letter, _ in groupby(line[0] for line in lines)]
        assert turns == list(islice(cycle(letters), len(turns)))
        assert len(turns) > 5
        if board in CORES:  # the LM3S's UART in the emulator is so fast that nobody waits
            together = lines[max(lines.index(line) for line in set(lines)) :]
            assert len(together) > 30
            counts = [together.count(line) for line in set(lines)]
            assert max(counts) - min(counts) <= 1, "writers take turns"


@pytest.mark.parametrize("board", BOARDS)
def test_debug_messages_and_console_lines_do_not_tear_each_other(board: str) -> None:
    debugging = program(
        "debugging",
        "for (uint32_t n = 1;; n++) { tock_command(8, 2, n, 0); alarm_sleep_ms(3); }",
    )
    line = "-" * 60  # in one transmission: a longer one lets another user of the UART between
    dashes = program("dashes", f'for (;;) {{ console_print("{line}\\n"); }}')
    with boot(kernel(board), [debugging, dashes]) as machine:
        machine.expect_count(re.compile("debug: [^\n]*\n"), 20)
        machine.expect_count(f"{line}\n", 20)
        lines = machine.uarts[0].text.split("\n")[:-1]
        messages = [each for each in lines if each != line]
        # A host that is slow to read makes the queue overflow, and then it says so.
        whole = re.compile("debug: process 0 (?:lost some|prints 0x([0-9a-f]+))")
        found = [whole.fullmatch(each) for each in messages]
        assert all(found), messages
        numbers = [int(each[1], 16) for each in found if each and each[1]]
        assert numbers == sorted(set(numbers))
        assert numbers[0] == 1


@pytest.mark.parametrize("board", BOARDS)
def test_what_is_typed_at_once_all_comes_back_in_order(board: str) -> None:
    with boot(kernel(board), [example("echo"), program("spins", "for (;;) { }")]) as machine:
        machine.expect("echo: ready\n")
        machine.send(LONG.encode() + b"\r")
        machine.expect(LONG + "\r")
        assert machine.uarts[0].text == f"echo: ready\n{LONG}\r"


@pytest.mark.parametrize("board", BOARDS)
def test_readers_take_turns_and_no_byte_is_lost(board: str) -> None:
    readers = [program(name, reader(name)) for name in ("one", "two")]
    digits = "0123456789" * 200  # more than the first can take in its first time slice
    with boot(kernel(board), readers) as machine:
        machine.send(digits.encode())
        machine.expect_count("\n", len(digits))
        got = re.findall(r"(one|two):(\d)\n", machine.uarts[0].text)
        assert sorted(digit for _, digit in got) == sorted(digits)
        assert {name for name, _ in got} == {"one", "two"}


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("*at(0x20000000) = 1;", "(reads_crashes): stopped for good"),
        ("tock_exit(0);", "later: 30 ms"),
    ],
    ids=["crashes", "exits"],
)
def test_a_reader_that_ends_leaves_the_input_to_the_next(
    board: str, end: str, words: str
) -> None:
    name = "reads_crashes" if "at" in end else "reads_exits"
    echo = example("echo")
    ending = program(name, f"{READING} if (reads) {{ {end} }} ")
    later = program("later", 'alarm_sleep_ms(30); console_print("later: 30 ms\\n");')
    with boot_flash(kernel(board, STOPPING), in_order(ending, echo, later)) as machine:
        machine.expect(words)
        machine.expect_count("echo: ready", 1)
        machine.send(b"typed")
        machine.expect("typed")


@pytest.mark.parametrize("board", BOARDS)
def test_a_read_that_waits_behind_another_gets_the_next_bytes(board: str) -> None:
    eight = program(
        "eight",
        'char bytes[9] = "........"; console_read(bytes, 8); bytes[8] = 10; '
        'console_print("eight: "); console_write(bytes, 9);',
    )
    with boot_flash(kernel(board), in_order(eight, program("one", reader("one")))) as machine:
        machine.send(b"01234567a")
        machine.expect("eight: ")
        machine.expect_count("\n", 2)
        assert "01234567\n" in machine.uarts[0].text
        assert "one:a\n" in machine.uarts[0].text


@pytest.mark.parametrize("board", BOARDS)
def test_a_writer_that_dies_in_the_middle_does_not_hold_up_the_others(board: str) -> None:
    dying = program(
        "dying",
        f'static const char line[] = "{LONG}\\n"; '
        "tock_allow_ro(1, 1, line, sizeof(line) - 1); "
        "tock_command(1, 1, sizeof(line) - 1, 0); *at(0x20000000) = 1;",
    )
    with boot(kernel(board), [dying, example("hello")]) as machine:
        machine.expect("(dying): stopped for good")
        machine.expect("hello: 3")
