/* A text that is put together piece by piece, many times. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *build(int n)
{
    char *s = malloc(16384), *end = s;

    for (; n > 0; n--)
        end += sprintf(end, "%d,", n);
    return s;
}

int64_t bench(int64_t size)
{
    char *first = build(2000);
    int same = 0;

    for (int i = 0; i < size; i++) {
        char *s = build(2000);

        same += strcmp(s, first) == 0;
        free(s);
    }
    return same;
}
