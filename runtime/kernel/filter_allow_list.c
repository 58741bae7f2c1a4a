/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/filter_allow_list.h"

#include "kernel/driver.h"
#include "kernel/internal/tbf.h"

#include <stddef.h>

static bool listed(const struct policy_filter *port,
                   const struct policy_subject *subject,
                   const struct syscall_driver *driver)
{
    const struct filter_allow_list *self = port->owner;

    return (self->allow[driver->index] & subject->application) != 0;
}

bool filter_allow_list_filter_open(const struct policy_filter *port,
                                   const struct policy_subject *subject,
                                   const struct syscall_driver *driver)
{
    return listed(port, subject, driver) && subject->permissions == NULL;
}

bool filter_allow_list_filter_driver(const struct policy_filter *port,
                                     const struct policy_subject *subject,
                                     const struct syscall_driver *driver)
{
    return listed(port, subject, driver) &&
           (subject->permissions == NULL ||
            tbf_permits(subject->permissions, driver->number));
}

bool filter_allow_list_filter_command(const struct policy_filter *port,
                                      const struct policy_subject *subject,
                                      const struct syscall_driver *driver,
                                      uint32_t command)
{
    return listed(port, subject, driver) &&
           (subject->permissions == NULL ||
            tbf_permits_command(subject->permissions, driver->number, command));
}

const struct policy_filter_ops filter_allow_list_filter_ops = {
    .filter_open = filter_allow_list_filter_open,
    .filter_driver = filter_allow_list_filter_driver,
    .filter_command = filter_allow_list_filter_command,
};
