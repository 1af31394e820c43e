/*
 * Images at run time: opened, checked, decoded function by function.
 *
 * Opening reads nothing but the tables: magic, version and checksum of each
 * part, then one entry in a hash table for the address of each function.
 * Bodies are decoded when they are asked for, under the image's lock, into an
 * arena that lives as long as the image; what is decoded is verified (see
 * verify.c), and a function that does not pass counts as not there.
 *
 * Nothing that the checksum covers is trusted: every offset and count is
 * compared with its bounds, so that a damaged image with a good checksum does
 * no harm either.
 */
#include "pe/image/decode.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

/* Where the linker has put the descriptors; NULL when there are none. */
extern const image_part __start_esp_image[]
    __attribute__((weak, visibility("hidden")));
extern const image_part __stop_esp_image[]
    __attribute__((weak, visibility("hidden")));

/* The bytes of all of them. */
extern const char __start_esp_image_bytes[]
    __attribute__((weak, visibility("hidden")));
extern const char __stop_esp_image_bytes[]
    __attribute__((weak, visibility("hidden")));

enum { FEW = 4 };               /* functions read before their bytes go */

/* A place in the hash table of functions; free if the address is NULL. */
typedef struct place {
    const void *address;
    uint32_t number;
} place;

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
    image_tables *parts;
    uint32_t nparts, nfuncs;
    bool own;                   /* of this program, as mkimage has made them */
    bool backed;                /* their pages can be dropped */
    uint32_t touched;           /* functions read since they were */
    _Atomic bool *read;         /* by number of the function: `decoded` does
                                 * not change any more */
    esp_ifunc **decoded;        /* NULL for boundaries, and where the bytes
                                 * make no sense */
    place *hash;                /* functions by address */
    uint32_t mask;
    _Atomic(global *) globals;  /* by address; made at the first question */
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

static bool records_are_sound(const image_tables *p)
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
static const char *open_part(image_tables *p, image_part d)
{
    const image_header *h = (const image_header *)d.bytes;

    *p = (image_tables){ .d = d, .header = h };
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

static const image_tables *part_of(const esp_image *m, uint32_t number)
{
    const image_tables *p = m->parts;

    while (number >= p->first + p->header->nfuncs)
        p++;
    return p;
}

static const image_func_row *func_of(const esp_image *m, uint32_t number)
{
    const image_tables *p = part_of(m, number);

    return &p->funcs[number - p->first];
}

static const void *address_of(const esp_image *m, uint32_t number)
{
    const image_tables *p = part_of(m, number);

    return p->d.symbols[p->funcs[number - p->first].symbol];
}

/* Where the function at an address is, or would be. */
static place *place_of(const esp_image *m, const void *address)
{
    uint32_t h = (uint32_t)(((uintptr_t)address >> 4) * 2654435761u) & m->mask;

    while (m->hash[h].address && m->hash[h].address != address)
        h = (h + 1) & m->mask;
    return &m->hash[h];
}

/* The first function at an address wins: copies that several object files
 * have of one function are the same. */
static void enter(esp_image *m, const void *address, uint32_t number)
{
    place *p = place_of(m, address);

    if (!p->address)
        *p = (place){ address, number };
}

/* The number of the function at an address, or UINT32_MAX. */
static uint32_t find(const esp_image *m, const void *address)
{
    const place *p = place_of(m, address);

    return p->address ? p->number : UINT32_MAX;
}

static bool fill_hash(esp_image *m)
{
    uint32_t n = 16;

    while (n < m->nfuncs * 2)
        n *= 2;
    m->mask = n - 1;
    m->hash = calloc(n, sizeof *m->hash);
    m->read = calloc(m->nfuncs + 1, sizeof *m->read);
    m->decoded = calloc(m->nfuncs + 1, sizeof *m->decoded);
    if (!m->hash || !m->read || !m->decoded)
        return false;
    for (uint32_t k = 0; k < m->nfuncs; k++)
        enter(m, address_of(m, k), k);
    return true;
}

/* Whole pages of the bytes of this program's images. */
static char *own_pages(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    return (char *)(((uintptr_t)__start_esp_image_bytes + page - 1) &
                    ~(page - 1));
}

static size_t own_size(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)own_pages();
    uintptr_t to = (uintptr_t)__stop_esp_image_bytes & ~(page - 1);

    return from < to ? to - from : 0;
}

/* Does the file stand behind them?  A program that was unpacked by another has
 * pages without one, and would lose what it drops: only such pages can be wiped
 * on a fork. */
static bool are_backed(char *from, size_t size)
{
    if (!size)
        return false;
    if (madvise(from, size, MADV_WIPEONFORK))
        return true;
    madvise(from, size, MADV_KEEPONFORK);
    return false;
}

/* With the lock held.  The bytes are at hand again when they are read. */
static void drop_bytes(esp_image *m)
{
    if (m->backed)
        madvise(own_pages(), own_size(), MADV_DONTNEED);
    m->touched = 0;
}

static esp_image *open_parts(const image_part *parts, uint32_t n, bool own,
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
    m->own = own;
    m->backed = own && are_backed(own_pages(), own_size());
    for (; m->nparts < n && !wrong; m->nparts++) {
        image_tables *p = &m->parts[m->nparts];

        wrong = open_part(p, parts[m->nparts]);
        drop_bytes(m);
        p->first = m->nfuncs;
        if (wrong)
            text_printf(error, "%s: %s", parts[m->nparts].source, wrong);
        else
            m->nfuncs += p->header->nfuncs;
    }
    if (!wrong && !fill_hash(m))
        text_printf(error, "%s", wrong = "no memory for the image");
    drop_bytes(m);
    if (!wrong)
        return m;
    image_close(m);
    return NULL;
}

