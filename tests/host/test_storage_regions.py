# SPDX-License-Identifier: MIT OR Apache-2.0
"""Regions of bytes over flash in RAM: what each client finds is what it wrote, and no more."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

FAKES = ROOT / "tests" / "host" / "fakes"
REGIONS, REGION_PAGES, PAGE = 3, 2, 16
SIZE = REGION_PAGES * PAGE
PAGES = REGIONS * REGION_PAGES
FLASH_STEP, COMPLETE = 1, 2
OK, FAIL, BUSY, OFF, INVAL, SIZE_ERROR = 0, 1, 2, 4, 6, 7


@cache
def library() -> Library:
    sources = [
        "virtualizers/storage_regions.c",
        "chips/soft/ram_flash.c",
        "lib/arbiter.c",
        str(FAKES / "fake_kernel.c"),
    ]
    return host_library("storage_regions", sources, include=[FAKES])


class Flash:
    """Flash in RAM, whose operations can be refused or fail, and which counts them."""

    def __init__(self, lib: Library, callbacks: Callbacks, page: int) -> None:
        self.lib = lib
        self.memory = lib.new("uint8_t[]", PAGES * page)
        self.state = lib.new("struct ram_flash_state *")
        fields = {"state": self.state, "page_size_b": page, "pages": PAGES}
        self.self = lib.new("struct ram_flash *", fields)
        self.self.memory, self.self.memory_size = self.memory, PAGES * page
        self.self.step.index = FLASH_STEP
        assert lib.ram_flash_init(self.self) == OK
        self.below = lib.new("struct flash_pages *", {"owner": self.self})
        self.port = lib.new("struct flash_pages *")
        self.refusals: list[int] = []
        self.log: list[str] = []
        self.page: CData | None = None
        self.port.ops = callbacks.new(
            "struct flash_pages_ops",
            read_page=lambda _, page: self._start("read", page),
            write_page=lambda _, page: self._start("write", page),
            erase_page=lambda _, page: self._start("erase", page),
        )

    def _start(self, what: str, page: CData) -> int:
        err = self.refusals.pop(0) if self.refusals else OK
        if err == OK:
            err = getattr(self.lib, f"ram_flash_{what}_page")(self.below, page)
        if err == OK:
            self.log.append(what)
            self.page = page
        return err

    def fail(self) -> None:
        """What is under way fails; the flash's own deferred call has nothing to do then."""
        assert self.page is not None
        self.state.page = self.lib.ffi.NULL
        self.lib.fake_kernel_take_deferred()
        word = {"read": "page_read", "write": "page_written", "erase": "page_erased"}
        getattr(self.page.client, word[self.log[-1]])(self.page.client, self.page, FAIL)


class Regions:
    def __init__(self, page: int = PAGE) -> None:
        self.lib = lib = library()
        lib.fake_kernel_reset()
        self.callbacks = Callbacks(lib)
        self.flash = Flash(lib, self.callbacks, page)
        self.state = lib.new("struct storage_regions_state *")
        self.slots = lib.new("struct turn[]", REGIONS)
        self.buffer = lib.new("uint8_t[]", page)
        self.self = lib.new("struct storage_regions *", {"state": self.state})
        self.self.flash = self.flash.port[0]
        for word in ("page_read", "page_written", "page_erased"):
            setattr(self.self.flash_client, word, lib.address(f"storage_regions_{word}"))
        self.self.regions, self.self.page_size = REGIONS, page
        self.self.region_pages, self.self.slots = REGION_PAGES, self.slots
        self.self.buffer, self.self.buffer_size = self.buffer, page
        self.self.complete.index = COMPLETE
        self.ports = [
            lib.new("struct nonvolatile_storage_bytes *", {"owner": self.self, "index": n})
            for n in range(REGIONS)
        ]
        self.client = self.callbacks.new(
            "struct nonvolatile_storage_bytes_client",
            read_done=lambda _, op, err: self._done("read", op, err),
            write_done=lambda _, op, err: self._done("write", op, err),
        )
        self.told: list[tuple[int, str, int, bytes]] = []
        self.ops: dict[int, CData] = {}
        self.again: list[tuple[int, str]] = []
        self.memory: list[CData] = []

    def _done(self, what: str, op: CData, err: int) -> None:
        region = next(n for n, each in self.ops.items() if each == op)
        moved = bytes(self.lib.ffi.buffer(op.data, op.moved)) if what == "read" else b""
        self.told.append((region, what, err, moved))
        if (region, what) in self.again:
            self.again.remove((region, what))
            assert self.start(region, what, 0, 1) == OK

    def start(self, region: int, what: str, address: int, data: bytes | int) -> int:
        length = data if isinstance(data, int) else len(data)
        op = self.lib.new("struct nonvolatile_storage_transfer *")
        memory = self.lib.new("uint8_t[]", max(min(length, 1000), 1))
        if isinstance(data, bytes):
            self.lib.ffi.memmove(memory, data, length)
        op.client, op.data, op.address, op.len = self.client, memory, address, length
        op.moved = 99  # of an earlier use
        self.memory += [op, memory]
        err = int(getattr(self.lib, f"storage_regions_{what}")(self.ports[region], op))
        if err == OK:
            self.ops[region] = op
        self.check()
        return err

    def step(self) -> bool:
        """The deferred calls that are due, once; whether there were any."""
        due = self.lib.fake_kernel_take_deferred()
        if due >> FLASH_STEP & 1:
            self.lib.ram_flash_step(self.flash.self)
        if due >> COMPLETE & 1:
            self.lib.storage_regions_complete(self.self)
        self.callbacks.check()
        self.check()
        return bool(due)

    def loop(self) -> None:
        for _ in range(1000):
            if not self.step():
                return
        raise AssertionError("it never stops")

    def check(self) -> None:
        assert self.lib.storage_regions_check(self.self)
        if not self.state.turns.arbiter.held:
            assert not any(self.buffer), "bytes of a client left behind"

    def write(self, region: int, address: int, data: bytes) -> list[str]:
        """A write to its end; what it took of the flash."""
        self.flash.log.clear()
        assert self.start(region, "write", address, data) == OK
        self.loop()
        assert self.told.pop() == (region, "write", OK, b"")
        assert self.ops[region].moved == len(data)
        return self.flash.log

    def read(self, region: int, address: int, length: int) -> bytes:
        assert self.start(region, "read", address, length) == OK
        self.loop()
        told = self.told.pop()
        assert told[:3] == (region, "read", OK)
        return told[3]


