# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which file comes from which template. Templates loop and test, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from boardwright.plan.hashing import HOLE
from boardwright.render import abi_text, c_text
from boardwright.resources import TEMPLATES

if TYPE_CHECKING:
    from boardwright.plan.ir import Plan

RUNTIME_VERSION = 1
"""BOARDWRIGHT_RUNTIME_VERSION of the runtime that this generator writes for."""


def rendered(plan: Plan) -> dict[str, str]:
    """Every generated file by its path in the generated directory, sorted."""
    environment = _environment()
    arch = plan.arch.name
    files = {
        "board.c": _text(environment, "board.c.j2", plan),
        "board.h": _text(environment, "board.h.j2", plan),
        "board.md": _text(environment, "board.md.j2", plan),
        "vectors.c": _text(environment, f"{arch}/vectors.c.j2", plan),
        "board.ld": _text(environment, f"{arch}/board.ld.j2", plan),
        "Makefile": _text(environment, "Makefile.j2", plan),
        "rules.mk": _text(environment, "rules.mk.j2", plan),
        f"userspace/{plan.board}_syscalls.h": _text(environment, "syscalls.h.j2", plan),
    }
    for abi in plan.abis:
        name = f"include/{abi.component}_abi.h"
        files[name] = _text(environment, "abi.h.j2", plan, abi=abi)
    if plan.monitors:
        files["monitors.h"] = _text(environment, "monitors.h.j2", plan)
        files["monitors.c"] = _text(environment, "monitors.c.j2", plan)
    for seal in plan.seals:
        files[seal.header] = _text(environment, "seal.h.j2", plan, seal=seal)
    return dict(sorted(files.items()))


def userspace_header(plan: Plan) -> str:
    """What applications of this board include."""
    return _text(_environment(), "syscalls.h.j2", plan)


def driver_page(plan: Plan) -> str:
    """The system calls of this board as Markdown."""
    return _text(_environment(), "syscalls.md.j2", plan)


def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - C, make and Markdown are not HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        assigned=c_text.assigned,
        comment=c_text.comment,
        constant=c_text.constant,
        hex=c_text.hexadecimal,
        macros=abi_text.macros,
        members=c_text.members,
        section=c_text.section,
        signature=c_text.signature,
        size=c_text.size,
        variable=c_text.variable,
    )
    return environment


def _text(environment: Environment, template: str, plan: Plan, **more: object) -> str:
    return environment.get_template(template).render(
        plan=plan, runtime_version=RUNTIME_VERSION, hole=HOLE, **more
    )
