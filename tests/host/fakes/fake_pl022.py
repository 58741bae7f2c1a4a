# SPDX-License-Identifier: MIT OR Apache-2.0
"""The PL022 (DDI 0194) with devices on its bus, their selects, and the driver's clients.

A device answers each byte with its complement. What is on the line while another device or
none is selected, or under another's rate or mode, is an assertion.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

OK, BUSY, ALREADY, INVAL, SIZE, CANCEL = 0, 2, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1
DEPTH, HALF = 8, 4
RX_HELD = 4
PAUSE, RX, TX = 2, 4, 8
INPUT_HZ = 12_500_000
ENDED = 4


class Setting(NamedTuple):
    """What is in force on the line."""

    rate: int
    mode: int


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    mux = ("virtualizers/mux_spi.c", "lib/arbiter.c")
    return driver_library("pl022", "chips/arm/pl022.c", *mux)


class Pl022Hardware(Registers):
    """`instant`: a byte written is exchanged at once, as in an emulator."""

    def __init__(self, callbacks: Callbacks, *, instant: bool) -> None:
        super().__init__(library(), callbacks, "pl022_registers")
        self.instant = instant
        self.to_send: list[int] = []
        self.came: list[int] = []
        self.format = self.control = self.prescale = self.mask = self.pause = 0
        self.exchange: Callable[[int], int] = lambda byte: byte

    @property
    def raw(self) -> int:
        """TX and RX follow the FIFOs, the pause is latched."""
        rx = RX * (len(self.came) >= HALF)
        return self.pause | rx | TX * (len(self.to_send) <= HALF)

    def setting(self) -> Setting:
        divisor = self.prescale * (1 + (self.format >> 8))
        polarity, phase = self.format >> 6 & 1, self.format >> 7 & 1
        return Setting(INPUT_HZ // divisor, polarity * 2 + phase)

    def step(self) -> bool:
        """One byte goes and one comes; without one, there is a pause. False: nothing did."""
        if self.to_send:
            assert len(self.came) < DEPTH, "lost: nobody took back what came before"
            self.came.append(self.exchange(self.to_send.pop(0)))
            return True
        if self.came and not self.pause and not self.instant:
            self.pause = PAUSE
            return True
        return False

    def value(self, name: str) -> int:
        if name == "data":
            assert self.came, "read although nothing came"
            return self.came[0]
        return {
            "status": RX_HELD * bool(self.came),
            "masked": self.raw & self.mask,
            "mask": self.mask,
        }[name]

    def was_read(self, name: str) -> None:
        if name == "data":
            del self.came[0]

    def written(self, name: str, value: int) -> None:
        if name == "data":
            assert self.control == 2, "written while it is off"
            assert len(self.to_send) < DEPTH, "written although the FIFO is full"
            self.to_send.append(value)
            if self.instant:
                self.step()
        elif name == "clear":
            self.pause &= ~value
        elif name == "mask":
            self.mask = value
        elif name == "control":
            self.control = value
        else:
            assert not self.control, "changed while it is on"
            assert not self.to_send
            assert not self.came
            setattr(self, name, value)
            if name == "format":
                assert value & 0x3F == 7, "not words of eight bits"
            else:
                assert name == "prescale"
                assert value % 2 == 0
                assert 2 <= value <= 254


class Device:
    """A device of the bus: its edge, and what it was sent under its select."""

    def __init__(self, bus: Pl022, rate: int, mode: int) -> None:
        lib = bus.lib
        self.bus = bus
        self.selected = False
        self.frames: list[bytes] = []
        """Bytes from a select to the deselect after it."""
        self.select = lib.new("struct gpio_output *")
        self.select.ops = bus.callbacks.new("struct gpio_output_ops", pin_write=self._write)
        self.edge = lib.new("struct spi_device *")
        self.edge.controller.owner = bus.spi
        self.edge.chip_select, self.edge.rate_hz, self.edge.mode = self.select, rate, mode

    def _write(self, port: CData, high: bool) -> None:
        assert not self.bus.hardware.to_send, "in the middle of a byte"
        if not high and not self.selected:
            assert not any(each.selected for each in self.bus.devices), "two at a time"
            self.frames.append(b"")
        self.selected = not high


class Pl022:
    """The driver with two devices; `done` is what completed, as (op, error, done_len)."""

    def __init__(self, *, instant: bool = False) -> None:
        lib = self.lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = Pl022Hardware(calls, instant=instant)
        self.hardware.exchange = self._exchange
        self.in_call = False
        self.interrupts = 0
        self.done: list[tuple[CData, int, int]] = []
        self.then: Callable[[CData], object] = lambda op: None
        self.state = lib.new("struct pl022_state *")
        self.spi = lib.new("struct pl022 *")
        self.spi.state, self.spi.registers = self.state, self.hardware.memory
        self.spi.input_hz, self.spi.ended.index = INPUT_HZ, ENDED
        self.client = calls.new("struct spi_controller_client", transferred=self._transferred)
        self.alive: list[CData] = []
        self.devices: list[Device] = []
        for rate, mode in ((4_000_000, 0), (250_000, 3)):
            self.devices.append(Device(self, rate, mode))
        assert self.call("init", self.spi) == OK

    def _exchange(self, byte: int) -> int:
        selected = [each for each in self.devices if each.selected]
        assert len(selected) == 1, "a byte for nobody"
        device = selected[0]
        rate, mode = self.hardware.setting()
        assert rate <= device.edge.rate_hz
        assert mode == device.edge.mode
        device.frames[-1] += bytes([byte])
        return byte ^ 0xFF

    def call(self, name: str, *arguments: object) -> int:
        """A call of the driver; nothing completes inside one of a client's."""
        outer, self.in_call = self.in_call, name not in ("interrupt", "ended")
        result = getattr(self.lib, f"pl022_{name}")(*arguments)
        self.hardware.settle()
        self.in_call = outer
        self.callbacks.check()
        return int(result or 0)

    def op(self, data: bytes | int, *, keep: bool = False, device: int = 0) -> CData:
        """A transfer of bytes, or of so many of nothing; what comes replaces them."""
        op = self.lib.new("struct spi_transfer *")
        op.client, op.device = self.client, self.devices[device].edge
        op.len = data if isinstance(data, int) else len(data)
        op.keep_selected, op.done_len = keep, 99
        lent = self.lib.new("uint8_t[]", op.len + 1)
        op.rx = lent
        if isinstance(data, bytes):
            self.lib.ffi.memmove(lent, data, len(data))
            op.tx = lent
        self.alive += [op, lent]
        return op

    def transfer(self, op: CData) -> int:
        return self.call("transfer", self.lib.ffi.addressof(op.device.controller), op)

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        port = self.lib.ffi.addressof(self.devices[0].edge.controller)
        err = self.call("transfer_cancel", port, op, outcome)
        return err, outcome[0]

    def _transferred(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.client
        self.hardware.settle()
        self.done.append((op, err, op.done_len))
        if op.rx != self.lib.ffi.NULL:
            assert op.rx[op.len] == 0, "written beyond the end"
        self.then(op)

    def serve(self) -> bool:
        """The bottom half if the line is up, then the deferred call; False: no work."""
        up = self.hardware.raw & self.hardware.mask
        if up:
            self.interrupts += 1
            self.call("interrupt", self.spi)
        deferred = self.lib.fake_kernel_take_deferred()
        if deferred:
            assert deferred == 1 << ENDED
            self.call("ended", self.spi)
        return bool(up or deferred)

    def run(self) -> None:
        """Hardware and loop in turn until nothing happens any more."""
        for _ in range(2000):
            moved = self.hardware.step()
            if not self.serve() and not moved:
                return
        raise AssertionError("it never comes to rest")

    def idle(self) -> bool:
        """Nothing is selected, under way or let through."""
        state = self.state
        null = self.lib.ffi.NULL
        return (
            not any(each.selected for each in self.devices)
            and (state.transfer, state.kept) == (null, null)
            and not self.hardware.mask
        )
