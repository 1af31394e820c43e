/*
 * A toy language, written as a language implementer would write it.
 */
#include "tests/eval/subject_toy.h"

#include "framework/base/cc.h"

static esp_value make_int(int64_t i)
{
    return (esp_value){ .as.i = i, .tag = TOY_INT };
}

static esp_value make_bool(bool b)
{
    return (esp_value){ .as.i = b, .tag = TOY_BOOL };
}

static bool is_int(esp_value v) { return v.tag == TOY_INT; }
static bool is_double(esp_value v) { return v.tag == TOY_DOUBLE; }

static bool is_number(esp_value v)
{
    return v.tag == TOY_INT || v.tag == TOY_DOUBLE;
}

static double to_double(esp_value v)
{
    return v.tag == TOY_INT ? (double)v.as.i : v.as.d;
}

#define NODE(type, class) \
    ((type *)esp_node_new(c, &(class), (esp_section){ 0 }))

/* ---- literals ------------------------------------------------------------ */

typedef struct int_node {
    esp_node base;
    ESP_FINAL int64_t value;
} int_node;

static esp_value int_execute(esp_node *node, esp_frame *frame)
{
    (void)frame;
    return make_int(((int_node *)node)->value);
}

static const esp_node_class int_class = {
    .name = "int", .size = sizeof(int_node), .execute = int_execute
};

esp_node *toy_int(esp_context *c, int64_t i)
{
    int_node *n = NODE(int_node, int_class);

    n->value = i;
    return &n->base;
}

/* ---- variables ------------------------------------------------------------- */

typedef struct var_node {
    esp_node base;
    ESP_CHILD esp_node *value;
    ESP_FINAL uint32_t slot;
} var_node;

static esp_value get_execute(esp_node *node, esp_frame *frame)
{
    return frame->slots[((var_node *)node)->slot];
}

static esp_value set_execute(esp_node *node, esp_frame *frame)
{
    var_node *self = (var_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->value, frame));

    return frame->slots[self->slot] = v;
}

static const esp_node_class get_class = {
    .name = "get", .size = sizeof(var_node), .execute = get_execute
};
static const esp_node_class set_class = {
    .name = "set", .size = sizeof(var_node), .execute = set_execute,
    ESP_CHILDREN(ESP_ONE(var_node, value))
};

esp_node *toy_get(esp_context *c, uint32_t slot)
{
    var_node *n = NODE(var_node, get_class);

    n->slot = slot;
    return &n->base;
}

esp_node *toy_set(esp_context *c, uint32_t slot, esp_node *value)
{
    var_node *n = NODE(var_node, set_class);

    n->slot = slot;
    n->value = value;
    return &n->base;
}

/* ---- operators --------------------------------------------------------------- */

typedef struct binary_node {
    esp_node base;
    ESP_CHILD esp_node *left, *right;
    ESP_FINAL uint32_t state;
} binary_node;

enum { OP_INT = 1, OP_DOUBLE = 2 };

ESP_BOUNDARY static esp_value type_error(esp_node *node)
{
    return esp_throw_error(node->target->context, node, "type error");
}

static esp_value add_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(OP_INT, is_int(l) && is_int(r)) {
        int64_t sum;

        if (!__builtin_add_overflow(l.as.i, r.as.i, &sum))
            return make_int(sum);
        ESP_GENERALIZE(OP_INT, OP_DOUBLE);
    }
    ESP_CASE(OP_DOUBLE, is_number(l) && is_number(r))
        return (esp_value){ .as.d = to_double(l) + to_double(r),
                            .tag = TOY_DOUBLE };
    ESP_FALLBACK
        return type_error(node);
    }
}

