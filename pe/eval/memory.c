/*
 * Loads that can be answered now, stores that need not happen yet.
 *
 * A load is answered from a virtual object; from live memory, if its address is
 * known and the field final, the memory frozen, or C calls it constant; and
 * else stays a load.
 */
#include "pe/eval/internal.h"

/* ---- words of virtual objects ------------------------------------------- */

static esp_type int_type(uint32_t bytes)
{
    return bytes == 1 ? TY_i8 : bytes == 2 ? TY_i16 : bytes == 4 ? TY_i32
         : TY_i64;
}

/* The same bits as an integer of the type's size, and back. */
static esp_ref as_int(eval *e, esp_ref r)
{
    esp_type ty = graph_at(e->g, r)->ty;

    if (type_is_float(ty))
        return build_convert(&e->b, IR_bitcast, int_type(type_size[ty]), r);
    if (ty == TY_i1)
        return build_convert(&e->b, IR_zext, TY_i8, r);
    return r;
}

static esp_ref from_int(eval *e, esp_ref r, esp_type ty)
{
    if (type_is_float(ty))
        return build_convert(&e->b, IR_bitcast, ty, r);
    if (ty == TY_i1)
        return build_convert(&e->b, IR_trunc, TY_i1, r);
    return r;
}

/* All 64 bits of a word; those never written are 0. */
static esp_ref whole_word(eval *e, eval_word w)
{
    esp_ref r;

    if (!w.val)
        return build_const(e->g, TY_i64, 0);
    r = as_int(e, val_ref(w.val));
    if (graph_at(e->g, r)->ty != TY_i64)
        r = build_convert(&e->b, IR_zext, TY_i64, r);
    if (w.at)
        r = build_binary(&e->b, IR_shl, r,
                         build_const(e->g, TY_i64, w.at * 8u));
    return r;
}

bool word_read(eval *e, const eval_object *o, int64_t offset, esp_type ty,
               eval_val *v)
{
    uint64_t w = (uint64_t)offset / 8, at = (uint64_t)offset % 8;
    uint32_t size = type_size[ty];
    eval_word word;
    esp_ref r;

    if (offset < 0 || w >= o->nwords || at + size > 8)
        return false;
    word = o->word[w];
    if (word.val && word.at == at) {
        esp_type have = graph_at(e->g, val_ref(word.val))->ty;

        if (have == ty) {
            *v = eval_resolve(e, e->flow, word.val);
            return true;
        }
        if (type_size[have] == size) {
            *v = from_int(e, as_int(e, val_ref(word.val)), ty);
            return true;
        }
    }
    if (word.val) {     /* a part of an address is the address itself */
        uint32_t id;
        int64_t off;

        if (eval_virtual(e, word.val, &id, &off))
            return false;
    }
    r = whole_word(e, word);
    if (at)
        r = build_binary(&e->b, IR_lshr, r, build_const(e->g, TY_i64, at * 8));
    if (size < 8)
        r = build_convert(&e->b, IR_trunc, int_type(size), r);
    *v = from_int(e, r, ty);
    return true;
}

bool word_write(eval *e, eval_object *o, int64_t offset, eval_val v)
{
    uint64_t w = (uint64_t)offset / 8, at = (uint64_t)offset % 8, mask;
    uint32_t size = type_size[graph_at(e->g, val_ref(v))->ty];
    eval_word old;
    esp_ref r;

    if (offset < 0 || w >= o->nwords || at + size > 8)
        return false;
    old = o->word[w];
    if (old.val) {
        uint32_t had = type_size[graph_at(e->g, val_ref(old.val))->ty];

        if (at > old.at || at + size < old.at + had) {
            mask = ~(uint64_t)0 >> (64 - 8 * size) << (at * 8);
            r = build_binary(&e->b, IR_and, whole_word(e, old),
                             build_const(e->g, TY_i64, ~mask));
            v = build_binary(&e->b, IR_or, r,
                             whole_word(e, (eval_word){ v, (uint8_t)at }));
            at = 0;
        }
    }
    o->word[w] = (eval_word){ v, (uint8_t)at };
    return true;
}

/* ---- loads --------------------------------------------------------------- */