esp_image *image_open_parts(const image_part *parts, uint32_t n,
                            esp_text *error)
{
    return open_parts(parts, n, false, error);
}

esp_image *image_open(esp_text *error)
{
    uint32_t n = 0;

    if (__start_esp_image)
        n = (uint32_t)(__stop_esp_image - __start_esp_image);
    return open_parts(__start_esp_image, n, true, error);
}

void image_rest(esp_image *m)
{
    pthread_mutex_lock(&m->lock);
    if (m->touched)
        drop_bytes(m);
    pthread_mutex_unlock(&m->lock);
}

void image_close(esp_image *m)
{
    if (!m)
        return;
    arena_free(&m->arena);
    pthread_mutex_destroy(&m->lock);
    free(m->parts);
    free(m->hash);
    free((void *)m->read);
    free(m->decoded);
    free(m->globals);
    free(m);
}

pthread_mutex_t *image_lock(esp_image *m)
{
    return &m->lock;
}

/* ---- functions --------------------------------------------------------- */

static bool is_sound(const esp_ifunc *f)
{
    esp_arena notes;
    bool sound;

    arena_init(&notes);
    sound = !image_verify(f, &notes);
    arena_free(&notes);
    return sound;
}

/* A function from its bytes, or NULL, for boundaries too.  mkimage verifies
 * what it writes, and the checksum says that this is it; verifying it again took
 * longer than decoding it. */
static esp_ifunc *read_function(esp_image *m, uint32_t number)
{
    esp_arena_mark mark = arena_mark(&m->arena);
    const image_func_row *row = func_of(m, number);
    esp_ifunc *f;

    f = row->size ? image_decode(part_of(m, number), row, &m->arena) : NULL;
    if (f && (m->own || is_sound(f)))
        f->controls = image_controls(f, &m->arena);
    if (f && f->controls.word)
        return f;
    arena_release(&m->arena, mark);
    return NULL;
}

const esp_ifunc *image_nth(esp_image *m, uint32_t n)
{
    if (n >= m->nfuncs)
        return NULL;
    if (atomic_load_explicit(&m->read[n], memory_order_acquire))
        return m->decoded[n];
    pthread_mutex_lock(&m->lock);
    if (!m->read[n]) {
        m->decoded[n] = read_function(m, n);
        if (++m->touched == FEW)
            drop_bytes(m);
        atomic_store_explicit(&m->read[n], true, memory_order_release);
    }
    pthread_mutex_unlock(&m->lock);
    return m->decoded[n];
}

/* ---- questions --------------------------------------------------------- */

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
    const image_tables *p = part_of(m, n);
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

/* Puts `from` in order of one byte of the addresses; false if all have the same
 * byte there, and nothing was done. */
static bool sort_by_byte(const global *from, global *to, uint32_t n,
                         unsigned shift)
{
    uint32_t place[256] = { 0 }, sum = 0;

    for (uint32_t k = 0; k < n; k++)
        place[from[k].start >> shift & 255]++;
    if (place[from[0].start >> shift & 255] == n)
        return false;
    for (uint32_t k = 0; k < 256; k++) {
        sum += place[k];
        place[k] = sum - place[k];
    }
    for (uint32_t k = 0; k < n; k++)
        to[place[from[k].start >> shift & 255]++] = from[k];
    return true;
}

/* Sorts by address, from the last byte to the first.  The first compilation
 * waits for this: qsort took 620 instructions for each global, this takes 120.
 * Returns the array that has the result; the other is for intermediate ones. */
static global *sort_globals(global *all, global *other, uint32_t n)
{
    for (unsigned shift = 0; n && shift < 8 * sizeof all->start; shift += 8)
        if (sort_by_byte(all, other, n, shift)) {
            global *sorted = other;

            other = all;
            all = sorted;
        }
    return all;
}

/* With the lock held. */
static void collect_globals(esp_image *m)
{
    global *all, *other, *sorted;
    uint32_t n = 0;

    for (uint32_t k = 0; k < m->nparts; k++)
        n += m->parts[k].header->nsyms;
    all = malloc((n + 1) * sizeof *all);
    other = malloc((n + 1) * sizeof *other);
    if (!all || !other) {
        free(all);
        free(other);
        return;
    }
    for (uint32_t k = 0; k < m->nparts; k++) {
        const image_tables *p = &m->parts[k];

        for (uint32_t s = 0; s < p->header->nsyms; s++)
            if (p->syms[s].size && p->d.symbols[s])
                all[m->nglobals++] = (global){
                    (uintptr_t)p->d.symbols[s], p->syms[s].size,
                    p->strings + p->syms[s].name,
                    p->syms[s].flags & IMAGE_CONSTANT };
    }
    sorted = sort_globals(all, other, m->nglobals);
    free(sorted == all ? other : all);
    atomic_store_explicit(&m->globals, sorted, memory_order_release);
}

static const global *globals_of(esp_image *m)
{
    const global *all = atomic_load_explicit(&m->globals,
                                             memory_order_acquire);

    if (all)
        return all;
    pthread_mutex_lock(&m->lock);
    if (!m->globals)
        collect_globals(m);
    pthread_mutex_unlock(&m->lock);
    return m->globals;
}

/* The global that an address is in, or NULL. */
static const global *global_at(esp_image *m, uintptr_t address)
{
    const global *all = globals_of(m);
    uint32_t low = 0, high = m->nglobals;

    while (low < high) {
        uint32_t k = low + (high - low) / 2;

        if (all[k].start <= address)
            low = k + 1;
        else
            high = k;
    }
    if (!low || address - all[low - 1].start >= all[low - 1].size)
        return NULL;
    return &all[low - 1];
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
