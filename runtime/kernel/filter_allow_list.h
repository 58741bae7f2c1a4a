/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A process may call the drivers that the board's `allow:` gives its application.
 *
 * Whose list holds is decided by the board, in the kernel's flash, not by what an
 * application says of itself: applications are another image, written at another time,
 * perhaps by somebody else, and a header can claim anything. The list is found by package
 * name, and what the board does not name may call nothing; so an image of other
 * applications gets at most what some application of the board has. Each name counts
 * once, for the first object of that name in flash. A name is still a claim: who may write
 * the applications' flash can take it. Against that only a signature would help.
 *
 * Tock's way, a permissions element (type 6) in the header of the application, is honoured
 * beside the list: what it leaves out is refused, single commands too, and nothing it
 * names is allowed thereby. An application without one leaves out nothing.
 */
#pragma once

#include "hil/policy.h"

struct filter_allow_list {
    const uint32_t
        *allow; /* by syscall_driver.index; bit n: application n may call it */
};

extern const struct policy_filter_ops filter_allow_list_filter_ops;

policy_filter_open_fn filter_allow_list_filter_open;
policy_filter_driver_fn filter_allow_list_filter_driver;
policy_filter_command_fn filter_allow_list_filter_command;
