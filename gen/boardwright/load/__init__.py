# SPDX-License-Identifier: MIT OR Apache-2.0
"""Text to nodes with positions, overlays merged, and descriptor files to dataclasses."""
