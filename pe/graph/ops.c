/*
 * The tables that ops.def and types.def are.
 */
#include "pe/graph/graph.h"

/* The words of ops.def. */
enum {
    PURE = OP_PURE, COMM = OP_COMM, TRAPS = OP_TRAPS, PINNED = OP_PINNED,
    READS = OP_READS, WRITES = OP_WRITES, STATE = OP_STATE, TERM = OP_TERM
};
enum {
    SAME = RESULT_SAME, BOOL = RESULT_BOOL, ANY = RESULT_ANY,
    VOID = RESULT_VOID
};

const esp_op_info op_info[IR_COUNT] = {
    [IR_none] = { "none", 0, RESULT_VOID, 0 },
#define OP(name, inputs, result, flags, meaning) \
    [IR_##name] = { #name, inputs, result, flags },
#include "pe/graph/ops.def"
#undef OP
};

const char *const type_name[TY_COUNT] = {
#define TYPE(name, bytes, meaning) #name,
#include "pe/graph/types.def"
#undef TYPE
};

const uint8_t type_size[TY_COUNT] = {
#define TYPE(name, bytes, meaning) bytes,
#include "pe/graph/types.def"
#undef TYPE
};

_Static_assert(TY_f32 == TY_i64 + 1 && TY_f64 == TY_f32 + 1,
               "type_is_float: floats come last");
