/*
 * A small image, for damage.c: a bit of everything that an image holds.
 */
#include "framework/annotate.h"
#include "tests/image/little.h"

static const int little_table[4] = { 2, 3, 5, 7 };
int64_t little_counter;

static int64_t little_helper(int64_t x)
{
    return x * 3 + little_table[x & 3];
}

int64_t little_sum(const struct little_node *n, int64_t limit)
{
    int64_t sum = 0;

    for (int64_t i = 0; i < limit; i++) {
        ESP_EXPLODE;
        switch (n->kind) {
        case 1: sum += little_helper(i); break;
        case 7: sum -= (int64_t)(n->factor * 2.5); break;
        default: little_counter++; break;
        }
    }
    return sum;
}

struct little_pair little_both(struct little_pair p, double x)
{
    if (x < 1.0)
        esp_deopt_invalidate();
    return (struct little_pair){ p.b, p.a + 1 };
}

int64_t little_left_out(int64_t n)
{
    __asm__("" : "+r"(n));
    return n;
}

ESP_BOUNDARY int64_t little_boundary(void) { return 4; }
