# SPDX-License-Identifier: MIT OR Apache-2.0
"""The host build itself: its sanitizers catch what they must, at the call."""

from __future__ import annotations

import os

import pytest
from tests.host.build import (
    RUNTIME,
    BuildError,
    Library,
    SanitizerError,
    declarations,
    host_library,
    trapped,
)

PLANTED = """
#include "lib/assert.h"
#include <stdint.h>
uint8_t planted_bytes[4];
uint8_t planted_read(uint32_t index);
uint8_t planted_read(uint32_t index) { return planted_bytes[index]; }
int planted_sum(int a, int b);
int planted_sum(int a, int b) { return a + b; }
void planted_fill(uint8_t *to, uint32_t len);
void planted_fill(uint8_t *to, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) { to[i] = 1; }
}
void planted_call(void (*function)(uint8_t *, uint32_t), uint8_t *to, uint32_t len);
void planted_call(void (*function)(uint8_t *, uint32_t), uint8_t *to, uint32_t len)
{
    function(to, len);
}
void planted_assert(int holds);
void planted_assert(int holds) { ASSERT(holds != 0); }
"""
CDEF = """
extern uint8_t planted_bytes[4]; uint8_t planted_read(uint32_t); int planted_sum(int, int);
void planted_fill(uint8_t *, uint32_t); void planted_assert(int);
void planted_call(void (*)(uint8_t *, uint32_t), uint8_t *, uint32_t);
"""


@pytest.fixture(scope="module")
def planted() -> Library:
    return host_library("planted", [], extra_c=PLANTED, cdef=CDEF)


def test_reading_past_an_object_fails_at_the_call_each_time(planted: Library) -> None:
    planted.planted_bytes[3] = 7
    assert planted.planted_read(3) == 7
    for _ in range(2):
        with pytest.raises(SanitizerError, match="global-buffer-overflow"):
            planted.planted_read(4)
    assert planted.planted_read(3) == 7


def test_writing_past_memory_lent_by_the_test_fails(planted: Library) -> None:
    lent = planted.new("uint8_t[]", 5)
    planted.planted_fill(lent, 5)
    with pytest.raises(SanitizerError, match="heap-buffer-overflow"):
        planted.planted_fill(lent, 6)
    with pytest.raises(SanitizerError, match="heap-buffer-overflow"):
        planted.planted_fill(lent - 1, 1)


def test_undefined_behaviour_fails(planted: Library) -> None:
    assert planted.planted_sum(2**31 - 2, 1) == 2**31 - 1
    with pytest.raises(SanitizerError, match="signed integer overflow"):
        planted.planted_sum(2**31 - 1, 1)


def test_a_function_given_to_c_is_checked_too(planted: Library) -> None:
    lent = planted.new("uint8_t[]", 3)
    with pytest.raises(SanitizerError, match="heap-buffer-overflow"):
        planted.planted_call(planted.address("planted_fill"), lent, 4)


def test_a_call_through_a_pointer_is_seen_at_the_next_check(planted: Library) -> None:
    planted.address("planted_fill")(planted.new("uint8_t[]", 3), 4)
    with pytest.raises(SanitizerError, match="heap-buffer-overflow"):
        planted.check()
    planted.check()


def test_an_assertion_is_seen_in_a_child(planted: Library) -> None:
    assert trapped(lambda: planted.planted_assert(0))
    assert not trapped(lambda: planted.planted_assert(1))


def test_warnings_are_errors() -> None:
    with pytest.raises(BuildError, match="Wconversion"):
        host_library("narrow", [], extra_c="char f(int a); char f(int a) { return a; }")


def test_a_runtime_file_is_built_with_the_declarations_of_its_header() -> None:
    library = host_library("arbiter", ["lib/arbiter.c"])
    arbiter = library.new("struct arbiter *")
    assert library.arbiter_take(arbiter, 3)
    assert not library.arbiter_take(arbiter, 5)
    assert library.arbiter_pass(arbiter)
    assert arbiter.last == 5


def test_declarations_of_a_hil_come_without_its_inline_functions() -> None:
    library = host_library("uart_only", [], ["hil/uart.h"])
    client = library.new("struct uart_transmission *")
    assert client.sent == 0
    assert library.ffi.sizeof("struct uart_transmit") == 24


def test_foreign_declarations_and_bodies_are_left_out() -> None:
    text = """# 1 "/usr/include/x.h"
int foreign(void);
# 1 "RUNTIME/lib/a.h"
static inline int a_body(void) { if (1) { return 2; } return 3; }
struct a { int x; struct { int z; } y; } __attribute__((aligned((8))));
_Static_assert(sizeof(struct a) == (8), "size");
enum b { B_ONE = 1, B_TWO };
int a_f(int (*call)(void)) __attribute__((noreturn));
""".replace("RUNTIME", str(RUNTIME))
    kept = """struct a { int x; struct { int z; } y; } ;
enum b { B_ONE = 1, B_TWO };
int a_f(int (*call)(void)) ;"""
    assert declarations(text) == kept


def test_children_of_a_test_run_without_asan() -> None:
    assert "LD_PRELOAD" not in os.environ
    assert "ASAN_OPTIONS" not in os.environ
