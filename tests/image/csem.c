/*
 * Does the image mean what the C says?
 *
 * Each function of csem_rows runs with many arguments: natively, natively by
 * way of libffi, in the IR interpreter, there with all that it calls, and so
 * that behind every call, or at the start of every block, a fresh run goes on
 * with nothing but the values that are said to live there, all others being
 * noise.  Results and everything written must be the same each time.
 *
 * Usage: csem [-s SEED] [-n ROUNDS] [-p] [-v] [NAME...]
 *
 * -p: functions may be missing from the image.
 */
#include "tests/image/csem.h"

#include "pe/graph/arith.h"
#include "pe/image/exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum how {
    NATIVE, LIBFFI, INTERPRETED, EVERYTHING, BEHIND_CALLS, AT_BLOCKS, HOW_COUNT
};

static const char *const how_name[] = {
    "native", "libffi", "interpreted", "everything interpreted",
    "resumed behind calls", "resumed at blocks"
};

enum { STATE = 1 << 16, RESULT = 512, DEPTH = 100 };

/* What a run leaves behind. */
struct outcome {
    esp_exec_result result;
    uint64_t buffer[CSEM_BUFFER / 8];
    uint64_t struct_result[RESULT / 8];
    uint64_t state[STATE / 8];
};

struct rig {
    esp_image *image;
    uint64_t random;
    uint32_t depth;             /* of resumed runs */
    uint64_t resumes;
    uint32_t passed, failed;
    bool partial, loud;
    uint64_t buffer[CSEM_BUFFER / 8];
    uint64_t struct_result[RESULT / 8];
    uint64_t noise[CSEM_BUFFER / 8];        /* what the buffer starts as */
    struct outcome want, got;
};

/* -- arguments ------------------------------------------------------------ */

/* xorshift* */
static uint64_t next(struct rig *t)
{
    t->random ^= t->random >> 12;
    t->random ^= t->random << 25;
    t->random ^= t->random >> 27;
    return t->random * 2685821657736338717u;
}

static uint64_t below(struct rig *t, uint64_t n)
{
    return (next(t) >> 16) % n;
}

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static uint64_t any_integer(struct rig *t, uint32_t width)
{
    uint64_t top = (uint64_t)1 << (width - 1);
    const uint64_t edges[] = {
        0, 1, 2, 3, 5, 7, 8, 10, 31, 32, 63, 64, 100, 255, ~(uint64_t)0,
        ~(uint64_t)1, ~(uint64_t)6, top, top - 1, top + 1, top - 2,
        0x5555555555555555, 0x80000000, 0x7fffffff, 0xffffffff, 0x8000, 0x80
    };

    if (next(t) >> 63)
        return edges[below(t, sizeof edges / sizeof *edges)];
    return next(t) >> below(t, 64);
}

static double any_double(struct rig *t)
{
    static const double edges[] = {
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 10, 1e10, -1e10, 1e300,
        -1e300, 1e-300, 5e-324, 2147483647, 2147483648, 9007199254740992.0,
        9223372036854775808.0, 0.1, 1 / 3.0, 16777217, 3.4e38, 1e-40
    };
    double d;

    switch (below(t, 8)) {
    case 0: return 1 / 0.0;
    case 1: return below(t, 2) ? -1 / 0.0 : 0 / 0.0;
    case 2: d = 0; memcpy(&d, &t->random, sizeof d); next(t); return d;
    case 3: return (double)(int64_t)next(t) / 1e15;
    default: return edges[below(t, sizeof edges / sizeof *edges)];
    }
}

static uint64_t float_bits(esp_type ty, double d)
{
    float f = (float)d;
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return ty == TY_f32 ? bits : bits_of(d);
}

/* Strings that share letters, so that comparing them is of use. */
static uint64_t any_string(struct rig *t)
{
    uint32_t at = (uint32_t)below(t, 20) * 48;
    char *s = (char *)t->noise + at;
    uint64_t n = below(t, 41);

    for (uint64_t k = 0; k < n; k++)
        s[k] = "aab z09AZ~"[below(t, 10)];
    s[n] = 0;
    return (uintptr_t)t->buffer + at;
}

static uint64_t argument(struct rig *t, esp_type ty, char letter)
{
    switch (letter) {
    case 'b': case 'p': return (uintptr_t)t->buffer;
    case 'q': return (uintptr_t)t->buffer + CSEM_BUFFER / 2;
    case 's': return any_string(t);
    case 'n': return below(t, 21);
    case 'f': return float_bits(ty, (double)(int64_t)next(t) / 9.3e15);
    }
    if (type_is_float(ty))
        return float_bits(ty, any_double(t));
    return any_integer(t, type_size[ty] * 8u);
}

