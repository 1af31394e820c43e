/*
 * Literals, arithmetic, comparison, logic.
 *
 * An arithmetic node begins with no case active and learns from what it meets.
 * Nearly all meet machine integers only: then its compiled code is an addition
 * and a jump on overflow.  The first overflow leaves that code, and the node
 * goes on with numbers of any size, which are machine integers again as soon
 * as they fit (number.c).
 */
#include "languages/sl/parse.h"
#include "languages/sl/sl.h"

/* ---- literals ---------------------------------------------------------- */

static esp_value literal_execute(esp_node *node, esp_frame *frame)
{
    (void)frame;
    return ((literal_node *)node)->value;
}

const esp_node_class sl_literal_class = {
    .name = "literal", .size = sizeof(literal_node),
    .tags = ESP_IS_EXPRESSION, .execute = literal_execute,
};

esp_node *sl_literal_node(esp_context *c, esp_section at, esp_value value)
{
    literal_node *n = ESP_NEW_NODE(c, literal_node, &sl_literal_class, at);

    n->value = value;
    return &n->base;
}

/* ---- binary operations ------------------------------------------------- */

typedef struct binary_node {
    esp_node base;
    ESP_CHILD esp_node *left, *right;
    ESP_FINAL uint32_t state;           /* active cases */
    ESP_FINAL uint32_t slot;            /* of a local on the left, and the */
    ESP_FINAL int64_t constant;         /* integer on the right, if so */
} binary_node;

static void binary_forget(esp_node *copy)
{
    ((binary_node *)copy)->state = 0;
}

/* Cases of all binary nodes. */
enum { INTS = 1, NUMBERS = 2, STRINGS = 4, BOOLEANS = 8, OBJECTS = 16 };

static void binary_describe(const esp_node *node, char *to, size_t n)
{
    static const char *const names[] = { "ints", "numbers", "strings",
                                         "Booleans", "objects" };
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

/*
 * An operation is two inline functions of its operands: what it does with two
 * integers, false if that overflows; and what it does at all.
 *
 * It has three classes: for any two children; for two leaves, such as a + b,
 * which calls nobody; and for a local and a small number, such as n - 1, which
 * does not even look at its children.  The interpreter tries the integers
 * first and goes elsewhere with everything else, so that its usual path needs
 * few registers.  The evaluator sees the operation only.  fib took 1.5 times
 * as long before.
 */
#define BINARY_CLASS(word, shown)                                           \
    static const esp_node_class word##_class = {                            \
        .name = shown, .size = sizeof(binary_node),                         \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(binary_node, left),                            \
                     ESP_ONE(binary_node, right)),                          \
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
        if (ESP_LIKELY(((binary_node *)node)->state & INTS &&               \
                       sl_is_int(l) && sl_is_int(r) &&                      \
                       word##_ints(l.as.i, r.as.i, &v)))                    \
            return v;                                                       \
        return word##_slowly(node, frame, l, r);                            \
    }                                                                       \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
        esp_value l = SL_TRY(self->left);                                   \
        esp_value r = SL_TRY(self->right);                                  \
                                                                            \
        return word##_quickly(node, frame, l, r);                           \
    }                                                                       \
    static esp_value word##_leaves_execute(esp_node *node,                  \
                                           esp_frame *frame)                \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        return word##_quickly(node, frame, sl_leaf(self->left, frame),      \
                              sl_leaf(self->right, frame));                 \
    }                                                                       \
    static esp_value word##_constant_execute(esp_node *node,                \
                                             esp_frame *frame)              \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        return word##_quickly(node, frame, frame->slots[self->slot],        \
                              sl_int(self->constant));                      \
    }                                                                       \
    BINARY_CLASS(word, #word);                                              \
    BINARY_CLASS(word##_leaves, #word);                                     \
    BINARY_CLASS(word##_constant, #word)

ESP_INLINE bool add_ints(int64_t l, int64_t r, esp_value *v)
{
    v->tag = SL_INT;
    return !__builtin_add_overflow(l, r, &v->as.i);
}

ESP_INLINE esp_value add(esp_node *node, esp_frame *frame, esp_value l,
                         esp_value r)
{
    binary_node *self = (binary_node *)node;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        esp_value v;
        if (add_ints(l.as.i, r.as.i, &v))
            return v;
        ESP_GENERALIZE(INTS, NUMBERS);  /* leaves compiled code for good */
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r)) {
        esp_value v;
        if (sl_is_int(l) && sl_is_int(r) && add_ints(l.as.i, r.as.i, &v))
            return v;
        return sl_add(sl_context(frame), l, r);
    }
    ESP_CASE(STRINGS, l.tag == SL_STRING || r.tag == SL_STRING)
        return sl_concat(sl_context(frame), l, r);
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "+", l, r);
    }
}
BINARY(add);

