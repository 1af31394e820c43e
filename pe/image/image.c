/*
 * Images at run time: opened, checked, decoded function by function.
 *
 * Opening reads nothing but the tables: magic, version and checksum of each
 * part, then one entry in a hash table for the address of each function.
 * Bodies are decoded when they are asked for, under the image's lock, into an
 * arena that lives as long as the image; what is decoded is verified (see
 * verify.c), and a function that does not pass counts as not there.
 *
 * The reader trusts nothing that the checksum covers: every offset, count and
 * operand is compared with its bounds, so that a damaged image with a good
 * checksum is refused, too.
 */
#include "pe/image/format.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Where the linker has put the descriptors; NULL when there are none. */
extern const image_part __start_esp_image[]
    __attribute__((weak, visibility("hidden")));
extern const image_part __stop_esp_image[]
    __attribute__((weak, visibility("hidden")));

typedef struct part {
    image_part d;
    const image_header *header;
    const image_func_row *funcs;
    const image_symbol_row *syms;
    const esp_sig *sigs;
    const char *strings;
    uint32_t first;             /* number of its first function */
} part;

enum { UNREAD, READ, BAD };

/* A global variable, for the questions about addresses. */
typedef struct global {
    uintptr_t start;
    uint64_t size;
    const char *name;
    bool constant;
} global;

struct esp_image {
    pthread_mutex_t lock;
    esp_arena arena;            /* decoded functions */
    part *parts;
    uint32_t nparts, nfuncs;
    uint8_t *state;             /* by number of the function */
    esp_ifunc **decoded;
    uint32_t *hash;             /* address of a function to 1 + its number */
    uint32_t mask;
    global *globals;            /* by address; made at the first question */
    uint32_t nglobals;
};

/* ---- names of intrinsics, meaning of the bytes ------------------------- */

static const char *const intrinsic_name[] = {
    NULL,
#define INTRINSIC(name, meaning) #name,
#include "pe/eval/intrinsics.def"
#undef INTRINSIC
};

enum { NINTRINSICS = sizeof intrinsic_name / sizeof *intrinsic_name };

esp_intrinsic image_intrinsic(const char *name)
{
    for (unsigned k = 1; k < NINTRINSICS; k++)
        if (!strcmp(intrinsic_name[k], name))
            return (esp_intrinsic)k;
    return 0;
}

uint64_t image_abi(void)
{
    static const char text[] =
#define OP(name, inputs, result, flags, meaning) \
        #name " " #inputs " " #result ";"
#include "pe/graph/ops.def"
#undef OP
#define TYPE(name, bytes, meaning) #name ";"
#include "pe/graph/types.def"
#undef TYPE
#define INTRINSIC(name, meaning) #name ";"
#include "pe/eval/intrinsics.def"
#undef INTRINSIC
        ;

    return XXH3_64bits(text, sizeof text);
}

/* ---- opening ----------------------------------------------------------- */

static bool table_fits(const image_header *h, uint32_t start, uint64_t n,
                       size_t record, size_t align)
{
    return start >= sizeof *h && start % align == 0 && start <= h->size &&
           n * record <= h->size - start;
}

static bool tables_fit(const image_header *h)
{
    return table_fits(h, h->funcs, h->nfuncs, sizeof(image_func_row), 4) &&
           table_fits(h, h->syms, h->nsyms, sizeof(image_symbol_row), 8) &&
           table_fits(h, h->sigs, h->nsigs, sizeof(esp_sig), 1) &&
           table_fits(h, h->strings, h->nstrings, 1, 1) &&
           table_fits(h, h->bodies, h->nbodies, 1, 1) &&
           h->nstrings > 0 &&
           ((const char *)h)[h->strings + h->nstrings - 1] == '\0';
}

static bool sig_is_sound(const esp_sig *s)
{
    if (s->nargs > SIG_MAX_ARGS || s->nresults > 2 || s->fixed > s->nargs)
        return false;
    for (unsigned k = 0; k < s->nargs; k++)
        if (s->arg[k] == TY_void || s->arg[k] >= TY_COUNT)
            return false;
    for (unsigned k = 0; k < s->nresults; k++)
        if (s->result[k] == TY_void || s->result[k] >= TY_COUNT)
            return false;
    return true;
}

static bool records_are_sound(const part *p)
{
    const image_header *h = p->header;

    for (uint32_t k = 0; k < h->nfuncs; k++) {
        const image_func_row *f = &p->funcs[k];

        if (f->symbol >= h->nsyms ||
            (f->size ? f->body > h->nbodies || f->size > h->nbodies - f->body
                     : f->body >= h->nstrings))
            return false;
    }
    for (uint32_t k = 0; k < h->nsyms; k++)
        if (p->syms[k].name >= h->nstrings ||
            p->syms[k].intrinsic >= NINTRINSICS)
            return false;
    for (uint32_t k = 0; k < h->nsigs; k++)
        if (!sig_is_sound(&p->sigs[k]))
            return false;
    return true;
}

