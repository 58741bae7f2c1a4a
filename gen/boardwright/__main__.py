# SPDX-License-Identifier: MIT OR Apache-2.0
"""`python -m boardwright`."""

import sys

from boardwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
