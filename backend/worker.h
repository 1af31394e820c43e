/*
 * A thread that does one job at a time, beside the thread that gives it.
 *
 *     worker_give(w, job, context)     rings for the context when it is done
 *     job = worker_take(w)             NULL: not yet
 *
 * At first a job may look at what the other side changes, until it steps aside
 * (worker_aside): who is about to change something waits for that.
 *
 * All functions but that one are for the one thread that gives jobs.  A forked child has no
 * such thread: what was being done there is lost, and the next job starts a
 * thread of its own.  The fork waits until no lock of the worker is held.
 */
#ifndef ESP_BACKEND_WORKER_H
#define ESP_BACKEND_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct worker worker;

enum { WORKER_LOCKS = 2 };

/* `work` is called in the thread; it may take `locks`, one at a time, which
 * nobody else holds across a fork.  `ring` tells somebody, in the thread, too, that a job is
 * done.  No thread is started yet.  NULL: no memory. */
worker *worker_new(void (*work)(void *job), void (*ring)(void *whom),
                   pthread_mutex_t *const locks[WORKER_LOCKS]);

/* In the thread, by `work`: the job looks at nothing of the others' any more. */
void worker_aside(worker *w);

/* Waits until the job, if there is one and it has begun, has stepped aside. */
void worker_wait(worker *w);

/* Waits for the job that is being done.  Its owner has taken it, or does not
 * want it any more; returns it if it was not taken. */
void *worker_close(worker *w);

/* Has it nothing to do, and nothing done that was not taken? */
bool worker_idle(worker *w);

/* The worker must be idle.  False: the host gives us no thread. */
bool worker_give(worker *w, void *job, void *whom);

/* Does not ring there any more. */
void worker_forget(worker *w, const void *whom);

/* A job that is done, or NULL.  *lost: it was another process that did it, so
 * nothing that it wrote may be looked at. */
void *worker_take(worker *w, bool *lost);

#endif