/* NULL, or what is wrong with the image of this part. */
static const char *open_part(part *p, image_part d)
{
    const image_header *h = (const image_header *)d.bytes;

    *p = (part){ .d = d, .header = h };
    if (d.size < sizeof *h || (uintptr_t)h % 8 ||
        memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic))
        return "its image does not start as images do";
    if (h->version != IMAGE_VERSION)
        return "its image has another version: compile it again";
    if (h->size != d.size || h->checksum != XXH3_64bits(d.bytes + 16,
                                                        d.size - 16))
        return "its image is damaged: the checksum is wrong";
    if (h->abi != image_abi())
        return "its image was made by another espcc: compile it again";
    if (h->nsyms != d.nsymbols || !tables_fit(h))
        return "its image is damaged: a table does not fit";
    p->funcs = (const image_func_row *)(d.bytes + h->funcs);
    p->syms = (const image_symbol_row *)(d.bytes + h->syms);
    p->sigs = (const esp_sig *)(d.bytes + h->sigs);
    p->strings = (const char *)d.bytes + h->strings;
    return records_are_sound(p) ? NULL
               : "its image is damaged: a record is out of bounds";
}

static const part *part_of(const esp_image *m, uint32_t number)
{
    const part *p = m->parts;

    while (number >= p->first + p->header->nfuncs)
        p++;
    return p;
}

static const image_func_row *func_of(const esp_image *m, uint32_t number)
{
    const part *p = part_of(m, number);

    return &p->funcs[number - p->first];
}

static const void *address_of(const esp_image *m, uint32_t number)
{
    const part *p = part_of(m, number);

    return p->d.symbols[p->funcs[number - p->first].symbol];
}

static uint32_t hash_address(const esp_image *m, const void *address)
{
    return (uint32_t)(((uintptr_t)address >> 4) * 2654435761u) & m->mask;
}

/* The first function at an address wins: copies that several object files
 * have of one function are the same. */
static void enter(esp_image *m, const void *address, uint32_t number)
{
    uint32_t h = hash_address(m, address);

    if (!address)
        return;
    for (; m->hash[h]; h = (h + 1) & m->mask)
        if (address_of(m, m->hash[h] - 1) == address)
            return;
    m->hash[h] = number + 1;
}

/* The number of the function at an address, or UINT32_MAX. */
static uint32_t find(const esp_image *m, const void *address)
{
    uint32_t h = hash_address(m, address);

    for (; m->hash[h]; h = (h + 1) & m->mask)
        if (address_of(m, m->hash[h] - 1) == address)
            return m->hash[h] - 1;
    return UINT32_MAX;
}

static bool fill_hash(esp_image *m)
{
    uint32_t n = 16;

    while (n < m->nfuncs * 2)
        n *= 2;
    m->mask = n - 1;
    m->hash = calloc(n, sizeof *m->hash);
    m->state = calloc(m->nfuncs + 1, sizeof *m->state);
    m->decoded = calloc(m->nfuncs + 1, sizeof *m->decoded);
    if (!m->hash || !m->state || !m->decoded)
        return false;
    for (uint32_t k = 0; k < m->nfuncs; k++)
        enter(m, address_of(m, k), k);
    return true;
}

esp_image *image_open_parts(const image_part *parts, uint32_t n,
                            esp_text *error)
{
    esp_image *m = calloc(1, sizeof *m);
    const char *wrong = NULL;

    if (!m || !(m->parts = calloc(n + 1, sizeof *m->parts))) {
        free(m);
        text_printf(error, "no memory for the image");
        return NULL;
    }
    pthread_mutex_init(&m->lock, NULL);
    arena_init(&m->arena);
    for (; m->nparts < n && !wrong; m->nparts++) {
        part *p = &m->parts[m->nparts];

        wrong = open_part(p, parts[m->nparts]);
        p->first = m->nfuncs;
        if (wrong)
            text_printf(error, "%s: %s", parts[m->nparts].source, wrong);
        else
            m->nfuncs += p->header->nfuncs;
    }
    if (!wrong && !fill_hash(m))
        text_printf(error, "%s", wrong = "no memory for the image");
    if (!wrong)
        return m;
    image_close(m);
    return NULL;
}

esp_image *image_open(esp_text *error)
{
    uint32_t n = 0;

    if (__start_esp_image)
        n = (uint32_t)(__stop_esp_image - __start_esp_image);
    return image_open_parts(__start_esp_image, n, error);
}

void image_close(esp_image *m)
{
    if (!m)
        return;
    arena_free(&m->arena);
    pthread_mutex_destroy(&m->lock);
    free(m->parts);
    free(m->hash);
    free(m->state);
    free(m->decoded);
    free(m->globals);
    free(m);
}

/* ---- decoding ---------------------------------------------------------- */

