/* Divisions in a loop: a - a / b * b. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


int main(void)
{
    int64_t x = 42, sum = 0;

    for (int i = 0; i < 4000000; i++) {
        x = x * 16807 - x * 16807 / 65537 * 65537;
        sum = sum + x - x / 7 * 7;
    }
    printf("%ld\n", (long)sum);
}
