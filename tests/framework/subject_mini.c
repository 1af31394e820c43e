/*
 * The nodes of the mini language.
 */
#include "tests/framework/mini.h"

#include <stdio.h>
#include <string.h>

static esp_value fail(esp_node *node, const char *what)
{
    return esp_throw_error(esp_node_target(node)->context, node, "%s", what);
}

/* ---- constants and variables ------------------------------------------- */

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
    .tags = ESP_IS_EXPRESSION, .execute = literal_execute
};

esp_node *mini_literal(esp_context *c, esp_section s, esp_value v)
{
    literal_node *n = ESP_NEW_NODE(c, literal_node, &literal_class, s);

    n->value = v;
    return &n->base;
}

esp_node *mini_function_node(esp_context *c, esp_section s, mini_function *f)
{
    return mini_literal(c, s, (esp_value){ .as.p = f, .tag = MINI_FUNCTION });
}

typedef struct local_node {
    esp_node base;
    ESP_FINAL uint32_t slot;
    ESP_CHILD esp_node *value;
} local_node;

static esp_value local_execute(esp_node *node, esp_frame *frame)
{
    return frame->slots[((local_node *)node)->slot];
}

static const esp_node_class local_class = {
    .name = "local", .size = sizeof(local_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_READ, .execute = local_execute
};

esp_node *mini_local(esp_context *c, esp_section s, uint32_t slot)
{
    local_node *n = ESP_NEW_NODE(c, local_node, &local_class, s);

    n->slot = slot;
    return &n->base;
}

static esp_value set_local_execute(esp_node *node, esp_frame *frame)
{
    local_node *self = (local_node *)node;

    return frame->slots[self->slot] = ESP_TRY(esp_execute(self->value,
                                                          frame));
}

static const esp_node_class set_local_class = {
    .name = "set", .size = sizeof(local_node),
    .tags = ESP_IS_EXPRESSION | ESP_IS_WRITE, .execute = set_local_execute,
    ESP_CHILDREN(ESP_ONE(local_node, value))
};

esp_node *mini_set_local(esp_context *c, esp_section s, uint32_t slot,
                        esp_node *value)
{
    local_node *n = ESP_NEW_NODE(c, local_node, &set_local_class, s);

    n->slot = slot;
    n->value = value;
    return &n->base;
}

/* ---- forms with up to three children ----------------------------------- */

typedef struct form_node {
    esp_node base;
    ESP_CHILD esp_node *a, *b, *c;
    ESP_FINAL uint32_t state;
    esp_property_cache cache;
    esp_branch caught;
} form_node;

#define FORM_CHILDREN                                                       \
    ESP_CHILDREN(ESP_ONE(form_node, a), ESP_ONE(form_node, b),              \
                 ESP_ONE(form_node, c))

static void form_forget(esp_node *node)
{
    form_node *self = (form_node *)node;

    self->state = 0;
    self->cache = (esp_property_cache){ 0 };
    self->caught = (esp_branch){ 0 };
}

static void form_describe(const esp_node *node, char *to, size_t n)
{
    uint32_t state = ((const form_node *)node)->state;

    if (state)
        snprintf(to, n, "state %#x", state);
}

enum { INTS = 1, WIDE = 2, DOUBLES = 4 };

static bool both(esp_value a, esp_value b, uint64_t tag)
{
    return a.tag == tag && b.tag == tag;
}

static bool is_number(esp_value v)
{
    return v.tag == MINI_INT || v.tag == MINI_DOUBLE;
}

static double as_double(esp_value v)
{
    return v.tag == MINI_INT ? (double)v.as.i : v.as.d;
}

static esp_value make_double(double d)
{
    return (esp_value){ .as.d = d, .tag = MINI_DOUBLE };
}

static esp_value add_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value b = ESP_TRY(esp_execute(self->b, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, both(a, b, MINI_INT)) {
        int64_t sum;

        if (!__builtin_add_overflow(a.as.i, b.as.i, &sum))
            return mini_int(sum);
        ESP_GENERALIZE(INTS, WIDE);
    }
    ESP_CASE(WIDE, is_number(a) && is_number(b)) {
        int64_t sum;

        if (both(a, b, MINI_INT) &&
            !__builtin_add_overflow(a.as.i, b.as.i, &sum))
            return mini_int(sum);
        return make_double(as_double(a) + as_double(b));
    }
    ESP_CASE(DOUBLES, both(a, b, MINI_DOUBLE))
        return make_double(a.as.d + b.as.d);
    ESP_FALLBACK
        return fail(node, "+ needs numbers");
    }
}

