/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A QEMU plugin that writes the address of every executed instruction, in order.
 *
 * Arguments: out=FILE until=ADDRESS times=N: the emulator ends at the Nth time that the
 * instruction at ADDRESS is executed. FILE gets a 32-bit word for each instruction, in
 * the host's byte order. QEMU calls back when an instruction executes, once, also where
 * it has to start one again that touches a peripheral, and not at all where an interrupt
 * comes first; its own log (-d exec) has such instructions twice.
 *
 * QEMU's package has no header for plugins, so what is used of their interface is declared
 * here. API_VERSION, the version to ask for, is defined by whoever compiles this.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;

typedef void translated_fn(uint64_t id, struct qemu_plugin_tb *block);
typedef void executed_fn(unsigned cpu, void *user);

enum { NO_REGISTERS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated_fn *call);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
                                                 size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                            executed_fn *call, int registers,
                                            void *user);

int qemu_plugin_install(uint64_t id, const struct qemu_info_t *info, int count,
                        char **arguments);
extern int qemu_plugin_version;

int qemu_plugin_version = API_VERSION;

static FILE *out;
static uint32_t until;
static unsigned long times;

static void executed(unsigned cpu, void *user)
{
    uint32_t address = (uint32_t)(uintptr_t)user;

    (void)cpu;
    fwrite(&address, sizeof(address), 1, out);
    if (address == until && --times == 0) {
        fclose(out);
        _Exit(EXIT_SUCCESS);
    }
}

static void translated(uint64_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *each = qemu_plugin_tb_get_insn(block, i);
        void *address = (void *)(uintptr_t)qemu_plugin_insn_vaddr(each);
        qemu_plugin_register_vcpu_insn_exec_cb(each, executed, NO_REGISTERS, address);
    }
}

int qemu_plugin_install(uint64_t id, const struct qemu_info_t *info, int count,
                        char **arguments)
{
    (void)info;
    for (int i = 0; i < count; i++) {
        char *value = strchr(arguments[i], '=');
        if (value == NULL) {
            return -1;
        }
        value++;
        if (strncmp(arguments[i], "out=", 4) == 0) {
            out = fopen(value, "wb");
        } else if (strncmp(arguments[i], "until=", 6) == 0) {
            until = (uint32_t)strtoul(value, NULL, 0);
        } else if (strncmp(arguments[i], "times=", 6) == 0) {
            times = strtoul(value, NULL, 0);
        }
    }
    if (out == NULL) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
