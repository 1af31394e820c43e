/* Functions as values: composed, kept in objects, called. */
#include <stdint.h>

typedef int64_t fn(int64_t x);

struct composed { fn *f, *g; };

static int64_t inc(int64_t x)
{
    return x + 1;
}

static int64_t dbl(int64_t x)
{
    return x + x;
}

static int64_t cut(int64_t x)
{
    return x > 1000 ? x - 1000 : x;
}

static int64_t run(const struct composed *volatile c, int64_t x)
{
    return c->g(c->f(x));
}

static int64_t times(const struct composed *c, int64_t n, int64_t x)
{
    for (; n > 0; n--)
        x = cut(run(c, x));
    return x;
}

int64_t bench(int64_t size)
{
    struct composed a = { inc, dbl }, b = { dbl, inc };

    return times(&a, size, 1) * 10000 +
           times(&b, size, 1);
}
