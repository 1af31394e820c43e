/* The longest way to 1; branches that nobody can foresee. */
#include <stdint.h>

int64_t bench(int64_t size)
{
    int64_t best = 0, at = 0;

    for (int64_t i = 1; i < size; i++) {
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
    return at * 1000 + best;
}
