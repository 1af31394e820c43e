/*
 * From a syntax tree to nodes.
 */
#include "languages/lua/build.h"

#include "languages/lua/hook.h"
#include "languages/lua/nodes.h"

#include <string.h>

/* What all functions of a chunk share. */
typedef struct chunk {
    uint32_t built;                 /* functions so far */
    uint32_t wanted;                /* the one to be called */
    lua_proto *proto;               /* of that, with what it is made from */
    const lua_func *func;
    bool stripped;
} chunk;

typedef struct builder {
    lua_state *lua;
    chunk *whole;
    esp_context *context;
    esp_arena *arena;
    esp_source *source;
    const char *name;               /* of the chunk */
    lua_func *func;
    lua_proto *proto;
    bool env_boxed;                 /* _ENV of the chunk is */
    uint32_t temps;                 /* slots behind the variables: in use, */
    uint32_t most_temps;            /* and ever */
} builder;

static esp_node *build_expression(builder *b, const syntax *s);
static esp_node *build_block(builder *b, const syntax *list, const syntax *at);
static lua_proto *build_function(builder *b, lua_func *f);

typedef VEC(esp_node *) node_list;

/* ---- small things ------------------------------------------------------ */

static esp_section section(const builder *b, const syntax *s)
{
    return (esp_section){ b->source, s->start, s->end - s->start };
}

static uint32_t new_temp(builder *b)
{
    uint32_t slot = b->func->nslots + b->temps++;

    if (b->temps > b->most_temps)
        b->most_temps = b->temps;
    return slot;
}

static uint32_t count(const syntax *list)
{
    uint32_t n = 0;

    for (; list; list = list->next)
        n++;
    return n;
}

/* Has it, in this place, any number of values? */
static bool is_multi(const syntax *s)
{
    return s->kind == SYN_CALL || s->kind == SYN_METHOD ||
           s->kind == SYN_VARARG;
}

/* The nodes of a list live as long as the context. */
static esp_node **keep(builder *b, const node_list *list)
{
    esp_node **nodes = ESP_CONTEXT_ARRAY(b->context, esp_node *, list->n + 1);

    if (list->n)
        memcpy(nodes, list->at, list->n * sizeof *nodes);
    return nodes;
}

static esp_node *block_of(builder *b, esp_section at, const node_list *list)
{
    return lua_block_node(b->context, at, keep(b, list), list->n);
}

/* Values of a list, one each; *rest is the last if that is multi. */
static esp_node **build_values(builder *b, const syntax *list, uint32_t *n,
                               esp_node **rest)
{
    node_list nodes = { 0 };

    *rest = NULL;
    for (; list; list = list->next) {
        esp_node *node = build_expression(b, list);

        if (!list->next && is_multi(list))
            *rest = lua_make_multi(node);
        else
            VEC_PUSH(b->arena, &nodes, node);
    }
    *n = nodes.n;
    return keep(b, &nodes);
}

/* ---- variables --------------------------------------------------------- */

static esp_node *build_local(builder *b, const syntax *s, const lua_var *v,
                             bool fresh, esp_node *value)
{
    enum lua_access access = !lua_var_boxed(v) ? LUA_PLAIN
                             : fresh           ? LUA_FRESH
                                               : LUA_BOXED;

    return lua_local_node(b->context, section(b, s), v->name, v->slot, access,
                          value);
}

static esp_node *build_upvalue(builder *b, const syntax *s, esp_node *value)
{
    bool boxed = s->var ? lua_var_boxed(s->var) : b->env_boxed;

    return lua_upvalue_node(b->context, section(b, s),
                            lua_string_of(s->value), b->proto, s->n, boxed,
                            value);
}

static esp_node *read_temp(builder *b, const syntax *s, uint32_t slot)
{
    return lua_local_node(b->context, section(b, s), NULL, slot, LUA_PLAIN,
                          NULL);
}

