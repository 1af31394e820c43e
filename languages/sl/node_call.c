/*
 * Calls.
 *
 * The callee is any expression, nearly always a name.  A function's code can
 * change at any time, so the code is asked for at each call: in compiled code
 * that is a constant under the assumption that nobody redefined the function,
 * if the function is one, and else a chain of compares with the targets that
 * this call has met.
 *
 * First the callee, then the arguments from left to right, and only then
 * whether the callee can be called.  A name needs no evaluation, so the calls
 * of names, which are classes of their own, ask for the code last.
 */
#include "languages/sl/sl.h"

typedef struct call_node {
    esp_node base;
    ESP_CHILD esp_node *callee;
    ESP_FINAL sl_function *function;    /* if the callee is a name */
    ESP_CHILD_ARRAY esp_node **args;
    ESP_FINAL uint32_t nargs;
    esp_split split;                    /* a copy of its code for this call */
    esp_callees callees;                /* else: what was called so far */
} call_node;

/* ---- of names ---------------------------------------------------------- */

ESP_INLINE esp_value named_callee(const call_node *self)
{
    return sl_pointer(self->function, SL_FUNCTION);
}

static esp_value name0_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_target *t = sl_function_target(self->function);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node,
                                     named_callee(self));
    t = esp_split_target(&self->split, node, t);
    return esp_invoke0(node, frame, t);
}

static esp_value name1_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value a = SL_TRY(self->args[0]);
    esp_target *t = sl_function_target(self->function);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node,
                                     named_callee(self));
    t = esp_split_target(&self->split, node, t);
    return esp_invoke1(node, frame, t, a);
}

static esp_value name2_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value a = SL_TRY(self->args[0]);
    esp_value b = SL_TRY(self->args[1]);
    esp_target *t = sl_function_target(self->function);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node,
                                     named_callee(self));
    t = esp_split_target(&self->split, node, t);
    return esp_invoke2(node, frame, t, a, b);
}

static esp_value name3_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value a = SL_TRY(self->args[0]);
    esp_value b = SL_TRY(self->args[1]);
    esp_value c = SL_TRY(self->args[2]);
    esp_target *t = sl_function_target(self->function);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node,
                                     named_callee(self));
    t = esp_split_target(&self->split, node, t);
    return esp_invoke3(node, frame, t, a, b, c);
}

/* ---- of values --------------------------------------------------------- */

/* What is called, or NULL if that is not possible. */
ESP_INLINE esp_target *callee_target(esp_value callee)
{
    if (ESP_UNLIKELY(callee.tag != SL_FUNCTION))
        return NULL;
    return sl_function_target((const sl_function *)callee.as.p);
}

static esp_value call0_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value callee = SL_TRY(self->callee);
    esp_target *t = callee_target(callee);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node, callee);
    return esp_indirect0(node, frame, &self->callees, t);
}

static esp_value call1_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value callee = SL_TRY(self->callee);
    esp_value a = SL_TRY(self->args[0]);
    esp_target *t = callee_target(callee);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node, callee);
    return esp_indirect1(node, frame, &self->callees, t, a);
}

static esp_value call2_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value callee = SL_TRY(self->callee);
    esp_value a = SL_TRY(self->args[0]);
    esp_value b = SL_TRY(self->args[1]);
    esp_target *t = callee_target(callee);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node, callee);
    return esp_indirect2(node, frame, &self->callees, t, a, b);
}

static esp_value call3_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value callee = SL_TRY(self->callee);
    esp_value a = SL_TRY(self->args[0]);
    esp_value b = SL_TRY(self->args[1]);
    esp_value c = SL_TRY(self->args[2]);
    esp_target *t = callee_target(callee);

    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), node, callee);
    return esp_indirect3(node, frame, &self->callees, t, a, b, c);
}

/* ---- with any number of arguments -------------------------------------- */

/* They go through an array; of up to FEW, on the C stack. */
enum { FEW = 8 };

ESP_INLINE esp_value call_with(call_node *self, esp_frame *frame,
                               esp_value *args)
{
    esp_value callee = SL_TRY(self->callee);

    for (uint32_t i = 0; i < self->nargs; i++) {
        ESP_EXPLODE;
        args[i] = SL_TRY(self->args[i]);
    }
    esp_target *t = callee_target(callee);
    if (ESP_UNLIKELY(!t))
        return sl_undefined_function(sl_context(frame), &self->base, callee);
    return esp_indirect(&self->base, frame, &self->callees, t, self->nargs,
                        args);
}

static esp_value call_few_execute(esp_node *node, esp_frame *frame)
{
    esp_value args[FEW];

    return call_with((call_node *)node, frame, args);
}

static esp_value call_many_execute(esp_node *node, esp_frame *frame)
{
    call_node *self = (call_node *)node;
    esp_value *args = (esp_value *)esp_alloc(sl_context(frame),
                                             self->nargs * sizeof *args);

    if (!args)
        return esp_abrupt(ESP_THROW);
    return call_with(self, frame, args);
}

/* ---- nodes ------------------------------------------------------------- */

static void call_forget(esp_node *copy)
{
    ((call_node *)copy)->callees = (esp_callees){ 0 };
    ((call_node *)copy)->split = (esp_split){ 0 };
}

#define CALL_CLASS(word)                                                    \
    static const esp_node_class word##_class = {                            \
        .name = #word, .size = sizeof(call_node),                           \
        .tags = ESP_IS_CALL | ESP_IS_EXPRESSION,                            \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(call_node, callee),                            \
                     ESP_MANY(call_node, args, nargs)),                     \
        .forget = call_forget,                                              \
    }
CALL_CLASS(name0);
CALL_CLASS(name1);
CALL_CLASS(name2);
CALL_CLASS(name3);
CALL_CLASS(call0);
CALL_CLASS(call1);
CALL_CLASS(call2);
CALL_CLASS(call3);
CALL_CLASS(call_few);
CALL_CLASS(call_many);

esp_node *sl_call_node(esp_context *c, esp_section at, esp_node *callee,
                       esp_node **args, uint32_t nargs)
{
    static const esp_node_class *const classes[][2] = {
        { &call0_class, &name0_class }, { &call1_class, &name1_class },
        { &call2_class, &name2_class }, { &call3_class, &name3_class },
    };
    esp_value known = callee->class == &sl_literal_class
                          ? ((literal_node *)callee)->value
                          : sl_null();
    bool named = known.tag == SL_FUNCTION;
    const esp_node_class *class = nargs < 4      ? classes[nargs][named]
                                  : nargs <= FEW ? &call_few_class
                                                 : &call_many_class;
    call_node *n = ESP_NEW_NODE(c, call_node, class, at);

    n->callee = callee;
    n->args = args;
    n->nargs = nargs;
    if (named)
        n->function = (sl_function *)known.as.p;
    return &n->base;
}
