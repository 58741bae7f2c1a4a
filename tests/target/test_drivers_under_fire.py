# SPDX-License-Identifier: MIT OR Apache-2.0
"""Applications that do at random what nobody should, on boards with all drivers of services.

Three of them call every driver with numbers from anywhere, swap and withdraw buffers of what
is under way, and begin new lives in the middle of it. A fourth asks all drivers for what they
are for (a block of the card, a temperature, a sample, a picture, a hash, ...), again and again,
and is served; the kernel and, where there are any, its monitors have nothing to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.target.images import boot, program
from tests.target.test_card import card
from tests.target.test_everywhere import LM3S, LM3S_DEMO, LM3S_SOFT, kernel_of, options_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["card"]  # a fixture

ROUNDS = 12
WATCHED = LM3S_DEMO.replace("kernel: {", "kernel: {watchdog: watchdog, ")

DEMO = """\
    {0x5, {1, 2, 3, 4, 5, 5, 1, 101}},
    {0x20003, {1, 2, 3, 1, 2, 3, 0, 4}},
    {0x50001, {1, 2, 3, 2, 2, 3, 0, 4}},
    {0x50002, {1, 2, 3, 4, 2, 3, 4, 9}},
    {0x60000, {1, 1, 1, 1, 0, 2, 1, 1}},
    {0x60, {1, 1, 1, 1, 0, 2, 1, 1}},
    {0x90001, {2, 3, 6, 100, 200, 300, 200, 12}},
"""
SOFT = """\
    {0x20001, {2, 11, 12, 5, 7, 9, 2, 12}},
    {0x40001, {1, 1, 1, 1, 0, 2, 1, 1}},
    {0x40003, {1, 2, 3, 4, 5, 1, 2, 3}},
    {0x40005, {1, 2, 3, 2, 2, 3, 0, 4}},
    {0x50001, {1, 2, 3, 2, 2, 3, 0, 4}},
    {0x80041, {1, 1, 1, 1, 0, 2, 1, 1}},
    {0x80051, {1, 2, 3, 2, 2, 3, 0, 4}},
"""

# The seed is time as well, so that each life does something else.
STORM = """\
static uint8_t buffer[600];
static const struct { uint32_t driver; uint16_t commands[8]; } drivers[] = {
DRIVERS};
uint32_t state = SEED * 2654435761u ^ tock_command(0x0, 2, 0, 0).values[0];
state |= 1;
#define NEXT (state ^= state << 13, state ^= state >> 17, state ^= state << 5, state)
for (;;) {
    uint32_t chosen = NEXT % (sizeof(drivers) / sizeof(drivers[0]));
    uint32_t which = drivers[chosen].driver;
    uint32_t number = NEXT % 3, length = NEXT % 601, what = NEXT % 8;
    if (what == 0) {
        tock_allow_ro(which, number, buffer, length);
    } else if (what == 1) {
        tock_allow_rw(which, number, buffer, length);
    } else if (what == 2) {
        tock_allow_ro(which, number, NULL, 0);
        tock_allow_rw(which, number, NULL, 0);
    } else if (what == 3) {
        tock_yield_no_wait();
    } else {
        uint32_t arguments[2];
        for (uint32_t n = 0; n < 2; n++) {
            uint32_t kind = NEXT % 5, drawn = NEXT;
            arguments[n] = kind == 0 ? drawn : kind == 1 ? drawn % 16 : kind == 2 ? drawn % 600
                : kind == 3 ? (drawn % 128) << 16 | (drawn >> 8) % 64
                : 0x49 | (drawn % 9) << 8;
        }
        tock_command(which, drawn_command, arguments[0], arguments[1]);
    }
    if (NEXT % 400 == 0) {
        TOCK_CALL(6, 1, 0, 0, 0); /* the same application, another life */
        (void)r0; (void)r1; (void)r2; (void)r3;
    }
}""".replace("drawn_command", "drivers[chosen].commands[NEXT % 8]")
CHECK = """\
uint32_t wrong = 0; /* a bit for each thing that went wrong */
struct tock_event event;
#define CHECK(bit, driver, upcall, number, first, second, well) \\
    if (!tock_succeeded(tock_command(driver, number, first, second))) { \\
        wrong |= 1u << bit; \\
    } else if (event = tock_yield_wait_for(driver, upcall), !(well)) { \\
        wrong |= 0x100u << bit; \\
    }
