# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runtime C as a host library under ASan and UBSan, called from Python.

`host_library` compiles the named runtime sources, takes the declarations from their own
headers, and gives a Library whose attributes are the C functions. A sanitizer report makes
the call it happened in raise SanitizerError, so a test fails at that line and hypothesis
can shrink it. ASan has to be in the process from its start: tests/conftest.py sees to it.
"""

from __future__ import annotations

import atexit
import ctypes
import faulthandler
import hashlib
import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cffi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
OUTPUT = ROOT / "build" / "host"
WARNINGS = ["-Wall", "-Wextra", "-Wmissing-prototypes", "-Wcast-qual", "-Wconversion"]
SANITIZERS = ["-fsanitize=address,undefined", "-fsanitize-recover=address,undefined"]
FLAGS = ["-std=c11", "-pedantic", *WARNINGS, "-Werror", "-ffreestanding", "-O1", "-g", "-fPIC"]


UNDEFINED = """
int build_undefined(int a);
int build_undefined(int a)
{
    return a + 1;
}
"""


class SanitizerError(AssertionError):
    """What ASan or UBSan found during a call; the message is its report."""


class BuildError(AssertionError):
    """The C did not compile; the message is the compiler's."""


def host_library(
    name: str,
    sources: Sequence[str],
    headers: Sequence[str] = (),
    *,
    extra_c: str = "",
    include: Sequence[Path] = (),
    flags: Sequence[str] = (),
    cdef: str = "",
) -> Library:
    """The library of `sources` (below runtime/), built now unless an equal one is there.

    `headers` are what Python sees; by default those beside the sources. `extra_c` is the
    test's own C: objects the generator would write, fakes; `cdef` declares what of it Python
    shall see. `include` folders come before runtime/, so that a folder there can replace a
    header. `flags` are added, for example ["-include", "seal/mux_uart.h"].
    """
    headers = headers or [str(Path(source).with_suffix(".h")) for source in sources]
    command = [
        "gcc",
        *FLAGS,
        *SANITIZERS,
        *(f"-I{folder}" for folder in (*include, RUNTIME)),
        *flags,
    ]
    units = [RUNTIME / source for source in sources]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT) as scratch:
        own = Path(scratch, f"{name}.c")
        includes = "".join(f'#include "{header}"\n' for header in headers)
        own.write_text(includes + UNDEFINED + extra_c)
        text = _run([*command, "-E", str(own)])
        everything = [_run([*command, "-E", "-P", str(unit)]) for unit in (own, *units)]
        content = "\0".join([*everything, *map(str, units), *command])
        key = hashlib.sha256(content.encode()).hexdigest()[:16]
        target = OUTPUT / f"{name}-{key}.so"
        if not target.exists():  # another worker may be making it too: the last one wins
            made = Path(scratch, "made.so")
            _run([*command, "-shared", "-o", str(made), *map(str, (own, *units))])
            made.replace(target)
    return Library(target, declarations(text, include) + cdef)


class Library:
    """C functions and objects as attributes; `new` for memory, `ffi` for the rest."""

    def __init__(self, path: Path, cdef: str) -> None:
        self.ffi = cffi.FFI()
        self.ffi.cdef(cdef)
        self.ffi.cdef("void *malloc(size_t); void free(void *); int build_undefined(int);")
        self._library = self.ffi.dlopen(str(path))
        if not _process_reports:
            _process_reports.append(_Reports(self._library.build_undefined))
        self._reports = _process_reports[0]
        process = self.ffi.dlopen(None)
        self.new = self.ffi.new_allocator(alloc=process.malloc, free=process.free)
        """As ffi.new, but ASan guards both ends: ffi.new puts its own data in front."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  what it is, C says
        value = getattr(self._library, name)
        if not isinstance(value, self.ffi.CData) or self.ffi.typeof(value).kind != "function":
            return value

        def checked(*arguments: object) -> Any:  # noqa: ANN401  as above
            result = value(*arguments)
            self._reports.check()
            return result

        setattr(self, name, checked)
        return checked

    def check(self) -> None:
        """Raise SanitizerError if there was a report: after calls through C pointers."""
        self._reports.check()

    def address(self, name: str) -> Any:  # noqa: ANN401  a cffi pointer
        """A pointer to a C function or object, as another C struct wants it."""
        return self.ffi.addressof(self._library, name)


def trapped(call: Callable[[], object]) -> bool:
    """Whether `call`, made in a child process, ends in an ASSERT's trap."""
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        signal.signal(signal.SIGILL, signal.SIG_DFL)
        try:
            call()
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGILL


