/*
 * The IR interpreter.
 *
 * A run has one array with a word for each value of the function: first its
 * constants, then a result for each instruction; see graph/arith.h for what
 * stands in a word.  Pure instructions are graph/arith.c; what is left for
 * this file is memory, calls and control flow.
 *
 *     values:  [ constants | code[0] code[1] ... ]
 *                            ^ values + fn->nconsts, `r` below
 */
#include "pe/image/exec.h"

#include "pe/graph/arith.h"

#include <stdatomic.h>
#include <string.h>

/* How many of the operands a, b, c are values. */
static const uint8_t inputs[IR_COUNT] = {
#define OP(name, inputs, result, flags, meaning) [IR_##name] = inputs,
#include "pe/graph/ops.def"
#undef OP
};

static esp_type type_of(const esp_ifunc *fn, uint32_t value)
{
    return value < fn->nconsts ? fn->const_ty[value]
                               : fn->code[value - fn->nconsts].ty;
}

static uint64_t pure(const esp_ifunc *fn, const uint64_t *v, const esp_ins *i)
{
    uint8_t n = inputs[i->op];

    return arith(i->op, i->ty, type_of(fn, i->a), v[i->a],
                 n > 1 ? v[i->b] : 0, n > 2 ? v[i->c] : 0);
}

/* -- memory: any address, aligned or not --------------------------------- */

static uint64_t load(const void *p, esp_type ty)
{
    uint64_t x = 0;

    switch (type_size[ty]) {
    case 1: { uint8_t b;  memcpy(&b, p, sizeof b); x = b; break; }
    case 2: { uint16_t h; memcpy(&h, p, sizeof h); x = h; break; }
    case 4: { uint32_t w; memcpy(&w, p, sizeof w); x = w; break; }
    case 8: memcpy(&x, p, sizeof x); break;
    }
    return arith_narrow(ty, x);
}

static void store(void *p, esp_type ty, uint64_t x)
{
    switch (type_size[ty]) {
    case 1: { uint8_t b = (uint8_t)x;   memcpy(p, &b, sizeof b); break; }
    case 2: { uint16_t h = (uint16_t)x; memcpy(p, &h, sizeof h); break; }
    case 4: { uint32_t w = (uint32_t)x; memcpy(p, &w, sizeof w); break; }
    case 8: memcpy(p, &x, sizeof x); break;
    }
}

/* Volatile accesses, and atomic ones, are single ones of their width. */
#define LOAD(type)  __atomic_load_n((const volatile type *)p, __ATOMIC_RELAXED)
#define STORE(type) __atomic_store_n((volatile type *)p, (type)x, \
                                     __ATOMIC_RELAXED)

static uint64_t load_single(const void *p, esp_type ty)
{
    switch (type_size[ty]) {
    case 1:  return arith_narrow(ty, LOAD(uint8_t));
    case 2:  return LOAD(uint16_t);
    case 4:  return LOAD(uint32_t);
    default: return LOAD(uint64_t);
    }
}

static void store_single(void *p, esp_type ty, uint64_t x)
{
    switch (type_size[ty]) {
    case 1:  STORE(uint8_t); break;
    case 2:  STORE(uint16_t); break;
    case 4:  STORE(uint32_t); break;
    default: STORE(uint64_t); break;
    }
}

static uint64_t load_volatile(const void *p, const esp_ins *i)
{
    uint64_t x = load_single(p, i->ty);

    if (i->flags & INS_ORDERED)
        atomic_thread_fence(memory_order_acquire);
    return x;
}

static void store_volatile(void *p, const esp_ins *i, esp_type ty, uint64_t x)
{
    if (i->flags & INS_ORDERED)
        atomic_thread_fence(memory_order_release);
    store_single(p, ty, x);
}

static void *address(uint64_t base, uint32_t displacement)
{
    return (void *)(base + (uint64_t)(int64_t)(int32_t)displacement);
}

/* -- control flow -------------------------------------------------------- */

/* Arguments may be parameters of the block that they are for, so all are read
 * before the first is written.  Not inlined: its alloca must go. */
static CC_NOINLINE void pass(uint64_t *to, const uint64_t *v,
                             const uint32_t *args, uint32_t n)
{
    uint64_t few[8], *read = n <= 8 ? few : CC_ALLOCA(n * sizeof *read);

    for (uint32_t k = 0; k < n; k++)
        read[k] = v[args[k]];
    memcpy(to, read, n * sizeof *read);
}

