# SPDX-License-Identifier: MIT OR Apache-2.0
"""Interrupts at every step: see injection.py. No result depends on where one comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.host.build import RUNTIME
from tests.host.fakes import fake_cmsdk_uart, fake_lm3s_i2c, fake_pl011
from tests.host.fakes.fake_cmsdk_timer import CmsdkTimer
from tests.host.fakes.fake_cmsdk_uart import CmsdkUart
from tests.host.fakes.fake_lm3s_gptm import Lm3sGptm
from tests.host.fakes.fake_pl011 import Pl011
from tests.host.fakes.registers import driver_library
from tests.host.injection import (
    ONE_STEP,
    AdcBench,
    Bench,
    GpioBench,
    I2cBench,
    Shared,
    SharedAlarm,
    SpiBench,
    TimerBench,
    UartBench,
    exhaust,
    run,
)
from tests.host.queue_mux import ADC, I2C, SPI, UART
from tests.host.test_lm3s_gpio import FALLING, OTHER, PIN, RISING, UP
from tests.host.test_pl011 import EdgePl011

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.fakes.timer_driver import TimerDriver
    from tests.host.fakes.uart_driver import UartDriver

OK, CANCEL, NOACK = 0, 8, 13
CANCELLED, TOO_LATE = 0, 1
LONG = b"a text of more than two FIFOs"
ABSENT = fake_lm3s_i2c.ABSENT

each_uart = pytest.mark.parametrize(
    "kind", [CmsdkUart, Pl011, EdgePl011], ids=lambda kind: kind.__name__
)
each_speed = pytest.mark.parametrize("instant", [False, True], ids=["slow", "instant"])
each_timer = pytest.mark.parametrize("kind", [CmsdkTimer, Lm3sGptm], ids=lambda kind: kind.name)
each_adc = pytest.mark.parametrize("emulator", [False, True], ids=["silicon", "emulator"])


def agrees(err: int, outcome: int) -> bool:
    """Whether a completion is what its cancel said."""
    return err == (CANCEL if outcome == CANCELLED else OK)


def indexed(done: list[tuple[Any, ...]], ops: list[Any]) -> list[tuple[Any, ...]]:
    """What completed, all of it."""
    assert len(done) == len(ops), "not all have completed"
    return [(ops.index(op), *result) for op, *result in done]


# -- drivers ---------------------------------------------------------------------------------


def both_ways(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a UartBench
    uart = bench.uart
    uart.hardware.keys = b"keys"
    uart.next_transmission = uart.transmission(b"second")
    uart.next_reception = uart.reception(1)
    assert uart.transmit(uart.transmission(b"first")) == OK
    assert uart.receive(uart.reception(3)) == OK

    def ended() -> object:
        assert uart.hardware.line == b"firstsecond"
        return uart.sent, uart.received, uart.hardware.listening()

    return ended


@each_uart
def test_a_uart_says_and_hears_the_same(kind: type[UartDriver]) -> None:
    assert exhaust(lambda: UartBench(kind), both_ways) > 100


def both_cancelled(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a UartBench
    uart = bench.uart
    uart.hardware.keys = b"pw"
    out, into = uart.transmission(LONG), uart.reception(9)
    assert (uart.transmit(out), uart.receive(into)) == (OK, OK)
    said = [uart.cancel(out), uart.cancel(into)]
    assert [err for err, _ in said] == [OK, OK]
    uart.next_transmission = uart.transmission(b"next")

    def ended() -> object:
        (first, sent), following = uart.sent
        ((second, heard),) = uart.received
        return (
            agrees(first, said[0][1]),
            following == (OK, 4),
            agrees(second, said[1][1]),
            uart.hardware.line == LONG[:sent] + b"next",
            b"pw".startswith(heard),
        )

    return ended


@each_uart
def test_a_uart_keeps_its_word_on_what_is_cancelled(kind: type[UartDriver]) -> None:
    assert exhaust(lambda: UartBench(kind), both_cancelled) > 20


def transfers(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an SpiBench
    bus = bench.bus
    rest = [
        bus.op(b"chained", keep=True),
        bus.op(b"end of it"),
        bus.op(LONG, device=1),
        bus.op(10),
    ]
    ops = [bus.op(LONG, keep=True), *rest]
    bus.then = lambda op: bool(rest) and bus.transfer(rest.pop(0)) == OK
    assert bus.transfer(ops[0]) == OK
    return lambda: (
        indexed(bus.done, ops),
        [bytes(bus.lib.ffi.buffer(op.rx, op.done_len)) for op in ops],
        [device.frames for device in bus.devices],
        bus.idle(),
    )


@each_speed
def test_an_spi_bus_moves_the_same_bytes(instant: bool) -> None:
    assert exhaust(lambda: SpiBench(instant=instant), transfers) > 100


def transfer_cancelled(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an SpiBench
    bus = bench.bus
    op, after = bus.op(LONG, keep=True), bus.op(b"after", device=1)
    assert bus.transfer(op) == OK
    err, outcome = bus.cancel(op)
    assert err == OK
    bus.then = lambda done: done == after or bus.transfer(after)

    def ended() -> object:
        (_, first, done), second = bus.done
        frames = [device.frames for device in bus.devices]
        right = [[LONG[:done]], [b"after"]]
        return agrees(first, outcome), second[1:], frames == right, bus.idle()

    return ended


@each_speed
def test_an_spi_bus_keeps_its_word_on_what_is_cancelled(instant: bool) -> None:
    assert exhaust(lambda: SpiBench(instant=instant), transfer_cancelled) > 20


def i2c_transfers(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an I2cBench
    bus = bench.bus
    rest = [bus.op(b"\1", 3), bus.op(b"\2", 1, address=ABSENT), bus.op(b"", 2), bus.op(b"\3")]
    ops = rest[:]
    bus.then = lambda op: bool(rest) and bus.transfer(rest.pop(0)) == OK
    assert bus.transfer(rest.pop(0)) == OK
    return lambda: (
        indexed(bus.done, ops),
        [bytes(bus.lib.ffi.buffer(op.rx, op.rx_len)) for op in ops],
        bus.hardware.line,
    )


@each_speed
def test_an_i2c_bus_sees_the_same_on_its_line(instant: bool) -> None:
    assert exhaust(lambda: I2cBench(instant=instant), i2c_transfers) > 50


def i2c_cancelled(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an I2cBench
    bus = bench.bus
    op, after = bus.op(b"\1\2\3", 2), bus.op(b"\4", 1)
    assert bus.transfer(op) == OK
    err, outcome = bus.cancel(op)
    assert err == OK
    bus.then = lambda done: done == after or bus.transfer(after)

    def ended() -> object:
        (_, first, *_), (second, *result) = bus.done
        return agrees(first, outcome), second == after, result, bus.hardware.line.count("P") > 1

    return ended


@each_speed
def test_an_i2c_bus_keeps_its_word_on_what_is_cancelled(instant: bool) -> None:
    assert exhaust(lambda: I2cBench(instant=instant), i2c_cancelled) > 20


def conversions(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an AdcBench
    adc = bench.adc
    rest = [adc.conversion(channel) for channel in (0, 3, 1)]
    ops = rest[:]
    adc.then = lambda op: bool(rest) and adc.sample(rest.pop(0)) == OK
    assert adc.sample(rest.pop(0)) == OK
    return lambda: (indexed(adc.done, ops), adc.hardware.active)


@each_adc
def test_a_converter_gives_the_same_values(emulator: bool) -> None:
    assert exhaust(lambda: AdcBench(emulator=emulator), conversions) > 20


def recordings(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an AdcBench
    adc = bench.adc
    rest = [adc.recording(5), adc.recording(2)]
    ops = rest[:]
    adc.then = lambda op: bool(rest) and adc.record(rest.pop(0)) == OK
    assert adc.record(rest.pop(0)) == OK
    return lambda: indexed(adc.done, ops)


@each_adc
def test_a_recording_has_the_same_samples(emulator: bool) -> None:
    """At most as far as the hardware has room: beyond that samples are lost, and told."""
    exhausted = exhaust(
        lambda: AdcBench(emulator=emulator), recordings, [ONE_STEP], everywhere=emulator
    )
    assert exhausted > 30


def alarms(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a TimerBench
    timer = bench.timer
    due = [timer.time.true + 100 + 50]
    timer.again = timer.deadline(timer.time.true + 100, 50)
    timer.set(30)
    timer.set(100)
    timer.disarm()
    timer.set(100)
    return lambda: (len(timer.fired), timer.fired[1] >= due[0], timer.hardware.enabled())


@each_timer
def test_an_alarm_comes_once_and_not_early(kind: type[TimerDriver]) -> None:
    assert exhaust(lambda: TimerBench(kind), alarms) > 10


def other_pins(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a GpioBench
    gpio = bench.gpio
    gpio.make_input(OTHER, UP)
    gpio.watch(OTHER, RISING)
    gpio.unwatch(OTHER)
    gpio.watch(OTHER, FALLING)

    def ended() -> object:
        assert gpio.seen == [(PIN, True)]
        return gpio.hardware.plain["mask"]

    return ended


def test_a_pins_event_comes_once_whatever_others_are_set_up_for() -> None:
    assert exhaust(lambda: GpioBench(configurable=0xFF), other_pins) > 20


# -- muxes over drivers ----------------------------------------------------------------------


def shared_uart(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a UartBench
    uart = bench.uart
    mux = Shared(bench, uart.callbacks, UART, uart.name, uart.uart)
    more = [uart.transmission(b"again")]
    mux.again[0] = more
    for client, text in enumerate((b"one", b"two", LONG)):
        mux.start(client, uart.transmission(text))
    mux.cancel(1)
    return lambda: (mux.all_ended(), uart.hardware.line)


@each_uart
def test_clients_of_a_uart_mux_are_served_the_same(kind: type[UartDriver]) -> None:
    # A FIFO that drains as fast as it is filled never falls to its level.
    everywhere = kind is not EdgePl011
    assert exhaust(lambda: UartBench(kind), shared_uart, everywhere=everywhere) > 50


def shared_spi(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an SpiBench
    bus = bench.bus
    mux = Shared(bench, bus.callbacks, SPI, "pl022", bus.spi)
    more = [bus.op(b"under one select")]
    mux.again[0] = more
    for client, device in enumerate((0, 1, 0)):
        mux.start(client, bus.op(LONG, keep=client == 0, device=device))
    mux.cancel(2)
    return lambda: (
        mux.all_ended(),
        [device.frames for device in bus.devices],
        bus.idle(),
    )


@each_speed
def test_clients_of_an_spi_mux_are_served_the_same(instant: bool) -> None:
    assert exhaust(lambda: SpiBench(instant=instant), shared_spi) > 50


def shared_i2c(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an I2cBench
    bus = bench.bus
    mux = Shared(bench, bus.callbacks, I2C, "lm3s_i2c", bus.i2c)
    more = [bus.op(b"\4\5", 1)]
    mux.again[1] = more
    mux.start(0, bus.op(b"\1", 2))
    mux.start(1, bus.op(b"\2", address=ABSENT))
    mux.start(2, bus.op(b"\3", 1))
    mux.cancel(2)
    return lambda: (mux.all_ended(), bus.hardware.line)


@each_speed
def test_clients_of_an_i2c_mux_are_served_the_same(instant: bool) -> None:
    assert exhaust(lambda: I2cBench(instant=instant), shared_i2c) > 50


def shared_adc(bench: Any) -> Callable[[], object]:  # noqa: ANN401  an AdcBench
    adc = bench.adc
    mux = Shared(bench, adc.callbacks, ADC, "lm3s_adc", adc.adc)
    more = [adc.conversion(3)]
    mux.again[0] = more
    for client in range(3):
        mux.start(client, adc.conversion(client))
    mux.cancel(2)
    return lambda: (mux.all_ended(), adc.hardware.active)


@each_adc
def test_clients_of_an_adc_mux_are_served_the_same(emulator: bool) -> None:
    assert exhaust(lambda: AdcBench(emulator=emulator), shared_adc) > 20


def shared_alarm(bench: Any) -> Callable[[], object]:  # noqa: ANN401  a TimerBench
    mux = SharedAlarm(bench.timer)
    mux.again[0] = 50
    for client, dt in ((0, 30), (1, 100), (2, 10)):
        mux.set(client, dt)
    mux.disarm(2)
    mux.set(1, 60)

    def ended() -> object:
        assert sorted(mux.fired) == [0, 0, 1]
        return mux.set_, bench.timer.hardware.enabled()

    return ended


@each_timer
def test_clients_of_an_alarm_mux_are_served_the_same(kind: type[TimerDriver]) -> None:
    assert exhaust(lambda: TimerBench(kind), shared_alarm) > 10


# -- planted races: each passes undisturbed ----------------------------------------------------


def with_fault(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    fake: Any,  # noqa: ANN401  a module
    source: str,
    changes: dict[str, str],
) -> None:
    """Has the fake use a copy of its driver with one thing wrong."""
    text = (RUNTIME / source).read_text()
    for old, new in changes.items():
        assert text.count(old) == 1, f"{old!r} is not there once"
        text = text.replace(old, new)
    copy = folder / source.rpartition("/")[2]
    copy.write_text(text)
    header = Path(source).with_suffix(".h")
    copy.with_suffix(".h").write_text(f'#include "{header}"\n')
    made = driver_library(f"raced_{copy.stem}", str(copy))
    monkeypatch.setattr(fake, "library", lambda: made)


RACES: dict[str, tuple[Any, str, dict[str, str], Callable[[], Bench], Any]] = {
    "the_fifo_is_filled_before_its_interrupt_is_cleared": (
        fake_pl011,
        "chips/arm/pl011.c",
        {
            "    send(self, op);\n    if (op->sent == op->len) {\n        self->": (
                "    send(self, op);\n    self->registers->clear = INTERRUPT_TX;\n"
                "    if (op->sent == op->len) {\n        self->"
            )
        },
        lambda: UartBench(Pl011),
        both_ways,
    ),
    "a_byte_is_sent_before_its_interrupt_is_cleared": (
        fake_cmsdk_uart,
        "chips/arm/cmsdk_uart.c",
        {
            "        send(self, op);\n    } else if": (
                "        send(self, op);\n        self->registers->interrupt = INTERRUPT_TX;\n"
                "    } else if"
            )
        },
        lambda: UartBench(CmsdkUart),
        both_ways,
    ),
    "the_i2c_bus_clears_when_the_command_runs": (
        fake_lm3s_i2c,
        "chips/lm3s/lm3s_i2c.c",
        {
            "        go_on(self);\n    }\n}": (
                "        go_on(self);\n        self->registers->clear = INTERRUPT;\n    }\n}"
            )
        },
        I2cBench,
        i2c_transfers,
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_a_planted_race_is_found(
    race: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake, source, changes, make, scenario = RACES[race]
    right, _ = run(make, scenario)
    with_fault(monkeypatch, tmp_path, fake, source, changes)
    undisturbed, _ = run(make, scenario)
    assert undisturbed == right, "no race: it is wrong by itself"
    with pytest.raises(AssertionError, match=r"changes the end|not all|firstsecond|never"):
        exhaust(make, scenario)
