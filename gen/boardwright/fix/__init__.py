# SPDX-License-Identifier: MIT OR Apache-2.0
"""The edits that findings carry, applied to the user's files until nothing changes.

Nothing is written here but by `Fixed.write`: a run works on texts in memory.
"""

from boardwright.fix.rounds import Fixed, fixed

__all__ = ["Fixed", "fixed"]
