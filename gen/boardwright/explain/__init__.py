# SPDX-License-Identifier: MIT OR Apache-2.0
"""Explain: what a code means, and what became of an instance. Returns strings and data."""
