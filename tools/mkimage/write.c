/*
 * Writing images.  The layout of the bytes is explained in pe/image/format.h.
 */
#include "tools/mkimage/write.h"
#include "tools/mkimage/layout.h"

#include <string.h>
#include <xxhash.h>

void write_init(writer *w)
{
    memset(w, 0, sizeof *w);
    arena_init(&w->arena);
}

void write_free(writer *w)
{
    arena_free(&w->arena);
}

/* ---- strings, symbols, signatures -------------------------------------- */

static uint32_t *string_place(writer *w, const char *s, size_t n)
{
    uint32_t mask = w->string_hash.n - 1;
    uint32_t h = (uint32_t)XXH3_64bits(s, n) & mask;

    for (; w->string_hash.at[h]; h = (h + 1) & mask) {
        const char *old = (char *)w->strings.at + w->string_hash.at[h] - 1;

        if (!strncmp(old, s, n) && !old[n])
            break;
    }
    return &w->string_hash.at[h];
}

static void more_room_for_strings(writer *w)
{
    uint32_t n = w->string_hash.n ? w->string_hash.n * 2 : 256, old;

    w->string_hash.n = 0;
    VEC_RESERVE(&w->arena, &w->string_hash, n);
    w->string_hash.n = n;
    memset(w->string_hash.at, 0, n * sizeof *w->string_hash.at);
    for (uint32_t k = 0; k < w->strings.n; k += old + 1) {
        old = (uint32_t)strlen((char *)w->strings.at + k);
        *string_place(w, (char *)w->strings.at + k, old) = k + 1;
    }
}

static void add_bytes(writer *w, write_bytes *to, const void *from, size_t n)
{
    VEC_RESERVE(&w->arena, to, n);
    memcpy(to->at + to->n, from, n);
    to->n += n;
}

uint32_t write_string(writer *w, const char *s, size_t n)
{
    uint32_t *place;

    if (w->nstrings * 2 >= w->string_hash.n)
        more_room_for_strings(w);
    place = string_place(w, s, n);
    if (!*place) {
        *place = w->strings.n + 1;
        add_bytes(w, &w->strings, s, n);
        add_bytes(w, &w->strings, "", 1);
        w->nstrings++;
    }
    return *place - 1;
}

uint32_t write_symbol(writer *w, const char *name, unsigned flags,
                      uint64_t size)
{
    image_symbol_row s = { .name = write_string(w, name, strlen(name)),
                       .flags = (uint16_t)flags, .size = size,
                       .intrinsic = flags & IMAGE_FUNCTION
                                        ? image_intrinsic(name) : 0 };

    VEC_PUSH(&w->arena, &w->symbols, s);
    return w->symbols.n - 1;
}

static uint32_t write_sig(writer *w, const esp_sig *sig)
{
    for (uint32_t k = 0; k < w->sigs.n; k++)
        if (!memcmp(&w->sigs.at[k], sig, sizeof *sig))
            return k;
    VEC_PUSH(&w->arena, &w->sigs, *sig);
    return w->sigs.n - 1;
}

void write_boundary(writer *w, uint32_t symbol, const char *reason)
{
    image_func_row f = { .symbol = symbol,
                     .body = write_string(w, reason, strlen(reason)) };

    VEC_PUSH(&w->arena, &w->funcs, f);
}

/* ---- bodies ------------------------------------------------------------ */

typedef struct body {
    writer *w;
    const draft *d;
    layout l;
    uint32_t now;               /* number of the value that is being written */
    uint32_t nrefs;             /* what goes to the refs */
} body;

static void byte(body *o, unsigned x)
{
    VEC_PUSH(&o->w->arena, &o->w->bodies, (uint8_t)x);
}

static void number(body *o, uint64_t x)
{
    for (; x >= 0x80; x >>= 7)
        byte(o, (unsigned)(x & 0x7f) | 0x80);
    byte(o, (unsigned)x);
}

static void signed_number(body *o, int64_t x)
{
    number(o, (uint64_t)x << 1 ^ (uint64_t)(x >> 63));
}

static void operand(body *o, esp_ref r)
{
    uint32_t v = o->l.value[r];

    if (v < o->l.consts.n)
        number(o, (uint64_t)v << 1 | 1);
    else
        number(o, (uint64_t)(uint32_t)(o->now - v) << 1);
}

/* A list of live values, as what it lacks and has more than another: which of
 * that one's are not in it, then what is new.  All new ones are less than
 * `limit`, and most are not much less. */
static void live_list(body *o, esp_bits old, esp_bits live, uint32_t limit)
{
    uint32_t gone = 0, added = 0, at = 0, last = 0;

    for (uint32_t k = 0; k < limit; k++) {
        gone += bits_get(old, k) && !bits_get(live, k);
        added += bits_get(live, k) && !bits_get(old, k);
        o->nrefs += bits_get(live, k);
    }
    number(o, gone);
    for (uint32_t k = 0; k < limit && gone; k++) {
        if (bits_get(old, k) && !bits_get(live, k)) {
            number(o, at - last);
            last = at;
        }
        at += bits_get(old, k);
    }
    number(o, added);
    last = limit;
    for (uint32_t k = 0; k < limit && added; k++)
        if (bits_get(live, k) && !bits_get(old, k)) {
            number(o, last == limit ? limit - k : k - last);
            last = k;
        }
}