static esp_value sub_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value b = ESP_TRY(esp_execute(self->b, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, both(a, b, MINI_INT)) {
        int64_t sum;

        if (!__builtin_sub_overflow(a.as.i, b.as.i, &sum))
            return mini_int(sum);
        ESP_GENERALIZE(INTS, WIDE);
    }
    ESP_CASE(WIDE, is_number(a) && is_number(b)) {
        int64_t sum;

        if (both(a, b, MINI_INT) &&
            !__builtin_sub_overflow(a.as.i, b.as.i, &sum))
            return mini_int(sum);
        return make_double(as_double(a) - as_double(b));
    }
    ESP_CASE(DOUBLES, both(a, b, MINI_DOUBLE))
        return make_double(a.as.d - b.as.d);
    ESP_FALLBACK
        return fail(node, "- needs numbers");
    }
}

static esp_value less_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value b = ESP_TRY(esp_execute(self->b, frame));

    ESP_SPECIALIZE(node, self->state) {
    ESP_CASE(INTS, both(a, b, MINI_INT))
        return mini_bool(a.as.i < b.as.i);
    ESP_CASE(DOUBLES, both(a, b, MINI_DOUBLE))
        return mini_bool(a.as.d < b.as.d);
    ESP_FALLBACK
        return fail(node, "< needs numbers");
    }
}

static esp_value equal_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));
    esp_value b = ESP_TRY(esp_execute(self->b, frame));

    return mini_bool(a.tag == b.tag && a.as.i == b.as.i);
}

static esp_value if_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->a, frame));

    if (a.tag != MINI_BOOL)
        return fail(node, "if needs a boolean");
    return esp_execute(a.as.i ? self->b : self->c, frame);
}

static esp_value return_execute(esp_node *node, esp_frame *frame)
{
    frame->result = ESP_TRY(esp_execute(((form_node *)node)->a, frame));
    return esp_abrupt(ESP_RETURN);
}

static esp_value break_execute(esp_node *node, esp_frame *frame)
{
    (void)node, (void)frame;
    return esp_abrupt(ESP_BREAK);
}

static esp_value continue_execute(esp_node *node, esp_frame *frame)
{
    (void)node, (void)frame;
    return esp_abrupt(ESP_CONTINUE);
}

static esp_value throw_execute(esp_node *node, esp_frame *frame)
{
    esp_value v = ESP_TRY(esp_execute(((form_node *)node)->a, frame));

    return esp_throw(frame->target->context, v);
}

static esp_value try_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_context *c = frame->target->context;
    esp_value v = esp_execute(self->a, frame);
    esp_error *e;

    if (v.tag != ESP_THROW)
        return v;
    esp_branch_enter(&self->caught, node);
    e = esp_thrown_error(c);
    if (e && !esp_error_catchable(e))
        return v;
    esp_catch(c);
    return esp_execute(self->b, frame);
}

static mini *mini_of(esp_context *c)
{
    return (mini *)c->language;
}

static esp_value new_execute(esp_node *node, esp_frame *frame)
{
    esp_context *c = frame->target->context;

    (void)node;
    return (esp_value){ .as.p = esp_object_new(c, mini_of(c)->root),
                        .tag = MINI_OBJECT };
}

static esp_value at_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value o = ESP_TRY(esp_execute(self->a, frame));
    esp_value k = ESP_TRY(esp_execute(self->b, frame));
    esp_value v;

    if (o.tag != MINI_OBJECT || k.tag != MINI_NAME)
        return fail(node, "at needs an object and a name");
    v = esp_property_get(node, &self->cache, frame->target->context, o.as.p,
                         k.as.p);
    return v.tag == ESP_NOTHING ? mini_null() : v;
}

static esp_value atput_execute(esp_node *node, esp_frame *frame)
{
    form_node *self = (form_node *)node;
    esp_value o = ESP_TRY(esp_execute(self->a, frame));
    esp_value k = ESP_TRY(esp_execute(self->b, frame));
    esp_value v = ESP_TRY(esp_execute(self->c, frame));

    if (o.tag != MINI_OBJECT || k.tag != MINI_NAME)
        return fail(node, "atput needs an object and a name");
    if (!esp_property_put(node, &self->cache, frame->target->context, o.as.p,
                          k.as.p, v))
        return esp_abrupt(ESP_THROW);
    return v;
}

