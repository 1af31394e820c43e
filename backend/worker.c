/*
 * The compile thread: one job, handed over and taken back under a lock.
 *
 *              give                 thread                 take
 *     idle ──────────▶ given ─▶ working ─▶ done ──────────────────▶ idle
 *                        └────────┴──▶ lost (in a forked child) ──▶ idle
 */
#include "backend/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = 16 << 20 };      /* the evaluator goes as deep as C functions do */

typedef enum worker_state { IDLE, GIVEN, WORKING, DONE, LOST } worker_state;

struct worker {
    void (*work)(void *job);
    pthread_mutex_t *also[WORKER_LOCKS];    /* what the work locks */
    pthread_mutex_t lock;       /* of all that follows */
    pthread_cond_t wake, stepped;
    pthread_t thread;
    bool running, stop;
    bool aside;                 /* the job, while it is worked on */
    worker_state state;
    void *job;
    void (*ring)(void *whom);
    void *whom;
    worker *next;               /* of the process */
};

/* ---- fork ---------------------------------------------------------------- */

/* A process forks all of its workers at once, whoever forks. */
static struct {
    pthread_once_t once;
    pthread_mutex_t lock;
    worker *all;
} process = { PTHREAD_ONCE_INIT, PTHREAD_MUTEX_INITIALIZER, NULL };

static void before_fork(void)
{
    pthread_mutex_lock(&process.lock);
    for (worker *w = process.all; w; w = w->next) {
        pthread_mutex_lock(&w->lock);
        for (int i = 0; i < WORKER_LOCKS; i++)
            pthread_mutex_lock(w->also[i]);
    }
}

static void after_fork(void)
{
    for (worker *w = process.all; w; w = w->next) {
        for (int i = WORKER_LOCKS; i-- > 0;)
            pthread_mutex_unlock(w->also[i]);
        pthread_mutex_unlock(&w->lock);
    }
    pthread_mutex_unlock(&process.lock);
}

/* Only the thread that forked is here. */
static void after_fork_in_child(void)
{
    for (worker *w = process.all; w; w = w->next) {
        w->running = false;
        pthread_cond_init(&w->wake, NULL);
        pthread_cond_init(&w->stepped, NULL);
        if (w->state == GIVEN || w->state == WORKING)
            w->state = LOST;
    }
    after_fork();
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static void enlist(worker *w)
{
    pthread_once(&process.once, watch_forks);
    pthread_mutex_lock(&process.lock);
    w->next = process.all;
    process.all = w;
    pthread_mutex_unlock(&process.lock);
}

static void delist(worker *w)
{
    worker **at = &process.all;

    pthread_mutex_lock(&process.lock);
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    pthread_mutex_unlock(&process.lock);
}

/* ---- the thread ---------------------------------------------------------- */

static void *run(void *arg)
{
    worker *w = arg;

    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        if (w->state != GIVEN) {
            pthread_cond_wait(&w->wake, &w->lock);
            continue;
        }
        w->state = WORKING;
        w->aside = false;
        pthread_mutex_unlock(&w->lock);
        w->work(w->job);
        pthread_mutex_lock(&w->lock);
        w->state = DONE;
        pthread_cond_signal(&w->stepped);
        if (w->whom)
            w->ring(w->whom);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Signals are for the program's own threads. */
static bool start(worker *w)
{
    sigset_t all, before;
    pthread_attr_t attr;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    w->running = !pthread_create(&w->thread, &attr, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return w->running;
}

/* ---- the other side ------------------------------------------------------ */

worker *worker_new(void (*work)(void *job), void (*ring)(void *whom),
                   pthread_mutex_t *const locks[WORKER_LOCKS])
{
    worker *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->work = work;
    w->ring = ring;
    memcpy(w->also, locks, sizeof w->also);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    pthread_cond_init(&w->stepped, NULL);
    enlist(w);
    return w;
}

void *worker_close(worker *w)
{
    bool running;
    void *job;

    pthread_mutex_lock(&w->lock);
    w->stop = true;
    running = w->running;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    if (running)
        pthread_join(w->thread, NULL);
    delist(w);
    job = w->state == LOST ? NULL : w->job;
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->stepped);
    pthread_mutex_destroy(&w->lock);
    free(w);
    return job;
}

bool worker_idle(worker *w)
{
    bool idle;

    pthread_mutex_lock(&w->lock);
    idle = w->state == IDLE;
    pthread_mutex_unlock(&w->lock);
    return idle;
}

bool worker_give(worker *w, void *job, void *whom)
{
    bool given;

    pthread_mutex_lock(&w->lock);
    given = w->running || start(w);
    if (given) {
        w->state = GIVEN;
        w->job = job;
        w->whom = whom;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    return given;
}

void worker_aside(worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->aside = true;
    pthread_cond_signal(&w->stepped);
    pthread_mutex_unlock(&w->lock);
}

void worker_wait(worker *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->state == WORKING && !w->aside)
        pthread_cond_wait(&w->stepped, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

void worker_forget(worker *w, const void *whom)
{
    pthread_mutex_lock(&w->lock);
    if (w->whom == whom)
        w->whom = NULL;
    pthread_mutex_unlock(&w->lock);
}

void *worker_take(worker *w, bool *lost)
{
    void *job = NULL;

    pthread_mutex_lock(&w->lock);
    if (w->state == DONE || w->state == LOST) {
        *lost = w->state == LOST;
        job = w->job;
        w->job = NULL;
        w->state = IDLE;
    }
    pthread_mutex_unlock(&w->lock);
    return job;
}
