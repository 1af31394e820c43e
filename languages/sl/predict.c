/*
 * Adaptive prediction: which way, when one token does not tell.
 *
 * All alternatives are followed at once, token by token, by simulated parsers:
 * first with callers unknown, so that a rule can end into any use of it; when
 * that is not enough, once more with the callers that there really are.  It is
 * over when only one alternative is left, or when the others can do nothing
 * that the first cannot.  If none is left, the error is where that happened.
 *
 * see  Parr, Harwell, Fisher, "Adaptive LL(*) parsing", OOPSLA 2014
 */
#include "languages/sl/walk.h"

#include <stdlib.h>
#include <string.h>

/* Where a simulated parser returns to, innermost first; each list exists once,
 * so that equal ones have equal numbers.  Number 0 is the empty list. */
typedef struct stack {
    uint32_t parent, next;          /* next: of the same hash */
    uint16_t returns;
} stack;

/* A parser that is simulated: it chose alternative `alt` and has come to
 * `state`.  `outside`: it left the rule in which it had to choose. */
typedef struct config {
    uint16_t state;
    uint8_t alt;
    bool outside;
    uint32_t stack;
} config;

typedef struct configs { SL_LIST(config) v; } configs;

enum { STACK_HASH = 1024 };

typedef struct prediction {
    walk *w;
    sl_arena *arena;       /* configurations: of this token, of the last */
    sl_arena *other;
    SL_LIST(stack) stacks;
    uint32_t hash[STACK_HASH];
    bool whole;             /* with the real callers, or with any? */
    token_set alts;         /* of the newest configurations */
} prediction;

static uint32_t push_stack(prediction *p, uint16_t returns, uint32_t parent)
{
    uint32_t *head = &p->hash[(returns * 31u + parent * 7u) % STACK_HASH];

    for (uint32_t i = *head; i; i = p->stacks.at[i].next)
        if (p->stacks.at[i].returns == returns &&
            p->stacks.at[i].parent == parent)
            return i;
    SL_PUSH(&p->w->scratch[2], &p->stacks, ((stack){ parent, *head, returns }));
    return *head = p->stacks.n - 1;
}

/* The callers that the walk is in, outermost first. */
static uint32_t push_contexts(prediction *p, const context *c)
{
    SL_LIST(uint16_t) list = { 0 };
    uint32_t top = 0;

    for (; c; c = c->parent)
        SL_PUSH(p->arena, &list, p->w->net.states[c->invoking].ways[0]);
    while (list.n)
        top = push_stack(p, list.at[--list.n], top);
    return top;
}

static bool same_config(const config *a, const config *b)
{
    return a->state == b->state && a->alt == b->alt && a->stack == b->stack &&
           a->outside == b->outside;
}

/* Adds a configuration to a set with an open hash table beside it. */
typedef struct config_set {
    configs *list;
    uint32_t *slots, size;
} config_set;

static void rehash(prediction *p, config_set *s)
{
    s->size = s->size ? s->size * 2 : 64;
    s->slots = SL_ARRAY(p->arena, uint32_t, s->size);
    for (uint32_t i = 0; i < s->list->v.n; i++) {
        const config *c = &s->list->v.at[i];
        uint32_t h = (c->state * 131u + c->stack * 17u + c->alt);

        while (s->slots[h % s->size])
            h++;
        s->slots[h % s->size] = i + 1;
    }
}

static bool add_config(prediction *p, config_set *s, config c)
{
    uint32_t h = (c.state * 131u + c.stack * 17u + c.alt);

    if (s->list->v.n * 2 >= s->size)
        rehash(p, s);
    for (; s->slots[h % s->size]; h++)
        if (same_config(&s->list->v.at[s->slots[h % s->size] - 1], &c))
            return false;
    SL_PUSH(p->arena, &s->list->v, c);
    s->slots[h % s->size] = s->list->v.n;
    return true;
}

/* From the end of a rule to where it was used. */
static void leave_rule(prediction *p, config_set *reached, config c)
{
    const network *n = &p->w->net;
    const state *s = &n->states[c.state];

    if (c.stack) {
        stack top = p->stacks.at[c.stack];
        c.state = top.returns;
        c.stack = top.parent;
        add_config(p, reached, c);
        return;
    }
    if (p->whole)
        return;
    c.outside = true;
    for (uint32_t i = 1; i < n->nstates; i++)
        if (n->states[i].kind == RULE_STATE && n->states[i].rule == s->rule) {
            c.state = n->states[i].ways[0];
            add_config(p, reached, c);
        }
}