regions_ = st.integers(0, REGIONS - 1)


class RegionsAgainstModel(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.regions = Regions()
        self.model = [bytearray(b"\xff" * SIZE) for _ in range(REGIONS)]
        self.running: dict[int, tuple[str, bytes]] = {}

    def look(self) -> None:
        for region, what, err, moved in self.regions.told:
            begun, expected = self.running.pop(region)
            assert (begun, err, expected) == (what, OK, moved)
        self.regions.told.clear()

    @rule(region=regions_, address=st.integers(0, SIZE), data=st.binary(max_size=SIZE + 1))
    def write(self, region: int, address: int, data: bytes) -> None:
        err = self.regions.start(region, "write", address, data)
        if self.refused(region, address, len(data), err):
            return
        self.model[region][address : address + len(data)] = data
        self.running[region] = ("write", b"")

    @rule(region=regions_, address=st.integers(0, SIZE), length=st.integers(0, SIZE + 1))
    def read(self, region: int, address: int, length: int) -> None:
        err = self.regions.start(region, "read", address, length)
        if not self.refused(region, address, length, err):
            found = bytes(self.model[region][address : address + length])
            self.running[region] = ("read", found)

    def refused(self, region: int, address: int, length: int, err: int) -> bool:
        if length == 0:
            assert err == SIZE_ERROR
        elif address + length > SIZE:
            assert err == INVAL
        else:
            assert err == (BUSY if region in self.running else OK)
        return err != OK

    @rule(steps=st.integers(1, 5))
    def step(self, steps: int) -> None:
        for _ in range(steps):
            self.regions.step()
        self.look()

    def teardown(self) -> None:
        if hasattr(self, "regions"):
            self.regions.loop()
            self.look()
            assert self.running == {}
            memory = bytes(self.regions.lib.ffi.buffer(self.regions.flash.memory))
            assert memory == b"".join(self.model)


TestRegionsAgainstModel = RegionsAgainstModel.TestCase


def test_a_page_is_erased_only_for_bits_to_be_set_and_written_only_for_a_change() -> None:
    regions = Regions()
    assert regions.write(0, 3, b"\x0f") == ["read", "write"]
    assert regions.write(0, 3, b"\x0e") == ["read", "write"]
    assert regions.write(0, 3, b"\x0e") == ["read"]
    assert regions.write(0, 3, b"\x0f") == ["read", "erase", "write"]
    assert regions.read(0, 2, 3) == b"\xff\x0f\xff"


def test_two_regions_do_not_touch() -> None:  # bug 45
    regions = Regions()
    for region in range(REGIONS):
        regions.write(region, 0, bytes([region]) * SIZE)
    for region in range(REGIONS):
        assert regions.read(region, 0, SIZE) == bytes([region]) * SIZE


@pytest.mark.parametrize("what", ["read", "write"])
@pytest.mark.parametrize(
    ("address", "length", "err"),
    [
        (0, SIZE, OK),
        (0, SIZE + 1, INVAL),
        (SIZE - 1, 1, OK),
        (SIZE, 1, INVAL),
        (0xFFFFFFFF, 1, INVAL),
        (1, 0xFFFFFFFF, INVAL),
        (0, 0, SIZE_ERROR),
    ],
)
def test_what_is_not_in_the_region_is_refused(
    what: str, address: int, length: int, err: int
) -> None:
    regions = Regions()
    assert regions.start(REGIONS - 1, what, address, length) == err
    regions.loop()
    assert len(regions.told) == (err == OK)


def test_who_would_not_be_told_is_refused() -> None:
    regions = Regions()
    regions.client = regions.lib.ffi.NULL
    assert regions.start(0, "read", 0, 1) == INVAL


@pytest.mark.parametrize("what", ["read", "write"])
def test_a_refusal_is_the_starts_result_and_the_next_one_works(what: str) -> None:  # bug 64
    regions = Regions()
    regions.flash.refusals = [OFF]
    assert regions.start(0, what, 0, 4) == OFF
    assert regions.start(1, what, 0, 4) == OK
    regions.loop()
    assert [(region, err) for region, _, err, _ in regions.told] == [(1, OK)]


@pytest.mark.parametrize("what", ["read", "write"])
def test_a_refusal_in_its_turn_is_told_and_the_others_go_on(what: str) -> None:
    regions = Regions()
    for region in range(REGIONS):
        assert regions.start(region, what, 0, b"\xff" * 4) == OK
    regions.flash.refusals = [OFF]
    regions.loop()
    told = {region: (kind, err) for region, kind, err, _ in regions.told}
    assert told == {0: (what, OK), 1: (what, OFF), 2: (what, OK)}
    assert [regions.ops[region].moved for region in range(REGIONS)] == [4, 0, 4]


# A write over two pages that erases both: read, erase, write, twice.
@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("refused", [False, True])
def test_a_failure_at_any_step_ends_the_transfer_only(at: int, refused: bool) -> None:  # 44
    regions = Regions()
    regions.write(0, 0, bytes(SIZE))
    regions.flash.refusals = [OK] * at + [OFF] if refused and at else []
    regions.start(0, "write", PAGE // 2, b"\x55" * PAGE)
    regions.start(1, "write", 0, b"\x55")
    if not (refused and at):
        for _ in range(at):
            regions.step()
        regions.flash.fail()
    regions.loop()
    assert regions.told[0] == (0, "write", OFF if refused and at else FAIL, b"")
    assert regions.ops[0].moved == (PAGE // 2 if at >= 3 else 0)
    assert regions.told[1] == (1, "write", OK, b"")
    assert regions.read(1, 0, 1) == b"\x55"


def test_three_that_never_stop_are_served_alike() -> None:  # bug 75
    regions = Regions()
    for region in range(REGIONS):
        regions.start(region, "read", 0, 1)
    regions.again = [(region, "read") for region in range(REGIONS) for _ in range(99)]
    while len(regions.told) < 300:
        assert regions.step()
    assert [region for region, *_ in regions.told] == [0, 1, 2] * 100


# -- flash in RAM -------------------------------------------------------------------------


def test_flash_in_ram_is_erased_at_first_and_a_write_only_clears_bits() -> None:
    regions = Regions()
    assert bytes(regions.flash.memory) == b"\xff" * (PAGES * PAGE)
    regions.write(0, 0, b"\xf0")
    page = regions.lib.new("struct flash_page *")
    data = regions.lib.new("uint8_t[]", b"\x3c" * PAGE)
    page.client, page.data, page.page = (
        regions.lib.ffi.addressof(regions.self, "flash_client"),
        data,
        0,
    )
    assert regions.lib.ram_flash_write_page(regions.flash.below, page) == OK
    assert regions.lib.ram_flash_read_page(regions.flash.below, page) == BUSY
    page.client = client = regions.callbacks.new(
        "struct flash_pages_client", page_written=lambda *_: None
    )
    assert client is not None
    regions.lib.ram_flash_step(regions.flash.self)
    assert bytes(regions.flash.memory[0:2]) == b"\x30\x3c"


@pytest.mark.parametrize("page_number", [PAGES, 0xFFFFFFFF])
def test_there_is_no_page_beyond_the_last(page_number: int) -> None:
    regions = Regions()
    page = regions.lib.new("struct flash_page *")
    page.client = regions.lib.ffi.addressof(regions.self, "flash_client")
    page.page = page_number
    for what in ("read", "write", "erase"):
        start = getattr(regions.lib, f"ram_flash_{what}_page")
        assert start(regions.flash.below, page) == INVAL
        page.client, client = regions.lib.ffi.NULL, page.client
        page.page = 0
        assert start(regions.flash.below, page) == INVAL, "nobody would be told"
        page.client, page.page = client, page_number
