/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/adc_driver.h"

#include "adc_driver_abi.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"

#define SAMPLE ADC_DRIVER_COMMAND_SAMPLE
#define REPEAT ADC_DRIVER_COMMAND_REPEAT
#define FILL ADC_DRIVER_COMMAND_FILL
#define STREAM ADC_DRIVER_COMMAND_STREAM

#define SAMPLE_LEN 2u /* bytes */

/* A command's mode is its number less 1. */
static void tell(const struct adc_driver *self, struct process *process,
                 uint32_t command, enum err err, const uint32_t what[2])
{
    process_upcall(process, self->driver, ADC_DRIVER_UPCALL_SAMPLED,
                   (command - 1) | (uint32_t)err << 8, what[0], what[1]);
}

/* -- single samples ------------------------------------------------------------------ */

static enum err convert(const struct adc_driver *self, struct process *process,
                        const struct adc_driver_grant *grant)
{
    struct adc_conversion *op = &self->state->conversion;

    self->state->active = process_id(process);
    op->client = &self->channels_client;
    return adc_sample(&self->channels[grant->channel], op);
}

static void end(const struct adc_driver *self, struct process *process,
                struct adc_driver_grant *grant, enum err err)
{
    uint32_t value = err == OK ? self->state->conversion.value : 0;
    const uint32_t what[2] = {grant->channel, value};

    grant->waits = false;
    tell(self, process, SAMPLE, err, what);
}

/* Gives the turn to the next whose conversion can start; each round takes one out of
 * waiting. It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct adc_driver *self)
{
    struct adc_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct adc_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->waits) {
            enum err err = convert(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err);
        }
    }
}

void adc_driver_sampled(const struct adc_sample_client *client,
                        struct adc_conversion *conversion, enum err err)
{
    const struct adc_driver *self =
        container_of(client, struct adc_driver, channels_client);
    struct process *process = process_get(self->state->active);
    struct adc_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    (void)conversion; /* our only one */
    if (grant != NULL) {
        end(self, process, grant, err);
    }
    next(self);
}

static enum err sample(const struct adc_driver *self, struct process *process,
                       uint32_t channel)
{
    struct adc_driver_grant *grant = grant_enter(process, self->driver);
    enum err err = OK;

    if (grant == NULL) {
        return ERR_NOMEM;
    }
    if (channel >= self->channels_count) {
        return ERR_INVAL;
    }
    if (grant->waits) {
        return ERR_BUSY;
    }
    grant->waits = true;
    grant->channel = (uint8_t)channel;
    if (arbiter_take(&self->state->turns, process_id(process).slot)) {
        err = convert(self, process, grant); /* else its turn comes */
        if (err != OK) {
            grant->waits = false;
            next(self);
        }
    }
    return err;
}

/* -- samples at a rate --------------------------------------------------------------- */

/* How many samples the process's buffer has room for now. */
static uint32_t room(const struct adc_driver *self, struct process *process,
                     uint8_t buffer)
{
    return process_buffer_rw_len(process, self->driver, buffer) / SAMPLE_LEN;
}

/* Starts the next piece. SIZE: the buffer is not there any more. */
static enum err record(const struct adc_driver *self, struct process *process)
{
    struct adc_driver_state *state = self->state;
    struct adc_recording *op = &state->recording;
    uint32_t most = self->data_size / SAMPLE_LEN;
    uint32_t all = state->mode == REPEAT ? 1 : room(self, process, state->buffer);
    uint32_t left = all < state->filled ? 0 : all - state->filled;

    op->client = &self->streams_client;
    op->samples = self->data;
    op->len = (uint16_t)(left < most ? left : most);
    enum err err = adc_stream_record(&self->streams[state->channel], op);
    state->lent = err == OK;
    return err;
}

/* Brings what was recorded to the process. Returns err, or SIZE if it did not fit. */
static enum err bring(const struct adc_driver *self, struct process *process,
                      enum err err)
{
    struct adc_driver_state *state = self->state;
    uint32_t len = state->recording.recorded * SAMPLE_LEN;
    uint32_t fitted = process_buffer_write(process, self->driver, state->buffer,
                                           state->filled * SAMPLE_LEN, self->data, len);

    state->filled += fitted / SAMPLE_LEN;
    return err == OK && fitted < len ? ERR_SIZE : err;
}

