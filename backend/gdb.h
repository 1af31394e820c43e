/*
 * gdb's JIT interface: each unit as an ELF object in memory, with its guest
 * name, how to unwind through it, and its guest lines.
 *
 * gdb finds the list by the names of two symbols and learns of changes from a
 * breakpoint in one of them.  Making the objects costs more than compiling
 * small units does, so this is for those who ask (--gdb).
 */
#ifndef ESP_BACKEND_GDB_H
#define ESP_BACKEND_GDB_H

#include "backend/code.h"

/* Tells of a published unit, any thread; without memory gdb hears nothing. */
void gdb_add(esp_code *code, const asm_target *target);

/* Before code_free; nothing for a unit that was not added. */
void gdb_remove(esp_code *code);

#endif
