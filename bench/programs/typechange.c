/* A variable that is a number for long, then a text, then a number. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


#include <string.h>

static int64_t numbers(int64_t x, int64_t one, int64_t n)
{
    for (; n > 0; n--) {
        int64_t y = x + one;

        if (y == x)
            return -1;
        x = y + one;
        if (n % 16 == 0)
            x = one + one;
    }
    return x;
}

static const char *texts(const char *one, int64_t n)
{
    static char x[64], y[64];

    for (; n > 0; n--) {
        strcat(strcpy(y, x), one);
        if (strcmp(y, x) == 0)
            return "never";
        strcat(strcpy(x, y), one);
        if (n % 16 == 0)
            strcat(strcpy(x, one), one);
    }
    return x;
}

int main(void)
{
    printf("%ld%s%ld\n", (long)numbers(0, 1, 6000000), texts("a", 400000),
           (long)numbers(0, 2, 6000000));
}
