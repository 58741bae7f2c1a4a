# SPDX-License-Identifier: MIT OR Apache-2.0
"""What an application cannot do to the kernel, to others, or to the machine.

Misdeeds run together beside `hello`, which must go on counting. The report must name each
doer, what it did, and where: the address it touched or the one it jumped to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from tests.target.images import (
    BOARDS,
    CORES,
    HARDWARE,
    STOPPING,
    boot,
    example,
    kernel,
    program,
)
from tests.target.monitor import Monitor

SLOTS = 16
REPORT = re.compile(
    r"\r\nkernel: process \d+ \((?P<name>\w+)\): (?P<kind>[^\r]*)\r\n"
    r"(?P<details>(?:kernel:   [^\r]*\r\n)+)kernel: process \d+ \(\w+\): stopped for good\r\n"
)
DATA = "data access not allowed"
EXECUTE = "execution not allowed"
BUS = "bus error"
ILLEGAL = "illegal instruction or state"
ARITHMETIC = "unaligned access or division by zero"
STACK = "stack pointer outside its memory"
SYSCALL = "unknown system call class"

KERNEL_RAM = "0x20000000u"
OWN_RAM = "tock_memop(TOCK_RAM_START, 0).values[0]"
OWN_RAM_END = "tock_memop(TOCK_RAM_END, 0).values[0]"
BREAK = "tock_memop(TOCK_SBRK, 0).values[0]"
GRANTS = "tock_memop(TOCK_GRANT_START, 0).values[0]"
OWN_FLASH = "tock_memop(TOCK_FLASH_START, 0).values[0]"
OWN_FLASH_END = "tock_memop(TOCK_FLASH_END, 0).values[0]"


@dataclass(frozen=True)
class Misdeed:
    """A program that must fault; `where` is the C expression of the address it is about.

    The report gives it as `place`: the address of an access, the pc of a jump, or, where
    the hardware tells neither, not at all.
    """

    name: str
    act: str
    report: str
    where: str = "0"
    place: str = ""

    @property
    def statements(self) -> str:
        """It says the address, acts, and complains if it lives."""
        return (
            f'uint32_t where = {self.where}; console_print_u32("{self.name} at ", where); '
            f'{self.act} console_print("{self.name}: FAIL, it lives\\n");'
        )


def write(name: str, where: str, report: str = DATA) -> Misdeed:
    return Misdeed(name, "*at(where) = 1;", report, where, "address")


def read(name: str, where: str, report: str = DATA) -> Misdeed:
    return Misdeed(name, "(void)*at(where);", report, where, "address")


def jump(name: str, where: str) -> Misdeed:
    act = "((void (*)(void))((uintptr_t)at(where) | 1u))();"
    return Misdeed(name, act, EXECUTE, where, "pc")


def assembly(*lines: str) -> str:
    text = "\\n\\t".join(lines)
    return f'__asm__ volatile("{text}" :: "r"(where) : "r0", "r1", "memory");'


def instructions(name: str, report: str, *lines: str) -> Misdeed:
    return Misdeed(name, assembly(*lines), report)


def with_sp(name: str, where: str, instruction: str) -> Misdeed:
    return Misdeed(name, assembly("mov sp, %0", instruction), STACK, where)


# Of these, some are about what lies where: they are tried on every chip.
PLACES = (
    # data that is not its own
    write("wrkernel", KERNEL_RAM),
    read("rdkernel", KERNEL_RAM),
    write("wrothers", f"{OWN_RAM_END} + 64"),
    read("rdothers", f"{OWN_RAM_END} + 64"),
    write("wrbelow", f"{OWN_RAM} - 4"),
    read("rdbelow", f"{OWN_RAM} - 4"),
    # its own block behind the break: a granule further, and the kernel's part
    write("wrbreak", f"{BREAK} + 512"),
    read("rdbreak", f"{BREAK} + 512"),
    write("wrgrants", GRANTS),
    read("rdgrants", GRANTS),
    write("wrlast", f"{OWN_RAM_END} - 4"),
    # flash
    write("wrcode", "0x200u"),
    read("rdcode", "0x200u"),
    write("wrown", OWN_FLASH),
    write("wrafter", OWN_FLASH_END),
    read("rdafter", OWN_FLASH_END),
    # the machine
    write("wruart", "0x40004000u"),
    read("rduart", "0x40004000u"),
    write("wrtimer", "0x40000000u"),
    write("wrled", "0x40028000u"),
    read("nothing", "0x90000000u"),
    write("wrnvic", "0xE000E100u", BUS),
    read("rdvtor", "0xE000ED08u", BUS),
    write("wrsystick", "0xE000E010u", BUS),
    write("wrmpu", "0xE000ED94u", BUS),
    # code that is not its own
    jump("runown", OWN_RAM),
    jump("runothers", f"{OWN_RAM_END} + 64"),
    jump("runkernel", "0x200u"),
    jump("runnull", "0u"),
    jump("runuart", "0x40004000u"),
    jump("runafter", OWN_FLASH_END),
)
# The rest is the core's.
INSTRUCTIONS = (
    instructions("return9", EXECUTE, "mvn r0, #6", "bx r0"),
    instructions("returnlr", EXECUTE, "mvn lr, #6", "bx lr"),
    instructions("return1", EXECUTE, "mvn r0, #14", "bx r0"),
    instructions("returnd", EXECUTE, "mvn r0, #2", "bx r0"),
    # instructions
    instructions("semihost", ILLEGAL, "bkpt 0xab"),
    instructions("breakpoint", ILLEGAL, "bkpt 1"),
    instructions("undefined", ILLEGAL, "udf 1"),
    instructions("floating", ILLEGAL, ".short 0xee00, 0x0a10"),
    instructions("armstate", ILLEGAL, "mov r0, pc", "bx r0"),
    instructions("unaligned", ARITHMETIC, "movs r0, #1", "ldrd r0, r1, [r0]"),
    instructions("division", ARITHMETIC, "movs r0, #0", "udiv r0, r0, r0"),
    instructions("badcall", SYSCALL, "svc 0xbd"),
    instructions("badcall8", SYSCALL, "svc 8"),
    instructions("badcall255", SYSCALL, "svc 255"),
    instructions("badcallit", SYSCALL, "cmp r0, r0", "itt eq", "svceq 0xbd", "nopeq"),
    Misdeed(
        "control",
        assembly("movs r0, #0", "msr control, r0", "isb", "ldr r0, [%0]"),
        DATA,
        KERNEL_RAM,
        "address",
    ),
    # stack pointers
    with_sp("spzero", "0u", "svc 5"),
    with_sp("spwrap", "0xFFFFFFF0u", "svc 5"),
    with_sp("spkernel", "0x20003FF0u", "svc 5"),
    with_sp("spothers", f"{OWN_RAM_END} + 512", "svc 5"),
    with_sp("spgrants", f"{OWN_RAM_END} - 32", "svc 5"),
    with_sp("spflash", f"{OWN_FLASH} + 64", "svc 5"),
    with_sp("spbelow", OWN_RAM, "svc 5"),
    with_sp("spbreak", f"{BREAK} + 128", "svc 5"),
    with_sp("push", "0x20003FF0u", "push {r0}"),
    with_sp("spspin", "0x20003FF0u", "1: b 1b"),  # nothing but a slice's end finds it
    with_sp("spspin0", "0u", "1: b 1b"),
)
# Where QEMU raises no bus fault for them they are tried as what the hardware ignores.
DROPPED = tuple(each for each in PLACES if each.report == BUS)


def groups(board: str) -> list[tuple[Misdeed, ...]]:
    """The misdeeds that fault on this board, so many at once as fit beside hello."""
    hardware = HARDWARE[board]
    together = min(SLOTS, hardware.applications) - 1
    faulting = [each for each in PLACES if hardware.bus_faults or each not in DROPPED]
    faulting += INSTRUCTIONS if board in CORES else ()
    return [tuple(faulting[at : at + together]) for at in range(0, len(faulting), together)]


# What the hardware ignores outside privileged mode: hello goes on, and so does the doer.
HARMLESS = (
    ("cpsid", ("cpsid i", "cpsid f")),
    ("masks", ("movs r0, #1", "msr primask, r0", "msr basepri, r0", "msr faultmask, r0")),
    ("stacks", ("movs r0, #0", "msr msp, r0", "msr psp, r0")),
    ("control", ("movs r0, #0", "msr control, r0", "isb")),
)


@pytest.mark.parametrize(
    ("board", "group"),
    [
        pytest.param(board, group, id=f"{board}-{group[0].name}")
        for board in BOARDS
        for group in groups(board)
    ],
)
def test_a_misdeed_stops_its_doer_and_nobody_else(
    board: str, group: tuple[Misdeed, ...]
) -> None:
    doers = [program(each.name, each.statements) for each in group]
    of = kernel(board, STOPPING, slots=SLOTS)
    with boot(of, [example("hello"), *doers]) as machine:
        machine.expect_count("stopped for good", len(group))
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        seen = machine.uarts[0].text
        said = REPORT.sub("", seen)  # a report may come in the middle of a line
        wrong = [name for each in group if (name := verdict(each, said, seen))]
        assert not wrong, machine.transcript()
        assert "panic" not in seen, machine.transcript()
        assert seen.count("stopped for good") == len(group), machine.transcript()


def verdict(misdeed: Misdeed, said: str, seen: str) -> str:
    """What is wrong about it, if anything."""
    where = re.search(rf"{misdeed.name} at (\d+)\n", said)
    reports = [each for each in REPORT.finditer(seen) if each["name"] == misdeed.name]
    if where is None or len(reports) != 1:
        return f"{misdeed.name}: where {where}, {len(reports)} reports"
    if reports[0]["kind"] != misdeed.report:
        return f"{misdeed.name}: {reports[0]['kind']}"
    place = f"kernel:   {misdeed.place} {int(where[1]) & ~1:#010x}" if misdeed.place else ""
    if place not in reports[0]["details"]:
        return f"{misdeed.name}: not {place}"
    return f"{misdeed.name} lives" if f"{misdeed.name}: FAIL" in said else ""


def ignored(board: str) -> dict[str, str]:
    """Statements without an effect on this board, by the name of their program."""
    if not HARDWARE[board].bus_faults:
        return {
            f"no{each.name}": f"uint32_t where = {each.where}; {each.act}" for each in DROPPED
        }
    return {f"no{name}": assembly(*lines).replace("where", "0") for name, lines in HARMLESS}


@pytest.mark.parametrize("board", BOARDS)
def test_privileged_registers_ignore_an_application(board: str) -> None:
    doers = [
        program(name, f'{act} console_print("{name} done\\n");')
        for name, act in ignored(board).items()
    ]
    idle = program("idle", '__asm__ volatile("1: wfi\\n wfe\\n b 1b");')
    of = kernel(board, STOPPING, slots=SLOTS)
    with boot(of, [example("hello"), *doers, idle]) as machine:
        for name in ignored(board):
            machine.expect_count(f"{name} done", 1)
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert "kernel:" not in machine.uarts[0].text, machine.transcript()


@pytest.mark.parametrize("board", BOARDS)
def test_an_application_is_never_privileged(board: str) -> None:
    others = [example("spin"), example("crash")]
    with boot(kernel(board), [example("privileged"), *others]) as machine:
        machine.expect(re.compile(r"privileged: \d{3,} checks, nPRIV kept"))


@pytest.mark.parametrize("board", CORES)
@pytest.mark.parametrize("target", ["grants", "others"])
def test_svc_with_sp_elsewhere_writes_nothing_there(board: str, target: str) -> None:
    where = {
        "grants": f"({GRANTS} + {OWN_RAM_END}) / 2u & ~7u",
        "others": f"{OWN_RAM_END} + 512",
    }
    magic = 0x5AFE5AFE
    call = (
        f'"mov r1, %1\\n mov r2, r1\\n mov r3, r1\\n mov r12, r1\\n mov lr, r1\\n"'
        f'"mov sp, %0\\n movs r0, #{{}}\\n svc 5"'
        f':: "r"(where), "r"({magic:#x}) : "r0", "r1", "r2", "r3", "r12", "lr", "memory"'
    ).format(2)
    intruder = Misdeed("intruder", f"__asm__ volatile({call});", STACK, where[target])
    of = kernel(board, STOPPING, slots=SLOTS)
    intruders = program(f"svc{target}", intruder.statements)
    with (
        Monitor() as monitor,
        boot(of, [intruders, example("hello")], options=monitor.options) as machine,
    ):
        at = int(machine.expect(re.compile(r"intruder at (\d+)\n"))[1])
        machine.expect(f"(svc{target}): {STACK}")
        machine.expect("stopped for good")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert magic not in monitor.words(at - 64, at + 64)
        assert "FAIL" not in machine.uarts[0].text


@pytest.mark.parametrize("board", CORES)
def test_the_example_offenders_are_stopped(board: str) -> None:
    reports = {
        "execram": EXECUTE,
        "stackfault": STACK,
        "readother": DATA,
        "badclass": SYSCALL,
        "svcstack": STACK,
        "crash": DATA,
    }
    of = kernel(board, STOPPING, slots=SLOTS)
    with boot(of, [example("hello"), *map(example, reports)]) as machine:
        machine.expect_count("stopped for good", len(reports))
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        seen = machine.uarts[0].text
        found = dict(re.findall(r"process \d+ \((\w+)\): ([^\r]*)\r\nkernel:  ", seen))
        assert found == reports, machine.transcript()
        assert "FAIL" not in seen


@pytest.mark.parametrize("board", CORES)
def test_a_break_below_its_stack_costs_the_process_its_next_call(board: str) -> None:
    """It printed nothing before: the break may not go below a buffer it allowed."""
    below = program(
        "below",
        "uint32_t start = tock_memop(TOCK_RAM_START, 0).values[0]; "
        "tock_memop(TOCK_BRK, start + 32u); tock_memop(TOCK_RAM_START, 0); "
        'console_print("FAIL, it lives\\n");',
    )
    with boot(kernel(board, STOPPING, slots=SLOTS), [example("hello"), below]) as machine:
        machine.expect(f"(below): {STACK}")
        machine.expect("stopped for good")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert "FAIL" not in machine.uarts[0].text, machine.transcript()


@pytest.mark.parametrize("board", CORES)
@pytest.mark.parametrize("waits", ["wait", "wait_for"])
def test_a_read_into_the_process_s_own_frame_hurts_only_the_process(
    board: str, waits: str
) -> None:
    """The typed bytes become its registers, pc and flags while it sleeps."""
    name = f"{waits}_{board}"
    victim = program(
        name,
        "static const uint32_t upcall = 0x47704770u; uint32_t sp; "  # bx lr
        '__asm__ volatile("mov %0, sp" : "=r"(sp)); '
        "tock_subscribe(1, 2, (tock_upcall *)((uintptr_t)&upcall | 1u), 0); "
        "tock_allow_rw(1, 1, (void *)(uintptr_t)(sp - 32u), 32); "
        'tock_command(1, 2, 32, 0); console_print("it reads\\n"); '
        f"tock_yield_{waits}({'1, 2' if waits == 'wait_for' else ''}); "
        'console_print("FAIL, it lives\\n");',
    )
    with boot(kernel(board, STOPPING, slots=SLOTS), [example("hello"), victim]) as machine:
        machine.expect("it reads")
        machine.send(b"\xf7" * 32)
        machine.expect(re.compile(rf"\({name}\): [^\r]*\r\n"))
        machine.expect("stopped for good")
        machine.expect_count("hello: ", machine.count("hello: ") + 2)
        assert "FAIL" not in machine.uarts[0].text, machine.transcript()
        assert "panic" not in machine.uarts[0].text, machine.transcript()
