/*
 * Remarks: what makes the code slower than its author may think.
 *
 * Indirect calls and frames that escape are noted where they happen.  A tag
 * check is a question that the specialization of a node should have answered:
 * a branch on the tag of a guest variable although it is known on each of the
 * ways that meet before it, and from one iteration to the next, only not the
 * same.  Passes may find an answer yet, by taking the first iteration out of a
 * loop, so these remarks are looked at again when the graph is done.
 */
#include "pe/eval/internal.h"

#include "pe/graph/props.h"

const char *remark_name(int kind)
{
    static const char *const names[] = {
        "indirect call", "frame escapes", "unfolded tag check", "call"
    };

    return names[kind];
}

void eval_remark_at(eval *e, eval_inst *in, uint32_t at, int kind,
                    const char *name)
{
    eval_remark r = { kind, in->fn->name, at ? in->fn->line[at] : 0, in->node,
                      name, 0, 0 };

    VEC_PUSH(e->g->arena, &e->result->remarks, r);
}

/* ---- tags ---------------------------------------------------------------- */

bool eval_is_tag(const eval *e, uint32_t object, uint32_t word)
{
    uint32_t kind = e->g->vobjs.at[object].kind;
    uint32_t first = offsetof(esp_frame, slots) / 8;

    return (kind == VOBJ_FRAME || kind == VOBJ_BORROWED) && word >= first &&
           (word - first) % 2 == 1;
}

/* Values that are no parameters have been noted where they became one, or are
 * not known for another reason. */
void eval_note_tag(eval *e, uint32_t object, uint32_t word, esp_ref param)
{
    const esp_ins *i = graph_at(e->g, param);

    if (e->unit->tier < 2 || i->op != IR_param || i->a == 0 ||
        !eval_is_tag(e, object, word) ||
        (e->tags.n && e->tags.at[e->tags.n - 1] >= param))
        return;
    VEC_PUSH(&e->unit->notes, &e->tags, param);
}

static bool is_noted(const eval *e, esp_ref r)
{
    for (uint32_t k = e->tags.n; k-- > 0 && e->tags.at[k] >= r;)
        if (e->tags.at[k] == r)
            return true;
    return false;
}

void eval_note_branch(eval *e, eval_inst *in, uint32_t at, esp_ref cond)
{
    const esp_ins *c = graph_at(e->g, cond);

    if ((c->op != IR_eq && c->op != IR_ne) || !graph_is_const(e->g, c->b) ||
        !is_noted(e, c->a))
        return;
    eval_remark_at(e, in, at, REMARK_TAG_CHECK, NULL);
    c = graph_at(e->g, cond);
    e->result->remarks.at[e->result->remarks.n - 1].tag = c->a;
    e->result->remarks.at[e->result->remarks.n - 1].constant = c->b;
}

/* ---- afterwards ---------------------------------------------------------- */

enum { DEPTH = 4 };             /* parameters behind each other */

/* Is a constant passed for the parameter on all ways?  `one` is one of them,
 * and `differ` says whether there is another one. */
static bool all_known(const esp_graph *g, esp_ref param, int depth,
                      esp_ref *one, bool *differ)
{
    const struct graph_props *p = g->props;
    const esp_ins *i = graph_at(g, param);

    if (i->op == IR_const) {
        *differ |= *one && *one != param;
        *one = param;
        return true;
    }
    if (i->op != IR_param || i->a == 0 || depth == 0)
        return false;
    for (uint32_t k = p->pred_first.at[i->a]; k < p->pred_first.at[i->a + 1];
         k++) {
        const esp_edge *e = &g->edges.at[p->pred.at[k].edge];
        esp_ref arg = g->refs.at[e->args + i->b];

        if (arg != param && !all_known(g, arg, depth - 1, one, differ))
            return false;
    }
    return true;
}

static bool is_used(const esp_graph *g, esp_op op, esp_ref x, esp_ref y)
{
    esp_ref r = build_find_binary(g, op, x, y);

    return r && r < g->props->uses.n && g->props->uses.at[r];
}

bool eval_remark_holds(const eval_result *r, const eval_remark *m)
{
    const esp_graph *g = r->graph;
    esp_ref tag = m->tag, one = 0;
    bool differ = false;

    if (m->kind != REMARK_TAG_CHECK)
        return true;
    while (graph_at(g, tag)->op == IR_copy)
        tag = graph_at(g, tag)->a;
    return (is_used(g, IR_eq, tag, m->constant) ||
            is_used(g, IR_ne, tag, m->constant)) &&
           all_known(g, tag, DEPTH, &one, &differ) && differ;
}
