/*
 * The compiler of an engine: what framework/tier.h asks for.
 */
#ifndef ESP_BACKEND_JIT_H
#define ESP_BACKEND_JIT_H

#include "framework/espalier.h"

struct esp_settings;            /* framework/base/diag.h */
struct esp_text;

/* An engine with a compiler, for programs that embed a language.  `options` are
 * those of espalier's command line with white space between, such as "--tier=1
 * --trace=deopt"; NULL: all defaults.  NULL and a message in `error` (of `n`
 * bytes) if one is wrong or the host cannot.  Where there is only a message,
 * the engine interprets: this program has no usable image, or there is no
 * memory for code. */
esp_engine *esp_jit_engine_new(const char *options, char *error, size_t n);

/* Gives an engine a compiler, unless `settings`, which have to live as long as
 * the engine, want none.  False when there is no usable image or no memory for
 * code; then the engine interprets, and `error` says why. */
bool esp_jit_attach(esp_engine *engine, const struct esp_settings *settings,
                    struct esp_text *error);

/* What the compiler has counted, as lines or as members of a JSON object. */
void esp_jit_stats(esp_engine *engine, bool json, struct esp_text *out);

#endif
