/*
 * Blocks, if, goto, break, return, the body of a function.
 *
 * A statement returns some value, which nobody looks at, or how it leaves:
 * ESP_BREAK, ESP_RETURN, ESP_THROW, ESP_TAIL, or LUA_GOTO and a label.  In
 * compiled code each of these is a jump to where it ends up.
 */
#include "languages/lua/hook.h"
#include "languages/lua/nodes.h"

/* ---- blocks ------------------------------------------------------------ */

typedef struct block_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **statements;
    ESP_FINAL uint32_t n;
} block_node;

static esp_value block_execute(esp_node *node, esp_frame *frame)
{
    block_node *self = (block_node *)node;

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        ESP_TRY(esp_execute(self->statements[i], frame));
    }
    return lua_nil();
}

static const esp_node_class block_class = {
    .name = "block", .size = sizeof(block_node), .execute = block_execute,
    ESP_CHILDREN(ESP_MANY(block_node, statements, n)),
};

esp_node *lua_block_node(esp_context *c, esp_section at, esp_node **statements,
                         uint32_t n)
{
    block_node *b;

    if (n == 1)
        return statements[0];
    b = ESP_NEW_NODE(c, block_node, &block_class, at);
    b->statements = statements;
    b->n = n;
    return &b->base;
}

/* ---- blocks with labels ------------------------------------------------ */

typedef struct label {
    ESP_FINAL uint32_t id;              /* in the function */
    ESP_FINAL uint32_t place;           /* the statement behind it */
} label;

typedef struct label_block_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **statements;
    ESP_FINAL uint32_t n;
    ESP_FINAL_ELEMENTS label *labels;
    ESP_FINAL uint32_t nlabels;
} label_block_node;

/* The statement to go on with; UINT32_MAX: not a label of this block. */
ESP_INLINE uint32_t find_label(const label_block_node *self, uint64_t tag)
{
    for (uint32_t i = 0; i < self->nlabels; i++) {
        ESP_EXPLODE;
        if (tag == LUA_GOTO + (uint64_t)self->labels[i].id)
            return self->labels[i].place;
    }
    return UINT32_MAX;
}

/* Backward jumps poll: they make loops. */
static esp_value label_block_execute(esp_node *node, esp_frame *frame)
{
    label_block_node *self = (label_block_node *)node;
    uint32_t i = 0;

    while (i < self->n) {
        ESP_EXPLODE_MERGE(i);
        esp_value v = esp_execute(self->statements[i], frame);

        i++;
        if (ESP_LIKELY(!esp_is_abrupt(v)))
            continue;
        if (v.tag < LUA_GOTO)
            return v;
        i = find_label(self, v.tag);
        if (i == UINT32_MAX)
            return v;
    }
    return lua_nil();
}

static const esp_node_class label_block_class = {
    .name = "label_block", .size = sizeof(label_block_node),
    .execute = label_block_execute,
    ESP_CHILDREN(ESP_MANY(label_block_node, statements, n)),
};

esp_node *lua_label_block_node(esp_context *c, esp_section at,
                               esp_node **statements, uint32_t n,
                               const uint32_t *ids, const uint32_t *places,
                               uint32_t nlabels)
{
    label_block_node *b = ESP_NEW_NODE(c, label_block_node,
                                       &label_block_class, at);
    label *labels = ESP_CONTEXT_ARRAY(c, label, nlabels);

    for (uint32_t i = 0; i < nlabels; i++)
        labels[i] = (label){ ids[i], places[i] };
    b->statements = statements;
    b->n = n;
    b->labels = labels;
    b->nlabels = nlabels;
    return &b->base;
}

typedef struct goto_node {
    esp_node base;
    ESP_FINAL uint32_t label;
    ESP_FINAL bool backward;
} goto_node;

static esp_value goto_execute(esp_node *node, esp_frame *frame)
{
    goto_node *self = (goto_node *)node;

    if (self->backward && ESP_UNLIKELY(!esp_back_edge(frame)))
        return esp_abrupt(ESP_THROW);
    return esp_abrupt(LUA_GOTO + (uint64_t)self->label);
}

static const esp_node_class goto_class = {
    .name = "goto", .size = sizeof(goto_node), .tags = ESP_IS_STATEMENT,
    .execute = goto_execute,
};

esp_node *lua_goto_node(esp_context *c, esp_section at, uint32_t label,
                        bool backward)
{
    goto_node *n = ESP_NEW_NODE(c, goto_node, &goto_class, at);

    n->label = label;
    n->backward = backward;
    return &n->base;
}

