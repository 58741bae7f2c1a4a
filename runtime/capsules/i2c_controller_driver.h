/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Devices of an I2C bus for processes, which name them by address.
 *
 * The board lists the devices; any other address is NODEVICE, so that a device which the
 * kernel uses, or which another driver is for, stays out of reach. A request is one
 * transfer and never cut: more than a buffer of the kernel's, in either direction, is
 * refused with SIZE. Requests take turns, round robin over the slots; what is written is
 * copied from the process when its turn comes. What is read goes to the begin of the
 * buffer that the written bytes came from.
 *
 * Upcall: done (status, bytes, 0). Status is 0, the bus's error (NOACK: no such device, or
 * it takes no more), or SIZE when the process's buffer became too short. Bytes, which
 * upstream does not tell, are those acknowledged and those read.
 *
 * Invariant: data holds bytes only while a transfer is under way; its end wipes them.
 */
#pragma once

#include "hil/i2c.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct i2c_controller_driver_grant {
    uint16_t tx_len; /* both 0: nothing outstanding */
    uint16_t rx_len;
    uint8_t device; /* its place among the devices */
};

struct i2c_controller_driver_state {
    struct i2c_transfer transfer;
    struct arbiter turns; /* by slot; held while the transfer is under way */
    struct process_id active;
};

struct i2c_controller_driver {
    struct i2c_controller_driver_state *state;
    const struct i2c_device *devices;
    uint8_t devices_count;
    struct i2c_controller_client devices_client;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void i2c_controller_driver_command(const struct i2c_controller_driver *self,
                                   struct process *process,
                                   const struct command *command,
                                   struct command_result *result);
void i2c_controller_driver_transferred(const struct i2c_controller_client *client,
                                       struct i2c_transfer *op, enum err err);