static esp_value less_execute(esp_node *node, esp_frame *frame)
{
    binary_node *self = (binary_node *)node;
    esp_value l = ESP_TRY(esp_execute(self->left, frame));
    esp_value r = ESP_TRY(esp_execute(self->right, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(OP_INT, is_int(l) && is_int(r))
        return make_bool(l.as.i < r.as.i);
    ESP_CASE(OP_DOUBLE, is_double(l) || is_double(r))
        return make_bool(to_double(l) < to_double(r));
    ESP_FALLBACK
        return type_error(node);
    }
}

static const esp_node_class add_class = {
    .name = "+", .size = sizeof(binary_node), .execute = add_execute,
    ESP_CHILDREN(ESP_ONE(binary_node, left), ESP_ONE(binary_node, right))
};
static const esp_node_class less_class = {
    .name = "<", .size = sizeof(binary_node), .execute = less_execute,
    ESP_CHILDREN(ESP_ONE(binary_node, left), ESP_ONE(binary_node, right))
};

static esp_node *binary(esp_context *c, const esp_node_class *class,
                        esp_node *l, esp_node *r)
{
    binary_node *n = NODE(binary_node, *class);

    n->left = l;
    n->right = r;
    return &n->base;
}

esp_node *toy_add(esp_context *c, esp_node *l, esp_node *r)
{
    return binary(c, &add_class, l, r);
}

esp_node *toy_less(esp_context *c, esp_node *l, esp_node *r)
{
    return binary(c, &less_class, l, r);
}

/* ---- control flow --------------------------------------------------------------- */

typedef struct flow_node {
    esp_node base;
    ESP_CHILD esp_node *cond, *yes, *no;
} flow_node;

static esp_value if_execute(esp_node *node, esp_frame *frame)
{
    flow_node *self = (flow_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->cond, frame));

    if (v.tag != TOY_BOOL) {
        esp_deopt();
        return type_error(node);
    }
    if (v.as.i)
        return esp_execute(self->yes, frame);
    if (self->no)
        return esp_execute(self->no, frame);
    return (esp_value){ .tag = TOY_NULL };
}

/* As some would write it: one call, of one node or the other. */
static esp_value choose_execute(esp_node *node, esp_frame *frame)
{
    flow_node *self = (flow_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->cond, frame));

    if (v.tag != TOY_BOOL) {
        esp_deopt();
        return type_error(node);
    }
    return esp_execute(v.as.i ? self->yes : self->no, frame);
}

static inline esp_value while_step(esp_node *node, esp_frame *frame)
{
    flow_node *self = (flow_node *)node;
    esp_value v = ESP_TRY(esp_execute(self->cond, frame));

    if (v.tag != TOY_BOOL) {
        esp_deopt();
        return type_error(node);
    }
    if (!v.as.i)
        return esp_abrupt(ESP_BREAK);
    return esp_execute(self->yes, frame);
}

static esp_value while_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, while_step);
}

static esp_value return_execute(esp_node *node, esp_frame *frame)
{
    frame->result = ESP_TRY(esp_execute(((flow_node *)node)->yes, frame));
    return esp_abrupt(ESP_RETURN);
}

#define FLOW_CHILDREN ESP_CHILDREN(ESP_ONE(flow_node, cond), \
    ESP_ONE(flow_node, yes), ESP_ONE(flow_node, no))

static const esp_node_class if_class = {
    .name = "if", .size = sizeof(flow_node), .execute = if_execute,
    FLOW_CHILDREN
};
static const esp_node_class choose_class = {
    .name = "choose", .size = sizeof(flow_node), .execute = choose_execute,
    FLOW_CHILDREN
};
static const esp_node_class while_class = {
    .name = "while", .size = sizeof(flow_node), .execute = while_execute,
    FLOW_CHILDREN
};
static const esp_node_class return_class = {
    .name = "return", .size = sizeof(flow_node), .execute = return_execute,
    FLOW_CHILDREN
};

static esp_node *flow(esp_context *c, const esp_node_class *class,
                      esp_node *cond, esp_node *yes, esp_node *no)
{
    flow_node *n = NODE(flow_node, *class);

    n->cond = cond;
    n->yes = yes;
    n->no = no;
    return &n->base;
}

esp_node *toy_if(esp_context *c, esp_node *cond, esp_node *yes, esp_node *no)
{
    return flow(c, &if_class, cond, yes, no);
}

esp_node *toy_choose(esp_context *c, esp_node *cond, esp_node *yes,
                     esp_node *no)
{
    return flow(c, &choose_class, cond, yes, no);
}

