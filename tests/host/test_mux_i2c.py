# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is particular to the I2C mux: addresses and what a device did not acknowledge."""

from __future__ import annotations

from tests.host.queue_mux import I2C, Err, Mux

NOACK = 13


def test_each_transfer_is_for_the_address_of_its_client() -> None:
    mux = Mux(I2C, 2)
    mux.edges[0].address, mux.edges[1].address = 0x48, 0x50
    seen: list[int] = []
    start = mux.hardware.start

    def watched(client: int) -> Err:
        seen.append(mux.ops[client].device.address)
        return start(client)

    mux.hardware.start = watched  # type: ignore[method-assign]
    mux.start(0)
    mux.start(1)
    mux.plans[0] = [("start", 0)]
    mux.settle()
    assert seen == [0x48, 0x50, 0x48]


def test_reading_alone_is_a_transfer() -> None:
    mux = Mux(I2C, 1)
    op = mux.descriptor(0, 0, keep=False)
    op.rx_len = 2
    assert I2C.library().client_start(mux.edges[0], op) == Err.OK


def test_the_cause_of_a_missing_acknowledge_stands_beside_the_error() -> None:  # bugs 37, 63
    mux = Mux(I2C, 2)
    told: list[tuple[int, int, int]] = []

    def completed(client: object, op: object, err: int) -> None:
        told.append((err, mux.ops[0].done_len, mux.ops[0].detail))

    mux.clients[0] = mux.callbacks.new("struct i2c_controller_client", transferred=completed)
    mux.start(0)
    mux.start(1)
    op = mux.ops[0]
    op.done_len, op.detail = 0, I2C.library().I2C_DETAIL_ADDRESS
    mux.hardware.current = None
    op.client.transferred(op.client, op, NOACK)
    mux.callbacks.check()
    assert told == [(NOACK, 0, I2C.library().I2C_DETAIL_ADDRESS)]
    assert mux.hardware.current == 1, "one silent device does not stop the bus"
