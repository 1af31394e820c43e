/* Objects that live for one turn of a loop. */
#include <stdint.h>
#include <stdlib.h>

struct point { int64_t x, y; };

static struct point *point(int64_t x, int64_t y)
{
    struct point *volatile p = malloc(sizeof *p);

    *p = (struct point){ x, y };
    return p;
}

/* Frees its operands: C has no collector. */
static struct point *add(struct point *a, struct point *b)
{
    struct point *sum = point(a->x + b->x, a->y + b->y);

    free(a);
    free(b);
    return sum;
}

int64_t bench(int64_t size)
{
    struct point *p = point(0, 0);

    for (int64_t i = 0; i < size; i++)
        p = add(p, point(i, 1));
    return p->x - p->y;
}
