/*
 * Linear scan: a place for each child interval.
 *
 * Intervals are visited in order of their start.  One gets a register that is
 * free for all of it, or as long as possible, and is split there; if none is
 * free when it is needed, the interval that needs its register last, seen
 * along the loops, gives it up and lives in its spill slot until it is needed
 * again.  A value has one spill slot and is in it from its definition on (or
 * from where resolve.c finds cheaper), so giving up a register costs nothing.
 *
 * No register survives a call.  So calls are not ranges of all registers but a
 * sorted list: an interval that lives across one is split in front of it and
 * is in memory until its next use.
 *
 * Cold blocks come last and are allocated one by one: an interval is cut where
 * each of them begins and ends, so that they neither keep registers from the
 * hot code nor lengthen the lists that it looks through.
 *
 * see  Wimmer and Franz, "Linear scan register allocation on SSA form", CGO
 *      2010; Wimmer and Moessenboeck, "Optimized interval splitting", VEE 2005
 */
#include "backend/ra/interval.h"

typedef struct scan {
    ra *r;
    ra_interval **bucket;       /* by start / 4, each sorted by start */
    ra_interval *active[MACHINE_REGS];
    ra_interval *inactive[MACHINE_REGS];    /* in a hole */
    uint64_t busy;              /* registers that any of this is about, or
                                 * that r->fixed is */
    uint32_t free_until[MACHINE_REGS];      /* for the interval in hand */
    uint32_t need_at[MACHINE_REGS];         /* next need of who has it */
    uint32_t call_limit;        /* the interval in hand may not pass */
    uint32_t next_call;         /* in r->calls: first that may matter */
    uint32_t pos;
} scan;

static unsigned class_of(const scan *s, const ra_interval *it)
{
    return s->r->l->vregs.at[it->v].cls;
}

static void enqueue(scan *s, ra_interval *it)
{
    ra_interval **at = &s->bucket[it->start / 4];

    while (*at && (*at)->start <= it->start)
        at = &(*at)->link;
    it->link = *at;
    *at = it;
}

/* ----------------------------------------------------------- positions */

static const lir_block *block_at(const scan *s, uint32_t pos)
{
    return &s->r->l->blocks.at[ra_block_at(s->r, pos)];
}

/* What happens at the start of a header happens on the edges into the loop. */
static unsigned boundary_depth(const lir_block *b)
{
    return b->cold ? 0 : b->depth - (b->header && b->depth);
}

/* The last position, not behind `pos`, where a new place can be taken. */
static uint32_t split_before(const scan *s, uint32_t pos)
{
    uint32_t i = pos / 4;
    uint32_t first = block_at(s, pos)->first;

    if (i > first && pos % 4 == 0)
        i--;
    return i == first ? 4 * i : 4 * i + 1;
}

/* Where to take a new place between `from`, excluded, and `to`: outside of
 * loops if possible, where paths join, else as late as possible. */
static uint32_t best_split(const scan *s, uint32_t from, uint32_t to)
{
    const lir *l = s->r->l;
    uint32_t first = ra_block_at(s->r, from), last = ra_block_at(s->r, to);
    uint32_t best = split_before(s, to);
    unsigned depth = l->blocks.at[last].depth;

    for (uint32_t n = last; n > first; n--) {
        const lir_block *b = &l->blocks.at[n];
        unsigned d = boundary_depth(b);

        if (d < depth || (n == last && d == depth && b->npreds > 1)) {
            best = 4 * b->first;
            depth = d;
        }
    }
    return best;
}

/* A register that is used at `pos` for the last time is free from here. */
static uint32_t behind_use(const scan *s, uint32_t pos)
{
    uint32_t i = pos / 4 + 1;

    if (pos % 4 <= 1)
        return pos + 1;
    return i == block_at(s, pos)->end ? 4 * i : 4 * i + 1;
}

