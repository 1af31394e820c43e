/* Flags in an object with numbers as keys. */
#include <stdint.h>

int64_t bench(int64_t size)
{
    static volatile char flags[4001];
    int n = 4000, count = 0;

    for (int round = 0; round < size; round++) {
        for (int i = 2; i <= n; i++)
            flags[i] = 1;
        for (int i = 2; i <= n; i++)
            if (flags[i]) {
                count++;
                for (int j = i * i; j <= n; j += i)
                    flags[j] = 0;
            }
    }
    return count;
}
