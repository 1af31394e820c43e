/*
 * Random graphs, and what they do when they run.
 */
#ifndef ESP_TESTS_HELPER_GRAPHS_H
#define ESP_TESTS_HELPER_GRAPHS_H

#include "framework/base/text.h"
#include "pe/graph/exec.h"
#include "pe/graph/graph.h"

typedef struct random_options {
    uint64_t seed;
    unsigned size;              /* statements, about */
    bool raw;                   /* instructions are not folded */
    bool no_floats, no_guards, no_calls, no_memory, no_vobjs, no_slots;
    /* more of what is interesting to some passes: accesses to the same few
     * places; comparisons of the same few values */
    bool much_memory, much_order;
} random_options;

enum { RANDOM_PARAMS = 5, RANDOM_BUFFER = 256 };

/* A graph that ends for all arguments.  Its parameters are the address of a
 * buffer of RANDOM_BUFFER bytes and four numbers (two i64, i32, and f64 or
 * i64). */
esp_graph *random_graph(esp_unit *u, const random_options *o);

/* What happened, apart from numbers of states and instructions. */
typedef struct random_outcome {
    esp_run run;
    esp_text left;              /* the deoptimized frames, in words */
    unsigned char buffer[RANDOM_BUFFER];
    uint64_t calls;             /* a hash of all calls and their arguments */
} random_outcome;

/* Runs g; arguments and buffer are made from the seed. */
void random_run(esp_graph *g, uint64_t seed, random_outcome *o);

/* The same, with another way to run it: `run` fills in what graph_run would;
 * state and values must be those of g. */
typedef void random_runner(void *arg, esp_graph *g, esp_run *run,
                           const uint64_t *args);
void random_run_by(esp_graph *g, uint64_t seed, random_outcome *o,
                   random_runner *run, void *arg);

void random_free(random_outcome *o);

/* Do they mean the same?  If not, says in what they differ.  Where the first
 * is unspecified, or trapped, anything will do. */
bool random_same(const random_outcome *a, const random_outcome *b,
                 esp_text *why);

uint64_t random_next(uint64_t *state);

/* A number as they like to be wrong: edges, small ones, any. */
uint64_t random_bits(uint64_t *state);

/* The functions that random graphs call; all addresses are of these. */
struct random_two { uint64_t r[2]; };
uint64_t random_callee_mix(uint64_t a, uint64_t b);
struct random_two random_callee_two(uint64_t a);
uint64_t random_callee_touch(uint64_t buffer, uint64_t a);
double random_callee_half(double a, uint64_t b);

#endif
