/*
 * Layout and tables: the part of emission that no target differs in.
 */
#include "backend/emit.h"

#include "backend/pool.h"
#include "pe/graph/state.h"

#include <stdatomic.h>
#include <string.h>

/* -------------------------------------------------------------- layout */

static bool only_jumps(const lir *l, uint32_t n)
{
    const lir_block *b = &l->blocks.at[n];

    return b->end - b->first == 2 && l->ins.at[b->end - 1].op == LIR_jump;
}

static uint32_t jumps_to(const lir *l, uint32_t n)
{
    return l->edges.at[l->blocks.at[n].edges].block;
}

/* A block that only jumps is left out, unless it jumps in a circle. */
static void find_targets(emitter *e)
{
    const lir *l = e->l;

    for (uint32_t n = 0; n < l->blocks.n; n++) {
        uint32_t to = n, hops = 0;

        while (only_jumps(l, to) && hops++ < l->blocks.n)
            to = jumps_to(l, to);
        e->goes_to[n] = hops > l->blocks.n ? n : to;
    }
    e->goes_to[0] = 0;          /* where the unit is entered */
}

uint32_t emit_successor(const emitter *e, const lir_block *b, uint32_t k)
{
    return e->goes_to[e->l->edges.at[b->edges + k].block];
}

/* The last block of a loop, where cold ones do not count. */
static uint32_t loop_end(const emitter *e, uint32_t header)
{
    const lir *l = e->l;
    const lir_block *b = &l->blocks.at[header];
    uint32_t last = header;

    for (uint32_t p = 0; p < b->npreds; p++) {
        uint32_t from = l->preds.at[b->preds + p];

        if (from > last && !l->blocks.at[from].cold)
            last = from;
    }
    return last;
}

/* Does the header ask whether to go on, and does the end of the loop only
 * jump back to it? */
static bool asks_first(const emitter *e, uint32_t header, uint32_t end)
{
    const lir *l = e->l;
    const lir_block *b = &l->blocks.at[header];
    const lir_block *last = &l->blocks.at[end];
    uint32_t out = 0;

    if (end == header || l->ins.at[b->end - 1].op != LIR_br
        || l->ins.at[last->end - 1].op != LIR_jump
        || emit_successor(e, last, 0) != header)
        return false;
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t to = emit_successor(e, b, k);

        out += to < header || to > end;
    }
    return out == 1;
}

/* A loop that asks at its top gets its top at the bottom: one jump a turn
 * instead of two.  Its blocks stand together, but inner loops may have been
 * turned already. */
static void turn_loop(emitter *e, uint32_t header)
{
    uint32_t end = loop_end(e, header), at = 0, n = end - header;

    while (e->order[at] != header)
        at++;
    if (e->order[at + n] != end || !asks_first(e, header, end)) {
        e->aligned[header] = true;
        return;
    }
    memmove(&e->order[at], &e->order[at + 1], n * sizeof *e->order);
    e->order[at + n] = header;
    e->aligned[e->order[at]] = true;
}

static void lay_out(emitter *e)
{
    const lir *l = e->l;

    for (uint32_t n = 0; n < l->blocks.n; n++)
        e->order[n] = n;
    for (uint32_t n = l->blocks.n; n-- > 1;)
        if (l->blocks.at[n].header && !l->blocks.at[n].cold)
            turn_loop(e, n);
}

bool emit_keeps_flags(const emitter *e)
{
    const lir *l = e->l;
    uint32_t i = e->index + 1;

    while (l->ins.at[i].op == LIR_move || l->ins.at[i].op == LIR_imm
           || l->ins.at[i].op == LIR_fimm || l->ins.at[i].op == LIR_frame)
        i++;
    return (lir_op_flags(l, l->ins.at[i].op) & LIR_READS) && l->ins.at[i].cc;
}

/* -------------------------------------------------------- instructions */

emit_parts emit_parts_of(const lir *l, const lir_ins *i)
{
    emit_parts p = { 0 };
    unsigned ntmp = 0;

    for (uint32_t k = 0; k < i->nops; k++) {
        const lir_operand *o = &lir_ops(l, i)[k];

        switch (o->part) {
        case LIR_DST: p.dst = o->loc; break;
        case LIR_SRC: p.src = o->loc; break;
        case LIR_BASE: p.base = o->loc; break;
        case LIR_INDEX: p.index = o->loc; break;
        case LIR_TMP: p.tmp[ntmp++ & 1] = o->loc; break;
        default: break;
        }
    }
    return p;
}

static void jump(emitter *e, uint32_t to)
{
    if (to != e->next)
        e->isa->emission->jump(e, e->block[to]);
}

