/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts and prints what was checked. */
#include "check.h"

#include "line.h"

static uint32_t checks;
static uint32_t failures;

/* Starts the line of one check; the caller completes and prints it. */
static void verdict(struct line *line, const char *name, bool holds)
{
    checks++;
    failures += !holds;
    line_add(line, holds ? "probe: pass " : "probe: FAIL ");
    line_add(line, name);
}

void check_true(const char *name, bool holds)
{
    struct line line = {.len = 0};

    verdict(&line, name, holds);
    line_print(&line);
}

static void different(struct line *line, const char *what, uint32_t actual,
                      uint32_t expected)
{
    line_add(line, what);
    line_add_hex(line, actual);
    line_add(line, " not ");
    line_add_hex(line, expected);
}

void check_equal(const char *name, uint32_t actual, uint32_t expected)
{
    struct line line = {.len = 0};

    verdict(&line, name, actual == expected);
    if (actual != expected) {
        different(&line, ": ", actual, expected);
    }
    line_print(&line);
}

void check_registers(const char *name, const struct call_registers *before,
                     const struct call_registers *after, uint32_t changed,
                     const uint32_t *expected)
{
    struct line line = {.len = 0};
    uint32_t wrong = 14;
    uint32_t wanted = 0;

    for (uint32_t i = 0; i < 14 && wrong == 14; i++) {
        uint32_t value = i < 13 ? after->r[i] : after->lr;
        wanted = i < changed ? expected[i] : i < 13 ? before->r[i] : before->lr;
        if (value != wanted) {
            wrong = i;
        }
    }
    verdict(&line, name, wrong == 14);
    if (wrong != 14) {
        line_add(&line, ": r");
        line_add_u32(&line, wrong < 13 ? wrong : 14);
        different(&line, " ", wrong < 13 ? after->r[wrong] : after->lr, wanted);
    }
    line_print(&line);
}

uint32_t check_report(void)
{
    struct line line = {.len = 0};

    line_add(&line, "probe: ");
    line_add_u32(&line, checks);
    line_add(&line, " checks, ");
    line_add_u32(&line, failures);
    line_add(&line, " failed");
    line_print(&line);
    return failures;
}
