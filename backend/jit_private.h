/*
 * jit_private.h: the compiler of an engine, as its files share it.
 *
 *     jit.c      what framework/tier.h asks for; when is compiled, and where
 *     job.c      one compilation: evaluated, compiled, installed
 *     leave.c    compiled code is left: counts, lessons, the way back
 *     walk.c     guest frames of compiled code
 *     reclaim.c  memory of code that nobody can enter and nobody is in
 *     report.c   --stats
 */
#ifndef ESP_BACKEND_JIT_PRIVATE_H
#define ESP_BACKEND_JIT_PRIVATE_H

#include "backend/code.h"
#include "backend/compile.h"
#include "backend/deopt.h"
#include "backend/jit.h"
#include "backend/perf.h"
#include "backend/queue.h"
#include "backend/times.h"
#include "backend/worker.h"
#include "framework/tier.h"
#include "pe/eval/eval.h"

typedef struct jit jit;
typedef struct job job;

typedef struct jit_counts {
    uint64_t compilations, nodes, visited, ir, bytes;
    step_times times;           /* of those declined, too */
} jit_counts;

/* Code for a loop that can be entered while the loop runs.  A program has few
 * of these: a list is enough. */
typedef struct loop_code {
    struct loop_code *next;
    const esp_node *loop;
    esp_code *code;
} loop_code;

/* A place in the guest program where compiled code was left for good. */
typedef struct deopt_site {
    const esp_node *node;
    const esp_ifunc *fn;
    uint32_t line, times;
} deopt_site;

struct jit {
    esp_engine *engine;
    const esp_settings *settings;
    esp_settings *own;          /* the same, to be freed; or NULL */
    esp_image *image;
    esp_code_cache *cache;
    loop_code *loops;
    deopt_kept *kept;           /* frames given away by stack walks */
    uint64_t random;            /* --stress */
    uint32_t stress_cell;       /* --stress=deopt counts down here */

    worker *worker;             /* --compile=background, or NULL */
    compile_queue queue;
    job *running;               /* what the worker has */
    esp_target *loop_waits;     /* one whose loop wants the worker next */
    uint32_t grace;             /* polls for which the worker is kept free */
    uint32_t delay;             /* --stress=delay: polls before an install */

    esp_code *retired;          /* code that nobody can enter any more */
    uint32_t nretired, next_reclaim;
    uint32_t survived;          /* the last time that somebody looked */
    uint64_t reclaimed;

    VEC(deopt_site) sites;
    esp_arena arena;            /* of `sites` */

    jit_counts tier[3];
    uint64_t deopts, osr, cycles, bailouts[BAIL_COUNT];
    uint64_t remarks;
    uint64_t pauses, longest_pause;     /* of the guest, for the compiler: ns */
    esp_unit_memory memory;     /* of the last compilation, for the next */
    esp_perf *perf;             /* --perf-map, or NULL */
};

/* What a unit belongs to: esp_code.owner; in the unit's arena. */
typedef struct owner {
    jit *jit;
    esp_target *target;
    esp_node *loop;             /* entered on the stack: this loop; or NULL */
    uint32_t *exit_counts;      /* by exit */
    eval_final *finals;         /* --check */
    uint32_t nfinals;
    esp_dependents **depends;   /* the lists that the unit is on */
    uint32_t ndepends;
    void *kept;                 /* esp_keep: heap objects it refers to */
    bool retired, in_use;
    esp_code *next;             /* retired, too */
} owner;

/* ---- job.c ---- */

/* What is compiled: a target, or a loop of it that is running in a frame. */
typedef struct request {
    esp_target *target;
    esp_node *loop;
    esp_frame *frame;
    int tier;
} request;

/* On the guest's thread, at a safepoint; the rest is for the thread of `w`, or
 * for this one, if that is NULL.  NULL if declined. */
job *job_new(jit *j, const request *q, worker *w);

/* Evaluates, optimizes and emits. */
void job_work(void *job);

/* On the guest's thread again: code that was published and is still valid, or
 * NULL, with the reason counted and traced.  The job is gone. */
esp_code *job_finish(jit *j, job *b);

/* What it is for; target NULL: forgotten. */
const request *job_request(const job *b);
/* Its code will not be used: it may stop early. */
void job_spoil(job *b, const char *why);
/* The context of its target is closing. */
void job_forget(job *b);
/* Another process works on it, not we: what it wrote is left alone. */
void job_lose(job *b);

/* ---- jit.c ---- */
/* See esp_jit_attach; NULL: there is none. */
jit *jit_open(esp_engine *engine, const esp_settings *settings,
              esp_text *error);
void jit_discard(void *self, void *code, const char *why);
/* Compiled no more; the reason is counted and traced. */
void jit_give_up(jit *j, esp_target *t, const char *why);
uint64_t jit_now(void);         /* nanoseconds */
/* The guest has waited for the compiler from then on. */
void jit_paused(jit *j, uint64_t since);
uint32_t jit_line(const esp_node *node);        /* of the guest; 0: none */
uint32_t jit_random(jit *j, uint32_t n);        /* from 1 to n */

enum { STRESS_INTERVAL = 61 };  /* --stress: longest way between two events */

/* ---- embed.c ---- */
void embed_free_settings(esp_settings *own);    /* or NULL */

/* ---- leave.c ---- */
/* --check: is what the code took for final still so?  False: that was told,
 * and the code is discarded. */
bool jit_check_finals(jit *j, esp_code *code);
deopt_function jit_leave;
/* Guest code cannot go on from here: ends the program with an error. */
esp_exec_result jit_broken(esp_target *t, const char *why);

/* ---- walk.c ---- */
void *jit_walk(void *self, void *from, void *to, bool keep,
               bool (*found)(void *arg, esp_frame *frame), void *arg);
void jit_drop_kept(jit *j, const char *from, const char *to);
void jit_abandon(void *self, void *from, void *to);

/* ---- reclaim.c ---- */
enum { FIRST_RECLAIM = 16 };    /* retired units before anybody looks */
/* At once: code that nobody has ever entered. */
void reclaim_now(jit *j, esp_code *code);
/* Nobody will enter this code from now on. */
void reclaim_later(jit *j, esp_code *code);
/* At a safepoint: frees what no machine frame is in, when it is time to. */
void reclaim(jit *j, esp_context *context);
/* Frees all retired code of a context that is closing. */
void reclaim_all(jit *j, const esp_context *context);

#endif
