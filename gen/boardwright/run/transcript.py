# SPDX-License-Identifier: MIT OR Apache-2.0
"""One stream out of several: the firmware's text, and lines about it.

The text passes at once and unchanged. A line about it waits for the text's own line to
end, so that neither is torn.
"""

from __future__ import annotations

import re

_LED = re.compile(r"led_change_intensity LED desc:'(.*)' color:\S+ intensity \d+% -> (\d+)%")

_STATES = {0: "off", 100: "on"}


class Transcript:
    """Collects what to show next; `take` gives it."""

    def __init__(self) -> None:
        self._ready = bytearray()
        self._waiting: list[str] = []
        self._at_start = True

    def text(self, data: bytes) -> None:
        """What the firmware said."""
        end = data.rfind(b"\n") + 1
        if end and self._waiting:
            self._ready += data[:end]
            self._flush()
            self._at_start = True
            data = data[end:]
        if data:
            self._ready += data
            self._at_start = data.endswith(b"\n")

    def note(self, line: str) -> None:
        """A line about the firmware, without its newline."""
        self._waiting.append(line)
        if self._at_start:
            self._flush()

    @property
    def waiting(self) -> bool:
        """Whether a line about the firmware waits for the end of one of its own."""
        return bool(self._waiting)

    def break_line(self) -> None:
        """End a line that stays unfinished, if something waits for its end."""
        if self._waiting:
            self._ready += b"\n"
            self._flush()
            self._at_start = True

    def end(self) -> None:
        """Nothing more will come: end an unfinished line and show what waits."""
        if not self._at_start:
            self._ready += b"\n"
        self._flush()
        self._at_start = True

    def take(self) -> bytes:
        """Everything that can be shown now."""
        data = bytes(self._ready)
        self._ready.clear()
        return data

    def _flush(self) -> None:
        for line in self._waiting:
            self._ready += line.encode() + b"\n"
        self._waiting.clear()


class Leds:
    """The emulator's trace of LEDs as lines.

    At reset the emulator takes every LED for lit, until the firmware writes it for the
    first time. So the first lighting of each is not shown, nor is going out while dark.
    """

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}

    def line(self, text: str) -> str | None:
        """The line for a change, "" for one that is not shown, None for other text."""
        found = _LED.search(text)
        if not found:
            return None
        name, intensity = found[1], int(found[2])
        if name not in self._shown:
            self._shown[name] = 0
            return ""
        if self._shown[name] == intensity:
            return ""
        self._shown[name] = intensity
        return f"[led] {name} {_STATES.get(intensity, f'{intensity}%')}"
