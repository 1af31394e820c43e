/*
 * The compiler of an engine: what framework/tier.h asks for.
 */
#ifndef ESP_BACKEND_JIT_H
#define ESP_BACKEND_JIT_H

#include "framework/espalier.h"

/* Gives an engine a compiler with the engine's options.  False when this
 * program has no usable image or there is no code memory; then the engine
 * interprets, and `error` (a buffer of `size` bytes) says why. */
bool esp_jit_attach(esp_engine *engine, char *error, size_t size);

#endif
