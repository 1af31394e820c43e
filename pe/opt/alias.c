/*
 * Which parts of memory may be the same, and what loops may change.
 */
#include "pe/graph/build.h"
#include "pe/graph/props.h"
#include "pe/opt/alias.h"

/* ---- places ----------------------------------------------------------- */

static opt_place place(const opt_alias *m, esp_ref address, uint32_t disp,
                       uint8_t ty, uint16_t flags)
{
    const esp_ins *i = graph_at(m->g, address);
    opt_place p = { address, type_size[ty], (flags & INS_ELEMENT) != 0,
                    (int32_t)disp };

    while (i->op == IR_add && graph_is_const(m->g, i->b)) {
        p.offset = (int64_t)((uint64_t)p.offset + graph_const(m->g, i->b));
        p.base = i->a;
        i = graph_at(m->g, i->a);
    }
    if (i->op == IR_const) {
        p.offset = (int64_t)((uint64_t)p.offset + graph_const(m->g, p.base));
        p.base = BASE_CONST;
    }
    return p;
}

opt_place alias_of_load(const opt_alias *m, const esp_ins *load)
{
    return place(m, load->a, load->b, load->ty, load->flags);
}

opt_place alias_of_store(const opt_alias *m, const esp_ins *store)
{
    return place(m, store->a, store->c, graph_at(m->g, store->b)->ty,
                 store->flags);
}

const opt_place alias_valid_flag = { BASE_VALID, 1, 0, 0 };

static bool is_slot(const opt_alias *m, opt_place p)
{
    return p.base < BASE_CONST && graph_at(m->g, p.base)->op == IR_slot;
}

bool alias_private(const opt_alias *m, opt_place p)
{
    return is_slot(m, p)
        && bits_get(m->private, graph_at(m->g, p.base)->a);
}

bool alias_overlap(const opt_alias *m, opt_place a, opt_place b)
{
    if (a.base == b.base)
        return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
    if (a.base == BASE_VALID || b.base == BASE_VALID ||
        a.element != b.element)
        return false;
    if (alias_private(m, a) || alias_private(m, b))
        return false;
    return !((is_slot(m, a) || a.base == BASE_CONST)
             && (is_slot(m, b) || b.base == BASE_CONST));
}

bool alias_covers(opt_place a, opt_place b)
{
    return a.base == b.base && a.offset <= b.offset
        && b.offset + b.size <= a.offset + a.size;
}

bool alias_write_only(const opt_alias *m, opt_place p)
{
    return is_slot(m, p)
        && bits_get(m->write_only, graph_at(m->g, p.base)->a);
}

/* ---- slots ------------------------------------------------------------ */

/* Looks through the users of a slot's address, or of a part of it. */
static void inspect(opt_alias *m, esp_ref address, uint32_t slot, int depth)
{
    const struct graph_props *p = m->g->props;
    uint32_t k = p->user_first.at[address];
    uint32_t end = p->user_first.at[address + 1];

    for (; k < end; k++) {
        const esp_ins *u = graph_at(m->g, p->user.at[k]);
        bool escapes = true;

        if (u->op == IR_load) {
            escapes = false;
            bits_clear(m->write_only, slot);
        } else if (u->op == IR_store) {
            escapes = u->b == address;
        } else if (u->op == IR_add && graph_is_const(m->g, u->b) && depth < 4) {
            escapes = false;
            inspect(m, p->user.at[k], slot, depth + 1);
        }
        if (escapes) {
            bits_clear(m->private, slot);
            bits_clear(m->write_only, slot);
        }
    }
}

static void inspect_slots(opt_alias *m)
{
    esp_graph *g = m->g;
    esp_arena *scratch = &g->unit->scratch;

    m->private = bits_new(scratch, g->slots.n);
    m->write_only = bits_new(scratch, g->slots.n);
    for (uint32_t s = 0; s < g->slots.n; s++) {
        esp_ref r = build_find(g, (esp_ins){ .op = IR_slot, .ty = TY_i64,
                                             .a = s });

        bits_set(m->private, s);
        bits_set(m->write_only, s);
        if (r)
            inspect(m, r, s, 0);
    }
}

/* ---- loops ------------------------------------------------------------ */

static void add_change(struct loop_changes *c, opt_place p)
{
    for (uint32_t k = 0; k < c->n; k++)
        if (alias_covers(c->place[k], p))
            return;
    if (c->n == MOST_CHANGES)
        c->all = true;
    else
        c->place[c->n++] = p;
}

static void add_changes(struct loop_changes *to,
                        const struct loop_changes *from)
{
    to->all |= from->all;
    to->calls |= from->calls;
    for (uint32_t k = 0; k < from->n; k++)
        add_change(to, from->place[k]);
}

/* What a block changes, before anything in it has been replaced. */
static void scan_block(opt_alias *m, struct loop_changes *c, uint32_t block)
{
    const esp_block *k = &m->g->blocks.at[block];

    for (uint32_t i = 0; i < k->code.n; i++) {
        const esp_ins *ins = graph_at(m->g, k->code.at[i]);

        if (ins->op == IR_store)
            add_change(c, alias_of_store(m, ins));
        else if (ins->op == IR_call
                 || (ins->op == IR_load && (ins->flags & INS_ORDERED)))
            c->calls = true;
    }
}

static void scan_loops(opt_alias *m)
{
    const struct graph_props *p = m->g->props;

    m->loop = ARENA_ARRAY(&m->g->unit->scratch, struct loop_changes,
                          p->loops.n);
    for (uint32_t i = 0; i < p->order.n; i++) {
        uint32_t loop = p->loop_of.at[p->order.at[i]];

        if (loop)
            scan_block(m, &m->loop[loop], p->order.at[i]);
    }
    for (uint32_t l = p->loops.n; l-- > 1; )
        if (p->loops.at[l].parent)
            add_changes(&m->loop[p->loops.at[l].parent], &m->loop[l]);
}

bool alias_changed_in(const opt_alias *m, uint32_t loop, opt_place p)
{
    const struct loop_changes *c = &m->loop[loop];

    if (alias_private(m, p) ? false : c->calls)
        return true;
    if (c->all)
        return p.base != BASE_VALID;
    for (uint32_t k = 0; k < c->n; k++)
        if (alias_overlap(m, c->place[k], p))
            return true;
    return false;
}

/* ---- the whole -------------------------------------------------------- */

void alias_init(opt_alias *m, esp_graph *g)
{
    m->g = g;
    if (g->slots.n) {
        props_need(g, PROP_USERS);
        inspect_slots(m);
    }
    scan_loops(m);
}