static void constants(body *o)
{
    for (uint32_t k = 1; k < o->l.consts.n; k++) {
        const esp_ins *i = draft_at(o->d, o->l.consts.at[k]);
        uint64_t x = i->a | (uint64_t)i->b << 32;

        if (i->c) {
            byte(o, i->ty | IMAGE_CONST_SYMBOL);
            number(o, i->c - 1);
            signed_number(o, (int64_t)x);
        } else {
            byte(o, i->ty);
            signed_number(o, (int64_t)x);
        }
    }
}

static const draft_block *block_at(const body *o, uint32_t p)
{
    return &o->d->blocks.at[o->l.order.at[p]];
}

static void block_head(body *o, uint32_t p)
{
    const draft_block *b = block_at(o, p);

    number(o, b->code.n);
    number(o, b->params.n);
    for (uint32_t k = 0; k < b->params.n; k++)
        byte(o, draft_type(o->d, b->params.at[k]));
    number(o, o->l.loop_end[p] ? o->l.loop_end[p] - p : 0);
    byte(o, (o->l.explode[p] ? IMAGE_EXPLODE : 0) |
            (o->l.deopts[p] ? IMAGE_DEOPTS : 0));
    /* nothing is live on entry to the first */
    live_list(o, o->l.live[p ? p - 1 : 0], o->l.live[p],
              o->l.value[b->params.n ? b->params.at[0] : b->code.at[0]] -
                  o->l.consts.n);
}

static void call(body *o, uint32_t p, uint32_t k, const draft_call *c)
{
    esp_arena_mark mark = arena_mark(o->d->arena);

    operand(o, c->callee);
    number(o, (uint64_t)write_sig(o->w, &c->sig) << 2 |
                  (unsigned)c->cold << 1 | c->leaf);
    o->nrefs += c->args.n;
    for (uint32_t j = 0; j < c->args.n; j++)
        operand(o, c->args.at[j]);
    live_list(o, o->l.live[p], layout_live_behind(&o->l, p, k),
              o->now - o->l.consts.n);
    arena_release(o->d->arena, mark);
}

static void edges(body *o, uint32_t p, bool values)
{
    const draft_block *b = block_at(o, p);

    if (values)
        number(o, b->edges.n);
    for (uint32_t e = 0; e < b->edges.n; e++) {
        const draft_edge *edge = &b->edges.at[e];

        number(o, o->l.position[edge->to]);
        if (values && e + 1 < b->edges.n)
            number(o, edge->value);
        o->nrefs += edge->args.n;
        for (uint32_t k = 0; k < edge->args.n; k++)
            operand(o, edge->args.at[k]);
    }
}

static void instruction(body *o, uint32_t p, uint32_t k)
{
    esp_ref r = block_at(o, p)->code.at[k];
    const esp_ins *i = draft_at(o->d, r);
    unsigned n = draft_inputs(o->d, r);
    const draft_call *c = i->op == IR_call ? &o->d->calls.at[i->a] : NULL;

    byte(o, i->op | (i->flags ? IMAGE_HAS_FLAGS : 0));
    if (i->flags)
        number(o, i->flags);
    if (c) {
        call(o, p, k, c);
        return;
    }
    if (i->op == IR_second)
        return;
    if (op_info[i->op].result == RESULT_ANY)
        byte(o, i->ty);
    if (n > 0)
        operand(o, i->a);
    if (n > 1)
        operand(o, i->b);
    if (n > 2)
        operand(o, i->c);
    switch (i->op) {
    case IR_load:   signed_number(o, (int32_t)i->b); break;
    case IR_store:  signed_number(o, (int32_t)i->c); break;
    case IR_alloca: number(o, i->a); number(o, i->b); break;
    case IR_jump: case IR_br: edges(o, p, false); break;
    case IR_switch: edges(o, p, true); break;
    default: break;
    }
}

static const draft_ins *ins_at(const body *o, const draft_block *b, uint32_t k)
{
    return &o->d->ins.at[k < b->params.n ? b->params.at[k]
                                         : b->code.at[k - b->params.n]];
}

/* Where the lines of a function come from: its own file first, then those of
 * inline functions, each with the last line named. */
typedef struct sources {
    struct { uint32_t file, line; } at[IMAGE_MAX_FILES];
    uint32_t n, now;
} sources;

static uint32_t source_of(sources *s, uint32_t file)
{
    uint32_t k = 0;

    while (k < s->n && s->at[k].file != file)
        k++;
    return k;
}