static void branch(emitter *e, const lir_ins *i, const emit_parts *p,
                   const lir_block *b)
{
    uint32_t yes = emit_successor(e, b, 0), no = emit_successor(e, b, 1);

    if (yes == no)
        jump(e, yes);
    else
        e->isa->emission->branch(e, i, p, &(emit_fork){
            e->block[yes], e->block[no], yes == e->next, no == e->next });
}

static esp_label exit_at(emitter *e, uint32_t exit)
{
    e->exits[exit].ins = e->index;
    return e->exits[exit].at;
}

static void guard(emitter *e, const lir_ins *i, const emit_parts *p)
{
    esp_label on = asm_label(e->a);

    e->isa->emission->branch(e, i, p, &(emit_fork){
        on, exit_at(e, i->info), true, false });
    asm_bind(e->a, on);
}

static void call(emitter *e, const lir_ins *i)
{
    const lir_call *c = &e->l->calls.at[i->info];

    e->isa->emission->call(e, i, c);
    if (c->state)
        VEC_PUSH(&e->l->unit->scratch, &e->calls,
                 ((emit_point){ asm_here(e->a), e->index }));
}

static void emit_ins(emitter *e, const lir_ins *i, const lir_block *b)
{
    const isa_emission *isa = e->isa->emission;
    emit_parts p = emit_parts_of(e->l, i);

    switch (i->op) {
    case LIR_block:
    case LIR_entry: break;
    case LIR_call: call(e, i); break;
    case LIR_guard:
    case LIR_sumguard: guard(e, i, &p); break;
    case LIR_deopt: isa->jump(e, exit_at(e, i->info)); break;
    case LIR_jump: jump(e, emit_successor(e, b, 0)); break;
    case LIR_br: branch(e, i, &p, b); break;
    case LIR_switch: emit_switch(e, i, b); break;
    case LIR_ret: isa->ret(e); break;
    default: isa->plain(e, i, &p); break;
    }
}

static void emit_block(emitter *e, uint32_t n)
{
    const lir_block *b = &e->l->blocks.at[n];

    if (e->aligned[n])
        asm_align(e->a, 16);
    asm_bind(e->a, e->block[n]);
    e->end = b->end;
    for (e->index = b->first; e->index < b->end; e->index++)
        emit_ins(e, &e->l->ins.at[e->index], b);
}

/* The next block that is not left out; or as many as there are. */
static uint32_t next_place(const emitter *e, uint32_t at)
{
    do
        at++;
    while (at < e->l->blocks.n && e->goes_to[e->order[at]] != e->order[at]);
    return at;
}

static void emit_blocks(emitter *e)
{
    uint32_t at = 0, count = e->l->blocks.n;

    while (at < count) {
        uint32_t next = next_place(e, at);

        e->next = next < count ? e->order[next] : count;
        emit_block(e, e->order[at]);
        at = next;
    }
}

/* The last part of the way out is the same for all units of a cache: the first
 * one that needs it makes it.  If two do, one is thrown away. */
static const void *shared_leave(emitter *e, esp_code_cache *cache)
{
    const void *there = atomic_load_explicit(&cache->leave,
                                             memory_order_acquire);
    esp_code *code;
    const char *error;
    esp_asm a;

    if (there)
        return there;
    code = code_new(cache, "leave", 0);
    if (!code)
        unit_bail(e->l->unit, BAIL_memory, "no memory for the way out");
    asm_init(&a, &e->l->unit->scratch, e->isa->assembler);
    code_place(cache, &a);
    e->isa->emission->shared_leave(&a, e->deopt_entry);
    error = asm_finish(&a);
    unit_assert(e->l->unit, !error, "%s", error);
    error = code_publish(cache, code, &a, 0);
    if (!error && atomic_compare_exchange_strong(&cache->leave, &there,
                                                 code->entry))
        return code->entry;
    code_free(cache, code);
    if (error)
        unit_bail(e->l->unit, BAIL_code_cache, "%s", error);
    return there;
}

/* Each exit has a stub of its own, and a place that all of them go to. */
static void emit_exits(emitter *e, esp_code_cache *cache)
{
    const isa_emission *isa = e->isa->emission;
    esp_label all = asm_label(e->a);

    if (e->l->exits.n == 0)
        return;
    for (uint32_t k = 0; k < e->l->exits.n; k++) {
        const lir_ins *i = &e->l->ins.at[e->exits[k].ins];
        emit_parts p = emit_parts_of(e->l, i);

        asm_bind(e->a, e->exits[k].at);
        if (i->op == LIR_sumguard)
            isa->undo(e, i, &p);
        isa->exit(e, k, all);
    }
    asm_bind(e->a, all);
    isa->leave(e, shared_leave(e, cache));
}

