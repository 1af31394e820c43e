/* The longest way to 1; branches that nobody can foresee. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


int main(void)
{
    int64_t best = 0, at = 0;

    for (int64_t i = 1; i < 120000; i++) {
        int64_t n = i, c = 0;

        while (n != 1) {
            int64_t h = n / 2;

            if (h * 2 == n)
                n = h;
            else
                n = 3 * n + 1;
            c++;
        }
        if (c > best) {
            best = c;
            at = i;
        }
    }
    printf("%ld\n", (long)(at * 1000 + best));
}
