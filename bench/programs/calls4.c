/* A call of a variable that holds four functions. */
#include <stdint.h>

typedef int64_t fn(int64_t x, int64_t i);

static int64_t a(int64_t x, int64_t i)
{
    (void)i;
    return x + 1;
}

static int64_t b(int64_t x, int64_t i)
{
    return x + 7 - i;
}

static int64_t c(int64_t x, int64_t i)
{
    (void)i;
    return x - 3;
}

static int64_t d(int64_t x, int64_t i)
{
    (void)i;
    return x * 2 - x + 5;
}

static __attribute__((noinline)) int64_t call(fn *f, int64_t x, int64_t i)
{
    return f(x, i);
}

int64_t bench(int64_t size)
{
    fn *volatile const fs[] = { a, b, c, d };
    int64_t x = 0, at = 0;

    for (int64_t i = 0; i < size; i++) {
        x = call(fs[at], x, i);
        at++;
        if (at == 4)
            at = 0;
    }
    return x;
}
