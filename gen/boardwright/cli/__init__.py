# SPDX-License-Identifier: MIT OR Apache-2.0
"""The command line. The only package that prints; each command is a module.

Exit status: 0 fine, 1 findings (in a board file, a build, an application), 2 usage or
environment (a file that is not there, a tool that is not installed).
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from boardwright import __version__
from boardwright.cli.shared import FINDINGS, USAGE, Commands, UsageError, complain, short
from boardwright.diagnostics import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The modules of the commands, in the order of --help.
_COMMANDS = {
    "new": "new",
    "check": "check",
    "fix": "fix",
    "explain": "explain",
    "generate": "generate",
    "build": "build",
    "run": "run",
    "pack": "pack",
    "list": "listing",
    "graph": "graph",
    "syscalls": "syscalls",
    "size": "size",
    "audit": "audit",
    "schema": "schema",
}
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    # A command makes what it needs once and ends: looking for garbage is wasted time.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser(words[0] if words else "").parse_args(words)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()  # here, where a closed pipe is still ours to handle
        return status
    except UsageError as error:
        complain(str(error))
        return USAGE
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        known = _known_failure(error)
        if known is None:
            raise
        return known


def _known_failure(error: Exception) -> int | None:
    """The exit status for errors of later stages, whose modules load only when used."""
    from boardwright.emit.files import HandEditedError  # noqa: PLC0415
    from boardwright.firmware.error import (  # noqa: PLC0415
        BuildError,
        EnvironmentProblemError,
    )
    from boardwright.pack.error import PackError  # noqa: PLC0415
    from boardwright.resolve import UnknownVariantError  # noqa: PLC0415

    if isinstance(error, EnvironmentProblemError):
        complain(str(error))
        return USAGE
    if isinstance(error, UnknownVariantError):
        known = f"it has {listed(error.known)}" if error.known else "it has no variants"
        complain(f"the board has no variant '{error.name}'; {known}")
        return USAGE
    if isinstance(error, HandEditedError):
        names = "\n".join(f"  {short(error.directory / path)}" for path in error.paths)
        complain(
            f"these files were changed by hand, so nothing was generated:\n{names}\n"
            "keep the changes elsewhere, or lose them with --force"
        )
        return FINDINGS
    if isinstance(error, BuildError | PackError):
        complain(str(error))
        return FINDINGS
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        complain(f"{name}{error.strerror or error}")
        return USAGE
    return None


def _parser(asked: str) -> argparse.ArgumentParser:
    """All commands, or only the one that is asked for, so that it starts sooner."""
    parser = argparse.ArgumentParser(
        prog="boardwright",
        description="One board.yaml becomes firmware that runs applications.",
    )
    parser.add_argument("--version", action="version", version=f"boardwright {__version__}")
    commands = Commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    for name in (asked,) if asked in _COMMANDS else _COMMANDS:
        import_module(f"boardwright.cli.{_COMMANDS[name]}").add(commands)
    return parser
