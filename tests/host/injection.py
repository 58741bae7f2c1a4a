# SPDX-License-Identifier: MIT OR Apache-2.0
"""The hardware goes on, and its interrupt is recorded, in front of any one register access.

A bench is a driver over simulated registers, alone or below its mux, with what a scenario
calls. `exhaust` runs the scenario undisturbed, then once for each access of it: there the
hardware goes on and the lines that are up are recorded, as a top half does. What is
recorded is served when the loop comes to it, even if the driver has had done with it by
then. Each run has to end like the first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.host.fakes.fake_lm3s_adc import CONVERSION, RECORDING, Lm3sAdc
from tests.host.fakes.fake_lm3s_adc import ENDED as ADC_ENDED
from tests.host.fakes.fake_lm3s_i2c import ENDED as I2C_ENDED
from tests.host.fakes.fake_lm3s_i2c import Lm3sI2c
from tests.host.fakes.fake_pl022 import ENDED as SPI_ENDED
from tests.host.fakes.fake_pl022 import Pl022
from tests.host.fakes.uart_driver import ENDED as UART_ENDED
from tests.host.test_lm3s_gpio import BIT, PIN, Gpio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData
    from tests.host.fakes.registers import Registers
    from tests.host.fakes.timer_driver import TimerDriver
    from tests.host.fakes.uart_driver import UartDriver
    from tests.host.queue_mux import Kind

ENOUGH = 3000
"""Turns of the loop within which a scenario comes to rest."""
MUX_COMPLETE = 9
FAR = 100
"""Steps after which the hardware is at rest, or will never be."""


class Bench(ABC):
    """`deferred` has the deferred calls by index."""

    lib: Library
    hardware: Registers
    deferred: Mapping[int, Callable[[], object]]

    @abstractmethod
    def step(self) -> bool:
        """The hardware goes on; False when it has nothing to do."""

    @abstractmethod
    def lines(self) -> Sequence[str]:
        """The bottom halves whose lines are up."""

    @abstractmethod
    def bottom(self, name: str) -> None:
        """Calls a bottom half."""

    def serve(self, recorded: Sequence[str]) -> bool:
        """A turn of the kernel's loop; False when it finds nothing to do."""
        due = list(dict.fromkeys([*recorded, *self.lines()]))
        for name in due:
            self.bottom(name)
        deferred: int = self.lib.fake_kernel_take_deferred()
        for index, call in self.deferred.items():
            if deferred >> index & 1:
                call()
        return bool(due or deferred)


@dataclass(frozen=True)
class Advance:
    """How far the hardware goes on at one access."""

    most: int
    until_a_line: bool


ONE_STEP = Advance(1, until_a_line=False)
TO_A_LINE = Advance(FAR, until_a_line=True)
TO_REST = Advance(FAR, until_a_line=False)
ADVANCES = (ONE_STEP, TO_A_LINE, TO_REST)


def run(
    make: Callable[[], Bench],
    scenario: Callable[[Any], Callable[[], object]],
    at: Callable[[int], bool] = lambda number: False,
    advance: Advance = ONE_STEP,
) -> tuple[object, int]:
    """How the scenario ends, and how many accesses it took.

    The hardware goes on in front of each access whose number `at` likes. A scenario makes
    its calls and gives what tells how they ended.
    """
    bench = make()
    start = bench.hardware.accesses
    recorded: list[str] = []

    def between(number: int) -> None:
        if not at(number - start):
            return
        for _ in range(advance.most):
            if not bench.step() or (advance.until_a_line and bench.lines()):
                break
        recorded.extend(bench.lines())

    bench.hardware.between = between
    ended = scenario(bench)
    for _ in range(ENOUGH):
        served, recorded[:] = recorded[:], []
        moved = bench.step()
        if not bench.serve(served) and not moved and not recorded:
            return ended(), bench.hardware.accesses - start
    raise AssertionError("it never comes to rest")


def exhaust(
    make: Callable[[], Bench],
    scenario: Callable[[Any], Callable[[], object]],
    advances: Sequence[Advance] = ADVANCES,
    *,
    everywhere: bool = True,
) -> int:
    """Tries every access with every advance; how many runs that were.

    `everywhere`: also a run with a step in front of each access.
    """
    undisturbed, accesses = run(make, scenario)
    assert accesses > 0
    runs = 0
    for advance in advances:
        at, all_of_them = 0, accesses
        while at < all_of_them:
            here = f"an interrupt at access {at} changes the end"
            ended, all_of_them = run(make, scenario, at.__eq__, advance)
            assert ended == undisturbed, f"{here} ({advance}): {ended}, not {undisturbed}"
            at, runs = at + 1, runs + 1
    if everywhere:
        ended, _ = run(make, scenario, lambda number: True)
        here = "interrupts at all accesses change the end"
        assert ended == undisturbed, f"{here}: {ended}, not {undisturbed}"
    return runs


# -- drivers ---------------------------------------------------------------------------------


