# SPDX-License-Identifier: MIT OR Apache-2.0
"""Providers of storage, disks, digests and screens for test_conformance.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.host import test_soft_sha256, test_ssd0323, test_storage_regions
from tests.host.provider import Lender, Provider
from tests.host.queue_mux import Err
from tests.host.test_at24c import At24c
from tests.host.test_sdcard import Card, started
from tests.host.test_soft_sha256 import Sha

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.host.fakes.callbacks import CData

PAGE = 256  # two of them are more than any test moves


class Eeprom(Lender):
    """The EEPROM, which reads or writes page by page."""

    out = ("moved",)
    refuses = fails = True

    def __init__(self, verb: str) -> None:
        self.part = At24c(busy=1)
        self.verb = verb
        client = "nonvolatile_storage_bytes_client"
        super().__init__(self.part.lib, self.part.callbacks, client, f"{verb}_done")

    def descriptor(self, client: int, length: int) -> CData:
        return self.part.op(0, length)

    def call(self, client: int, op: CData) -> int:
        return self.part.call(self.verb, op)

    def over(self, op: CData, err: Err) -> None:
        assert op.moved == op.len if err == Err.OK else op.moved < op.len
        assert not any(self.part.bytes), "bytes left behind"

    def refuse(self, err: Err) -> None:
        self.part.bus.refusals = [err]

    def fail(self, err: Err) -> None:
        self.part.bus.finish(err)

    def step(self) -> bool:
        return self.part.step()


class Regions(Lender):
    """The regions of one flash, a client each."""

    clients = 3
    out = ("moved",)
    refuses = fails = True

    def __init__(self, verb: str) -> None:
        self.rig = test_storage_regions.Regions(page=PAGE)
        self.verb = verb
        client = "nonvolatile_storage_bytes_client"
        super().__init__(self.rig.lib, self.rig.callbacks, client, f"{verb}_done")

    def descriptor(self, client: int, length: int) -> CData:
        data = self.lib.new("uint8_t[]", max(length, 1))
        self.alive.append(data)
        fields = {"data": data, "len": length, "moved": 99}
        return self.lib.new("struct nonvolatile_storage_transfer *", fields)

    def call(self, client: int, op: CData) -> int:
        function = getattr(self.lib, f"storage_regions_{self.verb}")
        err: int = function(self.rig.ports[client], op)
        self.rig.check()
        return err

    def over(self, op: CData, err: Err) -> None:
        assert op.moved == op.len if err == Err.OK else op.moved < op.len

    def refuse(self, err: Err) -> None:
        self.rig.flash.refusals = [err]

    def fail(self, err: Err) -> None:
        assert err == Err.FAIL
        self.rig.flash.fail()

    def step(self) -> bool:
        return self.rig.step()


class Disk(Lender):
    """An SD card that has started. A block has no length."""

    refuses = fails = True

    def __init__(self, verb: str, completion: str) -> None:
        self.driver = started(Card(busy=1))
        self.verb = verb
        driver = self.driver
        super().__init__(driver.lib, driver.callbacks, "disk_blocks_client", completion)

    def descriptor(self, client: int, length: int) -> CData:
        return self.driver.block(0)

    def call(self, client: int, op: CData) -> int:
        return self.driver.call(self.verb, self.driver.port, op)

    def refuse(self, err: Err) -> None:
        self.driver.spi.refusals = [err]

    def fail(self, err: Err) -> None:
        self.driver.spi.finish(err)
        self.driver.card.deselected()

    def step(self) -> bool:
        return self.driver.step()


class Digest(Lender):
    """One step of a digest, of a session that was just begun."""

    clients = 3
    out = ("equal", "context")

    def __init__(self, verb: str, completion: str) -> None:
        self.sha = Sha()
        self.verb = verb
        super().__init__(self.sha.lib, self.sha.callbacks, "digest_steps_client", completion)

    def descriptor(self, client: int, length: int) -> CData:
        session = self.sha.session(client)
        session.len = length if self.verb.startswith("add") else test_soft_sha256.LEN
        data = self.lib.new("uint8_t[]", max(session.len, 1))
        self.alive.append(data)
        setattr(session, "text" if self.verb == "add_const" else "data", data)
        return session

    def call(self, client: int, op: CData) -> int:
        err: int = getattr(self.lib, f"soft_sha256_{self.verb}")(self.sha.steps[client], op)
        self.sha.check()
        return err

    def over(self, op: CData, err: Err) -> None:
        assert test_soft_sha256.wiped(self.sha, op) != self.verb.startswith("add")

    def step(self) -> bool:
        return self.sha.loop(rounds=1) == 1


class Screen(Lender):
    """The display, lit. A picture's length is that of its rectangle."""

    fails = True

    def __init__(self, verb: str, client: str, completion: str) -> None:
        self.display = test_ssd0323.started()
        self.verb = verb
        super().__init__(self.display.lib, self.display.callbacks, client, completion)

    def descriptor(self, client: int, length: int) -> CData:
        if self.verb == "picture_draw":
            return self.display.picture(2, 3, 2, 1, b"\xab")
        fields = {"property": test_ssd0323.BRIGHTNESS, "value": 7}
        return self.lib.new("struct screen_change *", fields)

    def call(self, client: int, op: CData) -> int:
        draws = self.verb == "picture_draw"
        port = self.display.draw_port if draws else self.display.setup_port
        return self.display.call(self.verb, port, op)

    def fail(self, err: Err) -> None:
        self.display.spi.finish(err)

    def step(self) -> bool:
        return self.display.step()


KEPT: Mapping[str, Callable[[], Provider]] = {
    "at24c_read": lambda: Eeprom("read"),
    "at24c_write": lambda: Eeprom("write"),
    "storage_regions_read": lambda: Regions("read"),
    "storage_regions_write": lambda: Regions("write"),
    "sdcard_read_block": lambda: Disk("read_block", "block_read"),
    "sdcard_write_block": lambda: Disk("write_block", "block_written"),
    "soft_sha256_add": lambda: Digest("add", "added"),
    "soft_sha256_add_const": lambda: Digest("add_const", "added"),
    "soft_sha256_finish": lambda: Digest("finish", "finished"),
    "soft_sha256_verify": lambda: Digest("verify", "verified"),
    "ssd0323_picture_draw": lambda: Screen("picture_draw", "screen_draw_client", "drawn"),
    "ssd0323_property_set": lambda: Screen(
        *("property_set", "screen_setup_client", "property_changed")
    ),
}
"""By name, what makes each anew."""
