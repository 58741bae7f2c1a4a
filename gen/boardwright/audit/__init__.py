# SPDX-License-Identifier: MIT OR Apache-2.0
"""Audit: what the compiled code of a board's components calls, against the rules."""

from boardwright.audit.audit import Audit, audit_board
from boardwright.audit.report import audit_json, audit_text

__all__ = ["Audit", "audit_board", "audit_json", "audit_text"]
