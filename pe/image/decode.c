/*
 * The body of a function, from bytes to arrays.
 *
 * The layout is explained in format.h.  Every count and operand is compared
 * with its bounds as it is read: the checksum protects from accidents, this
 * from images that were made to do harm.  What the parts of a function are to
 * each other is for verify.c.
 */
#include "pe/image/decode.h"

/* Reading goes on after the first error, which `bad` remembers; it only ever
 * reads zeros then, and everything written stays in bounds. */
typedef struct reader {
    const image_tables *p;
    const uint8_t *at, *end;
    bool bad;
    esp_arena *arena;
    esp_ifunc *f;
    /* f's arrays, while they are filled */
    uint64_t *consts;
    uint8_t *const_ty;
    esp_isymbol *const_symbol;
    esp_ins *code;
    esp_iblock *blocks;
    esp_edge *edges;
    esp_icall *calls;
    uint32_t *refs;
    uint32_t nedges, nrefs;             /* room */
    uint32_t edge, call, ref;           /* used */
} reader;

static unsigned byte(reader *r)
{
    if (r->at == r->end) {
        r->bad = true;
        return 0;
    }
    return *r->at++;
}

static uint64_t number(reader *r)
{
    uint64_t x = 0;
    unsigned b, shift = 0;

    do {
        b = byte(r);
        x |= (uint64_t)(b & 0x7f) << shift;
        shift += 7;
    } while (b & 0x80 && shift < 64);
    if (b & 0x80)
        r->bad = true;
    return x;
}

/* A number below a limit. */
static uint32_t below(reader *r, uint64_t limit)
{
    uint64_t x = number(r);

    if (x < limit)
        return (uint32_t)x;
    r->bad = true;
    return 0;
}

static int64_t signed_number(reader *r)
{
    uint64_t x = number(r);

    return (int64_t)(x >> 1 ^ -(x & 1));
}

/* How many of something that takes at least a byte each. */
static uint32_t count(reader *r)
{
    return below(r, (uint64_t)(r->end - r->at) + 1);
}

static esp_type type(reader *r)
{
    unsigned ty = byte(r);

    if (ty > TY_void && ty < TY_COUNT)
        return ty;
    r->bad = true;
    return TY_i64;
}

static uint32_t operand(reader *r, uint32_t now)
{
    uint64_t x = number(r);
    uint32_t v = (uint32_t)(x >> 1);

    if (x & 1 ? x >> 1 < r->f->nconsts : x >> 1 >= 1 &&
                                         x >> 1 <= now - r->f->nconsts)
        return x & 1 ? v : now - v;
    r->bad = true;
    return 0;
}

static void put_ref(reader *r, uint32_t v)
{
    if (r->ref < r->nrefs)
        r->refs[r->ref++] = v;
    else
        r->bad = true;
}

/* The type of a value that has been read. */
static esp_type type_of(const reader *r, uint32_t v)
{
    return v < r->f->nconsts ? r->const_ty[v] : r->code[v - r->f->nconsts].ty;
}

/* The next value that a live list has more than the other one, or `limit`. */
static uint32_t next_new(reader *r, uint32_t *left, uint32_t last,
                         uint32_t limit)
{
    uint64_t step;

    if (!*left || r->bad)
        return limit;
    --*left;
    step = number(r);
    if (step > (last == limit ? limit : limit - last))
        r->bad = true;
    return last == limit ? limit - (uint32_t)step : last + (uint32_t)step;
}

/* A live list, told by how it differs from another one: see live_list() in
 * mkimage/write.c.  A second reader follows what is gone while the first is at
 * what is new. */