/* The first call that `it` lives across, as a position; or RA_NEVER. */
static uint32_t crossed_call(scan *s, const ra_interval *it)
{
    const ra *r = s->r;

    while (s->next_call < r->ncalls && 4 * r->calls[s->next_call] + 3 <= s->pos)
        s->next_call++;
    for (const ra_range *g = it->ranges; g; g = g->next) {
        uint32_t lo = s->next_call, hi = r->ncalls;

        while (lo < hi) {
            uint32_t mid = lo + (hi - lo) / 2;

            if (4 * r->calls[mid] + 3 > g->from)
                hi = mid;
            else
                lo = mid + 1;
        }
        if (lo < r->ncalls && 4 * r->calls[lo] + 1 < g->to)
            return 4 * r->calls[lo] + 1;
    }
    return RA_NEVER;
}

/* The last call before `pos`, as a position, or `from` if that is later. */
static uint32_t after_calls(const scan *s, uint32_t from, uint32_t pos)
{
    const ra *r = s->r;
    uint32_t lo = 0, hi = r->ncalls;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (4 * r->calls[mid] + 3 <= pos)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo && 4 * r->calls[lo - 1] + 2 > from)
        return 4 * r->calls[lo - 1] + 2;
    return from;
}

static uint32_t intersection(const ra_range *x, const ra_interval *it)
{
    const ra_range *y = it->ranges;

    if (x && x->from >= it->end)
        return RA_NEVER;
    while (x && y) {
        if (x->to <= y->from)
            x = x->next;
        else if (y->to <= x->from)
            y = y->next;
        else
            return x->from > y->from ? x->from : y->from;
    }
    return RA_NEVER;
}

/* --------------------------------------------------------------- needs */

/* The first use from `pos` on that is worth bringing the value into a register
 * for: one that must have it; one that profits, if it is in more loops than
 * `depth` or not the only one. */
static uint32_t first_need(const scan *s, const ra_interval *it, uint32_t pos,
                           unsigned depth)
{
    for (const ra_use *u = it->uses; u; u = u->next) {
        const ra_use *v = u->next;

        if (u->pos < pos || u->kind >= RA_MOVE)
            continue;
        if (u->kind == RA_MUST || block_at(s, u->pos)->depth > depth)
            return u->pos;
        while (v && v->kind == RA_ANY)
            v = v->next;
        if (v && ra_block_at(s->r, v->pos) == ra_block_at(s->r, u->pos))
            return u->pos;
    }
    return RA_NEVER;
}

/* The first use that a register makes better at all; a move from where the
 * value is defined can as well go to memory. */
static uint32_t first_wish(const ra_interval *it)
{
    for (const ra_use *u = it->uses; u; u = u->next)
        if (u->kind < RA_MOVE || (u->kind == RA_MOVE && u->pos > it->start))
            return u->pos;
    return RA_NEVER;
}

static uint32_t last_use_before(const ra_interval *it, uint32_t pos)
{
    uint32_t last = it->start;

    for (const ra_use *u = it->uses; u && u->pos < pos; u = u->next)
        if (u->kind != RA_ANY)
            last = u->pos;
    return last;
}

/* The first use from here on of a kind up to `most`.  `link` remembers it: the
 * scan only goes on, and values have many uses in frame states. */
static uint32_t next_use(const scan *s, ra_interval *it, ra_use ***link,
                         ra_kind most)
{
    ra_use **at = *link ? *link : &it->uses;

    while (*at && ((*at)->pos < s->pos || (*at)->kind > most))
        at = &(*at)->next;
    *link = at;
    return *at ? (*at)->pos : RA_NEVER;
}

/* Is it read from here on, by more than frame states? */
static bool is_read(const scan *s, ra_interval *it)
{
    return next_use(s, it, &it->read, RA_MOVE) != RA_NEVER;
}

/* The first need in a loop, wherever the scan is. */
static uint32_t need_in_loop(const scan *s, ra_interval *it, uint32_t loop)
{
    uint32_t from = s->r->loops.at[loop].from;
    const ra_use *u = it->uses;

    if (it->loop == loop)
        return it->loop_need;
    while (u && (u->pos < from || u->kind > RA_SHOULD))
        u = u->next;
    it->loop = loop;
    return it->loop_need = u ? u->pos : RA_NEVER;
}

/* How far away the next need is, for whoever has to give up a register; seen
 * along the innermost loop: a use in the next iteration counts. */
