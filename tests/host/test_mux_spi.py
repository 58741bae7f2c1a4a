# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is particular to the SPI mux: settings travel, chains stay together and end."""

from __future__ import annotations

from tests.host.build import RUNTIME
from tests.host.queue_mux import CHAIN_MAX, SPI, Err, Mux


def order_until_rest(mux: Mux) -> list[int]:
    """Whose transfers the hardware carried out, in order."""
    mux.settle()
    starts = [line for line in mux.trace if line[0] == "hardware start"]
    return [
        client for _what, client, err in starts if err == Err.OK and isinstance(client, int)
    ]


def test_the_longest_chain_is_the_one_in_header_and_description() -> None:
    assert SPI.library().SPI_CHAIN_MAX == CHAIN_MAX
    assert f"chain: {CHAIN_MAX}," in (RUNTIME / "hil/spi.yaml").read_text()


def test_each_transfer_carries_the_settings_of_its_device() -> None:  # bug 30
    mux = Mux(SPI, 2)
    seen: list[tuple[int, int]] = []
    start = mux.hardware.start

    def watched(client: int) -> Err:
        device = mux.ops[client].device
        seen.append((device.mode, device.rate_hz))
        return start(client)

    mux.hardware.start = watched  # type: ignore[method-assign]
    mux.edges[0].mode, mux.edges[0].rate_hz = 0, 1_000_000
    mux.edges[1].mode, mux.edges[1].rate_hz = 3, 8_000_000
    mux.start(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    mux.settle()
    assert seen == [(0, 1_000_000), (3, 8_000_000), (0, 1_000_000)]


def test_who_notes_the_device_is_the_inline_that_a_client_calls() -> None:
    mux = Mux(SPI, 1)
    op = mux.descriptor(0, 1, keep=False)
    op.device = SPI.library().ffi.NULL
    assert SPI.library().client_start(mux.edges[0], op) == Err.OK
    assert op.device == mux.edges[0]


def test_a_chain_goes_on_before_the_others() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    assert order_until_rest(mux) == [0, 0, 1]


def test_who_does_not_go_on_in_the_completion_has_ended_its_chain() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    mux.finish()
    mux.start(0)
    assert order_until_rest(mux) == [0, 1, 0]


def test_who_had_a_chain_does_not_go_first_for_ever() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.settle()
    mux.start(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    assert order_until_rest(mux) == [0, 0, 1, 0]


def test_an_operation_that_failed_keeps_nothing() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    mux.finish(Err.FAIL)
    assert order_until_rest(mux) == [0, 1, 0]


def test_a_chain_whose_next_is_refused_gives_way_to_the_others() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    mux.hardware.refusals = [Err.FAIL]
    mux.finish()
    assert mux.hardware.current == 1
    mux.settle()
    assert sorted(mux.ends) == [(0, Err.OK), (0, Err.FAIL), (1, Err.OK)]


def test_a_chain_ends_and_the_next_client_has_its_turn() -> None:
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    for _ in range(CHAIN_MAX - 1):
        assert mux.hardware.current == 0
        mux.plans[0] = [("keep", 0)]
        mux.finish()
    mux.plans[0] = [("keep", 0), ("start", 2)]
    mux.finish()
    assert mux.trace[-3:] == [
        ("start", 0, Err.SIZE),
        ("start", 2, Err.OK),
        ("hardware start", 1, Err.OK),
    ]
    assert mux.start(0) == Err.OK, "its next chain"
    assert order_until_rest(mux) == [0] * CHAIN_MAX + [1, 2, 0]


def test_another_device_behind_the_same_port_does_not_go_on_with_the_chain() -> None:
    """As a mux above this one would do it: its other client's turn has come."""
    mux = Mux(SPI)
    mux.keep(0)
    mux.start(1)
    other = SPI.library().new("struct spi_device *", mux.edges[0][0])

    def of_another(client: int) -> Err:
        op = mux.descriptor(client, 1, keep=False)
        err = Err(SPI.library().client_start(other, op))
        mux.images[client] = SPI.image(op)
        return err

    mux.start_other = of_another  # type: ignore[attr-defined]
    mux.plans[0] = [("start_other", 0)]
    mux.finish()
    assert mux.hardware.current == 1
