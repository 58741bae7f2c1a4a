# SPDX-License-Identifier: MIT OR Apache-2.0
"""Verify: the linked image against the plan."""

from boardwright.verify.image import Usage, verify_image

__all__ = ["Usage", "verify_image"]