static esp_node *write_temp(builder *b, const syntax *s, uint32_t slot,
                            esp_node *value)
{
    return lua_local_node(b->context, section(b, s), NULL, slot, LUA_PLAIN,
                          value);
}

static esp_node *nil_node(builder *b, const syntax *s)
{
    return lua_literal_node(b->context, section(b, s), lua_nil());
}

/* ---- expressions ------------------------------------------------------- */

static esp_node *build_call(builder *b, const syntax *s)
{
    esp_node *callee = build_expression(b, s->a), *rest;
    uint32_t n;
    esp_node **args = build_values(b, s->b, &n, &rest);
    esp_string *method = s->kind == SYN_METHOD ? lua_string_of(s->value)
                                               : NULL;

    return lua_call_node(b->context, section(b, s), callee, method, args, n,
                         rest);
}

static esp_node *build_closure(builder *b, const syntax *s, uint32_t self)
{
    lua_func *f = s->func;
    lua_proto *inner = build_function(b, f);

    return lua_closure_node(b->context, section(b, s), inner, b->proto,
                            f->upvalues.at, f->upvalues.n, self);
}

/* a .. b .. c is nested to the right. */
static esp_node *build_concat(builder *b, const syntax *s)
{
    esp_section at = section(b, s);
    node_list parts = { 0 };

    while (s->kind == SYN_BINARY && s->op == OP_CONCAT) {
        VEC_PUSH(b->arena, &parts, build_expression(b, s->a));
        s = s->b;
    }
    VEC_PUSH(b->arena, &parts, build_expression(b, s));
    return lua_concat_node(b->context, at, keep(b, &parts), parts.n);
}

static esp_node *build_item(builder *b, const syntax *item, uint32_t slot,
                            uint32_t *position)
{
    esp_section at = section(b, item);
    esp_node *key = item->a
        ? build_expression(b, item->a)
        : lua_literal_node(b->context, at, lua_int(++*position));

    return lua_index_node(b->context, at, read_temp(b, item, slot), key, false,
                          build_expression(b, item->b));
}

static esp_node *build_table(builder *b, const syntax *s)
{
    uint32_t temps = b->temps, position = 0;
    bool record = false;
    uint32_t slot = 0;
    esp_node *rest = NULL;
    node_list items = { 0 };

    for (const syntax *i = s->a; i; i = i->next)
        record |= i->a != NULL;
    if (record)
        slot = new_temp(b);
    for (const syntax *i = s->a; i; i = i->next) {
        if (!i->a && !i->next && is_multi(i->b)) {
            rest = lua_make_multi(build_expression(b, i->b));
        } else if (record) {
            VEC_PUSH(b->arena, &items, build_item(b, i, slot, &position));
        } else {
            position++;
            VEC_PUSH(b->arena, &items, build_expression(b, i->b));
        }
    }
    b->temps = temps;
    return lua_table_node(b->context, section(b, s), keep(b, &items), items.n,
                          rest, position, slot);
}

/* An operation on constants is done now, unless it fails. */
static bool fold(const syntax *s, esp_value *v)
{
    const syntax *a = s->a, *c = s->kind == SYN_UNARY ? s->a : s->b;

    if (a->kind != SYN_LITERAL || c->kind != SYN_LITERAL ||
        !lua_is_number(a->value) || !lua_is_number(c->value))
        return false;
    return lua_fold(s->op, a->value, c->value, v);
}

static esp_node *build_operation(builder *b, const syntax *s)
{
    esp_section at = section(b, s);
    esp_node *left, *right;
    esp_value v;

    if (fold(s, &v))
        return lua_literal_node(b->context, at, v);
    if (s->kind == SYN_BINARY && s->op == OP_CONCAT)
        return build_concat(b, s);
    left = build_expression(b, s->a);
    if (s->kind == SYN_UNARY)
        return lua_unary_node(b->context, at, s->op, left);
    right = build_expression(b, s->b);
    return lua_binary_node(b->context, at, s->op, left, right);
}

