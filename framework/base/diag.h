/*
 * What one can ask to see and to change: options, read from the command line
 * and from ESP_OPTIONS.
 *
 * The table is options.def.  Options belong to an engine; there is no global
 * copy.
 */
#ifndef ESP_BASE_DIAG_H
#define ESP_BASE_DIAG_H

#include "framework/base/arena.h"
#include "framework/base/text.h"
#include "framework/base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* OPT_compile_now and so on.  Numbered through all options, so that a word is
 * told from the words of other options. */
typedef enum esp_choice {
#define CHOICE(option, word, meaning) OPT_##option##_##word,
#include "framework/base/options.def"
    OPT_CHOICES
} esp_choice;

typedef VEC(const char *) esp_texts;

typedef struct esp_settings {
#define OPTION_FLAG     bool
#define OPTION_NUMBER   uint64_t
#define OPTION_SIZE     uint64_t
#define OPTION_WORD     esp_choice
#define OPTION_SET      uint64_t        /* see SETTING_HAS */
#define OPTION_TEXT     const char *    /* NULL: not given */
#define OPTION_TEXTS    esp_texts
#define OPTION(name, kind, initial, implied, least, most, meaning) \
    OPTION_##kind name;
#include "framework/base/options.def"
#undef OPTION_FLAG
#undef OPTION_NUMBER
#undef OPTION_SIZE
#undef OPTION_WORD
#undef OPTION_SET
#undef OPTION_TEXT
#undef OPTION_TEXTS
    esp_arena arena;            /* holds the texts */
} esp_settings;

/* The bits ESP_TRACE_... of an engine's options are these, from bit 0. */
#define SETTING_TRACES(o)   ((o)->trace >> OPT_trace_compile)

/* Is a word in the set of an option: SETTING_HAS(o, trace, deopt) */
#define SETTING_HAS(o, option, word) \
    ((o)->option >> OPT_##option##_##word & 1)

/* Everything as when no option is given. */
void esp_settings_init(esp_settings *o);
void esp_settings_free(esp_settings *o);

/* One option, such as "--tier=1".  When it is wrong: false, and `error` says
 * which option and what was expected. */
bool esp_settings_set(esp_settings *o, const char *option, esp_text *error);

/* Options with white space between, as in ESP_OPTIONS.  NULL is empty. */
bool esp_settings_read(esp_settings *o, const char *text, esp_text *error);

/* Options before the first argument that is not one, or before "--".  Returns
 * the index of the argument behind them, or 0 when an option is wrong. */
int esp_settings_parse(esp_settings *o, int argc, char **argv, esp_text *error);

/* The list of options, for --help. */
void esp_settings_help(esp_text *out);

/* Does --dump ask for this step of the function with this name? */
bool esp_settings_dumps(const esp_settings *o, const char *step,
                        const char *name);

/* Does --without leave this pass out? */
bool esp_settings_without(const esp_settings *o, const char *pass);

#endif
