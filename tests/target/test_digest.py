# SPDX-License-Identifier: MIT OR Apache-2.0
"""Digests in software for applications, in an image: the driver, the provider, the loop."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from tests.target.images import Kernel, boot, example, kernel, program

BOARD = "mps2_an386"
SHA = """\
devices:
  hasher: {kind: soft_sha256}
capsules:
  sha: {kind: sha, digest: hasher}
  hmac: {kind: hmac, digest: hasher}
"""
TEXT = b"The quick brown fox jumps over the lazy dog"
FOX = hashlib.sha256(TEXT).hexdigest()
KEYED = hmac.new(b"key", TEXT, "sha256").hexdigest()


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def hashing(request: pytest.FixtureRequest) -> Kernel:
    return kernel(BOARD, more=SHA, checked=request.param)


def hasher(name: str, size: int, byte: int, times: int) -> str:
    """Statements that verify a message of `size` times one byte, again and again."""
    expected = ", ".join(map(str, hashlib.sha256(bytes([byte]) * size).digest()))
    return (
        f"static uint8_t text[{size}]; static const uint8_t expected[] = {{{expected}}}; "
        f"for (uint32_t n = 0; n < {size}; n++) {{ text[n] = {byte}; }} "
        f"tock_allow_ro(0x40005, 0, text, {size}); tock_allow_ro(0x40005, 1, expected, 32); "
        f"for (uint32_t n = 0; n < {times}; n++) {{ tock_command(0x40005, 3, 0, 0); "
        "struct tock_event event = tock_yield_wait_for(0x40005, 1); "
        "if (event.values[0] != 0 || event.values[1] != 1) { "
        f'console_print("{name} failed\\n"); }} }} console_print("{name} done\\n");'
    )


def test_the_example_says_the_digest_that_everybody_finds(hashing: Kernel) -> None:
    with boot(hashing, [example("digest")]) as machine:
        machine.expect(f"digest: {FOX}\n")
        machine.expect("digest: found again\n")
        machine.expect(f"digest: with a key {KEYED}\n")


def test_without_the_driver_the_example_says_so() -> None:
    with boot(kernel(BOARD), [example("digest")]) as machine:
        machine.expect("digest: this board has no SHA driver\n")


def test_an_open_message_of_one_rests_while_another_hashes(hashing: Kernel) -> None:
    parts = 40
    whole = ", ".join(map(str, hmac.new(b"k", b"part" * parts, "sha256").digest()))
    opens = program(
        "opens_a_message",
        f"static const uint8_t expected[] = {{{whole}}}; "
        'tock_allow_ro(0x40003, 0, "k", 1); tock_allow_ro(0x40003, 1, "part", 4); '
        "tock_allow_ro(0x40003, 2, expected, 32); "
        f"for (uint32_t n = 0; n < {parts}; n++) {{ tock_command(0x40003, 2, 0, 0); "
        "tock_yield_wait_for(0x40003, 0); alarm_sleep_ms(1); } "
        "tock_command(0x40003, 5, 0, 0); "
        'console_print_u32("equal ", tock_yield_wait_for(0x40003, 1).values[1]);',
    )
    busy = program("hashes_meanwhile", hasher("meanwhile", 1000, 7, 20))
    with boot(hashing, [opens, busy]) as machine:
        machine.expect("equal 1\n")
        machine.expect_count("meanwhile done\n", 1)


def test_applications_hash_at_the_same_time_beside_one_that_speaks(hashing: Kernel) -> None:
    large = program("hashes_much", hasher("large", 5000, 7, 20))
    small = program("hashes_little", hasher("small", 3, 9, 200))
    speak = program(
        "speaks_on", 'for (uint32_t n = 0; n < 50; n++) { console_print_u32("line ", n); }'
    )
    with boot(hashing, [large, small, speak]) as machine:
        machine.expect_count("done\n", 2)
        machine.expect_count("line ", 50)
        assert "failed" not in machine.uarts[0].text