/* All that the simulated parsers can reach without a token: those that wait
 * for one are the result. */
static configs closure(prediction *p, const configs *from)
{
    const network *n = &p->w->net;
    configs reached = { 0 }, waiting = { 0 };
    config_set set = { &reached, NULL, 0 };

    for (uint32_t i = 0; i < from->v.n; i++)
        add_config(p, &set, from->v.at[i]);
    for (uint32_t i = 0; i < reached.v.n; i++) {
        config c = reached.v.at[i];
        const state *s = &n->states[c.state];

        if (s->kind == TOKEN_STATE) {
            SL_PUSH(p->arena, &waiting.v, c);
        } else if (s->kind == RULE_STOP) {
            leave_rule(p, &set, c);
        } else if (s->kind == RULE_STATE) {
            c.stack = push_stack(p, s->ways[0], c.stack);
            c.state = n->rules[s->rule].start;
            add_config(p, &set, c);
        } else {
            for (uint32_t k = 0; k < s->nways; k++) {
                c.state = s->ways[k];
                add_config(p, &set, c);
            }
        }
    }
    return waiting;
}

static configs start_configs(prediction *p, uint16_t decision)
{
    const state *s = &p->w->net.states[decision];
    uint32_t top = p->whole ? push_contexts(p, p->w->context) : 0;
    configs from = { 0 };

    for (uint8_t i = 0; i < s->nways; i++)
        SL_PUSH(p->arena, &from.v,
                 ((config){ s->ways[i], i + 1, false, top }));
    return closure(p, &from);
}

/* The alternative that all configurations share, or 0. */
static uint8_t unique_alt(const configs *c)
{
    for (uint32_t i = 1; i < c->v.n; i++)
        if (c->v.at[i].alt != c->v.at[0].alt)
            return 0;
    return c->v.n ? c->v.at[0].alt : 0;
}

static configs step(prediction *p, const configs *from, uint8_t type)
{
    configs to = { 0 };

    for (uint32_t i = 0; i < from->v.n; i++) {
        config c = from->v.at[i];
        const state *s = &p->w->net.states[c.state];

        if (s->type == type) {
            c.state = s->ways[0];
            SL_PUSH(p->arena, &to.v, c);
        }
    }
    return unique_alt(&to) ? to : closure(p, &to);
}

/* Configurations of one state and alternative count as one with several
 * stacks.  An empty stack stands for any where callers are unknown, and then
 * swallows the others. */
typedef struct group {
    uint16_t state;
    uint8_t alt;
    SL_LIST(uint32_t) stacks;           /* ascending */
} group;

typedef struct groups { SL_LIST(group) v; } groups;

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void sort_stacks(group *g)
{
    uint32_t n = 0;

    qsort(g->stacks.at, g->stacks.n, sizeof *g->stacks.at, by_number);
    for (uint32_t i = 0; i < g->stacks.n; i++)
        if (n == 0 || g->stacks.at[i] != g->stacks.at[n - 1])
            g->stacks.at[n++] = g->stacks.at[i];
    g->stacks.n = n;
}

/* Is `longer` the list `shorter` with more callers behind it? */
static bool extends(const prediction *p, uint32_t longer, uint32_t shorter)
{
    while (shorter) {
        if (!longer ||
            p->stacks.at[longer].returns != p->stacks.at[shorter].returns)
            return false;
        longer = p->stacks.at[longer].parent;
        shorter = p->stacks.at[shorter].parent;
    }
    return longer != 0;
}

static void drop_covered(const prediction *p, group *g)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < g->stacks.n; i++) {
        bool covered = false;

        for (uint32_t k = 0; k < g->stacks.n && !covered; k++)
            covered = extends(p, g->stacks.at[i], g->stacks.at[k]);
        if (!covered)
            g->stacks.at[n++] = g->stacks.at[i];
    }
    g->stacks.n = n;
}

static groups group_configs(prediction *p, const configs *c)
{
    groups gs = { 0 };

    for (uint32_t i = 0; i < c->v.n; i++) {
        const config *x = &c->v.at[i];
        uint32_t k = 0;

        while (k < gs.v.n && (gs.v.at[k].state != x->state ||
                              gs.v.at[k].alt != x->alt))
            k++;
        if (k == gs.v.n)
            SL_PUSH(p->arena, &gs.v,
                     ((group){ .state = x->state, .alt = x->alt }));
        SL_PUSH(p->arena, &gs.v.at[k].stacks, x->stack);
    }
    for (uint32_t k = 0; k < gs.v.n; k++) {
        sort_stacks(&gs.v.at[k]);
        if (!p->whole)
            drop_covered(p, &gs.v.at[k]);
    }
    return gs;
}

