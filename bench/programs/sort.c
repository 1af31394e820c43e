/* Insertion sort of a linked list by a field. */
#include <stdint.h>
#include <stdlib.h>

struct element { int64_t key; struct element *next; };

static int64_t random_after(int64_t x)
{
    x = x * 1103515 + 12345;
    return x - x / 65536 * 65536;
}

static struct element *insert(struct element *sorted, struct element *e)
{
    struct element *p = sorted;

    if (!sorted || e->key <= sorted->key) {
        e->next = sorted;
        return e;
    }
    while (p->next) {
        if (e->key <= p->next->key)
            break;
        p = p->next;
    }
    e->next = p->next;
    p->next = e;
    return sorted;
}

int64_t bench(int64_t size)
{
    struct element *sorted = NULL;
    int64_t x = 42, sum = 0, i = 0;

    for (int n = 0; n < size; n++) {
        struct element *e = malloc(sizeof *e);

        x = random_after(x);
        *e = (struct element){ x, NULL };
        sorted = insert(sorted, e);
    }
    for (; sorted; sorted = sorted->next) {
        i++;
        sum += i * sorted->key;
    }
    return sum;
}
