/*
 * build.h: from a syntax tree to call targets.
 */
#ifndef SL_BUILD_H
#define SL_BUILD_H

#include "languages/sl/parse.h"
#include "languages/sl/sl.h"

/* The functions of a source, none of which is defined yet. */
typedef struct sl_built {
    sl_function **functions;
    esp_target **targets;
    uint32_t n;
} sl_built;

/* The arena is for notes.  False: the program means nothing; an error and its
 * place in the text. */
bool sl_build(sl_state *sl, esp_source *source, sl_arena *arena,
              const syntax *functions, sl_built *built, const char **error,
              uint32_t *error_at);

#endif