static uint32_t live_list(reader *r, uint32_t old, uint32_t nold,
                          uint32_t limit, uint32_t *start)
{
    reader second = *r;
    uint32_t gone = below(r, (uint64_t)nold + 1), new, at = 0, v;
    uint64_t drop = UINT64_MAX;

    *start = r->ref;
    for (uint32_t k = 0; k < gone; k++)
        number(r);
    number(&second);
    if (gone)
        drop = number(&second);
    new = below(r, (uint64_t)limit + 1);
    v = next_new(r, &new, limit, limit);
    while ((at < nold || v < limit) && !r->bad) {
        uint32_t kept = at < nold ? r->refs[old + at] - r->f->nconsts : limit;

        if (at == drop) {
            at++;
            drop = --gone ? drop + number(&second) : UINT64_MAX;
        } else if (kept < v) {
            put_ref(r, r->f->nconsts + kept);
            at++;
        } else {
            put_ref(r, r->f->nconsts + v);
            v = next_new(r, &new, v, limit);
        }
    }
    return r->ref - *start;
}

static void read_constants(reader *r)
{
    r->const_ty[0] = TY_i64;
    for (uint32_t k = 1; k < r->f->nconsts && !r->bad; k++) {
        unsigned kind = byte(r), ty = kind & ~(unsigned)IMAGE_CONST_SYMBOL;

        if (ty == TY_void || ty >= TY_COUNT) {
            r->bad = true;
            return;
        }
        r->const_ty[k] = (uint8_t)ty;
        if (kind & IMAGE_CONST_SYMBOL) {
            uint32_t s = below(r, r->p->header->nsyms);
            int64_t addend = signed_number(r);

            if (r->bad)
                return;
            r->consts[k] = (uintptr_t)r->p->d.symbols[s] + (uint64_t)addend;
            r->const_symbol[k].name = r->p->strings + r->p->syms[s].name;
            r->const_symbol[k].addend = addend;
            r->const_symbol[k].number = s;
        } else {
            r->consts[k] = (uint64_t)signed_number(r);
        }
    }
}

/* The parameters are written into the code right away. */
static void read_block(reader *r, uint32_t b, uint32_t *next)
{
    esp_iblock *block = &r->blocks[b];
    uint32_t n = count(r), loop;
    unsigned flags;

    block->nparams = count(r);
    block->first = *next;
    if ((uint64_t)n + block->nparams > r->f->ncode - *next || n == 0) {
        r->bad = true;
        return;
    }
    for (uint32_t k = 0; k < block->nparams; k++)
        r->code[block->first + k] = (esp_ins){
            .op = IR_param, .ty = type(r), .a = b, .b = k };
    *next += n + block->nparams;
    block->end = *next;
    loop = below(r, (uint64_t)r->f->nblocks - b + 1);
    block->loop_end = loop ? b + loop : 0;
    flags = byte(r);
    block->explode = flags & IMAGE_EXPLODE;
    block->deopts = flags & IMAGE_DEOPTS;
    block->nlive = live_list(r, b ? block[-1].live : 0,
                             b ? block[-1].nlive : 0, block->first,
                             &block->live);
}

static void read_edge(reader *r, esp_ins *i, uint32_t now, bool has_value)
{
    esp_edge *e;

    if (r->edge == r->nedges) {
        r->bad = true;
        return;
    }
    e = &r->edges[r->edge++];
    e->block = below(r, r->f->nblocks);
    r->blocks[e->block].npreds++;
    e->value = has_value ? number(r) : 0;
    e->nargs = r->blocks[e->block].nparams;
    e->args = r->ref;
    for (uint32_t k = 0; k < e->nargs && !r->bad; k++)
        put_ref(r, operand(r, now));
    i->c++;
}

static void read_edges(reader *r, esp_ins *i, uint32_t now)
{
    uint32_t n = i->op == IR_jump ? 1 : i->op == IR_br ? 2 : count(r);

    i->b = r->edge;
    for (uint32_t k = 0; k < n && !r->bad; k++)
        read_edge(r, i, now, i->op == IR_switch && k + 1 < n);
}

