/* Objects that live for one turn of a loop. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


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

int main(void)
{
    struct point *p = point(0, 0);

    for (int64_t i = 0; i < 6000000; i++)
        p = add(p, point(i, 1));
    printf("%ld\n", (long)(p->x - p->y));
}