/* ---- if ---------------------------------------------------------------- */

typedef struct if_node {
    esp_node base;
    ESP_CHILD esp_node *condition, *then, *otherwise;   /* or NULL */
    esp_condition profile;
} if_node;

static esp_value if_execute(esp_node *node, esp_frame *frame)
{
    if_node *self = (if_node *)node;
    esp_value c = LUA_TRY(self->condition);

    if (lua_is_true(c)) {
        esp_condition_profile(&self->profile, node, true);
        return esp_execute(self->then, frame);
    }
    esp_condition_profile(&self->profile, node, false);
    if (self->otherwise)
        return esp_execute(self->otherwise, frame);
    return lua_nil();
}

static void if_forget(esp_node *copy)
{
    ((if_node *)copy)->profile = (esp_condition){ 0 };
}

static const esp_node_class if_class = {
    .name = "if", .size = sizeof(if_node), .execute = if_execute,
    ESP_CHILDREN(ESP_ONE(if_node, condition), ESP_ONE(if_node, then),
                 ESP_ONE(if_node, otherwise)),
    .forget = if_forget,
};

esp_node *lua_if_node(esp_context *c, esp_section at, esp_node *condition,
                      esp_node *then, esp_node *otherwise)
{
    if_node *n = ESP_NEW_NODE(c, if_node, &if_class, at);

    n->condition = lua_condition(condition);
    n->then = then;
    n->otherwise = otherwise;
    return &n->base;
}

/* ---- break, return ----------------------------------------------------- */

static esp_value break_execute(esp_node *node, esp_frame *frame)
{
    (void)node, (void)frame;
    return esp_abrupt(ESP_BREAK);
}

static const esp_node_class break_class = {
    .name = "break", .size = sizeof(esp_node), .tags = ESP_IS_STATEMENT,
    .execute = break_execute,
};

esp_node *lua_break_node(esp_context *c, esp_section at)
{
    return esp_node_new(c, &break_class, at);
}

typedef struct return_node {
    esp_node base;
    ESP_CHILD esp_node *value;          /* or NULL */
} return_node;

static esp_value return_execute(esp_node *node, esp_frame *frame)
{
    return_node *self = (return_node *)node;

    frame->result = self->value ? LUA_TRY(self->value) : lua_none();
    return esp_abrupt(ESP_RETURN);
}

static const esp_node_class return_class = {
    .name = "return", .size = sizeof(return_node), .tags = ESP_IS_STATEMENT,
    .execute = return_execute, ESP_CHILDREN(ESP_ONE(return_node, value)),
};

esp_node *lua_return_node(esp_context *c, esp_section at, esp_node *value)
{
    return_node *n = ESP_NEW_NODE(c, return_node, &return_class, at);

    n->value = value;
    return &n->base;
}

/* ---- several values ---------------------------------------------------- */

typedef struct list_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **values;
    ESP_FINAL uint32_t n;
    ESP_CHILD esp_node *rest;           /* a multi node, or NULL */
} list_node;

enum { FEW = 8 };

/* Values wait on the C stack, since calls use the buffer of results. */
static esp_value few_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    lua_state *lua = lua_here(frame);
    esp_value values[FEW];

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        values[i] = LUA_TRY(self->values[i]);
    }
    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        lua->few[i] = values[i];
    }
    return lua_multi(self->n);
}

/* Puts n values in front of what is in the buffer. */
ESP_BOUNDARY static esp_value prepend(lua_state *lua, const esp_value *values,
                                      uint32_t n, esp_value rest)
{
    esp_value one, *to;
    uint64_t more;
    const esp_value *from = lua_returned(lua, rest, &one, &more);

    to = lua_results(lua, n + more);
    if (!to)
        return esp_abrupt(ESP_THROW);
    for (uint64_t i = more; i-- > 0;)
        to[n + i] = from[i];
    for (uint32_t i = 0; i < n; i++)
        to[i] = values[i];
    return n + more == 1 ? to[0] : lua_multi(n + more);
}

static esp_value list_execute(esp_node *node, esp_frame *frame)
{
    list_node *self = (list_node *)node;
    esp_value few[FEW], *values = few, rest = lua_none();

    if (self->n > FEW) {
        values = (esp_value *)esp_alloc(lua_context(frame),
                                        self->n * sizeof *values);
        if (!values)
            return esp_abrupt(ESP_THROW);
    }
    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        values[i] = LUA_TRY(self->values[i]);
    }
    if (self->rest)
        rest = ESP_TRY(esp_execute(self->rest, frame));
    return prepend(lua_here(frame), values, self->n, rest);
}

