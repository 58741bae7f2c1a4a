# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a watchdog hears of the kernel: each time it chooses, and before and after sleep."""

from __future__ import annotations

from itertools import pairwise

from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.kernel_machine import ASLEEP, Kernel, Tbf, kernel_tlv, main_tlv

LINE = 37


class Watched:
    """A kernel, and what its watchdog heard."""

    def __init__(self, processes: int) -> None:
        self.kernel = kernel = Kernel()
        kernel.load(*[Tbf(main_tlv(ram=1000) + kernel_tlv())] * processes)
        self.heard: list[str] = []
        self.callbacks = Callbacks(kernel.lib)
        port = kernel.lib.board_kernel.watchdog
        port.owner = kernel.lib.board_kernel.scheduler.owner
        port.ops = self.callbacks.new(
            "struct policy_watchdog_ops",
            watchdog_tickle=lambda port: self._hear("tickle", port),
            watchdog_suspend=lambda port: self._hear("suspend", port),
            watchdog_resume=lambda port: self._hear("resume", port),
        )

    def _hear(self, what: str, port: CData) -> None:
        assert port == self.kernel.lib.ffi.addressof(self.kernel.lib.board_kernel, "watchdog")
        if what != "tickle":
            assert self.kernel.host.masked, "an interrupt would come between"
        self.heard.append(what)

    def loop(self) -> int:
        self.heard.clear()
        end = self.kernel.loop()
        self.callbacks.check()
        return end


def test_each_dispatch_is_a_sign_of_life() -> None:
    watched = Watched(2)
    for _ in range(5):
        assert watched.loop() != ASLEEP
        assert watched.heard == ["tickle"]


def test_the_watchdog_is_suspended_for_as_long_as_the_kernel_sleeps() -> None:
    watched = Watched(0)
    assert watched.loop() == ASLEEP
    assert watched.heard == ["tickle", "suspend"]


def test_who_is_woken_resumes_it_before_anything_else() -> None:
    """The interrupt is raised at each step; some come just before sleep, and end it."""
    seen = set()
    for step in range(1, 40):
        watched = Watched(0)
        board = watched.kernel.board
        board.raise_line, board.raise_at = LINE, board.steps + step
        assert watched.loop() == ASLEEP
        said = " ".join(watched.heard)
        assert said.endswith("suspend")
        assert "suspend tickle" not in said
        seen.add(said)
    assert "tickle suspend resume tickle suspend" in seen


def test_each_line_of_a_report_is_a_sign_of_life() -> None:
    """A slow port takes longer for a fault's report than a watchdog waits."""
    watched = Watched(1)
    kernel = watched.kernel
    lengths: list[int] = []
    kernel.lib.board_kernel.watchdog.ops = watched.callbacks.new(
        "struct policy_watchdog_ops",
        watchdog_tickle=lambda _: lengths.append(kernel.board.report_len),
        watchdog_suspend=lambda _: None,
        watchdog_resume=lambda _: None,
    )
    assert watched.loop() == 0
    kernel.process(0).svc(0xBD)
    watched.loop()
    report = kernel.report()
    pieces = [report[a:b].split() for a, b in pairwise(lengths)]
    assert len([piece for piece in pieces if piece]) > 3
    assert all(piece.count("kernel:") <= 1 for piece in pieces), "two lines without a sign"


def test_without_a_watchdog_nobody_is_told() -> None:
    watched = Watched(1)
    watched.kernel.lib.board_kernel.watchdog.owner = watched.kernel.lib.ffi.NULL
    assert watched.loop() != ASLEEP
    assert watched.heard == []
