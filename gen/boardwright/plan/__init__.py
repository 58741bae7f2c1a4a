# SPDX-License-Identifier: MIT OR Apache-2.0
"""Plan: a resolved board becomes the frozen list of everything its image consists of."""

from boardwright.plan.board import plan_board
from boardwright.plan.ir import Plan

__all__ = ["Plan", "plan_board"]
