# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever processes ask of digests, codes, random bytes, storage, buses, they get an answer.

Each request that was accepted is answered once, in the life that made it; after each step
the drivers' own checks hold: no byte is left behind, a turn is held while a step is under
way. What the answers say is each driver's own tests' matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.fakes.capsule import Err
from tests.host.test_disk_driver import Disk
from tests.host.test_hmac import Hmac
from tests.host.test_i2c_controller_driver import DEVICES, WRITE_READ, I2c
from tests.host.test_nonvolatile_storage_driver import Storage
from tests.host.test_rng_driver import Rng
from tests.host.test_screen_driver import Screen
from tests.host.test_sha import Sha
from tests.host.test_spi_controller_driver import Spi

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLOTS = 4
slots = st.integers(0, SLOTS - 1)
lengths = st.sampled_from([0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 200])


class DriverUnderFire(RuleBasedStateMachine):
    make: ClassVar[Callable[..., Sha | Hmac | Rng | Storage | Screen | Disk | Spi | I2c]]
    commands: ClassVar[Sequence[int]]
    at_once: ClassVar[Sequence[int]] = ()
    """Of these, what is done with the command."""

    def argument(self, number: int, first: int) -> int:
        """The first argument of a command."""
        return first

    @initialize()
    def begin(self) -> None:
        self.driver = type(self).make(*range(SLOTS))
        below = {Sha: "digest", Hmac: "digest", Rng: "rng"}.get(type(self.driver))
        self.below: Any = getattr(self.driver, below) if below else self.driver
        self.waiting: set[int] = set()

    def busy(self) -> bool:
        return any(
            getattr(self.below, name, None) is not None for name in ("session", "request", "op")
        )

    def look(self) -> None:
        for slot in range(SLOTS):
            for _ in self.driver.upcalls(slot):
                self.waiting.remove(slot)

    def lend(self, slot: int, length: int, room: int) -> None:
        for number in range(3):
            self.driver.allow_ro(slot, number, b"x" * length)
            self.driver.allow_rw(slot, number, room)

    @rule(slot=slots, which=st.integers(0, 9), first=lengths, length=lengths, room=lengths)
    def ask(self, slot: int, which: int, first: int, length: int, room: int) -> None:
        self.lend(slot, length, room)
        number = self.commands[which % len(self.commands)]
        argument = self.argument(number, first)
        result = self.driver.command(slot, number, argument, min(length, room))
        if slot in self.waiting:
            assert result in (Err.NOMEM, Err.BUSY)
        elif result is None and number not in self.at_once:
            self.waiting.add(slot)
        self.look()

    @rule(slot=slots, length=lengths, room=lengths)
    def swap(self, slot: int, length: int, room: int) -> None:
        self.lend(slot, length, room)

    @rule(refusals=st.lists(st.sampled_from([Err.OFF, Err.FAIL]), max_size=2))
    def will_refuse(self, refusals: list[int]) -> None:
        self.below.refusals = list(refusals)

    @rule(err=st.sampled_from([Err.OK, Err.OK, Err.OK, Err.FAIL]), times=st.integers(1, 5))
    def finish(self, err: Err, times: int) -> None:
        for _ in range(times):
            if self.busy():
                self.below.finish(err)
        self.look()

    @rule(slot=slots)
    def live_again(self, slot: int) -> None:
        self.driver.end(slot)
        self.waiting.discard(slot)
        self.driver.start(slot)

    def teardown(self) -> None:
        if hasattr(self, "driver"):
            self.below.refusals = []
            for _ in range(1000):
                if not self.busy():
                    break
                self.below.finish()
            self.look()
            assert self.waiting == set(), "these wait for ever"


class ShaUnderFire(DriverUnderFire):
    make = Sha
    commands = range(2, 4)


class HmacUnderFire(DriverUnderFire):
    make = Hmac
    commands = range(1, 6)


class RngUnderFire(DriverUnderFire):
    make = Rng
    commands = range(1, 2)


class StorageUnderFire(DriverUnderFire):
    make = Storage
    commands = range(2, 4)


class SpiUnderFire(DriverUnderFire):
    make = Spi
    commands = (2, 11, 12, 2, 11, 12, 5, 7, 9)
    at_once = (5, 7, 9)


class I2cUnderFire(DriverUnderFire):
    make = I2c
    commands = range(1, 4)

    def argument(self, number: int, first: int) -> int:
        device: int = [*DEVICES, 0x21][first % 4]
        return device | (first << 8 if number == WRITE_READ else 0)


class DiskUnderFire(DriverUnderFire):
    make = Disk
    commands = range(2, 5)

    def lend(self, slot: int, length: int, room: int) -> None:
        super().lend(slot, 8 * length, 8 * room)  # less, as much and more than a block


class ScreenUnderFire(DriverUnderFire):
    make = Screen
    commands = (2, 3, 5, 200, 300)


TestShaUnderFire = ShaUnderFire.TestCase
TestHmacUnderFire = HmacUnderFire.TestCase
TestRngUnderFire = RngUnderFire.TestCase
TestStorageUnderFire = StorageUnderFire.TestCase
TestSpiUnderFire = SpiUnderFire.TestCase
TestI2cUnderFire = I2cUnderFire.TestCase
TestDiskUnderFire = DiskUnderFire.TestCase
TestScreenUnderFire = ScreenUnderFire.TestCase
