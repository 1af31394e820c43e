/* Divisions in a loop: a - a / b * b. */
#include <stdint.h>

int64_t bench(int64_t size)
{
    int64_t x = 42, sum = 0;

    for (int i = 0; i < size; i++) {
        x = x * 16807 - x * 16807 / 65537 * 65537;
        sum = sum + x - x / 7 * 7;
    }
    return sum;
}