for (uint32_t round = 0; round < ROUNDS; round++) {
    ASKS
}
console_print_u32("honest, wrong ", wrong);"""
DEMO_ASKS = """\
static uint8_t block[512], came[512], pixels[64], bytes[2];
    for (uint32_t n = 0; n < 512; n++) { block[n] = (uint8_t)(n * 3 + round); came[n] = 0; }
    tock_allow_ro(0x50002, 0, block, 512);
    tock_allow_rw(0x50002, 0, came, 512);
    tock_allow_ro(0x90001, 0, pixels, 64);
    tock_allow_rw(0x20003, 1, bytes, 2);
    CHECK(0, 0x50002, 0, 4, 5000, 0, event.values[0] == 3)
    CHECK(1, 0x50002, 0, 3, 5000, 0, event.values[0] == 2)
    for (uint32_t n = 0; n < 512; n++) { wrong |= (uint32_t)(came[n] != block[n]) << 16; }
    CHECK(2, 0x60000, 0, 1, 0, 0, event.values[1] == 0)
    CHECK(3, 0x90001, 0, 100, 0, 16 << 16 | 8, event.values[0] == 0)
    CHECK(4, 0x90001, 0, 200, 64, 0, event.values[0] == 0)
    CHECK(5, 0x20003, 0, 2, 0x49, 2, event.values[0] == 0 && event.values[1] == 2)
    CHECK(6, 0x5, 0, 1, 1, 0, event.values[0] == 0 && event.values[1] == 1)"""
SOFT_ASKS = """\
static uint8_t text[64], hash[32], first[32], came[64];
    for (uint32_t n = 0; n < 64; n++) { text[n] = (uint8_t)n; }
    tock_allow_ro(0x40005, 0, text, 64);
    tock_allow_rw(0x40005, 0, hash, 32);
    tock_allow_rw(0x40001, 0, came, 64);
    tock_allow_ro(0x20001, 0, text, 64);
    tock_allow_rw(0x20001, 0, came, 64);
    CHECK(0, 0x40005, 0, 2, 0, 0, event.values[0] == 0)
    for (uint32_t n = 0; n < 32; n++) {
        first[n] = round == 0 ? hash[n] : first[n];
        wrong |= (uint32_t)(first[n] != hash[n]) << 16;
    }
    CHECK(1, 0x40001, 0, 1, 64, 0, event.values[0] == 0 && event.values[1] == 64)
    CHECK(2, 0x20001, 0, 2, 64, 0, event.values[0] == 64 && event.values[1] == 0)
    for (uint32_t which = 0x50001;; which = 0x80051) {
        tock_allow_ro(which, 0, text, 64);
        tock_allow_rw(which, 0, came, 64);
        CHECK(3, which, 1, 3, 0, 64, event.values[0] == 64)
        CHECK(4, which, 0, 2, 0, 64, event.values[0] == 64)
        if (which == 0x80051) { break; }
    }"""


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
@pytest.mark.parametrize(
    ("wiring", "drivers", "asks"),
    [(WATCHED, DEMO, DEMO_ASKS), (LM3S_SOFT, SOFT, SOFT_ASKS)],
    ids=["parts", "software"],
)
def test_who_asks_as_it_should_is_served_among_those_who_do_not(
    wiring: str, drivers: str, asks: str, checked: bool, card: Path
) -> None:
    of = kernel_of(LM3S, wiring, checked)
    name = f"{'soft' if wiring is LM3S_SOFT else 'demo'}_{checked}"
    storms = [
        program(f"storm_{name}_{n}", STORM.replace("DRIVERS", drivers).replace("SEED", str(n)))
        for n in range(1, 4)
    ]
    honest = program(
        f"honest_{name}", CHECK.replace("ASKS", asks).replace("ROUNDS", str(ROUNDS))
    )
    with boot(of, [*storms, honest], options=options_of(LM3S, wiring, card)) as machine:
        machine.expect("honest, wrong ")
        machine.expect("\n")
        seen = machine.uarts[0].text
        assert "honest, wrong 0\n" in seen, machine.transcript()
        assert "kernel:" not in seen, machine.transcript()
