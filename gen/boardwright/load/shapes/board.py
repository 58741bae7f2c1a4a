# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board file, key by key, and the instances that boards and chips are made of."""

from __future__ import annotations

from boardwright.load.shapes.forms import (
    REFERENCE,
    Choice,
    Either,
    Entries,
    Items,
    Key,
    Quantity,
    Setting,
    Shape,
    Value,
    Whole,
    Word,
)
from boardwright.load.shapes.parts import ANY_KEY, head

TARGET_WORD = Word(
    REFERENCE, "a reference: id, id.port, id.0, id.port.0-3, a pad like PA3, or a name"
)
TARGET = Shape(
    "target",
    "a target with settings of this edge",
    {"to": Key(TARGET_WORD, "what serves it", required=True)},
    others=Value(),
)
_KIND = Key(Word(), "the component it is", required=True)
INSTANCE = Shape(
    "instance",
    "an instance: its kind, what serves its ports, its settings",
    {
        "kind": _KIND,
        "driver": Key(Whole(), "a capsule's driver number, where the default is taken"),
    },
    others=Setting(),
)
SETTINGS = Shape("settings", "ports and settings of an instance", {}, others=Setting())
CHIP_KEYS = {
    "kind": _KIND,
    "at": Key(Whole(), "the address of its registers"),
    "interrupts": Key(Entries(Word()), "its interrupts: the line of each"),
    "clocks": Key(Entries(Word()), "its clock inputs: the clock of each"),
    "signals": Key(
        Entries(Entries(Whole(), ANY_KEY, "the pad's function number")),
        "its signals: the pads each can be on",
    ),
    "emulator": Key(Entries(Value()), "what emulated parts on it are told"),
}
"""Keys of a peripheral that only the chip file may write."""
CHIPS_OWN = tuple(key for key in CHIP_KEYS if key != "signals")
"""Those of them that a board cannot even choose among."""
PERIPHERAL = Shape(
    "peripheral",
    "settings of one of the chip's instances; what the chip says of it is not settable",
    {
        "signals": Key(
            Entries(Word(r"[A-Z]+[0-9]+", "a pad like PA3"), what="the pad"),
            "the pad of each signal that the chip offers on several",
        )
    },
    others=Setting(),
    refused=CHIPS_OWN,
)
CHIP_PERIPHERAL = Shape("chip_peripheral", "an instance on the chip", CHIP_KEYS, Setting())

REGION = Shape(
    "region",
    "a region of one of the chip's memories",
    {
        "in": Key(Word(), "the memory", required=True),
        "at": Key(Whole(), "its first address (default: behind the region before it)"),
        "size": Key(Quantity("size"), "its size", required=True),
    },
)
REGIONS = Shape(
    "regions",
    "where code and data go",
    {"code": Key(REGION, "flash"), "data": Key(REGION, "RAM")},
)
LAYOUT = Shape(
    "layout",
    "where code and data go; without it `budget` from the start of each memory, and the rest",
    {
        "kernel": Key(REGIONS, "the kernel's part"),
        "apps": Key(REGIONS, "the applications' part"),
    },
)
BUDGET = Shape(
    "budget",
    "what the kernel may use; checked after the build",
    {
        "flash": Key(Quantity("size"), "code and constants"),
        "ram": Key(Quantity("size"), "state, buffers and the stack"),
    },
)
SERIAL_TARGETS = Choice(("stdio", "file", "none"))
EMULATOR = Shape(
    "emulator",
    "how the board is emulated",
    {"serial": Key(Entries(SERIAL_TARGETS, what="a serial port"), "where each port goes")},
)
APP_NAME = Word(
    r"[a-z0-9][a-z0-9_-]*",
    "an application's name: lower case letters, digits, '-' and '_'",
)
APP = Shape(
    "app",
    "an application with settings",
    {"path": Key(Word(), "its directory, ELF, .tbf or .tab", required=True)},
    others=Setting(),
)
_SECTIONS = {
    "clocks": Key(
        Entries(Quantity("frequency"), what="its frequency"), "clocks the chip leaves open"
    ),
    "kernel": Key(SETTINGS, "the kernel: its policies and settings"),
    "peripherals": Key(
        Entries(PERIPHERAL, what=PERIPHERAL.doc), "settings of the chip's peripherals"
    ),
    "names": Key(
        Entries(Either((TARGET_WORD, TARGET)), what="the target"),
        "the schematic's words for targets; a name may carry settings of the edge",
    ),
    "muxes": Key(Entries(INSTANCE), "virtualizers: one resource for many clients"),
    "devices": Key(Entries(INSTANCE), "parts off the chip"),
    "capsules": Key(Entries(INSTANCE), "what processes call"),
    "capabilities": Key(
        Entries(Items(Word()), what="the capabilities granted"),
        "the restricted kernel functions each instance may use",
    ),
    "layout": Key(LAYOUT, LAYOUT.doc),
    "apps": Key(
        Entries(Either((Word(), APP)), APP_NAME, "directory, ELF, .tbf or .tab"),
        "the applications in the image",
    ),
    "budget": Key(BUDGET, BUDGET.doc),
    "emulator": Key(EMULATOR, EMULATOR.doc),
}
_CHIP = Key(Word(), "the chip, by the name of its file", required=True)
VARIANT = Shape(
    "variant",
    "laid over this file with `--variant NAME`",
    {"chip": _CHIP, **_SECTIONS},
    overlay=True,
)
_HEAD = head("board", "the board's name")
BOARD = Shape(
    "board",
    "A board: its chip, what is connected to what, the applications",
    {
        "schema": _HEAD["schema"],
        "board": _HEAD["board"],
        "chip": _CHIP,
        "extends": _HEAD["extends"],
        **_SECTIONS,
        "variants": Key(
            Entries(VARIANT, what=VARIANT.doc),
            "named overlays of this file, all of them checked",
        ),
    },
)
