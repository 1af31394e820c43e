/* Deep recursion. */
#include <stdint.h>

static int64_t ack(int64_t m, int64_t n)
{
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ack(m - 1, 1);
    return ack(m - 1, ack(m, n - 1));
}

int64_t bench(int64_t size)
{
    int64_t sum = 0;

    for (int i = 0; i < size; i++)
        sum += ack(3, 6);
    return sum;
}