/* The alternatives that are at a group's place with just its stacks, or, if
 * `state_only`, with any stacks. */
static token_set alts_at(const groups *gs, const group *g, bool state_only)
{
    token_set alts = 0;

    for (uint32_t i = 0; i < gs->v.n; i++) {
        const group *o = &gs->v.at[i];

        if (o->state == g->state &&
            (state_only ||
             (o->stacks.n == g->stacks.n &&
              memcmp(o->stacks.at, g->stacks.at,
                     g->stacks.n * sizeof *g->stacks.at) == 0)))
            alts |= BIT(o->alt);
    }
    return alts;
}

static token_set lowest(token_set s)
{
    return s & (~s + 1);
}

/* Callers unknown: alternatives meet somewhere, and no state belongs to one
 * alone, so that reading on will hardly tell them apart. */
static bool conflicts(const groups *gs)
{
    bool meet = false;

    for (uint32_t i = 0; i < gs->v.n; i++) {
        token_set by_state = alts_at(gs, &gs->v.at[i], true);
        token_set alts = alts_at(gs, &gs->v.at[i], false);

        if (by_state == lowest(by_state))
            return false;
        meet |= alts != lowest(alts);
    }
    return meet;
}

/* Callers known: the alternative that comes first at every place; 0: none. */
static uint8_t first_everywhere(const groups *gs)
{
    token_set firsts = 0;
    uint8_t alt = 0;

    for (uint32_t i = 0; i < gs->v.n; i++)
        firsts |= lowest(alts_at(gs, &gs->v.at[i], false));
    if (firsts != lowest(firsts))
        return 0;
    while (firsts >>= 1)
        alt++;
    return alt;
}

/* When no token fits: the first alternative that has left the rule. */
static uint8_t alt_outside(const configs *c)
{
    uint8_t alt = 0;

    for (uint32_t i = 0; i < c->v.n; i++)
        if (c->v.at[i].outside && (!alt || c->v.at[i].alt < alt))
            alt = c->v.at[i].alt;
    return alt;
}

static uint8_t no_viable(prediction *p, const configs *last, uint32_t at)
{
    walk *w = p->w;
    uint8_t alt = alt_outside(last);

    if (alt || w->failed)
        return alt;
    sl_text_string(w->message, "no viable alternative at input '");
    if (sl_walk_token(w, w->position).type == TOK_EOF)
        sl_text_string(w->message, "<EOF>");
    for (uint32_t i = w->position; i <= at; i++) {
        sl_token t = sl_walk_token(w, i);
        sl_walk_show(w, t.start, t.end);
    }
    sl_text_char(w->message, '\'');
    sl_walk_fail(w, sl_walk_token(w, at).start);
    return 0;
}

/* What is known of the last token but one is not needed any more. */
static void swap_arenas(prediction *p)
{
    sl_arena *a = p->arena;

    p->arena = p->other;
    p->other = a;
    sl_arena_free(p->arena);
}

/* One simulation.  0: there was an error, or (callers unknown) it has to be
 * done again with the real callers. */
static uint8_t simulate(prediction *p, uint16_t decision, bool *again)
{
    walk *w = p->w;
    configs now = start_configs(p, decision);

    for (uint32_t at = w->position; ; at++) {
        sl_token t = sl_walk_token(w, at);
        configs next = step(p, &now, t.type);
        uint8_t alt = unique_alt(&next);

        if (next.v.n == 0)
            return no_viable(p, &now, at);
        if (alt)
            return alt;
        groups gs = group_configs(p, &next);
        if (p->whole && (alt = first_everywhere(&gs)) != 0)
            return alt;
        if (!p->whole && conflicts(&gs)) {
            *again = true;
            return 0;
        }
        now = next;
        swap_arenas(p);
    }
}

uint8_t sl_predict(walk *w, uint16_t decision)
{
    prediction p = { .w = w, .arena = &w->scratch[0],
                     .other = &w->scratch[1] };
    bool again = false;

    SL_PUSH(&w->scratch[2], &p.stacks, ((stack){ 0 }));
    uint8_t alt = simulate(&p, decision, &again);
    if (again) {
        p.whole = true;
        alt = simulate(&p, decision, &again);
    }
    for (int i = 0; i < 3; i++)
        sl_arena_free(&w->scratch[i]);
    return alt;
}
