# SPDX-License-Identifier: MIT OR Apache-2.0
"""The emulator harness, tried on small bare-metal programs."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.target.harness import Loaded, Machine, NotEndedError, NotSeenError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[[str], Path]

# The first UART of mps2-an386; `say` prints the text at r0, `exit` ends QEMU with status r0.
PRELUDE = """
    .syntax unified
    .cpu cortex-m4
    .thumb
    .word 0x20010000, start + 1, hang + 1, hang + 1
    .thumb_func
hang: b hang
say:
    ldr r1, =0x40004000
1:  ldrb r2, [r0], #1
    cbz r2, 3f
2:  ldr r3, [r1, #4]
    lsls r3, r3, #31
    bmi 2b
    str r2, [r1]
    b 1b
3:  bx lr
exit:
    ldr r1, =0x20026
    push {r1, r0}
    mov r1, sp
    str r0, [r1, #4]
    ldr r2, =0x20026
    str r2, [r1]
    movs r0, #0x20
    bkpt 0xab
    b hang
    .ltorg
start:
    ldr r1, =0x40004000
    movs r0, #16
    str r0, [r1, #0x10]
    movs r0, #3
    str r0, [r1, #8]
"""
HELLO = """
    ldr r0, =text
    bl say
    movs r0, #42
    bl exit
    .ltorg
text: .asciz "one\\ntwo\\none\\n"
"""
ECHO = """
    ldr r0, =ready
    bl say
    ldr r1, =0x40004000
4:  ldr r0, [r1, #4]
    lsls r0, r0, #30
    bpl 4b
    ldr r0, [r1]
5:  ldr r2, [r1, #4]
    lsls r2, r2, #31
    bmi 5b
    str r0, [r1]
    b 4b
    .ltorg
ready: .asciz "ready\\n"
"""
SAY_LOADED = """
    ldr r0, =0x00100000
    bl say
    movs r0, #0
    bl exit
"""
LED = """
    ldr r1, =0x40028000
    movs r0, #1
    str r0, [r1]
    movs r0, #0
    str r0, [r1]
    bl exit
"""


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def assembled(program: str) -> Path:
        source = tmp_path / "program.S"
        image = tmp_path / "program.elf"
        source.write_text(PRELUDE + program)
        command = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-nostdlib", "-Wl,-Ttext=0"]
        command += ["-Wl,--build-id=none", "-Wl,-estart", str(source), "-o", str(image)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return image

    return assembled


def test_expectations_are_met_in_order_and_counted(build: Build) -> None:
    with Machine("mps2-an386", build(HELLO)) as machine:
        machine.expect("one")
        assert machine.expect(re.compile(r"t(\w+)\n")).group(1) == "wo"
        machine.expect("one")
        machine.expect_count(re.compile("^one$", re.M), 2)
        assert machine.wait() == 42
        assert machine.count("one") == 2
        assert machine.uarts[0].expect_end() == "one\ntwo\none\n"


def test_text_that_cannot_come_any_more_fails_at_once_with_the_transcript(build: Build) -> None:
    with Machine("mps2-an386", build(HELLO)) as machine:
        machine.expect("two")
        with pytest.raises(NotSeenError, match=r"uart0: it ended without 'two'[^$]*two\none"):
            machine.expect("two")


def test_text_that_does_not_come_fails_at_the_limit(build: Build) -> None:
    with Machine("mps2-an386", build(ECHO)) as machine:
        machine.expect("ready")
        with pytest.raises(NotSeenError, match=r"0\.1 s passed without 'never'"):
            machine.expect("never", limit=0.1)
        with pytest.raises(NotSeenError, match="passed without 'ready' 2 times"):
            machine.expect_count("ready", 2, limit=0.1)
        with pytest.raises(NotEndedError, match="still running"):
            machine.wait(limit=0.1)


def test_what_is_sent_reaches_the_guest(build: Build) -> None:
    text = b"0123456789" * 200  # more than a socket holds one byte at a time
    with Machine("mps2-an386", build(ECHO)) as machine:
        machine.expect("ready\n")
        machine.send(text)
        machine.expect(text.decode())


def test_a_guest_that_does_not_listen_holds_the_sender_back_to_a_limit(build: Build) -> None:
    with Machine("mps2-an386", build("b hang")) as machine, pytest.raises(TimeoutError):
        machine.send(b"x" * 1_000_000, limit=0.1)


def test_a_file_is_in_memory_at_reset(build: Build, tmp_path: Path) -> None:
    blob = tmp_path / "blob.bin"
    blob.write_bytes(b"loaded\n\0")
    with Machine("mps2-an386", build(SAY_LOADED), loaded=[Loaded(blob, 0x100000)]) as machine:
        machine.expect("loaded")
        assert machine.wait() == 0


def test_led_changes_are_traced(build: Build) -> None:
    with Machine("mps2-an386", build(LED), trace=["led_change_intensity"]) as machine:
        assert machine.wait() == 0
        machine.stderr.expect(re.compile(r"LED desc:'.*' .*0%.*100%"))
        machine.stderr.expect(re.compile(r"LED desc:'.*' .*100%.*0%"))


def test_a_closed_machine_is_gone(build: Build) -> None:
    with Machine("mps2-an386", build(ECHO)) as machine:
        machine.expect("ready")
    assert machine.process.returncode == -9
    machine.close()


def test_a_command_that_qemu_refuses_shows_its_words(build: Build) -> None:
    with Machine("no-such-machine", build(ECHO)) as machine:
        with pytest.raises(NotSeenError, match="unsupported machine type"):
            machine.expect("ready")
        assert machine.wait() == 1