class UartBench(Bench):
    def __init__(self, kind: type[UartDriver]) -> None:
        self.uart = kind()
        self.lib, self.hardware = self.uart.lib, self.uart.hardware
        self.deferred = {UART_ENDED: lambda: self.uart.call("ended", self.uart.uart)}

    def step(self) -> bool:
        hardware = self.uart.hardware
        before = (hardware.line, hardware.keys)
        hardware.drain()
        hardware.arrive()
        return (hardware.line, hardware.keys) != before or hardware.moving()

    def lines(self) -> Sequence[str]:
        return self.uart.up()

    def bottom(self, name: str) -> None:
        self.uart.call(name, self.uart.uart)


class SpiBench(Bench):
    def __init__(self, *, instant: bool = False) -> None:
        self.bus = Pl022(instant=instant)
        self.lib, self.hardware = self.bus.lib, self.bus.hardware
        self.deferred = {SPI_ENDED: lambda: self.bus.call("ended", self.bus.spi)}

    def step(self) -> bool:
        return self.bus.hardware.step()

    def lines(self) -> Sequence[str]:
        return ("interrupt",) * bool(self.bus.hardware.raw & self.bus.hardware.mask)

    def bottom(self, name: str) -> None:
        self.bus.call(name, self.bus.spi)


class I2cBench(Bench):
    def __init__(self, *, instant: bool = False) -> None:
        self.bus = Lm3sI2c(instant=instant)
        self.lib, self.hardware = self.bus.lib, self.bus.hardware
        self.deferred = {I2C_ENDED: lambda: self.bus.call("ended", self.bus.i2c)}

    def step(self) -> bool:
        return self.bus.hardware.step()

    def lines(self) -> Sequence[str]:
        return ("interrupt",) * bool(self.bus.hardware.raw & self.bus.hardware.mask)

    def bottom(self, name: str) -> None:
        self.bus.call(name, self.bus.i2c)


class AdcBench(Bench):
    def __init__(self, *, emulator: bool = False) -> None:
        self.adc = Lm3sAdc(emulator=emulator)
        self.lib, self.hardware = self.adc.lib, self.adc.hardware
        self.deferred = {ADC_ENDED: lambda: self.adc.call("ended", self.adc.adc)}

    def step(self) -> bool:
        return self.adc.hardware.step()

    def lines(self) -> Sequence[str]:
        up = self.adc.hardware.raw & self.adc.hardware.mask
        lines = {RECORDING: "recording_interrupt", CONVERSION: "conversion_interrupt"}
        return [name for bit, name in lines.items() if up >> bit & 1]

    def bottom(self, name: str) -> None:
        self.adc.call(name, self.adc.adc)


class TimerBench(Bench):
    """A step lets the time pass that is left; nobody asks how late an alarm was."""

    deferred: Mapping[int, Callable[[], object]] = {}

    def __init__(self, kind: type[TimerDriver]) -> None:
        self.timer = kind()
        self.lib, self.hardware = self.timer.lib, self.timer.hardware

    def step(self) -> bool:
        hardware = self.timer.hardware
        hardware.settle()
        if not hardware.enabled() or hardware.up():
            return False
        hardware.advance(max(hardware.count, 1))
        return True

    def lines(self) -> Sequence[str]:
        return ("interrupt",) * self.timer.hardware.up()

    def bottom(self, name: str) -> None:
        self.timer.interrupt()

    def serve(self, recorded: Sequence[str]) -> bool:
        due = bool(recorded or self.lines())
        if due:
            self.bottom("interrupt")
        return due


class GpioBench(Bench):
    """One pin is watched from the start; the one step there is drives it high."""

    deferred: Mapping[int, Callable[[], object]] = {}

    def __init__(self, **masks: int) -> None:
        self.gpio = Gpio(**masks)
        self.lib, self.hardware = self.gpio.lib, self.gpio.hardware
        self.gpio.init()
        self.gpio.make_input(PIN)
        self.gpio.watch(PIN)

    def step(self) -> bool:
        before = self.gpio.hardware.outside
        self.gpio.hardware.drive(before | BIT)
        return before != self.gpio.hardware.outside

    def lines(self) -> Sequence[str]:
        hardware = self.gpio.hardware
        return ("interrupt",) * bool(hardware.raw & hardware.plain["mask"])

    def bottom(self, name: str) -> None:
        self.gpio.call(name, self.gpio.gpio)


# -- muxes over drivers ----------------------------------------------------------------------


