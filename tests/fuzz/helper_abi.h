/*
 * What helper_abi.c needs to know of the functions that gen_abi made.
 */
#ifndef ESP_TESTS_ABI_H
#define ESP_TESTS_ABI_H

#include <stdbool.h>

/* A function that only passes on what it gets, and who calls it: says whether
 * the arguments have come through to the other end, and the result back. */
typedef struct abi_row {
    const char *name;
    void *pass;
    bool (*drive)(void *pass);
} abi_row;

/* The end has no name.  Prints what was wrong, and the exit code. */
int abi_run(const abi_row *rows);

#endif
