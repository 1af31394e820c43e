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

typedef struct literal_node {
    esp_node base;
    ESP_FINAL esp_value value;
} literal_node;

static esp_value literal_execute(esp_node *node, esp_frame *frame)
{
    (void)frame;
    return ((literal_node *)node)->value;
}

static const esp_node_class literal_class = {
    .name = "literal", .size = sizeof(literal_node),
    .tags = ESP_IS_EXPRESSION, .execute = literal_execute,
};

esp_node *sl_literal_node(esp_context *c, esp_section at, esp_value value)
{
    literal_node *n = ESP_NEW_NODE(c, literal_node, &literal_class, at);

    n->value = value;
    return &n->base;
}

esp_value sl_literal_value(const esp_node *node)
{
    if (node->class != &literal_class)
        return esp_nothing();
    return ((const literal_node *)node)->value;
}

/* ---- binary operations ------------------------------------------------- */

typedef struct binary_node {
    esp_node base;
    ESP_CHILD esp_node *left, *right;
    ESP_FINAL uint32_t state;           /* active cases */
} binary_node;

static void binary_forget(esp_node *copy)
{
    ((binary_node *)copy)->state = 0;
}

#define BINARY_CLASS(word)                                                  \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(binary_node),                         \
        .tags = ESP_IS_EXPRESSION, .execute = word##_execute,               \
        ESP_CHILDREN(ESP_ONE(binary_node, left),                            \
                     ESP_ONE(binary_node, right)),                          \
        .forget = binary_forget, .describe = binary_describe,               \
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

static esp_value add_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        int64_t sum;
        if (!__builtin_add_overflow(l.as.i, r.as.i, &sum))
            return sl_int(sum);
        ESP_GENERALIZE(INTS, NUMBERS);  /* leaves compiled code for good */
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r))
        return sl_add(sl_context(frame), l, r);
    ESP_CASE(STRINGS, l.tag == SL_STRING || r.tag == SL_STRING)
        return sl_concat(sl_context(frame), l, r);
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "+", l, r);
    }
}
BINARY_CLASS(add);

static esp_value sub_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        int64_t difference;
        if (!__builtin_sub_overflow(l.as.i, r.as.i, &difference))
            return sl_int(difference);
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r))
        return sl_sub(sl_context(frame), l, r);
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "-", l, r);
    }
}
BINARY_CLASS(sub);

static esp_value mul_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        int64_t product;
        if (!__builtin_mul_overflow(l.as.i, r.as.i, &product))
            return sl_int(product);
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r))
        return sl_mul(sl_context(frame), l, r);
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "*", l, r);
    }
}
BINARY_CLASS(mul);

/* The smallest integer has no opposite: that quotient is a big number. */
static esp_value div_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r)) {
        if (ESP_UNLIKELY(r.as.i == 0))
            return sl_zero_division(sl_context(frame), node);
        if (ESP_LIKELY(l.as.i != INT64_MIN || r.as.i != -1))
            return sl_int(l.as.i / r.as.i);
        ESP_GENERALIZE(INTS, NUMBERS);
    }
    ESP_CASE(NUMBERS, sl_is_number(l) && sl_is_number(r)) {
        if (ESP_UNLIKELY(sl_is_int(r) && r.as.i == 0))
            return sl_zero_division(sl_context(frame), node);
        return sl_div(sl_context(frame), l, r);
    }
    ESP_FALLBACK
        return sl_type_error2(sl_context(frame), node, "/", l, r);
    }
}
BINARY_CLASS(div);

/* ---- comparison -------------------------------------------------------- */

/*
 * a > b is not (a <= b), and a >= b is not (a < b): with numbers it makes no
 * difference, but errors name the operation that was really asked for.
 */
#define COMPARISON(word, operator, asked)                                   \
    static esp_value word##_execute(esp_node *node, esp_frame *frame)       \
    {                                                                       \
        binary_node *self = (binary_node *)node;                            \
        esp_value l = ESP_TRY(esp_execute(self->left, frame));              \
        esp_value r = ESP_TRY(esp_execute(self->right, frame));             \
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
    BINARY_CLASS(word)

COMPARISON(less, <, "<");
COMPARISON(less_equal, <=, "<=");
COMPARISON(greater, >, "<=");
COMPARISON(greater_equal, >=, "<");

/* Any two values can be compared; of different types, they are not equal. */
ESP_INLINE esp_value equality(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, sl_is_int(l) && sl_is_int(r))
        return sl_boolean(l.as.i == r.as.i);
    ESP_CASE(BOOLEANS, l.tag == SL_BOOLEAN && r.tag == SL_BOOLEAN)
        return sl_boolean(l.as.i == r.as.i);
    ESP_CASE(STRINGS, l.tag == SL_STRING && r.tag == SL_STRING)
        return sl_string_equal(sl_context(frame), l, r);
    ESP_CASE(OBJECTS, l.tag == SL_OBJECT && r.tag == SL_OBJECT)
        return sl_boolean(l.as.p == r.as.p);
    ESP_FALLBACK
        return sl_equal(sl_context(frame), l, r);
    }
}

static esp_value equal_execute(esp_node *node, esp_frame *frame)
{
    return equality(node, frame);
}
BINARY_CLASS(equal);

static esp_value not_equal_execute(esp_node *node, esp_frame *frame)
{
    esp_value equal = ESP_TRY(equality(node, frame));

    return sl_boolean(!equal.as.i);
}
BINARY_CLASS(not_equal);

/* ---- logic ------------------------------------------------------------- */

/* The right side is executed only if the left one leaves the result open.  An
 * error names the operand, but is located at the whole operation. */
static esp_value and_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));

    if (ESP_UNLIKELY(l.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", l);
    if (!l.as.i)
        return sl_boolean(false);
    esp_value r = ESP_TRY(esp_execute(self->right, frame));
    if (ESP_UNLIKELY(r.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", r);
    return r;
}
BINARY_CLASS(and);

static esp_value or_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));

    if (ESP_UNLIKELY(l.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", l);
    if (l.as.i)
        return sl_boolean(true);
    esp_value r = ESP_TRY(esp_execute(self->right, frame));
    if (ESP_UNLIKELY(r.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), node, "toBoolean", r);
    return r;
}
BINARY_CLASS(or);

esp_node *sl_binary_node(esp_context *c, esp_section at, int op,
                         esp_node *left, esp_node *right)
{
    static const esp_node_class *const classes[] = {
        [OP_OR] = &or_class,         [OP_AND] = &and_class,
        [OP_LT] = &less_class,       [OP_LE] = &less_equal_class,
        [OP_GT] = &greater_class,    [OP_GE] = &greater_equal_class,
        [OP_EQ] = &equal_class,      [OP_NE] = &not_equal_class,
        [OP_ADD] = &add_class,       [OP_SUB] = &sub_class,
        [OP_MUL] = &mul_class,       [OP_DIV] = &div_class,
    };
    binary_node *n = ESP_NEW_NODE(c, binary_node, classes[op], at);

    n->left = left;
    n->right = right;
    return &n->base;
}
