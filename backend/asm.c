/*
 * The assembler's buffer: layout of fixups, constants and tables.
 *
 *     raw bytes   |....|......|..|          fixups stand between, without room
 *     result      |....FF|......FFFFFF|..|pad|constants 16, 8, 4|tables|
 *
 * A label is a raw offset and the number of fixups before it; its final offset
 * is the first plus the sizes of the second.  Growing from all-short is sound
 * because a fixup never becomes short again, and it ends because each round
 * lengthens at least one.  The rounds are few: code that needs more than three
 * has not been seen.
 */
#include "backend/asm.h"

#include <string.h>

enum { UNBOUND = UINT32_MAX, ALIGN = 0, RECENT = 32, LARGEST = 1 << 28 };

void asm_init(esp_asm *a, esp_arena *arena, const asm_target *target)
{
    memset(a, 0, sizeof *a);
    a->arena = arena;
    a->target = target;
}

void asm_wrong(esp_asm *a, const char *what)
{
    if (!a->error)
        a->error = what;
}

void asm_put(esp_asm *a, const uint8_t *bytes, uint32_t n)
{
    VEC_RESERVE(a->arena, &a->raw, n);
    memcpy(a->raw.at + a->raw.n, bytes, n);
    a->raw.n += n;
}

void asm_put_short(esp_asm *a, const uint8_t bytes[ASM_SHORT], uint32_t n)
{
    VEC_RESERVE(a->arena, &a->raw, ASM_SHORT);
    memcpy(a->raw.at + a->raw.n, bytes, ASM_SHORT);
    a->raw.n += n;
}

esp_label asm_label(esp_asm *a)
{
    asm_label_info info = { UNBOUND, 0 };

    VEC_PUSH(a->arena, &a->labels, info);
    return (esp_label){ a->labels.n - 1 };
}

void asm_bind(esp_asm *a, esp_label l)
{
    asm_label_info *info = &a->labels.at[l.i];

    if (info->at != UNBOUND)
        asm_wrong(a, "a label is bound twice");
    info->at = a->raw.n;
    info->fixups = a->fixups.n;
}

esp_label asm_here(esp_asm *a)
{
    esp_label l = asm_label(a);

    asm_bind(a, l);
    return l;
}

void asm_fix(esp_asm *a, uint8_t kind, esp_label l, uint32_t data)
{
    asm_fixup f = { a->raw.n, l.i, data, kind, false };

    VEC_PUSH(a->arena, &a->fixups, f);
}

void asm_align(esp_asm *a, uint32_t n)
{
    asm_fix(a, ALIGN, (esp_label){ 0 }, n);
}

void asm_reloc(esp_asm *a, uint64_t target, asm_apply *apply)
{
    esp_reloc r = { 0, asm_here(a), target, apply };

    VEC_PUSH(a->arena, &a->relocs, r);
}

/* Equal constants tend to stand near each other, so a short look back finds
 * nearly all and the search stays bounded. */
esp_label asm_const(esp_asm *a, uint64_t lo, uint64_t hi, uint32_t size)
{
    asm_datum d = { lo, hi, size, 0, 0, 0 };

    for (uint32_t i = a->data.n; i-- > 0 && a->data.n - i <= RECENT;) {
        const asm_datum *e = &a->data.at[i];
        if (e->size == size && e->lo == lo && e->hi == hi)
            return (esp_label){ e->label };
    }
    d.label = asm_label(a).i;
    VEC_PUSH(a->arena, &a->data, d);
    return (esp_label){ d.label };
}

esp_label asm_table(esp_asm *a, const esp_label *labels, uint32_t n)
{
    asm_datum d = { 0, 0, 0, asm_label(a).i, a->table_labels.n, n };

    for (uint32_t i = 0; i < n; i++)
        VEC_PUSH(a->arena, &a->table_labels, labels[i].i);
    VEC_PUSH(a->arena, &a->data, d);
    return (esp_label){ d.label };
}

/* Where things are in the result while fixups have the sizes they have now.
 * Data labels are kept apart: they depend on the size of the code. */
struct layout {
    uint32_t *before;       /* bytes of the fixups before each; one more */
    uint32_t *data;         /* by label: offset from the start of the data */
    uint32_t data_size;
    uint32_t code, start;   /* end of the code; start of the data */
};

static uint32_t round_up(uint32_t x, uint32_t n)
{
    return (x + n - 1) & ~(n - 1);
}

static uint32_t place_data_of_size(esp_asm *a, struct layout *l, uint32_t size,
                                   uint32_t at)
{
    for (uint32_t i = 0; i < a->data.n; i++) {
        const asm_datum *d = &a->data.at[i];
        if (d->size != size)
            continue;
        l->data[d->label] = at;
        at += size ? size : 4 * d->n;
    }
    return at;
}

/* Largest alignment first, so there is no padding between them. */
static void place_data(esp_asm *a, struct layout *l)
{
    static const uint8_t order[] = { 16, 8, 4, 0 };
    uint32_t at = 0;

    l->data = ARENA_ARRAY(a->arena, uint32_t, a->labels.n + 1);
    memset(l->data, 0xff, (a->labels.n + 1) * sizeof *l->data);
    for (unsigned i = 0; i < sizeof order; i++)
        at = place_data_of_size(a, l, order[i], at);
    l->data_size = at;
}

