/*
 * The assembler's buffer: bytes, labels, and what both become in the end.
 *
 * The encoders of the targets append to it.  Whatever depends on a distance
 * (jumps, addresses relative to the program counter) is a fixup of a kind that
 * the target declares with a short and a long form, and takes no room in the
 * buffer yet.  asm_finish starts with every fixup short, lengthens those that
 * do not reach until all do, and only then lays the bytes out.  So jumps are
 * as short as can be on x86-64 and conditional branches reach any distance on
 * AArch64, by the same few lines.
 *
 * The price is that no offset is known before asm_finish: whoever needs one
 * (return addresses, exits, block starts) binds a label and asks for its
 * offset afterwards.
 *
 *     esp_asm a;
 *     asm_init(&a, arena, &x64_asm_target);
 *     esp_label done = asm_label(&a);
 *     x64_rr(&a, X64_test, 8, X64_RDI, X64_RDI);
 *     x64_jcc(&a, X64_E, done);
 *     ...
 *     asm_bind(&a, done);
 *     x64_ret(&a);
 *     if (asm_finish(&a))
 *         decline;
 *     publish(a.bytes, a.size, a.relocs.at, a.relocs.n);
 */
#ifndef ESP_BACKEND_ASM_H
#define ESP_BACKEND_ASM_H

#include "framework/base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in the code; made by asm_label, placed by asm_bind. */
typedef struct esp_label { uint32_t i; } esp_label;

/* A fixup kind of a target.  The distance is from the start of the fixup's
 * bytes to the label. */
typedef struct asm_kind {
    uint8_t short_size, long_size;      /* bytes; equal if there is one form */
    int32_t min, max;                   /* distances of the short form */
} asm_kind;

typedef struct asm_fixup {
    uint32_t at;                        /* in the raw bytes, which have no room
                                         * for it */
    uint32_t label;
    uint32_t data;                      /* condition, register: the target's */
    uint8_t kind;
    bool is_long;
} asm_fixup;

typedef struct asm_target {
    const asm_kind *kinds;              /* [0] is alignment; see asm_align */
    /* Writes a fixup's bytes; says whether even the long form reaches. */
    bool (*write)(uint8_t *to, const asm_fixup *f, int64_t distance);
    void (*pad)(uint8_t *to, uint32_t n);       /* n bytes that do nothing */
    /* What debuggers and profilers want to be told. */
    uint16_t elf_machine;
    uint8_t dwarf_fp, dwarf_ra;         /* frame pointer, return address */
} asm_target;

/* An absolute address that the code refers to relative to itself.  When the
 * code's own address is known, `apply` completes the bytes that will run at
 * `address`. */
typedef void asm_apply(uint8_t *bytes, uint64_t address, uint64_t target);

typedef struct esp_reloc {
    uint32_t offset;                    /* of the instruction or field */
    esp_label label;                    /* the same place before asm_finish */
    uint64_t target;
    asm_apply *apply;
} esp_reloc;

typedef struct asm_label_info {
    uint32_t at;                        /* raw offset; ASM_UNBOUND */
    uint32_t fixups;                    /* how many stand before it */
} asm_label_info;

typedef struct asm_datum {
    uint64_t lo, hi;
    uint32_t size;                      /* 4, 8, 16: a constant; 0: a table */
    uint32_t label;                     /* where it will be */
    uint32_t first, n;                  /* table: its labels */
} asm_datum;

typedef struct esp_asm {
    esp_arena *arena;
    const asm_target *target;
    VEC(uint8_t) raw;
    VEC(asm_label_info) labels;
    VEC(asm_fixup) fixups;
    VEC(asm_datum) data;                /* goes behind the code */
    VEC(uint32_t) table_labels;
    VEC(esp_reloc) relocs;
    uint64_t lo, hi;                    /* the code will lie in [lo, hi); 0, 0
                                         * when unknown: all calls are far */
    const char *error;                  /* first thing that was wrong */
    uint8_t *bytes;                     /* after asm_finish, in the arena */
    uint32_t size;                      /* code and data */
    uint32_t code_size;                 /* code alone */
} esp_asm;

/* The arena's `exhausted` must be set: running out of memory does not come
 * back here. */
void asm_init(esp_asm *a, esp_arena *arena, const asm_target *target);

esp_label asm_label(esp_asm *a);
void asm_bind(esp_asm *a, esp_label l);
esp_label asm_here(esp_asm *a);         /* a new label, bound */

/* The next byte stands at a multiple of `n`, a power of two up to 64. */
void asm_align(esp_asm *a, uint32_t n);

/* The label of a constant of 4, 8 or 16 bytes behind the code, aligned to its
 * size; equal constants are one. */
esp_label asm_const(esp_asm *a, uint64_t lo, uint64_t hi, uint32_t size);

/* The label of a table of 32-bit distances behind the code: entry i is
 * labels[i] - table. */
esp_label asm_table(esp_asm *a, const esp_label *labels, uint32_t n);

/* Lays everything out: `bytes`, `size`, and the offsets of the relocations.
 * NULL if all is well, else what is wrong: a form that does not exist, an
 * immediate out of range, an unbound label, code too large. */
const char *asm_finish(esp_asm *a);

/* After asm_finish: where a label is, from the start of the code. */
uint32_t asm_offset(const esp_asm *a, esp_label l);

/* For encoders: bytes; the first n of as many bytes as an instruction can
 * have, which is faster; a fixup; a relocation of what follows; a fault. */
enum { ASM_SHORT = 16 };
void asm_put(esp_asm *a, const uint8_t *bytes, uint32_t n);
void asm_put_short(esp_asm *a, const uint8_t bytes[ASM_SHORT], uint32_t n);
void asm_fix(esp_asm *a, uint8_t kind, esp_label l, uint32_t data);
void asm_reloc(esp_asm *a, uint64_t target, asm_apply *apply);
void asm_wrong(esp_asm *a, const char *what);

#endif
