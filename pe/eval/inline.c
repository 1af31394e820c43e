/*
 * Which guest calls are inlined.
 *
 * Calls are met depth first, so the first ones could use up all that a unit may
 * grow by, and programs whose functions call each other in a circle, such as
 * parsers, would fill a unit with one path of it.  So each guest function that
 * is entered gets half of the room that its caller began with, and gives back
 * what it did not use.  A function that is no larger than its call needs no
 * room; one that hardly runs gets none.
 */
#include "pe/eval/internal.h"

#include "framework/tier.h"

enum {
    NODES = 80,                 /* of a guest function to inline */
    TINY = 12,                  /* nodes; a call takes as much code */
    COLD = 32,                  /* so many times as hot is the unit */
    DEPTH = 6,                  /* guest functions inside each other */
    RECURSION = 6,              /* of the same one inside itself, as long as */
    COPIES = 24,                /* there are so few in all, */
    COPIED = 640,               /* with so few nodes */
    RESIDUAL = 12000            /* instructions; Truffle's budget */
};

typedef struct tree_size { uint32_t nodes, calls; } tree_size;

static bool count_node(void *arg, esp_node *node, uint32_t depth)
{
    tree_size *s = arg;

    (void)depth;
    s->calls += (node->class->tags & ESP_IS_CALL) != 0;
    return s->nodes++ < NODES;
}

/* Does not count further than it has to: large functions may have many
 * callers. */
static bool small_tree(const esp_node *body, tree_size *s)
{
    return esp_node_walk((esp_node *)body, count_node, s);
}

/* How deep a recursive function goes into itself.  Each level multiplies the
 * copies by the calls in the tree: three levels of fib, which has two, make it
 * a seventh faster; of tak, which has four, they take longer to compile than
 * they save. */
static uint32_t recursion_limit(const tree_size *s)
{
    uint32_t depth = 1, level = s->calls, copies = 1 + level;

    while (depth < RECURSION) {
        level *= s->calls;
        copies += level;
        if (copies > COPIES || copies * s->nodes > COPIED)
            break;
        depth++;
    }
    return depth;
}

/* The guest function that a C function runs for. */
static eval_inst *guest(eval_inst *in)
{
    while (!in->target && in->caller)
        in = in->caller;
    return in;
}

/* It never was worth compiling, while the unit ran and ran. */
static bool is_cold(const eval_inst *in, const esp_target *t)
{
    while (in->caller)
        in = in->caller;
    return in->target && eval_is_cold(t, in->target, COLD);
}

/* The sizes of trees are asked for more often than they are inlined: a claim
 * that is of no use is taken back. */
static bool claimed(const eval *e, esp_target *t)
{
    return e->unit->reading &&
           esp_claimed(esp_target_dependents(t), e->unit->reading);
}

/* Guest functions are inlined while they are small, and the unit is.  NULL:
 * this one is; else why not. */
static const char *why_not_inlined(eval *e, eval_inst *in, esp_target *t)
{
    uint32_t depth = 0, same = 0;
    tree_size size = { 0, 0 };

    if (e->unit->inlining == INLINE_NONE)
        return "--inlining=off";
    if (e->g->ins.n > RESIDUAL)
        return "the unit is large enough";
    for (eval_inst *i = in; i; i = i->caller) {
        depth += i->target != NULL;
        same += i->target == t;
    }
    if (depth >= (same ? 2 : 1) * DEPTH)
        return "too deep";
    eval_claim(e, t);
    if (!small_tree(t->body, &size) && e->unit->inlining != INLINE_ALL)
        return "too large";
    if (same > recursion_limit(&size))
        return "recursion is deep enough";
    if (e->unit->inlining == INLINE_ALL || size.nodes <= TINY)
        return NULL;
    if (is_cold(in, t))
        return "too cold";
    return guest(in)->room < size.nodes ? "the unit is large enough" : NULL;
}

bool eval_worth_inlining(eval *e, eval_inst *in, esp_target *t)
{
    eval_inline said = { t, in->node, NULL };
    bool before = claimed(e, t);

    if (e->unit->tier < 2)
        return false;
    said.why_not = why_not_inlined(e, in, t);
    if (said.why_not && !before && claimed(e, t))
        esp_unclaim(esp_target_dependents(t));
    VEC_PUSH(e->g->arena, &e->result->inlines, said);
    return !said.why_not;
}

uint32_t *eval_room(eval_inst *in)
{
    return &guest(in)->room;
}

/* Whoever has one call only has nothing to keep room for. */
static bool calls_once(const eval_inst *in)
{
    tree_size size = { 0, 0 };

    return in->target && small_tree(in->target->body, &size)
        && size.calls == 1;
}

void eval_take_room(eval_inst *in, eval_inst *callee)
{
    eval_inst *from = guest(in);
    uint32_t n = esp_node_count(callee->target->body), most;

    n = n < from->room ? n : from->room;
    from->room -= n;
    most = calls_once(from) ? from->room : from->whole / 2;
    callee->whole = most < from->room ? most : from->room;
    callee->room = callee->whole;
    from->room -= callee->whole;
}

void eval_give_room(eval_inst *in, const eval_inst *callee)
{
    guest(in)->room += callee->room;
}
