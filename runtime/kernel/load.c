/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Boot: every application in flash becomes a process, or is refused in a line that names
 * its address, and boot goes on.
 *
 * Objects stand back to back. After a damaged header nothing says where the next object
 * is, so it is looked for at every LOAD_STEP; a list that is all good never needs that.
 */
#include "kernel/internal/grant_table.h"
#include "kernel/internal/report.h"
#include "kernel/internal/state.h"
#include "kernel/internal/tbf.h"
#include "lib/memory.h"

#define LOAD_STEP 512u /* the smallest object that tools make */

static struct process *free_slot(void)
{
    for (uint8_t slot = 0; slot < board_kernel.slots; slot++) {
        if (board_kernel.processes[slot].state == PROCESS_EMPTY) {
            board_kernel.processes[slot].slot = slot;
            return &board_kernel.processes[slot];
        }
    }
    return NULL;
}

static bool runs(uint8_t app)
{
    for (uint8_t slot = 0; slot < board_kernel.slots; slot++) {
        const struct process *process = &board_kernel.processes[slot];

        if (process->state != PROCESS_EMPTY && process->app == app) {
            return true;
        }
    }
    return false;
}

/** The number of the board's application with this name. A name counts once: what comes
 * under it later is a stranger, so that it cannot have another's rights. */
static uint8_t application_of(const struct tbf *tbf)
{
    for (uint8_t app = 0; app < board_app_count; app++) {
        if (board_apps[app].name_len == tbf->name_len &&
            memcmp(board_apps[app].name, tbf->name, tbf->name_len) == 0) {
            return runs(app) ? APP_NONE : app;
        }
    }
    return APP_NONE;
}

/** Bytes of RAM: what its header asks for, or more if the board says so. */
static uint32_t ram_for(const struct tbf *tbf, uint8_t app)
{
    if (board_kernel.apps == NULL || app == APP_NONE ||
        board_kernel.apps[app].ram_b < tbf->minimum_ram_size) {
        return tbf->minimum_ram_size;
    }
    return board_kernel.apps[app].ram_b;
}

/** The drivers about which the filter need not be asked at each call. */
static uint16_t open_drivers(const struct policy_subject *subject)
{
    uint32_t open = 0;

    for (uint8_t i = 0; i < board_driver_slots; i++) {
        const struct syscall_driver *driver = board_driver(board_drivers[i].number);

        if (driver == &board_drivers[i] && driver->index < OPEN_DRIVERS && /* no hole */
            policy_filter_open(&board_kernel.filter, subject, driver)) {
            open |= UINT32_C(1) << driver->index;
        }
    }
    return (uint16_t)open;
}

/** What the filter is told about the process, and what it says at once. */
static void introduce(struct process *process)
{
    struct policy_subject *subject = &board_kernel.subjects[process->slot];
    const uint8_t *object =
        (const uint8_t *)(uintptr_t)process->arch.limits.flash_start;
    bool known = process->app != APP_NONE;

    subject->application = known ? UINT32_C(1) << process->app : 0;
    subject->permissions = tbf_permissions(object, process->header_size);
    process->open = open_drivers(subject);
    if (!known) {
        report_line("%p is no application of this board", process);
    }
}

/** NULL, or why it cannot be a process. Nothing is taken before everything fits. */
static const char *create(uint32_t address, const struct tbf *tbf)
{
    struct process *process = free_slot();
    struct arch_limits *limits;
    uint8_t app = application_of(tbf);

    if (process == NULL) {
        return "no process slot left (kernel: slots)";
    }
    if (!arch_block_choose(state()->ram_next, board_kernel.apps_ram_end,
                           ram_for(tbf, app), grant_table_size(), tbf->fixed_ram,
                           &process->block)) {
        return "its memory does not fit";
    }
    limits = &process->arch.limits;
    limits->flash_start = address;
    limits->flash_end = address + tbf->total_size;
    if (!arch_flash_open(&process->arch, address, tbf->total_size)) {
        return "memory protection cannot cover its flash (size and alignment)";
    }
    process->header_size = tbf->header_size;
    process->protected_size = tbf->protected_size;
    process->entry = address + tbf->entry_offset;
    process->name = tbf->name;
    process->name_len = tbf->name_len;
    process->flash_regions = tbf->flash_regions;
    process->flash_region_tlv = tbf->flash_region_tlv;
    process->app = app;
    if (board_kernel.filter.owner != NULL) {
        introduce(process);
    }
    if (!process_start(process)) {
        return "memory protection cannot cover its memory";
    }
    state()->ram_next = process->block.start + process->block.size;
    return NULL;
}

/** The next place where a header could be after a damaged one; the end if there is none. */
static uint32_t search(uint32_t address)
{
    uint32_t end = board_kernel.apps_flash_end;
    struct tbf tbf;

    for (address += LOAD_STEP - address % LOAD_STEP; address < end && address != 0;
         address += LOAD_STEP) {
        enum tbf_verdict verdict = tbf_parse((const uint8_t *)(uintptr_t)address,
                                             address, end - address, &tbf);

        if (verdict != TBF_END && tbf.total_size != 0) {
            return address;
        }
    }
    return end;
}

/** Looks at the object there; where to look next, the end when the list ends here. */
static uint32_t object(uint32_t address)
{
    uint32_t end = board_kernel.apps_flash_end;
    const char *reason = NULL;
    struct tbf tbf;
    enum tbf_verdict verdict =
        tbf_parse((const uint8_t *)(uintptr_t)address, address, end - address, &tbf);

    if (verdict == TBF_END) {
        return end;
    }
    if (verdict == TBF_APPLICATION) {
        reason = create(address, &tbf);
    } else if (verdict >= TBF_BAD_VERSION) {
        reason = tbf_reason(verdict);
    }
    if (reason != NULL) {
        report_line("application at %x refused: %s", address, reason);
    }
    return tbf.total_size != 0 ? address + tbf.total_size : search(address);
}

void load_processes(const struct cap_process_management *cap)
{
    uint32_t address = board_kernel.apps_flash_start;

    (void)cap;
    state()->ram_next = board_kernel.apps_ram_start;
    while (address < board_kernel.apps_flash_end) {
        address = object(address);
    }
}