#define FORM(word, fn, count)                                               \
    { count, { .name = word, .size = sizeof(form_node),                     \
               .tags = ESP_IS_EXPRESSION, .execute = fn, FORM_CHILDREN,     \
               .forget = form_forget, .describe = form_describe } }

static const struct form {
    uint32_t n;
    esp_node_class class;
} forms[] = {
    FORM("+", add_execute, 2), FORM("-", sub_execute, 2),
    FORM("<", less_execute, 2), FORM("==", equal_execute, 2),
    FORM("if", if_execute, 3), FORM("return", return_execute, 1),
    FORM("break", break_execute, 0), FORM("continue", continue_execute, 0),
    FORM("throw", throw_execute, 1), FORM("try", try_execute, 2),
    FORM("new", new_execute, 0), FORM("at", at_execute, 2),
    FORM("atput", atput_execute, 3)
};

esp_node *mini_form(esp_context *c, esp_section s, const char *name,
                   uint32_t n, esp_node **children)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        form_node *node;

        if (strcmp(forms[i].class.name, name) || forms[i].n != n)
            continue;
        node = ESP_NEW_NODE(c, form_node, &forms[i].class, s);
        node->a = n > 0 ? children[0] : NULL;
        node->b = n > 1 ? children[1] : NULL;
        node->c = n > 2 ? children[2] : NULL;
        return &node->base;
    }
    return mini_array_form(c, s, name, n, children);
}

/* ---- properties with a constant name ----------------------------------- */

typedef struct property_node {
    esp_node base;
    ESP_CHILD esp_node *object, *value;
    ESP_FINAL const esp_symbol *key;
    esp_property_cache cache;
} property_node;

static void property_forget(esp_node *node)
{
    ((property_node *)node)->cache = (esp_property_cache){ 0 };
}

static esp_value get_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value o = ESP_TRY(esp_execute(self->object, frame));
    esp_value v;

    if (o.tag != MINI_OBJECT)
        return fail(node, "get needs an object");
    v = esp_property_get(node, &self->cache, frame->target->context, o.as.p,
                         self->key);
    return v.tag == ESP_NOTHING ? mini_null() : v;
}

static esp_value put_execute(esp_node *node, esp_frame *frame)
{
    property_node *self = (property_node *)node;
    esp_value o = ESP_TRY(esp_execute(self->object, frame));
    esp_value v = ESP_TRY(esp_execute(self->value, frame));

    if (o.tag != MINI_OBJECT)
        return fail(node, "put needs an object");
    if (!esp_property_put(node, &self->cache, frame->target->context, o.as.p,
                          self->key, v))
        return esp_abrupt(ESP_THROW);
    return v;
}

static const esp_node_class get_class = {
    .name = "get", .size = sizeof(property_node),
    .tags = ESP_IS_EXPRESSION, .execute = get_execute,
    .forget = property_forget,
    ESP_CHILDREN(ESP_ONE(property_node, object))
};

static const esp_node_class put_class = {
    .name = "put", .size = sizeof(property_node),
    .tags = ESP_IS_EXPRESSION, .execute = put_execute,
    .forget = property_forget,
    ESP_CHILDREN(ESP_ONE(property_node, object),
                 ESP_ONE(property_node, value))
};

static property_node *property(esp_context *c, esp_section s,
                               const esp_node_class *class, esp_node *object,
                               const esp_symbol *key)
{
    property_node *n = ESP_NEW_NODE(c, property_node, class, s);

    n->object = object;
    n->key = key;
    return n;
}

esp_node *mini_get(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key)
{
    return &property(c, s, &get_class, object, key)->base;
}

esp_node *mini_put(esp_context *c, esp_section s, esp_node *object,
                  const esp_symbol *key, esp_node *value)
{
    property_node *n = property(c, s, &put_class, object, key);

    n->value = value;
    return &n->base;
}

/* ---- blocks and loops -------------------------------------------------- */

typedef struct list_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **child;
    ESP_FINAL uint32_t n;
    ESP_FINAL mini_native *native;
} list_node;

static esp_value block_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    esp_value v = mini_null();

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        v = ESP_TRY(esp_execute(self->child[i], frame));
    }
    return v;
}

static const esp_node_class block_class = {
    .name = "do", .size = sizeof(list_node),
    .tags = ESP_IS_STATEMENT, .execute = block_execute,
    ESP_CHILDREN(ESP_MANY(list_node, child, n))
};

