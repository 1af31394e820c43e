/*
 * Code memory, and what is known of each piece of code in it.
 *
 * A cache reserves one range of addresses, so that its units reach each other
 * and, if the system lets us, the program's own functions by relative calls.
 * A unit gets free pages of its own: they are written while they are private
 * to us, made executable by one mprotect, and never written again.  Nothing
 * is patched: what changes later (entry cells, valid flags, inline caches) is
 * data.  Pages are private to the process, so a forked child has its own.
 *
 *     code = code_new(cache, name, tier);     the unit, its arena, its flag
 *     ...fill in the tables, emit bytes that test &code->valid...
 *     error = code_publish(cache, code, &asm);
 *     code->entry is callable; code_find(cache, pc) knows it
 *     code_free(cache, code)                  when nobody is inside
 *
 * The single flip is a choice between measured ways: with two mappings of the
 * same pages perf maps lose their names, qemu-user and valgrind run stale
 * code, and a forked child shares the pages.
 */
#ifndef ESP_BACKEND_CODE_H
#define ESP_BACKEND_CODE_H

#include "backend/asm.h"
#include "framework/base/arena.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a value is at a point of a unit. */
typedef enum esp_loc_kind {
    LOC_GPR,            /* value: number of a general register */
    LOC_FPR,            /* value: number of a floating-point register */
    LOC_SLOT            /* value: offset in bytes from the frame pointer */
} esp_loc_kind;

/* A unit has more of these than instructions. */
typedef struct esp_loc {
    uint32_t ref;       /* which value: the graph instruction it was */
    uint32_t kind : 2;  /* esp_loc_kind */
    uint32_t type : 6;  /* esp_type */
    int32_t value : 24;
} esp_loc;

_Static_assert(sizeof(esp_loc) == 8, "places are told in two words");

/* What there is to know when control has left a unit for the runtime: at the
 * return address of a call, or at an exit. */
typedef struct esp_point {
    uint32_t pc;        /* offset from `start`: return address; exit */
    uint32_t state;     /* frame state, a number that the deopt tables know */
    uint32_t locs;      /* first of nlocs in code->locs; points with the same
                         * values in the same places share them */
    uint16_t nlocs;
    uint16_t reason;    /* exits: which kind of guard */
} esp_point;

/* From `pc` to the pc of the next entry: this line of the guest's source. */
typedef struct code_line { uint32_t pc, line; } code_line;

/* The machine frame, as far as the runtime has to know it.  The frame pointer
 * points at the caller's, and the return address stands behind that: nothing
 * of ours is above.  Offsets are from the frame pointer. */
typedef struct code_frame {
    uint32_t size;              /* bytes below the frame pointer */
    uint32_t saved_gpr;         /* set of registers saved in the prologue, */
    uint32_t saved_fpr;
    int32_t saved_at;           /* in ascending order from here, general ones
                                 * first */
} code_frame;

typedef struct esp_code {
    const uint8_t *start;       /* first byte; NULL until published */
    const void *entry;          /* where to call it */
    uint32_t size;              /* bytes, constants included */
    uint32_t code_size;         /* bytes before the constants */
    volatile uint8_t valid;     /* 1; cleared by code_invalidate.  Its address
                                 * is in the code */
    uint8_t tier;
    const char *name;           /* for people and tools */

    code_frame frame;
    esp_point *calls;           /* sorted by pc */
    uint32_t ncalls;
    esp_point *exits;
    uint32_t nexits;
    esp_loc *locs;
    uint32_t nlocs;

    const void *const *keep;    /* heap objects that the code refers to: the
                                 * bytes are not scanned, so the heap must
                                 * have this array as a root */
    uint32_t nkeep;
    const void *const *depends; /* assumptions it rests on */
    uint32_t ndepends;
    const char *file;           /* guest source, and its lines by pc; NULL */
    code_line *lines;
    uint32_t nlines;
    void *deopt;                /* tables of backend/deopt.c */
    struct gdb_object *gdb;     /* backend/gdb.c */
    void *owner;                /* call target, loop: the caller's */

    esp_arena arena;            /* of all of the above; goes with the code */
    uint32_t first_page, pages; /* code.c */
    struct esp_code *prev, *next;       /* all units of the cache */
} esp_code;

typedef struct code_stats {
    uint32_t units;             /* published and not freed */
    uint32_t published, freed;  /* ever */
    size_t bytes;               /* of code and constants, in use */
    size_t page_bytes;          /* of the pages that hold them */
    size_t peak_page_bytes;
} code_stats;

typedef struct esp_code_cache {
    uint8_t *base;              /* the reserved range */
    size_t size;                /* bytes; what may be used of it */
    size_t page;                /* bytes of a page */
    uint32_t npages, next_page; /* where to look for free pages first */
    esp_code **page_owner;      /* by page; NULL: free */
    uint32_t ready_from, ready_to;      /* free pages that are writable */
    esp_code *units;
    const void *_Atomic leave;  /* where the exits of all units end; emit.c */
    code_stats stats;
    pthread_mutex_t lock;       /* all of the above: compile threads publish,
                                 * others walk stacks */
    /* Instruction caches learn of new code here; tests look in. */
    void (*flush)(void *from, void *to);
} esp_code_cache;

enum { CODE_CACHE_DEFAULT = 64 << 20, CODE_CACHE_MAX = 1 << 30 };

/* A cache for at most `limit` bytes (0: the default), rounded up to pages.
 * NULL if the system gives no memory or `limit` is too large; *error says
 * what. */
esp_code_cache *code_cache_new(size_t limit, const char **error);

/* Frees all units and the cache; no activation of any may be left. */
void code_cache_free(esp_code_cache *c);

/* A unit without code; NULL without memory.  Its arena does not call back
 * when memory runs out. */
esp_code *code_new(esp_code_cache *c, const char *name, int tier);

/* Tells the assembler where the code will lie, so that it knows which calls
 * reach. */
void code_place(const esp_code_cache *c, esp_asm *a);

/* Copies the finished bytes of `a` to fresh pages, completes what is relative
 * to their address, and makes them executable.  `entry` is the offset of the
 * entry.  NULL if all is well, else why not; the unit is then as before. */
const char *code_publish(esp_code_cache *c, esp_code *code, const esp_asm *a,
                         uint32_t entry);

/* What code_publish says when there is no room: a reason to compile no more,
 * not a fault. */
extern const char code_cache_full[];

/* Gives up a unit, published or not.  No activation may be inside. */
void code_free(esp_code_cache *c, esp_code *code);

/* Forgets a unit that a thread of another process, from which this one was
 * forked, has not finished: its pages are given back, its tables are left. */
void code_abandon(esp_code_cache *c, esp_code *code);

/* Active frames notice after their calls and at polls. */
static inline void code_invalidate(esp_code *code)
{
    code->valid = 0;
}

/* The published unit that contains an address, or NULL. */
esp_code *code_find(esp_code_cache *c, const void *pc);

/* The call that returns to `pc`, or NULL. */
const esp_point *code_call_at(const esp_code *code, const void *pc);

/* Where a value is at a point, or NULL. */
const esp_loc *code_loc(const esp_code *code, const esp_point *point,
                        uint32_t ref);

/* Registers as an exit found them; NULL where only slots and constants can
 * occur, as in a frame that waits for a call. */
typedef struct code_regs {
    const uint64_t *gpr, *fpr;
} code_regs;

/* The 64 bits at a location; those above the type's width mean nothing. */
uint64_t code_read(const esp_loc *loc, const code_regs *regs,
                   const void *frame);

code_stats code_get_stats(esp_code_cache *c);

#endif