#define LIST_CLASS(word)                                                    \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(list_node),                           \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_MANY(list_node, values, n),                        \
                     ESP_ONE(list_node, rest)),                             \
    }
LIST_CLASS(few);
LIST_CLASS(list);

esp_node *lua_list_node(esp_context *c, esp_section at, esp_node **values,
                        uint32_t n, esp_node *rest)
{
    list_node *node = ESP_NEW_NODE(c, list_node,
                                   rest || n > FEW ? &list_class : &few_class,
                                   at);

    node->values = values;
    node->n = n;
    node->rest = rest;
    return &node->base;
}

/* ---- the body of a function -------------------------------------------- */

typedef struct body_node {
    esp_node base;
    ESP_FINAL_ELEMENTS uint32_t *boxed; /* parameters that need boxes */
    ESP_FINAL uint32_t nboxed;
    ESP_CHILD_ARRAY esp_node **statements;
    ESP_FINAL uint32_t n;
    ESP_CHILD esp_node *result;         /* or NULL: there are none */
} body_node;

static const esp_heap_type box_type = { "box", sizeof(lua_box), false };

ESP_INLINE void box_parameters(body_node *self, esp_frame *frame)
{
    for (uint32_t i = 0; i < self->nboxed; i++) {
        ESP_EXPLODE;
        lua_box *box = (lua_box *)esp_new(lua_context(frame), &box_type);

        box->value = frame->slots[self->boxed[i]];
        frame->slots[self->boxed[i]] = lua_pointer(box, LUA_BOX);
    }
}

/* A `return` at the very end need not leave anything. */
static esp_value body_execute(esp_node *node, esp_frame *frame)
{
    body_node *self = (body_node *)node;

    if (self->nboxed)
        box_parameters(self, frame);
    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        ESP_TRY(esp_execute(self->statements[i], frame));
    }
    return self->result ? esp_execute(self->result, frame) : lua_none();
}

static const esp_node_class body_class = {
    .name = "body", .size = sizeof(body_node), .tags = ESP_IS_ROOT,
    .execute = body_execute,
    ESP_CHILDREN(ESP_MANY(body_node, statements, n),
                 ESP_ONE(body_node, result)),
};

esp_node *lua_body_node(esp_context *c, esp_section at, const uint32_t *boxed,
                        uint32_t nboxed, esp_node **statements, uint32_t n)
{
    body_node *b = ESP_NEW_NODE(c, body_node, &body_class, at);
    uint32_t *copy = ESP_CONTEXT_ARRAY(c, uint32_t, nboxed + 1);

    for (uint32_t i = 0; i < nboxed; i++)
        copy[i] = boxed[i];
    b->boxed = copy;
    b->nboxed = nboxed;
    b->statements = statements;
    b->n = n;
    if (n && statements[n - 1]->class == &return_class &&
        ((return_node *)statements[n - 1])->value) {
        b->result = ((return_node *)statements[n - 1])->value;
        b->n--;
    }
    return &b->base;
}

/* ---- places of nodes, for hooks ---------------------------------------- */

/* Has it statements, and nothing to do of its own? */
static bool is_container(const esp_node *n)
{
    return n->class == &block_class || n->class == &label_block_class ||
           lua_is_repeat(n) || lua_close_rest(n) || lua_is_hook(n);
}

int lua_place_of(const esp_node *node)
{
    const esp_node *p = node->parent;
    bool statement = false, body = lua_is_body(node);

    if (p->class == &if_class)
        statement = node != ((const if_node *)p)->condition;
    else if (lua_close_rest(p))
        statement = node == lua_close_rest(p);
    else
        statement = body || p->class == &block_class ||
                    p->class == &label_block_class || p->class == &body_class;
    statement = statement && !is_container(node);
    return (statement ? LUA_STATEMENT : 0) | (body ? LUA_BODY : 0);
}

static esp_section end_of(esp_section s)
{
    if (s.length > 0)
        s.start += s.length - 1;
    s.length = 1;
    return s;
}

/* A function exists when its text is over. */
esp_section lua_statement_section(const esp_node *node)
{
    const lua_proto *made = lua_local_function(node);

    if (made)
        return end_of(made->target->section);
    if (node->class == &if_class)
        node = ((const if_node *)node)->condition;
    return esp_node_section(node);
}