static esp_node *build_index(builder *b, const syntax *s, esp_node *value)
{
    esp_section at = section(b, s->b);
    esp_node *object = build_expression(b, s->a);

    return lua_index_node(b->context, at, object, build_expression(b, s->b),
                          s->n, value);
}

static esp_node *build_expression(builder *b, const syntax *s)
{
    switch (s->kind) {
    case SYN_LITERAL:
        return lua_literal_node(b->context, section(b, s), s->value);
    case SYN_VARARG:
        return lua_vararg_node(b->context, section(b, s),
                               count(b->func->params) + 1);
    case SYN_LOCAL:
        return build_local(b, s, s->var, false, NULL);
    case SYN_UPVALUE:
        return build_upvalue(b, s, NULL);
    case SYN_INDEX:
        return build_index(b, s, NULL);
    case SYN_CALL: case SYN_METHOD:
        return build_call(b, s);
    case SYN_FUNCTION:
        return build_closure(b, s, UINT32_MAX);
    case SYN_TABLE:
        return build_table(b, s);
    case SYN_PAREN:
        return build_expression(b, s->a);
    default:
        return build_operation(b, s);
    }
}

/* ---- assignment -------------------------------------------------------- */

static esp_node *build_store(builder *b, const syntax *s, esp_node *value)
{
    switch (s->kind) {
    case SYN_LOCAL:   return build_local(b, s, s->var, false, value);
    case SYN_UPVALUE: return build_upvalue(b, s, value);
    default:          return build_index(b, s, value);
    }
}

/* Values of a list into n slots that none of them reads. */
static void build_to_slots(builder *b, const syntax *at, const syntax *values,
                           uint32_t n, const uint32_t *slots, node_list *to)
{
    uint32_t i = 0;

    for (; values; values = values->next) {
        esp_node *value = build_expression(b, values);

        if (!values->next && is_multi(values) && i + 1 < n) {
            VEC_PUSH(b->arena, to,
                     lua_spread_node(b->context, section(b, values),
                                     lua_make_multi(value), slots + i,
                                     n - i));
            return;
        }
        /* More values than variables are for their effects. */
        VEC_PUSH(b->arena, to,
                 i < n ? write_temp(b, values, slots[i], value) : value);
        i++;
    }
    for (; i < n; i++)
        VEC_PUSH(b->arena, to, write_temp(b, at, slots[i], nil_node(b, at)));
}

/* The same into new temporaries. */
static void build_to_temps(builder *b, const syntax *at, const syntax *values,
                           uint32_t n, uint32_t *slots, node_list *to)
{
    for (uint32_t k = 0; k < n; k++)
        slots[k] = new_temp(b);
    build_to_slots(b, at, values, n, slots, to);
}

/* Is its value the same before and after the stores to these targets, and
 * whatever is called meanwhile? */
static bool is_steady(const builder *b, const syntax *s,
                      const syntax *targets)
{
    if (s->kind == SYN_LITERAL)
        return true;
    if (s->kind == SYN_UPVALUE)
        return s->var ? !lua_var_boxed(s->var) : !b->env_boxed;
    if (s->kind != SYN_LOCAL || lua_var_boxed(s->var))
        return false;
    for (; targets; targets = targets->next)
        if (targets->kind == SYN_LOCAL && targets->var == s->var)
            return false;
    return true;
}

/* An expression that is evaluated where `to` ends, for use among the stores. */
static esp_node *build_early(builder *b, const syntax *s,
                             const syntax *targets, node_list *to)
{
    uint32_t slot;

    if (is_steady(b, s, targets))
        return build_expression(b, s);
    slot = new_temp(b);
    VEC_PUSH(b->arena, to, write_temp(b, s, slot, build_expression(b, s)));
    return read_temp(b, s, slot);
}

static esp_node *build_target(builder *b, const syntax *s,
                              const syntax *targets, node_list *to)
{
    esp_node *object = build_early(b, s->a, targets, to);

    return lua_index_node(b->context, section(b, s->b), object,
                          build_early(b, s->b, targets, to), s->n,
                          nil_node(b, s));
}

