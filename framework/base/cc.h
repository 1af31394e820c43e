/*
 * Every compiler extension that the project uses, in one place.
 *
 * The installed headers cannot include this file; what they need of it
 * stands again in annotate.h.
 */
#ifndef ESP_BASE_CC_H
#define ESP_BASE_CC_H

#define CC_LIKELY(x)       __builtin_expect(!!(x), 1)
#define CC_UNLIKELY(x)     __builtin_expect(!!(x), 0)
#define CC_NORETURN        _Noreturn
#define CC_PRINTF(f, a)    __attribute__((format(printf, f, a)))
#define CC_NOINLINE        __attribute__((noinline))
#define CC_UNUSED          __attribute__((unused))
#define CC_USED            __attribute__((used))
/* In the body of a function that has none: calls of it are kept. */
#define CC_KEEP_CALL()     __asm__ volatile ("" ::: "memory")
#define CC_COLD            __attribute__((cold))

#endif
