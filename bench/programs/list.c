/* Linked lists: made, walked, reversed. */
#include <stdint.h>
#include <stdlib.h>

struct element { int64_t value; struct element *next; };

static struct element *make(int64_t n)
{
    struct element *list = NULL;

    for (; n > 0; n--) {
        struct element *e = malloc(sizeof *e);

        *e = (struct element){ n, list };
        list = e;
    }
    return list;
}

static struct element *reverse(struct element *list)
{
    struct element *r = NULL;

    while (list) {
        struct element *next = list->next;

        list->next = r;
        r = list;
        list = next;
    }
    return r;
}

static int64_t sum(const struct element *list)
{
    int64_t s = 0;

    for (; list; list = list->next)
        s += list->value;
    return s;
}

static void release(struct element *list)
{
    while (list) {
        struct element *next = list->next;

        free(list);
        list = next;
    }
}

int64_t bench(int64_t size)
{
    int64_t total = 0;

    for (int i = 0; i < size; i++) {
        struct element *list = reverse(make(5000));

        total += sum(list) + list->value;
        release(list);
    }
    return total;
}