/* The values for n targets, in order; the last one, if there is one for each,
 * is evaluated when it is stored. */
static void build_assigned(builder *b, const syntax *s, uint32_t n,
                           esp_node **values, node_list *to)
{
    const syntax *v = s->b;
    uint32_t *slots;

    if (count(v) == n) {
        for (; v->next; v = v->next)
            *values++ = build_early(b, v, s->a, to);
        *values = build_expression(b, v);
        return;
    }
    slots = ARENA_ARRAY(b->arena, uint32_t, n);
    build_to_temps(b, s, v, n, slots, to);
    for (uint32_t i = 0; i < n; i++)
        values[i] = read_temp(b, s, slots[i]);
}

/* First the parts of the targets, then the values, then the assignments from
 * the last to the first. */
static esp_node *build_assignments(builder *b, const syntax *s)
{
    uint32_t n = count(s->a), temps = b->temps, i = 0;
    esp_node **targets = ARENA_ARRAY(b->arena, esp_node *, n);
    const syntax **stores = ARENA_ARRAY(b->arena, const syntax *, n);
    esp_node **values = ARENA_ARRAY(b->arena, esp_node *, n);
    node_list list = { 0 };

    for (const syntax *t = s->a; t; t = t->next, i++) {
        stores[i] = t;
        targets[i] = t->kind == SYN_INDEX ? build_target(b, t, s->a, &list)
                                          : NULL;
    }
    build_assigned(b, s, n, values, &list);
    while (n-- > 0) {
        if (targets[n])
            lua_index_set_value(targets[n], values[n]);
        VEC_PUSH(b->arena, &list,
                 targets[n] ? targets[n]
                            : build_store(b, stores[n], values[n]));
    }
    b->temps = temps;
    return block_of(b, section(b, s), &list);
}

static esp_node *build_assign(builder *b, const syntax *s)
{
    if (s->a->next || s->b->next)
        return build_assignments(b, s);
    return build_store(b, s->a, build_expression(b, s->b));
}

static void build_declarations(builder *b, const syntax *s, node_list *to)
{
    uint32_t n = count(s->a), temps = b->temps, i = 0;
    uint32_t *slots = ARENA_ARRAY(b->arena, uint32_t, n);

    build_to_temps(b, s, s->b, n, slots, to);
    for (const syntax *v = s->a; v; v = v->next, i++)
        VEC_PUSH(b->arena, to,
                 build_local(b, v, v->var, true, read_temp(b, v, slots[i])));
    b->temps = temps;
}

/* Of several plain variables the values can go to their slots at once, unless
 * a value reads one of them; they cannot: they are not visible yet, but slots
 * are not shared either, so nobody else is there. */
static void build_plain(builder *b, const syntax *s, node_list *to)
{
    const syntax *value = s->b, *v = s->a;
    uint32_t n = 0, *slots = ARENA_ARRAY(b->arena, uint32_t, count(s->a));

    for (; v; v = v->next) {
        bool open = value && !value->next && is_multi(value) && v->next;

        if (open)
            break;
        VEC_PUSH(b->arena, to,
                 build_local(b, v, v->var, true,
                             value ? build_expression(b, value)
                                   : nil_node(b, v)));
        value = value ? value->next : NULL;
    }
    if (v) {
        esp_node *multi = lua_make_multi(build_expression(b, value));

        for (; v; v = v->next)
            slots[n++] = v->var->slot;
        VEC_PUSH(b->arena, to,
                 lua_spread_node(b->context, section(b, value), multi, slots,
                                 n));
        return;
    }
    for (; value; value = value->next)
        VEC_PUSH(b->arena, to, build_expression(b, value));
}

static void build_locals(builder *b, const syntax *s, node_list *to)
{
    bool plain = true;

    if (s->a->var->kind == VAR_KNOWN)
        return;
    for (const syntax *v = s->a; v; v = v->next)
        plain &= !lua_var_boxed(v->var);
    if (plain || (!s->a->next && s->b && !s->b->next))
        build_plain(b, s, to);
    else
        build_declarations(b, s, to);
}

