/*
 * Two engines in two threads at once; more threads after them.
 */
#include "tests/framework/mini.h"

#include <pthread.h>

static const char *const program =
    "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
    "(def tree (n) (set o (new)) (put o left null) (put o right null)"
    "    (if (< 0 n) (do (put o left (tree (- n 1)))"
    "        (put o right (tree (- n 1)))) null) o)"
    "(def count (o) (if (== o null) 0"
    "    (+ 1 (+ (count (get o left)) (count (get o right))))))"
    "(def sum (n) (set s 0) (while (< 0 n) (set s (+ s n))"
    "    (set n (- n 1))) s)";

static void *run(void *arg)
{
    int64_t n = (int64_t)(intptr_t)arg;

    for (int round = 0; round < 3; round++) {
        esp_context *c = mini_start(NULL);
        esp_value o;

        mini_define(c, program);
        CHECK_INT(mini_run1(c, "fib", 18), 2584);
        CHECK_INT(mini_run1(c, "sum", 10000 + n), (10000 + n) *
                  (10001 + n) / 2);
        for (int i = 0; i < 5; i++) {
            o = mini_run1(c, "tree", 10);
            CHECK(o.tag == MINI_OBJECT);
            CHECK_INT(mini_run(c, "count", 1, &o), 2047);
        }
        mini_close(c);
    }
    return NULL;
}

int main(void)
{
    enum { THREADS = 2, ROUNDS = 3 };
    pthread_t thread[THREADS];

    /* The first contexts of the process are not the main thread's. */
    for (int round = 0; round < ROUNDS; round++) {
        for (intptr_t i = 0; i < THREADS; i++)
            CHECK(!pthread_create(&thread[i], NULL, run,
                                  (void *)(i * 100)));
        for (int i = 0; i < THREADS; i++)
            pthread_join(thread[i], NULL);
    }
    run((void *)1000);
    return mini_finish();
}