static void record_final(eval *e, eval_inst *in, uint32_t at, const void *p,
                         uint64_t bits, uint32_t size)
{
    eval_final f = { p, bits, (uint8_t)size, in->fn->name, in->fn->line[at],
                     in->node };

    VEC_PUSH(e->g->arena, &e->result->finals, f);
}

static bool answer(eval *e, eval_inst *in, uint32_t at, esp_type ty,
                   const char *p, uint16_t flags, bool frozen, eval_val *v)
{
    uint32_t size = type_size[ty];
    uint64_t bits;

    if ((uintptr_t)p < 4096)
        return false;
    if (!(flags & INS_FINAL) && !frozen &&
        !image_constant(e->image, p, size))
        return false;
    bits = eval_read(p, size);
    if (ty == TY_i1)
        bits &= 1;
    if ((flags & INS_FINAL) || frozen)
        if (e->unit->check)
            record_final(e, in, at, p, bits, size);
    *v = build_const(e->g, ty, bits);
    if (flags & INS_FROZEN)
        *v |= VAL_FROZEN;
    return true;
}

eval_val eval_load(eval *e, eval_inst *in, uint32_t at, esp_type ty,
                   eval_val addr, int64_t offset, uint16_t flags)
{
    uint32_t id;
    int64_t base;
    esp_ref r;
    eval_val v;

    if (eval_virtual(e, addr, &id, &base) &&
        word_read(e, flow_find(e->flow, id), base + offset, ty, &v))
        return v;
    r = eval_real(e, addr);
    if (graph_is_const(e->g, r) && !(flags & INS_VOLATILE) &&
        answer(e, in, at, ty,
               (char *)(graph_const(e->g, r) + (uint64_t)offset), flags,
               (addr & VAL_FROZEN) != 0, &v))
        return v;
    return build_load(&e->b, ty, r, offset, flags);
}

void eval_store(eval *e, eval_val addr, int64_t offset, eval_val v,
                uint16_t flags)
{
    uint32_t id;
    int64_t base;
    esp_ref r;

    if (eval_virtual(e, addr, &id, &base) &&
        word_write(e, flow_write(e, e->flow, id), base + offset, v))
        return;
    r = eval_real(e, addr);
    build_store(&e->b, r, offset, eval_real(e, v), flags);
}

/* ---- copies -------------------------------------------------------------- */

/* One word of a copy; an unwritten word stays unwritten. */
static bool copy_word(eval *e, eval_inst *in, uint32_t at, eval_val to,
                      eval_val from, int64_t i)
{
    uint32_t id, to_id;
    int64_t base, to_base;
    eval_val v;

    if (eval_virtual(e, from, &id, &base)) {
        eval_object *o = flow_find(e->flow, id);

        if ((base + i) % 8 || base + i < 0 ||
            (uint64_t)(base + i) / 8 >= o->nwords)
            return false;
        if (eval_virtual(e, to, &to_id, &to_base) && (to_base + i) % 8 == 0 &&
            to_base + i >= 0) {
            eval_word w = o->word[(base + i) / 8];
            eval_object *d = flow_write(e, e->flow, to_id);

            if ((uint64_t)(to_base + i) / 8 >= d->nwords)
                return false;
            d->word[(to_base + i) / 8] = w;
            return true;
        }
    }
    v = eval_load(e, in, at, TY_i64, from, i, 0);
    eval_store(e, to, i, v, 0);
    return true;
}

bool eval_copy(eval *e, eval_inst *in, uint32_t at, eval_val to, eval_val from,
               uint64_t n)
{
    uint32_t id;
    int64_t base;

    if (n % 8 || n > 512)
        return false;
    if (!eval_virtual(e, to, &id, &base) && !eval_virtual(e, from, &id, &base))
        return false;
    for (uint64_t i = 0; i < n; i += 8)
        if (!copy_word(e, in, at, to, from, (int64_t)i))
            return false;
    return true;
}

bool eval_fill(eval *e, eval_val to, uint8_t byte, uint64_t n)
{
    uint32_t id;
    int64_t base;
    esp_ref pattern;

    if (n % 8 || n > 4096 || !eval_virtual(e, to, &id, &base) || base % 8)
        return false;
    pattern = build_const(e->g, TY_i64, byte * 0x0101010101010101u);
    for (uint64_t i = 0; i < n; i += 8)
        eval_store(e, to, (int64_t)i, pattern, 0);
    return true;
}
