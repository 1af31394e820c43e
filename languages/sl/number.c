/*
 * Numbers of any size.
 *
 * What fits is a machine integer; the rest is a sign and GMP's limbs in an
 * object of the heap.  The nodes add and multiply machine integers themselves
 * and come here when that overflowed, or an operand was big already.
 *
 * GMP's own numbers live in the C library's heap, for the time of one
 * operation.
 */
#include "languages/sl/sl.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

struct sl_big {
    int32_t size;               /* limbs; negative like the number */
    mp_limb_t limbs[];
};

_Static_assert(sizeof(mp_limb_t) == 8, "a machine integer is one limb");

/* An operand as GMP sees it: a view, which is not to be cleared. */
typedef struct operand {
    mpz_t z;
    mp_limb_t limb;             /* of a machine integer */
} operand;

static void view(operand *o, esp_value v)
{
    if (sl_is_int(v)) {
        o->limb = v.as.i < 0 ? -(uint64_t)v.as.i : (uint64_t)v.as.i;
        mpz_roinit_n(o->z, &o->limb, v.as.i < 0 ? -1 : 1);
    } else {
        const sl_big *b = (const sl_big *)v.as.p;
        mpz_roinit_n(o->z, b->limbs, b->size);
    }
}

/* Takes the result of an operation over, and clears it. */
static esp_value take(esp_context *c, mpz_t z)
{
    size_t n = mpz_size(z);
    esp_value v;

    if (mpz_fits_slong_p(z)) {
        v = sl_int(mpz_get_si(z));
    } else {
        sl_big *b = (sl_big *)esp_alloc_flat(c, sizeof *b +
                                                    n * sizeof b->limbs[0]);
        if (b) {
            b->size = mpz_sgn(z) * (int32_t)n;
            memcpy(b->limbs, mpz_limbs_read(z), n * sizeof b->limbs[0]);
            v = sl_pointer(b, SL_BIG);
        } else {
            v = esp_abrupt(ESP_THROW);
        }
    }
    mpz_clear(z);
    return v;
}

/* GMP ends the process when it has no memory, and numbers have a largest
 * size: before either, there is an error. */
static bool too_large(esp_context *c, size_t limbs)
{
    if (limbs < (size_t)1 << 24)
        return false;
    esp_throw_error(c, NULL, "Number too large");
    return true;
}

esp_value sl_add(esp_context *c, esp_value l, esp_value r)
{
    operand a, b;
    mpz_t sum;

    view(&a, l);
    view(&b, r);
    if (too_large(c, mpz_size(a.z)) || too_large(c, mpz_size(b.z)))
        return esp_abrupt(ESP_THROW);
    mpz_init(sum);
    mpz_add(sum, a.z, b.z);
    return take(c, sum);
}

esp_value sl_sub(esp_context *c, esp_value l, esp_value r)
{
    operand a, b;
    mpz_t difference;

    view(&a, l);
    view(&b, r);
    if (too_large(c, mpz_size(a.z)) || too_large(c, mpz_size(b.z)))
        return esp_abrupt(ESP_THROW);
    mpz_init(difference);
    mpz_sub(difference, a.z, b.z);
    return take(c, difference);
}

esp_value sl_mul(esp_context *c, esp_value l, esp_value r)
{
    operand a, b;
    mpz_t product;

    view(&a, l);
    view(&b, r);
    if (too_large(c, mpz_size(a.z) + mpz_size(b.z)))
        return esp_abrupt(ESP_THROW);
    mpz_init(product);
    mpz_mul(product, a.z, b.z);
    return take(c, product);
}

esp_value sl_div(esp_context *c, esp_value l, esp_value r)
{
    operand a, b;
    mpz_t quotient;

    view(&a, l);
    view(&b, r);
    mpz_init(quotient);
    mpz_tdiv_q(quotient, a.z, b.z);
    return take(c, quotient);
}

int sl_compare(esp_value l, esp_value r)
{
    operand a, b;

    view(&a, l);
    view(&b, r);
    return mpz_cmp(a.z, b.z);
}

esp_value sl_number(esp_context *c, const char *digits, size_t n)
{
    char *copy = strndup(digits, n);
    mpz_t z;

    mpz_init(z);
    mpz_set_str(z, copy, 10);
    free(copy);
    return take(c, z);
}

void sl_big_text(const sl_big *b, sl_text *to)
{
    void (*release)(void *, size_t);
    mpz_t z;
    char *digits = mpz_get_str(NULL, 10, mpz_roinit_n(z, b->limbs, b->size));

    sl_text_string(to, digits);
    mp_get_memory_functions(NULL, NULL, &release);
    release(digits, strlen(digits) + 1);
}
