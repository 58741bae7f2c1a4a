# SPDX-License-Identifier: MIT OR Apache-2.0
"""Puts ASan into the test process.

Host tests call C built with ASan, which must be in the process before anything else. So
the first pytest process starts itself once more with ASan preloaded; xdist's workers
inherit that. Children of the tests (compilers, emulators) do not: the variables are
dropped as soon as no further test process has to see them.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import settings

settings.register_profile("boardwright", deadline=None)  # nothing asserts how long it took
settings.load_profile("boardwright")

VARIABLES = ("LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS")


def sanitized_environment() -> dict[str, str]:
    """Variables for a process with ASan that goes on after a report.

    tests/host/build.py collects each report. Leaks would be Python's own.
    """
    command = ["gcc", "-print-file-name=libasan.so"]
    library = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if not os.path.isabs(library):  # noqa: PTH117  gcc gives the bare name if it has none
        pytest.exit("gcc has no libasan.so: `make setup` names what is missing", returncode=2)
    return {
        "LD_PRELOAD": library,
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=0:suppress_equal_pcs=0",
        "UBSAN_OPTIONS": "halt_on_error=0:print_stacktrace=1",
        "BOARDWRIGHT_SANITIZED": "1",
    }


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("BOARDWRIGHT_SANITIZED") != "1":
        capture = config.pluginmanager.getplugin("capturemanager")
        if capture is not None:
            capture.stop_global_capturing()
        arguments = [sys.executable, "-m", "pytest", *config.invocation_params.args]
        sys.stdout.flush()
        os.execve(sys.executable, arguments, os.environ | sanitized_environment())  # noqa: S606
    is_worker = hasattr(config, "workerinput")
    if is_worker or not getattr(config.option, "numprocesses", None):
        for name in VARIABLES:
            os.environ.pop(name, None)