/* The variables, and the rest of the block around which one is closed. */
static void build_closing(builder *b, const syntax *s, node_list *to)
{
    const syntax *v = s->a;
    enum lua_access access;

    build_locals(b, s, to);
    while (v->var->kind != VAR_CLOSE)
        v = v->next;
    access = lua_var_boxed(v->var) ? LUA_BOXED : LUA_PLAIN;
    VEC_PUSH(b->arena, to,
             lua_close_node(b->context, section(b, v), v->var->name,
                            v->var->slot, access,
                            build_block(b, s->c->a, s->c)));
}

/* The variable is visible in the function. */
static void build_local_function(builder *b, const syntax *s, node_list *to)
{
    bool boxed = lua_var_boxed(s->var);

    if (boxed)
        VEC_PUSH(b->arena, to,
                 build_local(b, s, s->var, true, nil_node(b, s)));
    VEC_PUSH(b->arena, to,
             build_local(b, s, s->var, false,
                         build_closure(b, s->a, boxed ? UINT32_MAX
                                                      : s->var->slot)));
}

/* ---- control ----------------------------------------------------------- */

static esp_node *build_if(builder *b, const syntax *s)
{
    esp_node *condition = build_expression(b, s->a);
    esp_node *then = build_block(b, s->b->a, s->b), *otherwise = NULL;

    if (s->c)
        otherwise = s->c->kind == SYN_IF ? build_if(b, s->c)
                                         : build_block(b, s->c->a, s->c);
    return lua_if_node(b->context, section(b, s), condition, then, otherwise);
}

/* The condition sees the variables of the body, also those behind which a
 * variable is closed: it is the last statement of the innermost block then. */
static esp_node *build_repeat(builder *b, const syntax *s)
{
    esp_node *body = build_block(b, s->b->a, s->b);

    return lua_repeat_node(b->context, section(b, s), body,
                           build_expression(b, s->a));
}

static esp_node *build_for(builder *b, const syntax *s)
{
    esp_node *parts[3] = { NULL }, *enter = NULL;
    const syntax *v = s->a;
    uint32_t counter = s->var->slot;

    for (int i = 0; v; i++, v = v->next)
        parts[i] = build_expression(b, v);
    if (s->var->assigned) {
        counter = s->n;
        enter = build_local(b, s, s->var, true, read_temp(b, s, counter));
    }
    return lua_for_node(b->context, section(b, s), parts, s->n, counter, enter,
                        build_block(b, s->b->a, s->b));
}

static esp_node *build_for_in(builder *b, const syntax *s)
{
    uint32_t n = count(s->a), *vars = ARENA_ARRAY(b->arena, uint32_t, n);
    uint32_t slots[] = { s->n, s->n + 1, s->n + 2, s->n + 3 }, i = 0;
    node_list body = { 0 }, init = { 0 };

    build_to_slots(b, s, s->b, 4, slots, &init);
    for (const syntax *v = s->a; v; v = v->next) {
        vars[i++] = v->var->slot;
        if (lua_var_boxed(v->var))
            VEC_PUSH(b->arena, &body,
                     build_local(b, v, v->var, true,
                                 read_temp(b, v, v->var->slot)));
    }
    VEC_PUSH(b->arena, &body, build_block(b, s->c->a, s->c));
    return lua_for_in_node(b->context, section(b, s), section(b, s->b),
                           block_of(b, section(b, s), &init), s->n, vars, n,
                           block_of(b, section(b, s), &body));
}

static esp_node *build_return(builder *b, const syntax *s)
{
    esp_node *value = NULL, *rest = NULL, **values;
    uint32_t n;

    if (s->a && !s->a->next) {
        value = build_expression(b, s->a);
        if (s->a->kind == SYN_CALL || s->a->kind == SYN_METHOD)
            value = b->func->needs_close ? lua_make_multi(value)
                                         : lua_make_tail(value);
        else if (is_multi(s->a))
            value = lua_make_multi(value);
    } else if (s->a) {
        values = build_values(b, s->a, &n, &rest);
        value = lua_list_node(b->context, section(b, s), values, n, rest);
    }
    return lua_return_node(b->context, section(b, s), value);
}

