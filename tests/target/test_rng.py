# SPDX-License-Identifier: MIT OR Apache-2.0
"""Bytes for applications from a source that a test can foresee, in an image."""

from __future__ import annotations

import pytest
from tests.host.test_soft_test_rng import xorshift
from tests.target.images import Kernel, boot, example, kernel, program

BOARD = "mps2_an386"
SEED = 12345
RNG = f"""\
devices:
  source: {{kind: soft_test_rng, seed: {SEED}}}
capsules:
  rng: {{kind: rng_driver, rng: source}}
"""


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def board(request: pytest.FixtureRequest) -> Kernel:
    return kernel(BOARD, more=RNG, checked=request.param)


def test_a_die_falls_as_the_seed_says(board: Kernel) -> None:
    fair = [byte % 6 + 1 for byte in xorshift(SEED, 100) if byte < 252][:10]
    with boot(board, [example("dice")]) as machine:
        machine.expect("dice: " + " ".join(map(str, fair)) + "\n")


def test_without_the_driver_the_die_says_so() -> None:
    with boot(kernel(BOARD), [example("dice")]) as machine:
        machine.expect("dice: this board has no RNG driver\n")


def test_two_applications_share_the_bytes_and_none_is_given_twice(board: Kernel) -> None:
    apps = [
        program(
            f"adds_up_{name}",
            f"static uint8_t bytes[{size}]; uint32_t sum = 0; "
            f"tock_allow_rw(0x40001, 0, bytes, {size}); tock_command(0x40001, 1, {size}, 0); "
            "uint32_t got = tock_yield_wait_for(0x40001, 0).values[1]; "
            "for (uint32_t n = 0; n < got; n++) { sum += bytes[n]; } "
            f'console_print_u32("sum of {name} ", sum);',
        )
        for name, size in (("many", 1000), ("few", 500))
    ]
    with boot(board, apps) as machine:
        machine.expect_count("\n", 2)
        said = machine.uarts[0].text.split()
        sums = [int(word) for word in said if word.isdigit()]
        assert sum(sums) == sum(xorshift(SEED, 1500))
