/*
 * Fibers: stack memory, and the switch.
 *
 * Switching pushes the registers that a C function has to preserve and leaves
 * the stack pointer in the fiber; coming back pops them.  The pushed part looks
 * like a C frame, so that who follows frame pointers can begin there.  A new
 * fiber's stack is made to look as if it had been left in front of a call of
 * its function, and its frame pointers end there.  On x86-64 the switch ends
 * with a jump: a processor guesses returns from the calls it has seen, which
 * were made on the other stack, and jumps from where they went before.
 *
 * Stacks are carved from slabs and never given back before the pool goes, but
 * their pages are.  They are large, for address space costs nothing; where the
 * host allows a process little of it, they are small.  The first ones have a
 * guard page each.  A process may have some 65000 mappings, and a guard page
 * costs two, so when there are many more, they do without: who runs code in
 * them measures the stack, with room to spare.
 */
#define _GNU_SOURCE
#include "framework/base/fiber.h"

#include "framework/base/cc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    LARGE_STACK = 16 << 20, LARGE_SIDE = 16 << 20,
    SMALL_STACK = 1 << 20, SMALL_SIDE = 5 << 20,
    GUARDED = 4096,             /* fibers with a guard page, at most */
    SLAB = 16,                  /* fibers */
    GUARD = 64 << 10,           /* a page of any host */
    FIRST_PAGE = 3072,          /* bytes of it that are stack */
    WARM = 64,                  /* free fibers that keep their pages */
    KEPT = 64 << 10,            /* bytes of stack, and of side, */
    TRIMMED = 16                /* at each so many uses */
};

struct slab {
    struct slab *older;
    char *memory;
    size_t size;
    esp_fiber fibers[SLAB];
};

struct esp_fiber_pool {
    struct slab *slabs;
    esp_fiber *warm, *cold;     /* free; cold ones hold no pages */
    uint32_t nwarm;
    uint32_t n;                 /* ever made */
};

/* ---- the switch -------------------------------------------------------- */

void fiber_first(void);

#if defined(__x86_64__)

#define FIBERS 1

CC_ASM(".text\n"
    ".globl fiber_swap\n"
    ".hidden fiber_swap\n"
    ".type fiber_swap, @function\n"
    "fiber_swap:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    pushq %rbx\n"
    "    pushq %r12\n"
    "    pushq %r13\n"
    "    pushq %r14\n"
    "    pushq %r15\n"
    "    movq %rsp, (%rdi)\n"
    "    movq %rsi, %rsp\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    "    popq %rcx\n"
    "    jmpq *%rcx\n"
    ".size fiber_swap, . - fiber_swap\n"
    ".globl fiber_first\n"
    ".hidden fiber_first\n"
    ".type fiber_first, @function\n"
    "fiber_first:\n"
    "    .cfi_startproc\n"
    "    .cfi_undefined rip\n"
    "    movq %r12, %rdi\n"
    "    callq *%rbx\n"
    "    ud2\n"
    "    .cfi_endproc\n"
    ".size fiber_first, . - fiber_first\n");

/* What fiber_swap pops, from the stack pointer up.  Behind it the stack pointer
 * is the base, which is 16-aligned, as it has to be in front of a call. */
struct saved { uint64_t r15, r14, r13, r12, rbx, rbp, pc; };

static struct saved first(fiber_fn *fn, void *arg)
{
    return (struct saved){ .rbx = (uintptr_t)fn, .r12 = (uintptr_t)arg,
                           .pc = (uintptr_t)fiber_first };
}

void *fiber_frame(const esp_fiber *f)
{
    return &((struct saved *)(void *)f->sp)->rbp;
}

#elif defined(__aarch64__)

#define FIBERS 1

CC_ASM(".text\n"
    ".globl fiber_swap\n"
    ".hidden fiber_swap\n"
    ".type fiber_swap, %function\n"
    "fiber_swap:\n"
    "    stp x29, x30, [sp, #-160]!\n"
    "    mov x29, sp\n"
    "    stp x19, x20, [sp, #16]\n"
    "    stp x21, x22, [sp, #32]\n"
    "    stp x23, x24, [sp, #48]\n"
    "    stp x25, x26, [sp, #64]\n"
    "    stp x27, x28, [sp, #80]\n"
    "    stp d8, d9, [sp, #96]\n"
    "    stp d10, d11, [sp, #112]\n"
    "    stp d12, d13, [sp, #128]\n"
    "    stp d14, d15, [sp, #144]\n"
    "    mov x9, sp\n"
    "    str x9, [x0]\n"
    "    mov sp, x1\n"
    "    ldp x19, x20, [sp, #16]\n"
    "    ldp x21, x22, [sp, #32]\n"
    "    ldp x23, x24, [sp, #48]\n"
    "    ldp x25, x26, [sp, #64]\n"
    "    ldp x27, x28, [sp, #80]\n"
    "    ldp d8, d9, [sp, #96]\n"
    "    ldp d10, d11, [sp, #112]\n"
    "    ldp d12, d13, [sp, #128]\n"
    "    ldp d14, d15, [sp, #144]\n"
    "    ldp x29, x30, [sp], #160\n"
    "    ret\n"
    ".size fiber_swap, . - fiber_swap\n"
    ".globl fiber_first\n"
    ".hidden fiber_first\n"
    ".type fiber_first, %function\n"
    "fiber_first:\n"
    "    .cfi_startproc\n"
    "    .cfi_undefined x30\n"
    "    mov x0, x20\n"
    "    blr x19\n"
    "    brk #1\n"
    "    .cfi_endproc\n"
    ".size fiber_first, . - fiber_first\n");