/* ---- blocks ------------------------------------------------------------ */

static void build_statement(builder *b, const syntax *s, node_list *to)
{
    esp_node *node;

    switch (s->kind) {
    case SYN_LOCALS:
        if (s->n)
            build_closing(b, s, to);
        else
            build_locals(b, s, to);
        return;
    case SYN_LOCAL_FUNCTION:
        build_local_function(b, s, to);
        return;
    case SYN_ASSIGN:     node = build_assign(b, s); break;
    case SYN_EXPRESSION: node = lua_make_multi(build_call(b, s->a)); break;
    case SYN_DO:         node = build_block(b, s->a->a, s->a); break;
    case SYN_IF:         node = build_if(b, s); break;
    case SYN_WHILE:
        node = build_expression(b, s->a);
        node = lua_while_node(b->context, section(b, s), node,
                              build_block(b, s->b->a, s->b));
        break;
    case SYN_REPEAT:     node = build_repeat(b, s); break;
    case SYN_FOR:        node = build_for(b, s); break;
    case SYN_FOR_IN:     node = build_for_in(b, s); break;
    case SYN_RETURN:     node = build_return(b, s); break;
    case SYN_BREAK:
        node = lua_break_node(b->context, section(b, s));
        break;
    default:
        node = lua_goto_node(b->context, section(b, s), s->label->id,
                             s->label->backward);
    }
    VEC_PUSH(b->arena, to, node);
}

typedef struct label_list {
    VEC(uint32_t) ids, places;
} label_list;

static void build_list(builder *b, const syntax *list, node_list *to,
                       label_list *labels)
{
    for (; list; list = list->next) {
        if (list->kind != SYN_LABEL) {
            build_statement(b, list, to);
        } else if (list->label->used) {
            VEC_PUSH(b->arena, &labels->ids, list->label->id);
            VEC_PUSH(b->arena, &labels->places, to->n);
        }
    }
}

static esp_node *build_block(builder *b, const syntax *list, const syntax *at)
{
    node_list nodes = { 0 };
    label_list labels = { 0 };

    build_list(b, list, &nodes, &labels);
    if (labels.ids.n)
        return lua_label_block_node(b->context, section(b, at),
                                    keep(b, &nodes), nodes.n, labels.ids.at,
                                    labels.places.at, labels.ids.n);
    return block_of(b, section(b, at), &nodes);
}

/* ---- functions --------------------------------------------------------- */

static esp_node *build_body(builder *b, lua_func *f, esp_section at)
{
    VEC(uint32_t) boxed = { 0 };
    node_list nodes = { 0 };
    label_list labels = { 0 };

    for (const syntax *p = f->params; p; p = p->next)
        if (lua_var_boxed(p->var))
            VEC_PUSH(b->arena, &boxed, p->var->slot);
    build_list(b, f->body, &nodes, &labels);
    if (labels.ids.n) {
        esp_node *block = lua_label_block_node(
            b->context, at, keep(b, &nodes), nodes.n, labels.ids.at,
            labels.places.at, labels.ids.n);

        nodes.n = 0;
        VEC_PUSH(b->arena, &nodes, block);
    }
    return lua_body_node(b->context, at, boxed.at, boxed.n, keep(b, &nodes),
                         nodes.n);
}

static const char *const *upvalue_names(builder *b, const lua_func *f)
{
    const char **names = ESP_CONTEXT_ARRAY(b->context, const char *,
                                           f->upvalues.n + 1);

    for (uint32_t i = 0; i < f->upvalues.n; i++)
        names[i] = b->whole->stripped ? "(no name)"
                                      : lua_bytes(f->upvalues.at[i].name);
    return names;
}