esp_node *toy_while(esp_context *c, esp_node *cond, esp_node *body)
{
    return flow(c, &while_class, cond, body, NULL);
}

esp_node *toy_return(esp_context *c, esp_node *value)
{
    return flow(c, &return_class, NULL, value, NULL);
}

/* ---- blocks and calls -------------------------------------------------------------- */

typedef struct list_node {
    esp_node base;
    ESP_FINAL_ELEMENTS esp_node **nodes;
    ESP_FINAL uint32_t n;
    ESP_FINAL esp_target *target;
} list_node;

static esp_value block_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    esp_value last = { .tag = TOY_NULL };

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        last = ESP_TRY(esp_execute(self->nodes[i], frame));
    }
    return last;
}

static esp_value call_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    esp_value args[8];

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        args[i] = ESP_TRY(esp_execute(self->nodes[i], frame));
    }
    return esp_invoke(node, frame, self->target, self->n, args);
}

static const esp_node_class block_class = {
    .name = "block", .size = sizeof(list_node), .execute = block_execute,
    ESP_CHILDREN(ESP_MANY(list_node, nodes, n))
};
static const esp_node_class call_class = {
    .name = "call", .size = sizeof(list_node), .execute = call_execute,
    ESP_CHILDREN(ESP_MANY(list_node, nodes, n))
};

static list_node *list(esp_context *c, const esp_node_class *class, uint32_t n,
                       esp_node *const *nodes)
{
    list_node *l = NODE(list_node, *class);

    l->nodes = ESP_CONTEXT_ARRAY(c, esp_node *, n);
    l->n = n;
    for (uint32_t i = 0; i < n; i++)
        l->nodes[i] = nodes[i];
    return l;
}

esp_node *toy_block(esp_context *c, uint32_t n, esp_node *const *nodes)
{
    return &list(c, &block_class, n, nodes)->base;
}

esp_node *toy_call(esp_context *c, esp_target *t, uint32_t n,
                   esp_node *const *args)
{
    list_node *l = list(c, &call_class, n, args);

    l->target = t;
    return &l->base;
}

/* ---- code --------------------------------------------------------------------------- */

typedef struct code_node {
    esp_node base;
    ESP_FINAL_ELEMENTS const toy_ins *code;
} code_node;

static esp_value code_execute(esp_node *node, esp_frame *frame)
{
    code_node *self = (code_node *)node;
    esp_value *slots = frame->slots;
    uint32_t at = 0;

    for (;;) {
        ESP_EXPLODE_MERGE(at);
        const toy_ins *i = &self->code[at++];

        switch (i->op) {
        case TOY_SET:
            slots[i->a] = make_int(i->n);
            break;
        case TOY_ADD:
            slots[i->a] = make_int(slots[i->a].as.i + slots[i->b].as.i);
            break;
        case TOY_PLUS:
            slots[i->a] = make_int(slots[i->a].as.i + i->n);
            break;
        case TOY_UNLESS:
            if (slots[i->a].as.i < slots[i->b].as.i)
                break;
            at = (uint32_t)i->n;
            break;
        case TOY_JUMP:
            if (i->n < at && !esp_back_edge(frame))
                return esp_abrupt(ESP_THROW);
            at = (uint32_t)i->n;
            break;
        case TOY_RESULT:
            return slots[i->a];
        }
    }
}

static const esp_node_class code_class = {
    .name = "code", .size = sizeof(code_node), .execute = code_execute
};

esp_node *toy_code(esp_context *c, const toy_ins *code)
{
    code_node *n = NODE(code_node, code_class);

    n->code = code;
    return &n->base;
}

/* ---- what is evaluated in equal.c ---------------------------------------------------- */

uint64_t toy_enter(esp_context *c, const esp_layout *layout, esp_target *t,
                   esp_node *body, uint64_t a, uint64_t b)
{
    esp_frame *frame = esp_frame_push(c, layout, t);
    esp_value v;

    frame->slots[0] = make_int((int64_t)a);
    frame->slots[1] = make_int((int64_t)b);
    v = esp_execute(body, frame);
    if (v.tag == ESP_RETURN)
        v = frame->result;
    esp_frame_pop(c, frame);
    return (uint64_t)v.as.i;
}

