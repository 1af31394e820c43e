/* Properties of one object, read and written. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


struct object { int64_t i, sum, last; };

int main(void)
{
    struct object *volatile where = calloc(1, sizeof *where);
    struct object *o = where;

    while (o->i < 24000000) {
        o->sum = o->sum + o->i - o->last;
        o->last = o->i / 2;
        o->i = o->i + 1;
    }
    printf("%ld\n", (long)o->sum);
}
