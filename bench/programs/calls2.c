/* A call of a variable that holds two functions. */
#include <stdio.h>
#include <stdlib.h>
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

static __attribute__((noinline)) int64_t call(fn *f, int64_t x, int64_t i)
{
    return f(x, i);
}

int main(void)
{
    fn *volatile const fs[] = { a, b };
    int64_t x = 0, at = 0;

    for (int64_t i = 0; i < 24000000; i++) {
        x = call(fs[at], x, i);
        at++;
        if (at == 2)
            at = 0;
    }
    printf("%ld\n", (long)x);
}
