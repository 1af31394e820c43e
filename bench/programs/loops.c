/* Nested loops over integers. */
#include <stdint.h>

int64_t bench(int64_t size)
{
    int64_t n = 0;

    for (int64_t i = 0; i < size; i++)
        for (int64_t j = 0; j < 300; j++)
            for (int64_t k = 0; k < 300; k++) {
                n = n + j * k - i;
                if (n > 1000000)
                    n -= 1000000;
            }
    return n;
}
