/*
 * From LLVM's functions to drafts.  The import*.c files, byval.c and
 * tools/mkimage.c are the only ones that see LLVM.
 *
 * A value of LLVM becomes as many scalars as its type has when it is taken
 * apart: structs and arrays in registers are their fields, pointers are i64.
 * Integers of odd widths are the next wider type, the bits above are zero.
 */
#ifndef ESP_MKIMAGE_IMPORT_H
#define ESP_MKIMAGE_IMPORT_H

#include "tools/mkimage/write.h"

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>

/* Name, without the number behind it, of the functions that mkimage.c puts in
 * place of llvm.ptr.annotation: they return the address they get, which is
 * that of a field; the number is the INS_ flags that loads from it have. */
#define IMPORT_MARK "esp.mark."

/* Pointers to numbers: open addressing, key NULL is free. */
typedef struct import_pair { const void *key; uint32_t at, n; } import_pair;
typedef struct import_map { import_pair *pair; uint32_t n, cap; } import_map;

typedef struct importer {
    LLVMModuleRef module;
    LLVMTargetDataRef layout;
    writer *w;
    uint32_t machine;           /* IMAGE_X64, ... */
    VEC(LLVMValueRef) symbols;  /* functions and globals by symbol number */
    import_map symbol_of;
} importer;

const import_pair *import_map_get(const import_map *t, const void *key);
void import_map_put(esp_arena *a, import_map *t, import_pair p);

/* The symbol of a function or global of the module. */
uint32_t import_symbol(importer *m, LLVMValueRef global);

/* One function as a draft in arena a; NULL and the reason (in a) if it cannot
 * be in an image. */
draft *import_function(importer *m, LLVMValueRef fn, esp_arena *a,
                       const char **reason);

/* ---- among the import*.c files ----------------------------------------- */

typedef struct import {
    importer *m;
    draft *d;
    esp_arena *a;
    LLVMValueRef fn;
    const char *reason;         /* the first thing that cannot be imported */
    import_map values;          /* LLVM value: its scalars */
    import_map blocks;          /* LLVM block: number */
    draft_refs scalars;
    uint8_t *first_word;        /* by parameter: its first word's index */
} import;

/* The scalars of one value. */
typedef struct import_many { const esp_ref *at; uint32_t n; } import_many;

/* A scalar in a type that was taken apart. */
typedef struct import_leaf { LLVMTypeRef type; uint64_t offset; } import_leaf;
enum { IMPORT_MAX_LEAVES = 64 };

/* Notes why the function cannot be imported; returns 0. */
uint32_t import_refuse(import *m, const char *format, ...) CC_PRINTF(2, 3);

/* Does a type's value lie in a register as a pair of floats? */
bool import_is_pair(LLVMTypeRef t);

unsigned import_flatten(import *m, LLVMTypeRef t, import_leaf *leaves);
esp_type import_type(import *m, LLVMTypeRef t);

/* Bits of an integer type of odd width, else 0. */
unsigned import_odd(LLVMTypeRef t);
/* What an operation on odd integers may have left above them is cleared. */
esp_ref import_wrap(import *m, LLVMTypeRef t, esp_ref r);
/* The integer with its sign in the bits above it. */
esp_ref import_signed(import *m, LLVMTypeRef t, esp_ref r);

import_many import_values(import *m, LLVMValueRef v);
esp_ref import_value(import *m, LLVMValueRef v);        /* a single scalar */
void import_define(import *m, LLVMValueRef v, const esp_ref *at, uint32_t n);
void import_define1(import *m, LLVMValueRef v, esp_ref r);

/* The address that a getelementptr computes, instruction or constant. */
esp_ref import_address(import *m, LLVMValueRef gep);

/* Memory of any type: what is there as scalars, and back. */
esp_ref import_load_scalar(import *m, LLVMTypeRef t, esp_ref address,
                           int64_t disp, uint16_t flags);
void import_store_scalar(import *m, LLVMTypeRef t, esp_ref value,
                         esp_ref address, int64_t disp, uint16_t flags);

/* The flags of a load from this address: those of the field it lies in. */
uint16_t import_marks(LLVMValueRef address);

/* import_call.c */
uint16_t import_mark_number(LLVMValueRef callee);       /* 0: no mark */
void import_call(import *m, LLVMValueRef inst);
void import_params(import *m);

/* import_intrinsic.c */
void import_intrinsic(import *m, LLVMValueRef inst, LLVMValueRef callee);

/* A call that is in C's library rather than in the source. */
void import_library_call(import *m, LLVMValueRef inst, const char *name,
                         const esp_sig *sig, const esp_ref *args);

#endif
