/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Parsing of TBF headers: pure, bounded, and suspicious of every field.
 *
 * A header with a wrong checksum says nothing, not even how long its object is; from
 * TBF_BAD_ELEMENT on the object is refused but its length can be trusted. Footers are
 * not read: no credential is asked for.
 */
#include "kernel/internal/tbf.h"

#include "lib/memory.h"

#include <stddef.h>

#define NAME_BYTES_MAX 3u /* continuation bytes of one UTF-8 character */

/** Elements that decide; NULL when absent. */
struct elements {
    const struct tbf_main *main;
    const struct tbf_program *program;
    const struct tbf_kernel_version *kernel;
    const struct tbf_fixed_addresses *fixed;
};

/** XOR of all whole words: 0 when the checksum among them is that of the others. */
static uint32_t checksum(const uint32_t *words, uint32_t count)
{
    const uint32_t *end = words + count;
    uint32_t sum = count % 2 != 0 ? *words++ : 0;

    for (; words != end; words += 2) {
        sum ^= words[0] ^ words[1];
    }
    return sum;
}

/** Continuation bytes after this first byte, not ASCII, of a character; more than the
 * maximum: none can start so. */
static uint32_t continuation(uint8_t first)
{
    if (first < 0xC2) {
        return NAME_BYTES_MAX + 1;
    }
    if (first < 0xE0) {
        return 1;
    }
    if (first < 0xF0) {
        return 2;
    }
    return first < 0xF5 ? 3 : NAME_BYTES_MAX + 1;
}

/** The second byte is what tells overlong forms, surrogates and what is beyond 0x10FFFF. */
static bool second_byte_fits(uint8_t first, uint8_t second)
{
    uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;

    return second >= least && second <= most;
}

