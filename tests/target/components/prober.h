/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * For tests: SMBus packets with up to four bytes of data.
 *
 * exchange takes kind, command and len as bytes of one word, from the lowest, and the data
 * of what goes; exchanged counts what has completed; result has its error, detail and
 * done_len as bytes of one word; data answers what came, its first byte lowest.
 */
#pragma once

#include "hil/smbus.h"
#include "kernel/driver.h"

#define PROBER_ROOM 4u

struct prober_state {
    struct smbus_packet packet;
    uint32_t exchanged;
    uint32_t result;
    uint8_t data[PROBER_ROOM];
};

struct prober {
    struct prober_state *state;
    struct smbus_device smbus;
    struct smbus_device_client smbus_client;
    const struct syscall_driver *driver;
};

void prober_command(const struct prober *self, struct process *process,
                    const struct command *command, struct command_result *result);
void prober_exchanged(const struct smbus_device_client *client,
                      struct smbus_packet *packet, enum err err);