static const lua_local *locals(builder *b, const lua_func *f)
{
    lua_local *all = ESP_CONTEXT_ARRAY(b->context, lua_local,
                                       f->locals.n + 1);

    if (f->locals.n)
        memcpy(all, f->locals.at, f->locals.n * sizeof *all);
    return all;
}

static lua_proto *new_proto(builder *b, const lua_func *f)
{
    lua_proto *p = ESP_CONTEXT_ARRAY(b->context, lua_proto, 1);

    p->source = b->source;
    p->chunk = b->name;
    p->number = b->whole->built++;
    if (p->number == b->whole->wanted) {
        b->whole->proto = p;
        b->whole->func = f;
    }
    p->line = f->line;
    p->last_line = f->last_line;
    p->nparams = count(f->params);
    p->nupvalues = f->upvalues.n;
    p->variadic = f->variadic;
    p->upvalue_names = upvalue_names(b, f);
    p->locals = locals(b, f);
    p->nlocals = b->whole->stripped ? 0 : f->locals.n;
    p->closure.name = "function";
    p->closure.size = (uint32_t)(sizeof(lua_function) +
                                 f->upvalues.n * sizeof(esp_value));
    return p;
}

static const char *const *slot_names(builder *b, const lua_func *f,
                                     uint32_t n)
{
    const char **names = ESP_CONTEXT_ARRAY(b->context, const char *, n);

    for (uint32_t i = 0; i < f->slot_names.n; i++)
        if (f->slot_names.at[i])
            names[i] = lua_bytes(f->slot_names.at[i]);
    return names;
}

static const char *trace_name(builder *b, const lua_func *f)
{
    char text[96];
    esp_symbol *symbol;

    if (!f->outer)
        return "main chunk";
    snprintf(text, sizeof text, "function <%s:%u>", b->source->name, f->line);
    symbol = esp_intern_string(b->context, text);
    return symbol ? symbol->bytes : "function";
}

static lua_proto *build_function(builder *outer, lua_func *f)
{
    builder b = *outer;
    esp_section at = { b.source, f->start, f->end - f->start };
    esp_target_spec spec = { .section = at, .variadic = f->variadic,
                             .arity = 1 + count(f->params) };
    uint32_t nslots;

    b.func = f;
    b.temps = b.most_temps = 0;
    b.proto = new_proto(&b, f);
    spec.body = build_body(&b, f, at);
    nslots = f->nslots + b.most_temps;
    spec.layout = esp_layout_new(b.context, nslots, lua_nil(), lua_nil(),
                                 slot_names(&b, f, nslots));
    spec.name = trace_name(&b, f);
    spec.user = b.proto;
    if (spec.layout)
        b.proto->target = esp_target_new(b.context, &spec);
    if (b.proto->target && b.lua->on_target)
        b.lua->on_target(b.proto->target);
    return b.proto;
}

/* ---- chunks ------------------------------------------------------------ */

enum { SHOWN = 60 };                    /* bytes of a chunk's name */

/* How messages name a chunk: a file's name, or the first line of a text. */
static void show_chunk(const char *chunk, char to[SHOWN])
{
    const char *line_end = strchr(chunk, '\n');
    size_t n = strlen(chunk), room;

    if (*chunk == '=') {
        snprintf(to, SHOWN, "%s", chunk + 1);
        return;
    }
    if (*chunk == '@') {
        if (n <= SHOWN)
            snprintf(to, SHOWN, "%s", chunk + 1);
        else
            snprintf(to, SHOWN, "...%s", chunk + n - (SHOWN - 4));
        return;
    }
    room = SHOWN - sizeof "[string \"...\"]";
    if (line_end)
        n = (size_t)(line_end - chunk);
    if (n <= room + 3 - 3 && !line_end)
        snprintf(to, SHOWN, "[string \"%s\"]", chunk);
    else
        snprintf(to, SHOWN, "[string \"%.*s...\"]",
                 (int)(n < room ? n : room), chunk);
}

