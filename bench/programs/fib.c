/* Doubly recursive calls. */
#include <stdint.h>

static int64_t fib(int64_t n)
{
    if (n < 2)
        return n;
    return fib(n - 1) + fib(n - 2);
}

int64_t bench(int64_t size)
{
    return fib(size);
}
