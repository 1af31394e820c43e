/*
 * Code memory: reserve, fill, flip once, find, free.
 *
 *     base                                                     base + size
 *     | A A | B | . | C C C | . . . . . . . . . . . . . . . . . . . |
 *       RX    RX  none  RX       reserved, not accessible
 *
 * Each page belongs to one unit, so page_owner answers which unit an address
 * is in.  The price is padding to whole pages.  Were all units to start at the
 * beginning of their pages, their entries would compete for the same lines of
 * the instruction cache; so a unit starts somewhere in the room that is left.
 *
 * Free pages are made writable some ahead of need, as system calls are a good
 * part of what a small unit costs.  They stay so until a unit has been written
 * to them, and become executable with nothing in them but that unit.
 */
#include "backend/code.h"
#include "framework/base/cc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char code_cache_full[] = "the code cache is full";

enum {
    LINE = 64,                  /* units start at multiples of this */
    NOTES = 2 << 10,            /* bytes that a small unit's tables take */
    NEAR_STEP = 16 << 20,       /* grain of the search for near addresses */
    AHEAD = 64 << 10            /* bytes made writable at a time, at least */
};

static void flush(void *from, void *to)
{
    __builtin___clear_cache(from, to);
}

/* ---- reserving --------------------------------------------------------- */

