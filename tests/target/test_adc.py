# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's converter in the emulator, whose inputs are noise that can be foreseen.

Each trigger of a timer reaches the emulator's converter twice, as it goes up and as it goes
down: a single conversion takes the first of two, a recording has both. While the guest idles
on a busy host, a timer of the emulator catches up with many triggers at once, which is a
loss of samples: so an application spins beside those that have a rate.
"""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

import pytest
from tests.target.images import Kernel, boot, example, kernel, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.firmware import Application

BOARD = "lm3s6965evb"
THERMOMETER = """\
capsules:
  temperature:
    kind: temperature_driver
    temperature:
      {kind: adc_thermometer, adc: {to: adc0, channel: 0}, at_zero: 0, at_full: 102400}
"""
SHARED = """\
muxes:
  converter: {kind: mux_adc, adc: adc0}
capsules:
  temperature:
    kind: temperature_driver
    temperature:
      {kind: adc_thermometer, adc: {to: converter, channel: 3}, at_zero: 0, at_full: 102400}
  adc:
    kind: adc_driver
    channels: [{to: converter, channel: 0}, {to: converter, channel: 3}]
    streams: [{to: adc0, channel: 0}]
"""
SAMPLE = "tock_command(5, 1, {}, 0); event = tock_yield_wait_for(5, 0);"
DIGIT = "line[{}] = (char)('0' + (({} >> 6) - 0x200));"
LENT = "static uint16_t samples[2][50]; for (uint32_t n = 0; n < 2; n++) { \
tock_allow_rw(5, n, samples[n], sizeof(samples[n])); }"


def noise() -> Iterator[int]:
    """What the emulator's converter reads, whatever the channel: ten bits, less 512."""
    state = 0
    while True:
        state = (state * 314159 + 1) % 2**32
        yield state >> 16 & 7


def digits(first: int, count: int, step: int = 1) -> str:
    return "".join(map(str, islice(noise(), first, first + count * step, step)))


def spins() -> Application:
    return program("spins", "for (;;) { }")


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def board(request: pytest.FixtureRequest) -> Kernel:
    """The converter shared by a thermometer and the processes, one of which has a rate."""
    return kernel(BOARD, more=SHARED, checked=request.param)


def test_the_temperature_comes_from_a_converter_just_as_well() -> None:
    of = kernel(BOARD, more=THERMOMETER)
    with boot(of, [example("temperature")]) as machine:
        machine.expect_count("\n", 10)
        said = machine.uarts[0].text.splitlines()[:10]
    seen = [tenth for tenth, _ in groupby(map(int, digits(0, 100, 2)))]
    assert said == [f"temperature: 51.{2 + tenth}0" for tenth in seen[:10]]


def test_the_example_says_voltages_and_what_they_do_at_a_rate(board: Kernel) -> None:
    with boot(board, [example("adc"), spins()]) as machine:
        machine.expect("adc: inputs of 10 bits: 2\n")
        machine.expect("adc: input 0 has 1500 mV\n")
        machine.expect("adc: input 1 has 1500 mV\n")
        machine.expect("adc: 100 samples, 1500 to 1520 mV\n")


def test_without_the_driver_the_example_says_so() -> None:
    with boot(kernel(BOARD), [example("adc")]) as machine:
        machine.expect("adc: this board has no ADC driver\n")


def test_samples_then_a_buffer_are_what_the_converter_read(board: Kernel) -> None:
    app = program(
        "samples_then_fills",
        "static char line[62]; struct tock_event event; static uint16_t got[40]; "
        "for (uint32_t n = 0; n < 20; n++) { "
        f"{SAMPLE.format('n % 2')} {DIGIT.format('n', 'event.values[2]')} }} "
        "tock_allow_rw(5, 0, got, sizeof(got)); tock_command(5, 3, 0, 1000); "
        "event = tock_yield_wait_for(5, 0); "
        f"for (uint32_t n = 0; n < 40; n++) {{ {DIGIT.format('20 + n', 'got[n]')} }} "
        'line[60] = (char)10; console_print_u32("told ", event.values[1]); '
        "console_print(line);",
    )
    with boot(board, [app, spins()]) as machine:
        machine.expect(f"told {40 << 8}\n")
        machine.expect(digits(0, 20, 2) + digits(40, 40) + "\n")


def test_a_stream_goes_on_while_others_sample_and_measure(board: Kernel) -> None:
    streams = program(
        "streams",
        f"{LENT} uint32_t wrong = 0; tock_command(5, 4, 0, 500); "
        "for (uint32_t turn = 0; turn < 20; turn++) { "
        "struct tock_event event = tock_yield_wait_for(5, 0); "
        "wrong += event.values[0] != 3 || event.values[1] != 50 << 8 || "
        "event.values[2] != turn % 2; for (uint32_t n = 0; n < 50; n++) { "
        "wrong += samples[turn % 2][n] >> 9 != 0x40; samples[turn % 2][n] = 0; } } "
        'tock_command(5, 5, 0, 0); console_print_u32("stream wrong ", wrong);',
    )
    samples = program(
        "samples_a_hundred",
        "uint32_t wrong = 0; for (uint32_t n = 0; n < 100; n++) { struct tock_event event; "
        f"{SAMPLE.format(1)} wrong += event.values[0] != 0 || event.values[1] != 1 || "
        'event.values[2] >> 9 != 0x40; } console_print_u32("samples wrong ", wrong);',
    )
    measures = program(
        "measures_a_hundred",
        "uint32_t wrong = 0; for (uint32_t n = 0; n < 100; n++) { "
        "tock_command(0x60000, 1, 0, 0); "
        "wrong += tock_yield_wait_for(0x60000, 0).values[1] != 0; } "
        'console_print_u32("readings wrong ", wrong);',
    )
    with boot(board, [streams, samples, measures, spins()]) as machine:
        machine.expect_count("\n", 3)
        said = sorted(machine.uarts[0].text.splitlines())
        assert said == ["readings wrong 0", "samples wrong 0", "stream wrong 0"]


def test_a_rate_goes_from_one_process_to_the_next(board: Kernel) -> None:
    """The first ends without giving it back; the second has nothing but the driver's word."""
    holds = program(
        "holds_the_rate",
        "for (uint32_t n = 0; n < 40; n++) { if (n == 0) { tock_command(5, 2, 0, 100); } "
        'tock_yield_wait_for(5, 0); } console_print("held\\n"); tock_exit(0);',
    )
    wants = program(
        "wants_the_rate",
        "uint32_t refused = 0; uint32_t error = 0; for (;;) { "
        "struct tock_result result = tock_command(5, 2, 0, 1000); "
        "if (tock_succeeded(result)) { break; } refused++; error = result.values[0]; "
        "alarm_sleep_ms(1); } tock_yield_wait_for(5, 0); tock_command(5, 5, 0, 0); "
        'console_print(refused > 5 && error == 9 ? "had it, later\\n" : "wrong\\n");',
    )
    with boot(board, [holds, wants, spins()]) as machine:
        machine.expect("held\n")
        machine.expect("had it, later\n")