/* Goes over to a line of a file. */
static void line_change(body *o, sources *s, const draft_ins *i)
{
    uint32_t k = i->line ? source_of(s, i->file) : s->now;
    bool new = k == s->n && k < IMAGE_MAX_FILES;
    int64_t lines;

    if (k == IMAGE_MAX_FILES)
        k = s->now;             /* a wrong file is better than none */
    if (new) {
        s->at[k].file = i->file;
        s->at[k].line = 0;
        s->n++;
    }
    lines = (int64_t)i->line - s->at[k].line;
    number(o, ((uint64_t)lines << 1 ^ (uint64_t)(lines >> 63)) << 1 |
                  (k != s->now));
    if (k != s->now)
        number(o, k);
    if (new)
        number(o, i->file);
    s->at[k].line = i->line;
    s->now = k;
}

/* Runs of instructions that come from the same line: what changes, then how
 * long it stays so. */
static void lines(body *o)
{
    sources s = { .at[0].file = o->d->file, .n = 1 };
    const draft_ins *last = NULL;
    uint32_t run = 0;

    for (uint32_t p = 0; p < o->l.order.n; p++) {
        const draft_block *b = block_at(o, p);

        for (uint32_t k = 0; k < b->params.n + b->code.n; k++, run++) {
            const draft_ins *i = ins_at(o, b, k);

            if (last && i->line == last->line &&
                (i->file == last->file || !i->line))
                continue;
            if (last)
                number(o, run);
            line_change(o, &s, i);
            run = 0;
            last = i;
        }
    }
    number(o, run);
}

typedef struct counts { uint32_t edges, calls; } counts;

/* What the reader has to make room for. */
static counts count(const body *o)
{
    counts c = { 0 };

    for (uint32_t p = 0; p < o->l.order.n; p++) {
        const draft_block *b = block_at(o, p);

        c.edges += b->edges.n;
        for (uint32_t k = 0; k < b->code.n; k++)
            c.calls += draft_at(o->d, b->code.at[k])->op == IR_call;
    }
    return c;
}

const char *write_function(writer *w, uint32_t symbol, draft *d, bool marked)
{
    body o = { .w = w, .d = d };
    image_func_row f = { .symbol = symbol, .body = w->bodies.n,
                     .flags = marked ? IMAGE_MARKED : 0 };
    const char *reason = layout_make(&o.l, d);
    counts c;

    if (reason)
        return reason;
    c = count(&o);
    number(&o, d->file);
    number(&o, write_sig(w, &d->sig));
    number(&o, o.l.consts.n);
    number(&o, o.l.ncode);
    number(&o, o.l.order.n);
    number(&o, c.edges);
    number(&o, c.calls);
    constants(&o);
    for (uint32_t p = 0; p < o.l.order.n; p++)
        block_head(&o, p);
    o.now = o.l.consts.n;
    for (uint32_t p = 0; p < o.l.order.n; p++) {
        o.now += block_at(&o, p)->params.n;
        for (uint32_t k = 0; k < block_at(&o, p)->code.n; k++, o.now++)
            instruction(&o, p, k);
    }
    lines(&o);
    if (o.nrefs > IMAGE_MAX_REFS) {
        w->bodies.n = f.body;
        return "very large function";
    }
    f.size = w->bodies.n - f.body;
    f.nrefs = o.nrefs;
    w->instructions += o.l.ncode;
    VEC_PUSH(&w->arena, &w->funcs, f);
    return NULL;
}

/* ---- the whole --------------------------------------------------------- */

static uint32_t section(writer *w, write_bytes *image, const void *p, size_t n)
{
    uint32_t start;

    while (image->n % 8)
        VEC_PUSH(&w->arena, image, 0);
    start = image->n;
    if (n)
        add_bytes(w, image, p, n);
    return start;
}

write_bytes write_image(writer *w, uint32_t machine)
{
    write_bytes image = { 0 };
    image_header h = { .magic = IMAGE_MAGIC, .abi = image_abi(),
                       .version = IMAGE_VERSION, .machine = machine };

    write_string(w, "", 0);         /* there is always a last zero byte */
    section(w, &image, &h, sizeof h);
    h.nfuncs = w->funcs.n;
    h.nsyms = w->symbols.n;
    h.nsigs = w->sigs.n;
    h.nstrings = w->strings.n;
    h.nbodies = w->bodies.n;
    h.funcs = section(w, &image, w->funcs.at,
                      w->funcs.n * sizeof(image_func_row));
    h.syms = section(w, &image, w->symbols.at,
                     w->symbols.n * sizeof(image_symbol_row));
    h.sigs = section(w, &image, w->sigs.at, w->sigs.n * sizeof(esp_sig));
    h.strings = section(w, &image, w->strings.at, w->strings.n);
    h.bodies = section(w, &image, w->bodies.at, w->bodies.n);
    h.size = image.n;
    memcpy(image.at, &h, sizeof h);
    h.checksum = XXH3_64bits(image.at + 16, image.n - 16);
    memcpy(image.at, &h, sizeof h);
    return image;
}
