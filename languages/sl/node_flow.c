/*
 * Blocks, if, while, break, continue, return.
 *
 * A statement returns some value, which nobody looks at, or how it leaves:
 * ESP_BREAK, ESP_CONTINUE, ESP_RETURN, ESP_THROW.  In compiled code each of
 * these is a jump to where it ends up.
 */
#include "languages/sl/sl.h"

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
    return sl_null();
}

static const esp_node_class block_class = {
    .name = "block", .size = sizeof(block_node), .execute = block_execute,
    ESP_CHILDREN(ESP_MANY(block_node, statements, n)),
};

esp_node *sl_block_node(esp_context *c, esp_section at, esp_node **statements,
                        uint32_t n)
{
    block_node *b = ESP_NEW_NODE(c, block_node, &block_class, at);

    b->statements = statements;
    b->n = n;
    return &b->base;
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
    esp_value c = ESP_TRY(esp_execute(self->condition, frame));

    if (ESP_UNLIKELY(c.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), self->condition, "toBoolean",
                              c);
    if (c.as.i) {
        esp_condition_profile(&self->profile, node, true);
        return esp_execute(self->then, frame);
    }
    esp_condition_profile(&self->profile, node, false);
    if (self->otherwise)
        return esp_execute(self->otherwise, frame);
    return sl_null();
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

esp_node *sl_if_node(esp_context *c, esp_section at, esp_node *condition,
                     esp_node *then, esp_node *otherwise)
{
    if_node *n = ESP_NEW_NODE(c, if_node, &if_class, at);

    n->condition = condition;
    n->then = then;
    n->otherwise = otherwise;
    return &n->base;
}

/* ---- while ------------------------------------------------------------- */

typedef struct while_node {
    esp_node base;
    ESP_CHILD esp_node *condition, *body;
} while_node;

static inline esp_value while_step(esp_node *node, esp_frame *frame)
{
    while_node *self = (while_node *)node;
    esp_value c = ESP_TRY(esp_execute(self->condition, frame));

    if (ESP_UNLIKELY(c.tag != SL_BOOLEAN))
        return sl_type_error1(sl_context(frame), self->condition, "toBoolean",
                              c);
    if (!c.as.i)
        return esp_abrupt(ESP_BREAK);
    return esp_execute(self->body, frame);
}

static esp_value while_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, while_step);
}

static const esp_node_class while_class = {
    .name = "while", .size = sizeof(while_node), .execute = while_execute,
    ESP_CHILDREN(ESP_ONE(while_node, condition), ESP_ONE(while_node, body)),
};

esp_node *sl_while_node(esp_context *c, esp_section at, esp_node *condition,
                        esp_node *body)
{
    while_node *n = ESP_NEW_NODE(c, while_node, &while_class, at);

    n->condition = condition;
    n->body = body;
    return &n->base;
}

/* ---- break, continue, debugger ----------------------------------------- */

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

/* There is no debugger. */
static esp_value debugger_execute(esp_node *node, esp_frame *frame)
{
    (void)node, (void)frame;
    return sl_null();
}

static const esp_node_class break_class = {
    .name = "break", .size = sizeof(esp_node), .tags = ESP_IS_STATEMENT,
    .execute = break_execute,
};

static const esp_node_class continue_class = {
    .name = "continue", .size = sizeof(esp_node), .tags = ESP_IS_STATEMENT,
    .execute = continue_execute,
};

static const esp_node_class debugger_class = {
    .name = "debugger", .size = sizeof(esp_node), .tags = ESP_IS_STATEMENT,
    .execute = debugger_execute,
};

esp_node *sl_break_node(esp_context *c, esp_section at)
{
    return esp_node_new(c, &break_class, at);
}

esp_node *sl_continue_node(esp_context *c, esp_section at)
{
    return esp_node_new(c, &continue_class, at);
}

esp_node *sl_debugger_node(esp_context *c, esp_section at)
{
    return esp_node_new(c, &debugger_class, at);
}

/* ---- return ------------------------------------------------------------ */

typedef struct return_node {
    esp_node base;
    ESP_CHILD esp_node *value;          /* NULL: returns NULL */
} return_node;

static esp_value return_execute(esp_node *node, esp_frame *frame)
{
    return_node *self = (return_node *)node;

    frame->result = self->value ? SL_TRY(self->value) : sl_null();
    return esp_abrupt(ESP_RETURN);
}

static const esp_node_class return_class = {
    .name = "return", .size = sizeof(return_node), .tags = ESP_IS_STATEMENT,
    .execute = return_execute,
    ESP_CHILDREN(ESP_ONE(return_node, value)),
};

esp_node *sl_return_node(esp_context *c, esp_section at, esp_node *value)
{
    return_node *n = ESP_NEW_NODE(c, return_node, &return_class, at);

    n->value = value;
    return &n->base;
}

/* ---- the body of a function -------------------------------------------- */

typedef struct body_node {
    esp_node base;
    ESP_CHILD_ARRAY esp_node **statements;
    ESP_FINAL uint32_t n;
    ESP_CHILD esp_node *result;         /* or NULL: the result is NULL */
} body_node;

/* A `return` at the very end need not leave anything. */
static esp_value body_execute(esp_node *node, esp_frame *frame)
{
    body_node *self = (body_node *)node;

    for (uint32_t i = 0; i < self->n; i++) {
        ESP_EXPLODE;
        ESP_TRY(esp_execute(self->statements[i], frame));
    }
    return self->result ? esp_execute(self->result, frame) : sl_null();
}

static const esp_node_class body_class = {
    .name = "body", .size = sizeof(body_node), .tags = ESP_IS_ROOT,
    .execute = body_execute,
    ESP_CHILDREN(ESP_MANY(body_node, statements, n),
                 ESP_ONE(body_node, result)),
};

esp_node *sl_body_node(esp_context *c, esp_section at, esp_node **statements,
                       uint32_t n)
{
    body_node *b = ESP_NEW_NODE(c, body_node, &body_class, at);

    b->statements = statements;
    b->n = n;
    if (n && statements[n - 1]->class == &return_class) {
        b->result = ((return_node *)statements[n - 1])->value;
        b->n--;
    }
    return &b->base;
}
