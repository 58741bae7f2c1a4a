# SPDX-License-Identifier: MIT OR Apache-2.0
"""From generated sources and applications to the image of a whole flash."""

from boardwright.firmware.apps import Application, AppsError, AppsImage, apps_image
from boardwright.firmware.error import (
    BuildError,
    EnvironmentProblemError,
    TooLargeError,
)
from boardwright.firmware.make import Firmware, make_firmware, make_objects, require_tools
from boardwright.firmware.origins import with_origins
from boardwright.firmware.process_memory import NoRoom, without_room

__all__ = [
    "Application",
    "AppsError",
    "AppsImage",
    "BuildError",
    "EnvironmentProblemError",
    "Firmware",
    "NoRoom",
    "TooLargeError",
    "apps_image",
    "make_firmware",
    "make_objects",
    "require_tools",
    "with_origins",
    "without_room",
]
