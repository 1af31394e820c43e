/*
 * What the files of folding rules share: fold.c, fold_compare.c and
 * fold_convert.c.
 */
#ifndef ESP_GRAPH_FOLD_H
#define ESP_GRAPH_FOLD_H

#include "pe/graph/arith.h"
#include "pe/graph/build.h"
#include "pe/graph/facts.h"

/* What a rule sees. */
struct in {
    esp_build *b;
    esp_graph *g;
    esp_ins i;                  /* what is to be created */
    esp_ins x, y;               /* its inputs a and b */
    bool xk, yk;                /* are they constants? */
    uint64_t xc, yc;            /* then these */
    esp_type ty;                /* of input a */
};

/* Applies a rule inside a list of them. */
#define TRY(rule)                                                           \
    do {                                                                    \
        esp_ref r_ = rule(f);                                               \
        if (r_)                                                             \
            return r_;                                                      \
    } while (0)

/* ---- words for the rules ---------------------------------------------- */

static inline esp_ref constant(const struct in *f, esp_type ty, uint64_t bits)
{
    return build_const(f->g, ty, bits);
}

/* A constant of the type of the inputs. */
static inline esp_ref k(const struct in *f, uint64_t bits)
{
    return build_const(f->g, f->ty, bits);
}

static inline esp_ref truth(const struct in *f, bool t)
{
    return build_const(f->g, TY_i1, t);
}

static inline esp_ref make(const struct in *f, esp_op op, esp_ref x, esp_ref y)
{
    return build_binary(f->b, op, x, y);
}

static inline esp_ref make1(const struct in *f, esp_op op, esp_ref x)
{
    return build_unary(f->b, op, x);
}

static inline esp_ref convert(const struct in *f, esp_op op, esp_type to,
                              esp_ref x)
{
    return build_convert(f->b, op, to, x);
}

static inline esp_ref negation(const struct in *f, esp_ref cond)
{
    return build_not(f->b, cond);
}

static inline esp_type type_of(const struct in *f, esp_ref r)
{
    return (esp_type)graph_at(f->g, r)->ty;
}

static inline bool is_const(const struct in *f, esp_ref r)
{
    return graph_is_const(f->g, r);
}

static inline uint64_t value(const struct in *f, esp_ref r)
{
    return graph_const(f->g, r);
}

/* Is the right input of this instruction, an input of ours, a constant? */
static inline bool has_const(const struct in *f, esp_ins i, esp_op op)
{
    return i.op == op && is_const(f, i.b);
}

static inline uint64_t ones(const struct in *f)
{
    return arith_mask(f->ty);
}

static inline bool is_ones(const struct in *f, uint64_t c)
{
    return c == ones(f);
}

/* x if r is x ^ -1, else 0. */
static inline esp_ref complemented(const struct in *f, esp_ref r)
{
    const esp_ins *i = graph_at(f->g, r);

    if (i->op != IR_xor || !is_const(f, i->b)
        || value(f, i->b) != arith_mask((esp_type)i->ty))
        return 0;
    return i->a;
}

/* x if r is 0 - x, else 0. */
static inline esp_ref negative(const struct in *f, esp_ref r)
{
    const esp_ins *i = graph_at(f->g, r);

    return i->op == IR_sub && is_const(f, i->a) && !value(f, i->a) ? i->b : 0;
}

static inline uint64_t log2_of(uint64_t c)
{
    return (uint64_t)__builtin_ctzll(c);
}

static inline bool is_widening(esp_ins i)
{
    return i.op == IR_zext || i.op == IR_sext;
}

/* ---- between the files ------------------------------------------------ */

/* The part of x | y that matters if only the bits in `mask` do, or 0. */
esp_ref fold_part_of_or(const struct in *f, esp_ins i, uint64_t mask);

/* Does the conversion from an integer lose nothing? */
bool fold_exact_from(const struct in *f, esp_ins i);

/* fold_compare.c */
esp_ref fold_eq(const struct in *f);            /* and ne */
esp_ref fold_slt(const struct in *f);
esp_ref fold_sle(const struct in *f);
esp_ref fold_ult(const struct in *f);
esp_ref fold_ule(const struct in *f);
esp_ref fold_feq(const struct in *f);           /* and fle */
esp_ref fold_flt(const struct in *f);

/* fold_convert.c */
esp_ref fold_fdiv(const struct in *f);
esp_ref fold_fneg(const struct in *f);
esp_ref fold_fabs(const struct in *f);
esp_ref fold_round(const struct in *f);         /* ffloor, fceil, ftrunc */
esp_ref fold_zext(const struct in *f);
esp_ref fold_sext(const struct in *f);
esp_ref fold_trunc(const struct in *f);
esp_ref fold_bitcast(const struct in *f);
esp_ref fold_uitofp(const struct in *f);
esp_ref fold_fptoint(const struct in *f);       /* fptosi, fptoui */
esp_ref fold_select(const struct in *f);

#endif
