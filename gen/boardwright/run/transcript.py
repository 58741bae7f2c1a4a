# SPDX-License-Identifier: MIT OR Apache-2.0
"""One stream out of several: the firmware's text, and lines about it.

The text passes at once and unchanged. A line about it waits for the text's own line to
end, so that neither is torn.
"""

from __future__ import annotations

import re

_LED = re.compile(r"led_change_intensity LED desc:'(.*)' color:\S+ intensity \d+% -> (\d+)%")


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

    A machine's reset switches every LED on and off before the firmware runs. Until
    `settle` is called changes are only remembered; it gives the LEDs that are on.
    """

    def __init__(self) -> None:
        self._settled = False
        self._early: dict[str, int] = {}

    def line(self, text: str) -> str | None:
        """The line for a change, "" for one that is not shown, None for other text."""
        found = _LED.search(text)
        if not found:
            return None
        name, intensity = found[1], int(found[2])
        if not self._settled:
            self._early[name] = intensity
            return ""
        return _shown(name, intensity)

    def settle(self) -> list[str]:
        """The machine has started: lines for the LEDs that are on by now."""
        lines = [_shown(name, now) for name, now in self._early.items() if now]
        self._early.clear()
        self._settled = True
        return lines


def _shown(name: str, intensity: int) -> str:
    state = {0: "off", 100: "on"}.get(intensity, f"{intensity}%")
    return f"[led] {name} {state}"
