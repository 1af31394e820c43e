/*
 * Pairs: loads of neighbours in memory come one behind the other.
 *
 *     x = load a + 8                x = load a + 8
 *     store b, 1                    y = load a + 16
 *     y = load a + 16        =>     store b, 1
 *
 * For targets that load two neighbours with one instruction.  A load moves up
 * over other loads, and over stores to other places; never over a guard, which
 * may be what says that it can be done.  It does not move far, so that it
 * hardly keeps a register for longer.
 *
 * Only loads: stores are neighbours mostly where they stand, for new objects.
 *
 * needs   loops; users if there are slots
 * keeps   control flow
 * breaks  nothing
 * cost    linear; looks WINDOW instructions ahead
 */
#include "pe/opt/alias.h"
#include "pe/opt/opt.h"

enum { WINDOW = 16 };

struct pair {
    esp_graph *g;
    opt_alias alias;
};

static bool is_plain(const esp_ins *i)
{
    return (i->op == IR_load || i->op == IR_store)
        && !(i->flags & INS_VOLATILE);
}

static bool is_half(const esp_ins *i)
{
    return i->op == IR_load && is_plain(i)
        && (type_size[i->ty] == 4 || type_size[i->ty] == 8);
}

static bool are_neighbours(const esp_ins *x, const esp_ins *y)
{
    int64_t apart = (int64_t)(int32_t)y->b - (int32_t)x->b;
    int64_t size = type_size[x->ty];

    return x->a == y->a && x->ty == y->ty && (apart == size || apart == -size);
}

/* May the load move to the place behind `from`, where it stands at `to`? */
static bool can_move(const struct pair *p, const esp_block *k, uint32_t from,
                     uint32_t to)
{
    opt_place place = alias_of_load(&p->alias, graph_at(p->g, k->code.at[to]));

    for (uint32_t i = from + 1; i < to; i++) {
        const esp_ins *x = graph_at(p->g, k->code.at[i]);

        if (x->op == IR_store
            && alias_overlap(&p->alias, alias_of_store(&p->alias, x), place))
            return false;
    }
    return true;
}

/* Where a neighbour of the load at `from` stands that can move to it; 0 if
 * there is none. */
static uint32_t find_neighbour(const struct pair *p, const esp_block *k,
                               uint32_t from)
{
    const esp_ins *first = graph_at(p->g, k->code.at[from]);

    for (uint32_t i = from + 1; i < k->code.n && i <= from + WINDOW; i++) {
        const esp_ins *x = graph_at(p->g, k->code.at[i]);

        if (!is_plain(x))
            return 0;
        if (is_half(x) && are_neighbours(first, x)
            && can_move(p, k, from, i))
            return i;
    }
    return 0;
}

static void move_up(esp_block *k, uint32_t from, uint32_t to)
{
    esp_ref r = k->code.at[from];

    for (; from > to; from--)
        k->code.at[from] = k->code.at[from - 1];
    k->code.at[to] = r;
}

static void visit_block(struct pair *p, uint32_t block)
{
    esp_block *k = &p->g->blocks.at[block];

    for (uint32_t i = 0; i < k->code.n; i++) {
        uint32_t other = is_half(graph_at(p->g, k->code.at[i]))
                       ? find_neighbour(p, k, i) : 0;

        if (other)
            move_up(k, other, ++i);
    }
}

void opt_pair(esp_graph *g)
{
    esp_arena *scratch = &g->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    struct pair p = { .g = g };

    alias_init(&p.alias, g);
    for (uint32_t i = 0; i < g->props->order.n; i++)
        visit_block(&p, g->props->order.at[i]);
    arena_release(scratch, mark);
}
