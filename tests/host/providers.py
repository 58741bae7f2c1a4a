# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every provider of a split-phase operation, by name."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_cmsdk_uart import CmsdkUart
from tests.host.fakes.fake_lm3s_adc import Lm3sAdc
from tests.host.fakes.fake_lm3s_i2c import HERE, Lm3sI2c
from tests.host.fakes.fake_pl011 import Pl011
from tests.host.fakes.fake_pl022 import Pl022
from tests.host.fakes.fake_uart import FakeUart
from tests.host.kept_providers import KEPT
from tests.host.provider import Lender, Provider
from tests.host.queue_mux import FAKES, KINDS, Err, Kind, Mux, Outcome
from tests.host.test_adc_thermometer import AdcThermometer
from tests.host.test_smbus_over_i2c import BLOCK, Smbus
from tests.host.test_smbus_over_i2c import Kind as SmbusKind
from tests.host.test_tmp105 import Tmp105

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.host.fakes.uart_driver import UartDriver


# -- muxes ----------------------------------------------------------------------------------


class Shared(Provider):
    """A mux over its fake, or a mux over a mux: `levels`."""

    clients = 3
    refuses = fails = True

    def __init__(self, kind: Kind, levels: int) -> None:
        super().__init__()
        self.mux = Mux(kind, self.clients, levels)
        self.mux.done = self._done  # type: ignore[method-assign]

    def _done(self, client: int, err: Err, out: int) -> None:
        assert self.mux.in_call == 0, "a completion inside a call"
        self.completed(client, err)

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        if told:
            return self.mux.start(client, length)
        op = self.mux.descriptor(client, length, keep=False)
        op.client = self.mux.lib.ffi.NULL
        return Err(self.mux.lib.client_start(self.mux.edges[client], op))

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        return self.mux.cancel(client)

    def refuse(self, err: Err) -> None:
        self.mux.hardware.refusals = [err]

    def fail(self, err: Err) -> None:
        self.mux.finish(err, 0)

    def step(self) -> bool:
        before = len(self.ends)
        self.mux.deferred()
        if self.mux.hardware.current is not None:
            self.mux.finish()
            return True
        return len(self.ends) != before


# -- drivers --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Operation:
    """Names of one split-phase operation."""

    port: str
    descriptor: str
    start: str
    completion: str
    out: str
    length: str = "len"
    more: tuple[str, ...] = ()
    """Further members that the provider sets."""


TRANSMIT = Operation("uart_transmit", "uart_transmission", "transmit", "transmitted", "sent")
RECEIVE = Operation("uart_receive", "uart_reception", "receive", "received", "received")
TRANSFER = Operation("spi_controller", "spi_transfer", "transfer", "transferred", "done_len")
I2C_TRANSFER = Operation(
    *("i2c_controller", "i2c_transfer", "transfer", "transferred", "done_len"),
    length="tx_len",
    more=("detail",),
)
RECORD = Operation(*("adc_stream_recorder", "adc_recording", "record", "recorded", "recorded"))
FILL = Operation("rng_bytes", "rng_request", "fill", "filled", "filled")


class Driver(Provider):
    """A provider of one client, with descriptors of {client, data, len, out}."""

    def __init__(self, lib: Library, callbacks: Callbacks, operation: Operation) -> None:
        super().__init__()
        self.lib, self.callbacks, self.operation = lib, callbacks, operation
        told: Mapping[str, Callable[..., object]] = {operation.completion: self._told}
        self.client = callbacks.new(f"struct {operation.port}_client", **told)
        self.alive: list[CData] = []
        self.last = lib.ffi.NULL
        self.lent: dict[CData, bytes] = {}

    @abstractmethod
    def call(self, name: str, *arguments: object) -> int:
        """A call of the driver, with its port in front."""

    def is_in_call(self) -> bool:
        return False

    def lend(self, op: CData, data: CData) -> None:
        """Puts the buffer, and what else it needs, into a descriptor."""
        op.data = data

    def image(self, op: CData) -> bytes:
        copy = self.lib.new(f"struct {self.operation.descriptor} *")
        self.lib.ffi.memmove(copy, op, self.lib.ffi.sizeof(copy[0]))
        for each in (self.operation.out, *self.operation.more):
            setattr(copy, each, 0)
        return bytes(self.lib.ffi.buffer(copy))

    def _told(self, client: CData, op: CData, err: int) -> None:
        assert not self.is_in_call(), "a completion inside a call"
        assert client == self.client
        assert self.image(op) == self.lent.pop(op), "not lent, or it came back changed"
        done = getattr(op, self.operation.out)
        length = getattr(op, self.operation.length)
        assert done <= length
        assert err != Err.OK or done == length
        self.completed(0, Err(err))

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        op = self.lib.new(f"struct {self.operation.descriptor} *")
        data = self.lib.new("uint8_t[]", max(length, 1))
        self.alive += [op, data]
        op.client = self.client if told else self.lib.ffi.NULL
        setattr(op, self.operation.length, length)
        self.lend(op, data)
        setattr(op, self.operation.out, 9)
        before = bytes(self.lib.ffi.buffer(op))
        image = self.image(op)
        err = Err(self.call(self.operation.start, op))
        if err == Err.OK:
            self.last, self.lent[op] = op, image
        else:
            assert bytes(self.lib.ffi.buffer(op)) == before, "refused, but changed"
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        outcome = self.lib.new("enum cancel *", 7)
        err = Err(self.call(f"{self.operation.start}_cancel", self.last, outcome))
        return err, Outcome(outcome[0]) if outcome[0] != 7 else None


