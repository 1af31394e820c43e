/*
 * nodes.h: the nodes of Lua programs.
 *
 * An expression has one value.  Calls and `...` have two classes each: one that
 * gives the first of their values, and one, made by lua_make_multi, that gives
 * all of them (LUA_MULTI unless there is exactly one).
 *
 * In every frame slot 0 is the running closure; parameters follow.
 */
#ifndef LUA_NODES_H
#define LUA_NODES_H

#include "languages/lua/builtin.h"
#include "languages/lua/parse.h"
#include "languages/lua/table.h"

/* A goto leaves blocks with this tag plus the label's number. */
enum { LUA_GOTO = ESP_TAIL + 1 };

/* ---- leaves ------------------------------------------------------------ */

typedef struct literal_node {
    esp_node base;
    ESP_FINAL esp_value value;
} literal_node;

typedef struct local_node {
    esp_node base;
    ESP_FINAL uint32_t slot;
    ESP_CHILD esp_node *value;          /* of a write */
    esp_string *name;
} local_node;

/* What all nodes with two operands begin with; right is NULL if there is one
 * operand. */
typedef struct lua_operands {
    esp_node base;
    ESP_CHILD esp_node *left, *right;
} lua_operands;

#define LUA_HIDDEN __attribute__((visibility("hidden")))
extern LUA_HIDDEN const esp_node_class lua_literal_class,
    lua_read_local_class;

ESP_INLINE bool lua_is_leaf(const esp_node *node)
{
    return node->class == &lua_read_local_class ||
           node->class == &lua_literal_class;
}

ESP_INLINE esp_value lua_leaf(esp_node *node, const esp_frame *frame)
{
    if (node->class == &lua_read_local_class)
        return frame->slots[((local_node *)node)->slot];
    return ((literal_node *)node)->value;
}

/* As ESP_TRY(esp_execute(node, frame)); half of all nodes are leaves, and to
 * look for one is cheaper than to call it. */
#define LUA_TRY(node)                                                       \
    ({                                                                      \
        esp_node *lua_n = (node);                                           \
        esp_value lua_v;                                                    \
        if (lua_n->class == &lua_read_local_class) {                        \
            lua_v = frame->slots[((local_node *)lua_n)->slot];              \
        } else if (lua_n->class == &lua_literal_class) {                    \
            lua_v = ((literal_node *)lua_n)->value;                         \
        } else {                                                            \
            lua_v = esp_execute(lua_n, frame);                              \
            if (ESP_UNLIKELY(esp_is_abrupt(lua_v)))                         \
                return lua_v;                                               \
        }                                                                   \
        lua_v;                                                              \
    })

ESP_INLINE esp_context *lua_context(const esp_frame *frame)
{
    return frame->target->context;
}

ESP_INLINE lua_state *lua_here(const esp_frame *frame)
{
    return (lua_state *)frame->target->context->language;
}

/* The same, before something may call a guest function or throw: notes where
 * the frame is. */
ESP_INLINE lua_state *lua_at(esp_frame *frame, esp_node *node)
{
    frame->site = node;
    return lua_here(frame);
}

/* ---- making (node_*.c) ------------------------------------------------- */

esp_node *lua_literal_node(esp_context *c, esp_section at, esp_value v);
/* Of a variable in a slot: reads if value is NULL.  Boxed: the slot has the
 * box; fresh: the value gets a new one. */
enum lua_access { LUA_PLAIN, LUA_BOXED, LUA_FRESH };
esp_node *lua_local_node(esp_context *c, esp_section at, esp_string *name,
                         uint32_t slot, enum lua_access access,
                         esp_node *value);
/* A variable that closures share; ESP_NOTHING: no memory. */
esp_value lua_box_new(esp_context *c, esp_value v);
esp_node *lua_upvalue_node(esp_context *c, esp_section at, esp_string *name,
                           lua_proto *proto, uint32_t index, bool boxed,
                           esp_node *value);
esp_node *lua_vararg_node(esp_context *c, esp_section at, uint32_t first);
esp_node *lua_closure_node(esp_context *c, esp_section at, lua_proto *inner,
                           lua_proto *outer, const lua_upvalue *upvalues,
                           uint32_t n, uint32_t self);
/* Writes the first values of a multi node to slots. */
esp_node *lua_spread_node(esp_context *c, esp_section at, esp_node *value,
                          const uint32_t *slots, uint32_t n);

esp_node *lua_binary_node(esp_context *c, esp_section at, syntax_op op,
                          esp_node *left, esp_node *right);
esp_node *lua_unary_node(esp_context *c, esp_section at, syntax_op op,
                         esp_node *operand);
/* Of this new node only whether it is true will be asked. */
esp_node *lua_condition(esp_node *node);
esp_node *lua_concat_node(esp_context *c, esp_section at, esp_node **parts,
                          uint32_t n);

/* Writes if value is not NULL.  Global: as errors call it. */
esp_node *lua_index_node(esp_context *c, esp_section at, esp_node *object,
                         esp_node *key, bool global, esp_node *value);
/* The value of a write, given late. */
void lua_index_set_value(esp_node *node, esp_node *value);
/* Slot 0: items are values.  Else they are writes to the table in that slot.
 * The values of `rest` follow, if it is not NULL. */
esp_node *lua_table_node(esp_context *c, esp_section at, esp_node **items,
                         uint32_t n, esp_node *rest, uint32_t npositional,
                         uint32_t slot);

/* Method NULL: calls what callee is; else a method of it. */
esp_node *lua_call_node(esp_context *c, esp_section at, esp_node *callee,
                        esp_symbol *method, esp_node **args, uint32_t n,
                        esp_node *rest);

esp_node *lua_block_node(esp_context *c, esp_section at, esp_node **statements,
                         uint32_t n);
/* Labels: of label ids of this block, behind how many statements they are. */
esp_node *lua_label_block_node(esp_context *c, esp_section at,
                               esp_node **statements, uint32_t n,
                               const uint32_t *ids, const uint32_t *places,
                               uint32_t nlabels);
esp_node *lua_if_node(esp_context *c, esp_section at, esp_node *condition,
                      esp_node *then, esp_node *otherwise);
esp_node *lua_while_node(esp_context *c, esp_section at, esp_node *condition,
                         esp_node *body);
esp_node *lua_repeat_node(esp_context *c, esp_section at, esp_node *body,
                          esp_node *condition);
/* Slots: counter, limit, step; var_slot is the counter if nobody assigns the
 * variable.  Body may begin with the write of a box. */
esp_node *lua_for_node(esp_context *c, esp_section at, esp_node *parts[3],
                       uint32_t slots, uint32_t counter, esp_node *enter,
                       esp_node *body);
/* Slots: function, state, control, closing, position.  `calls` is where the
 * iterator is called, as messages have it. */
esp_node *lua_for_in_node(esp_context *c, esp_section at, esp_section calls,
                          esp_node *init, uint32_t slots,
                          const uint32_t *vars, uint32_t nvars,
                          esp_node *body);
esp_node *lua_break_node(esp_context *c, esp_section at);
esp_node *lua_goto_node(esp_context *c, esp_section at, uint32_t label,
                        bool backward);
/* All values in one node: NULL, or several values, or one that is multi. */
esp_node *lua_return_node(esp_context *c, esp_section at, esp_node *value);
/* Several values as one LUA_MULTI, the values of `rest` behind them. */
esp_node *lua_list_node(esp_context *c, esp_section at, esp_node **values,
                        uint32_t n, esp_node *rest);
/* A variable in a slot that is closed when the rest is over. */
esp_node *lua_close_node(esp_context *c, esp_section at, esp_string *name,
                         uint32_t slot, enum lua_access access,
                         esp_node *rest);
/* The body of a function; these parameters get boxes. */
esp_node *lua_body_node(esp_context *c, esp_section at, const uint32_t *boxed,
                        uint32_t nboxed, esp_node **statements, uint32_t n);

/* A node that may have several values gives all of them from now on. */
esp_node *lua_make_multi(esp_node *node);
/* A call in `return f()`: it replaces the function that makes it. */
esp_node *lua_make_tail(esp_node *node);
bool lua_is_tail(const esp_node *node);

/* ---- errors (error.c) -------------------------------------------------- */

/* What an expression is, for messages: " (local 'x')", or "". */
void lua_describe(const esp_node *node, char *to, size_t n);

/* A walk over the stack as programs see it; zero at first. */
typedef struct lua_gone {
    const lua_proto *callee;    /* the next newer activation, gone or not */
    bool leaving;               /* an error leaves it and its callers */
    bool tail;                  /* the last one made a tail call */
} lua_gone;

/* For each activation, newest first: is it gone for programs? */
bool lua_is_gone(lua_gone *g, const esp_activation *a);

/* "file:line: message", about the code of a node; NULL: the message alone, as
 * operations fail that C asked for.  ESP_THROW. */