class Shared:
    """The mux of a kind over the driver of a bench, and its clients.

    `ended` is what completed: client, error, and the out-field.
    """

    def __init__(
        self, bench: Bench, callbacks: Callbacks, kind: Kind, driver: str, owner: CData
    ) -> None:
        lib = self.lib = bench.lib
        self.bench, self.kind, self.callbacks = bench, kind, callbacks
        self.in_call = 0
        self.ended: list[tuple[int, int, int]] = []
        self.again: dict[int, list[CData]] = {}
        """By client, what it starts in its completions."""
        self.state, self.slots = (
            lib.new(f"struct {kind.mux}_state *"),
            lib.new("struct turn[]", 3),
        )
        self.mux = mux = lib.new(f"struct {kind.mux} *", {"state": self.state})
        mux.slots, mux.slot_count, mux.complete.index = self.slots, 3, MUX_COMPLETE
        below = getattr(mux, kind.hil)
        below.owner, below.ops = owner, lib.address(f"{driver}_{kind.leaf}_ops")
        told = lib.ffi.addressof(mux, f"{kind.hil}_client")
        setattr(told, kind.completion, lib.address(f"{kind.mux}_{kind.completion}"))
        told_us: dict[str, Callable[..., object]] = {kind.completion: self._done}
        self.client = callbacks.new(f"struct {kind.port}_client", **told_us)
        self.ports = [
            lib.new(f"struct {kind.port} *", {"owner": mux, "index": n}) for n in range(3)
        ]
        self.lent: dict[int, CData] = {}
        bench.deferred = {**bench.deferred, MUX_COMPLETE: self._complete}

    def _complete(self) -> None:
        getattr(self.lib, f"{self.kind.mux}_complete")(self.mux)
        self._settle()

    def _settle(self) -> None:
        self.bench.hardware.settle()
        self.callbacks.check()

    def _done(self, client: CData, op: CData, err: int) -> None:
        assert self.in_call == 0, "a completion inside a call"
        index = next(n for n, each in self.lent.items() if each == op)
        del self.lent[index]
        self.ended.append((index, err, getattr(op, self.kind.out[0])))
        if self.again.get(index):
            self.start(index, self.again[index].pop())

    def start(self, client: int, op: CData) -> None:
        """Starts what has to be accepted."""
        op.client = self.client
        assert client not in self.lent
        self.lent[client] = op
        self.in_call += 1
        start = getattr(self.lib, f"{self.kind.mux}_{self.kind.operation}")
        assert start(self.ports[client], op) == 0
        self.in_call -= 1
        self._settle()

    def cancel(self, client: int) -> None:
        outcome = self.lib.new("enum cancel *", 7)
        self.in_call += 1
        cancel = getattr(self.lib, f"{self.kind.mux}_{self.kind.operation}_cancel")
        assert cancel(self.ports[client], self.lent[client], outcome) == 0
        self.in_call -= 1
        self._settle()

    def all_ended(self) -> list[tuple[int, int, int]]:
        """Every completion, by client."""
        assert not self.lent, "never completed"
        return sorted(self.ended)


class SharedAlarm:
    """The alarm mux over the timer of a bench; `fired` has the client of each event.

    `again`: by client, what it waits in its next event from then on.
    """

    def __init__(self, timer: TimerDriver) -> None:
        lib = self.lib = timer.lib
        self.timer = timer
        self.fired: list[int] = []
        self.again: dict[int, int] = {}
        self.in_call = False
        self.state = lib.new("struct mux_alarm_state *")
        self.slots = lib.new("struct mux_alarm_slot[]", 3)
        self.mux = mux = lib.new("struct mux_alarm *", {"state": self.state})
        mux.slots, mux.slot_count = self.slots, 3
        mux.alarm_alarm.owner = timer.timer
        mux.alarm_alarm.ops = lib.address(f"{timer.name}_alarm_ops")
        mux.alarm_counter = timer.time.counter[0]
        mux.alarm_alarm_client.alarm_fired = lib.address("mux_alarm_fired")
        self.client = timer.callbacks.new("struct time_alarm_client", alarm_fired=self._fired)
        self.ports = [
            lib.new("struct time_alarm *", {"owner": mux, "index": n}) for n in range(3)
        ]
        self.set_: dict[int, CData] = {}

    def _fired(self, client: CData, deadline: CData) -> None:
        assert not self.in_call, "an event inside a call"
        self.timer.hardware.settle()
        who = next(n for n, each in self.set_.items() if each == deadline)
        del self.set_[who]
        passed = self.timer.time.true - deadline.reference
        assert passed >= deadline.dt, "early"
        self.fired.append(who)
        if who in self.again:
            self.set(who, self.again.pop(who))

    def set(self, client: int, dt: int) -> None:
        """Waits dt ticks from now on."""
        self.timer.hardware.settle()
        deadline = self.timer.deadline(self.timer.time.true, dt)
        deadline.client, self.set_[client] = self.client, deadline
        self._call("set", self.ports[client], deadline)

    def disarm(self, client: int) -> None:
        self.set_.pop(client, None)
        self._call("disarm", self.ports[client])

    def _call(self, verb: str, *arguments: object) -> None:
        outer, self.in_call = self.in_call, True
        getattr(self.lib, f"mux_alarm_alarm_{verb}")(*arguments)
        self.in_call = outer
        self.timer.hardware.settle()
        self.timer.callbacks.check()
