/*
 * The compiler of an engine: what framework/tier.h asks for.
 */
#ifndef ESP_BACKEND_JIT_H
#define ESP_BACKEND_JIT_H

#include "framework/base/diag.h"
#include "framework/espalier.h"

/* Gives an engine a compiler; `settings` has to live as long as the engine.
 * False when this program has no usable image or there is no code memory; then
 * the engine interprets, and `error` says why. */
bool esp_jit_attach(esp_engine *engine, const esp_settings *settings,
                    esp_text *error);

/* --stress=image: every target of the engine runs in the IR interpreter. */
bool esp_jit_interpret_image(esp_engine *engine);

/* What the compiler has counted, as lines or as members of a JSON object. */
void esp_jit_stats(esp_engine *engine, bool json, esp_text *out);

#endif
