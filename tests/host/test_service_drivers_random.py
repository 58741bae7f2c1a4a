# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whatever processes ask of digests, codes, random bytes, storage, buses, they get an answer.

Each request that was accepted is answered once, in the life that made it; after each step
the drivers' own checks hold: no byte is left behind, a turn is held while a step is under
way. Each process has bytes of its own, and never sees those of another; nor is any beside
what is under way. What the answers say is each driver's own tests' matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.fakes.capsule import Err, zeros
from tests.host.test_disk_driver import Disk
from tests.host.test_hmac import Hmac
from tests.host.test_i2c_controller_driver import DEVICES, WRITE_READ, I2c
from tests.host.test_nonvolatile_storage_driver import Storage
from tests.host.test_rng_driver import Rng
from tests.host.test_screen_driver import FRAME, HEIGHT, WIDTH, Screen
from tests.host.test_sha import Sha
from tests.host.test_spi_controller_driver import Spi

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    AnyDriver = Sha | Hmac | Rng | Storage | Screen | Disk | Spi | I2c

SLOTS = 4
slots = st.integers(0, SLOTS - 1)
lengths = st.sampled_from([0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 200])


def own(slot: int) -> int:
    """What a process's buffers are full of; what comes back may be one more."""
    return 0x90 + 0x10 * slot


class DriverUnderFire(RuleBasedStateMachine):
    driver: AnyDriver
    make: ClassVar[Callable[..., AnyDriver]]
    commands: ClassVar[Sequence[int]]
    at_once: ClassVar[Sequence[int]] = ()
    """Of these, what is done with the command."""
    any_byte: ClassVar[bool] = False
    """Whether that is what may come back, so that nobody can tell whose it is."""

    def arguments(self, number: int, first: int, second: int) -> tuple[int, int]:
        """Those of a command."""
        return first, second

    def lent(self) -> int:
        """How much of the kernel's buffer belongs to what is under way."""
        return 1 << 16

    @initialize()
    def begin(self) -> None:
        self.driver = type(self).make(*range(SLOTS))
        below = {Sha: "digest", Hmac: "digest", Rng: "rng"}.get(type(self.driver))
        self.below: Any = getattr(self.driver, below) if below else self.driver
        self.waiting: set[int] = set()
        self.dead: set[int] = set()

    def busy(self) -> bool:
        return any(
            getattr(self.below, name, None) is not None for name in ("session", "request", "op")
        )

    def look(self) -> None:
        for slot in range(SLOTS):
            for _ in self.driver.upcalls(slot):
                self.waiting.remove(slot)
            if not self.any_byte:
                for number in range(3):
                    self.see(slot, self.driver.memory(slot, number))
        if self.busy() and hasattr(self.driver, "data"):
            assert zeros(list(self.driver.data)[self.lent() :]), "bytes of who was before"

    def see(self, slot: int, memory: bytes) -> None:
        for other in set(range(SLOTS)) - {slot}:
            assert own(other) not in memory, "another's bytes"
            assert own(other) + 1 not in memory, "an answer to another"

    def lend_ro(self, slot: int, number: int, length: int) -> None:
        self.driver.allow_ro(slot, number, bytes([own(slot)]) * length)

    def lend_rw(self, slot: int, number: int, length: int) -> None:
        self.driver.allow_rw(slot, number, length)
        data = self.driver.process(slot).rw[number].data
        self.driver.library.ffi.memmove(data, bytes([own(slot)]) * length, length)

    def lend(self, slot: int, length: int, room: int) -> None:
        for number in range(3):
            self.lend_ro(slot, number, length)
            self.lend_rw(slot, number, room)

    def life(self, slot: int) -> None:
        if slot in self.dead:
            self.dead.remove(slot)
            self.driver.start(slot)

    @rule(slot=slots, which=st.integers(0, 9), first=lengths, length=lengths, room=lengths)
    def ask(self, slot: int, which: int, first: int, length: int, room: int) -> None:
        self.life(slot)
        self.lend(slot, length, room)
        number = self.commands[which % len(self.commands)]
        arguments = self.arguments(number, first, min(length, room))
        result = self.driver.command(slot, number, *arguments)
        if slot in self.waiting:
            assert result in (Err.NOMEM, Err.BUSY)
        elif result is None and number not in self.at_once:
            self.waiting.add(slot)
        self.look()

    @rule(slot=slots, length=lengths, room=lengths)
    def swap(self, slot: int, length: int, room: int) -> None:
        self.life(slot)
        self.lend(slot, length, room)

    @rule(slot=slots, number=st.integers(0, 2), length=lengths, writable=st.booleans())
    def swap_one(self, slot: int, number: int, length: int, *, writable: bool) -> None:
        self.life(slot)
        (self.lend_rw if writable else self.lend_ro)(slot, number, length)

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
    def die(self, slot: int) -> None:
        if slot not in self.dead:
            self.driver.end(slot)
            self.waiting.discard(slot)
            self.dead.add(slot)
        self.look()

    @rule(slot=slots)
    def live_again(self, slot: int) -> None:
        self.die(slot)
        self.life(slot)

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
    any_byte = True
    commands = range(2, 4)


class HmacUnderFire(DriverUnderFire):
    make = Hmac
    any_byte = True
    commands = range(1, 6)


class RngUnderFire(DriverUnderFire):
    make = Rng
    any_byte = True
    commands = range(1, 2)


class StorageUnderFire(DriverUnderFire):
    make = Storage
    commands = range(2, 4)
    any_byte = True


class SpiUnderFire(DriverUnderFire):
    driver: Spi
    make = Spi
    commands = (2, 11, 12, 2, 11, 12, 5, 7, 9)
    at_once = (5, 7, 9)

    def lent(self) -> int:
        op = self.driver.state.transfer
        return int(op.len) if op.tx != self.driver.library.ffi.NULL else 0


class I2cUnderFire(DriverUnderFire):
    driver: I2c
    make = I2c
    commands = range(1, 4)

    def arguments(self, number: int, first: int, second: int) -> tuple[int, int]:
        device: int = [*DEVICES, 0x21][first % 4]
        return device | (first << 8 if number == WRITE_READ else 0), second

    def lent(self) -> int:
        return int(self.driver.state.transfer.tx_len)


class DiskUnderFire(DriverUnderFire):
    driver: Disk
    make = Disk
    commands = range(2, 5)
    any_byte = True

    def lent(self) -> int:
        return 0 if self.driver.what == "read" else 512

    def lend(self, slot: int, length: int, room: int) -> None:
        super().lend(slot, 8 * length, 8 * room)  # less, as much and more than a block


class ScreenUnderFire(DriverUnderFire):
    driver: Screen
    make = Screen
    commands = (2, 3, 5, 100, 200, 300, 200, 100, 300, 200)

    def arguments(self, number: int, first: int, second: int) -> tuple[int, int]:
        if number != FRAME:
            return first, second
        x, y = first % 8 * 2, second % 8
        return x << 16 | y, (WIDTH - x) << 16 | (first % (HEIGHT - y) + 1)

    def lent(self) -> int:
        return int(self.driver.state.picture.len) if self.driver.drawing() else 0


TestShaUnderFire = ShaUnderFire.TestCase
TestHmacUnderFire = HmacUnderFire.TestCase
TestRngUnderFire = RngUnderFire.TestCase
TestStorageUnderFire = StorageUnderFire.TestCase
TestSpiUnderFire = SpiUnderFire.TestCase
TestI2cUnderFire = I2cUnderFire.TestCase
TestDiskUnderFire = DiskUnderFire.TestCase
TestScreenUnderFire = ScreenUnderFire.TestCase