class UartSide(Driver):
    """One direction of a UART driver over simulated registers."""

    def __init__(self, kind: type[UartDriver], operation: Operation) -> None:
        self.uart = kind()
        super().__init__(self.uart.lib, self.uart.callbacks, operation)
        sides = {TRANSMIT: self.uart.transmitter, RECEIVE: self.uart.receiver}
        self.port = sides[operation]

    def is_in_call(self) -> bool:
        return self.uart.in_call

    def call(self, name: str, *arguments: object) -> int:
        inside = self.uart.in_call
        err = self.uart.call(name, self.port, *arguments)
        self.uart.in_call = inside
        return err

    def step(self) -> bool:
        if self.operation == RECEIVE and self.lent and not self.uart.hardware.keys:
            self.uart.hardware.keys = b"k"
        self.uart.hardware.drain()
        self.uart.hardware.arrive()
        return self.uart.serve() or self.uart.hardware.moving()


class SpiBus(Driver):
    """The PL022 over simulated registers, with one of its devices."""

    def __init__(self) -> None:
        self.bus = Pl022()
        super().__init__(self.bus.lib, self.bus.callbacks, TRANSFER)
        self.edge = self.bus.devices[0].edge
        self.port = self.lib.ffi.addressof(self.edge.controller)

    def is_in_call(self) -> bool:
        return self.bus.in_call

    def lend(self, op: CData, data: CData) -> None:
        op.device, op.tx = self.edge, data

    def call(self, name: str, *arguments: object) -> int:
        return self.bus.call(name, self.port, *arguments)

    def step(self) -> bool:
        moved = self.bus.hardware.step()
        return self.bus.serve() or moved


class I2cBus(Driver):
    """The LM3S's I2C controller over simulated registers, which writes to its device."""

    def __init__(self) -> None:
        self.bus = Lm3sI2c()
        super().__init__(self.bus.lib, self.bus.callbacks, I2C_TRANSFER)

    def is_in_call(self) -> bool:
        return self.bus.in_call

    def lend(self, op: CData, data: CData) -> None:
        op.device, op.tx = self.bus.devices[HERE], data

    def call(self, name: str, *arguments: object) -> int:
        return self.bus.call(name, self.bus.port, *arguments)

    def step(self) -> bool:
        moved = self.bus.hardware.step()
        return self.bus.serve() or moved


class Conversions(Provider):
    """The LM3S's converter over simulated registers. A conversion has no length."""

    def __init__(self) -> None:
        super().__init__()
        self.adc = Lm3sAdc()
        self.adc.then = self._then
        self.last = self.adc.conversion()

    def _then(self, op: CData) -> None:
        assert op == self.last, "it is not the one that was lent"
        self.completed(0, Err(self.adc.done[-1][1]))

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        op = self.adc.conversion()
        op.client = op.client if told else self.adc.lib.ffi.NULL
        err = Err(self.adc.sample(op))
        if err == Err.OK:
            self.last = op
        else:
            assert op.value == 99, "refused, but changed"
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        err, outcome = self.adc.cancel(self.last)
        return Err(err), Outcome(outcome) if outcome != 7 else None

    def step(self) -> bool:
        moved = self.adc.hardware.step()
        return self.adc.serve() or moved


class Recordings(Driver):
    """The same converter, at a rate."""

    def __init__(self) -> None:
        self.adc = Lm3sAdc()
        super().__init__(self.adc.lib, self.adc.callbacks, RECORD)
        self.edge = self.lib.new("struct adc_stream_input *")

    def is_in_call(self) -> bool:
        return self.adc.in_call

    def lend(self, op: CData, data: CData) -> None:
        op.samples = self.lib.new("uint8_t[]", 2 * max(op.len, 1))
        op.input, op.rate_hz = self.edge, 1000
        self.alive.append(op.samples)

    def call(self, name: str, *arguments: object) -> int:
        return self.adc.call(name, self.adc.recorder, *arguments)

    def step(self) -> bool:
        moved = self.adc.hardware.step()
        return self.adc.serve() or moved


