/* Calls with three arguments. */
#include <stdint.h>

static int64_t tak(int64_t x, int64_t y, int64_t z)
{
    if (y < x)
        return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
    return z;
}

int64_t bench(int64_t size)
{
    return tak(size, 15, 6);
}