static void read_call(reader *r, const esp_iblock *block, esp_ins *i,
                      uint32_t now)
{
    esp_icall *c;
    uint64_t sig;

    if (r->call == r->f->ncalls) {
        r->bad = true;
        return;
    }
    i->a = r->call;
    c = &r->calls[r->call++];
    c->callee = operand(r, now);
    sig = number(r);
    c->leaf = sig & 1;
    c->cold = sig >> 1 & 1;
    if (sig >> 2 >= r->p->header->nsigs) {
        r->bad = true;
        return;
    }
    c->sig = r->p->sigs[sig >> 2];
    c->args = r->ref;
    c->nargs = c->sig.nargs;
    for (uint32_t k = 0; k < c->nargs && !r->bad; k++)
        put_ref(r, operand(r, now));
    c->nlive = live_list(r, block->live, block->nlive,
                         now - r->f->nconsts, &c->live);
    i->ty = c->sig.nresults ? c->sig.result[0] : TY_void;
    if (c->callee < r->f->nconsts && r->const_symbol[c->callee].name &&
        !r->const_symbol[c->callee].addend) {
        c->name = r->const_symbol[c->callee].name;
        c->intrinsic =
            r->p->syms[r->const_symbol[c->callee].number].intrinsic;
    }
}

static void read_second(reader *r, esp_ins *i, uint32_t now)
{
    const esp_ins *call = now > r->f->nconsts ? i - 1 : NULL;

    if (!call || call->op != IR_call ||
        r->calls[call->a].sig.nresults < 2) {
        r->bad = true;
        return;
    }
    i->a = now - 1;
    i->ty = r->calls[call->a].sig.result[1];
}

static void read_operands(reader *r, esp_ins *i, uint32_t now)
{
    const esp_op_info *info = &op_info[i->op];
    unsigned n = i->op == IR_ret ? r->f->sig.nresults : info->inputs;

    if (info->result == RESULT_ANY)
        i->ty = type(r);
    if (n > 0)
        i->a = operand(r, now);
    if (n > 1)
        i->b = operand(r, now);
    if (n > 2)
        i->c = operand(r, now);
    if (info->result == RESULT_SAME)
        i->ty = type_of(r, i->op == IR_select ? i->b : i->a);
    if (info->result == RESULT_BOOL)
        i->ty = TY_i1;
}

static void read_ins(reader *r, const esp_iblock *block, uint32_t k)
{
    uint32_t now = r->f->nconsts + k;
    esp_ins *i = &r->code[k];
    unsigned op = byte(r);

    if (op & IMAGE_HAS_FLAGS)
        i->flags = (uint16_t)below(r, 1 << 16);
    op &= ~(unsigned)IMAGE_HAS_FLAGS;
    if (op == IR_none || op >= IR_COUNT) {
        r->bad = true;
        return;
    }
    i->op = (uint8_t)op;
    switch (op) {
    case IR_call:   read_call(r, block, i, now); return;
    case IR_second: read_second(r, i, now); return;
    default:        read_operands(r, i, now); break;
    }
    switch (op) {
    case IR_load:   i->b = (uint32_t)(int32_t)signed_number(r); break;
    case IR_store:  i->c = (uint32_t)(int32_t)signed_number(r); break;
    case IR_alloca:
        i->a = below(r, (uint64_t)1 << 31);
        i->b = below(r, 1 << 16);
        break;
    case IR_jump: case IR_br: case IR_switch: read_edges(r, i, now); break;
    default: break;
    }
}

/* Files that the lines of a function come from, with the last line of each. */
typedef struct sources {
    struct { const char *name; uint32_t line; } at[IMAGE_MAX_FILES];
    uint32_t n, now;
} sources;

static void read_line_change(reader *r, sources *s)
{
    uint64_t change = number(r), lines = change >> 1;

    if (change & 1) {
        s->now = below(r, IMAGE_MAX_FILES);
        if (s->now > s->n)
            r->bad = true;
        if (s->now == s->n)
            s->at[s->n++].name = r->p->strings +
                                 below(r, r->p->header->nstrings);
    }
    s->at[s->now].line += (uint32_t)(lines >> 1 ^ -(lines & 1));
}

