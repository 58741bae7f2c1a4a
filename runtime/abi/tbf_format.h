/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The Tock Binary Format, version 2: layout in flash, little-endian. */
#pragma once

#include <stdint.h>

#define TBF_VERSION 2u
#define TBF_FLAG_ENABLED 1u

/** At the start of every object; header_size covers this and all TLVs. */
struct tbf_base {
    uint16_t version;
    uint16_t header_size;
    uint32_t total_size;
    uint32_t flags;
    uint32_t checksum; /* XOR of all other whole words of the header */
};

/** Before every element; the value is padded to a multiple of four, length is not. */
struct tbf_tlv {
    uint16_t type;
    uint16_t length;
};

#define TBF_MAIN 1u
#define TBF_WRITEABLE_FLASH_REGIONS 2u
#define TBF_PACKAGE_NAME 3u
#define TBF_FIXED_ADDRESSES 5u
#define TBF_PERMISSIONS 6u
#define TBF_STORAGE_PERMISSIONS 7u
#define TBF_KERNEL_VERSION 8u
#define TBF_PROGRAM 9u
#define TBF_SHORT_ID 10u

struct tbf_main {
    uint32_t init_offset; /* from the end of the header */
    uint32_t protected_trailer_size;
    uint32_t minimum_ram_size;
};

struct tbf_program {
    uint32_t init_offset; /* from the end of the header */
    uint32_t protected_trailer_size;
    uint32_t minimum_ram_size;
    uint32_t binary_end_offset; /* from the start of the object */
    uint32_t version;
};

struct tbf_flash_region {
    uint32_t offset; /* from the start of the object */
    uint32_t size;
};

struct tbf_fixed_addresses {
    uint32_t ram; /* TBF_ADDRESS_UNSET: anywhere */
    uint32_t flash;
};

#define TBF_ADDRESS_UNSET 0xFFFFFFFFu

struct tbf_kernel_version {
    uint16_t major;
    uint16_t minor; /* the least that will do */
};

/* What this kernel offers to applications. */
#define TBF_KERNEL_MAJOR 2u
#define TBF_KERNEL_MINOR 3u
