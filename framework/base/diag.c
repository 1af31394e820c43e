/*
 * Options: the table, read from words.
 */
#include "framework/base/diag.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

_Static_assert(OPT_CHOICES <= 64, "a set is a word of 64 bits");

typedef enum kind { FLAG, NUMBER, SIZE, WORD, SET, TEXT, TEXTS } kind;

/* As `implied`: the option needs a value. */
#define NONE UINT64_MAX

struct row {
    const char *name;           /* with underscores */
    kind kind;
    size_t offset;              /* in esp_settings */
    uint64_t initial, implied, least, most;
    const char *meaning;
};

static const struct row rows[] = {
#define OPTION(name, kind, initial, implied, least, most, meaning) \
    { #name, kind, offsetof(esp_settings, name), initial, implied, least, \
      most, meaning },
#include "framework/base/options.def"
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct { const char *option, *word, *meaning; } choices[] = {
#define CHOICE(option, word, meaning) { #option, #word, meaning },
#include "framework/base/options.def"
};

/* Part of a longer text. */
typedef struct piece {
    const char *s;
    size_t n;
} piece;

static bool piece_is(piece p, const char *s)
{
    return strlen(s) == p.n && memcmp(s, p.s, p.n) == 0;
}

/* Is this the option's name, with dashes for underscores? */
static bool names_row(piece p, const struct row *row)
{
    if (strlen(row->name) != p.n)
        return false;
    for (size_t i = 0; i < p.n; i++)
        if (p.s[i] != (row->name[i] == '_' ? '-' : row->name[i]))
            return false;
    return true;
}

static void print_name(esp_text *t, const struct row *row)
{
    text_printf(t, "--");
    for (const char *s = row->name; *s; s++)
        text_char(t, *s == '_' ? '-' : *s);
}

static void *field(esp_settings *o, const struct row *row)
{
    return (char *)o + row->offset;
}

static void set_number(esp_settings *o, const struct row *row, uint64_t n)
{
    switch (row->kind) {
    case FLAG:
        *(bool *)field(o, row) = n != 0;
        break;
    case WORD:
        *(esp_choice *)field(o, row) = (esp_choice)n;
        break;
    case NUMBER:
    case SIZE:
    case SET:
        *(uint64_t *)field(o, row) = n;
        break;
    case TEXT:
    case TEXTS:
        break;
    }
}

void esp_settings_init(esp_settings *o)
{
    memset(o, 0, sizeof *o);
    arena_init(&o->arena);
    for (int i = 0; i < ROWS; i++)
        set_number(o, &rows[i], rows[i].initial);
}

void esp_settings_free(esp_settings *o)
{
    arena_free(&o->arena);
    memset(o, 0, sizeof *o);
}

/* --- values -------------------------------------------------------------- */

static void print_number(esp_text *t, kind kind, uint64_t n)
{
    static const char suffix[] = " KMGT";
    int unit = 0;

    while (kind == SIZE && n && n % 1024 == 0 && suffix[unit + 1]) {
        n /= 1024;
        unit++;
    }
    text_printf(t, "%" PRIu64, n);
    if (unit)
        text_char(t, suffix[unit]);
}

static bool wrong_number(const struct row *row, const char *value,
                         esp_text *error)
{
    print_name(error, row);
    text_printf(error, ": expected a %s from ",
                row->kind == SIZE ? "size" : "number");
    print_number(error, row->kind, row->least);
    text_printf(error, " to ");
    print_number(error, row->kind, row->most);
    text_printf(error, ", not '%s'", value);
    return false;
}

/* 1 for no suffix, 0 for a wrong one. */
static uint64_t size_unit(const char *s)
{
    static const struct { const char *suffix; uint64_t unit; } units[] = {
        { "", 1 }, { "K", 1u << 10 }, { "M", 1u << 20 }, { "G", 1u << 30 },
        { "k", 1u << 10 }, { "m", 1u << 20 }, { "g", 1u << 30 },
    };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(s, units[i].suffix) == 0)
            return units[i].unit;
    return 0;
}