static uint32_t next_need(const scan *s, ra_interval *it)
{
    uint32_t loop = s->r->loop_of[ra_block_at(s->r, s->pos)];
    ra_loop around = s->r->loops.at[loop];
    uint32_t next = next_use(s, it, &it->need, RA_SHOULD), first;

    if (!loop || it->end < around.to)
        return next;
    first = need_in_loop(s, it, loop);
    if (first < s->pos && around.to + (first - around.from) < next)
        return around.to + (first - around.from);
    return next;
}

/* The same, as far as giving it up is concerned: constants can be made again
 * for less than others can be loaded. */
static uint32_t patience(const scan *s, ra_interval *it)
{
    uint32_t need = next_need(s, it), far = need - s->pos;

    if (!s->r->value[it->v].remat || need <= s->pos || far > RA_NEVER / 8)
        return need;
    return s->pos + 4 * far;
}

/* ----------------------------------------------------------- splitting */

/* The child behind `it`, which mostly was the last one until now. */
static void add_child(ra *r, ra_interval *it, ra_interval *tail)
{
    ra_value *v = &r->value[it->v];
    uint32_t k;

    if (v->child.n == 0)
        VEC_PUSH(r->a, &v->child, it);
    VEC_PUSH(r->a, &v->child, tail);
    for (k = v->child.n - 1; v->child.at[k - 1] != it; k--)
        v->child.at[k] = v->child.at[k - 1];
    v->child.at[k] = tail;
}

/* Cuts `it` in two; the second child has no place and is in no queue. */
static ra_interval *split(scan *s, ra_interval *it, uint32_t pos)
{
    ra_interval *tail = ARENA_NEW(s->r->a, ra_interval);
    ra_range *g = it->ranges, *last = NULL;
    ra_use **u = &it->uses;

    unit_assert(s->r->l->unit, it->start < pos && pos < it->end,
                "split of %u at %u", it->v, pos);
    *tail = (ra_interval){ .v = it->v, .end = it->end, .next = it->next };
    it->next = tail;
    add_child(s->r, it, tail);
    for (; g->to <= pos; g = g->next)
        last = g;
    if (g->from < pos) {
        tail->ranges = ARENA_NEW(s->r->a, ra_range);
        *tail->ranges = (ra_range){ pos, g->to, g->next };
        g->to = pos;
        last = g;
    } else {
        tail->ranges = g;
    }
    last->next = NULL;
    it->end = last->to;
    tail->start = tail->ranges->from;
    tail->current = tail->ranges;
    while (*u && (*u)->pos < pos)
        u = &(*u)->next;
    tail->uses = *u;
    *u = NULL;
    it->read = it->need = NULL;
    it->loop = 0;
    return tail;
}

static bool is_used_from(const ra_interval *it, uint32_t pos)
{
    for (const ra_use *u = it->uses; u; u = u->next)
        if (u->pos >= pos && u->kind != RA_ANY)
            return true;
    return false;
}

/* Does block n get most of its control from blocks before `spilled`, where the
 * value is in a register? */
static bool rejoins(const lir *l, uint32_t n, uint32_t spilled)
{
    const lir_block *b = &l->blocks.at[n];
    uint32_t reg = 0, slot = 0;

    for (uint32_t p = 0; p < b->npreds; p++) {
        uint32_t from = l->preds.at[b->preds + p];

        *(from < spilled ? &reg : &slot) += l->blocks.at[from].weight;
    }
    return reg && reg >= slot;
}

/* Is the value read in a loop, by whatever child?  Looks at a few. */
static bool is_used_in(const scan *s, uint32_t v, ra_loop loop)
{
    enum { FEW = 16 };
    const ra_interval *it = s->r->value[v].first;

    for (int n = 0; it && it->start < loop.to && n < FEW; it = it->next, n++)
        for (const ra_use *u = it->uses; u && u->pos < loop.to; u = u->next)
            if (u->pos >= loop.from && u->kind != RA_ANY
                && u->pos != it->start)
                return true;
    return false;
}

/* Where a value that is given up for the sake of a side path goes on in its
 * register: control comes there past the side path. */
