/*
 * os: time, files by name, the environment, the end of the program.
 */
#define _GNU_SOURCE
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- results of the host ----------------------------------------------- */

esp_value lua_file_result(lua_state *lua, bool ok, const char *path)
{
    int error = errno;
    esp_value text;

    if (ok)
        return lua_boolean(true);
    text = ESP_TRY(path ? lua_textf(lua, "%s: %s", path, strerror(error))
                        : lua_text(lua, strerror(error)));
    return lua_three(lua, lua_nil(), text, lua_int(error));
}

/* What system or pclose returned. */
esp_value lua_exit_result(lua_state *lua, int status)
{
    bool exited = WIFEXITED(status);
    int code = exited ? WEXITSTATUS(status) : WTERMSIG(status);
    esp_value how;

    if (status == -1)
        return lua_file_result(lua, false, NULL);
    how = ESP_TRY(lua_text(lua, exited ? "exit" : "signal"));
    return lua_three(lua, exited && code == 0 ? lua_boolean(true) : lua_nil(),
                     how, lua_int(code));
}

/* ---- dates ------------------------------------------------------------- */

/* FIELD(name, of struct tm, what is added to it, default; -1: required) */
static const struct field {
    const char *name;
    size_t offset;
    int add, otherwise;
} fields[] = {
    { "year", offsetof(struct tm, tm_year), 1900, -1 },
    { "month", offsetof(struct tm, tm_mon), 1, -1 },
    { "day", offsetof(struct tm, tm_mday), 0, -1 },
    { "hour", offsetof(struct tm, tm_hour), 0, 12 },
    { "min", offsetof(struct tm, tm_min), 0, 0 },
    { "sec", offsetof(struct tm, tm_sec), 0, 0 },
    { "wday", offsetof(struct tm, tm_wday), 1, 0 },
    { "yday", offsetof(struct tm, tm_yday), 1, 0 },
};

enum { FIELDS = sizeof fields / sizeof *fields, TIME_FIELDS = 6 };

static int *field_of(struct tm *tm, const struct field *f)
{
    return (int *)(void *)((char *)tm + f->offset);
}

/* nil, or ESP_THROW. */
static esp_value fill_table(lua_state *lua, lua_table *t, struct tm *tm)
{
    for (int i = 0; i < FIELDS; i++) {
        int64_t v = (int64_t)*field_of(tm, &fields[i]) + fields[i].add;

        if (!lua_table_put_text(lua, t, fields[i].name, lua_int(v)))
            return esp_abrupt(ESP_THROW);
    }
    if (tm->tm_isdst >= 0 &&
        !lua_table_put_text(lua, t, "isdst", lua_boolean(tm->tm_isdst > 0)))
        return esp_abrupt(ESP_THROW);
    return lua_nil();
}

static esp_value field_value(lua_state *lua, esp_value t, const char *name)
{
    return lua_index(lua, t, ESP_TRY(lua_text(lua, name)));
}

/* nil, or ESP_THROW. */
static esp_value read_field(lua_state *lua, esp_value t, const struct field *f,
                            int *to)
{
    esp_value v = ESP_TRY(field_value(lua, t, f->name));
    int64_t i;

    if (!lua_to_int(v, &i)) {
        if (v.tag != LUA_NIL)
            return lua_error(lua, "field '%s' is not an integer", f->name);
        if (f->otherwise < 0)
            return lua_error(lua, "field '%s' missing in date table",
                             f->name);
        i = f->otherwise;
    } else if (i >= 0 ? i - f->add > INT_MAX : i < (int64_t)INT_MIN + f->add) {
        return lua_error(lua, "field '%s' is out-of-bound", f->name);
    }
    *to = (int)(v.tag == LUA_NIL ? i : i - f->add);
    return lua_nil();
}

static esp_value os_time(lua_state *lua, const esp_value *args, uint64_t n)
{
    struct tm tm = { 0 };
    esp_value dst;
    time_t t;

    if (lua_arg_absent(args, n, 0))
        return lua_int((int64_t)time(NULL));
    (void)LUA_ARG_TABLE(0);
    for (int i = 0; i < TIME_FIELDS; i++)
        ESP_TRY(read_field(lua, args[0], &fields[i],
                           field_of(&tm, &fields[i])));
    dst = ESP_TRY(field_value(lua, args[0], "isdst"));
    tm.tm_isdst = dst.tag == LUA_NIL ? -1 : lua_is_true(dst);
    t = mktime(&tm);
    ESP_TRY(fill_table(lua, lua_table_of(args[0]), &tm));
    if (t == (time_t)-1)
        return lua_error(lua, "time result cannot be represented in this "
                         "installation");
    return lua_int((int64_t)t);
}

/* The length of the conversion at s (behind its %), 0 if it is none that
 * strftime knows. */
static size_t conversion(const char *s)
{
    if (*s == 'E' || *s == 'O')
        return s[1] && strchr(*s == 'E' ? "cCxXyY" : "deHImMSuUVwWy", s[1])
               ? 2 : 0;
    return *s && strchr("aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%", *s) ? 1 : 0;
}

