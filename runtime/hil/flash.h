/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Flash: pages that are read, written and erased whole.
 *
 * An erased page is all ones and a write only clears bits, so what is written is ANDed with
 * what is there. How large a page is and how many there are is settled when generating: the
 * facts page_size and pages. A page is the provider's from OK to its completion. There is
 * no cancel: a page that is half written is worth nothing, and a page takes bounded time.
 */
#pragma once

#include "hil/port.h"

struct flash_page {
    const struct flash_pages_client *client;
    uint8_t *data; /* lent: page_size bytes; erase_page does not look at it */
    uint32_t page; /* INVAL if there is none of that number */
};

struct flash_pages_client {
    void (*page_read)(const struct flash_pages_client *, struct flash_page *, enum err);
    void (*page_written)(const struct flash_pages_client *, struct flash_page *,
                         enum err);
    void (*page_erased)(const struct flash_pages_client *, struct flash_page *,
                        enum err);
};

HIL_PORT(flash_pages);

typedef enum err flash_read_page_fn(const struct flash_pages *, struct flash_page *);
typedef enum err flash_write_page_fn(const struct flash_pages *, struct flash_page *);
typedef enum err flash_erase_page_fn(const struct flash_pages *, struct flash_page *);

struct flash_pages_ops {
    flash_read_page_fn *read_page;
    flash_write_page_fn *write_page;
    flash_erase_page_fn *erase_page;
};

#ifdef FLASH_PAGES_SEALED
#define FLASH_PAGES(port, operation) HIL_JOIN(FLASH_PAGES_SEALED, operation)
flash_read_page_fn FLASH_PAGES(, read_page);
flash_write_page_fn FLASH_PAGES(, write_page);
flash_erase_page_fn FLASH_PAGES(, erase_page);
#else
#define FLASH_PAGES(port, operation) (port)->ops->operation
#endif

/** Reads a page into data. BUSY: this edge's earlier operation is still to complete. INVAL:
 * there is no such page, or nobody would be told. OFF, FAIL: the hardware refused. After an
 * error nothing was lent. */
HIL_CALL enum err flash_read_page(const struct flash_pages *port,
                                  struct flash_page *page)
{
    return FLASH_PAGES(port, read_page)(port, page);
}

/** Clears the bits of a page that are clear in data. Errors as of flash_read_page. */
HIL_CALL enum err flash_write_page(const struct flash_pages *port,
                                   struct flash_page *page)
{
    return FLASH_PAGES(port, write_page)(port, page);
}

/** Sets all bits of a page. Errors as of flash_read_page. */
HIL_CALL enum err flash_erase_page(const struct flash_pages *port,
                                   struct flash_page *page)
{
    return FLASH_PAGES(port, erase_page)(port, page);
}

/** Providers end a read_page with this, last: they are idle before it. */
HIL_CALL_INFALLIBLE void flash_page_read(struct flash_page *page, enum err err)
{
    page->client->page_read(page->client, page, err);
}

/** Providers end a write_page with this, last. */
HIL_CALL_INFALLIBLE void flash_page_written(struct flash_page *page, enum err err)
{
    page->client->page_written(page->client, page, err);
}

/** Providers end an erase_page with this, last. */
HIL_CALL_INFALLIBLE void flash_page_erased(struct flash_page *page, enum err err)
{
    page->client->page_erased(page->client, page, err);
}
