/* Two functions that call each other. */
#include <stdbool.h>
#include <stdint.h>

static bool odd(int64_t n);

static bool even(int64_t n)
{
    return n == 0 ? true : odd(n - 1);
}

static bool odd(int64_t n)
{
    return n == 0 ? false : even(n - 1);
}

int64_t bench(int64_t size)
{
    int64_t n = 0;

    for (int64_t i = 0; i < size; i++)
        if (even(i - i / 1000 * 1000))
            n++;
    return n;
}
