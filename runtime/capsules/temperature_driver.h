/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The temperature for processes. Who asks while a reading is under way gets that one; who
 * asks again meanwhile is answered once.
 *
 * Upcall: measured (hundredths of a degree Celsius, status, 0). Status is 0, or the
 * sensor's error; the temperature is then INT32_MIN, which is below absolute zero.
 *
 * Invariant: a reading is under way exactly while waiting is not 0, but for processes
 * that have ended since.
 */
#pragma once

#include "hil/temperature.h"
#include "kernel/driver.h"

struct temperature_driver_grant {
    bool waits;
};

struct temperature_driver_state {
    struct temperature_reading reading;
    uint32_t waiting; /* by slot; who waits no longer may still be in it */
};

struct temperature_driver {
    struct temperature_driver_state *state;
    struct temperature_sensor temperature;
    struct temperature_sensor_client temperature_client;
    const struct syscall_driver *driver;
};

void temperature_driver_command(const struct temperature_driver *self,
                                struct process *process, const struct command *command,
                                struct command_result *result);
void temperature_driver_measured(const struct temperature_sensor_client *client,
                                 struct temperature_reading *reading, enum err err);
