/* A loop in a function that is called often. */
#include <stdint.h>

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t t = a - a / b * b;

        a = b;
        b = t;
    }
    return a;
}

int64_t bench(int64_t size)
{
    int64_t sum = 0;

    for (int64_t i = 1; i < size; i++)
        for (int64_t j = 1; j < 1000; j++)
            sum += gcd(i, j);
    return sum;
}