/* The function with nothing in its captured variables, but for the first. */
static lua_function *close_function(builder *b, lua_proto *p, esp_value env)
{
    esp_context *c = b->context;
    const lua_func *func = b->whole->func;
    lua_function *f = p->target ? lua_closure_new(c, p) : NULL;

    for (uint32_t i = 0; f && i < p->nupvalues; i++) {
        const lua_var *var = func->upvalues.at[i].var;
        bool boxed = var ? lua_var_boxed(var) : b->env_boxed;

        f->upvalues[i] = i ? lua_nil() : env;
        if (boxed)
            f->upvalues[i] = lua_box_new(c, f->upvalues[i]);
        if (f->upvalues[i].tag == ESP_NOTHING)
            f = NULL;
    }
    if (!f) {
        lua_error_at(b->lua, NULL, "not enough memory");
        return NULL;
    }
    p->only = f;
    p->once = esp_assumption_new(c, "one closure");
    return f;
}

static void no_memory(void *arg)
{
    longjmp(*(jmp_buf *)arg, 1);
}

/* All ends of lines that Lua knows are one character in what is read: so a
 * line is the same for sources and for the lexer. */
static const char *unify_lines(esp_arena *arena, const char *text, size_t *n)
{
    char *copy, *to;
    const char *end = text + *n;

    if (!*n || !memchr(text, '\r', *n))
        return text;
    copy = to = ARENA_ARRAY(arena, char, *n);
    while (text < end) {
        char c = *text++, other = (char)(c ^ '\r' ^ '\n');

        if ((c == '\r' || c == '\n') && text < end && *text == other)
            text++;
        *to++ = c == '\r' ? '\n' : c;
    }
    *n = (size_t)(to - copy);
    return copy;
}

/* NULL: no memory. */
static esp_source *new_source(lua_state *lua, esp_arena *arena,
                              const lua_chunk *c)
{
    char shown[SHOWN];
    size_t n = c->n;
    const char *text = unify_lines(arena, c->text, &n);
    esp_source *source;

    show_chunk(c->name, shown);
    source = esp_source_new(lua->context, shown, text, n);
    if (source && c->stripped)
        source->name = lua_unknown_source;
    if (!source)
        lua_error_at(lua, NULL, "not enough memory");
    return source;
}

static lua_function *compile(lua_state *lua, esp_arena *arena,
                             const lua_chunk *c)
{
    esp_source *source = new_source(lua, arena, c);
    lua_func *f = source ? lua_parse(lua, source, source->name, arena) : NULL;
    esp_symbol *name = esp_intern_string(lua->context,
                                         c->stripped ? "=?" : c->name);
    chunk whole = { .wanted = c->function, .stripped = c->stripped };
    builder b = { .lua = lua, .whole = &whole, .context = lua->context,
                  .arena = arena, .source = source,
                  .name = name ? name->bytes : "?" };

    if (!f)
        return NULL;
    if (strstr(source->text, "sethook"))
        lua_hook_all(lua);
    b.env_boxed = f->assigns_env;
    build_function(&b, f);
    if (whole.proto)
        return close_function(&b, whole.proto, c->env);
    lua_error_at(lua, NULL, "no such function");
    return NULL;
}

lua_function *lua_compile_part(lua_state *lua, const lua_chunk *c)
{
    jmp_buf exhausted;
    esp_arena arena;
    lua_function *volatile result = NULL;

    arena_init(&arena);
    arena.exhausted = no_memory;
    arena.arg = &exhausted;
    if (setjmp(exhausted) == 0)
        result = compile(lua, &arena, c);
    else
        lua_error_at(lua, NULL, "not enough memory");
    arena_free(&arena);
    return result;
}

lua_function *lua_compile(lua_state *lua, const char *text, size_t n,
                          const char *chunk, esp_value env)
{
    lua_chunk c = { .text = text, .n = n, .name = chunk, .env = env };

    return lua_compile_part(lua, &c);
}
