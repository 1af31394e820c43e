/* Two functions that call each other. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


#include <stdbool.h>

static bool odd(int64_t n);

static bool even(int64_t n)
{
    return n == 0 ? true : odd(n - 1);
}

static bool odd(int64_t n)
{
    return n == 0 ? false : even(n - 1);
}

int main(void)
{
    int64_t n = 0;

    for (int64_t i = 0; i < 200000; i++)
        if (even(i - i / 1000 * 1000))
            n++;
    printf("%ld\n", (long)n);
}