/* The first instruction behind the parameters of the edge's block. */
static uint32_t follow(esp_exec *x, const esp_ifunc *fn, uint64_t *v,
                       const esp_edge *e)
{
    const esp_iblock *b = &fn->blocks[e->block];
    const uint32_t *args = fn->refs + e->args;
    uint64_t *to = v + fn->nconsts + b->first;

    if (e->nargs == 1)
        to[0] = v[args[0]];
    else if (e->nargs)
        pass(to, v, args, e->nargs);
    x->steps += b->end - b->first;
    return b->first + b->nparams;
}

/* The edge that a terminator takes. */
static const esp_edge *chosen(const esp_ifunc *fn, const esp_ins *i,
                              const uint64_t *v)
{
    const esp_edge *e = fn->edges + i->b, *last = e + i->c - 1;

    if (i->op == IR_br)
        return v[i->a] ? e : e + 1;
    if (i->op == IR_switch)
        while (e < last && e->value != v[i->a])
            e++;
    return e;
}

/* -- calls --------------------------------------------------------------- */

/* C lets a function be called by another type than its own as long as no
 * argument is missed; such a call is left to the machine. */
static bool same_signature(const esp_sig *a, const esp_sig *b)
{
    return a->nargs == b->nargs && a->nresults == b->nresults
        && !memcmp(a->arg, b->arg, a->nargs)
        && !memcmp(a->result, b->result, a->nresults);
}

static esp_exec_result call(esp_exec *x, const esp_ifunc *fn,
                            const uint64_t *v, const esp_icall *c)
{
    const uint32_t *from = fn->refs + c->args;
    void *callee = (void *)v[c->callee];
    uint64_t args[SIG_MAX_ARGS];

    for (uint32_t k = 0; k < c->nargs; k++)
        args[k] = v[from[k]];
    if (x->everything) {
        const esp_ifunc *f = image_function(x->image, callee);
        if (f && same_signature(&f->sig, &c->sig))
            return exec_call(x, f, args);
    }
    return exec_native(callee, &c->sig, args);
}

/* Puts the results of the call code[pc] where the instructions behind it look
 * for them. */
static void take_result(const esp_ifunc *fn, uint64_t *r, uint32_t pc,
                        esp_exec_result got)
{
    const esp_sig *sig = &fn->calls[fn->code[pc].a].sig;

    if (sig->nresults > 0)
        r[pc] = arith_narrow(sig->result[0], got.r[0]);
    if (sig->nresults > 1 && fn->code[pc + 1].op == IR_second)
        r[pc + 1] = arith_narrow(sig->result[1], got.r[1]);
}

static esp_exec_result returned(const esp_ifunc *fn, const uint64_t *v,
                                const esp_ins *i)
{
    uint8_t n = fn->sig.nresults;

    return (esp_exec_result){ { n > 0 ? v[i->a] : 0, n > 1 ? v[i->b] : 0 } };
}

static esp_exec_result cannot(esp_exec *x, const char *why)
{
    if (!x->error)
        x->error = why;
    return (esp_exec_result){ { 0, 0 } };
}

static void take_constants(const esp_ifunc *fn, uint64_t *v)
{
    if (fn->nconsts)
        memcpy(v, fn->consts, fn->nconsts * sizeof *v);
}

/* -- the loop ------------------------------------------------------------ */

static void *aligned(void *p, uint32_t alignment)
{
    return (void *)(((uintptr_t)p + alignment - 1)
                    & ~((uintptr_t)alignment - 1));
}

