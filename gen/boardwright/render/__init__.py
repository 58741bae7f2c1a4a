# SPDX-License-Identifier: MIT OR Apache-2.0
"""Render: a plan becomes the text of every generated file, in memory."""

from boardwright.render.files import driver_page, rendered, userspace_header

__all__ = ["driver_page", "rendered", "userspace_header"]
