/*
 * Engines with a compiler.
 *
 * Programs that embed a language give options as text; the settings that come
 * of it live as long as the compiler.
 */
#include "backend/jit_private.h"

#include <stdlib.h>

void embed_free_settings(esp_settings *own)
{
    if (own)
        esp_settings_free(own);
    free(own);
}

static bool wanted(const esp_settings *settings)
{
    return settings->tier || SETTING_HAS(settings, stress, image);
}

bool esp_jit_attach(esp_engine *engine, const esp_settings *settings,
                    esp_text *error)
{
    return !wanted(settings) || jit_open(engine, settings, error);
}

/* Takes the settings. */
static esp_engine *open_engine(esp_settings *own, char *error, size_t n)
{
    esp_options options = esp_options_from(own);
    esp_engine *e = esp_engine_new(&options, error, n);
    esp_text why = { 0 };
    jit *j = e && wanted(own) ? jit_open(e, own, &why) : NULL;

    if (j)
        j->own = own;
    else
        embed_free_settings(own);
    if (why.n)
        snprintf(error, n, "%s", text_get(&why));
    text_free(&why);
    return e;
}

esp_engine *esp_jit_engine_new(const char *options, char *error, size_t n)
{
    esp_settings *own = malloc(sizeof *own);
    esp_text why = { 0 };

    snprintf(error, n, "%s", own ? "" : "out of memory");
    if (!own)
        return NULL;
    esp_settings_init(own);
    if (esp_settings_read(own, options, &why))
        return open_engine(own, error, n);
    snprintf(error, n, "%s", text_get(&why));
    text_free(&why);
    embed_free_settings(own);
    return NULL;
}