static void choose_arguments(struct rig *t, const struct csem_row *row,
                             const esp_sig *sig, uint64_t *args)
{
    const char *letter = row->args + (row->args[0] == '!');

    for (uint32_t k = 0; k < CSEM_BUFFER / 8; k++)
        t->noise[k] = next(t);
    for (uint32_t k = 0; k < sig->nargs; k++) {
        bool word = *letter == 'b' && sig->arg_flags[k] & ARG_STACK;
        bool more = k + 1 < sig->nargs && sig->arg_flags[k + 1] & ARG_STACK;

        if (sig->arg_flags[k] & ARG_SRET) {
            args[k] = (uintptr_t)t->struct_result;
            continue;
        }
        args[k] = argument(t, sig->arg[k], word || !*letter ? '.' : *letter);
        letter += *letter && !(word && more);
    }
}

/* -- running -------------------------------------------------------------- */

/* What a fresh run needs to know, with noise above narrow values. */
static void keep(struct rig *t, const esp_ifunc *fn, uint64_t *fresh,
                 const uint64_t *values, uint32_t v)
{
    uint64_t noise = next(t);
    esp_type ty = fn->code[v - fn->nconsts].ty;

    fresh[v] = values[v] ^ (noise ^ arith_narrow(ty, noise));
}

/* Values for a fresh run that knows only what lives; NULL when runs are nested
 * too deeply. */
static uint64_t *afresh(struct rig *t, const esp_ifunc *fn,
                        const uint64_t *values, uint32_t live, uint32_t nlive)
{
    size_t n = (size_t)fn->nconsts + fn->ncode;
    uint64_t *fresh, noise;

    if (t->depth >= DEPTH)
        return NULL;
    t->depth++;
    t->resumes++;
    fresh = malloc((n + 1) * sizeof *fresh);
    noise = next(t);
    for (size_t k = 0; k < n; k++)
        fresh[k] = noise += 0x9e3779b97f4a7c15;
    for (uint32_t k = 0; k < nlive; k++)
        keep(t, fn, fresh, values, fn->refs[live + k]);
    return fresh;
}

static bool resume_behind_call(esp_exec *x, const esp_ifunc *fn,
                               uint32_t point, const uint64_t *values,
                               esp_exec_result *result)
{
    const esp_icall *c = &fn->calls[fn->code[point].a];
    struct rig *t = x->arg;
    uint64_t *fresh = afresh(t, fn, values, c->live, c->nlive);

    if (!fresh)
        return false;
    *result = exec_resume(x, fn, point, fresh, *result);
    free(fresh);
    t->depth--;
    return true;
}

static bool resume_at_block(esp_exec *x, const esp_ifunc *fn, uint32_t block,
                            const uint64_t *values, esp_exec_result *result)
{
    const esp_iblock *b = &fn->blocks[block];
    struct rig *t = x->arg;
    uint64_t *fresh = afresh(t, fn, values, b->live, b->nlive);

    if (!fresh)
        return false;
    for (uint32_t k = 0; k < b->nparams; k++)
        keep(t, fn, fresh, values, fn->nconsts + b->first + k);
    *result = exec_resume_block(x, fn, block, fresh);
    free(fresh);
    t->depth--;
    return true;
}

static esp_exec_result run_one(struct rig *t, enum how how,
                               const esp_ifunc *fn, const uint64_t *args,
                               const char **error)
{
    esp_exec x = { .image = t->image, .arg = t };
    esp_exec_result r;

    switch (how) {
    case NATIVE: return exec_native(fn->native, &fn->sig, args);
    case LIBFFI: return exec_native_ffi(fn->native, &fn->sig, args);
    default: break;
    }
    x.everything = how != INTERPRETED;
    x.behind_call = how == BEHIND_CALLS ? resume_behind_call : NULL;
    x.at_block = how == AT_BLOCKS ? resume_at_block : NULL;
    r = exec_call(&x, fn, args);
    *error = x.error;
    return r;
}

/* Runs, and takes down everything that was written. */
static void observe(struct rig *t, enum how how, const esp_ifunc *fn,
                    const uint64_t *args, struct outcome *o,
                    const char **error)
{
    char *state = (char *)o->state;

    memcpy(t->buffer, t->noise, sizeof t->buffer);
    memset(t->struct_result, 0, sizeof t->struct_result);
    for (const struct csem_region *r = csem_regions; r->size; r++)
        memset(r->at, 0, r->size);
    o->result = run_one(t, how, fn, args, error);
    memcpy(o->buffer, t->buffer, sizeof o->buffer);
    memcpy(o->struct_result, t->struct_result, sizeof o->struct_result);
    for (const struct csem_region *r = csem_regions; r->size; r++) {
        memcpy(state, r->at, r->size);
        state += (r->size + 7) / 8 * 8;
    }
}

/* -- comparing ------------------------------------------------------------ */

static bool is_nan32(uint32_t bits)
{
    return (bits & 0x7fffffff) > 0x7f800000;
}

static bool is_nan64(uint64_t bits)
{
    return bits << 1 > (uint64_t)0x7ff << 53;
}

static bool same32(uint32_t a, uint32_t b)
{
    return a == b || (is_nan32(a) && is_nan32(b));
}