class FakeSide(Driver):
    """One direction of the UART that the tests of capsules have."""

    refuses = fails = True

    def __init__(self, operation: Operation) -> None:
        lib = _fake()
        callbacks = Callbacks(lib)
        super().__init__(lib, callbacks, operation)
        self.uart = FakeUart(lib, callbacks)
        self.uart.for_anyone = True
        self.port = {TRANSMIT: self.uart.transmit, RECEIVE: self.uart.receive}[operation]

    def call(self, name: str, *arguments: object) -> int:
        err: int = getattr(self.port.ops, name)(self.port, *arguments)
        self.callbacks.check()
        return err

    def refuse(self, err: Err) -> None:
        self.uart.refusals = [err]

    def fail(self, err: Err) -> None:
        if self.operation == TRANSMIT:
            self.uart.finish(err, 0)
        else:
            self.uart.end_reception(err)

    def step(self) -> bool:
        if self.uart.transmission is not None:
            self.uart.finish(Err.CANCEL if self.uart.stopped else Err.OK)
        elif self.uart.reception is not None and self.uart.cancelled:
            self.uart.end_reception()
        elif self.uart.reception is not None:
            self.uart.type(b"k")
        else:
            return False
        return True


class SoftRng(Driver):
    """The generator for tests, which has the loop instead of hardware."""

    def __init__(self) -> None:
        lib = _soft_rng()
        lib.fake_kernel_reset()
        super().__init__(lib, Callbacks(lib), FILL)
        self.state = lib.new("struct soft_test_rng_state *")
        self.self = lib.new("struct soft_test_rng *", {"state": self.state, "seed": 1})
        self.port = lib.new("struct rng_bytes *", {"owner": self.self})
        self.in_call = False

    def is_in_call(self) -> bool:
        return self.in_call

    def call(self, name: str, *arguments: object) -> int:
        inside, self.in_call = self.in_call, True
        err: int = getattr(self.lib, f"soft_test_rng_{name}")(self.port, *arguments)
        self.in_call = inside
        self.callbacks.check()
        return err

    def step(self) -> bool:
        if not self.lib.fake_kernel_take_deferred():
            return False
        self.lib.soft_test_rng_step(self.self)
        self.callbacks.check()
        return True


class Flash(Lender):
    """One operation of the flash in RAM, or of a mux over it. A page has no length."""

    def __init__(self, verb: str, completion: str) -> None:
        lib = _flash()
        lib.fake_kernel_reset()
        super().__init__(lib, Callbacks(lib), "flash_pages_client", completion)
        self.verb = verb
        size = self.clients * PAGE
        self.memory = lib.new("uint8_t[]", size)
        self.state = lib.new("struct ram_flash_state *")
        fields = {"state": self.state, "page_size_b": PAGE, "pages": self.clients}
        self.flash = lib.new("struct ram_flash *", fields)
        self.flash.memory, self.flash.memory_size = self.memory, size
        self.component = "ram_flash"
        self.ports = [lib.new("struct flash_pages *", {"owner": self.flash})]

    def descriptor(self, client: int, length: int) -> CData:
        data = self.lib.new("uint8_t[]", PAGE)
        self.alive.append(data)
        return self.lib.new("struct flash_page *", {"data": data})

    def call(self, client: int, op: CData) -> int:
        function = getattr(self.lib, f"{self.component}_{self.verb}")
        err: int = function(self.ports[client], op)
        return err

    def step(self) -> bool:
        due: int = self.lib.fake_kernel_take_deferred()
        if due & 1:
            self.lib.ram_flash_step(self.flash)
            self.callbacks.check()
        return bool(due)


class SharedFlash(Flash):
    """The mux, whose clients have a page each."""

    clients = 3

    def __init__(self, verb: str, completion: str) -> None:
        super().__init__(verb, completion)
        lib = self.lib
        self.component = "mux_flash"
        self.mux_state = lib.new("struct mux_flash_state *")
        self.slots = lib.new("struct turn[]", self.clients)
        self.mux = mux = lib.new("struct mux_flash *", {"state": self.mux_state})
        mux.slots, mux.parts, mux.part_pages = self.slots, self.clients, 1
        mux.complete.index = 1  # nothing is refused below or cancelled, so it is never due
        mux.flash.ops, mux.flash.owner = lib.address("ram_flash_pages_ops"), self.flash
        for each in FLASH.values():
            setattr(mux.flash_client, each, lib.address(f"mux_flash_{each}"))
        fields = [{"owner": mux, "index": index} for index in range(self.clients)]
        self.ports = [lib.new("struct flash_pages *", each) for each in fields]


