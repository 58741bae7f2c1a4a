# SPDX-License-Identifier: MIT OR Apache-2.0
"""TBF headers: every field wrong in every way, against a model that reads them again."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.kernel_machine import (
    ERASED,
    FLASH,
    Tbf,
    fixed_tlv,
    kernel_tlv,
    library,
    main_tlv,
    name_tlv,
    program_tlv,
    regions_tlv,
    tlv,
)

Verdict = IntEnum(
    "Verdict",
    "APPLICATION PADDING DISABLED END BAD_VERSION BAD_SIZE BAD_CHECKSUM BAD_ELEMENT BAD_NAME"
    " NO_PROGRAM BAD_PROGRAM NO_VERSION OTHER_KERNEL BAD_ADDRESS",
    start=0,
)
UNKNOWN_LENGTH = {Verdict.END, Verdict.BAD_VERSION, Verdict.BAD_SIZE, Verdict.BAD_CHECKSUM}
GOLDEN = Tbf(
    main_tlv(init=1, trailer=2)
    + program_tlv(init=40, trailer=8, ram=4096, end=1000, version=7)
    + name_tlv("grün".encode())
    + regions_tlv((256, 64), (512, 0))
    + fixed_tlv()
    + kernel_tlv(2, 2)
    + tlv(10, b"\1\0\0\0")
    + tlv(6, b"\1\0" + bytes(16))
)


@dataclass(frozen=True)
class Parsed:
    """What tbf_parse says."""

    verdict: Verdict
    total_size: int
    protected_size: int
    entry_offset: int
    minimum_ram_size: int
    fixed_ram: int
    name: bytes
    regions: tuple[int, ...]


def parse(object_: bytes, address: int = FLASH) -> Parsed:
    """`object_` in a buffer of exactly its size, so that no read behind it goes unseen."""
    lib = library()
    copy = lib.new("uint8_t[]", max(1, len(object_)))
    lib.ffi.buffer(copy, len(object_))[:] = object_
    tbf = lib.new("struct tbf *")
    verdict = Verdict(lib.tbf_parse(copy, address, len(object_), tbf))
    size = 8 * tbf.flash_regions
    regions = lib.ffi.buffer(tbf.flash_region_tlv, size) if size else b""
    return Parsed(
        verdict,
        tbf.total_size,
        tbf.protected_size,
        tbf.entry_offset,
        tbf.minimum_ram_size,
        tbf.fixed_ram,
        bytes(lib.ffi.buffer(tbf.name, tbf.name_len)),
        struct.unpack(f"<{size // 4}I", regions),
    )


def verdict_of(object_: bytes, address: int = FLASH) -> Verdict:
    parsed = parse(object_, address)
    known = parsed.verdict not in UNKNOWN_LENGTH
    assert (parsed.total_size != 0) == known
    return parsed.verdict


def expected(object_: bytes, address: int = FLASH) -> Verdict:
    """The verdict, once more, from the format's description."""
    if len(object_) < 16:
        return Verdict.END
    version, header_size, total_size, flags, _ = struct.unpack("<HHIII", object_[:16])
    if version in (0, 0xFFFF):
        return Verdict.END
    if version != 2:
        return Verdict.BAD_VERSION
    if not 16 <= header_size <= total_size <= len(object_) or total_size % 4:
        return Verdict.BAD_SIZE
    total = 0
    for offset in range(0, header_size // 4 * 4, 4):
        total ^= int.from_bytes(object_[offset : offset + 4], "little")
    if total != 0:  # the checksum is one of the words
        return Verdict.BAD_CHECKSUM
    if header_size == 16:
        return Verdict.PADDING
    if not flags & 1:
        return Verdict.DISABLED
    return expected_of_elements(object_, header_size, address)


LENGTHS = {1: 12, 9: 20, 8: 4, 5: 8, 10: 4}


def expected_of_elements(object_: bytes, header_size: int, address: int) -> Verdict:
    found: dict[int, bytes] = {}
    rest = object_[16:header_size]
    while rest:
        kind, length = struct.unpack("<HH", rest[:4]) if len(rest) >= 4 else (0, len(rest))
        value = rest[4 : 4 + length]
        if len(value) != length or LENGTHS.get(kind, length) != length:
            return Verdict.BAD_ELEMENT
        if kind == 2 and length % 8:
            return Verdict.BAD_ELEMENT
        if kind == 3:
            try:
                value.decode()
            except UnicodeDecodeError:
                return Verdict.BAD_NAME
        if kind not in (1, 9) or kind not in found:
            found[kind] = value
        rest = rest[4 + (length + 3) // 4 * 4 :]
    return judged(
        found, len(object_), header_size, struct.unpack("<I", object_[4:8])[0], address
    )


def judged(
    found: dict[int, bytes], size: int, header_size: int, total_size: int, address: int
) -> Verdict:
    assert total_size <= size
    if 9 in found:
        init, trailer, _, end, _ = struct.unpack("<IIIII", found[9])
    elif 1 in found:
        init, trailer, _ = struct.unpack("<III", found[1])
        end = total_size
    else:
        return Verdict.NO_PROGRAM
    if end > total_size or init >= total_size - header_size:
        return Verdict.BAD_PROGRAM
    if trailer > total_size - header_size:
        return Verdict.BAD_PROGRAM
    if 8 not in found:
        return Verdict.NO_VERSION
    major, minor = struct.unpack("<HH", found[8])
    if major != 2 or minor > 3:
        return Verdict.OTHER_KERNEL
    if 5 in found:
        flash = struct.unpack("<II", found[5])[1]
        if flash not in (ERASED, address + header_size + trailer):
            return Verdict.BAD_ADDRESS
    return Verdict.APPLICATION


# -- the good ones


def test_a_golden_object_says_what_is_in_it() -> None:
    header_size = 16 + len(GOLDEN.elements)
    assert parse(GOLDEN.image()) == Parsed(
        Verdict.APPLICATION,
        total_size=1024,
        protected_size=header_size + 8,  # from Program, not from Main
        entry_offset=header_size + 40,
        minimum_ram_size=4096,
        fixed_ram=ERASED,
        name="grün".encode(),
        regions=(256, 64, 512, 0),
    )


def test_main_alone_is_an_application_without_a_name() -> None:
    parsed = parse(Tbf(main_tlv(init=4, trailer=8, ram=99) + kernel_tlv()).image())
    assert parsed == Parsed(Verdict.APPLICATION, 1024, 48, 44, 99, ERASED, b"", ())


def test_the_first_program_wins_and_the_last_of_everything_else() -> None:
    elements = (
        (program_tlv(init=4, ram=1) + program_tlv(init=999999, ram=2))
        + (main_tlv(ram=3) + main_tlv(ram=4))
        + (name_tlv(b"first") + name_tlv(b"last"))
        + (regions_tlv((1, 1), (2, 2)) + regions_tlv((3, 3)))
        + (fixed_tlv(ram=1, flash=5) + fixed_tlv(ram=RAM_FIXED))
        + (kernel_tlv(3, 0) + kernel_tlv(2, 3))
    )
    parsed = parse(Tbf(elements).image())
    assert parsed.verdict == Verdict.APPLICATION
    assert parsed.minimum_ram_size == 1
    assert parsed.name == b"last"
    assert parsed.regions == (3, 3)
    assert parsed.fixed_ram == RAM_FIXED


RAM_FIXED = 0x20001000


def test_the_first_main_wins() -> None:
    parsed = parse(Tbf(main_tlv(ram=3) + main_tlv(ram=4) + kernel_tlv()).image())
    assert (parsed.verdict, parsed.minimum_ram_size) == (Verdict.APPLICATION, 3)


def test_unknown_elements_are_skipped_with_their_padding() -> None:
    elements = tlv(4, b"abcde") + tlv(128, b"") + tlv(0xFFFF, bytes(7)) + main_tlv()
    assert verdict_of(Tbf(elements + kernel_tlv()).image()) == Verdict.APPLICATION


def test_the_padding_of_the_last_value_may_be_missing() -> None:
    elements = main_tlv() + kernel_tlv() + struct.pack("<HH", 3, 1) + b"x"
    assert verdict_of(Tbf(elements).image()) == Verdict.APPLICATION
    two = struct.pack("<HH", 3, 2) + b"x"
    assert verdict_of(Tbf(main_tlv() + kernel_tlv() + two).image()) == Verdict.BAD_ELEMENT


# -- the base header


@pytest.mark.parametrize("offset", range(0, 16 + len(GOLDEN.elements), 4))
def test_a_flipped_bit_in_the_header_is_never_an_application(offset: int) -> None:
    for bit in range(32):
        image = bytearray(GOLDEN.image())
        image[offset + bit // 8] ^= 1 << bit % 8
        verdict = verdict_of(bytes(image))
        assert verdict == expected(bytes(image))
        assert verdict in UNKNOWN_LENGTH


def test_a_flipped_bit_behind_the_header_changes_nothing() -> None:
    image = bytearray(GOLDEN.image())
    image[16 + len(GOLDEN.elements)] ^= 1
    assert verdict_of(bytes(image)) == Verdict.APPLICATION


@pytest.mark.parametrize("offset", range(0, 16 + len(GOLDEN.elements), 4))
def test_a_wrong_word_under_a_right_checksum_is_judged_by_itself(offset: int) -> None:
    """Whole words, and each half for fields of 16 bits."""
    image = GOLDEN.image()
    original = int.from_bytes(image[offset : offset + 4], "little")
    for value in (0, 1, 15, 16, 17, 0x7FFF, 0x8000, 0x7FFFFFFF, 0x80000000, ERASED):
        low = value & 0xFFFF
        for new in (value, original & 0xFFFF0000 | low, original & 0xFFFF | low << 16):
            changed = bytearray(image)
            changed[offset : offset + 4] = new.to_bytes(4, "little")
            if offset != 12:
                checksum = int.from_bytes(changed[12:16], "little") ^ original ^ new
                changed[12:16] = checksum.to_bytes(4, "little")
            assert verdict_of(bytes(changed)) == expected(bytes(changed))


@pytest.mark.parametrize(
    ("header_size", "verdict"),
    [
        (0, Verdict.BAD_SIZE),
        (15, Verdict.BAD_SIZE),
        (16, Verdict.PADDING),
        (17, Verdict.BAD_ELEMENT),
        (19, Verdict.BAD_ELEMENT),
        (20, Verdict.BAD_ELEMENT),  # an element whose value is missing
        (40, Verdict.NO_VERSION),  # up to the end of Main and an empty element
        (1023, Verdict.BAD_ELEMENT),
        (1025, Verdict.BAD_SIZE),
        (0xFFFF, Verdict.BAD_SIZE),
    ],
)
def test_header_size_edges(header_size: int, verdict: Verdict) -> None:
    elements = main_tlv() + tlv(4, b"") + tlv(4, b"") + kernel_tlv() + tlv(1, b"\1")
    image = Tbf(elements.ljust(1007, b"\7"), header_size=header_size).image()
    assert verdict_of(image) == verdict == expected(image)


@pytest.mark.parametrize(
    "total_size", [0, 1, 15, 16, 47, 1021, 1022, 1023, 1028, 1 << 31, ERASED]
)
def test_total_sizes_that_cannot_be(total_size: int) -> None:
    assert verdict_of(Tbf(total_size=total_size).image()) == Verdict.BAD_SIZE


def test_an_object_may_fill_what_is_available_and_not_a_word_more() -> None:
    image = Tbf().image()
    assert verdict_of(image) == Verdict.APPLICATION
    assert verdict_of(image[:-1]) == Verdict.BAD_SIZE
    assert verdict_of(image[:-4]) == Verdict.BAD_SIZE
    header = Tbf(program_tlv(end=16) + kernel_tlv(), total_size=48 + 4, size=52)
    assert verdict_of(header.image()) == Verdict.APPLICATION


@pytest.mark.parametrize("size", range(17))
def test_less_than_a_header_ends_the_list(size: int) -> None:
    assert verdict_of(Tbf().image()[:size]) == (Verdict.BAD_SIZE if size == 16 else Verdict.END)


@pytest.mark.parametrize("version", [0, 0xFFFF])
def test_erased_and_cleared_flash_end_the_list(version: int) -> None:
    assert verdict_of(Tbf(version=version).image()) == Verdict.END


@pytest.mark.parametrize("version", [1, 3, 0x0200, 0xFFFE])
def test_other_versions_are_refused(version: int) -> None:
    assert verdict_of(Tbf(version=version).image()) == Verdict.BAD_VERSION


def test_padding_is_recognised_enabled_or_not() -> None:
    for flags in (0, 1, ERASED):
        assert verdict_of(Tbf(b"", flags=flags).image()) == Verdict.PADDING
    assert verdict_of(Tbf(b"", size=16).image()) == Verdict.PADDING


def test_only_bit_0_of_the_flags_enables() -> None:
    assert verdict_of(Tbf(flags=ERASED - 1).image()) == Verdict.DISABLED
    assert verdict_of(Tbf(flags=ERASED).image()) == Verdict.APPLICATION


# -- elements


@pytest.mark.parametrize(("kind", "length"), LENGTHS.items())
def test_an_element_of_another_length_is_refused(kind: int, length: int) -> None:
    good = main_tlv() + program_tlv() + kernel_tlv()
    for other in {0, 1, length - 4, length - 1, length + 1, length + 4}:
        bad = tlv(kind, bytes(other))
        for elements in (bad + good, good + bad):
            image = Tbf(elements).image()
            assert verdict_of(image) == Verdict.BAD_ELEMENT == expected(image)


def test_flash_regions_come_in_whole_pairs() -> None:
    for length in range(18):
        image = Tbf(main_tlv() + tlv(2, bytes(length)) + kernel_tlv()).image()
        good = Verdict.BAD_ELEMENT if length % 8 else Verdict.APPLICATION
        assert verdict_of(image) == good


def test_an_element_may_not_leave_the_header() -> None:
    last = tlv(4, bytes(8))
    for length in (9, 12, 0x7FFF, 0xFFFF):
        image = Tbf(main_tlv() + kernel_tlv() + tlv(4, bytes(8), length)).image()
        assert verdict_of(image) == Verdict.BAD_ELEMENT
    image = Tbf(main_tlv() + kernel_tlv() + last[:-1]).image()
    assert verdict_of(image) == Verdict.BAD_ELEMENT


@pytest.mark.parametrize("rest", [b"\4", b"\4\0", b"\4\0\0"])
def test_half_an_element_is_none_even_if_what_follows_would_complete_it(rest: bytes) -> None:
    header = Tbf(main_tlv() + kernel_tlv() + rest).header()
    assert verdict_of(header.ljust(1024, b"\0")) == Verdict.BAD_ELEMENT


GOOD_NAMES = (
    b"plain \x7f \xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf "
    b"\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"
)
BAD_NAMES = {
    "continuation first": b"\x80 \xbf ok\xc2\x80\x80",
    "longer": b"\xc0\x80 \xc1\xbf \xe0\x80\x80 \xe0\x9f\xbf \xf0\x80\x80\x80 \xf0\x8f\xbf\xbf",
    "surrogate": b"\xed\xa0\x80 \xed\xbf\xbf",
    "beyond the last": b"\xf4\x90\x80\x80 \xf5\x80\x80\x80 \xff",
    "truncated": b"\xc2 \xe1\x80 \xf1\x80\x80",
    "no continuation": b"\xc2A \xe1\x80A \xf1\x80\x80A \xe1\x80\xc0 \xf1\x80\x80\xff",
}


def test_a_name_is_utf8() -> None:
    for name in (b"", *GOOD_NAMES.split()):
        image = Tbf(main_tlv() + name_tlv(name) + kernel_tlv()).image()
        assert verdict_of(image) == Verdict.APPLICATION, name


@pytest.mark.parametrize("why", BAD_NAMES)
def test_a_name_that_is_not_utf8_is_refused(why: str) -> None:
    for name in BAD_NAMES[why].split(b" "):
        image = Tbf(main_tlv() + name_tlv(name) + kernel_tlv()).image()
        assert verdict_of(image) == Verdict.BAD_NAME, name


def test_a_name_does_not_go_on_in_its_padding() -> None:
    for name in (b"ab\xc2\x80", b"a\xe1\x80\x80"):
        elements = main_tlv() + kernel_tlv() + tlv(3, name, len(name) - 1)
        assert verdict_of(Tbf(elements).image()) == Verdict.BAD_NAME


@given(st.binary(max_size=8))
def test_names_are_judged_as_python_does(name: bytes) -> None:
    image = Tbf(main_tlv() + name_tlv(name) + kernel_tlv()).image()
    assert verdict_of(image) == expected(image)


# -- what the elements say


def test_neither_main_nor_program_is_no_application() -> None:
    assert verdict_of(Tbf(name_tlv(b"x") + kernel_tlv()).image()) == Verdict.NO_PROGRAM


BODY = 1024 - 16 - len(main_tlv()) - len(kernel_tlv())


@pytest.mark.parametrize("value", [BODY - 1, BODY, BODY + 1, 1 << 31, ERASED - 40, ERASED])
def test_entry_and_trailer_stay_in_the_object(value: int) -> None:
    entry = Tbf(main_tlv(init=value) + kernel_tlv()).image()
    trailer = Tbf(main_tlv(trailer=value) + kernel_tlv()).image()
    assert (verdict_of(entry) == Verdict.APPLICATION) == (value < BODY)
    assert (verdict_of(trailer) == Verdict.APPLICATION) == (value <= BODY)


@pytest.mark.parametrize("end", [0, 1023, 1024, 1025, 1 << 31, ERASED])
def test_the_binary_ends_in_the_object(end: int) -> None:
    good = Verdict.APPLICATION if end <= 1024 else Verdict.BAD_PROGRAM
    assert verdict_of(Tbf(program_tlv(end=end) + kernel_tlv()).image()) == good


def test_an_application_says_which_kernel_it_needs() -> None:
    assert verdict_of(Tbf(main_tlv()).image()) == Verdict.NO_VERSION
    for major, minor, good in [
        (2, 0, 1),
        (2, 2, 1),
        (2, 3, 1),
        (2, 4, 0),
        (1, 0, 0),
        (3, 0, 0),
    ]:
        image = Tbf(main_tlv() + kernel_tlv(major, minor)).image()
        assert verdict_of(image) == (Verdict.APPLICATION if good else Verdict.OTHER_KERNEL)


def test_a_fixed_flash_address_is_that_of_the_binary() -> None:
    """Behind header and protected trailer."""
    header_size = 16 + len(main_tlv() + fixed_tlv() + kernel_tlv())
    for off in (-4, -1, 0, 1, 4, 8):
        flash = FLASH + header_size + 8 + off
        image = Tbf(main_tlv(trailer=8) + fixed_tlv(RAM_FIXED, flash) + kernel_tlv()).image()
        assert verdict_of(image) == (Verdict.BAD_ADDRESS if off else Verdict.APPLICATION)
        assert verdict_of(image, FLASH + off) == Verdict.APPLICATION
    assert parse(image, FLASH + 8).fixed_ram == RAM_FIXED


# -- anything


words = st.one_of(st.integers(0, 64), st.integers(0, ERASED), st.just(ERASED))
elements = st.lists(
    st.one_of(
        st.builds(main_tlv, words, words, words),
        st.builds(program_tlv, words, words, words, words, words),
        st.builds(kernel_tlv, st.integers(1, 3), st.integers(0, 5)),
        st.builds(fixed_tlv, words, words),
        st.builds(name_tlv, st.binary(max_size=6)),
        st.builds(tlv, st.integers(0, 12), st.binary(max_size=21)),
        st.builds(tlv, st.integers(0, 12), st.binary(max_size=4), st.integers(0, 40)),
    ),
    max_size=6,
).map(b"".join)
objects = st.builds(
    Tbf,
    elements,
    total_size=st.one_of(st.none(), st.integers(0, 600)),
    size=st.integers(0, 512),
    version=st.sampled_from([2, 2, 2, 2, 1, 0]),
    header_size=st.one_of(st.none(), st.integers(0, 300)),
    flags=st.sampled_from([1, 1, 1, 3, 0]),
    checksum=st.one_of(st.none(), st.none(), words),
)


@given(objects)
def test_made_up_objects_are_judged_as_the_model_does(tbf: Tbf) -> None:
    image = tbf.image()
    assert verdict_of(image) == expected(image)


@given(st.binary(max_size=200))
def test_random_bytes_are_read_within_their_bounds(data: bytes) -> None:
    assert verdict_of(b"\2\0" + data) == expected(b"\2\0" + data)


@given(elements, st.sampled_from([1, 3]))
def test_a_header_alone_is_read_within_its_bounds(content: bytes, flags: int) -> None:
    tbf = Tbf(content, flags=flags)
    header = tbf.header()
    tbf = replace(tbf, total_size=len(header), size=len(header))
    assert verdict_of(tbf.image()) == expected(tbf.image())