/* Which of several NaNs comes out is not C's to say. */
static bool same_word(uint64_t a, uint64_t b)
{
    return a == b || (is_nan64(a) && is_nan64(b))
        || (same32((uint32_t)a, (uint32_t)b)
            && same32((uint32_t)(a >> 32), (uint32_t)(b >> 32)));
}

static const char *difference(const struct outcome *a, const struct outcome *b)
{
    for (uint32_t k = 0; k < 2; k++)
        if (!same_word(a->result.r[k], b->result.r[k]))
            return "result";
    for (uint32_t k = 0; k < CSEM_BUFFER / 8; k++)
        if (!same_word(a->buffer[k], b->buffer[k]))
            return "buffer";
    for (uint32_t k = 0; k < RESULT / 8; k++)
        if (!same_word(a->struct_result[k], b->struct_result[k]))
            return "result struct";
    for (uint32_t k = 0; k < STATE / 8; k++)
        if (!same_word(a->state[k], b->state[k]))
            return "variables";
    return NULL;
}

static void complain(const struct rig *t, const char *name, enum how how,
                     const char *what, const esp_sig *sig,
                     const uint64_t *args)
{
    printf("%s, %s: %s differ", name, how_name[how], what);
    printf("\n    arguments");
    for (uint32_t k = 0; k < sig->nargs; k++)
        printf(" %s %#llx", type_name[sig->arg[k]],
               (unsigned long long)args[k]);
    printf("\n    native %#llx %#llx, here %#llx %#llx\n",
           (unsigned long long)t->want.result.r[0],
           (unsigned long long)t->want.result.r[1],
           (unsigned long long)t->got.result.r[0],
           (unsigned long long)t->got.result.r[1]);
}

/* Words on the stack while there are registers left are not for libffi; on
 * AArch64 there is no such thing. */
static bool ffi_can(const esp_sig *sig)
{
#ifdef __aarch64__
    (void)sig;
#else
    for (uint32_t k = 0; k < sig->nargs; k++)
        if (sig->arg_flags[k] & ARG_STACK)
            return false;
#endif
    return true;
}

/* True: as it should be. */
static bool compare(struct rig *t, const char *name, enum how how,
                    const esp_ifunc *fn, const uint64_t *args)
{
    const char *error = NULL, *what;

    observe(t, how, fn, args, &t->got, &error);
    what = error ? error : difference(&t->want, &t->got);
    if (what) {
        t->failed++;
        complain(t, name, how, what, &fn->sig, args);
        return false;
    }
    t->passed++;
    return true;
}

static void try_row(struct rig *t, const struct csem_row *row, int rounds)
{
    const esp_ifunc *fn = image_function(t->image, row->fn);
    uint64_t args[SIG_MAX_ARGS];
    const char *error = NULL;
    bool good = true;

    if (!fn) {
        const char *why = image_boundary(t->image, row->fn);
        bool expected = row->args[0] == '!' || t->partial;
        if (!expected || t->loud)
            printf("%s is not in the image: %s\n", row->name,
                   why ? why : "nobody says why");
        t->failed += !expected;
        return;
    }
    for (int k = 0; k < rounds && good; k++) {
        choose_arguments(t, row, &fn->sig, args);
        observe(t, NATIVE, fn, args, &t->want, &error);
        for (enum how how = LIBFFI; how < HOW_COUNT; how++)
            if (how != LIBFFI || ffi_can(&fn->sig))
                good &= compare(t, row->name, how, fn, args);
    }
}

static bool wanted(const char *name, char **names, int n)
{
    for (int k = 0; k < n; k++)
        if (!strcmp(names[k], name))
            return true;
    return n == 0;
}

int main(int argc, char **argv)
{
    static struct rig rig;
    esp_text error = { 0 };
    int rounds = 60, arg = 1;

    rig.random = 88172645463325252u;
    for (; arg < argc && argv[arg][0] == '-'; arg++) {
        if (!strcmp(argv[arg], "-v"))
            rig.loud = true;
        else if (!strcmp(argv[arg], "-p"))
            rig.partial = true;
        else if (!strcmp(argv[arg], "-s") && arg + 1 < argc)
            rig.random = strtoull(argv[++arg], NULL, 0) * 2 + 1;
        else if (!strcmp(argv[arg], "-n") && arg + 1 < argc)
            rounds = atoi(argv[++arg]);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    rig.image = image_open(&error);
    if (!rig.image) {
        printf("no image: %s\n", text_get(&error));
        return 1;
    }
    for (const struct csem_row *row = csem_rows; row->name; row++)
        if (wanted(row->name, argv + arg, argc - arg))
            try_row(&rig, row, rounds);
    printf("runs resumed: %llu\n", (unsigned long long)rig.resumes);
    printf("%u passed, %u failed\n", rig.passed, rig.failed);
    image_close(rig.image);
    return rig.failed != 0 || rig.passed == 0;
}