static bool read_number(esp_settings *o, const struct row *row,
                        const char *value, esp_text *error)
{
    uint64_t n = 0, unit;
    const char *s = value;

    for (; *s >= '0' && *s <= '9'; s++)
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
            return wrong_number(row, value, error);
    unit = row->kind == SIZE ? size_unit(s) : *s == 0;
    if (s == value || !unit || __builtin_mul_overflow(n, unit, &n) ||
        n > row->most || (n < row->least && n != row->initial))
        return wrong_number(row, value, error);
    set_number(o, row, n);
    return true;
}

/* The choice of this option with this name, or -1. */
static int find_choice(const struct row *row, piece word)
{
    for (int i = 0; i < OPT_CHOICES; i++)
        if (strcmp(choices[i].option, row->name) == 0 &&
            piece_is(word, choices[i].word))
            return i;
    return -1;
}

/* The words of an option, with something between them. */
static void print_choices(esp_text *t, const struct row *row,
                          const char *between)
{
    const char *before = "";

    for (int i = 0; i < OPT_CHOICES; i++)
        if (strcmp(choices[i].option, row->name) == 0) {
            text_printf(t, "%s%s", before, choices[i].word);
            before = between;
        }
}

static bool wrong_word(const struct row *row, piece word, esp_text *error)
{
    print_name(error, row);
    text_printf(error, ": expected %s of ",
                row->kind == SET ? "some" : "one");
    print_choices(error, row, ", ");
    text_printf(error, ", not '%.*s'", (int)word.n, word.s);
    return false;
}

/* What comes before the next comma; `s` moves behind it, to NULL at the
 * end. */
static piece next_piece(const char **s)
{
    piece p = { *s, strcspn(*s, ",") };

    *s = p.s[p.n] ? p.s + p.n + 1 : NULL;
    return p;
}

static bool read_word(esp_settings *o, const struct row *row,
                      const char *value, esp_text *error)
{
    piece word = { value, strlen(value) };
    int choice = find_choice(row, word);

    if (choice < 0)
        return wrong_word(row, word, error);
    set_number(o, row, (uint64_t)choice);
    return true;
}

static bool read_set(esp_settings *o, const struct row *row,
                     const char *value, esp_text *error)
{
    uint64_t *set = field(o, row);

    while (value) {
        piece word = next_piece(&value);
        int choice = find_choice(row, word);

        if (choice < 0)
            return wrong_word(row, word, error);
        *set |= (uint64_t)1 << choice;
    }
    return true;
}

static bool out_of_memory(esp_text *error)
{
    text_printf(error, "out of memory");
    return false;
}

/* Keeps the piece with `tail` behind it. */
static bool add_text(esp_settings *o, esp_texts *list, piece p,
                     const char *tail)
{
    size_t n = strlen(tail);
    char *s = arena_alloc(&o->arena, p.n + n + 1);

    if (!s)
        return false;
    memcpy(s, p.s, p.n);
    memcpy(s + p.n, tail, n);
    VEC_PUSH(&o->arena, list, s);
    return true;
}

/* "eval,gvn:fib" is kept as "eval:fib" and "gvn:fib".  Only the first colon
 * counts: the name of a function may have more of them, and commas. */
static bool read_texts(esp_settings *o, const struct row *row,
                       const char *value, esp_text *error)
{
    const char *end = value + strcspn(value, ":");

    for (const char *s = value; s <= end;) {
        piece p = { s, strcspn(s, ",") };

        if (p.n > (size_t)(end - s))
            p.n = (size_t)(end - s);
        if (p.n == 0) {
            print_name(error, row);
            text_printf(error, ": a name is missing in '%s'", value);
            return false;
        }
        if (!add_text(o, field(o, row), p, end))
            return out_of_memory(error);
        s += p.n + 1;
    }
    return true;
}

static bool read_value(esp_settings *o, const struct row *row,
                       const char *value, esp_text *error)
{
    switch (row->kind) {
    case FLAG:
        print_name(error, row);
        text_printf(error, " takes no value");
        return false;
    case NUMBER:
    case SIZE:
        return read_number(o, row, value, error);
    case WORD:
        return read_word(o, row, value, error);
    case SET:
        return read_set(o, row, value, error);
    case TEXT:
        *(const char **)field(o, row) = arena_strdup(&o->arena, value);
        return *(const char **)field(o, row) || out_of_memory(error);
    case TEXTS:
        return read_texts(o, row, value, error);
    }
    return false;
}

/* --- options ------------------------------------------------------------- */

static bool is_option(const char *s)
{
    return s[0] == '-' && s[1];
}

