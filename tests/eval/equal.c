/*
 * Evaluation by equality: a small tree becomes the graph that the plain C
 * function becomes that it means.
 */
#include "pe/eval/eval.h"
#include "pe/graph/print.h"
#include "pe/opt/opt.h"
#include "tests/eval/subject_toy.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct fixture {
    esp_context *c;
    esp_layout *layout;
    esp_target *target;
    esp_image *image;
} fixture;

#define A           toy_get(c, 0)
#define B           toy_get(c, 1)
#define GET(slot)   toy_get(c, (slot))
#define SET(slot, v)  toy_set(c, (slot), (v))
#define INT(i)      toy_int(c, (i))
#define ADD(l, r)   toy_add(c, (l), (r))
#define LESS(l, r)  toy_less(c, (l), (r))
#define IF(...)     toy_if(c, __VA_ARGS__)
#define WHILE(p, b) toy_while(c, (p), (b))
#define RETURN(v)   toy_return(c, (v))
#define DO(...)                                                             \
    toy_block(c, sizeof (esp_node *[]){ __VA_ARGS__ } / sizeof(esp_node *),  \
              (esp_node *[]){ __VA_ARGS__ })

#define INCREMENT(slot) SET(slot, ADD(GET(slot), INT(1)))

#define TREE(name) static esp_node *tree_##name(esp_context *c)

TREE(constant) { return INT(42); }
TREE(first) { return A; }
TREE(second) { return B; }
TREE(add) { return ADD(A, B); }
TREE(add_constant) { return ADD(A, INT(5)); }
TREE(add_nested) { return ADD(ADD(A, B), ADD(B, INT(1))); }
TREE(fold) { return ADD(INT(3), INT(4)); }
TREE(twice) { return ADD(ADD(A, A), ADD(A, A)); }
TREE(local) { return DO(SET(2, ADD(A, B)), ADD(GET(2), INT(1))); }
TREE(less) { return LESS(A, B); }
TREE(max) { return IF(LESS(A, B), B, A); }
TREE(if_constant) { return IF(LESS(INT(1), INT(2)), A, B); }
TREE(overwrite) { return DO(SET(0, ADD(A, INT(0))), SET(0, B), A); }
TREE(dead_loop) { return DO(WHILE(LESS(INT(2), INT(1)), A), A); }

TREE(swap)
{
    return DO(SET(2, A), SET(0, B), SET(1, GET(2)), SET(1, A), ADD(A, B));
}

TREE(if_without_else)
{
    return DO(IF(LESS(A, B), SET(0, B), NULL), ADD(A, INT(1)));
}

TREE(early_return)
{
    return DO(IF(LESS(A, B), RETURN(B), NULL), RETURN(ADD(A, B)));
}

TREE(nested_if)
{
    return IF(LESS(A, B), IF(LESS(A, INT(10)), A, ADD(B, INT(1))),
              B);
}

TREE(choose)
{
    return toy_choose(c, LESS(A, B), A, ADD(B, INT(1)));
}

TREE(count)
{
    return DO(SET(2, INT(0)), WHILE(LESS(GET(2), A), INCREMENT(2)), GET(2));
}

TREE(sum)
{
    return DO(SET(2, INT(0)), SET(3, B),
              WHILE(LESS(GET(2), A),
                    DO(SET(3, ADD(GET(3), GET(2))), INCREMENT(2))),
              GET(3));
}

TREE(nested_loops)
{
    return DO(SET(2, INT(0)), SET(3, INT(0)), SET(4, INT(0)),
              WHILE(LESS(GET(3), A),
                    DO(SET(4, INT(0)),
                       WHILE(LESS(GET(4), B),
                             DO(SET(2, ADD(GET(2), GET(4))), INCREMENT(4))),
                       INCREMENT(3))),
              GET(2));
}

TREE(return_in_loop)
{
    return DO(SET(2, INT(0)),
              WHILE(LESS(GET(2), A),
                    DO(IF(LESS(B, GET(2)), RETURN(GET(2)), NULL),
                       INCREMENT(2))),
              INT(0));
}

#define CODE(...)                                                           \
    do {                                                                    \
        static const toy_ins code[] = { __VA_ARGS__ };                      \
        return toy_code(c, code);                                           \
    } while (0)

TREE(code_straight)
{
    CODE({ TOY_ADD, 0, 0, 0 }, { TOY_ADD, 0, 1, 0 }, { TOY_RESULT, 0, 0, 0 });
}

TREE(code_count)
{
    CODE({ TOY_SET, 2, 0, 0 },
         { TOY_UNLESS, 2, 0, 4 }, { TOY_PLUS, 2, 0, 1 }, { TOY_JUMP, 0, 0, 1 },
         { TOY_RESULT, 2, 0, 0 });
}