static uint32_t find_rejoin(const scan *s, const ra_interval *it,
                            uint32_t before)
{
    enum { FAR = 32 };
    const lir *l = s->r->l;
    uint32_t spilled = ra_block_at(s->r, it->start), n = spilled + 1;
    uint32_t loop = s->r->loop_of[spilled];
    bool around = loop && it->end >= s->r->loops.at[loop].to
               && is_used_in(s, it->v, s->r->loops.at[loop]);

    for (; n < l->blocks.n && n < spilled + FAR; n++) {
        uint32_t at = ra_block_start(s->r, n);

        if (at >= it->end || at >= before || at >= s->r->cold)
            break;
        if (at > s->pos && rejoins(l, n, spilled)
            && (around || is_used_from(it, at)))
            return at;
    }
    return RA_NEVER;
}

/* Where `it`, which is in its spill slot, is to have a register again. */
static uint32_t end_of_spill(const scan *s, const ra_interval *it)
{
    unsigned depth = block_at(s, it->start)->depth;
    uint32_t from = it->start > s->pos ? it->start : s->pos;
    uint32_t need = first_need(s, it, from, depth), at;

    while (need != RA_NEVER) {
        at = best_split(s, after_calls(s, from, need), need);
        if (at > it->start && at >= s->pos)
            return at;
        /* a move that reads it at once, which can do that from memory */
        unit_assert(s->r->l->unit, need % 4 == 0,
                    "%u is needed at %u, at once", it->v, need);
        need = first_need(s, it, need + 1, depth);
    }
    return RA_NEVER;
}

/* `it` is in its spill slot, up to where it is needed again. */
static void spill(scan *s, ra_interval *it)
{
    uint32_t at = end_of_spill(s, it);

    it->loc = RA_SPILLED;
    if (!s->r->value[it->v].remat) {
        uint32_t rejoin = find_rejoin(s, it, at);

        if (rejoin < at)
            at = rejoin;
    }
    if (at != RA_NEVER)
        enqueue(s, split(s, it, at));
}

static void occupy(scan *s, ra_interval *it, unsigned reg)
{
    ra_value *v = &s->r->value[it->v];

    it->loc = PLACE_REG + reg;
    v->last_reg = (uint8_t)reg;
    s->r->value[v->group].group_reg = (uint8_t)reg;
    s->active[reg] = it;
    s->busy |= (uint64_t)1 << reg;
    s->r->l->used |= (uint64_t)1 << reg;
}

/* In front of a call the register is free from behind the last use on; but if
 * the call is in a block of its own, other paths go on with it. */
static uint32_t end_before_call(const scan *s, const ra_interval *it,
                                uint32_t last, uint32_t call)
{
    uint32_t block = ra_block_at(s->r, call);
    uint32_t start = ra_block_start(s->r, block);

    if (ra_block_at(s->r, last) != block && start > it->start)
        return start;
    return behind_use(s, last);
}

/* The interval keeps its register until `limit` at most. */
static void end_before(scan *s, ra_interval *it, uint32_t limit)
{
    uint32_t last = last_use_before(it, limit);
    uint32_t at = limit == s->call_limit
                ? end_before_call(s, it, last, limit) : 0;

    if (at > it->start && at <= limit) {
        if (at < it->end)
            spill(s, split(s, it, at));
        return;
    }
    at = best_split(s, last, limit);
    enqueue(s, split(s, it, at));
}

/* Could an interval be cut at or before `limit`? */
static bool can_end(const scan *s, const ra_interval *it, uint32_t limit)
{
    return it->end <= limit || split_before(s, limit) > it->start;
}

/* ---------------------------------------------------- state of the scan */

static bool skip_ended(ra_interval *it, uint32_t pos)
{
    while (it->current && it->current->to <= pos)
        it->current = it->current->next;
    return it->current != NULL;
}

static void advance_reg(scan *s, unsigned reg)
{
    ra_interval *it = s->active[reg], **at;
    ra_range **f = &s->r->fixed[reg];

    while (*f && (*f)->to <= s->pos)
        *f = (*f)->next;
    if (it) {
        if (!skip_ended(it, s->pos)) {
            s->active[reg] = NULL;
        } else if (it->current->from > s->pos) {
            s->active[reg] = NULL;
            it->link = s->inactive[reg];
            s->inactive[reg] = it;
        }
    }
    for (at = &s->inactive[reg]; (it = *at) != NULL;) {
        if (!skip_ended(it, s->pos)) {
            *at = it->link;
        } else if (it->current->from <= s->pos) {
            *at = it->link;
            s->active[reg] = it;
        } else {
            at = &it->link;
        }
    }
    if (!*f && !s->active[reg] && !s->inactive[reg])
        s->busy &= ~((uint64_t)1 << reg);
}

