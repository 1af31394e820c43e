/* A variable that is a number for long, then a text, then a number. */
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

    x[0] = '\0';
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

int64_t bench(int64_t size)
{
    int64_t sum = numbers(0, 1, size);
    const char *text = texts("a", size / 15);

    sum += numbers(0, 2, size);
    return strcmp(text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") == 0 ? sum : 0;
}
