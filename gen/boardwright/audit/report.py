# SPDX-License-Identifier: MIT OR Apache-2.0
"""An audit for a terminal and for tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.audit.audit import Audit
    from boardwright.audit.rule1 import Proof


def audit_text(audit: Audit) -> str:
    """A line for each edge and component; a path, function by function, for what fails."""
    return "\n".join(_lines(audit))


def _lines(audit: Audit) -> Iterator[str]:
    proven = sum(proof.proven for proof in audit.proofs)
    yield (
        f"{audit.board}: no call back inside a call (TRD3 rule 1): {proven} of "
        f"{len(audit.proofs)} proven"
    )
    for proof in audit.proofs:
        yield f"  {_verdict(proof):8} {_edge(proof)}: {', '.join(proof.operations)}"
        for step in proof.path:
            calls = f", calls at {step.call}" if step.call else ""
            yield f"      {step.place}: {step.function} of {step.instance}{calls}"
        for each in proof.unknown:
            yield f"      not known: {each}"
    yield "references of object files, by what each room may call:"
    for found in audit.references:
        yield f"  {'refused' if found.refused else 'fine':8} {found.component} ({found.room})"
        for symbol, why in found.refused.items():
            yield f"      {symbol}: {why}"
    if audit.top_halves:
        yield "handlers that run in the interrupt itself (calls only, not what they write):"
    for top in audit.top_halves:
        yield f"  {'refused' if top.outside else 'fine':8} {top.handler} of {top.instance}"
        for each in top.outside:
            yield f"      calls {each}"


def _edge(proof: Proof) -> str:
    return f"{proof.edge.client}.{proof.edge.label} -> {proof.provider} {proof.interface}"


def _verdict(proof: Proof) -> str:
    if proof.path:
        return "broken"
    return "open" if proof.unknown else "proven"


def audit_json(audit: Audit) -> str:
    """The same as one JSON object."""
    found = {
        "board": audit.board,
        "clean": audit.clean,
        "rule_1": [
            {
                "client": proof.edge.client,
                "port": proof.edge.label,
                "provider": proof.provider,
                "interface": proof.interface,
                "operations": list(proof.operations),
                "place": proof.edge.span.place,
                "verdict": _verdict(proof),
                "path": [
                    {
                        "instance": step.instance,
                        "function": step.function,
                        "place": step.place,
                        "call": step.call,
                    }
                    for step in proof.path
                ],
                "unknown": list(proof.unknown),
            }
            for proof in audit.proofs
        ],
        "references": [
            {"component": each.component, "room": each.room, "refused": dict(each.refused)}
            for each in audit.references
        ],
        "top_halves": [
            {"instance": each.instance, "handler": each.handler, "outside": list(each.outside)}
            for each in audit.top_halves
        ],
    }
    return json.dumps(found, indent=2)