static void advance(scan *s, uint32_t pos)
{
    if (pos == s->pos)
        return;
    s->pos = pos;
    for (uint64_t m = s->busy; m; m &= m - 1)
        advance_reg(s, (unsigned)CC_CTZ64(m));
}

/* ---------------------------------------------------------- allocation */

/* Until when a register that nobody has is free for an interval. */
static uint32_t until_taken(const scan *s, unsigned reg, const ra_interval *it)
{
    uint32_t until = intersection(s->r->fixed[reg], it);

    for (ra_interval *o = s->inactive[reg]; o; o = o->link) {
        uint32_t at = intersection(o->current, it);

        if (at < until)
            until = at;
    }
    return until < s->call_limit ? until : s->call_limit;
}

static void find_free(scan *s, const ra_interval *it)
{
    unsigned c = class_of(s, it);

    s->call_limit = crossed_call(s, it);
    for (unsigned k = 0; k < s->r->norder[c]; k++) {
        unsigned reg = s->r->order[c][k];

        s->free_until[reg] = s->active[reg] ? 0
                           : s->busy >> reg & 1 ? until_taken(s, reg, it)
                           : s->call_limit;
    }
}

/* Where the value is at the end of the first block that leads here. */
static lir_place place_before(const scan *s, const ra_interval *it)
{
    const ra *r = s->r;
    const lir_block *b = block_at(s, it->start);
    const ra_interval *before;

    if (it->start != 4 * b->first || b->npreds == 0)
        return PLACE_NONE;
    before = ra_child_at(r, it->v,
                         ra_block_end(r, r->l->preds.at[b->preds]) - 1);
    return before ? before->loc : PLACE_NONE;
}

/* A register that it will have to be in; not if that is far away. */
static uint8_t first_fixed(const ra_interval *it)
{
    enum { FEW = 64 };
    const ra_use *u = it->uses;

    for (int n = 0; u && n < FEW; u = u->next, n++)
        if (u->reg != RA_NO_REG)
            return u->reg;
    return RA_NO_REG;
}

/* The parameter that a value ends in and that has a register already, which is
 * that of a loop; perhaps through other parameters.  0: none. */
static uint32_t loop_param(const scan *s, uint32_t v)
{
    enum { FEW = 4 };
    const ra_value *value = s->r->value;

    for (int n = 0; n < FEW && (v = value[v].flows_to); n++)
        if (value[v].last_reg != RA_NO_REG)
            return place_is_reg(value[v].first->loc) ? v : 0;
    return 0;
}

/* The registers of the other parameters beside this one.  What the next turn
 * gets has better not be in them: moves in a circle need one more. */
static uint64_t registers_beside(const scan *s, uint32_t param)
{
    const ra *r = s->r;
    const lir_block *b = &r->l->blocks.at[r->block_of[r->value[param].def]];
    uint64_t mask = 0;

    for (uint32_t k = 0; k < b->nparams; k++) {
        uint32_t v = r->l->args.at[b->params + k];
        const ra_interval *first = r->value[v].first;

        if (v != param && first && place_is_reg(first->loc))
            mask |= (uint64_t)1 << (first->loc - PLACE_REG);
    }
    return mask;
}

/* Registers that save a move, the best first; some may be none. */
enum { HINTS = 6 };
static void find_hints(const scan *s, const ra_interval *it, uint32_t param,
                       uint8_t hint[HINTS])
{
    const ra_value *value = s->r->value;
    const ra_value *v = &value[it->v];
    lir_place before = it->start >= s->r->cold ? place_before(s, it) : PLACE_NONE;
    const ra_interval *next = v->reused ? value[v->reused].first : NULL;

    hint[0] = place_is_reg(before) ? (uint8_t)(before - PLACE_REG) : RA_NO_REG;
    hint[1] = param ? (uint8_t)(value[param].first->loc - PLACE_REG)
                    : value[v->group].group_reg;
    hint[2] = first_fixed(it);
    hint[3] = next ? value[value[v->reused].group].group_reg : RA_NO_REG;
    if (hint[3] == RA_NO_REG && next)
        hint[3] = first_fixed(next);
    hint[4] = v->reuses ? value[v->reuses].last_reg : RA_NO_REG;
    hint[5] = v->last_reg;
}

