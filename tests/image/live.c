/*
 * Are the live lists of an image right?
 *
 * Worked out a second time, slowly and from the text of image.h alone, for
 * every function linked into this program, and compared: what is missing
 * breaks deoptimization, what is too much bloats its tables.
 */
#include "pe/image/exec.h"

#include "framework/base/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t passed, failed;

/* A set of instructions for each block: what lives where it starts. */
struct liveness {
    const esp_ifunc *fn;
    esp_arena arena;
    esp_bits *entry;
};

static void add(const struct liveness *l, esp_bits set, uint32_t value)
{
    if (value >= l->fn->nconsts)
        bits_set(set, value - l->fn->nconsts);
}

static void add_refs(const struct liveness *l, esp_bits set, uint32_t at,
                     uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        add(l, set, l->fn->refs[at + k]);
}

static uint32_t edges_of(const esp_ins *i)
{
    return i->op == IR_jump ? 1 : i->op == IR_br ? 2
         : i->op == IR_switch ? i->c : 0;
}

static void add_uses(const struct liveness *l, esp_bits set, const esp_ins *i)
{
    const esp_ifunc *fn = l->fn;
    uint32_t n = op_info[i->op].inputs;

    if (i->op == IR_ret)
        n = fn->sig.nresults;
    if (n > 0)
        add(l, set, i->a);
    if (n > 1)
        add(l, set, i->b);
    if (n > 2)
        add(l, set, i->c);
    if (i->op == IR_call) {
        const esp_icall *c = &fn->calls[i->a];
        add(l, set, c->callee);
        add_refs(l, set, c->args, c->nargs);
    }
}

/* What lives behind the last instruction of a block, its edges' arguments
 * included. */
static esp_bits at_end(struct liveness *l, const esp_iblock *b)
{
    const esp_ins *last = &l->fn->code[b->end - 1];
    esp_bits set = bits_new(&l->arena, l->fn->ncode);

    for (uint32_t k = 0; k < edges_of(last); k++) {
        const esp_edge *e = &l->fn->edges[last->b + k];
        bits_add(set, l->entry[e->block]);
        add_refs(l, set, e->args, e->nargs);
    }
    return set;
}

/* Walks one block backwards; true if more lives at its start than known. */
static bool walk(struct liveness *l, uint32_t block)
{
    const esp_iblock *b = &l->fn->blocks[block];
    esp_bits set = at_end(l, b);

    for (uint32_t k = b->end; k-- > b->first;) {
        bits_clear(set, k);
        if (k >= b->first + b->nparams)
            add_uses(l, set, &l->fn->code[k]);
    }
    return bits_add(l->entry[block], set);
}

static bool same(const struct liveness *l, esp_bits set, uint32_t at,
                 uint32_t n, const char *where, uint32_t which)
{
    const uint32_t *list = l->fn->refs + at;
    uint32_t k = 0;

    for (uint32_t i = 0; i < l->fn->ncode; i++) {
        uint32_t value = l->fn->nconsts + i;
        bool listed = k < n && list[k] == value;
        k += listed;
        if (listed != bits_get(set, i)) {
            printf("%s, %s %u: value %u %s\n", l->fn->name, where, which,
                   value, listed ? "is listed but dead" : "is not listed");
            return false;
        }
    }
    return k == n;
}

static void check_block(struct liveness *l, uint32_t block)
{
    const esp_ifunc *fn = l->fn;
    const esp_iblock *b = &fn->blocks[block];
    esp_bits set = at_end(l, b);
    bool good = same(l, l->entry[block], b->live, b->nlive, "block", block);

    for (uint32_t k = b->end; k-- > b->first + b->nparams;) {
        const esp_ins *i = &fn->code[k];
        bits_clear(set, k);
        if (i->op == IR_call) {
            const esp_icall *c = &fn->calls[i->a];
            if (fn->code[k + 1].op == IR_second)
                bits_clear(set, k + 1);
            good &= same(l, set, c->live, c->nlive, "call", k);
        }
        add_uses(l, set, i);
    }
    passed += good;
    failed += !good;
}

static void check(const esp_ifunc *fn)
{
    struct liveness l = { .fn = fn };
    bool more = true;

    arena_init(&l.arena);
    l.entry = ARENA_ARRAY(&l.arena, esp_bits, fn->nblocks);
    for (uint32_t k = 0; k < fn->nblocks; k++)
        l.entry[k] = bits_new(&l.arena, fn->ncode);
    while (more) {
        more = false;
        for (uint32_t k = fn->nblocks; k-- > 0;)
            more |= walk(&l, k);
    }
    for (uint32_t k = 0; k < fn->nblocks; k++)
        check_block(&l, k);
    arena_free(&l.arena);
}

int main(void)
{
    esp_text error = { 0 };
    esp_image *m = image_open(&error);

    if (!m) {
        printf("no image: %s\n", text_get(&error));
        return 1;
    }
    for (uint32_t k = 0; k < image_count(m); k++) {
        const esp_ifunc *fn = image_nth(m, k);
        if (fn)
            check(fn);
    }
    image_close(m);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0 || passed == 0;
}
