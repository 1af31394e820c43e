/*
 * --stats: what the compiler has counted.
 */
#include "backend/jit_private.h"

#include <inttypes.h>

static void tier_json(const jit_counts *c, int tier, esp_text *out)
{
    text_printf(out, "\"tier%d\": {\"compilations\": %" PRIu64
                ", \"ms\": %.3f, \"ast_nodes\": %" PRIu64 ", \"visited\": %"
                PRIu64 ", \"ir\": %" PRIu64 ", \"bytes\": %" PRIu64
                ", \"steps\": {", tier, c->compilations,
                (double)times_total(&c->times) / 1e6, c->nodes, c->visited,
                c->ir, c->bytes);
    times_print(&c->times, true, out);
    text_printf(out, "}}, ");
}

static void tier_lines(const jit_counts *c, int tier, esp_text *out)
{
    uint64_t ns = times_total(&c->times);

    if (!ns)
        return;
    text_printf(out, "%12" PRIu64 "  compilations in tier %d: %.3f ms, %"
                PRIu64 " nodes, %" PRIu64 " instructions, %" PRIu64
                " bytes\n", c->compilations, tier, (double)ns / 1e6, c->nodes,
                c->ir, c->bytes);
    text_printf(out, "%12.3f  microseconds for a node in tier %d: ",
                c->nodes ? (double)ns / 1e3 / (double)c->nodes : 0.0, tier);
    times_print(&c->times, false, out);
    text_printf(out, " ms\n");
}

static void tier_stats(const jit_counts *c, int tier, bool json, esp_text *out)
{
    if (json)
        tier_json(c, tier, out);
    else
        tier_lines(c, tier, out);
}

static void bailout_stats(const jit *j, bool json, esp_text *out)
{
    const char *comma = "";

    for (int i = 1; i < BAIL_COUNT; i++) {
        if (!j->bailouts[i])
            continue;
        if (json)
            text_printf(out, "%s\"%s\": %" PRIu64, comma,
                        bailout_name((esp_bailout)i), j->bailouts[i]);
        else
            text_printf(out, "%12" PRIu64 "  declined: %s\n", j->bailouts[i],
                        bailout_name((esp_bailout)i));
        comma = ", ";
    }
}

static void background_stats(const jit *j, bool json, esp_text *out)
{
    text_printf(out, json ? "\"longest_queue\": %u, \"pauses_ms\": %.3f, "
                            "\"longest_pause_ms\": %.3f, \"retired\": %u, "
                            "\"freed\": %" PRIu64 ", "
                          : "%12u  targets that waited to be compiled at most\n"
                            "%12.3f  milliseconds of waiting for the compiler\n"
                            "%12.3f  milliseconds at once, at most\n"
                            "%12u  discarded units that are still there\n"
                            "%12" PRIu64 "  units freed\n",
                j->queue.most, (double)j->pauses / 1e6,
                (double)j->longest_pause / 1e6, j->nretired, j->reclaimed);
}

static const jit *jit_of(esp_engine *engine)
{
    const esp_compiler *c = esp_engine_compiler(engine);

    return c ? c->self : NULL;
}

void esp_jit_stats(esp_engine *engine, bool json, esp_text *out)
{
    static const jit none;
    const jit *j = jit_of(engine);

    if (!j)
        j = &none;
    tier_stats(&j->tier[1], 1, json, out);
    tier_stats(&j->tier[2], 2, json, out);
    text_printf(out, json ? "\"osr\": %" PRIu64 ", \"deopts\": %" PRIu64
                            ", \"cycles\": %" PRIu64 ", "
                          : "%12" PRIu64 "  loops entered while running\n"
                            "%12" PRIu64 "  deoptimizations\n"
                            "%12" PRIu64 "  speculations that fail for ever\n",
                j->osr, j->deopts, j->cycles);
    background_stats(j, json, out);
    if (json)
        text_printf(out, "\"bailouts\": {");
    bailout_stats(j, json, out);
    if (json)
        text_printf(out, "}");
}