TREE(code_branch)
{
    CODE({ TOY_SET, 2, 0, 0 }, { TOY_SET, 3, 0, 0 },
         { TOY_UNLESS, 2, 0, 9 },
         { TOY_UNLESS, 2, 1, 6 }, { TOY_ADD, 3, 2, 0 }, { TOY_JUMP, 0, 0, 7 },
         { TOY_PLUS, 3, 0, -1 },
         { TOY_PLUS, 2, 0, 1 }, { TOY_JUMP, 0, 0, 2 },
         { TOY_RESULT, 3, 0, 0 });
}

TREE(code_nested)
{
    CODE({ TOY_SET, 2, 0, 0 }, { TOY_SET, 3, 0, 0 },
         { TOY_UNLESS, 3, 0, 10 }, { TOY_SET, 4, 0, 0 },
         { TOY_UNLESS, 4, 1, 8 },
         { TOY_ADD, 2, 4, 0 }, { TOY_PLUS, 4, 0, 1 }, { TOY_JUMP, 0, 0, 4 },
         { TOY_PLUS, 3, 0, 1 }, { TOY_JUMP, 0, 0, 2 },
         { TOY_RESULT, 2, 0, 0 });
}

/* ---- comparing ------------------------------------------------------------- */

static esp_graph *evaluate(fixture *f, esp_unit *u, const void *function,
                           const eval_arg *args)
{
    const esp_ifunc *fn = image_function(f->image, function);
    eval_result r;

    if (setjmp(u->declined)) {
        printf("declined: %s: %s\n", bailout_name(u->bailout), u->detail);
        return NULL;
    }
    eval_root(u, f->image, fn, args, NULL, &r);
    opt_run(r.graph, opt_find("cleanup"));
    opt_run(r.graph, opt_find("dce"));
    opt_run(r.graph, opt_find("cleanup"));
    return r.graph;
}

/* Nodes learn on these, so that their cases are active. */
static void warm_up(fixture *f, esp_node *body)
{
    for (uint64_t a = 0; a < 4; a++)
        for (uint64_t b = 0; b < 4; b++)
            toy_enter(f->c, f->layout, f->target, body, a, b);
    toy_enter(f->c, f->layout, f->target, body, 11, 12);
}

static void set_up(esp_unit *u, const char *name)
{
    unit_init(u, name);
    u->tier = 2;
    u->max_visited = 1 << 20;
    u->max_residual = 1 << 16;
}

static void show(const char *title, const esp_graph *g)
{
    esp_text t = { 0 };

    graph_print(g, &t);
    printf("%s:\n%s", title, text_get(&t));
    text_free(&t);
}

static bool compare(fixture *f, const char *name, esp_node *body,
                    const void *plain)
{
    eval_arg args[6] = {
        { true, (uintptr_t)f->c, NULL }, { true, (uintptr_t)f->layout, NULL },
        { true, (uintptr_t)f->target, NULL }, { true, (uintptr_t)body, NULL }
    };
    esp_unit u, v;
    esp_graph *tree, *meant;
    esp_text why = { 0 };
    bool equal;

    esp_node_adopt(body);
    warm_up(f, body);
    set_up(&u, name);
    set_up(&v, name);
    tree = evaluate(f, &u, (void *)toy_enter, args);
    args[3].bits = (uintptr_t)plain;
    meant = evaluate(f, &v, (void *)toy_enter_plain, args);
    equal = tree && meant && graph_equal(tree, meant, false, &why);
    if (!equal) {
        printf("%s: %s\n", name, text_get(&why));
        if (tree && meant) {
            show("tree", tree);
            show("meant", meant);
        }
    }
    text_free(&why);
    unit_free(&u);
    unit_free(&v);
    return equal;
}

int main(void)
{
    char error[200];
    esp_engine *engine = esp_engine_new(NULL, error, sizeof error);
    esp_context *c = esp_context_new(engine, error, sizeof error);
    esp_value nothing = { .tag = TOY_NULL };
    esp_layout *layout = esp_layout_new(c, 5, nothing, nothing, NULL);
    esp_target_spec spec = { .name = "tree", .arity = 2, .layout = layout,
                             .body = INT(0) };
    esp_text why = { 0 };
    fixture f = { c, layout, esp_target_new(c, &spec), image_open(&why) };
    unsigned passed = 0, failed = 0;

    if (!f.image) {
        printf("%s\n", text_get(&why));
        return 1;
    }
#define PLAIN(name)                                                         \
    if (compare(&f, #name, tree_##name(c), (void *)plain_##name))           \
        passed++;                                                           \
    else                                                                    \
        failed++;
#include "tests/eval/plain.def"
#undef PLAIN
    image_close(f.image);
    esp_context_free(c);
    esp_engine_free(engine);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
