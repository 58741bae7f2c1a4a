# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's I2C controller with devices on its bus, and the driver's client.

A command on a bus that is not held, or while one is under way, is an assertion. What
happens on the line is `line`: S and an address byte, bytes with a, or n where they were not
acknowledged, P.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

OK, FAIL, BUSY, ALREADY, INVAL, SIZE, CANCEL, NOACK = 0, 1, 2, 3, 6, 7, 8, 13
NONE, ADDRESS, DATA, ARBITRATION, STUCK = range(5)
CANCELLED, TOO_LATE = 0, 1
RUN, START, STOP, ACK = 1, 2, 4, 8
IS_BUSY, ERROR, NO_ADDRESS, NO_DATA, LOST = 1, 2, 4, 8, 16
ENDED = 4
PERIOD = 6
HERE, ABSENT = 0x48, 0x20


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    mux = ("virtualizers/mux_i2c.c", "lib/arbiter.c")
    return driver_library("lm3s_i2c", "chips/lm3s/lm3s_i2c.c", *mux)


class I2cHardware(Registers):
    """`instant`: as in an emulator, where a command is over at once.

    There a start that nobody answers interrupts nobody and looks like lost arbitration, and
    a start on a held bus is none.
    """

    def __init__(self, callbacks: Callbacks, *, instant: bool) -> None:
        super().__init__(library(), callbacks, "lm3s_i2c_registers")
        self.instant = instant
        self.command = 0
        """What is under way."""
        self.status = self.raw = self.mask = self.config = self.period = 0
        self.address = self.data = 0
        self.held = self.reading = self.acknowledged = False
        self.refuses_after = 1000
        """So many bytes the device takes in a write."""
        self.taken = 0
        self.stuck = self.lost = False
        self.answers = 0
        self.line: list[str] = []

    def step(self) -> bool:
        """The command under way ends."""
        if not self.command or self.stuck:
            return False
        bits, self.command = self.command, 0
        self.status = 0
        if self.lost:
            self.status, self.held = ERROR | LOST, False
        else:
            self._carry_out(bits)
        unheard = self.instant and not self.held and self.status
        if not unheard and (bits & RUN or not self.instant):
            self.raw = 1
        if bits & STOP and self.held:
            assert not self.reading or not self.acknowledged, "stop after an acknowledged read"
            self.held = False
            self.line.append("P")
        return True

    def _carry_out(self, bits: int) -> None:
        if not bits & RUN:
            return
        if bits & START and not (self.instant and self.held):
            self.reading, self.taken = bool(self.address & 1), 0
            self.acknowledged = False
            here = self.address >> 1 == HERE
            self.line.append(f"S{self.address:02x}{'' if here else 'n'}")
            self.held = here or not self.instant
            if not here:
                self.status = ERROR | (LOST if self.instant else NO_ADDRESS)
                return
        if self.reading:
            self.data = 0xA0 + self.answers
            self.answers += 1
            self.acknowledged = bool(bits & ACK)
            self.line.append(f"{self.data:02x}{'a' if self.acknowledged else 'n'}")
            return
        self.taken += 1
        took = self.taken <= self.refuses_after
        self.line.append(f"{self.data:02x}{'a' if took else 'n'}")
        self.status = 0 if took else ERROR | NO_DATA

    def value(self, name: str) -> int:
        return {
            "control": IS_BUSY | ERROR * self.stuck if self.command else self.status,
            "raw": self.raw,
            "data": self.data,
        }[name]

    def written(self, name: str, value: int) -> None:
        if name == "clear":
            self.raw &= ~value
        elif name == "control":
            assert self.config == 0x10, "it is off"
            assert not self.command, "a command while one is under way"
            assert value & START or self.held or self.status, "the bus is not held"
            self.command = value
            if self.instant:
                self.step()
        else:
            assert not self.command, "changed while a command is under way"
            setattr(self, name, value)


class Lm3sI2c:
    """The driver; `done` is what completed, as (op, error, detail, done_len)."""

    def __init__(self, *, instant: bool = False) -> None:
        lib = self.lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = I2cHardware(calls, instant=instant)
        self.in_call = False
        self.done: list[tuple[CData, int, int, int]] = []
        self.then: Callable[[CData], object] = lambda op: None
        self.state = lib.new("struct lm3s_i2c_state *")
        self.i2c = lib.new("struct lm3s_i2c *")
        self.i2c.state, self.i2c.registers = self.state, self.hardware.memory
        self.i2c.period, self.i2c.repeated_start = PERIOD, not instant
        self.i2c.ended.index = ENDED
        self.client = calls.new("struct i2c_controller_client", transferred=self._transferred)
        self.alive: list[CData] = []
        self.devices = {}
        for address in (HERE, ABSENT):
            edge = self.devices[address] = lib.new("struct i2c_device *")
            edge.controller.owner, edge.address = self.i2c, address
        self.port = lib.ffi.addressof(self.devices[HERE].controller)
        assert self.call("init", self.i2c) == OK

    def call(self, name: str, *arguments: object) -> int:
        """A call of the driver; nothing completes inside one of a client's."""
        outer, self.in_call = self.in_call, name not in ("interrupt", "ended")
        result = getattr(self.lib, f"lm3s_i2c_{name}")(*arguments)
        self.hardware.settle()
        self.in_call = outer
        self.callbacks.check()
        return int(result or 0)

    def op(self, written: bytes, read: int = 0, *, address: int = HERE) -> CData:
        """A transfer that writes these and reads so many, into the buffer it writes from."""
        op = self.lib.new("struct i2c_transfer *")
        op.client, op.device = self.client, self.devices[address]
        op.tx_len, op.rx_len, op.done_len, op.detail = len(written), read, 99, 99
        lent = self.lib.new("uint8_t[]", max(len(written), read) + 1)
        self.lib.ffi.memmove(lent, written, len(written))
        op.tx = op.rx = lent
        self.alive += [op, lent]
        return op

    def transfer(self, op: CData) -> int:
        return self.call("transfer", self.port, op)

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        return self.call("transfer_cancel", self.port, op, outcome), outcome[0]

    def _transferred(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.client
        self.hardware.settle()
        stuck = self.hardware.stuck
        assert stuck or not self.hardware.command, "completed under a command"
        assert stuck or not self.hardware.held, "completed before the stop"
        self.done.append((op, err, op.detail, op.done_len))
        assert op.rx[max(op.tx_len, op.rx_len)] == 0, "written beyond the end"
        self.then(op)

    def serve(self) -> bool:
        """The bottom half if the line is up, then the deferred call; False: no work."""
        up = self.hardware.raw & self.hardware.mask
        if up:
            self.call("interrupt", self.i2c)
        deferred = self.lib.fake_kernel_take_deferred()
        if deferred:
            assert deferred == 1 << ENDED
            self.call("ended", self.i2c)
        return bool(up or deferred)

    def run(self) -> None:
        """Hardware and loop in turn until nothing happens any more."""
        for _ in range(2000):
            moved = self.hardware.step()
            if not self.serve() and not moved:
                return
        raise AssertionError("it never comes to rest")
