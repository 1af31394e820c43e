/* Doubly recursive calls. */
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>


static int64_t fib(int64_t n)
{
    if (n < 2)
        return n;
    return fib(n - 1) + fib(n - 2);
}

int main(void)
{
    printf("%ld\n", (long)fib(35));
}