/* Reading goes on after the first error, which `bad` remembers; it only ever
 * reads zeros then, and everything written stays in bounds. */
typedef struct reader {
    const part *p;
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
    if (sig >> 1 >= r->p->header->nsigs) {
        r->bad = true;
        return;
    }
    c->sig = r->p->sigs[sig >> 1];
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
    /* What is passed takes bytes; a live list takes few, whatever it holds. */
    most = record->size + ((uint64_t)f->ncalls + f->nblocks) * f->ncode;
    if (!f->nconsts || !f->ncode || !f->nblocks || r->nrefs > most)
        r->bad = true;
}

/* NULL when the bytes make no sense or memory ran out. */
static esp_ifunc *decode(const part *p, const image_func_row *record, esp_arena *a)
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

/* With the lock held. */
static const esp_ifunc *function_at(esp_image *m, uint32_t number)
{
    const image_func_row *record = func_of(m, number);

    if (record->size && m->state[number] == UNREAD) {
        esp_arena_mark mark = arena_mark(&m->arena);
        esp_ifunc *f = decode(part_of(m, number), record, &m->arena);
        esp_arena notes;

        arena_init(&notes);
        if (f && image_verify(f, &notes))
            f = NULL;
        arena_free(&notes);
        if (f)
            f->controls = image_controls(f, &m->arena);
        else
            arena_release(&m->arena, mark);
        m->decoded[number] = f;
        m->state[number] = f ? READ : BAD;
    }
    return m->decoded[number];
}

/* ---- questions --------------------------------------------------------- */

const esp_ifunc *image_nth(esp_image *m, uint32_t n)
{
    const esp_ifunc *f;

    if (n >= m->nfuncs)
        return NULL;
    pthread_mutex_lock(&m->lock);
    f = function_at(m, n);
    pthread_mutex_unlock(&m->lock);
    return f;
}

uint32_t image_count(esp_image *m)
{
    return m->nfuncs;
}

const esp_ifunc *image_function(esp_image *m, const void *address)
{
    return image_nth(m, find(m, address));
}

esp_iinfo image_info(esp_image *m, uint32_t n)
{
    const part *p = part_of(m, n);
    const image_func_row *f = func_of(m, n);

    return (esp_iinfo){
        .name = p->strings + p->syms[f->symbol].name, .source = p->d.source,
        .boundary = f->size ? NULL : p->strings + f->body,
        .address = address_of(m, n), .bytes = f->size };
}

const esp_ifunc *image_find(esp_image *m, const char *name)
{
    for (uint32_t k = 0; k < m->nfuncs; k++)
        if (!strcmp(image_info(m, k).name, name))
            return image_nth(m, k);
    return NULL;
}

const char *image_boundary(esp_image *m, const void *address)
{
    uint32_t k = find(m, address);

    return k == UINT32_MAX ? NULL : image_info(m, k).boundary;
}

static int by_address(const void *x, const void *y)
{
    const global *a = x, *b = y;

    return a->start < b->start ? -1 : a->start > b->start;
}

static void collect_globals(esp_image *m)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < m->nparts; k++)
        n += m->parts[k].header->nsyms;
    m->globals = malloc((n + 1) * sizeof *m->globals);
    if (!m->globals)
        return;
    for (uint32_t k = 0; k < m->nparts; k++) {
        const part *p = &m->parts[k];

        for (uint32_t s = 0; s < p->header->nsyms; s++)
            if (p->syms[s].size && p->d.symbols[s])
                m->globals[m->nglobals++] = (global){
                    (uintptr_t)p->d.symbols[s], p->syms[s].size,
                    p->strings + p->syms[s].name,
                    p->syms[s].flags & IMAGE_CONSTANT };
    }
    qsort(m->globals, m->nglobals, sizeof *m->globals, by_address);
}

/* The global that an address is in, or NULL. */
static const global *global_at(esp_image *m, uintptr_t address)
{
    uint32_t low = 0, high;

    pthread_mutex_lock(&m->lock);
    if (!m->globals)
        collect_globals(m);
    pthread_mutex_unlock(&m->lock);
    for (high = m->nglobals; low < high;) {
        uint32_t k = low + (high - low) / 2;

        if (m->globals[k].start <= address)
            low = k + 1;
        else
            high = k;
    }
    if (!low || address - m->globals[low - 1].start >= m->globals[low - 1].size)
        return NULL;
    return &m->globals[low - 1];
}

bool image_constant(esp_image *m, const void *p, size_t n)
{
    uintptr_t at = (uintptr_t)p;
    const global *g = global_at(m, at);

    return g && g->constant && n <= g->size - (at - g->start);
}

const char *image_symbol(esp_image *m, const void *address)
{
    uint32_t k = find(m, address);
    const global *g;

    if (k != UINT32_MAX)
        return image_info(m, k).name;
    g = global_at(m, (uintptr_t)address);
    return g ? g->name : NULL;
}
