/*
 * Loops: while, repeat, numeric and generic for.
 *
 * Each has a step, which is one iteration, and esp_loop_execute to repeat it.
 */
#include "languages/lua/hook.h"
#include "languages/lua/nodes.h"

#include <math.h>

/* ---- while, repeat ----------------------------------------------------- */

typedef struct while_node {
    esp_node base;
    ESP_CHILD esp_node *condition, *body;
} while_node;

ESP_EVAL static inline esp_value while_step(esp_node *node, esp_frame *frame)
{
    while_node *self = (while_node *)node;
    esp_value c = LUA_TRY(self->condition);

    if (!lua_is_true(c))
        return esp_abrupt(ESP_BREAK);
    return esp_execute(self->body, frame);
}

static esp_value while_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, while_step);
}

ESP_EVAL static inline esp_value repeat_step(esp_node *node, esp_frame *frame)
{
    while_node *self = (while_node *)node;

    ESP_TRY(esp_execute(self->body, frame));
    esp_value c = LUA_TRY(self->condition);
    return lua_is_true(c) ? esp_abrupt(ESP_BREAK) : lua_nil();
}

static esp_value repeat_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, repeat_step);
}

static const esp_node_class while_class = {
    .name = "while", .size = sizeof(while_node), .execute = while_execute,
    ESP_CHILDREN(ESP_ONE(while_node, condition), ESP_ONE(while_node, body)),
};

static const esp_node_class repeat_class = {
    .name = "repeat", .size = sizeof(while_node), .execute = repeat_execute,
    ESP_CHILDREN(ESP_ONE(while_node, body), ESP_ONE(while_node, condition)),
};

esp_node *lua_while_node(esp_context *c, esp_section at, esp_node *condition,
                         esp_node *body)
{
    while_node *n = ESP_NEW_NODE(c, while_node, &while_class, at);

    n->condition = lua_condition(condition);
    n->body = body;
    return &n->base;
}

esp_node *lua_repeat_node(esp_context *c, esp_section at, esp_node *body,
                          esp_node *condition)
{
    while_node *n = ESP_NEW_NODE(c, while_node, &repeat_class, at);

    n->condition = lua_condition(condition);
    n->body = body;
    return &n->base;
}

/* ---- numeric for ------------------------------------------------------- */

/*
 * What the loop remembers is in slots: the counter, which is the variable
 * itself when nobody assigns that, the limit, and the step.  The loop is a
 * node of its own below the one that prepares it, so that compiled code can
 * be entered while it runs.  Integer loops know beforehand that their counter
 * does not overflow: limits are cut, and the last iteration adds nothing.
 */
typedef struct count_node {
    esp_node base;
    ESP_CHILD esp_node *enter;          /* makes the variable from the counter,
                                         * or NULL */
    ESP_CHILD esp_node *body;
    ESP_FINAL uint32_t counter, limit, step;
} count_node;

ESP_INLINE esp_value count_body(count_node *self, esp_frame *frame)
{
    if (self->enter)
        ESP_TRY(esp_execute(self->enter, frame));
    return esp_execute(self->body, frame);
}

/* Steps by 1: the limit is the last value of the counter. */
ESP_EVAL static inline esp_value by_one_step(esp_node *node, esp_frame *frame)
{
    count_node *self = (count_node *)node;
    int64_t i;

    ESP_TRY(count_body(self, frame));
    i = frame->slots[self->counter].as.i;
    if (i >= frame->slots[self->limit].as.i)
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->counter] = lua_int(i + 1);
    return lua_nil();
}

static esp_value by_one_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, by_one_step);
}

/* Other steps: the limit is how many iterations follow. */
ESP_EVAL static inline esp_value by_int_step(esp_node *node, esp_frame *frame)
{
    count_node *self = (count_node *)node;
    uint64_t more;

    ESP_TRY(count_body(self, frame));
    more = (uint64_t)frame->slots[self->limit].as.i;
    if (!more)
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->limit] = lua_int((int64_t)(more - 1));
    frame->slots[self->counter] =
        lua_int((int64_t)((uint64_t)frame->slots[self->counter].as.i +
                          (uint64_t)frame->slots[self->step].as.i));
    return lua_nil();
}

static esp_value by_int_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, by_int_step);
}