ESP_INLINE bool sub_ints(int64_t l, int64_t r, esp_value *v)
{
    v->tag = SL_INT;
    return !__builtin_sub_overflow(l, r, &v->as.i);
}

ESP_INLINE esp_value sub(esp_node *node, esp_frame *frame, esp_value l,
                         esp_value r)
{
    binary_node *self = (binary_node *)node;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        esp_value v;
        if (sub_ints(l.as.i, r.as.i, &v))
            return v;
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r)) {
        esp_value v;
        if (sl_is_int(l) && sl_is_int(r) && sub_ints(l.as.i, r.as.i, &v))
            return v;
        return sl_sub(sl_context(frame), l, r);
    }
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "-", l, r);
    }
}
BINARY(sub);

ESP_INLINE bool mul_ints(int64_t l, int64_t r, esp_value *v)
{
    v->tag = SL_INT;
    return !__builtin_mul_overflow(l, r, &v->as.i);
}

ESP_INLINE esp_value mul(esp_node *node, esp_frame *frame, esp_value l,
                         esp_value r)
{
    binary_node *self = (binary_node *)node;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        esp_value v;
        if (mul_ints(l.as.i, r.as.i, &v))
            return v;
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r)) {
        esp_value v;
        if (sl_is_int(l) && sl_is_int(r) && mul_ints(l.as.i, r.as.i, &v))
            return v;
        return sl_mul(sl_context(frame), l, r);
    }
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "*", l, r);
    }
}
BINARY(mul);

/* The smallest integer has no opposite, so dividing it by -1 gives a big
 * number.  As nobody divides by -1, divisors are asked about it and nothing
 * else: in compiled code that is one branch, and no two quotients meet. */
ESP_INLINE bool div_ints(int64_t l, int64_t r, esp_value *v)
{
    if (ESP_UNLIKELY(r == 0 || r == -1))
        return false;
    *v = sl_int(l / r);
    return true;
}

ESP_INLINE esp_value div(esp_node *node, esp_frame *frame, esp_value l,
                         esp_value r)
{
    binary_node *self = (binary_node *)node;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        esp_value v;
        if (div_ints(l.as.i, r.as.i, &v))
            return v;
        if (r.as.i == 0)
            return sl_zero_division(sl_context(frame), node);
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r)) {
        if (ESP_UNLIKELY(sl_is_int(r) && r.as.i == 0))
            return sl_zero_division(sl_context(frame), node);
        if (sl_is_int(l) && sl_is_int(r)
            && (r.as.i != -1 || l.as.i != INT64_MIN))
            return sl_int(l.as.i / r.as.i);
        return sl_div(sl_context(frame), l, r);
    }
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "/", l, r);
    }
}
BINARY(div);

/* ---- comparison -------------------------------------------------------- */

/*
 * a > b is not (a <= b), and a >= b is not (a < b): with numbers it makes no
 * difference, but errors name the operation that was really asked for.
 */
#define COMPARISON(word, operator, asked)                                   \
    ESP_INLINE bool word##_ints(int64_t l, int64_t r, esp_value *v)         \
    {                                                                       \
        *v = sl_boolean(l operator r);                                      \
        return true;                                                        \
    }                                                                       \
    ESP_INLINE esp_value word(esp_node *node, esp_frame *frame,             \
                              esp_value l, esp_value r)                     \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
                                                                            \
        ESP_SPECIALIZE(node, self->state) {                                 \
        ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r))                        \
            return sl_boolean(l.as.i operator r.as.i);                      \
        ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r))               \
            return sl_boolean(sl_compare(l, r) operator 0);                 \
        ESP_FALLBACK                                                        \
            return sl_type_error2(sl_context(frame), node, asked, l, r);    \
        }                                                                   \
    }                                                                       \
    BINARY(word)

COMPARISON(less, <, "<");
COMPARISON(less_equal, <=, "<=");
COMPARISON(greater, >, "<=");
COMPARISON(greater_equal, >=, "<");

