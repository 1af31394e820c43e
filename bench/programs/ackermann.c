/* Deep recursion. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


static int64_t ack(int64_t m, int64_t n)
{
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ack(m - 1, 1);
    return ack(m - 1, ack(m, n - 1));
}

int main(void)
{
    int64_t sum = 0;

    for (int i = 0; i < 400; i++)
        sum += ack(3, 6);
    printf("%ld\n", (long)sum);
}