ESP_EVAL static inline esp_value by_float_step(esp_node *node, esp_frame *frame)
{
    count_node *self = (count_node *)node;
    double i, step, limit;

    ESP_TRY(count_body(self, frame));
    step = frame->slots[self->step].as.d;
    limit = frame->slots[self->limit].as.d;
    i = frame->slots[self->counter].as.d + step;
    if (step > 0 ? !(i <= limit) : !(i >= limit))
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->counter] = lua_float(i);
    return lua_nil();
}

static esp_value by_float_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, by_float_step);
}

#define COUNT_CLASS(word)                                                   \
    static const esp_node_class word##_class = {                            \
        .name = "for_" #word, .size = sizeof(count_node),                   \
        .execute = word##_execute,                                          \
        ESP_CHILDREN(ESP_ONE(count_node, enter),                            \
                     ESP_ONE(count_node, body)),                            \
    }
COUNT_CLASS(by_one);
COUNT_CLASS(by_int);
COUNT_CLASS(by_float);

typedef struct for_node {
    esp_node base;
    ESP_CHILD esp_node *start, *limit, *step;   /* step: or NULL */
    ESP_CHILD esp_node *loop;
    ESP_FINAL uint32_t slots, counter;
} for_node;

/* The limit of an integer loop as an integer; false: no iteration. */
ESP_BOUNDARY ESP_LEAF static bool cut_limit(esp_value limit, int64_t step,
                                            int64_t *to)
{
    double d = step < 0 ? ceil(limit.as.d) : floor(limit.as.d);

    if (d != d)
        return false;
    if (lua_float_to_int(d, to))
        return true;
    *to = d < 0 ? INT64_MIN : INT64_MAX;
    return d < 0 ? step < 0 : step > 0;
}

/* The loop is of another kind than it was. */
ESP_BOUNDARY static void change_loop(for_node *self,
                                     const esp_node_class *class,
                                     esp_context *c)
{
    count_node *old = (count_node *)self->loop;
    count_node *new = ESP_NEW_NODE(c, count_node, class, old->base.section);

    new->enter = old->enter;
    new->body = old->body;
    new->counter = old->counter;
    new->limit = old->limit;
    new->step = old->step;
    esp_node_replace(&old->base, &new->base, "kind of loop");
}

ESP_INLINE void need_loop(for_node *self, const esp_node_class *class,
                          esp_frame *frame)
{
    if (ESP_UNLIKELY(self->loop->class != class)) {
        esp_deopt_invalidate();
        change_loop(self, class, lua_context(frame));
    }
}

ESP_INLINE esp_value int_loop(for_node *self, esp_frame *frame, int64_t start,
                              int64_t limit, int64_t step)
{
    frame->slots[self->counter] = lua_int(start);
    if (step > 0 ? start > limit : start < limit)
        return lua_nil();
    if (step == 1) {
        need_loop(self, &by_one_class, frame);
        frame->slots[self->slots + 1] = lua_int(limit);
    } else {
        uint64_t more = step > 0
            ? ((uint64_t)limit - (uint64_t)start) / (uint64_t)step
            : ((uint64_t)start - (uint64_t)limit) /
                  ((uint64_t)-(step + 1) + 1);

        need_loop(self, &by_int_class, frame);
        frame->slots[self->slots + 1] = lua_int((int64_t)more);
        frame->slots[self->slots + 2] = lua_int(step);
    }
    return esp_execute(self->loop, frame);
}

ESP_INLINE double as_double(esp_value v)
{
    return v.tag == LUA_INT ? (double)v.as.i : v.as.d;
}

ESP_INLINE esp_value float_loop(for_node *self, esp_frame *frame,
                                double start, double limit, double step)
{
    need_loop(self, &by_float_class, frame);
    frame->slots[self->counter] = lua_float(start);
    frame->slots[self->slots + 1] = lua_float(limit);
    frame->slots[self->slots + 2] = lua_float(step);
    if (step > 0 ? !(start <= limit) : !(start >= limit))
        return lua_nil();
    return esp_execute(self->loop, frame);
}

ESP_BOUNDARY static esp_value bad_number(esp_frame *frame, esp_node *node,
                                         const char *what, esp_value v)
{
    return lua_error_at(lua_at(frame, node), node,
                        "bad 'for' %s (number expected, got %s)", what,
                        lua_type_name_of(lua_here(frame), v));
}