class Thermometer(Provider):
    """A thermometer over what is driven by hand. A reading has no length."""

    refuses = fails = True

    def __init__(self, make: type[Tmp105 | AdcThermometer]) -> None:
        super().__init__()
        self.device = make()
        self.device.then = self._then
        self.last = self.device.lib.ffi.NULL
        self.alive: list[CData] = []

    def _then(self) -> None:
        op, err, _ = self.device.done[-1]
        assert op in self.alive
        self.alive.remove(op)
        self.completed(0, Err(err))

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        op = self.device.op()
        op.client = op.client if told else self.device.lib.ffi.NULL
        err = Err(self.device.call("measure", op))
        if err == Err.OK:
            self.last = op
            self.alive.append(op)
        else:
            assert op.millicelsius == 99, "refused, but changed"
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        err, outcome = self.device.cancel(self.last)
        return Err(err), Outcome(outcome) if outcome != 7 else None

    def refuse(self, err: Err) -> None:
        self.device.bus.refusals = [err]

    def fail(self, err: Err) -> None:
        self.device.bus.finish(err)

    def step(self) -> bool:
        if self.device.bus.transfer is None:
            return False
        self.device.bus.finish()
        return True


class Packets(Provider):
    """SMBus packets to one device, of as many bytes as a block can have."""

    refuses = fails = True

    def __init__(self) -> None:
        super().__init__()
        self.device = Smbus(check=True)
        self.device.then = self._then
        self.last = self.device.lib.ffi.NULL
        self.alive: list[CData] = []

    def _then(self) -> None:
        op, err = self.device.done[-1]
        assert op in self.alive
        self.alive.remove(op)
        self.completed(0, Err(err))

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        op = self.device.op(SmbusKind.BLOCK_WRITE, min(length, BLOCK))
        op.client = op.client if told else self.device.lib.ffi.NULL
        err = Err(self.device.call("exchange", op))
        if err == Err.OK:
            self.last = op
            self.alive.append(op)
        else:
            assert (op.done_len, op.detail) == (99, 99), "refused, but changed"
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        err, outcome = self.device.cancel(self.last)
        return Err(err), Outcome(outcome) if outcome != 7 else None

    def refuse(self, err: Err) -> None:
        self.device.bus.refusals = [err]

    def fail(self, err: Err) -> None:
        self.device.bus.finish(err)

    def step(self) -> bool:
        if self.device.bus.transfer is None:
            return False
        self.device.bus.finish()
        return True


PAGE = 4
FLASH = {
    "read_page": "page_read",
    "write_page": "page_written",
    "erase_page": "page_erased",
}


@cache
def _flash() -> Library:
    sources = ["virtualizers/mux_flash.c", "chips/soft/ram_flash.c", "lib/arbiter.c"]
    return host_library(
        "flash_providers", [*sources, str(FAKES / "fake_kernel.c")], include=[FAKES]
    )


@cache
def _soft_rng() -> Library:
    sources = ["chips/soft/soft_test_rng.c", str(FAKES / "fake_kernel.c")]
    return host_library("soft_test_rng", sources, include=[FAKES])


@cache
def _fake() -> Library:
    return host_library("fake_uart", [], ["hil/uart.h"])


def _shared(kind: Kind, levels: int) -> Callable[[], Provider]:
    return lambda: Shared(kind, levels)


def _side(kind: type[UartDriver], operation: Operation) -> Callable[[], Provider]:
    return lambda: UartSide(kind, operation)


def _flash_of(make: type[Flash], verb: str) -> Callable[[], Provider]:
    return lambda: make(verb, FLASH[verb])


PROVIDERS: Mapping[str, Callable[[], Provider]] = {
    **{kind.mux: _shared(kind, 1) for kind in KINDS},
    **{f"{kind.mux}_over_{kind.mux}": _shared(kind, 2) for kind in KINDS},
    **{
        f"{kind.name}_{operation.start}": _side(kind, operation)
        for kind in (CmsdkUart, Pl011)
        for operation in (TRANSMIT, RECEIVE)
    },
    "pl022_transfer": SpiBus,
    "lm3s_i2c_transfer": I2cBus,
    "tmp105_measure": lambda: Thermometer(Tmp105),
    "smbus_over_i2c_exchange": Packets,
    "adc_thermometer_measure": lambda: Thermometer(AdcThermometer),
    "lm3s_adc_sample": Conversions,
    "lm3s_adc_record": Recordings,
    "soft_test_rng": SoftRng,
    **{f"ram_flash_{verb}": _flash_of(Flash, verb) for verb in FLASH},
    **{f"mux_flash_{verb}": _flash_of(SharedFlash, verb) for verb in FLASH},
    **KEPT,
    "fake_uart_transmit": lambda: FakeSide(TRANSMIT),
    "fake_uart_receive": lambda: FakeSide(RECEIVE),
}
"""By name, what makes each anew."""