static uint8_t *reserve_at(uintptr_t hint, size_t size)
{
    void *p = mmap((void *)hint, size, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

/* Below the program's text there is room that neither its data nor the heap
 * that grows behind them will want.  Taking less than 128 MB in all keeps
 * calls between the two in reach of a single instruction on AArch64 as well.
 * Where the kernel does not follow the hint any place will do. */
static uint8_t *reserve(size_t size)
{
    uintptr_t text = (uintptr_t)&code_cache_new & ~(uintptr_t)(NEAR_STEP - 1);

    for (unsigned i = 0; i < 3; i++) {
        uintptr_t hint = text - size - i * (uintptr_t)NEAR_STEP;
        uint8_t *p;

        if (hint > text)
            break;
        p = reserve_at(hint, size);
        if (!p || (uintptr_t)p == hint)
            return p;
        munmap(p, size);
    }
    return reserve_at(0, size);
}

static void *fail(esp_code_cache *c, const char **error, const char *what)
{
    if (c)
        free(c->page_owner);
    free(c);
    *error = what;
    return NULL;
}

esp_code_cache *code_cache_new(size_t limit, const char **error)
{
    esp_code_cache *c = calloc(1, sizeof *c);

    if (!c)
        return fail(c, error, "no memory for a code cache");
    if (limit == 0)
        limit = CODE_CACHE_DEFAULT;
    if (limit > CODE_CACHE_MAX)
        return fail(c, error, "a code cache can have at most 1 GB");
    c->page = (size_t)sysconf(_SC_PAGESIZE);
    c->size = (limit + c->page - 1) / c->page * c->page;
    c->npages = (uint32_t)(c->size / c->page);
    c->page_owner = calloc(c->npages, sizeof *c->page_owner);
    if (!c->page_owner)
        return fail(c, error, "no memory for a code cache");
    c->base = reserve(c->size);
    if (!c->base)
        return fail(c, error, "no address space for a code cache");
    c->flush = flush;
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void free_unit(esp_code *code)
{
    arena_free(&code->arena);
    free(code);
}

void code_cache_free(esp_code_cache *c)
{
    if (!c)
        return;
    while (c->units) {
        esp_code *code = c->units;

        c->units = code->next;
        free_unit(code);
    }
    munmap(c->base, c->size);   /* the pages of all units at once */
    pthread_mutex_destroy(&c->lock);
    free(c->page_owner);
    free(c);
}

/* ---- units ------------------------------------------------------------- */

static void link_unit(esp_code_cache *c, esp_code *code)
{
    pthread_mutex_lock(&c->lock);
    code->next = c->units;
    if (c->units)
        c->units->prev = code;
    c->units = code;
    pthread_mutex_unlock(&c->lock);
}

static void unlink_unit(esp_code_cache *c, esp_code *code)
{
    if (code->next)
        code->next->prev = code->prev;
    if (code->prev)
        code->prev->next = code->next;
    else
        c->units = code->next;
}

esp_code *code_new(esp_code_cache *c, const char *name, int tier)
{
    esp_code *code = calloc(1, sizeof *code);

    if (!code)
        return NULL;
    arena_init(&code->arena);
    code->arena.first = NOTES;
    code->name = arena_strdup(&code->arena, name);
    if (!code->name) {
        free(code);
        return NULL;
    }
    code->tier = (uint8_t)tier;
    code->valid = 1;
    link_unit(c, code);
    return code;
}

void code_place(const esp_code_cache *c, esp_asm *a)
{
    a->lo = (uint64_t)(uintptr_t)c->base;
    a->hi = a->lo + c->size;
}

/* ---- pages ------------------------------------------------------------- */

static bool pages_are_free(const esp_code_cache *c, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (c->page_owner[first + i])
            return false;
    return true;
}

/* First fit, starting where the last search ended. */
static bool find_pages(esp_code_cache *c, uint32_t n, uint32_t *first)
{
    if (n > c->npages)
        return false;
    for (uint32_t i = 0; i < c->npages; i++) {
        uint32_t at = (c->next_page + i) % c->npages;
        if (at + n <= c->npages && pages_are_free(c, at, n)) {
            *first = at;
            c->next_page = (at + n) % c->npages;
            return true;
        }
    }
    return false;
}

static void own_pages(esp_code_cache *c, esp_code *code, esp_code *owner)
{
    for (uint32_t i = 0; i < code->pages; i++)
        c->page_owner[code->first_page + i] = owner;
}

static bool take_pages(esp_code_cache *c, esp_code *code, uint32_t size)
{
    uint32_t n = (uint32_t)((size + c->page - 1) / c->page);

    if (n == 0 || !find_pages(c, n, &code->first_page))
        return false;
    code->pages = n;
    own_pages(c, code, code);
    c->stats.page_bytes += n * c->page;
    if (c->stats.page_bytes > c->stats.peak_page_bytes)
        c->stats.peak_page_bytes = c->stats.page_bytes;
    return true;
}

/* A mapping put over the old one frees the memory and forgets the bytes; the
 * addresses stay ours. */
static void drop_pages(esp_code_cache *c, esp_code *code)
{
    uint8_t *at = c->base + code->first_page * c->page;
    size_t size = code->pages * c->page;

    if (mmap(at, size, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0)
        == MAP_FAILED)
        mprotect(at, size, PROT_NONE);
    own_pages(c, code, NULL);
    c->stats.page_bytes -= size;
    code->pages = 0;
}

/* ---- publishing -------------------------------------------------------- */

/* Where in its pages a unit starts; see the head of this file.  Seven has no
 * factor in common with the number of lines in a page. */
static size_t colour(const esp_code_cache *c, uint32_t size)
{
    size_t room = (c->page - size % c->page) % c->page / LINE;

    return c->stats.published * 7 % (room + 1) * LINE;
}

static void fill(uint8_t *at, const esp_asm *a)
{
    memcpy(at, a->bytes, a->size);
    for (uint32_t i = 0; i < a->relocs.n; i++) {
        const esp_reloc *r = &a->relocs.at[i];
        r->apply(at + r->offset, (uint64_t)(uintptr_t)at + r->offset,
                 r->target);
    }
}

/* Makes the pages of a unit writable, and free ones behind them.  Those that
 * are left from the last time are forgotten: who gets them asks again. */
static bool make_writable(esp_code_cache *c, const esp_code *code)
{
    uint32_t first = code->first_page, end = first + code->pages;
    uint32_t ahead = (uint32_t)(AHEAD / c->page);

    if (first >= c->ready_from && end <= c->ready_to)
        return true;
    while (end < c->npages && end - first < ahead && !c->page_owner[end])
        end++;
    if (mprotect(c->base + first * c->page, (end - first) * c->page,
                 PROT_READ | PROT_WRITE))
        return false;
    c->ready_from = first;
    c->ready_to = end;
    return true;
}

/* The only place where memory becomes executable.  The room around the unit is
 * cleared: others could have written to it, and nobody has checked what. */
static const char *write_and_flip(esp_code_cache *c, esp_code *code,
                                  const esp_asm *a)
{
    uint8_t *pages = c->base + code->first_page * c->page;
    size_t size = code->pages * c->page, before = colour(c, a->size);
    uint8_t *at = pages + before;

    if (!make_writable(c, code))
        return "no memory for code";
    c->ready_from = code->first_page + code->pages;
    memset(pages, 0, before);
    fill(at, a);
    memset(at + a->size, 0, size - before - a->size);
    if (mprotect(pages, size, PROT_READ | PROT_EXEC))
        return "the system does not let memory become executable";
    c->flush(at, at + a->size);
    code->start = at;
    return NULL;
}

static const char *publish_locked(esp_code_cache *c, esp_code *code,
                                  const esp_asm *a, uint32_t entry)
{
    const char *error;

    if (!take_pages(c, code, a->size))
        return code_cache_full;
    error = write_and_flip(c, code, a);
    if (error) {
        drop_pages(c, code);
        return error;
    }
    code->entry = code->start + entry;
    code->size = a->size;
    code->code_size = a->code_size;
    c->stats.units++;
    c->stats.published++;
    c->stats.bytes += a->size;
    return NULL;
}

const char *code_publish(esp_code_cache *c, esp_code *code, const esp_asm *a,
                         uint32_t entry)
{
    const char *error;

    pthread_mutex_lock(&c->lock);
    error = publish_locked(c, code, a, entry);
    pthread_mutex_unlock(&c->lock);
    return error;
}

static void take_out(esp_code_cache *c, esp_code *code)
{
    pthread_mutex_lock(&c->lock);
    if (code->start) {
        drop_pages(c, code);
        c->stats.units--;
        c->stats.freed++;
        c->stats.bytes -= code->size;
    }
    unlink_unit(c, code);
    pthread_mutex_unlock(&c->lock);
}

void code_free(esp_code_cache *c, esp_code *code)
{
    take_out(c, code);
    free_unit(code);
}

void code_abandon(esp_code_cache *c, esp_code *code)
{
    take_out(c, code);
}

/* ---- finding ----------------------------------------------------------- */

esp_code *code_find(esp_code_cache *c, const void *pc)
{
    uintptr_t offset = (uintptr_t)pc - (uintptr_t)c->base;
    esp_code *code;

    if (offset >= c->size)
        return NULL;
    pthread_mutex_lock(&c->lock);
    code = c->page_owner[offset / c->page];
    if (code && (!code->start
                 || (uintptr_t)pc - (uintptr_t)code->start >= code->size))
        code = NULL;
    pthread_mutex_unlock(&c->lock);
    return code;
}

const esp_point *code_call_at(const esp_code *code, const void *pc)
{
    uintptr_t offset = (uintptr_t)pc - (uintptr_t)code->start;
    uint32_t low = 0, high = code->ncalls;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (code->calls[middle].pc < offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < code->ncalls && code->calls[low].pc == offset)
        return &code->calls[low];
    return NULL;
}

const esp_loc *code_loc(const esp_code *code, const esp_point *point,
                        uint32_t ref)
{
    for (uint32_t i = 0; i < point->nlocs; i++)
        if (code->locs[point->locs + i].ref == ref)
            return &code->locs[point->locs + i];
    return NULL;
}

uint64_t code_read(const esp_loc *loc, const code_regs *regs,
                   const void *frame)
{
    uint64_t bits = 0;

    switch ((esp_loc_kind)loc->kind) {
    case LOC_GPR:
        return regs->gpr[loc->value];
    case LOC_FPR:
        return regs->fpr[loc->value];
    case LOC_SLOT:
        memcpy(&bits, (const char *)frame + loc->value, sizeof bits);
        break;
    }
    return bits;
}

code_stats code_get_stats(esp_code_cache *c)
{
    code_stats s;

    pthread_mutex_lock(&c->lock);
    s = c->stats;
    pthread_mutex_unlock(&c->lock);
    return s;
}
