# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's converter with the timer that triggers it, and the driver's clients.

A sample says its channel and its number in the sequencer: the channel in bits 8 and 9. What
would go wrong on silicon, or ends the emulator, is an assertion.
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

OK, FAIL, BUSY, ALREADY, INVAL, SIZE, CANCEL = 0, 1, 2, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1
RECORDING, CONVERSION = 1, 3
EMPTY, FULL = 1 << 8, 1 << 12
ENDED = 6
CLOCK, MAX_RATE = 12_500_000, 10_000


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    mux = ("virtualizers/mux_adc.c", "lib/arbiter.c")
    return driver_library("lm3s_adc", "chips/lm3s/lm3s_adc.c", *mux)


class Fifo:
    """Entries in a ring; `emulator`: sixteen, and it is not said to be empty at each wrap."""

    def __init__(self, depth: int, *, emulator: bool) -> None:
        self.depth = 16 if emulator else depth
        self.entries = [0] * self.depth
        self.head = self.tail = self.count = 0
        self.emulator = emulator
        self.empty = True

    def push(self, value: int) -> bool:
        if self.count == self.depth:
            return False
        self.entries[self.head] = value
        self.head = (self.head + 1) % self.depth
        self.count += 1
        self.empty = False
        return True

    def pop(self) -> None:
        assert self.count, "read although it is empty"
        self.tail = (self.tail + 1) % self.depth
        self.count -= 1
        self.empty = self.count == 0 and not (self.emulator and self.tail == 0)

    @property
    def status(self) -> int:
        full = FULL * (self.count == self.depth)
        return full | EMPTY * self.empty | self.head << 4 | self.tail


class AdcHardware(Registers):
    def __init__(self, callbacks: Callbacks, *, emulator: bool) -> None:
        super().__init__(library(), callbacks, "lm3s_adc_registers")
        self.active = self.raw = self.mask = self.overflow = 0
        self.trigger = -1
        self.control = {RECORDING: -1, CONVERSION: -1}
        self.mux = {RECORDING: 0, CONVERSION: 0}
        self.converting: set[int] = set()
        self.fifos = {
            RECORDING: Fifo(4, emulator=emulator),
            CONVERSION: Fifo(1, emulator=emulator),
        }
        self.numbers = {RECORDING: 0, CONVERSION: 0}
        self.timer: int | None = None
        """What the timer is set to: 0 once, else its ticks."""

    def step(self) -> bool:
        """What was triggered has been converted; else the timer triggers."""
        converting, self.converting = self.converting, set()
        for each in converting:
            if self.active >> each & 1:
                number = self.numbers[each]
                self.numbers[each] = number + 1
                self.raw |= 1 << each
                if not self.fifos[each].push(self.mux[each] << 8 | number % 256):
                    self.overflow |= 1 << each
        if converting:
            return True
        if self.timer is None:
            return False
        self.converting = {each for each in self.fifos if self.active >> each & 1}
        if self.timer == 0:
            self.timer = None
        return True

    def value(self, name: str) -> int:
        if name.startswith("status"):
            return self.fifos[int(name[-1])].status
        if name.startswith("fifo"):
            fifo = self.fifos[int(name[-1])]
            return fifo.entries[fifo.tail]
        assert name in ("active", "raw", "overflow")
        return int(getattr(self, name))

    def was_read(self, name: str) -> None:
        if name.startswith("fifo"):
            self.fifos[int(name[-1])].pop()

    def written(self, name: str, value: int) -> None:
        if name == "clear":
            self.raw &= ~value
        elif name == "overflow":
            self.overflow &= ~value
        elif name.startswith(("mux", "control")):
            which = int(name[-1])
            assert not self.active >> which & 1, f"{name} is written while it is on"
            getattr(self, name[:-1])[which] = value
            assert name[:-1] == "mux" or value == 6, "the emulator ends"
        elif name == "active":
            ready = self.trigger == 0x5050 and set(self.control.values()) == {6}
            assert ready or not value, "not set up"
            self.active = value
        else:
            assert name in ("trigger", "mask")
            setattr(self, name, value)


