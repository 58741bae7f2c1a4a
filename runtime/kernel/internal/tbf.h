/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a TBF object says, or why it is no application. */
#pragma once

#include "abi/tbf_format.h"
#include <stdbool.h>

enum tbf_verdict {
    TBF_APPLICATION,
    TBF_PADDING,  /* skip total_size */
    TBF_DISABLED, /* skip total_size */
    TBF_END,      /* erased flash, or no room for a header: the list ends here */
    TBF_BAD_VERSION,
    TBF_BAD_SIZE,     /* header or total size cannot be: total_size means nothing */
    TBF_BAD_CHECKSUM, /* the header is damaged: total_size means nothing */
    TBF_BAD_ELEMENT,  /* an element has the wrong length or leaves the header */
    TBF_BAD_NAME,     /* the name is not UTF-8 */
    TBF_NO_PROGRAM,   /* neither Main nor Program */
    TBF_BAD_PROGRAM,  /* entry, trailer or end outside the object */
    TBF_NO_VERSION,   /* does not say which kernel it needs */
    TBF_OTHER_KERNEL, /* needs another kernel */
    TBF_BAD_ADDRESS,  /* linked for another place in flash */
};

struct tbf {
    uint32_t total_size;
    uint32_t protected_size;
    uint32_t entry_offset; /* from the start of the object */
    uint32_t minimum_ram_size;
    uint32_t fixed_ram; /* TBF_ADDRESS_UNSET: anywhere */
    const char *name;
    uint16_t name_len;
    uint16_t flash_regions;
    const uint32_t *flash_region_tlv;
    uint16_t header_size;
};

/**
 * Reads the object at a word-aligned address of flash, of which available bytes follow.
 * address is what the object sees itself at. total_size is set for every verdict up to
 * TBF_DISABLED and from TBF_BAD_ELEMENT on. Never reads outside the available bytes.
 */
enum tbf_verdict tbf_parse(const uint8_t *object, uint32_t address, uint32_t available,
                           struct tbf *tbf);

/** The permissions element of a header that tbf_parse accepted; NULL: it has none. Of
 * several the last counts. */
const struct tbf_tlv *tbf_permissions(const uint8_t *object, uint16_t header_size);

/** Whether a permissions element names the driver. One whose length is not that of its
 * entries names nothing. */
bool tbf_permits(const struct tbf_tlv *permissions, uint32_t driver);

/** Whether it names that command of the driver. */
bool tbf_permits_command(const struct tbf_tlv *permissions, uint32_t driver,
                         uint32_t command);

/** A few words for the report. */
const char *tbf_reason(enum tbf_verdict verdict);
