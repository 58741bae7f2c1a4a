# SPDX-License-Identifier: MIT OR Apache-2.0
"""The display of the lm3s6965evb: what is drawn is what is seen, pixel by pixel."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.target.images import boot, kernel, program
from tests.target.monitor import Monitor
from tests.target.screen import greys, painted

COMPONENTS = Path(__file__).parent / "components"
DISPLAY = """\
devices:
  selects: {kind: select_pair, pin: PD0}
  panel: {kind: ssd0323, spi: {to: ssi0, chip_select: selects.high}, dc: PC7}
capsules:
  painter: {kind: painter, screen: panel}
budget: {flash: 48KiB, ram: 24KiB}
"""
PAINTER = 0x90002
PAINT = (
    "for (uint32_t n = 1; n <= {times}; n++) {{ "
    f"tock_command({PAINTER:#x}, 1, n, 0); "
    f"while (tock_command({PAINTER:#x}, 2, 0, 0).values[0] < n) {{{{ alarm_sleep_ms(1); }}}} "
    "}} "
    f'console_print_u32("failed ", tock_command({PAINTER:#x}, 3, 0, 0).values[0]);'
)


@pytest.mark.parametrize("checked", [False, True])
def test_what_is_drawn_is_seen(checked: bool, tmp_path: Path) -> None:
    of = kernel("lm3s6965evb", more=DISPLAY, components=COMPONENTS, checked=checked)
    shot = tmp_path / "screen.ppm"
    paints = program(f"paints_{checked}", PAINT.format(times=3))
    with Monitor() as monitor, boot(of, [paints], options=monitor.options) as machine:
        machine.expect("failed 0\n")
        monitor.command(f"screendump {shot}")
        assert greys(shot) == painted(3)
        assert "Unknown command" not in machine.transcript()
