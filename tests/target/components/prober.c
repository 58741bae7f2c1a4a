/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "prober.h"

#include "lib/container.h"
#include "prober_abi.h"

static enum err exchange(const struct prober *self, uint32_t what, uint32_t data)
{
    struct prober_state *state = self->state;
    uint32_t len = what >> 16 & 0xFFu;

    if (len > PROBER_ROOM) {
        return ERR_SIZE;
    }
    for (uint32_t i = 0; i < PROBER_ROOM; i++) {
        state->data[i] = (uint8_t)(data >> 8 * i);
    }
    state->packet.client = &self->smbus_client;
    state->packet.data = state->data;
    state->packet.kind = (uint8_t)what;
    state->packet.command = (uint8_t)(what >> 8);
    state->packet.len = (uint8_t)len;
    return smbus_exchange(&self->smbus, &state->packet);
}

static uint32_t data(const struct prober *self)
{
    uint32_t word = 0;

    for (uint32_t i = 0; i < PROBER_ROOM; i++) {
        word |= (uint32_t)self->state->data[i] << 8 * i;
    }
    return word;
}

void prober_exchanged(const struct smbus_device_client *client,
                      struct smbus_packet *packet, enum err err)
{
    const struct prober *self = container_of(client, struct prober, smbus_client);

    self->state->result = (uint32_t)err | (uint32_t)packet->detail << 8 |
                          (uint32_t)packet->done_len << 16;
    self->state->exchanged++;
}

void prober_command(const struct prober *self, struct process *process,
                    const struct command *command, struct command_result *result)
{
    (void)process;
    switch (command->number) {
    case PROBER_COMMAND_EXCHANGE:
        command_status(result, exchange(self, command->arg[0], command->arg[1]));
        break;
    case PROBER_COMMAND_EXCHANGED:
        command_success_u32(result, self->state->exchanged);
        break;
    case PROBER_COMMAND_RESULT:
        command_success_u32(result, self->state->result);
        break;
    case PROBER_COMMAND_DATA:
        command_success_u32(result, data(self));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
