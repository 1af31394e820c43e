/*
 * Calls of native code with a signature known only at run time.
 *
 * On the hosts that we generate code for, no assembly and no library is
 * needed.  Integers, floats and the rest are counted apart there: each of the
 * first six (eight) integers has its register, each of the first eight floats
 * has one, and whatever is left lies on the stack in order, eight bytes each.
 * So one C type suffices, which fills all of these places:
 *
 *     int registers      float registers    stack
 *     i[0] ... i[5]      f[0] ... f[7]      s[0] ... s[15]
 *
 * A callee looks only at those that it has parameters for.  The type is
 * variadic since callees may be, and on x86-64 a variadic callee is told the
 * number of float registers; others do not mind.  Structs passed in memory are
 * words on the stack (ARG_STACK), those in registers have been taken apart.
 * Results come in two registers of their kind, and how they are read is
 * settled by one C struct for each pair of kinds.
 *
 * What remains for libffi is the result struct on AArch64, whose address has a
 * register of its own, and any other host.
 */
#include "pe/image/exec.h"

#include "pe/graph/arith.h"

#include <ffi.h>
#include <string.h>

#if defined(__x86_64__)
enum { INT_REGS = 6, FLOAT_REGS = 8, KNOWN_HOST = 1, SRET_IS_ARG = 1 };
#define INTS(i) (i)[0], (i)[1], (i)[2], (i)[3], (i)[4], (i)[5]
#elif defined(__aarch64__)
enum { INT_REGS = 8, FLOAT_REGS = 8, KNOWN_HOST = 1, SRET_IS_ARG = 0 };
#define INTS(i) (i)[0], (i)[1], (i)[2], (i)[3], (i)[4], (i)[5], (i)[6], (i)[7]
#else
enum { INT_REGS = 8, FLOAT_REGS = 8, KNOWN_HOST = 0, SRET_IS_ARG = 0 };
#define INTS(i) (i)[0], (i)[1], (i)[2], (i)[3], (i)[4], (i)[5], (i)[6], (i)[7]
#endif

#define FLOATS(f) (f)[0], (f)[1], (f)[2], (f)[3], (f)[4], (f)[5], (f)[6], (f)[7]
#define STACK(s)                                                            \
    (s)[0], (s)[1], (s)[2], (s)[3], (s)[4], (s)[5], (s)[6], (s)[7],         \
    (s)[8], (s)[9], (s)[10], (s)[11], (s)[12], (s)[13], (s)[14], (s)[15]

_Static_assert(SIG_MAX_ARGS == 16, "STACK has room for every argument");

/* Where the arguments go. */
struct places {
    uint64_t i[8];
    double f[8];
    uint64_t s[SIG_MAX_ARGS];
    uint32_t ni, nf, ns;
};

/* As wide as the callee may expect it. */
static uint64_t extended(const esp_sig *sig, uint32_t k, uint64_t x)
{
    if (sig->arg_flags[k] & ARG_SEXT)
        return (uint64_t)arith_signed(sig->arg[k], x);
    return arith_narrow(sig->arg[k], x);
}

static void place(struct places *p, const esp_sig *sig, const uint64_t *args)
{
    p->ni = p->nf = p->ns = 0;
    for (uint32_t k = 0; k < sig->nargs; k++) {
        uint64_t x = extended(sig, k, args[k]);

        if (sig->arg_flags[k] & ARG_STACK)
            p->s[p->ns++] = x;
        else if (type_is_float(sig->arg[k]) && p->nf < FLOAT_REGS)
            memcpy(&p->f[p->nf++], &x, sizeof x);
        else if (!type_is_float(sig->arg[k]) && p->ni < INT_REGS)
            p->i[p->ni++] = x;
        else
            p->s[p->ns++] = x;
    }
    for (uint32_t k = p->ni; k < INT_REGS; k++)
        p->i[k] = 0;
    if (p->nf | p->ns)
        memset(p->f + p->nf, 0, (FLOAT_REGS - p->nf) * sizeof p->f[0]);
    if (p->ns)
        memset(p->s + p->ns, 0, (SIG_MAX_ARGS - p->ns) * sizeof p->s[0]);
}

/* -- results: two words, each in the first free register of its kind ----- */

struct int_int { uint64_t r, s; };
struct int_float { uint64_t r; double s; };
struct float_int { double r; uint64_t s; };
struct float_float { double r, s; };

/* An f32 lies in the low half of its register, so it arrives as the low half
 * of a double's bits. */
static void keep(esp_exec_result *to, const void *r, const void *s)
{
    memcpy(&to->r[0], r, sizeof to->r[0]);
    memcpy(&to->r[1], s, sizeof to->r[1]);
}

#define CALL(type)                                                          \
    do {                                                                    \
        type (*fn)(uint64_t, ...) = (type (*)(uint64_t, ...))address;       \
        type got = p->ns       ? fn(INTS(p->i), FLOATS(p->f), STACK(p->s))  \
                   : p->nf     ? fn(INTS(p->i), FLOATS(p->f))               \
                               : fn(INTS(p->i));                            \
        keep(&result, &got.r, &got.s);                                      \
    } while (0)

static CC_CALLS_UNTYPED esp_exec_result
call_placed(void *address, const esp_sig *sig, const struct places *p)
{
    uint8_t n = sig->nresults;
    bool first = n > 0 && type_is_float(sig->result[0]);
    bool second = n > 1 ? type_is_float(sig->result[1]) : first;
    esp_exec_result result;

    if (first && second)
        CALL(struct float_float);
    else if (first)
        CALL(struct float_int);
    else if (second)
        CALL(struct int_float);
    else
        CALL(struct int_int);
    return result;
}