class _Reports:
    """The files the two sanitizers write to, and how much of each was read.

    They are removed at exit; after a crash they stay in build/host and tell why.
    """

    def __init__(self, undefined: Callable[[int], int]) -> None:
        if "libasan" not in Path("/proc/self/maps").read_text():
            raise BuildError("ASan is not in this process: start pytest from the project root")
        self._read = {_report_file(name): 0 for name in ("libasan", "libubsan")}
        # UBSan sets itself up at its first report, and in doing so sends ASan's reports
        # back to stderr. So that first report is provoked here.
        undefined(2**31 - 1)
        _report_file("libasan")
        try:
            self.check()
        except SanitizerError:
            return
        raise BuildError("UBSan did not report a planted overflow")

    def check(self) -> None:
        report = b""
        for file, before in self._read.items():
            if file.stat().st_size > before:
                report += file.read_bytes()[before:]
                self._read[file] = file.stat().st_size
        if report:
            raise SanitizerError(report.decode(errors="replace"))


def _report_file(name: str) -> Path:
    """Direct the sanitizer library `name` to a file of its own, and that file."""
    path = OUTPUT / name
    file = OUTPUT / f"{name}.{os.getpid()}"  # what the sanitizer makes of it
    file.write_bytes(b"")
    atexit.register(file.unlink, missing_ok=True)
    sanitizer = ctypes.CDLL(_run(["gcc", f"-print-file-name={name}.so"]).strip())
    # By item: two leading underscores would get a class's name in front.
    sanitizer["__sanitizer_set_report_path"](str(path).encode())
    return file


_process_reports: list[_Reports] = []  # the one of this process, once there is a library


def declarations(preprocessed: str, include: Iterable[Path] = ()) -> str:
    """What cffi can read of `gcc -E` output: our own headers, without function bodies."""
    ours = tuple(str(folder) for folder in (RUNTIME, *include))
    lines: list[str] = []
    keep = False
    for line in preprocessed.splitlines():
        if marker := re.match(r'# \d+ "([^"]*)"', line):
            keep = marker.group(1).startswith(ours)
        elif keep and not line.startswith("#"):
            lines.append(line)
    text = re.sub(r"\b_Noreturn\b", "", "\n".join(lines))
    # cffi gives no address of a const object in a library it did not compile itself.
    text = re.sub(r"\bextern const struct\b", "extern struct", text)
    text = _without_calls(text, "__attribute__")
    text = _without_calls(text, "_Static_assert")
    return "\n".join(item for item in _top_level(text) if not _is_definition(item))


def _without_calls(text: str, word: str) -> str:
    """`text` without each `word(...)`, whatever its nesting."""
    while (start := text.find(word)) >= 0:
        end = text.index("(", start) + 1
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[end:]
    return text


def _top_level(text: str) -> list[str]:
    """Declarations and function definitions, one string each."""
    items: list[str] = []
    depth = start = 0
    for position, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        ends = char == ";" or (char == "}" and _is_definition(text[start : position + 1]))
        if depth == 0 and ends:
            items.append(text[start : position + 1].strip())
            start = position + 1
    return [item for item in items if item != ";"]


def _is_definition(item: str) -> bool:
    return re.match(r"[^{]*\)\s*\{", item) is not None and item.endswith("}")


def _run(command: Sequence[str]) -> str:
    clean = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout
