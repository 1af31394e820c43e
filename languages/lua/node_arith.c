/*
 * Literals, arithmetic, comparison, concatenation, logic.
 *
 * Integers wrap around.  An arithmetic node begins with no case active and
 * learns from what it meets: integers, floats, either; strings and metamethods
 * are for a function that is called (meta.c).
 */
#include "languages/lua/nodes.h"

#include <math.h>

/* ---- literals ---------------------------------------------------------- */

static esp_value literal_execute(esp_node *node, esp_frame *frame)
{
    (void)frame;
    return ((literal_node *)node)->value;
}

const esp_node_class lua_literal_class = {
    .name = "literal", .size = sizeof(literal_node),
    .tags = ESP_IS_EXPRESSION, .execute = literal_execute,
};

esp_node *lua_literal_node(esp_context *c, esp_section at, esp_value v)
{
    literal_node *n = ESP_NEW_NODE(c, literal_node, &lua_literal_class, at);

    n->value = v;
    return &n->base;
}

/* ---- binary operations ------------------------------------------------- */

typedef struct binary_node {
    lua_operands base;
    ESP_FINAL uint32_t state;           /* active cases */
    ESP_FINAL uint32_t slot;            /* of a local on the left, and the */
    ESP_FINAL int64_t constant;         /* integer on the right, if so */
} binary_node;

static void binary_forget(esp_node *copy)
{
    ((binary_node *)copy)->state = 0;
}

enum { INTS = 1, FLOATS = 2, NUMBERS = 4, SAME = 8, STRINGS = 16 };

static void binary_describe(const esp_node *node, char *to, size_t n)
{
    static const char *const names[] = { "ints", "floats", "numbers", "same",
                                         "strings" };
    uint32_t state = ((const binary_node *)node)->state;
    size_t at = 0;

    to[0] = '\0';
    for (int i = 0; i < 5; i++)
        if (state >> i & 1 && at < n)
            at += (size_t)snprintf(to + at, n - at, "%s%s", at ? " " : "",
                                   names[i]);
    if (state & ESP_FALLBACK_CASE && at < n)
        snprintf(to + at, n - at, "%sanything", at ? " " : "");
}

ESP_INLINE double to_double(esp_value v)
{
    return v.tag == LUA_INT ? (double)v.as.i : v.as.d;
}

/*
 * An operation is two inline functions of its operands: what it does with two
 * integers or two floats, false if that is not simple; and what it does at
 * all.
 *
 * It has three classes: for any two children; for two leaves, such as a + b,
 * which calls nobody; and for a local and a small integer, such as n - 1, which
 * does not even look at its children.  The interpreter tries the simple things
 * first and goes elsewhere with everything else, so that its usual path needs
 * few registers.  The evaluator sees the operation only.
 */
#define BINARY_CLASS(word, shown)                                           \
    static const esp_node_class word##_class = {                            \
        .name = shown, .size = sizeof(binary_node),                         \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(lua_operands, left),                            \
                     ESP_ONE(lua_operands, right)),                          \
        .forget = binary_forget, .describe = binary_describe,               \
    }

#define BINARY(word)                                                        \
    __attribute__((noinline))                                               \
    static esp_value word##_slowly(esp_node *node, esp_frame *frame,        \
                                   esp_value l, esp_value r)                \
    {                                                                       \
        return word(node, frame, l, r);                                     \
    }                                                                       \
    ESP_INLINE esp_value word##_quickly(esp_node *node, esp_frame *frame,   \
                                        esp_value l, esp_value r)           \
    {                                                                       \
        esp_value v;                                                        \
                                                                            \
        if (!esp_in_interpreter())                                          \
            return word(node, frame, l, r);                                 \
        if (ESP_LIKELY(word##_simply(((binary_node *)node)->state, l, r,    \
                                     &v)))                                  \
            return v;                                                       \
        return word##_slowly(node, frame, l, r);                            \
    }                                                                       \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
        esp_value l = LUA_TRY(self->base.left);                                  \
        esp_value r = LUA_TRY(self->base.right);                                 \
                                                                            \
        return word##_quickly(node, frame, l, r);                           \
    }                                                                       \
    static esp_value word##_leaves_execute(esp_node *node,                  \
                                           esp_frame *frame)                \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        return word##_quickly(node, frame, lua_leaf(self->base.left, frame),     \
                              lua_leaf(self->base.right, frame));                \
    }                                                                       \
    static esp_value word##_constant_execute(esp_node *node,                \
                                             esp_frame *frame)              \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        return word##_quickly(node, frame, frame->slots[self->slot],        \
                              lua_int(self->constant));                     \
    }                                                                       \
    BINARY_CLASS(word, #word);                                              \
    BINARY_CLASS(word##_leaves, #word);                                     \
    BINARY_CLASS(word##_constant, #word)

/* What the interpreter tries: two integers, two floats. */
#define SIMPLY(word, int_result, float_result)                              \
    ESP_INLINE bool word##_simply(uint32_t state, esp_value l, esp_value r, \
                                  esp_value *v)                             \
    {                                                                       \
        if (l.tag == LUA_INT && r.tag == LUA_INT && state & INTS) {         \
            int64_t a = l.as.i, b = r.as.i;                                 \
            *v = int_result;                                                \
            return true;                                                    \
        }                                                                   \
        if (l.tag == LUA_FLOAT && r.tag == LUA_FLOAT && state & FLOATS) {   \
            double a = l.as.d, b = r.as.d;                                  \
            *v = float_result;                                              \
            return true;                                                    \
        }                                                                   \
        return false;                                                       \
    }

/* What is not for numbers. */
ESP_INLINE esp_value arith_other(esp_node *node, esp_frame *frame, int op,
                                 esp_value l, esp_value r)
{
    if (l.tag == LUA_TABLE || r.tag == LUA_TABLE) {
        esp_deopt_invalidate();
        return lua_meet_table(node, frame, op, l, r);
    }
    return lua_arith_slow(lua_at(frame, node), node, op, l, r);
}

ESP_INLINE esp_value compare_other(esp_node *node, esp_frame *frame, int op,
                                   esp_value l, esp_value r)
{
    if (l.tag == LUA_TABLE || r.tag == LUA_TABLE) {
        esp_deopt_invalidate();
        return lua_meet_table(node, frame, op, l, r);
    }
    return lua_compare_slow(lua_at(frame, node), node, op, l, r);
}

#define ARITHMETIC(word, op, int_result, float_result)                      \
    SIMPLY(word, int_result, float_result)                                  \
    ESP_INLINE esp_value word(esp_node *node, esp_frame *frame,             \
                              esp_value l, esp_value r)                     \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTS, l.tag == LUA_INT && r.tag == LUA_INT) {              \
            int64_t a = l.as.i, b = r.as.i;                                 \
            return int_result;                                              \
        }                                                                   \
        ESP_CASE(FLOATS, l.tag == LUA_FLOAT && r.tag == LUA_FLOAT) {        \
            double a = l.as.d, b = r.as.d;                                  \
            return float_result;                                            \
        }                                                                   \
        ESP_CASE(NUMBERS, lua_is_number(l) && lua_is_number(r) &&           \
                          l.tag != r.tag) {                                 \
            double a = to_double(l), b = to_double(r);                      \
            return float_result;                                            \
        }                                                                   \
        ESP_FALLBACK                                                        \
            return arith_other(node, frame, op, l, r);                      \
        }                                                                   \
    }                                                                       \
    BINARY(word)

#define WRAPPED(a, operator, b) \
    lua_int((int64_t)((uint64_t)(a) operator (uint64_t)(b)))

ARITHMETIC(add, OP_ADD, WRAPPED(a, +, b), lua_float(a + b));
ARITHMETIC(sub, OP_SUB, WRAPPED(a, -, b), lua_float(a - b));
ARITHMETIC(mul, OP_MUL, WRAPPED(a, *, b), lua_float(a * b));

/* Always a float. */
#define DIVISION(word, op, float_result)                                    \
    ARITHMETIC(word, op,                                                    \
               ({ double x = (double)a, y = (double)b;                      \
                  word##_doubles(x, y); }), float_result)

ESP_INLINE esp_value div_doubles(double a, double b)
{
    return lua_float(a / b);
}
DIVISION(div, OP_DIV, lua_float(a / b));

/* x^2 and x^0.5 are common, and pow is exact for them. */
ESP_BOUNDARY ESP_LEAF static double raise(double a, double b)
{
    return b == 2 ? a * a : pow(a, b);
}

ESP_INLINE esp_value power_doubles(double a, double b)
{
    return lua_float(raise(a, b));
}
DIVISION(power, OP_POW, lua_float(raise(a, b)));

/* Rounds toward minus infinity; the divisor is not 0. */
ESP_INLINE int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q;

    if (ESP_UNLIKELY(b == -1))
        return (int64_t)-(uint64_t)a;
    q = a / b;
    return q - (a % b != 0 && (a ^ b) < 0);
}

ESP_INLINE int64_t floor_mod(int64_t a, int64_t b)
{
    int64_t r;

    if (ESP_UNLIKELY(b == -1))
        return 0;
    r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

ESP_BOUNDARY ESP_LEAF static double float_floor(double a)
{
    return floor(a);
}

ESP_BOUNDARY ESP_LEAF static double float_mod(double a, double b)
{
    double r = fmod(a, b);

    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* As ARITHMETIC, but a zero divisor of integers is for the slow path. */
#define INTEGER_DIVISION(word, op, int_result, float_result)                \
    ESP_INLINE bool word##_simply(uint32_t state, esp_value l, esp_value r, \
                                  esp_value *v)                             \
    {                                                                       \
        if (l.tag == LUA_INT && r.tag == LUA_INT && state & INTS &&         \
            r.as.i) {                                                       \
            int64_t a = l.as.i, b = r.as.i;                                 \
            *v = int_result;                                                \
            return true;                                                    \
        }                                                                   \
        return false;                                                       \
    }                                                                       \
    ESP_INLINE esp_value word(esp_node *node, esp_frame *frame,             \
                              esp_value l, esp_value r)                     \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTS, l.tag == LUA_INT && r.tag == LUA_INT && r.as.i) {    \
            int64_t a = l.as.i, b = r.as.i;                                 \
            return int_result;                                              \
        }                                                                   \
        ESP_CASE(NUMBERS, lua_is_number(l) && lua_is_number(r) &&           \
                          (l.tag == LUA_FLOAT || r.tag == LUA_FLOAT)) {     \
            double a = to_double(l), b = to_double(r);                      \
            return float_result;                                            \
        }                                                                   \
        ESP_FALLBACK                                                        \
            return arith_other(node, frame, op, l, r);                      \
        }                                                                   \
    }                                                                       \
    BINARY(word)

INTEGER_DIVISION(idiv, OP_IDIV, lua_int(floor_div(a, b)),
                 lua_float(float_floor(a / b)));
INTEGER_DIVISION(mod, OP_MOD, lua_int(floor_mod(a, b)),
                 lua_float(float_mod(a, b)));

/* ---- bits -------------------------------------------------------------- */

#define BITWISE(word, op, int_result)                                       \
    ESP_INLINE bool word##_simply(uint32_t state, esp_value l, esp_value r, \
                                  esp_value *v)                             \
    {                                                                       \
        uint64_t a = (uint64_t)l.as.i, b = (uint64_t)r.as.i;                \
                                                                            \
        if (l.tag != LUA_INT || r.tag != LUA_INT || !(state & INTS))        \
            return false;                                                   \
        *v = lua_int((int64_t)(int_result));                                \
        return true;                                                        \
    }                                                                       \
    ESP_INLINE esp_value word(esp_node *node, esp_frame *frame,             \
                              esp_value l, esp_value r)                     \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTS, l.tag == LUA_INT && r.tag == LUA_INT) {              \
            uint64_t a = (uint64_t)l.as.i, b = (uint64_t)r.as.i;            \
            return lua_int((int64_t)(int_result));                          \
        }                                                                   \
        ESP_FALLBACK                                                        \
            return arith_other(node, frame, op, l, r);                      \
        }                                                                   \
    }                                                                       \
    BINARY(word)

/* By 64 and more nothing remains; negative shifts go the other way. */
ESP_INLINE uint64_t shift_left(uint64_t a, uint64_t b)
{
    if (ESP_LIKELY(b < 64))
        return a << b;
    return -b < 64 ? a >> -b : 0;
}

ESP_INLINE uint64_t shift_right(uint64_t a, uint64_t b)
{
    if (ESP_LIKELY(b < 64))
        return a >> b;
    return -b < 64 ? a << -b : 0;
}

BITWISE(band, OP_BAND, a & b);
BITWISE(bor, OP_BOR, a | b);
BITWISE(bxor, OP_BXOR, a ^ b);
BITWISE(shl, OP_SHL, shift_left(a, b));
BITWISE(shr, OP_SHR, shift_right(a, b));

/* ---- comparison -------------------------------------------------------- */

/* Integers and floats are compared exactly, so not as floats: that is for the
 * slow path. */
#define COMPARISON(word, operator, op)                                      \
    SIMPLY(word, lua_boolean(a operator b), lua_boolean(a operator b))      \
    ESP_INLINE esp_value word(esp_node *node, esp_frame *frame,             \
                              esp_value l, esp_value r)                     \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTS, l.tag == LUA_INT && r.tag == LUA_INT)                \
            return lua_boolean(l.as.i operator r.as.i);                     \
        ESP_CASE(FLOATS, l.tag == LUA_FLOAT && r.tag == LUA_FLOAT)          \
            return lua_boolean(l.as.d operator r.as.d);                     \
        ESP_FALLBACK                                                        \
            return compare_other(node, frame, op, l, r);                    \
        }                                                                   \
    }                                                                       \
    BINARY(word)

COMPARISON(less, <, OP_LT);
COMPARISON(less_equal, <=, OP_LE);
COMPARISON(greater, >, OP_GT);
COMPARISON(greater_equal, >=, OP_GE);

ESP_INLINE bool equal_simply(uint32_t state, esp_value l, esp_value r,
                             esp_value *v)
{
    if (!state)
        return false;
    if (l.tag == LUA_INT && r.tag == LUA_INT && state & INTS) {
        *v = lua_boolean(l.as.i == r.as.i);
        return true;
    }
    /* The same object, or different types: but integers and floats. */
    if (state & ESP_FALLBACK_CASE) {
        if (l.tag == r.tag && l.as.i == r.as.i && l.tag != LUA_FLOAT) {
            *v = lua_boolean(true);
            return true;
        }
        if (l.tag != r.tag && (l.tag | r.tag) != (LUA_INT | LUA_FLOAT)) {
            *v = lua_boolean(false);
            return true;
        }
    }
    return false;
}

/* Two tables: only one that has a metatable may have __eq. */
ESP_INLINE esp_value equal_tables(esp_node *node, esp_frame *frame, int op,
                                  esp_value l, esp_value r)
{
    if (!lua_table_of(l)->base.shape->dynamic &&
        !lua_table_of(r)->base.shape->dynamic)
        return lua_boolean(op == OP_NE);
    esp_deopt_invalidate();
    return lua_meet_table(node, frame, op, l, r);
}

ESP_INLINE esp_value equality(esp_node *node, esp_frame *frame, int op,
                              esp_value l, esp_value r)
{
    binary_node *self = (binary_node *)node;
    bool no = op == OP_NE;
    esp_value v;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, l.tag == LUA_INT && r.tag == LUA_INT)
        return lua_boolean((l.as.i == r.as.i) != no);
    ESP_CASE(FLOATS, l.tag == LUA_FLOAT && r.tag == LUA_FLOAT)
        return lua_boolean((l.as.d == r.as.d) != no);
    ESP_FALLBACK {
        if (lua_same_by_payload(l, r))
            return lua_boolean((l.as.i == r.as.i) != no);
        if (l.tag == LUA_NIL || r.tag == LUA_NIL)
            return lua_boolean(no);
        if (l.tag == r.tag && l.tag != LUA_FLOAT && l.as.i == r.as.i)
            return lua_boolean(!no);
        if (l.tag == LUA_TABLE && r.tag == LUA_TABLE)
            return equal_tables(node, frame, op, l, r);
        v = ESP_TRY(lua_equal_slow(lua_at(frame, node), l, r));
        return lua_boolean(v.as.i != no);
    }
    }
}

ESP_INLINE esp_value equal(esp_node *node, esp_frame *frame, esp_value l,
                           esp_value r)
{
    return equality(node, frame, OP_EQ, l, r);
}
BINARY(equal);

ESP_INLINE bool not_equal_simply(uint32_t state, esp_value l, esp_value r,
                                 esp_value *v)
{
    if (!equal_simply(state, l, r, v))
        return false;
    v->as.i = !v->as.i;
    return true;
}

ESP_INLINE esp_value not_equal(esp_node *node, esp_frame *frame, esp_value l,
                               esp_value r)
{
    return equality(node, frame, OP_NE, l, r);
}
BINARY(not_equal);

/* ---- logic ------------------------------------------------------------- */

static esp_value and_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = LUA_TRY(self->base.left);

    if (!lua_is_true(l))
        return l;
    return esp_execute(self->base.right, frame);
}
BINARY_CLASS(and, "and");

static esp_value or_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = LUA_TRY(self->base.left);

    if (lua_is_true(l))
        return l;
    return esp_execute(self->base.right, frame);
}
BINARY_CLASS(or, "or");

/*
 * Conditions: only whether they are true is asked.  The answer is true or nil,
 * not false, because the evaluator goes on separately for each tag: so a jump
 * leads from each comparison to where the answer is needed.
 */
ESP_INLINE esp_value answer(bool yes)
{
    return yes ? lua_boolean(true) : lua_nil();
}

static esp_value and_test_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    if (!lua_is_true(v))
        return answer(false);
    v = LUA_TRY(self->base.right);
    return answer(lua_is_true(v));
}
BINARY_CLASS(and_test, "and");

static esp_value or_test_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    if (lua_is_true(v))
        return answer(true);
    v = LUA_TRY(self->base.right);
    return answer(lua_is_true(v));
}
BINARY_CLASS(or_test, "or");

esp_node *lua_condition(esp_node *node)
{
    lua_operands *both = (lua_operands *)node;

    if (node->class != &and_class && node->class != &or_class)
        return node;
    node->class = node->class == &and_class ? &and_test_class : &or_test_class;
    lua_condition(both->left);
    lua_condition(both->right);
    return node;
}

enum { ANY, LEAVES, CONSTANT };

#define CLASSES(word) { &word##_class, &word##_leaves_class,                \
                        &word##_constant_class }
static const esp_node_class *const classes[][3] = {
    [OP_OR] =   { &or_class, &or_class, &or_class },
    [OP_AND] =  { &and_class, &and_class, &and_class },
    [OP_ADD] =  CLASSES(add),
    [OP_SUB] =  CLASSES(sub),
    [OP_MUL] =  CLASSES(mul),
    [OP_DIV] =  CLASSES(div),
    [OP_MOD] =  CLASSES(mod),
    [OP_POW] =  CLASSES(power),
    [OP_IDIV] = CLASSES(idiv),
    [OP_BAND] = CLASSES(band),
    [OP_BOR] =  CLASSES(bor),
    [OP_BXOR] = CLASSES(bxor),
    [OP_SHL] =  CLASSES(shl),
    [OP_SHR] =  CLASSES(shr),
    [OP_EQ] =   CLASSES(equal),
    [OP_NE] =   CLASSES(not_equal),
    [OP_LT] =   CLASSES(less),
    [OP_LE] =   CLASSES(less_equal),
    [OP_GT] =   CLASSES(greater),
    [OP_GE] =   CLASSES(greater_equal),
};

static int form_of(const esp_node *left, const esp_node *right)
{
    if (!lua_is_leaf(left) || !lua_is_leaf(right))
        return ANY;
    if (left->class == &lua_read_local_class &&
        right->class == &lua_literal_class &&
        ((const literal_node *)right)->value.tag == LUA_INT)
        return CONSTANT;
    return LEAVES;
}

esp_node *lua_binary_node(esp_context *c, esp_section at, syntax_op op,
                          esp_node *left, esp_node *right)
{
    int form = form_of(left, right);
    binary_node *n = ESP_NEW_NODE(c, binary_node, classes[op][form], at);

    n->base.left = left;
    n->base.right = right;
    if (form == CONSTANT) {
        n->slot = ((local_node *)left)->slot;
        n->constant = ((literal_node *)right)->value.as.i;
    }
    return &n->base.base;
}

/* ---- one operand ------------------------------------------------------- */

static esp_value not_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    return lua_boolean(!lua_is_true(v));
}

static esp_value negate_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, v.tag == LUA_INT)
        return WRAPPED(0, -, v.as.i);
    ESP_CASE(FLOATS, v.tag == LUA_FLOAT)
        return lua_float(-v.as.d);
    ESP_FALLBACK
        return lua_arith_slow(lua_at(frame, node), node, OP_UNM, v, v);
    }
}

static esp_value bnot_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    if (ESP_LIKELY(v.tag == LUA_INT))
        return lua_int(~v.as.i);
    return lua_arith_slow(lua_at(frame, node), node, OP_BNOT, v, v);
}

static esp_value length_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value v = LUA_TRY(self->base.left);

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(SAME, v.tag == LUA_TABLE &&
                   !lua_table_of(v)->base.shape->dynamic)
        return lua_int(lua_table_of(v)->array.length);
    ESP_CASE(STRINGS, v.tag == LUA_STRING)
        return lua_int((int64_t)lua_length(lua_string_of(v)));
    ESP_FALLBACK
        return lua_length_slow(lua_at(frame, node), node, v);
    }
}

#define UNARY_CLASS(word)                                                   \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(binary_node),                         \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(lua_operands, left)),                           \
        .forget = binary_forget, .describe = binary_describe,               \
    }
UNARY_CLASS(not);
UNARY_CLASS(negate);
UNARY_CLASS(bnot);
UNARY_CLASS(length);

esp_node *lua_unary_node(esp_context *c, esp_section at, syntax_op op,
                         esp_node *operand)
{
    const esp_node_class *class = op == OP_NOT    ? &not_class
                                  : op == OP_UNM  ? &negate_class
                                  : op == OP_BNOT ? &bnot_class
                                                  : &length_class;
    binary_node *n = ESP_NEW_NODE(c, binary_node, class, at);

    n->base.left = operand;
    return &n->base.base;
}

const esp_node *lua_left_operand(const esp_node *node)
{
    return ((const lua_operands *)node)->left;
}

const esp_node *lua_right_operand(const esp_node *node)
{
    const lua_operands *self = (const lua_operands *)node;

    return self->right ? self->right : self->left;
}

/* ---- concatenation ----------------------------------------------------- */

/* a .. b .. c is one node, so that the result is made once. */
typedef struct concat_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **parts;
    ESP_FINAL uint32_t n;
} concat_node;

enum { MOST_PARTS = 16 };

static esp_value concat_execute(esp_node *node, esp_frame *frame)
{
    concat_node *self = (concat_node *)node;
    esp_value parts[MOST_PARTS];

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        parts[i] = LUA_TRY(self->parts[i]);
    }
    return lua_concat_slow(lua_at(frame, node), node, parts, self->n);
}

static const esp_node_class concat_class = {
    .name = "concat", .size = sizeof(concat_node),
    .tags = ESP_IS_EXPRESSION, .execute = concat_execute,
    ESP_CHILDREN(ESP_MANY(concat_node, parts, n)),
};

/* Of more parts the last ones are a node of their own. */
esp_node *lua_concat_node(esp_context *c, esp_section at, esp_node **parts,
                          uint32_t n)
{
    concat_node *self = ESP_NEW_NODE(c, concat_node, &concat_class, at);

    if (n > MOST_PARTS) {
        esp_node **few = ESP_CONTEXT_ARRAY(c, esp_node *, MOST_PARTS);

        for (uint32_t i = 0; i < MOST_PARTS - 1; i++)
            few[i] = parts[i];
        few[MOST_PARTS - 1] = lua_concat_node(c, at, parts + MOST_PARTS - 1,
                                              n - MOST_PARTS + 1);
        parts = few;
        n = MOST_PARTS;
    }
    self->parts = parts;
    self->n = n;
    return &self->base;
}

const esp_node *lua_concat_operand(const esp_node *node, uint32_t i)
{
    return ((const concat_node *)node)->parts[i];
}

/* ---- what operations call ---------------------------------------------- */

static int meta_of(int op)
{
    switch (op) {
    case OP_NE: return LUA_META_eq;
    case OP_GT: return LUA_META_lt;
    case OP_GE: return LUA_META_le;
    case OP_AND:
    case OP_OR: return -1;
    default:    return LUA_META_add + op;
    }
}

int lua_operation_meta(const esp_node *node)
{
    if (node->class == &concat_class)
        return LUA_META_concat;
    if (node->class == &negate_class)
        return LUA_META_unm;
    if (node->class == &bnot_class)
        return LUA_META_bnot;
    if (node->class == &length_class)
        return LUA_META_len;
    for (int op = 0; op < (int)(sizeof classes / sizeof *classes); op++)
        for (int form = 0; form < 3; form++)
            if (node->class == classes[op][form])
                return meta_of(op);
    return -1;
}
