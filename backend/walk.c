/*
 * Stack walks: guest frames that are in registers and spill slots.
 *
 * From a return address in code memory follows the unit and the call; from the
 * call the frame state, and from that a copy of the guest frame.  Whoever wants
 * to write to it gets a copy that is kept, and the unit is discarded: when its
 * activation gets control back, it deoptimizes and takes the slots from there.
 */
#include "backend/jit_private.h"

#include <stdlib.h>

void jit_drop_kept(jit *j, const char *from, const char *to)
{
    deopt_kept **at = &j->kept;

    while (*at) {
        deopt_kept *k = *at;

        if (k->machine >= from && k->machine <= to) {
            *at = k->next;
            if (k->object != DEOPT_BORROWED)
                free(k->frame);
            free(k);
        } else {
            at = &k->next;
        }
    }
}

typedef struct walk {
    jit *jit;
    esp_code *code;
    char *machine;
    bool keep;
    bool (*found)(void *arg, esp_frame *frame);
    void *arg;
} walk;

static deopt_kept *find_kept(jit *j, const char *machine, uint32_t object)
{
    deopt_kept *k = j->kept;

    while (k && (k->machine != machine || k->object != object))
        k = k->next;
    return k;
}

static bool keep(walk *w, esp_frame *frame, uint32_t object)
{
    deopt_kept *k = malloc(sizeof *k);

    if (!k)
        return false;
    *k = (deopt_kept){ w->jit->kept, w->machine, object, frame };
    w->jit->kept = k;
    jit_discard(w->jit, w->code, "somebody writes to its frame");
    return true;
}

/* A borrowed frame is on the frame stack, where the walk finds it, too. */
static bool visit_borrowed(walk *w, esp_frame *frame)
{
    return !w->keep || find_kept(w->jit, w->machine, DEOPT_BORROWED) ||
           keep(w, frame, DEOPT_BORROWED);
}

static bool visit_frame(void *arg, esp_frame *copy, uint32_t object)
{
    walk *w = arg;
    deopt_kept *k;
    bool more;

    if (object == DEOPT_BORROWED)
        return visit_borrowed(w, copy);
    k = find_kept(w->jit, w->machine, object);
    if (k) {
        free(copy);
        return w->found(w->arg, k->frame);
    }
    if (w->keep)
        return keep(w, copy, object) && w->found(w->arg, copy);
    more = w->found(w->arg, copy);
    free(copy);
    return more;
}

/* One machine frame, if it is of compiled code. */
static bool walk_frame(walk *w, void *return_address)
{
    const esp_point *p;
    deopt_stop stop;

    w->code = code_find(w->jit->cache, return_address);
    if (!w->code)
        return true;
    p = code_call_at(w->code, return_address);
    if (!p || !p->state)
        return true;
    stop = (deopt_stop){ w->code, p, NULL, w->machine };
    return deopt_frames(&stop, w->jit->kept, visit_frame, w);
}

/* All our C, and all compiled code, keeps frame pointers: a frame begins with
 * the caller's frame pointer, then the address to return to. */
void *jit_walk(void *self, void *from, void *to, bool keep,
               bool (*found)(void *arg, esp_frame *frame), void *arg)
{
    walk w = { self, NULL, NULL, keep, found, arg };
    void **fp = from;

    while (fp && (!to || (char *)fp < (char *)to)) {
        void *return_address = fp[1];

        w.machine = fp[0];
        if (w.machine <= (char *)fp || (uintptr_t)w.machine % 8)
            return to;
        if (!walk_frame(&w, return_address))
            return to;
        fp = (void **)w.machine;
    }
    return fp;
}

void jit_abandon(void *self, void *from, void *to)
{
    jit_drop_kept(self, from, to);
}
