/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "keeper.h"

#include "keeper_abi.h"
#include "lib/container.h"

#define DIFFERENT 100u

static uint8_t expected(const struct keeper *self, uint32_t place)
{
    return (uint8_t)(7 * place + 3 * self->state->pattern);
}

static enum err begin(const struct keeper *self, const struct command *command,
                      bool fills)
{
    struct keeper_state *state = self->state;

    state->pattern = command->arg[1];
    state->block.client = &self->disk_client;
    state->block.data = state->data;
    state->block.number = command->arg[0];
    for (uint32_t i = 0; i < DISK_BLOCK_SIZE; i++) {
        state->data[i] = fills ? expected(self, i) : 0;
    }
    return fills ? disk_write_block(&self->disk, &state->block)
                 : disk_read_block(&self->disk, &state->block);
}

static void over(const struct keeper *self, uint32_t result)
{
    self->state->result = result;
    self->state->done++;
}

void keeper_block_read(const struct disk_blocks_client *client,
                       struct disk_block *block, enum err err)
{
    const struct keeper *self = container_of(client, struct keeper, disk_client);
    uint32_t result = (uint32_t)err;

    for (uint32_t i = 0; i < DISK_BLOCK_SIZE && result == OK; i++) {
        result = block->data[i] == expected(self, i) ? OK : DIFFERENT;
    }
    over(self, result);
}

void keeper_block_written(const struct disk_blocks_client *client,
                          struct disk_block *block, enum err err)
{
    (void)block;
    over(container_of(client, struct keeper, disk_client), (uint32_t)err);
}

void keeper_command(const struct keeper *self, struct process *process,
                    const struct command *command, struct command_result *result)
{
    (void)process;
    switch (command->number) {
    case KEEPER_COMMAND_FILL:
    case KEEPER_COMMAND_COMPARE:
        command_status(result,
                       begin(self, command, command->number == KEEPER_COMMAND_FILL));
        break;
    case KEEPER_COMMAND_DONE:
        command_success_u32(result, self->state->done);
        break;
    case KEEPER_COMMAND_RESULT:
        command_success_u32(result, self->state->result);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
