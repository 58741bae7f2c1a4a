# SPDX-License-Identifier: MIT OR Apache-2.0
# The sources of board mps2_an386 and the seal of each; generated, do not edit.

objects := \
    $(OBJ)/runtime/capsules/alarm.o \
    $(OBJ)/runtime/chips/arm/cmsdk_timer.o \
    $(OBJ)/runtime/chips/arm/cmsdk_uart.o \
    $(OBJ)/runtime/capsules/console.o \
    $(OBJ)/runtime/kernel/fault_restart.o \
    $(OBJ)/runtime/kernel/kernel.o \
    $(OBJ)/runtime/kernel/deferred.o \
    $(OBJ)/runtime/kernel/loop.o \
    $(OBJ)/runtime/kernel/syscall.o \
    $(OBJ)/runtime/kernel/memop.o \
    $(OBJ)/runtime/kernel/process.o \
    $(OBJ)/runtime/kernel/upcall.o \
    $(OBJ)/runtime/kernel/grant.o \
    $(OBJ)/runtime/kernel/process_buffer.o \
    $(OBJ)/runtime/kernel/process_control.o \
    $(OBJ)/runtime/kernel/load.o \
    $(OBJ)/runtime/kernel/tbf.o \
    $(OBJ)/runtime/kernel/report.o \
    $(OBJ)/runtime/capsules/led_driver.o \
    $(OBJ)/runtime/devices/led_gpio.o \
    $(OBJ)/runtime/capsules/low_level_debug.o \
    $(OBJ)/runtime/chips/mps2/mps2_fpgaio.o \
    $(OBJ)/runtime/chips/mps2/mps2_scc.o \
    $(OBJ)/runtime/virtualizers/mux_uart.o \
    $(OBJ)/runtime/kernel/round_robin.o \
    $(OBJ)/runtime/chips/cortexm/systick.o \
    $(OBJ)/runtime/arch/cortexm/arch_block.o \
    $(OBJ)/runtime/arch/cortexm/arch_context.o \
    $(OBJ)/runtime/arch/cortexm/arch_entry.o \
    $(OBJ)/runtime/arch/cortexm/arch_machine.o \
    $(OBJ)/runtime/arch/cortexm/arch_mpu.o \
    $(OBJ)/runtime/lib/arbiter.o \
    $(OBJ)/runtime/lib/memory.o \
    $(OBJ)/gen/board.o \
    $(OBJ)/gen/vectors.o

$(OBJ)/runtime/capsules/alarm.o: $(RUNTIME)/capsules/alarm.c seal/alarm.h
$(OBJ)/runtime/capsules/alarm.o: SEAL := seal/alarm.h
$(OBJ)/runtime/chips/arm/cmsdk_timer.o: $(RUNTIME)/chips/arm/cmsdk_timer.c seal/cmsdk_timer.h
$(OBJ)/runtime/chips/arm/cmsdk_timer.o: SEAL := seal/cmsdk_timer.h
$(OBJ)/runtime/chips/arm/cmsdk_uart.o: $(RUNTIME)/chips/arm/cmsdk_uart.c
$(OBJ)/runtime/capsules/console.o: $(RUNTIME)/capsules/console.c seal/console.h
$(OBJ)/runtime/capsules/console.o: SEAL := seal/console.h
$(OBJ)/runtime/kernel/fault_restart.o: $(RUNTIME)/kernel/fault_restart.c
$(OBJ)/runtime/kernel/kernel.o: $(RUNTIME)/kernel/kernel.c seal/kernel.h
$(OBJ)/runtime/kernel/kernel.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/deferred.o: $(RUNTIME)/kernel/deferred.c seal/kernel.h
$(OBJ)/runtime/kernel/deferred.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/loop.o: $(RUNTIME)/kernel/loop.c seal/kernel.h
$(OBJ)/runtime/kernel/loop.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/syscall.o: $(RUNTIME)/kernel/syscall.c seal/kernel.h
$(OBJ)/runtime/kernel/syscall.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/memop.o: $(RUNTIME)/kernel/memop.c seal/kernel.h
$(OBJ)/runtime/kernel/memop.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/process.o: $(RUNTIME)/kernel/process.c seal/kernel.h
$(OBJ)/runtime/kernel/process.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/upcall.o: $(RUNTIME)/kernel/upcall.c seal/kernel.h
$(OBJ)/runtime/kernel/upcall.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/grant.o: $(RUNTIME)/kernel/grant.c seal/kernel.h
$(OBJ)/runtime/kernel/grant.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/process_buffer.o: $(RUNTIME)/kernel/process_buffer.c seal/kernel.h
$(OBJ)/runtime/kernel/process_buffer.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/process_control.o: $(RUNTIME)/kernel/process_control.c seal/kernel.h
$(OBJ)/runtime/kernel/process_control.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/load.o: $(RUNTIME)/kernel/load.c seal/kernel.h
$(OBJ)/runtime/kernel/load.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/tbf.o: $(RUNTIME)/kernel/tbf.c seal/kernel.h
$(OBJ)/runtime/kernel/tbf.o: SEAL := seal/kernel.h
$(OBJ)/runtime/kernel/report.o: $(RUNTIME)/kernel/report.c seal/kernel.h
$(OBJ)/runtime/kernel/report.o: SEAL := seal/kernel.h
$(OBJ)/runtime/capsules/led_driver.o: $(RUNTIME)/capsules/led_driver.c
$(OBJ)/runtime/devices/led_gpio.o: $(RUNTIME)/devices/led_gpio.c seal/led_gpio.h
$(OBJ)/runtime/devices/led_gpio.o: SEAL := seal/led_gpio.h
$(OBJ)/runtime/capsules/low_level_debug.o: $(RUNTIME)/capsules/low_level_debug.c seal/low_level_debug.h
$(OBJ)/runtime/capsules/low_level_debug.o: SEAL := seal/low_level_debug.h
$(OBJ)/runtime/chips/mps2/mps2_fpgaio.o: $(RUNTIME)/chips/mps2/mps2_fpgaio.c
$(OBJ)/runtime/chips/mps2/mps2_scc.o: $(RUNTIME)/chips/mps2/mps2_scc.c
$(OBJ)/runtime/virtualizers/mux_uart.o: $(RUNTIME)/virtualizers/mux_uart.c seal/mux_uart.h
$(OBJ)/runtime/virtualizers/mux_uart.o: SEAL := seal/mux_uart.h
$(OBJ)/runtime/kernel/round_robin.o: $(RUNTIME)/kernel/round_robin.c
$(OBJ)/runtime/chips/cortexm/systick.o: $(RUNTIME)/chips/cortexm/systick.c
$(OBJ)/runtime/arch/cortexm/arch_block.o: $(RUNTIME)/arch/cortexm/arch_block.c
$(OBJ)/runtime/arch/cortexm/arch_context.o: $(RUNTIME)/arch/cortexm/arch_context.c
$(OBJ)/runtime/arch/cortexm/arch_entry.o: $(RUNTIME)/arch/cortexm/arch_entry.S
$(OBJ)/runtime/arch/cortexm/arch_machine.o: $(RUNTIME)/arch/cortexm/arch_machine.c
$(OBJ)/runtime/arch/cortexm/arch_mpu.o: $(RUNTIME)/arch/cortexm/arch_mpu.c
$(OBJ)/runtime/lib/arbiter.o: $(RUNTIME)/lib/arbiter.c
$(OBJ)/runtime/lib/memory.o: $(RUNTIME)/lib/memory.c
$(OBJ)/gen/board.o: board.c
$(OBJ)/gen/vectors.o: vectors.c