static esp_value format_date(lua_state *lua, const char *s, const char *end,
                             const struct tm *tm)
{
    esp_builder b;

    esp_builder_begin(&b, lua->context);
    while (s < end) {
        char one[] = { '%', 0, 0, 0 }, text[256];
        size_t n;

        if (*s != '%') {
            esp_builder_char(&b, *s++);
            continue;
        }
        n = conversion(++s);
        if (!n) {
            snprintf(text, sizeof text,
                     "invalid conversion specifier '%%%s'", s);
            return lua_arg_error(lua, 0, text);
        }
        memcpy(one + 1, s, n);
        esp_builder_add(&b, text, strftime(text, sizeof text, one, tm));
        s += n;
    }
    return lua_builder_result(&b);
}

static esp_value os_date(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *s = LUA_OPT_TEXT(0, "%c");
    const char *end = s + (lua_arg_absent(args, n, 0)
                               ? 2 : lua_length(LUA_ARG_STRING(0)));
    time_t t = lua_arg_absent(args, n, 1) ? time(NULL)
                                          : (time_t)LUA_ARG_INT(1);
    struct tm tm;
    lua_table *table;
    bool utc = *s == '!';

    s += utc;
    if (!(utc ? gmtime_r(&t, &tm) : localtime_r(&t, &tm)))
        return lua_error(lua, "date result cannot be represented in this "
                         "installation");
    if (strncmp(s, "*t", 2))
        return format_date(lua, s, end, &tm);
    table = lua_table_new(lua);
    if (!table)
        return esp_abrupt(ESP_THROW);
    ESP_TRY(fill_table(lua, table, &tm));
    return lua_pointer(table, LUA_TABLE);
}

static esp_value os_clock(lua_state *lua, const esp_value *args, uint64_t n)
{
    struct timespec t;

    (void)lua, (void)args, (void)n;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return lua_float((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

static esp_value os_difftime(lua_state *lua, const esp_value *args,
                             uint64_t n)
{
    time_t a = (time_t)LUA_ARG_INT(0), b = (time_t)LUA_ARG_INT(1);

    return lua_float(difftime(a, b));
}

/* ---- the host ---------------------------------------------------------- */

static esp_value os_getenv(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *v = getenv(LUA_ARG_TEXT(0));

    return v ? lua_text(lua, v) : lua_nil();
}

static esp_value os_execute(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *command = LUA_OPT_TEXT(0, NULL);

    fflush(lua->out);
    errno = 0;
    if (!command)
        return lua_boolean(system(NULL) != 0);
    return lua_exit_result(lua, system(command));
}

static esp_value os_remove(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *path = LUA_ARG_TEXT(0);

    return lua_file_result(lua, remove(path) == 0, path);
}

static esp_value os_rename(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *from = LUA_ARG_TEXT(0);
    const char *to = LUA_ARG_TEXT(1);

    return lua_file_result(lua, rename(from, to) == 0, NULL);
}

static esp_value os_tmpname(lua_state *lua, const esp_value *args, uint64_t n)
{
    char name[] = "/tmp/lua_XXXXXX";
    int fd = mkstemp(name);

    (void)args, (void)n;
    if (fd < 0)
        return lua_error(lua, "unable to generate a unique filename");
    close(fd);
    return lua_text(lua, name);
}

static esp_value os_setlocale(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    static const struct { const char *name; int category; } categories[] = {
        { "all", LC_ALL }, { "collate", LC_COLLATE }, { "ctype", LC_CTYPE },
        { "monetary", LC_MONETARY }, { "numeric", LC_NUMERIC },
        { "time", LC_TIME }
    };
    const char *locale = LUA_OPT_TEXT(0, NULL);
    const char *name = LUA_OPT_TEXT(1, "all"), *result;
    char message[128];

    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
        if (!strcmp(categories[i].name, name)) {
            result = setlocale(categories[i].category, locale);
            return result ? lua_text(lua, result) : lua_nil();
        }
    snprintf(message, sizeof message, "invalid option '%s'", name);
    return lua_arg_error(lua, 1, message);
}

static esp_value os_exit(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value code = lua_arg(args, n, 0);

    if (!lua_is_true(lua_arg(args, n, 1)))
        lua_gc_end(lua);
    if (code.tag == LUA_BOOLEAN)
        return esp_throw_exit(lua->context, !code.as.i);
    return esp_throw_exit(lua->context, (int)LUA_OPT_INT(0, 0));
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "clock", os_clock, 0 },
    { "date", os_date, 0 },
    { "difftime", os_difftime, 0 },
    { "execute", os_execute, 0 },
    { "exit", os_exit, 0 },
    { "getenv", os_getenv, 0 },
    { "remove", os_remove, 0 },
    { "rename", os_rename, 0 },
    { "setlocale", os_setlocale, 0 },
    { "time", os_time, 0 },
    { "tmpname", os_tmpname, 0 },
    { NULL, NULL, 0 }
};

bool lua_open_os(lua_state *lua)
{
    return lua_library(lua, "os", entries) != NULL;
}