/* Strings that are numerals will do. */
ESP_INLINE bool need_number(esp_value *v)
{
    return ESP_LIKELY(lua_is_number(*v)) || lua_to_number(*v, v);
}

ESP_INLINE esp_value for_floats(for_node *self, esp_frame *frame,
                                esp_value start, esp_value limit,
                                esp_value step)
{
    esp_node *node = &self->base;

    if (!need_number(&limit))
        return bad_number(frame, node, "limit", limit);
    if (!need_number(&step))
        return bad_number(frame, node, "step", step);
    if (!need_number(&start))
        return bad_number(frame, node, "initial value", start);
    if (as_double(step) == 0)
        return lua_error_at(lua_at(frame, node), node, "'for' step is zero");
    return float_loop(self, frame, as_double(start), as_double(limit),
                      as_double(step));
}

ESP_INLINE esp_value for_ints(for_node *self, esp_frame *frame, int64_t start,
                              esp_value limit, int64_t step)
{
    esp_node *node = &self->base;
    int64_t cut;

    if (ESP_UNLIKELY(!step))
        return lua_error_at(lua_at(frame, node), node, "'for' step is zero");
    if (!need_number(&limit))
        return bad_number(frame, node, "limit", limit);
    cut = limit.as.i;
    if (limit.tag == LUA_FLOAT && !cut_limit(limit, step, &cut))
        return lua_nil();
    return int_loop(self, frame, start, cut, step);
}

static esp_value for_execute(esp_node *node, esp_frame *frame)
{
    for_node *self = (for_node *)node;
    esp_value start = LUA_TRY(self->start), limit = LUA_TRY(self->limit);
    esp_value step = lua_int(1), v;

    if (self->step)
        step = LUA_TRY(self->step);
    if (ESP_LIKELY(start.tag == LUA_INT && step.tag == LUA_INT))
        v = for_ints(self, frame, start.as.i, limit, step.as.i);
    else
        v = for_floats(self, frame, start, limit, step);
    return v.tag == ESP_NOTHING ? lua_nil() : v;
}

static const esp_node_class for_class = {
    .name = "for", .size = sizeof(for_node), .execute = for_execute,
    ESP_CHILDREN(ESP_ONE(for_node, start), ESP_ONE(for_node, limit),
                 ESP_ONE(for_node, step), ESP_ONE(for_node, loop)),
};

esp_node *lua_for_node(esp_context *c, esp_section at, esp_node *parts[3],
                       uint32_t slots, uint32_t counter, esp_node *enter,
                       esp_node *body)
{
    for_node *n = ESP_NEW_NODE(c, for_node, &for_class, at);
    count_node *loop = ESP_NEW_NODE(c, count_node, &by_one_class, at);

    loop->enter = enter;
    loop->body = body;
    loop->counter = counter;
    loop->limit = slots + 1;
    loop->step = slots + 2;
    n->start = parts[0];
    n->limit = parts[1];
    n->step = parts[2];
    n->slots = slots;
    n->counter = counter;
    n->loop = &loop->base;
    return &n->base;
}

/* ---- generic for ------------------------------------------------------- */

/* Slots: function, state, control, closing value, and for tables the place of
 * the control value in them. */
typedef struct each_node {
    esp_node base;
    ESP_CHILD esp_node *body;
    ESP_FINAL uint32_t slots;
    ESP_FINAL_ELEMENTS uint32_t *vars;
    ESP_FINAL uint32_t nvars;
    ESP_FINAL uint32_t kinds;           /* that were met */
    esp_callees callees;
    esp_array_site site;                /* of ipairs(t) */
} each_node;

enum { COUNTS = 1, WALKS = 2, CALLS = 4 };

ESP_BOUNDARY static void note_kind(each_node *self, uint32_t kind)
{
    esp_node_changing(&self->base);
    self->kinds |= kind;
    esp_node_changed(&self->base, "kind of loop");
}

/* Each kind has the body in it, so compiled code has only those it met. */
ESP_INLINE void meet(each_node *self, uint32_t kind)
{
    if (ESP_UNLIKELY(!(self->kinds & kind))) {
        esp_deopt_invalidate();
        note_kind(self, kind);
    }
}

