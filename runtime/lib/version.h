/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The handshake with generated code: raised whenever a generated board must be made again. */
#pragma once

#define BOARDWRIGHT_RUNTIME_VERSION 1