/* Not inlined: that costs the parser's registers. */
static __attribute__((noinline)) bool utf8(const uint8_t *text, uint32_t len)
{
    const uint8_t *end = text + len;

    while (text != end) {
        uint8_t first = *text++;

        if (first < 0x80) {
            continue;
        }
        uint32_t more = continuation(first);

        if (more > NAME_BYTES_MAX || more > (uint32_t)(end - text) ||
            !second_byte_fits(first, text[0])) {
            return false;
        }
        for (; more > 0; more--) {
            if ((*text++ & 0xC0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

/** Reads one element's value into what it decides. */
static enum tbf_verdict element(const struct tbf_tlv *tlv, struct elements *found,
                                struct tbf *tbf)
{
    const void *value = tlv + 1;
    uint32_t must = 0; /* length, 0: any */

    switch (tlv->type) {
    case TBF_MAIN:
        must = sizeof(struct tbf_main);
        found->main = found->main == NULL ? value : found->main;
        break;
    case TBF_PROGRAM:
        must = sizeof(struct tbf_program);
        found->program = found->program == NULL ? value : found->program;
        break;
    case TBF_KERNEL_VERSION:
        must = sizeof(struct tbf_kernel_version);
        found->kernel = value;
        break;
    case TBF_FIXED_ADDRESSES:
        must = sizeof(struct tbf_fixed_addresses);
        found->fixed = value;
        break;
    case TBF_SHORT_ID:
        must = sizeof(uint32_t);
        break;
    case TBF_WRITEABLE_FLASH_REGIONS:
        if (tlv->length % sizeof(struct tbf_flash_region) != 0) {
            return TBF_BAD_ELEMENT;
        }
        tbf->flash_regions = (uint16_t)(tlv->length / sizeof(struct tbf_flash_region));
        tbf->flash_region_tlv = value;
        break;
    case TBF_PACKAGE_NAME:
        if (!utf8(value, tlv->length)) {
            return TBF_BAD_NAME;
        }
        tbf->name = value;
        tbf->name_len = tlv->length;
        break;
    default: /* permissions are read by a filter; what is unknown is not for us */
        break;
    }
    return must != 0 && tlv->length != must ? TBF_BAD_ELEMENT : TBF_APPLICATION;
}

static enum tbf_verdict elements(const uint8_t *object, uint32_t header_size,
                                 struct elements *found, struct tbf *tbf)
{
    const uint8_t *at = object + sizeof(struct tbf_base);
    const uint8_t *end = object + header_size;

    while (at < end) {
        const struct tbf_tlv *tlv = (const struct tbf_tlv *)(const void *)at;
        uint32_t left = (uint32_t)(end - at);

        if (left < sizeof(*tlv) || left - sizeof(*tlv) < tlv->length) {
            return TBF_BAD_ELEMENT;
        }
        enum tbf_verdict verdict = element(tlv, found, tbf);

        if (verdict != TBF_APPLICATION) {
            return verdict;
        }
        at += sizeof(*tlv) + ((tlv->length + 3u) & ~3u);
    }
    return TBF_APPLICATION; /* only the padding of the last value may be missing */
}

/** Entry, trailer and end from Program, else Main: all inside the object. */
static enum tbf_verdict program(const struct elements *found, struct tbf *tbf)
{
    uint32_t init = 0;
    uint32_t trailer = 0;
    uint32_t end = tbf->total_size;
    uint32_t body = tbf->total_size - tbf->header_size;

    if (found->program != NULL) {
        init = found->program->init_offset;
        trailer = found->program->protected_trailer_size;
        tbf->minimum_ram_size = found->program->minimum_ram_size;
        end = found->program->binary_end_offset;
    } else if (found->main != NULL) {
        init = found->main->init_offset;
        trailer = found->main->protected_trailer_size;
        tbf->minimum_ram_size = found->main->minimum_ram_size;
    } else {
        return TBF_NO_PROGRAM;
    }
    if (end > tbf->total_size || init >= body || trailer > body) {
        return TBF_BAD_PROGRAM;
    }
    tbf->protected_size = tbf->header_size + trailer;
    tbf->entry_offset = tbf->header_size + init;
    return TBF_APPLICATION;
}

static enum tbf_verdict judge(const struct elements *found, uint32_t address,
                              struct tbf *tbf)
{
    enum tbf_verdict verdict = program(found, tbf);

    if (verdict != TBF_APPLICATION) {
        return verdict;
    }
    if (found->kernel == NULL) {
        return TBF_NO_VERSION;
    }
    if (found->kernel->major != TBF_KERNEL_MAJOR ||
        found->kernel->minor > TBF_KERNEL_MINOR) {
        return TBF_OTHER_KERNEL;
    }
    if (found->fixed != NULL) {
        tbf->fixed_ram = found->fixed->ram;
        if (found->fixed->flash != TBF_ADDRESS_UNSET &&
            found->fixed->flash != address + tbf->protected_size) {
            return TBF_BAD_ADDRESS;
        }
    }
    return TBF_APPLICATION;
}

/** By hand: an initialiser would call memset. */
static inline __attribute__((always_inline)) void clear(struct tbf *tbf)
{
    tbf->total_size = 0;
    tbf->protected_size = 0;
    tbf->entry_offset = 0;
    tbf->minimum_ram_size = 0;
    tbf->fixed_ram = TBF_ADDRESS_UNSET;
    tbf->name = "";
    tbf->name_len = 0;
    tbf->flash_regions = 0;
    tbf->flash_region_tlv = NULL;
    tbf->header_size = 0;
}

enum tbf_verdict tbf_parse(const uint8_t *object, uint32_t address, uint32_t available,
                           struct tbf *tbf)
{
    const struct tbf_base *base = (const struct tbf_base *)(const void *)object;

    clear(tbf);
    if (available < sizeof(*base) || base->version == 0 || base->version == 0xFFFF) {
        return TBF_END;
    }
    if (base->version != TBF_VERSION) {
        return TBF_BAD_VERSION;
    }
    if (base->header_size < sizeof(*base) || base->header_size > base->total_size ||
        base->total_size > available || base->total_size % sizeof(uint32_t) != 0) {
        return TBF_BAD_SIZE;
    }
    if (checksum((const uint32_t *)(const void *)object,
                 base->header_size / (uint32_t)sizeof(uint32_t)) != 0) {
        return TBF_BAD_CHECKSUM;
    }
    tbf->total_size = base->total_size;
    tbf->header_size = base->header_size;
    if (base->header_size == sizeof(*base)) {
        return TBF_PADDING;
    }
    if ((base->flags & TBF_FLAG_ENABLED) == 0) {
        return TBF_DISABLED;
    }
    struct elements found = {NULL, NULL, NULL, NULL};
    enum tbf_verdict verdict = elements(object, base->header_size, &found, tbf);

    return verdict == TBF_APPLICATION ? judge(&found, address, tbf) : verdict;
}

const struct tbf_tlv *tbf_permissions(const uint8_t *object, uint16_t header_size)
{
    const struct tbf_tlv *found = NULL;
    uint32_t at = sizeof(struct tbf_base);

    while (at < header_size) {
        const struct tbf_tlv *tlv = (const struct tbf_tlv *)(const void *)(object + at);

        if (tlv->type == TBF_PERMISSIONS) {
            found = tlv;
        }
        at += (uint32_t)sizeof(*tlv) + ((tlv->length + 3u) & ~3u);
    }
    return found;
}

/** One entry; its 64 bits are two words here. They follow a 16-bit count. */
struct permission {
    uint32_t driver;
    uint32_t block; /* of 64 commands */
    uint32_t commands[2];
};

/** The next entry from *at on that is about the driver, which is moved past it. */
static bool permission_next(const struct tbf_tlv *permissions, uint32_t driver,
                            uint32_t *at, struct permission *entry)
{
    const uint8_t *value = (const uint8_t *)(permissions + 1);
    uint16_t count = 0;

    if (permissions->length >= sizeof(count)) {
        memcpy(&count, value, sizeof(count));
    }
    if (permissions->length != sizeof(count) + count * sizeof(*entry)) {
        return false;
    }
    while (*at < count) {
        memcpy(entry, value + sizeof(count) + *at * sizeof(*entry), sizeof(*entry));
        *at += 1;
        if (entry->driver == driver) {
            return true;
        }
    }
    return false;
}

/* This and the next are not inlined: their entry would take stack from each system call. */
__attribute__((noinline)) bool tbf_permits(const struct tbf_tlv *permissions,
                                           uint32_t driver)
{
    struct permission entry;
    uint32_t at = 0;

    return permission_next(permissions, driver, &at, &entry);
}

__attribute__((noinline)) bool tbf_permits_command(const struct tbf_tlv *permissions,
                                                   uint32_t driver, uint32_t command)
{
    struct permission entry;
    uint32_t at = 0;

    while (permission_next(permissions, driver, &at, &entry)) {
        if (entry.block == command / 64) {
            return (entry.commands[command / 32 % 2] >> command % 32 & 1) != 0;
        }
    }
    return false;
}

const char *tbf_reason(enum tbf_verdict verdict)
{
    static const char *const reasons[] = {
        [TBF_BAD_VERSION] = "header version is not 2",
        [TBF_BAD_SIZE] = "header or total size cannot be",
        [TBF_BAD_CHECKSUM] = "wrong header checksum",
        [TBF_BAD_ELEMENT] = "malformed header element",
        [TBF_BAD_NAME] = "name is not UTF-8",
        [TBF_NO_PROGRAM] = "neither Main nor Program in the header",
        [TBF_BAD_PROGRAM] = "entry, trailer or end outside the object",
        [TBF_NO_VERSION] = "does not say which kernel it needs",
        [TBF_OTHER_KERNEL] = "needs another kernel version",
        [TBF_BAD_ADDRESS] = "linked for another flash address",
    };

    return verdict >= TBF_BAD_VERSION ? reasons[verdict] : "";
}