/* -------------------------------------------------------------- tables */

static esp_loc loc_of(const emitter *e, lir_place at)
{
    if (place_is_reg(at))
        return e->isa->loc(at - PLACE_REG);
    return (esp_loc){ .kind = LOC_SLOT, .value = emit_slot(e, at) };
}

/* The operands for a state are in the order of its values. */
static esp_point make_point(const emitter *e, esp_pool *locs,
                            const emit_point *p, uint32_t state,
                            uint32_t reason)
{
    const lir_ins *i = &e->l->ins.at[p->ins];
    esp_point to = { .pc = asm_offset(e->a, p->at), .state = state,
                     .reason = (uint16_t)reason };
    const esp_ref *refs = e->l->state_refs.at + e->l->state_first[state];
    esp_arena_mark mark = arena_mark(&e->l->unit->scratch);
    esp_loc *list = ARENA_ARRAY(&e->l->unit->scratch, esp_loc, i->nops);

    for (uint32_t k = 0; k < i->nops; k++) {
        const lir_operand *o = &lir_ops(e->l, i)[k];
        esp_loc loc;

        if (o->part != LIR_STATE)
            continue;
        loc = loc_of(e, o->loc);
        loc.ref = refs[to.nlocs];
        loc.type = graph_at(e->g, loc.ref)->ty & 63;
        list[to.nlocs++] = loc;
    }
    to.locs = pool_add(locs, list, to.nlocs * (uint32_t)sizeof *list) /
              (uint32_t)sizeof *list;
    arena_release(&e->l->unit->scratch, mark);
    return to;
}

static void fill_tables(emitter *e)
{
    const lir *l = e->l;
    esp_code *code = e->code;
    esp_pool locs;

    pool_init(&locs, &l->unit->notes);
    code->nexits = l->exits.n;
    code->exits = ARENA_ARRAY(&code->arena, esp_point, code->nexits);
    for (uint32_t k = 0; k < code->nexits; k++)
        code->exits[k] = make_point(e, &locs, &e->exits[k], l->exits.at[k].state,
                                    l->exits.at[k].reason);
    code->ncalls = e->calls.n;
    code->calls = ARENA_ARRAY(&code->arena, esp_point, code->ncalls);
    for (uint32_t k = 0; k < code->ncalls; k++) {
        const emit_point *p = &e->calls.at[k];
        uint32_t call = l->ins.at[p->ins].info;

        code->calls[k] = make_point(e, &locs, p, l->calls.at[call].state, 0);
    }
    code->nlocs = locs.bytes.n / (uint32_t)sizeof *code->locs;
    code->locs = ARENA_ARRAY(&code->arena, esp_loc, code->nlocs);
    memcpy(code->locs, locs.bytes.at, locs.bytes.n);
}

void emit_code(const lir *l, const esp_graph *g, const esp_isa *isa,
               esp_code_cache *cache, esp_code *code, const void *deopt_entry)
{
    esp_arena *scratch = &l->unit->scratch;
    esp_arena_mark mark = arena_mark(scratch);
    esp_asm a;
    emitter e = { .l = l, .g = g, .isa = isa, .a = &a, .code = code,
                  .deopt_entry = deopt_entry };
    const char *error;

    asm_init(&a, scratch, isa->assembler);
    code_place(cache, &a);
    e.block = ARENA_ARRAY(scratch, esp_label, l->blocks.n);
    e.goes_to = ARENA_ARRAY(scratch, uint32_t, l->blocks.n);
    e.order = ARENA_ARRAY(scratch, uint32_t, l->blocks.n);
    e.aligned = ARENA_ARRAY(scratch, bool, l->blocks.n);
    e.exits = ARENA_ARRAY(scratch, emit_point, l->exits.n + 1);
    for (uint32_t n = 0; n < l->blocks.n; n++)
        e.block[n] = asm_label(&a);
    for (uint32_t k = 0; k < l->exits.n; k++)
        e.exits[k].at = asm_label(&a);
    find_targets(&e);
    lay_out(&e);
    e.entry = asm_label(&a);
    asm_bind(&a, e.entry);
    code->frame = emit_frame(&e);
    unit_assert(l->unit, code->frame.size < 1u << 23, "a frame of %u bytes",
                code->frame.size);
    isa->emission->enter(&e);
    emit_blocks(&e);
    emit_exits(&e, cache);
    error = asm_finish(&a);
    unit_assert(l->unit, !error, "%s", error);
    fill_tables(&e);
    unit_step(l->unit, "publish");
    error = code_publish(cache, code, &a, 0);
    if (error)
        unit_bail(l->unit, BAIL_code_cache, "%s", error);
    arena_release(scratch, mark);
}