static void read_lines(reader *r)
{
    uint32_t *line = ARENA_ARRAY(r->arena, uint32_t, r->f->ncode);
    const char **files = NULL;
    sources s = { .n = 1 };

    r->f->line = line;
    for (uint32_t k = 0; line && k < r->f->ncode && !r->bad;) {
        uint32_t run;

        read_line_change(r, &s);
        run = below(r, (uint64_t)r->f->ncode - k + 1);
        if (s.now && !files)
            files = ARENA_ARRAY(r->arena, const char *, r->f->ncode);
        for (; run > 0; run--, k++) {
            line[k] = s.at[s.now].line;
            if (files)
                files[k] = s.at[s.now].name;
        }
    }
    r->f->line_file = files;
}

/* Room for everything, in one piece each.  The counts are bounded by the size
 * of the body. */
static bool make_room(reader *r)
{
    esp_ifunc *f = r->f;
    esp_arena *a = r->arena;

    f->consts = r->consts = ARENA_ARRAY(a, uint64_t, f->nconsts);
    f->const_ty = r->const_ty = ARENA_ARRAY(a, uint8_t, f->nconsts);
    f->const_symbol = r->const_symbol = ARENA_ARRAY(a, esp_isymbol,
                                                    f->nconsts);
    f->code = r->code = ARENA_ARRAY(a, esp_ins, f->ncode);
    f->blocks = r->blocks = ARENA_ARRAY(a, esp_iblock, f->nblocks);
    f->edges = r->edges = ARENA_ARRAY(a, esp_edge, r->nedges);
    f->calls = r->calls = ARENA_ARRAY(a, esp_icall, f->ncalls);
    f->refs = r->refs = ARENA_ARRAY(a, uint32_t, r->nrefs);
    return r->consts && r->const_ty && r->const_symbol && r->code &&
           r->blocks && r->edges && r->calls && r->refs;
}

static void read_head(reader *r, const image_func_row *record)
{
    esp_ifunc *f = r->f;
    uint64_t most;

    f->name = r->p->strings + r->p->syms[record->symbol].name;
    f->native = (void *)(uintptr_t)r->p->d.symbols[record->symbol];
    f->marked = record->flags & IMAGE_MARKED;
    f->file = r->p->strings + below(r, r->p->header->nstrings);
    f->sig = r->p->sigs[below(r, r->p->header->nsigs)];
    f->nconsts = count(r);
    f->ncode = count(r);
    f->nblocks = count(r);
    r->nedges = count(r);
    f->ncalls = count(r);
    r->nrefs = record->nrefs;
    /* what is passed takes bytes; a live list takes few, whatever it holds */
    most = record->size + ((uint64_t)f->ncalls + f->nblocks) * f->ncode;
    if (!f->nconsts || !f->ncode || !f->nblocks || r->nrefs > most ||
        r->nrefs > IMAGE_MAX_REFS)
        r->bad = true;
}

esp_ifunc *image_decode(const image_tables *p, const image_func_row *record,
                        esp_arena *a)
{
    const uint8_t *start = p->d.bytes + p->header->bodies + record->body;
    reader r = { .p = p, .at = start, .end = start + record->size,
                 .arena = a, .f = ARENA_NEW(a, esp_ifunc) };
    uint32_t next = 0, k = 0;

    if (!r.f || !p->header->nsigs)
        return NULL;
    read_head(&r, record);
    if (r.bad || !make_room(&r))
        return NULL;
    read_constants(&r);
    for (uint32_t b = 0; b < r.f->nblocks && !r.bad; b++)
        read_block(&r, b, &next);
    if (next != r.f->ncode)
        r.bad = true;
    for (uint32_t b = 0; b < r.f->nblocks && !r.bad; b++)
        for (k = r.blocks[b].first + r.blocks[b].nparams;
             k < r.blocks[b].end && !r.bad; k++)
            read_ins(&r, &r.blocks[b], k);
    if (!r.bad)
        read_lines(&r);
    if (r.bad || r.at != r.end || !r.f->line || r.call != r.f->ncalls ||
        r.edge != r.nedges || r.ref != r.nrefs)
        return NULL;
    return r.f;
}