static uint32_t label_at(const esp_asm *a, const struct layout *l, uint32_t i)
{
    const asm_label_info *info = &a->labels.at[i];

    if (l->data[i] != UNBOUND)
        return l->start + l->data[i];
    return info->at + l->before[info->fixups];
}

static uint32_t fixup_size(const esp_asm *a, const asm_fixup *f, uint32_t start)
{
    const asm_kind *k = &a->target->kinds[f->kind];

    if (f->kind == ALIGN)
        return round_up(start, f->data) - start;
    return f->is_long ? k->long_size : k->short_size;
}

static void place_code(esp_asm *a, struct layout *l)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < a->fixups.n; i++) {
        l->before[i] = sum;
        sum += fixup_size(a, &a->fixups.at[i], a->fixups.at[i].at + sum);
    }
    l->before[a->fixups.n] = sum;
    l->code = a->raw.n + sum;
    l->start = a->data.n ? round_up(l->code, 16) : l->code;
}

static bool lengthen(esp_asm *a, const struct layout *l)
{
    bool grew = false;

    for (uint32_t i = 0; i < a->fixups.n; i++) {
        asm_fixup *f = &a->fixups.at[i];
        const asm_kind *k = &a->target->kinds[f->kind];
        int64_t distance;

        if (f->kind == ALIGN || f->is_long || k->short_size == k->long_size)
            continue;
        distance = (int64_t)label_at(a, l, f->label) - (f->at + l->before[i]);
        if (distance < k->min || distance > k->max)
            f->is_long = grew = true;
    }
    return grew;
}

static bool labels_bound(const esp_asm *a, const struct layout *l)
{
    for (uint32_t i = 0; i < a->fixups.n; i++) {
        uint32_t to = a->fixups.at[i].label;
        if (a->fixups.at[i].kind != ALIGN && l->data[to] == UNBOUND
            && a->labels.at[to].at == UNBOUND)
            return false;
    }
    for (uint32_t i = 0; i < a->table_labels.n; i++)
        if (a->labels.at[a->table_labels.at[i]].at == UNBOUND)
            return false;
    return true;
}

static uint8_t *copy_raw(const esp_asm *a, uint8_t *to, uint32_t from,
                         uint32_t until)
{
    if (from < until)
        memcpy(to, a->raw.at + from, until - from);
    return to + (until - from);
}

static void write_code(esp_asm *a, const struct layout *l)
{
    uint32_t from = 0;
    uint8_t *to = a->bytes;

    for (uint32_t i = 0; i < a->fixups.n; i++) {
        asm_fixup *f = &a->fixups.at[i];
        uint32_t start = f->at + l->before[i];
        uint32_t size = fixup_size(a, f, start);

        to = copy_raw(a, to, from, f->at);
        from = f->at;
        if (f->kind == ALIGN)
            a->target->pad(to, size);
        else if (!a->target->write(to, f, (int64_t)label_at(a, l, f->label)
                                          - start))
            asm_wrong(a, "the code is too large for a jump or an address");
        to += size;
    }
    copy_raw(a, to, from, a->raw.n);
    a->target->pad(a->bytes + l->code, l->start - l->code);
}

static void write_data(esp_asm *a, const struct layout *l)
{
    for (uint32_t i = 0; i < a->data.n; i++) {
        const asm_datum *d = &a->data.at[i];
        uint32_t at = label_at(a, l, d->label);
        uint64_t words[2] = { d->lo, d->hi };

        memcpy(a->bytes + at, words, d->size);
        for (uint32_t j = 0; j < d->n; j++) {
            uint32_t to = label_at(a, l, a->table_labels.at[d->first + j]);
            uint32_t distance = to - at;
            memcpy(a->bytes + at + 4 * j, &distance, 4);
        }
    }
}

/* Labels and relocations get their final offsets; from here on a label's
 * `fixups` means nothing. */
static void settle(esp_asm *a, const struct layout *l)
{
    for (uint32_t i = 0; i < a->labels.n; i++)
        if (a->labels.at[i].at != UNBOUND || l->data[i] != UNBOUND)
            a->labels.at[i].at = label_at(a, l, i);
    for (uint32_t i = 0; i < a->relocs.n; i++)
        a->relocs.at[i].offset = asm_offset(a, a->relocs.at[i].label);
}

const char *asm_finish(esp_asm *a)
{
    struct layout l = { 0 };

    if (a->error)
        return a->error;
    if (a->raw.n > LARGEST) {
        asm_wrong(a, "the code is too large");
        return a->error;
    }
    place_data(a, &l);
    if (!labels_bound(a, &l)) {
        asm_wrong(a, "a label that is used is bound nowhere");
        return a->error;
    }
    l.before = ARENA_ARRAY(a->arena, uint32_t, a->fixups.n + 1);
    do
        place_code(a, &l);
    while (lengthen(a, &l));
    a->code_size = l.code;
    a->size = l.start + l.data_size;
    a->bytes = ARENA_ARRAY(a->arena, uint8_t, a->size);
    write_code(a, &l);
    write_data(a, &l);
    settle(a, &l);
    return a->error;
}

uint32_t asm_offset(const esp_asm *a, esp_label l)
{
    return a->labels.at[l.i].at;
}
