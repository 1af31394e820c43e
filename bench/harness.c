/* Runs a benchmark: once, or in turns; see README.md. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

int64_t bench(int64_t size);

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(void)
{
    long until = now() + @MS@ * 1000000L;

    if (@MS@ == 0)
        return printf("%ld\n", (long)bench(@SIZE@)) < 0;
    do {
        printf("%ld\n", now());
        bench(@SIZE@);
    } while (now() < until);
    printf("%ld\n", now());
}
