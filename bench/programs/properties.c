/* Properties of one object, read and written. */
#include <stdint.h>
#include <stdlib.h>

struct object { int64_t i, sum, last; };

int64_t bench(int64_t size)
{
    struct object *volatile where = calloc(1, sizeof *where);
    struct object *o = where;

    while (o->i < size) {
        o->sum = o->sum + o->i - o->last;
        o->last = o->i / 2;
        o->i = o->i + 1;
    }
    return o->sum;
}