uint64_t toy_enter_plain(esp_context *c, const esp_layout *layout,
                         esp_target *t, toy_plain *plain, uint64_t a,
                         uint64_t b)
{
    return plain(c, layout, t, NULL, a, b);
}

static inline int64_t sum_of(int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        esp_deopt_invalidate();
    return sum;
}

#define MEANT(name)                                                         \
    uint64_t plain_##name(esp_context *c CC_UNUSED,                         \
                          const esp_layout *layout CC_UNUSED,               \
                          esp_target *t CC_UNUSED, esp_node *body CC_UNUSED, \
                          uint64_t a CC_UNUSED, uint64_t b CC_UNUSED)

#define POLL                                                                \
    do {                                                                    \
        if (!esp_poll(c))                                                   \
            return 0;                                                       \
    } while (0)

MEANT(constant)
{
    return 42;
}

MEANT(first)
{
    return a;
}

MEANT(second)
{
    return b;
}

MEANT(add)
{
    return sum_of(a, b);
}

MEANT(add_constant)
{
    return sum_of(a, 5);
}

MEANT(add_nested)
{
    return sum_of(sum_of(a, b), sum_of(b, 1));
}

MEANT(fold)
{
    return 7;
}

MEANT(twice)
{
    return sum_of(sum_of(a, a), sum_of(a, a));
}

MEANT(local)
{
    return sum_of(sum_of(a, b), 1);
}

MEANT(swap)
{
    return sum_of(b, b);
}

MEANT(less)
{
    return (int64_t)a < (int64_t)b;
}

MEANT(max)
{
    if ((int64_t)a < (int64_t)b)
        return b;
    return a;
}

MEANT(if_constant)
{
    return a;
}

MEANT(if_without_else)
{
    if ((int64_t)a < (int64_t)b)
        a = b;
    return sum_of(a, 1);
}

MEANT(early_return)
{
    if ((int64_t)a < (int64_t)b)
        return b;
    return sum_of(a, b);
}

MEANT(nested_if)
{
    if ((int64_t)a < (int64_t)b) {
        if ((int64_t)a < 10)
            return a;
        return sum_of(b, 1);
    }
    return b;
}

MEANT(overwrite)
{
    return b;
}

MEANT(choose)
{
    if ((int64_t)a < (int64_t)b)
        return a;
    return sum_of(b, 1);
}

MEANT(count)
{
    int64_t i = 0;

    while (i < (int64_t)a) {
        i = sum_of(i, 1);
        POLL;
    }
    return i;
}

MEANT(sum)
{
    int64_t i = 0, s = b;

    while (i < (int64_t)a) {
        s = sum_of(s, i);
        i = sum_of(i, 1);
        POLL;
    }
    return s;
}

MEANT(nested_loops)
{
    int64_t s = 0;

    for (int64_t i = 0; i < (int64_t)a;) {
        for (int64_t j = 0; j < (int64_t)b;) {
            s = sum_of(s, j);
            j = sum_of(j, 1);
            POLL;
        }
        i = sum_of(i, 1);
        POLL;
    }
    return s;
}

MEANT(return_in_loop)
{
    int64_t i = 0;

    while (i < (int64_t)a) {
        if ((int64_t)b < i)
            return i;
        i = sum_of(i, 1);
        POLL;
    }
    return 0;
}

MEANT(dead_loop)
{
    return a;
}

MEANT(code_straight)
{
    return a + a + b;
}

MEANT(code_count)
{
    int64_t i = 0;

    while (i < (int64_t)a) {
        i++;
        POLL;
    }
    return i;
}

MEANT(code_branch)
{
    int64_t i = 0, s = 0;

    while (i < (int64_t)a) {
        if (i < (int64_t)b)
            s += i;
        else
            s -= 1;
        i++;
        POLL;
    }
    return s;
}

MEANT(code_nested)
{
    int64_t s = 0;

    for (int64_t i = 0; i < (int64_t)a;) {
        for (int64_t j = 0; j < (int64_t)b;) {
            s += j;
            j++;
            POLL;
        }
        i++;
        POLL;
    }
    return s;
}
