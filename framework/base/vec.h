/*
 * Growable arrays in an arena.
 *
 *     VEC(esp_ref) work = { 0 };
 *     VEC_PUSH(arena, &work, r);
 *     while (work.n) r = work.at[--work.n];
 */
#ifndef ESP_BASE_VEC_H
#define ESP_BASE_VEC_H

#include "framework/base/arena.h"

#include <stdint.h>

#define VEC(type) struct { type *at; uint32_t n, cap; }

#define VEC_RESERVE(arena, v, extra)                                        \
    do {                                                                    \
        if ((v)->n + (extra) > (v)->cap) {                                  \
            uint32_t cap_ = (v)->cap ? (v)->cap * 2 : 8;                    \
            while (cap_ < (v)->n + (extra))                                 \
                cap_ *= 2;                                                  \
            (v)->at = arena_grow((arena), (v)->at,                          \
                                 (v)->n * sizeof *(v)->at,                  \
                                 cap_ * sizeof *(v)->at);                   \
            (v)->cap = cap_;                                                \
        }                                                                   \
    } while (0)

#define VEC_PUSH(arena, v, x)                                               \
    do {                                                                    \
        VEC_RESERVE(arena, v, 1);                                           \
        (v)->at[(v)->n++] = (x);                                            \
    } while (0)

#endif
