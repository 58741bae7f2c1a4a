/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Analog inputs for processes: single samples in turns, round robin over the slots, one
 * outstanding for each process; and samples at a rate, which are one process's until it
 * stops, its buffer is full, or it ends.
 *
 * Upcall: sampled (mode + 256 * status, channel, sample), mode 0 for a single one and 1 for
 * each of a repetition; (mode + 256 * status, channel + 256 * samples, buffer), mode 2 for
 * a buffer that was filled, 3 for one of two in turns. Status, which upstream does not
 * have, is 0, the converter's error, FAIL when samples were lost after these, or SIZE when
 * the process's buffer became too short; the operation has ended then. A buffer is told by
 * its number, not by its address as upstream's first upcall does.
 *
 * Invariants: a turn is held while the conversion is lent. mode is not 0 exactly while
 * owner, which lives, is to be told more. data holds samples only until then, or until the
 * recording has come back.
 */
#pragma once

#include "hil/adc.h"
#include "hil/adc_stream.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct adc_driver_grant {
    bool waits; /* for a single sample */
    uint8_t channel;
};

struct adc_driver_state {
    struct adc_conversion conversion;
    struct adc_recording recording;
    struct arbiter turns;     /* by slot; held while the conversion is under way */
    struct process_id active; /* whose turn it is */
    struct process_id owner;  /* of the recording */
    uint32_t filled;          /* samples in the process's buffer */
    uint8_t mode;             /* the owner's command; 0: no owner */
    uint8_t channel;
    uint8_t buffer; /* which of the process's is being filled */
    bool lent;      /* the recording */
};

struct adc_driver {
    struct adc_driver_state *state;
    const struct adc_input *channels;
    struct adc_sample_client channels_client;
    uint8_t channels_count;
    const struct adc_stream_input *streams;
    struct adc_stream_recorder_client streams_client;
    uint8_t streams_count;
    uint8_t bits;
    uint32_t reference_mv;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void adc_driver_command(const struct adc_driver *self, struct process *process,
                        const struct command *command, struct command_result *result);
void adc_driver_exited(const struct adc_driver *self, struct process_id id);
void adc_driver_sampled(const struct adc_sample_client *client,
                        struct adc_conversion *conversion, enum err err);
void adc_driver_recorded(const struct adc_stream_recorder_client *client,
                         struct adc_recording *recording, enum err err);
