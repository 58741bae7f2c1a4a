# SPDX-License-Identifier: MIT OR Apache-2.0
"""Objects that Tock's own packer, elf2tab, made of our example `hello`.

`make interop` makes them anew and tries tockloader as well: see tests/interop.
"""

from __future__ import annotations

import pytest
from tests.target.images import BOARDS, CORES, ROOT, boot, built, kernel

from boardwright.firmware import Application

OBJECTS = ROOT / "tests/interop/objects"
FILTERED = f"""
kernel:
  filter: {{kind: filter_allow_list}}
apps: !replace
  mute: {{path: {ROOT}/examples/apps/hello, allow: [console, alarm]}}
  permitted: {{path: {ROOT}/examples/apps/hello, allow: [console, alarm]}}
"""


def made(name: str) -> Application:
    return Application(name, (OBJECTS / f"{name}.tbf").read_bytes())


@pytest.mark.parametrize("board", BOARDS)
def test_what_elf2tab_packed_runs(board: str) -> None:
    with boot(kernel(board), [made("disabled"), made("hello")]) as machine:
        machine.expect("hello: 3")
        text = machine.uarts[0].text
        assert text.count("hello: 0") == 1, "the disabled one does not run"
        assert "refused" not in text


@pytest.mark.parametrize("board", CORES)
def test_the_permissions_that_elf2tab_wrote_hold(board: str) -> None:
    """Both may sleep, one may print as well: their kernel allows both drivers to both."""
    with boot(built(board, FILTERED), [made("mute"), made("permitted")]) as machine:
        machine.expect("hello: 3")
        assert machine.uarts[0].text.count("hello: 0") == 1, machine.transcript()
    with boot(kernel(board), [made("mute"), made("permitted")]) as machine:
        machine.expect_count("hello: 3", 2)  # nobody asks for permissions there