ESP_INLINE esp_value call_iterator(each_node *self, esp_frame *frame)
{
    esp_value f = frame->slots[self->slots];
    esp_value state = frame->slots[self->slots + 1];
    esp_value control = frame->slots[self->slots + 2];

    if (ESP_LIKELY(f.tag == LUA_FUNCTION))
        return esp_indirect3(&self->base, frame, &self->callees,
                             lua_function_of(f)->target, f, state, control);
    return lua_call_iterator(lua_at(frame, &self->base), &self->base, f,
                             state, control);
}

/* Is this what pairs(t) gives?  Then the walk knows where it is. */
ESP_INLINE bool walks_table(const each_node *self, const esp_frame *frame)
{
    esp_value f = frame->slots[self->slots];

    return f.tag == LUA_FUNCTION && f.as.p == lua_here(frame)->next &&
           frame->slots[self->slots + 1].tag == LUA_TABLE &&
           frame->slots[self->slots + 4].as.i >= 0;
}

ESP_INLINE esp_value walk_step(each_node *self, esp_frame *frame)
{
    lua_table *t = lua_table_of(frame->slots[self->slots + 1]);
    int64_t place = frame->slots[self->slots + 4].as.i;
    esp_value entry[2];

    if (!lua_table_walk(lua_here(frame), t, &place, &entry[0], &entry[1]))
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->slots + 4] = lua_int(place);
    for (uint32_t i = 0; i < self->nvars; i++) {
        ESP_EXPLODE;
        if (i < 2) {
            esp_assume(!esp_is_abrupt(entry[i]));
            frame->slots[self->vars[i]] = entry[i];
        } else {
            frame->slots[self->vars[i]] = lua_nil();
        }
    }
    return esp_execute(self->body, frame);
}

ESP_INLINE esp_value call_step(each_node *self, esp_frame *frame)
{
    esp_value v = ESP_TRY(call_iterator(self, frame)), one;
    uint64_t n;
    const esp_value *values = lua_returned(lua_here(frame), v, &one, &n);

    if (n == 0 || values[0].tag == LUA_NIL)
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->slots + 2] = values[0];
    for (uint32_t i = 0; i < self->nvars; i++) {
        ESP_EXPLODE;
        if (i < n)
            frame->slots[self->vars[i]] = values[i];
        else
            frame->slots[self->vars[i]] = lua_nil();
    }
    return esp_execute(self->body, frame);
}

/* The same of ipairs(t). */
ESP_INLINE bool counts_table(const each_node *self, const esp_frame *frame)
{
    esp_value f = frame->slots[self->slots];

    return f.tag == LUA_FUNCTION && f.as.p == lua_here(frame)->inext &&
           frame->slots[self->slots + 1].tag == LUA_TABLE &&
           frame->slots[self->slots + 2].tag == LUA_INT;
}

ESP_INLINE esp_value count_step(each_node *self, esp_frame *frame)
{
    esp_value table = frame->slots[self->slots + 1], v;
    uint64_t i = (uint64_t)frame->slots[self->slots + 2].as.i;
    esp_value index = lua_int((int64_t)(i + 1));

    v = esp_array_get(&self->base, &self->site, &lua_array_kind,
                      &lua_table_of(table)->array, i);
    if (v.tag == LUA_NIL &&
        (lua_table_of(table)->hash || lua_table_of(table)->base.shape->dynamic))
        v = ESP_TRY(lua_index_slow(lua_at(frame, &self->base), NULL, table,
                                   index));
    if (v.tag == LUA_NIL)
        return esp_abrupt(ESP_BREAK);
    frame->slots[self->slots + 2] = index;
    for (uint32_t k = 0; k < self->nvars; k++) {
        ESP_EXPLODE;
        frame->slots[self->vars[k]] = k == 0   ? index
                                      : k == 1 ? v
                                               : lua_nil();
    }
    return esp_execute(self->body, frame);
}

ESP_EVAL static inline esp_value each_step(esp_node *node, esp_frame *frame)
{
    each_node *self = (each_node *)node;

    if (counts_table(self, frame)) {
        meet(self, COUNTS);
        return count_step(self, frame);
    }
    if (walks_table(self, frame)) {
        meet(self, WALKS);
        return walk_step(self, frame);
    }
    meet(self, CALLS);
    return call_step(self, frame);
}