static unsigned choose_hinted(const scan *s, const ra_interval *it,
                              uint32_t param, uint32_t enough)
{
    uint8_t hint[HINTS];

    find_hints(s, it, param, hint);
    for (unsigned k = 0; k < HINTS; k++)
        if (hint[k] != RA_NO_REG && s->free_until[hint[k]] >= enough)
            return hint[k];
    return RA_NO_REG;
}

static bool is_free_to_use(const scan *s, unsigned reg)
{
    return !((s->r->m->callee_saved & ~s->r->l->used) >> reg & 1);
}

/* The register to take among those that are free, or RA_NO_REG if none is
 * free for long enough to be of use.  `idle`: the value is not read again but
 * by frame states, which is not worth a register that has to be saved. */
static unsigned choose_free(const scan *s, const ra_interval *it,
                            uint32_t wish, uint32_t enough, bool idle)
{
    unsigned c = class_of(s, it), best = RA_NO_REG, good = RA_NO_REG;
    uint32_t param = loop_param(s, it->v);
    uint64_t beside = param ? registers_beside(s, param) : 0;
    unsigned hinted = choose_hinted(s, it, param, enough);

    if (hinted != RA_NO_REG && enough > wish && enough > s->pos)
        return hinted;
    for (unsigned k = 0; k < s->r->norder[c]; k++) {
        unsigned reg = s->r->order[c][k];
        uint32_t until = s->free_until[reg];

        if (until <= wish || until <= s->pos || !can_end(s, it, until))
            continue;
        if (idle && best != RA_NO_REG && !is_free_to_use(s, reg))
            continue;
        if (until >= enough && !(beside >> reg & 1)
            && (good == RA_NO_REG || is_free_to_use(s, reg)))
            return reg;
        if (until >= enough && good == RA_NO_REG)
            good = reg;
        if (best == RA_NO_REG || until > s->free_until[best])
            best = reg;
    }
    return good != RA_NO_REG ? good : best;
}

/* A register whose holder is only of interest to frame states, and that is
 * free for long enough without it. */
static unsigned find_idle(const scan *s, const ra_interval *it,
                          uint32_t enough)
{
    unsigned c = class_of(s, it);

    for (unsigned k = 0; k < s->r->norder[c]; k++) {
        unsigned reg = s->r->order[c][k];
        ra_interval *holder = s->active[reg];

        if (!holder || s->inactive[reg] || holder->start >= s->pos
            || is_read(s, holder)
            || intersection(s->r->fixed[reg], it) < enough
            || next_need(s, holder) != RA_NEVER)
            continue;
        return reg;
    }
    return RA_NO_REG;
}

/* The holder of a register gives it up, from behind its last use on. */
static void evict_active(scan *s, unsigned reg)
{
    ra_interval *it = s->active[reg];
    uint32_t at = behind_use(s, last_use_before(it, s->pos));

    s->active[reg] = NULL;
    if (at > s->pos)
        at = s->pos;
    if (first_wish(it) >= s->pos)       /* it has not used it yet */
        spill(s, it);
    else
        spill(s, split(s, it, at));
}

static bool try_free(scan *s, ra_interval *it)
{
    uint32_t wish = first_wish(it), enough;
    bool idle = it->uses && !is_used_from(it, it->uses->pos + 2);
    unsigned reg, other;

    find_free(s, it);
    enough = it->end < s->call_limit ? it->end : s->call_limit;
    if (wish == RA_NEVER)       /* only if it costs nobody anything */
        wish = it->end - 1;
    reg = choose_free(s, it, wish, enough, idle);
    if (!idle && (reg == RA_NO_REG || s->free_until[reg] < enough)
        && enough > wish && enough > s->pos) {
        other = find_idle(s, it, enough);
        if (other != RA_NO_REG) {
            evict_active(s, other);
            s->free_until[other] = enough;
            reg = other;
        }
    }
    if (reg == RA_NO_REG)
        return false;
    occupy(s, it, reg);
    if (s->free_until[reg] < it->end)
        end_before(s, it, s->free_until[reg]);
    return true;
}