/* Any two values can be compared; of different types, they are not equal. */
ESP_INLINE bool equal_ints(int64_t l, int64_t r, esp_value *v)
{
    *v = sl_boolean(l == r);
    return true;
}

ESP_INLINE bool is_object_or_null(esp_value v)
{
    return v.tag == SL_OBJECT || v.tag == SL_NULL;
}

/* Tags first: what has been compared with null is known to be an object, and
 * none has to be asked whether it still is. */
ESP_INLINE bool same_object(esp_value l, esp_value r)
{
    if (l.tag == SL_NULL || r.tag == SL_NULL)
        return l.tag == r.tag;
    return l.as.p == r.as.p;
}

ESP_INLINE esp_value equal(esp_node *node, esp_frame *frame, esp_value l,
                           esp_value r)
{
    binary_node *self = (binary_node *)node;

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r))
        return sl_boolean(l.as.i == r.as.i);
    ESP_CASE(BOOLEANS, l.tag == SL_BOOLEAN && r.tag == SL_BOOLEAN)
        return sl_boolean(l.as.i == r.as.i);
    ESP_CASE(STRINGS, l.tag == SL_STRING && r.tag == SL_STRING)
        return sl_string_equal(sl_context(frame), l, r);
    ESP_CASE(OBJECTS, is_object_or_null(l) && is_object_or_null(r))
        return sl_boolean(same_object(l, r));
    ESP_FALLBACK
        return sl_equal(sl_context(frame), l, r);
    }
}
BINARY(equal);

ESP_INLINE bool not_equal_ints(int64_t l, int64_t r, esp_value *v)
{
    *v = sl_boolean(l != r);
    return true;
}

ESP_INLINE esp_value not_equal(esp_node *node, esp_frame *frame, esp_value l,
                               esp_value r)
{
    esp_value v = ESP_TRY(equal(node, frame, l, r));

    return sl_boolean(!v.as.i);
}
BINARY(not_equal);

/* ---- logic ------------------------------------------------------------- */

/* The right side is executed only if the left one leaves the result open.  An
 * error names the operand, but is located at the whole operation. */
static esp_value and_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = SL_TRY(self->left);

    if (ESP_UNLIKELY(l.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", l);
    if (!l.as.i)
        return sl_boolean(false);
    esp_value r = SL_TRY(self->right);
    if (ESP_UNLIKELY(r.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", r);
    return r;
}
BINARY_CLASS(and, "and");

static esp_value or_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = SL_TRY(self->left);

    if (ESP_UNLIKELY(l.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", l);
    if (l.as.i)
        return sl_boolean(true);
    esp_value r = SL_TRY(self->right);
    if (ESP_UNLIKELY(r.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", r);
    return r;
}
BINARY_CLASS(or, "or");

enum { ANY, LEAVES, CONSTANT };

#define CLASSES(word) { &word##_class, &word##_leaves_class,                \
                        &word##_constant_class }
static const esp_node_class *const classes[][3] = {
    [OP_OR] =  { &or_class, &or_class, &or_class },
    [OP_AND] = { &and_class, &and_class, &and_class },
    [OP_LT] =  CLASSES(less),
    [OP_LE] =  CLASSES(less_equal),
    [OP_GT] =  CLASSES(greater),
    [OP_GE] =  CLASSES(greater_equal),
    [OP_EQ] =  CLASSES(equal),
    [OP_NE] =  CLASSES(not_equal),
    [OP_ADD] = CLASSES(add),
    [OP_SUB] = CLASSES(sub),
    [OP_MUL] = CLASSES(mul),
    [OP_DIV] = CLASSES(div),
};

static int form_of(const esp_node *left, const esp_node *right)
{
    if (!sl_is_leaf(left) || !sl_is_leaf(right))
        return ANY;
    if (left->class == &sl_read_local_class &&
        right->class == &sl_literal_class &&
        sl_is_int(((const literal_node *)right)->value))
        return CONSTANT;
    return LEAVES;
}

esp_node *sl_binary_node(esp_context *c, esp_section at, int op,
                         esp_node *left, esp_node *right)
{
    int form = form_of(left, right);
    binary_node *n = ESP_NEW_NODE(c, binary_node, classes[op][form], at);

    n->left = left;
    n->right = right;
    if (form == CONSTANT) {
        n->slot = ((local_node *)left)->slot;
        n->constant = ((literal_node *)right)->value.as.i;
    }
    return &n->base;
}