static esp_value each_execute(esp_node *node, esp_frame *frame)
{
    return esp_loop_execute(node, frame, each_step);
}

static void each_forget(esp_node *copy)
{
    ((each_node *)copy)->callees = (esp_callees){ 0 };
    ((each_node *)copy)->site = (esp_array_site){ 0 };
    ((each_node *)copy)->kinds = 0;
}

static const esp_node_class each_class = {
    .name = "for_each", .size = sizeof(each_node), .execute = each_execute,
    ESP_CHILDREN(ESP_ONE(each_node, body)), .forget = each_forget,
    .tags = ESP_IS_CALL,
};

bool lua_is_each(const esp_node *node)
{
    return node->class == &each_class;
}

typedef struct for_in_node {
    esp_node base;
    ESP_CHILD esp_node *init, *loop;
    ESP_CHILD esp_node *leaving;
    ESP_FINAL uint32_t slots;
    ESP_FINAL bool closes;              /* there was a value to close */
} for_in_node;

ESP_BOUNDARY static void note_closes(for_in_node *self)
{
    esp_node_changing(&self->base);
    self->closes = true;
    esp_node_changed(&self->base, "closes a value");
}

/* To close something needs a frame that exists. */
ESP_INLINE void meet_closing(for_in_node *self)
{
    if (!self->closes) {
        esp_deopt_invalidate();
        note_closes(self);
    }
}

static esp_value for_in_execute(esp_node *node, esp_frame *frame)
{
    for_in_node *self = (for_in_node *)node;
    esp_value closing, v;

    ESP_TRY(esp_execute(self->init, frame));
    closing = frame->slots[self->slots + 3];
    frame->slots[self->slots + 4] =
        lua_int(frame->slots[self->slots + 2].tag == LUA_NIL ? 0 : -1);
    if (ESP_UNLIKELY(closing.tag != LUA_NIL)) {
        meet_closing(self);
        ESP_TRY(lua_check_closable(lua_at(frame, node), node, closing, NULL));
    }
    v = esp_execute(self->loop, frame);
    if (ESP_UNLIKELY(closing.tag != LUA_NIL))
        v = lua_close_variable(frame, node, self->leaving, closing, v);
    return v.tag == ESP_NOTHING ? lua_nil() : v;
}

static const esp_node_class for_in_class = {
    .name = "for_in", .size = sizeof(for_in_node), .execute = for_in_execute,
    ESP_CHILDREN(ESP_ONE(for_in_node, init), ESP_ONE(for_in_node, loop),
                 ESP_ONE(for_in_node, leaving)),
};

esp_node *lua_for_in_node(esp_context *c, esp_section at, esp_section calls,
                          esp_node *init, uint32_t slots,
                          const uint32_t *vars, uint32_t nvars,
                          esp_node *body)
{
    for_in_node *n = ESP_NEW_NODE(c, for_in_node, &for_in_class, at);
    each_node *loop = ESP_NEW_NODE(c, each_node, &each_class, calls);
    uint32_t *copy = ESP_CONTEXT_ARRAY(c, uint32_t, nvars);

    for (uint32_t i = 0; i < nvars; i++)
        copy[i] = vars[i];
    loop->body = body;
    loop->slots = slots;
    loop->vars = copy;
    loop->nvars = nvars;
    n->leaving = lua_leaving_node(c, at);
    n->init = init;
    n->loop = &loop->base;
    n->slots = slots;
    return &n->base;
}

bool lua_is_for_in(const esp_node *node)
{
    return node->class == &for_in_class;
}

/* ---- for hooks --------------------------------------------------------- */

bool lua_is_repeat(const esp_node *node)
{
    return node->class == &repeat_class;
}

bool lua_is_body(const esp_node *node)
{
    const esp_node *p = node->parent;

    if (p->class == &while_class || p->class == &repeat_class)
        return node == ((const while_node *)p)->body;
    if (p->class == &by_one_class || p->class == &by_int_class ||
        p->class == &by_float_class)
        return node == ((const count_node *)p)->body;
    return p->class == &each_class;
}

esp_section lua_loop_section(const esp_node *body)
{
    const esp_node *p = body->parent;

    if (p->class == &repeat_class)
        return esp_node_section(((const while_node *)p)->condition);
    return esp_node_section(p);
}