/* Runs from code[pc] to a return.  Allocas are this C frame's. */
static esp_exec_result run(esp_exec *x, const esp_ifunc *fn, uint64_t *v,
                           uint32_t pc)
{
    const esp_ins *code = fn->code;
    uint64_t *r = v + fn->nconsts;
    esp_exec_result got;

    for (;; pc++) {
        const esp_ins *i = &code[pc];

        switch ((esp_op)i->op) {
        case IR_load:
            r[pc] = i->flags & INS_VOLATILE
                ? load_volatile(address(v[i->a], i->b), i)
                : load(address(v[i->a], i->b), i->ty);
            break;
        case IR_store:
            if (i->flags & INS_VOLATILE)
                store_volatile(address(v[i->a], i->c), i, type_of(fn, i->b),
                               v[i->b]);
            else
                store(address(v[i->a], i->c), type_of(fn, i->b), v[i->b]);
            break;
        case IR_alloca: {
            uint32_t more = i->b > 16 ? i->b : 0;
            void *p = CC_ALLOCA((size_t)i->a + more);
            r[pc] = (uintptr_t)(more ? aligned(p, i->b) : p);
            break;
        }
        case IR_frameaddr:
            r[pc] = (uintptr_t)CC_FRAME_ADDRESS;
            break;
        case IR_call:
            got = call(x, fn, v, &fn->calls[i->a]);
            if (CC_UNLIKELY(x->error))
                return (esp_exec_result){ { 0, 0 } };
            if (CC_UNLIKELY(x->behind_call)
                && x->behind_call(x, fn, pc, v, &got))
                return got;
            take_result(fn, r, pc, got);
            break;
        case IR_second:
            break;
        case IR_jump: case IR_br: case IR_switch: {
            const esp_edge *e = chosen(fn, i, v);
            pc = follow(x, fn, v, e) - 1;
            if (CC_UNLIKELY(x->at_block)
                && x->at_block(x, fn, e->block, v, &got))
                return got;
            break;
        }
        case IR_ret:
            return returned(fn, v, i);
        case IR_unreachable:
            return cannot(x, "control came where it cannot come");
        case IR_none: case IR_const: case IR_param: case IR_vobj:
        case IR_slot: case IR_guard: case IR_valid: case IR_deopt:
        case IR_COUNT:
            return cannot(x, "an instruction that images do not have");
        /* Half of what runs, without the way round by arith: twice as fast. */
        case IR_add:
            r[pc] = arith_narrow(i->ty, v[i->a] + v[i->b]);
            break;
        case IR_sub:
            r[pc] = arith_narrow(i->ty, v[i->a] - v[i->b]);
            break;
        case IR_and:
            r[pc] = v[i->a] & v[i->b];
            break;
        case IR_eq:
            r[pc] = v[i->a] == v[i->b];
            break;
        case IR_ne:
            r[pc] = v[i->a] != v[i->b];
            break;
        case IR_zext: case IR_copy:
            r[pc] = v[i->a];
            break;
        case IR_trunc:
            r[pc] = arith_narrow(i->ty, v[i->a]);
            break;
        case IR_select:
            r[pc] = v[v[i->a] ? i->b : i->c];
            break;
        default:
            r[pc] = pure(fn, v, i);
            break;
        }
    }
}

esp_exec_result exec_call(esp_exec *x, const esp_ifunc *fn,
                          const uint64_t *args)
{
    const esp_iblock *entry = &fn->blocks[0];
    size_t n = (size_t)fn->nconsts + fn->ncode;
    uint64_t *v = CC_ALLOCA(n * sizeof *v);
    uint64_t *params = v + fn->nconsts + entry->first;

    take_constants(fn, v);
    for (uint32_t k = 0; k < entry->nparams; k++)
        params[k] = arith_narrow(fn->sig.arg[k], args[k]);
    x->steps += entry->end - entry->first;
    return run(x, fn, v, entry->first + entry->nparams);
}

/* Live values come from machine registers and may have anything above their
 * type. */
static void narrow_live(const esp_ifunc *fn, uint64_t *values, uint32_t live,
                        uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t value = fn->refs[live + k];

        values[value] = arith_narrow(type_of(fn, value), values[value]);
    }
}

esp_exec_result exec_resume(esp_exec *x, const esp_ifunc *fn, uint32_t point,
                            uint64_t *values, esp_exec_result result)
{
    const esp_icall *c = &fn->calls[fn->code[point].a];

    narrow_live(fn, values, c->live, c->nlive);
    take_constants(fn, values);
    take_result(fn, values + fn->nconsts, point, result);
    return run(x, fn, values, point + 1);
}

esp_exec_result exec_resume_block(esp_exec *x, const esp_ifunc *fn,
                                  uint32_t block, uint64_t *values)
{
    const esp_iblock *b = &fn->blocks[block];

    narrow_live(fn, values, b->live, b->nlive);
    for (uint32_t k = 0; k < b->nparams; k++) {
        uint32_t value = fn->nconsts + b->first + k;

        values[value] = arith_narrow(type_of(fn, value), values[value]);
    }
    take_constants(fn, values);
    return run(x, fn, values, b->first + b->nparams);
}