static list_node *list(esp_context *c, esp_section s,
                       const esp_node_class *class, uint32_t n,
                       esp_node **children)
{
    list_node *node = ESP_NEW_NODE(c, list_node, class, s);

    node->child = ESP_CONTEXT_ARRAY(c, esp_node *, n);
    node->n = n;
    memcpy(node->child, children, n * sizeof *children);
    return node;
}

esp_node *mini_block(esp_context *c, esp_section s, uint32_t n,
                    esp_node **children)
{
    return &list(c, s, &block_class, n, children)->base;
}

typedef struct while_node {
    esp_node base;
    ESP_CHILD esp_node *condition, *body;
} while_node;

static inline esp_value while_step(esp_node *node, esp_frame *frame)
{
    while_node *self = (while_node *)node;
    esp_value go = ESP_TRY(esp_execute(self->condition, frame));

    if (go.tag != MINI_BOOL)
        return fail(node, "while needs a boolean");
    if (!go.as.i)
        return esp_abrupt(ESP_BREAK);
    return esp_execute(self->body, frame);
}

static esp_value while_execute(esp_node *node, esp_frame *frame)
{
    ESP_TRY(esp_loop_execute(node, frame, while_step));
    return mini_null();
}

static const esp_node_class while_class = {
    .name = "while", .size = sizeof(while_node),
    .tags = ESP_IS_STATEMENT, .execute = while_execute,
    ESP_CHILDREN(ESP_ONE(while_node, condition), ESP_ONE(while_node, body))
};

esp_node *mini_while(esp_context *c, esp_section s, esp_node *condition,
                    esp_node *body)
{
    while_node *n = ESP_NEW_NODE(c, while_node, &while_class, s);

    n->condition = condition;
    n->body = body;
    return &n->base;
}

/* ---- calls ------------------------------------------------------------- */

enum { MOST_ARGUMENTS = 8 };

typedef struct call_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **child;
    ESP_FINAL uint32_t n;
    ESP_FINAL mini_function *callee;
    ESP_FINAL esp_assumption *stable;
    esp_call_site site;
    esp_split split;
    esp_callees callees;
} call_node;

/* The function was defined anew since the node looked, or for the first
 * time. */
static esp_target *relink(call_node *self)
{
    esp_deopt_invalidate();
    esp_node_changing(&self->base);
    self->stable = self->callee->stable;
    self->site.target = self->callee->target;
    esp_node_changed(&self->base, "function defined");
    return self->site.target;
}

ESP_INLINE esp_target *direct_target(call_node *self)
{
    if (ESP_LIKELY(self->stable && esp_assumption_valid(self->stable)))
        return esp_split_target(&self->split, &self->base,
                                esp_call_site_target(&self->site));
    return relink(self);
}

#define UNDEFINED(node, t)                                                  \
    do {                                                                    \
        if (ESP_UNLIKELY(!(t)))                                             \
            return fail((node), "undefined function");                      \
    } while (0)

static esp_value call0_execute(esp_node *node, esp_frame *frame)
{
    esp_target *t = direct_target((call_node *)node);

    UNDEFINED(node, t);
    return esp_invoke0(node, frame, t);
}

static esp_value call1_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->child[0], frame));
    esp_target *t = direct_target(self);

    UNDEFINED(node, t);
    return esp_invoke1(node, frame, t, a);
}

static esp_value call2_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value a = ESP_TRY(esp_execute(self->child[0], frame));
    esp_value b = ESP_TRY(esp_execute(self->child[1], frame));
    esp_target *t = direct_target(self);

    UNDEFINED(node, t);
    return esp_invoke2(node, frame, t, a, b);
}

static esp_value calln_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value args[MOST_ARGUMENTS];
    esp_target *t;

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        args[i] = ESP_TRY(esp_execute(self->child[i], frame));
    }
    t = direct_target(self);
    UNDEFINED(node, t);
    return esp_invoke(node, frame, t, self->n, args);
}

