# SPDX-License-Identifier: MIT OR Apache-2.0
"""A chip file, key by key."""

from __future__ import annotations

from boardwright.load.shapes.board import CHIP_PERIPHERAL, SETTINGS
from boardwright.load.shapes.forms import (
    Choice,
    Either,
    Entries,
    Flag,
    Items,
    Key,
    Quantity,
    Shape,
    Whole,
    Word,
    Words,
)
from boardwright.load.shapes.parts import DOC, FUNCTION, head

MEMORY = Shape(
    "memory",
    "a memory of the chip",
    {
        "at": Key(Whole(), "its first address", required=True),
        "size": Key(Quantity("size"), "its size", required=True),
        "access": Key(
            Choice(("rx", "rw", "r", "rwx")), "rx for code, rw for data", required=True
        ),
    },
)
CLOCK = Shape(
    "clock",
    "a clock the board chooses, or one divided from another",
    {
        "choose": Key(Items(Quantity("frequency")), "the frequencies a board can choose"),
        "default": Key(Quantity("frequency"), "the one where it does not"),
        "apply": Key(
            FUNCTION, "`enum err f(uint32_t hz)`, which sets it up before anything else"
        ),
        "from": Key(Word(), "the clock it is divided from"),
        "divide": Key(Whole(), "by how much"),
    },
)
LINE_NUMBER = Whole(or_word="core")
LINE = Shape(
    "line",
    "an interrupt line",
    {
        "line": Key(LINE_NUMBER, "its number; `core` for one of the core's own", required=True),
        "shared": Key(Flag(), "several peripherals raise it"),
        "pulse": Key(Flag(), "is not held until it is served"),
    },
)
INTERRUPTS = Shape(
    "interrupts",
    "the interrupt lines",
    {
        "count": Key(Whole(), "how many lines there are"),
        "lines": Key(
            Entries(Either((LINE_NUMBER, LINE)), what="the line's number"), "lines by name"
        ),
    },
)
CHIP_EMULATOR = Shape(
    "chip_emulator",
    "how an image is booted in the emulator",
    {
        "command": Key(Words(), "program and arguments, with {machine} and {image}"),
        "machine": Key(Word(), "the emulator's name of the machine"),
        "serials": Key(Words(), "the peripherals that are its serial ports, in order"),
    },
)
CHIP = Shape(
    "chip",
    "A chip: memories, clocks, lines, pads, and the instances on it",
    {
        **head("chip", "the chip's name, which is also that of its file"),
        "doc": DOC,
        "arch": Key(Word(), "the directory below runtime/arch", required=True),
        "core": Key(Word(), "the core", required=True),
        "memory": Key(Entries(MEMORY), "its memories, one for code and one for data at least"),
        "clocks": Key(
            Entries(Either((Quantity("frequency"), CLOCK)), what="a fixed frequency"),
            "its clocks",
        ),
        "pads": Key(
            FUNCTION,
            "`void f(uint8_t group, uint8_t pad, uint8_t function, enum pad_direction)`,"
            " which gives a pad to a peripheral",
        ),
        "sources": Key(
            Words(), "the C files of what `apply` and `pads` name, with a header beside each"
        ),
        "interrupts": Key(INTERRUPTS, INTERRUPTS.doc),
        "pins": Key(
            Entries(Word(), Word(r"[A-Z]+", "capital letters"), "the array of pins: id.port"),
            "pads by their letters: PA is PA0, PA1, ...",
        ),
        "peripherals": Key(Entries(CHIP_PERIPHERAL), "the instances on the chip"),
        "kernel": Key(SETTINGS, "what the board's kernel has unless the board says otherwise"),
        "emulator": Key(CHIP_EMULATOR, CHIP_EMULATOR.doc),
    },
)
