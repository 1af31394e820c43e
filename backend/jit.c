/*
 * The compiler of an engine: compiles targets, installs and discards code,
 * takes over when a guard fails, and finds the frames of compiled code.
 *
 *     esp_compiler.compile ─▶ eval_root ─▶ compile_graph ─▶ install
 *     exit stub            ─▶ deopt_entry ─▶ deopt_finish (IR interpreter)
 *     esp_compiler.discard ─▶ entry cell back, valid flag cleared
 */
#include "backend/jit.h"

#include "backend/code.h"
#include "backend/compile.h"
#include "backend/deopt.h"
#include "backend/perf.h"
#include "framework/assume.h"
#include "framework/engine.h"
#include "framework/tier.h"
#include "pe/eval/eval.h"
#include "pe/graph/state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_VISITED = 4 << 20,      /* image instructions of one compilation */
    MAX_RESIDUAL = 400 << 10,   /* graph instructions of one compilation */
    MAX_DEOPTS = 12,            /* of one kind, before a target is given up */
    STRESS_INTERVAL = 97        /* --stress=deopt: longest time between two */
};

typedef struct jit {
    esp_engine *engine;
    const esp_options *options;
    esp_image *image;
    esp_code_cache *cache;
    deopt_kept *kept;           /* frames given away by stack walks */
    uint64_t random;            /* --stress=deopt */
    uint32_t stress_cell;
} jit;

/* What a unit belongs to: esp_code.owner. */
typedef struct owner {
    jit *jit;
    esp_target *target;
    eval_result result;         /* finals: for --check */
    uint32_t *exit_counts;      /* by exit */
} owner;