static esp_value indirect_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value f = ESP_TRY(esp_execute(self->child[0], frame));
    esp_value args[MOST_ARGUMENTS];
    esp_target *t;

    for (uint32_t i = 1; i < self->n; i++) {
        ESP_EXPLODE;
        args[i - 1] = ESP_TRY(esp_execute(self->child[i], frame));
    }
    if (f.tag != MINI_FUNCTION)
        return fail(node, "call needs a function");
    t = ((mini_function *)f.as.p)->target;
    UNDEFINED(node, t);
    switch (self->n) {
    case 1: return esp_indirect0(node, frame, &self->callees, t);
    case 2: return esp_indirect1(node, frame, &self->callees, t, args[0]);
    case 3: return esp_indirect2(node, frame, &self->callees, t, args[0],
                                 args[1]);
    default: return esp_indirect(node, frame, &self->callees, t, self->n - 1,
                                 args);
    }
}

static esp_value tail_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value args[MOST_ARGUMENTS];
    esp_target *t;

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        args[i] = ESP_TRY(esp_execute(self->child[i], frame));
    }
    t = direct_target(self);
    UNDEFINED(node, t);
    return esp_tail_call(frame->target->context, t, self->n, args);
}

static void call_forget(esp_node *node)
{
    call_node *self = (call_node *)node;

    self->site.count = 0;
    self->split = (esp_split){ 0 };
    self->callees = (esp_callees){ 0 };
}

#define CALL(word, fn)                                                      \
    { .name = word, .size = sizeof(call_node), .tags = ESP_IS_CALL,         \
      .execute = fn, .forget = call_forget,                                 \
      ESP_CHILDREN(ESP_MANY(call_node, child, n)) }

static const esp_node_class direct_classes[] = {
    CALL("call0", call0_execute), CALL("call1", call1_execute),
    CALL("call2", call2_execute), CALL("calln", calln_execute)
};
static const esp_node_class indirect_class = CALL("indirect",
                                                  indirect_execute);
static const esp_node_class tail_class = CALL("tail", tail_execute);

esp_node *mini_call(esp_context *c, esp_section s, mini_function *callee,
                   bool tail, uint32_t n, esp_node **children)
{
    const esp_node_class *class = tail ? &tail_class
        : !callee ? &indirect_class
        : &direct_classes[n < 3 ? n : 3];
    call_node *node = ESP_NEW_NODE(c, call_node, class, s);

    node->child = ESP_CONTEXT_ARRAY(c, esp_node *, n);
    node->n = n;
    node->callee = callee;
    memcpy(node->child, children, n * sizeof *children);
    return &node->base;
}

static esp_value native_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    esp_value args[MOST_ARGUMENTS];

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        args[i] = ESP_TRY(esp_execute(self->child[i], frame));
    }
    frame->site = node;
    return self->native(frame->target->context, self->n, args);
}

static const esp_node_class native_class = {
    .name = "native", .size = sizeof(list_node),
    .tags = ESP_IS_CALL, .execute = native_execute,
    ESP_CHILDREN(ESP_MANY(list_node, child, n))
};

esp_node *mini_native_call(esp_context *c, esp_section s, mini_native *fn,
                          uint32_t n, esp_node **children)
{
    list_node *node = list(c, s, &native_class, n, children);

    node->native = fn;
    return &node->base;
}

static esp_value rest_execute(esp_node *node, esp_frame *frame)
{
    esp_value i = ESP_TRY(esp_execute(((form_node *)node)->a, frame));

    if (i.tag != MINI_INT || i.as.i < 0 || (uint64_t)i.as.i >= frame->argc)
        return mini_null();
    return frame->args[i.as.i];
}

static const esp_node_class rest_class = {
    .name = "rest", .size = sizeof(form_node),
    .tags = ESP_IS_EXPRESSION, .execute = rest_execute, FORM_CHILDREN
};

esp_node *mini_rest(esp_context *c, esp_section s, esp_node *index)
{
    form_node *n = ESP_NEW_NODE(c, form_node, &rest_class, s);

    n->a = index;
    return &n->base;
}

/* ---- for tests --------------------------------------------------------- */

const esp_kind mini_kind = ESP_KIND_TAGS("object", struct mini_object, slots,
                                         0, 1 << MINI_FUNCTION);

static bool by_class(void *arg, esp_node *node, uint32_t depth)
{
    const char **name = arg;

    (void)depth;
    if (strcmp(node->class->name, *name))
        return true;
    *name = (const char *)node;
    return false;
}

uint32_t mini_state(mini *t, const char *function, const char *class_name)
{
    const char *at = class_name;
    mini_function *f = mini_find(t->context, function);

    if (esp_node_walk(f->target->body, by_class, &at))
        return 0;
    return ((const form_node *)at)->state;
}