/* Tells the owner what it has got; after an error, or of a buffer alone, that was all. */
static void tell_owner(const struct adc_driver *self, struct process *process,
                       enum err err)
{
    struct adc_driver_state *state = self->state;
    uint32_t what[2] = {state->channel, 0};
    uint8_t mode = state->mode;

    if (mode != REPEAT) {
        what[0] |= state->filled << 8;
        what[1] = state->buffer;
        state->filled = 0;
        state->buffer ^= 1u;
    } else if (err == OK) {
        what[1] = (uint32_t)(self->data[0] | self->data[1] << 8);
    }
    if (err != OK || mode == FILL) {
        state->mode = 0;
    }
    tell(self, process, mode, err, what);
}

/* A piece has come, and the next is asked for before another sample is due. */
static void go_on(const struct adc_driver *self, struct process *process, enum err err)
{
    struct adc_driver_state *state = self->state;
    bool whole = state->mode == REPEAT;

    if (!whole) {
        err = bring(self, process, err);
        whole = state->filled >= room(self, process, state->buffer);
    }
    if (err != OK || whole) {
        tell_owner(self, process, err);
    }
    if (state->mode != 0) {
        err = record(self, process);
        if (err != OK) {
            tell_owner(self, process, err);
        }
    }
}

void adc_driver_recorded(const struct adc_stream_recorder_client *client,
                         struct adc_recording *recording, enum err err)
{
    const struct adc_driver *self =
        container_of(client, struct adc_driver, streams_client);
    struct adc_driver_state *state = self->state;
    struct process *process = state->mode == 0 ? NULL : process_get(state->owner);

    (void)recording; /* our only one */
    state->lent = false;
    if (process != NULL) {
        go_on(self, process, err);
    }
    if (process == NULL || state->mode == 0) {
        memset(self->data, 0, self->data_size);
    }
}

static enum err start(const struct adc_driver *self, struct process *process,
                      const struct command *command)
{
    struct adc_driver_state *state = self->state;
    uint32_t channel = command->arg[0];

    if (grant_enter(process, self->driver) == NULL) {
        return ERR_NOMEM;
    }
    if (channel >= self->channels_count) {
        return ERR_INVAL;
    }
    if (channel >= self->streams_count) {
        return ERR_NOSUPPORT;
    }
    if (state->mode != 0 && !process_id_equal(state->owner, process_id(process))) {
        return ERR_NOMEM;
    }
    if (state->mode != 0 || state->lent) {
        return ERR_BUSY;
    }
    if ((command->number != REPEAT && room(self, process, 0) == 0) ||
        (command->number == STREAM && room(self, process, 1) == 0)) {
        return ERR_NOMEM;
    }
    state->owner = process_id(process);
    state->mode = (uint8_t)command->number;
    state->channel = (uint8_t)channel;
    state->buffer = 0;
    state->filled = 0;
    state->recording.rate_hz = command->arg[1];
    enum err err = record(self, process);
    if (err != OK) {
        state->mode = 0;
    }
    return err;
}

/* Nothing more is told; the recording comes back from the converter. */
static void stop(const struct adc_driver *self, struct process_id id)
{
    struct adc_driver_state *state = self->state;
    enum cancel outcome;

    if (state->mode != 0 && process_id_equal(state->owner, id)) {
        state->mode = 0;
        err_ignore(adc_stream_record_cancel(&self->streams[state->channel],
                                            &state->recording,
                                            &outcome)); /* either way it comes back */
    }
}

void adc_driver_exited(const struct adc_driver *self, struct process_id id)
{
    stop(self, id);
}

/* -- system calls ---------------------------------------------------------------------- */

void adc_driver_command(const struct adc_driver *self, struct process *process,
                        const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case ADC_DRIVER_COMMAND_COUNT:
        command_success_u32(result, self->channels_count);
        break;
    case SAMPLE:
        command_status(result, sample(self, process, command->arg[0]));
        break;
    case REPEAT:
    case FILL:
    case STREAM:
        command_status(result, start(self, process, command));
        break;
    case ADC_DRIVER_COMMAND_STOP:
        stop(self, process_id(process));
        command_success(result);
        break;
    case ADC_DRIVER_COMMAND_BITS:
        command_success_u32(result, self->bits);
        break;
    case ADC_DRIVER_COMMAND_REFERENCE:
        command_success_u32(result, self->reference_mv);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