/* When each register is needed by who has it, and from when it is blocked. */
static void find_needs(scan *s, const ra_interval *it)
{
    unsigned c = class_of(s, it);

    for (unsigned k = 0; k < s->r->norder[c]; k++) {
        unsigned reg = s->r->order[c][k];
        uint32_t until = intersection(s->r->fixed[reg], it);
        uint32_t need = s->active[reg] ? patience(s, s->active[reg])
                                       : RA_NEVER;

        for (ra_interval *o = s->inactive[reg]; o; o = o->link)
            if (intersection(o->current, it) != RA_NEVER) {
                uint32_t at = patience(s, o);

                if (at < need)
                    need = at;
            }
        s->need_at[reg] = need;
        s->free_until[reg] = until < s->call_limit ? until : s->call_limit;
    }
}

static void evict_inactive(scan *s, unsigned reg, const ra_interval *for_it)
{
    ra_interval **at = &s->inactive[reg];

    while (*at) {
        ra_interval *it = *at;

        if (intersection(it->current, for_it) == RA_NEVER) {
            at = &it->link;
            continue;
        }
        *at = it->link;
        enqueue(s, split(s, it, s->pos));
    }
}

static void take_from_other(scan *s, ra_interval *it)
{
    unsigned c = class_of(s, it), best = RA_NO_REG;
    uint32_t need = first_need(s, it, it->start,
                               block_at(s, it->start)->depth);
    bool at_once;

    if (need == RA_NEVER) {
        spill(s, it);
        return;
    }
    at_once = need % 4 && split_before(s, need) <= it->start;
    find_needs(s, it);
    for (unsigned k = 0; k < s->r->norder[c]; k++) {
        unsigned reg = s->r->order[c][k];

        if (s->free_until[reg] <= need
            || !can_end(s, it, s->free_until[reg]))
            continue;
        if (best == RA_NO_REG || s->need_at[reg] > s->need_at[best])
            best = reg;
    }
    if (!at_once && (best == RA_NO_REG || s->need_at[best] <= need)) {
        spill(s, it);
        return;
    }
    unit_assert(s->r->l->unit,
                best != RA_NO_REG && s->need_at[best] > s->pos,
                "no register for %u at %u", it->v, s->pos);
    if (s->active[best])
        evict_active(s, best);
    evict_inactive(s, best, it);
    occupy(s, it, best);
    if (s->free_until[best] < it->end)
        end_before(s, it, s->free_until[best]);
}

/* A child that enters a cold block in memory stays there unless needed. */
static bool stays_in_memory(const scan *s, const ra_interval *it)
{
    return it->start >= s->r->cold && place_before(s, it) == RA_SPILLED
        && first_need(s, it, it->start, 255) == RA_NEVER;
}

static void cut_cold(scan *s, ra_interval *it)
{
    uint32_t at = s->r->cold;

    if (it->start >= at)
        at = ra_block_end(s->r, ra_block_at(s->r, it->start));
    if (at < it->end && at > it->start)
        enqueue(s, split(s, it, at));
}

static void visit(scan *s, ra_interval *it)
{
    const ra_value *v = &s->r->value[it->v];

    advance(s, it->start);
    cut_cold(s, it);
    if (v->remat && it == v->first)
        spill(s, it);           /* made where it is needed */
    else if (stays_in_memory(s, it))
        spill(s, it);
    else if (!try_free(s, it))
        take_from_other(s, it);
}

void ra_scan(ra *r)
{
    scan s = { .r = r, .pos = RA_NEVER };

    s.bucket = ARENA_ARRAY(r->a, ra_interval *, r->l->ins.n + 1);
    for (unsigned reg = 0; reg < MACHINE_REGS; reg++)
        s.busy |= (uint64_t)(r->fixed[reg] != NULL) << reg;
    for (uint32_t v = r->l->vregs.n; v-- > 1;)
        if (r->value[v].first)
            enqueue(&s, r->value[v].first);
    for (uint32_t i = 0; i < r->l->ins.n; i++)
        while (s.bucket[i]) {
            ra_interval *it = s.bucket[i];

            s.bucket[i] = it->link;
            visit(&s, it);
        }
}
