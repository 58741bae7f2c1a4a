# SPDX-License-Identifier: MIT OR Apache-2.0
"""A converter: single conversions and recordings, refusals as told, completion by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, ALREADY, INVAL, SIZE, CANCEL = 0, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1


class FakeAdc:
    """`edge` makes a client's edge; of the conversion under way `channel` is the input's."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library, self.callbacks = library, callbacks
        self.refusals: list[int] = []
        self.transfer: CData | None = None
        self.too_late = False
        self.cancelled: bool | None = None
        self.ops = callbacks.new(
            "struct adc_sample_ops", sample=self._sample, sample_cancel=self._cancel
        )

    def fill(self, edge: CData, channel: int) -> None:
        """Makes `edge` one to this converter."""
        edge.sample.ops, edge.channel = self.ops, channel

    @property
    def channel(self) -> int:
        assert self.transfer is not None
        return int(self.transfer.input.channel)

    def _sample(self, port: CData, op: CData) -> int:
        assert self.transfer is None, "a second one while one is under way"
        assert port == self.library.ffi.addressof(op.input, "sample"), "another's input"
        if self.refusals:
            return self.refusals.pop(0)
        self.transfer, self.cancelled = op, None
        return OK

    def _cancel(self, port: CData, op: CData, outcome: CData) -> int:
        if op != self.transfer:
            return ALREADY
        outcome[0] = TOO_LATE
        if self.cancelled is None:
            self.cancelled = not self.too_late
            outcome[0] = TOO_LATE if self.too_late else CANCELLED
        return OK

    def finish(self, err: int = OK, value: int = 0) -> None:
        """The conversion under way ends."""
        op, self.transfer = self.transfer, None
        assert op is not None
        err = CANCEL if self.cancelled else err
        op.value = value if err == OK else 0
        op.client.sampled(op.client, op, err)
        self.callbacks.check()


class FakeRecorder:
    """Gives 1, 2, 3 ... as samples, so that a test sees a gap; `given` are those."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library, self.callbacks = library, callbacks
        self.refusals: list[int] = []
        self.recording: CData | None = None
        self.cancelled = False
        self.starts: list[tuple[int, int, int]] = []
        """Channel, rate and length of each."""
        self.given = 0
        self.ops = callbacks.new(
            "struct adc_stream_recorder_ops", record=self._record, record_cancel=self._cancel
        )

    def fill(self, edge: CData, channel: int) -> None:
        """Makes `edge` one to this converter."""
        edge.recorder.ops, edge.channel = self.ops, channel

    def _record(self, port: CData, op: CData) -> int:
        assert self.recording is None, "a second one while one is under way"
        assert port == self.library.ffi.addressof(op.input, "recorder"), "another's input"
        if op.len == 0 or op.rate_hz == 0:
            return SIZE if op.len == 0 else INVAL
        if self.refusals:
            return self.refusals.pop(0)
        op.recorded = 0
        self.recording, self.cancelled = op, False
        self.starts.append((op.input.channel, op.rate_hz, op.len))
        return OK

    def _cancel(self, port: CData, op: CData, outcome: CData) -> int:
        if op != self.recording:
            return ALREADY
        outcome[0] = TOO_LATE if self.cancelled else CANCELLED
        self.cancelled = True
        return OK

    def finish(self, err: int = OK, size: int | None = None) -> None:
        """The recording under way ends, with so many samples in it."""
        op, self.recording = self.recording, None
        assert op is not None
        err = CANCEL if self.cancelled else err
        size = (op.len if err == OK else 0) if size is None else size
        for at in range(size):
            self.given += 1
            op.samples[2 * at] = self.given % 256
            op.samples[2 * at + 1] = self.given // 256 % 256
        op.recorded = size
        op.client.recorded(op.client, op, err)
        self.callbacks.check()