/* What fiber_swap pops, from the stack pointer up. */
struct saved { uint64_t x29, x30, x19, x20, others[16]; };

static struct saved first(fiber_fn *fn, void *arg)
{
    return (struct saved){ .x30 = (uintptr_t)fiber_first,
                           .x19 = (uintptr_t)fn, .x20 = (uintptr_t)arg };
}

void *fiber_frame(const esp_fiber *f)
{
    return f->sp;
}

#else

#define FIBERS 0

void fiber_swap(char **save, char *to)
{
    (void)save, (void)to;
}

struct saved { uint64_t none[2]; };

static struct saved first(fiber_fn *fn, void *arg)
{
    (void)fn, (void)arg;
    return (struct saved){ { 0 } };
}

void *fiber_frame(const esp_fiber *f)
{
    return f->sp;
}

#endif

void fiber_start(esp_fiber *f, fiber_fn *fn, void *arg)
{
    struct saved s = first(fn, arg);

    f->sp = f->base - sizeof s;
    memcpy(f->sp, &s, sizeof s);
}

/* The sanitizers have to know which stack it is; a thread's own they tell us
 * when we have left it. */
void fiber_begin(esp_fiber *f, esp_fiber *from)
{
    const void *low = from->low;
    size_t size = (size_t)(from->base - from->low);

    f->sp = NULL;
    CC_FIBER_ARRIVED(f->asan, &low, &size);
    from->low = (char *)low;
    from->base = (char *)low + size;
}

_Noreturn void fiber_leave(esp_fiber *from, esp_fiber *to)
{
    CC_FIBER_LEAVE(NULL, to->low, (size_t)(to->base - to->low));
    CC_FIBER_GO(from->tsan, to->tsan);
    fiber_swap(&from->sp, to->sp);
    for (;;)
        ;                       /* nobody comes back */
}

/* ---- memory ------------------------------------------------------------ */

esp_fiber_pool *fiber_pool_new(void)
{
    return FIBERS ? calloc(1, sizeof(esp_fiber_pool)) : NULL;
}

void fiber_pool_free(esp_fiber_pool *p)
{
    while (p && p->slabs) {
        struct slab *s = p->slabs;

        for (int i = 0; i < SLAB; i++)
            CC_FIBER_FREE(s->fibers[i].tsan);
        munmap(s->memory, s->size);
        p->slabs = s->older;
        free(s);
    }
    free(p);
}

static void lay_out(esp_fiber *f, char *memory, bool large, bool guarded)
{
    f->low = memory + GUARD;
    f->base = memory + (large ? LARGE_STACK : SMALL_STACK) + FIRST_PAGE;
    f->end = memory + (large ? LARGE_STACK + LARGE_SIDE
                             : SMALL_STACK + SMALL_SIDE);
    f->tsan = CC_FIBER_NEW();
    if (guarded)
        mprotect(memory, GUARD, PROT_NONE);
}

static bool add_slab(esp_fiber_pool *p, bool large)
{
    size_t one = large ? (size_t)LARGE_STACK + LARGE_SIDE
                       : (size_t)SMALL_STACK + SMALL_SIDE;
    struct slab *s = calloc(1, sizeof *s);

    if (!s)
        return false;
    s->size = one * SLAB;
    s->memory = mmap(NULL, s->size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (s->memory == MAP_FAILED) {
        free(s);
        return false;
    }
    /* A huge page would back one stack with what is enough for hundreds. */
    madvise(s->memory, s->size, MADV_NOHUGEPAGE);
    for (int i = SLAB - 1; i >= 0; i--) {
        esp_fiber *f = &s->fibers[i];

        lay_out(f, s->memory + (size_t)i * one, large, p->n < GUARDED);
        f->next = p->cold;
        p->cold = f;
    }
    p->n += SLAB;
    s->older = p->slabs;
    p->slabs = s;
    return true;
}

esp_fiber *fiber_get(esp_fiber_pool *p)
{
    esp_fiber *f = p->warm;

    if (f) {
        p->warm = f->next;
        p->nwarm--;
        return f;
    }
    if (!p->cold && !add_slab(p, true) && !add_slab(p, false))
        return NULL;
    f = p->cold;
    p->cold = f->next;
    return f;
}

static void drop_pages(const esp_fiber *f, size_t keep)
{
    char *page = f->base - FIRST_PAGE;

    madvise(f->low, (size_t)(page - keep - f->low), MADV_DONTNEED);
    madvise(page + keep, (size_t)(f->end - page - keep), MADV_DONTNEED);
}

void fiber_put(esp_fiber_pool *p, esp_fiber *f)
{
    bool warm = p->nwarm < WARM;
    esp_fiber **list = warm ? &p->warm : &p->cold;

    f->sp = NULL;
    CC_UNPOISON_STACK(f->low, (size_t)(f->base - f->low));
    if (!warm)
        drop_pages(f, 0);
    else if (++f->uses % TRIMMED == 0)
        drop_pages(f, KEPT);
    p->nwarm += warm;
    f->next = *list;
    *list = f;
}