class Lm3sAdc:
    """The driver; `done` is what completed: (op, error, value or samples)."""

    def __init__(self, *, emulator: bool = False, clock: int = CLOCK) -> None:
        lib = self.lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = AdcHardware(calls, emulator=emulator)
        self.in_call = False
        self.done: list[tuple[CData, int, int | list[int]]] = []
        self.then: Callable[[CData], object] = lambda op: None
        self.state = lib.new("struct lm3s_adc_state *")
        self.adc = lib.new("struct lm3s_adc *")
        self.adc.state, self.adc.registers = self.state, self.hardware.memory
        self.adc.clock_hz, self.adc.max_rate_hz = clock, MAX_RATE
        self.adc.ended.index = ENDED
        self.adc.trigger.ops = calls.new(
            "struct lm3s_trigger_timer_ops", once=self._once, every=self._every, stop=self._stop
        )
        self.sample_client = calls.new("struct adc_sample_client", sampled=self._sampled)
        self.record_client = calls.new(
            "struct adc_stream_recorder_client", recorded=self._recorded
        )
        self.alive: list[CData] = []
        self.sampler = lib.new("struct adc_sample *", {"owner": self.adc})
        self.recorder = lib.new("struct adc_stream_recorder *", {"owner": self.adc})
        assert self.call("init", self.adc) == OK

    def _once(self, port: CData) -> None:
        self.hardware.settle()
        self.hardware.timer = 0

    def _every(self, port: CData, ticks: int) -> None:
        assert ticks >= 1
        self.hardware.settle()
        self.hardware.timer = ticks

    def _stop(self, port: CData) -> None:
        self.hardware.settle()
        self.hardware.timer = None

    def call(self, name: str, *arguments: object) -> int:
        """A call of the driver; nothing completes inside one of a client's."""
        outer = self.in_call
        self.in_call = not name.endswith(("interrupt", "ended"))
        result = getattr(self.lib, f"lm3s_adc_{name}")(*arguments)
        self.hardware.settle()
        self.in_call = outer
        self.callbacks.check()
        return int(result or 0)

    def conversion(self, channel: int = 0) -> CData:
        edge = self.lib.new("struct adc_input *", {"channel": channel})
        op = self.lib.new("struct adc_conversion *", {"input": edge, "value": 99})
        op.client = self.sample_client
        self.alive += [edge, op]
        return op

    def recording(self, size: int, channel: int = 0, rate: int = 1000) -> CData:
        edge = self.lib.new("struct adc_stream_input *", {"channel": channel})
        op = self.lib.new("struct adc_recording *", {"input": edge, "recorded": 99})
        samples = self.lib.new("uint8_t[]", max(2 * size, 1))
        op.client, op.samples, op.len, op.rate_hz = self.record_client, samples, size, rate
        self.alive += [edge, op, samples]
        return op

    def sample(self, op: CData) -> int:
        return self.call("sample", self.sampler, op)

    def record(self, op: CData) -> int:
        return self.call("record", self.recorder, op)

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        is_sample = self.lib.ffi.typeof(op) is self.lib.ffi.typeof("struct adc_conversion *")
        name = "sample" if is_sample else "record"
        port = self.sampler if is_sample else self.recorder
        return self.call(f"{name}_cancel", port, op, outcome), outcome[0]

    def _sampled(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.sample_client
        self.done.append((op, err, op.value))
        self.then(op)

    def _recorded(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.record_client
        taken = bytes(self.lib.ffi.buffer(op.samples, 2 * op.recorded))
        words = [taken[at] | taken[at + 1] << 8 for at in range(0, len(taken), 2)]
        self.done.append((op, err, words))
        self.then(op)

    def serve(self) -> bool:
        """The bottom halves of the lines that are up, then the deferred call."""
        self.hardware.settle()
        up = self.hardware.raw & self.hardware.mask
        if up >> RECORDING & 1:
            self.call("recording_interrupt", self.adc)
        if up >> CONVERSION & 1:
            self.call("conversion_interrupt", self.adc)
        deferred = self.lib.fake_kernel_take_deferred()
        if deferred:
            assert deferred == 1 << ENDED
            self.call("ended", self.adc)
        return bool(up or deferred)

    def run(self) -> None:
        """Hardware and loop in turn until nothing happens any more."""
        for _ in range(20_000):
            moved = self.hardware.step()
            if not self.serve() and not moved:
                return
        raise AssertionError("it never comes to rest")
