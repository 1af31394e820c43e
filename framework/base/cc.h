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
#define CC_INLINE          static inline __attribute__((always_inline))
/* In the body of a function that has none: calls of it are kept. */
#define CC_KEEP_CALL()     __asm__ volatile ("" ::: "memory")
#define CC_COLD            __attribute__((cold))
#define CC_TYPEOF(x)       __typeof__(x)

/* Calls functions by another type than theirs, knowingly. */
#if defined(__clang__)
#define CC_CALLS_UNTYPED   __attribute__((no_sanitize("function")))
#else
#define CC_CALLS_UNTYPED
#endif

/* Memory of the C frame, 16-aligned, gone when the function returns. */
#define CC_ALLOCA(n)       __builtin_alloca_with_align((n), 128)

#define CC_FRAME_ADDRESS   __builtin_frame_address(0)

/* Registers that a C function preserves are in its C frame from here on. */
#define CC_SAVE_REGISTERS() __builtin_unwind_init()

/* A function that reads memory which is not its own business. */
#define CC_READS_ANYTHING  __attribute__((no_sanitize("address"))) \
                           __attribute__((no_sanitize("thread")))

/* 64-bit arithmetic that says whether it wrapped around. */
#define CC_ADD_WRAPS(a, b, sum)    __builtin_add_overflow(a, b, sum)
#define CC_SUB_WRAPS(a, b, diff)   __builtin_sub_overflow(a, b, diff)
#define CC_MUL_WRAPS(a, b, prod)   __builtin_mul_overflow(a, b, prod)

#define CC_CLZ64(x)        __builtin_clzll(x)       /* not for 0 */
#define CC_CTZ64(x)        __builtin_ctzll(x)       /* not for 0 */
#define CC_POPCOUNT64(x)   __builtin_popcountll(x)
#define CC_BSWAP64(x)      __builtin_bswap64(x)

/* Instructions between functions. */
#define CC_ASM(text)       __asm__(text)

/*
 * What sanitizers want to hear when a thread goes to another stack: that it
 * leaves this one (NULL: for good) for that one, that it has arrived; for the
 * thread sanitizer, that another of its fibers goes on.  And whether the
 * address sanitizer watches, which knows no bounds but those of malloc.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define CC_FIBER_LEAVE(save, low, size) \
    __sanitizer_start_switch_fiber((save), (low), (size))
#define CC_FIBER_ARRIVED(saved, low, size) \
    __sanitizer_finish_switch_fiber((saved), (low), (size))
#define CC_UNPOISON_STACK(low, size) \
    ASAN_UNPOISON_MEMORY_REGION((low), (size))
#define CC_POISON(start, size)  ASAN_POISON_MEMORY_REGION((start), (size))
#define CC_CHECKS_ADDRESSES 1
#else
#define CC_CHECKS_ADDRESSES 0
#define CC_FIBER_LEAVE(save, low, size)     ((void)(save), (void)(low))
#define CC_FIBER_ARRIVED(saved, low, size)  ((void)(low), (void)(size))
#define CC_UNPOISON_STACK(low, size)        ((void)0)
#define CC_POISON(start, size)              ((void)0)
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define CC_FIBER_NEW()          __tsan_create_fiber(0)
#define CC_FIBER_FREE(fiber)    __tsan_destroy_fiber(fiber)
#define CC_FIBER_GO(from, to) \
    ((from) = __tsan_get_current_fiber(), __tsan_switch_to_fiber((to), 0))
#else
#define CC_FIBER_NEW()          NULL
#define CC_FIBER_FREE(fiber)    ((void)(fiber))
#define CC_FIBER_GO(from, to)   ((void)(to))
#endif

/* Twice a machine word. */
__extension__ typedef unsigned __int128 cc_u128;

#endif