static bool has_sret(const esp_sig *sig)
{
    return sig->nargs && (sig->arg_flags[0] & ARG_SRET);
}

/* Registers are wider than some results; what is not a result is zero. */
static esp_exec_result clean(const esp_sig *sig, esp_exec_result got)
{
    for (uint32_t k = 0; k < 2; k++)
        got.r[k] = k < sig->nresults ? arith_narrow(sig->result[k], got.r[k])
                                     : 0;
    return got;
}

/* -- libffi -------------------------------------------------------------- */

static ffi_type *ffi_type_of(esp_type ty, bool is_signed)
{
    switch (ty) {
    case TY_void: return &ffi_type_void;
    case TY_i1:   return &ffi_type_uint8;
    case TY_i8:   return is_signed ? &ffi_type_sint8 : &ffi_type_uint8;
    case TY_i16:  return is_signed ? &ffi_type_sint16 : &ffi_type_uint16;
    case TY_i32:  return is_signed ? &ffi_type_sint32 : &ffi_type_uint32;
    case TY_f32:  return &ffi_type_float;
    case TY_f64:  return &ffi_type_double;
    default:      return &ffi_type_uint64;
    }
}

/* libffi returns structs to where it is told: two results are a struct of
 * two, and a result struct with its address in a register of its own is one
 * that is too large for registers. */
struct ffi_result {
    ffi_type type, *field[4];
    void *to;
    uint64_t words[2];
};

static ffi_type *ffi_result_type(struct ffi_result *r, const esp_sig *sig,
                                 const uint64_t *args)
{
    bool sret = has_sret(sig) && !SRET_IS_ARG;
    uint32_t n = 0;

    memset(r, 0, sizeof *r);
    r->to = sret ? (void *)args[0] : r->words;
    if (!sret && sig->nresults < 2)
        return ffi_type_of(sig->nresults ? sig->result[0] : TY_void, false);
    while (n < (sret ? 3 : 2)) {
        r->field[n] = ffi_type_of(sret ? TY_i64 : sig->result[n], false);
        n++;
    }
    r->type = (ffi_type){ .type = FFI_TYPE_STRUCT, .elements = r->field };
    return &r->type;
}

/* Where the second of two results lies in the struct. */
static size_t second_offset(const esp_sig *sig)
{
    size_t size = type_size[sig->result[1]];

    return (type_size[sig->result[0]] + size - 1) / size * size;
}

/* Arguments, with the words that fill registers. */
enum { FFI_ARGS = SIG_MAX_ARGS + 2 * 8 };
struct ffi_args {
    ffi_type *type[FFI_ARGS];
    uint64_t word[FFI_ARGS];
    void *where[FFI_ARGS];
    uint32_t n, fixed;          /* fixed: how many are before the dots */
    uint32_t ni, nf;            /* in registers, or more than there are */
};

static void ffi_add(struct ffi_args *a, ffi_type *type, uint64_t word)
{
    bool is_float = type == &ffi_type_float || type == &ffi_type_double;

    *(is_float ? &a->nf : &a->ni) += 1;
    a->type[a->n] = type;
    a->word[a->n] = word;
    a->where[a->n] = &a->word[a->n];
    a->n++;
}

/* libffi is not told what lies on the stack; so registers that are left are
 * filled up, which nobody reads: what follows has to be on the stack as well. */
static void ffi_fill(struct ffi_args *a, esp_type ty)
{
    while (type_is_float(ty) ? a->nf < FLOAT_REGS : a->ni < INT_REGS)
        ffi_add(a, ffi_type_of(type_is_float(ty) ? TY_f64 : TY_i64, false), 0);
}

static void ffi_place(struct ffi_args *a, const esp_sig *sig,
                      const uint64_t *args)
{
    a->n = a->ni = a->nf = a->fixed = 0;
    for (uint32_t k = has_sret(sig) && !SRET_IS_ARG; k < sig->nargs; k++) {
        uint8_t flags = sig->arg_flags[k];

        if (flags & ARG_STACK)
            ffi_fill(a, sig->arg[k]);
        ffi_add(a, ffi_type_of(sig->arg[k], flags & ARG_SEXT),
                extended(sig, k, args[k]));
        if (k < sig->fixed)
            a->fixed = a->n;
    }
}

esp_exec_result exec_native_ffi(void *address, const esp_sig *sig,
                                const uint64_t *args)
{
    esp_exec_result got = { { 0, 0 } };
    ffi_type *result_type;
    struct ffi_result r;
    struct ffi_args a;
    ffi_status status;
    ffi_cif cif;

    result_type = ffi_result_type(&r, sig, args);
    ffi_place(&a, sig, args);
    status = sig->variadic
        ? ffi_prep_cif_var(&cif, FFI_DEFAULT_ABI, a.fixed, a.n, result_type,
                           a.type)
        : ffi_prep_cif(&cif, FFI_DEFAULT_ABI, a.n, result_type, a.type);
    if (status != FFI_OK)
        return got;
    ffi_call(&cif, (void (*)(void))address, r.to, a.where);
    if (r.to == r.words) {
        got.r[0] = r.words[0];
        if (sig->nresults > 1)
            memcpy(&got.r[1], (char *)r.words + second_offset(sig),
                   type_size[sig->result[1]]);
    }
    return clean(sig, got);
}

esp_exec_result exec_native(void *address, const esp_sig *sig,
                            const uint64_t *args)
{
    struct places p;

    if (!KNOWN_HOST || (has_sret(sig) && !SRET_IS_ARG))
        return exec_native_ffi(address, sig, args);
    place(&p, sig, args);
    return clean(sig, call_placed(address, sig, &p));
}