ESP_BOUNDARY esp_value lua_error_at(lua_state *lua, const esp_node *node,
                                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "attempt to index a nil value (local 'x')"; the culprit may be NULL. */
ESP_BOUNDARY esp_value lua_operand_error(lua_state *lua, const esp_node *node,
                                         const char *what, esp_value v,
                                         const esp_node *culprit);

/* ---- what operations do when it is not simple -------------------------- */

/* op is an enum syntax_op; node is where errors are. */
ESP_BOUNDARY esp_value lua_arith_slow(lua_state *lua, const esp_node *node,
                                      int op, esp_value a, esp_value b);
/* Of two numbers, without errors: false if there would be one. */
bool lua_fold(int op, esp_value a, esp_value b, esp_value *to);
ESP_BOUNDARY esp_value lua_compare_slow(lua_state *lua, const esp_node *node,
                                        int op, esp_value a, esp_value b);
ESP_BOUNDARY esp_value lua_equal_slow(lua_state *lua, esp_value a,
                                      esp_value b);
ESP_BOUNDARY esp_value lua_concat_slow(lua_state *lua, const esp_node *node,
                                       const esp_value *parts, uint32_t n);
ESP_BOUNDARY esp_value lua_length_slow(lua_state *lua, const esp_node *node,
                                       esp_value v);
ESP_BOUNDARY esp_value lua_index_slow(lua_state *lua, const esp_node *node,
                                      esp_value v, esp_value key);
ESP_BOUNDARY esp_value lua_set_index_slow(lua_state *lua, const esp_node *node,
                                          esp_value v, esp_value key,
                                          esp_value to);

/* An iterator that is no function. */
ESP_BOUNDARY esp_value lua_call_iterator(lua_state *lua, const esp_node *node,
                                         esp_value f, esp_value state,
                                         esp_value control);
/* Calls what is no function: __call, or an error. */
ESP_BOUNDARY esp_value lua_call_other(lua_state *lua, esp_node *node,
                                      esp_value callee, const esp_value *args,
                                      uint64_t n);

/* Closes a variable after something came out with v: keeps that, unless
 * closing throws.  *result is what an ESP_RETURN returns. */
ESP_BOUNDARY esp_value lua_close_after(lua_state *lua, esp_value closing,
                                       esp_value v, esp_value *result);
/* The same when v leaves the node; where the frame is meanwhile is at the node,
 * or at `leaving` if v is an error. */
ESP_BOUNDARY esp_value lua_close_variable(esp_frame *frame, esp_node *node,
                                          esp_node *leaving, esp_value closing,
                                          esp_value v);
esp_node *lua_leaving_node(esp_context *c, esp_section at);
/* Closes a variable: calls its __close with the error, or nil. */
ESP_BOUNDARY esp_value lua_close(lua_state *lua, esp_value v, esp_value error);
/* Is it nil, false, or has it a __close? */
ESP_BOUNDARY esp_value lua_check_closable(lua_state *lua, const esp_node *node,
                                          esp_value v, const esp_string *name);

/* A binary node has met a table: it becomes one for metamethods (node_meta.c),
 * and does this operation. */
ESP_BOUNDARY esp_value lua_meet_table(esp_node *node, esp_frame *frame, int op,
                                      esp_value l, esp_value r);
/* The LUA_META_ of a binary operation, an OP_ other than OP_AND and OP_OR. */
int lua_meta_of(int op);

/* The same type, and equal exactly if the payloads are: not floats, strings
 * only if both are names, tables only if they have no __eq. */
ESP_INLINE bool lua_same_by_payload(esp_value l, esp_value r)
{
    return l.tag == r.tag && (l.tag <= LUA_INT || l.tag >= LUA_FUNCTION) &&
           l.tag != LUA_USERDATA;
}

/* Parts of nodes, for lua_describe; NULL where there is none. */
const char *lua_local_name(const esp_node *node);
const char *lua_upvalue_name(const esp_node *node);
const esp_node *lua_index_object(const esp_node *node);
/* "field 'x'" and so on. */
bool lua_index_name(const esp_node *node, char *to, size_t n);
const esp_node *lua_callee(const esp_node *node);
esp_symbol *lua_method_name(const esp_node *node);
bool lua_is_each(const esp_node *node);
bool lua_is_for_in(const esp_node *node);
bool lua_is_vararg(const esp_node *node);
uint32_t lua_vararg_first(const esp_node *node);
extern LUA_HIDDEN const esp_node_class lua_varargs_class;
/* The metamethod that an operation may call: a LUA_META_.  -1: it is none of
 * its file. */
int lua_operation_meta(const esp_node *node);
int lua_tables_meta(const esp_node *node);
int lua_index_meta(const esp_node *node);
int lua_close_meta(const esp_node *node);
/* What a variable is closed behind; NULL: the node does not close one. */
const esp_node *lua_close_rest(const esp_node *node);
/* Is it leaving its function because of an error? */
bool lua_is_leaving(const esp_node *node);
const esp_node *lua_left_operand(const esp_node *node);
const esp_node *lua_right_operand(const esp_node *node);
const esp_node *lua_concat_operand(const esp_node *node, uint32_t i);

#endif