bool esp_settings_set(esp_settings *o, const char *option, esp_text *error)
{
    size_t n = strcspn(option, "=");
    piece name = { option, n };

    if (n > 2 && strncmp(option, "--", 2) == 0)
        name = (piece){ option + 2, n - 2 };
    else
        name.n = 0;
    for (int i = 0; i < ROWS; i++) {
        if (!names_row(name, &rows[i]))
            continue;
        if (option[n])
            return read_value(o, &rows[i], option + n + 1, error);
        if (rows[i].implied == NONE) {
            print_name(error, &rows[i]);
            text_printf(error, " needs a value");
            return false;
        }
        set_number(o, &rows[i], rows[i].implied);
        return true;
    }
    text_printf(error, "unknown option %.*s", (int)n, option);
    return false;
}

bool esp_settings_read(esp_settings *o, const char *text, esp_text *error)
{
    static const char white[] = " \t\r\n";

    while (text && *(text += strspn(text, white))) {
        size_t n = strcspn(text, white);
        char *word = arena_alloc(&o->arena, n + 1);

        if (!word)
            return out_of_memory(error);
        memcpy(word, text, n);
        if (!esp_settings_set(o, word, error))
            return false;
        text += n;
    }
    return true;
}

int esp_settings_parse(esp_settings *o, int argc, char **argv, esp_text *error)
{
    int i = 1;

    while (i < argc && is_option(argv[i])) {
        if (o->lang && argv[i][1] != '-')
            return i;           /* an option of the language's command */
        if (strcmp(argv[i], "--") == 0)
            return i + 1;
        if (!esp_settings_set(o, argv[i], error))
            return 0;
        i++;
    }
    return i;
}

/* --- help ---------------------------------------------------------------- */

/* How the value is written: "=BYTES", "[=json]" */
static void print_value(esp_text *t, const struct row *row)
{
    const char *close = "";

    if (row->kind == FLAG)
        return;
    if (row->implied != NONE) {
        text_char(t, '[');
        close = "]";
    }
    switch (row->kind) {
    case SIZE:  text_printf(t, "=BYTES"); break;
    case WORD:  text_printf(t, "=WORD"); break;
    case SET:   text_printf(t, "=WORD,..."); break;
    case TEXT:  text_printf(t, "=NAME"); break;
    case TEXTS: text_printf(t, "=NAME,..."); break;
    default:    text_printf(t, "=N"); break;
    }
    text_printf(t, "%s", close);
}

static void print_default(esp_text *t, const struct row *row)
{
    if ((row->kind != NUMBER && row->kind != SIZE) || row->initial == 0)
        return;
    text_printf(t, " [");
    print_number(t, row->kind, row->initial);
    text_char(t, ']');
}

static void print_meanings(esp_text *t, const struct row *row)
{
    for (int i = 0; i < OPT_CHOICES; i++)
        if (strcmp(choices[i].option, row->name) == 0)
            text_printf(t, "      %-12s %s%s\n", choices[i].word,
                        choices[i].meaning,
                        row->kind == WORD && row->initial == (uint64_t)i ?
                            " (default)" : "");
}

void esp_settings_help(esp_text *out)
{
    enum { COLUMN = 24 };

    for (int i = 0; i < ROWS; i++) {
        esp_text name = { 0 };

        print_name(&name, &rows[i]);
        print_value(&name, &rows[i]);
        text_printf(out, "  %-*s %s", COLUMN, text_get(&name),
                    rows[i].meaning);
        print_default(out, &rows[i]);
        text_char(out, '\n');
        print_meanings(out, &rows[i]);
        text_free(&name);
    }
}

/* --- questions ----------------------------------------------------------- */

bool esp_settings_dumps(const esp_settings *o, const char *step,
                        const char *name)
{
    for (uint32_t i = 0; i < o->dump.n; i++) {
        const char *s = o->dump.at[i];
        piece p = { s, strcspn(s, ":") };

        if (piece_is(p, step) &&
            (!s[p.n] || strcmp(s + p.n + 1, name) == 0))
            return true;
    }
    return false;
}

bool esp_settings_without(const esp_settings *o, const char *pass)
{
    for (uint32_t i = 0; i < o->without.n; i++)
        if (strcmp(o->without.at[i], pass) == 0)
            return true;
    return false;
}
