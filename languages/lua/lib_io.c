/*
 * io: files.
 *
 * A file is a userdata with a FILE in it.  The standard files are there from
 * the start and are never closed by the collector.
 */
#define _GNU_SOURCE
#include "languages/lua/builder.h"
#include "languages/lua/library.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef struct io_file {
    FILE *f;                    /* NULL: closed */
    enum { ORDINARY, PIPE, STANDARD } kind;
} io_file;

/* What the library keeps in a context. */
typedef struct io_state {
    esp_value input, output;    /* the current files */
    lua_table *methods;         /* the metatable of files */
} io_state;

/* Its address tells files from other userdata. */
static const char file_kind;

static io_state *io_of(lua_state *lua)
{
    return (io_state *)lua->library[LUA_STATE_IO];
}

/* ---- files ------------------------------------------------------------- */

static io_file *file_of(esp_value v)
{
    if (v.tag != LUA_USERDATA || lua_userdata_of(v)->kind != &file_kind)
        return NULL;
    return (io_file *)(void *)lua_userdata_of(v)->data;
}

static int shut(io_file *f)
{
    FILE *c = f->f;

    f->f = NULL;
    return f->kind == PIPE ? pclose(c) : fclose(c);
}

/* The object is gone, or the context closes. */
static void forget(void *object, void *arg)
{
    io_file *f = (io_file *)(void *)((lua_userdata *)object)->data;

    (void)arg;
    if (f->f && f->kind != STANDARD)
        shut(f);
}

/* A value, or ESP_THROW. */
static esp_value new_file(lua_state *lua, FILE *c, int kind)
{
    lua_userdata *u = lua_userdata_new(lua, &file_kind, sizeof(io_file),
                                       io_of(lua)->methods);

    if (!u) {
        if (kind == ORDINARY)
            fclose(c);
        return esp_abrupt(ESP_THROW);
    }
    *(io_file *)(void *)u->data = (io_file){ c, kind };
    if (kind != STANDARD)
        esp_finalizer(lua->context, u, forget, NULL);
    return lua_pointer(u, LUA_USERDATA);
}

/* Argument 0, an open file.  False: an error was thrown. */
static bool open_argument(lua_state *lua, const esp_value *args, uint64_t n,
                          io_file **to)
{
    *to = n ? file_of(args[0]) : NULL;
    if (!*to) {
        lua_arg_type_error(lua, args, n, 0, "FILE*");
        return false;
    }
    if ((*to)->f)
        return true;
    lua_error(lua, "attempt to use a closed file");
    return false;
}

/* One of the current files; NULL: it is closed, an error was thrown. */
static io_file *current(lua_state *lua, esp_value v, const char *which)
{
    io_file *f = file_of(v);

    if (f->f)
        return f;
    lua_error(lua, "default %s file is closed", which);
    return NULL;
}

/* ---- reading ----------------------------------------------------------- */

static esp_value read_line(lua_state *lua, FILE *f, bool keep_end)
{
    esp_builder b;
    int c = EOF;

    esp_builder_begin(&b, lua->context);
    flockfile(f);
    while (!b.failed && (c = getc_unlocked(f)) != EOF && c != '\n')
        esp_builder_char(&b, (char)c);
    funlockfile(f);
    if (c == '\n' && keep_end)
        esp_builder_char(&b, '\n');
    if (c == EOF && b.length == 0)
        return lua_nil();
    return lua_builder_result(&b);
}

static esp_value read_all(lua_state *lua, FILE *f)
{
    enum { PIECE = 4096 };
    esp_builder b;
    size_t n = PIECE;

    esp_builder_begin(&b, lua->context);
    while (n == PIECE) {
        char *to = esp_builder_room(&b, PIECE);

        if (!to)
            return esp_abrupt(ESP_THROW);
        n = fread(to, 1, PIECE, f);
        b.length += n;
    }
    return lua_builder_result(&b);
}

static esp_value read_bytes(lua_state *lua, FILE *f, size_t most)
{
    esp_builder b;
    char *to;
    int c;

    if (most == 0) {            /* is there anything? */
        c = getc(f);
        ungetc(c, f);
        return c == EOF ? lua_nil() : lua_string_new(lua, "", 0);
    }
    esp_builder_begin(&b, lua->context);
    while (most && !b.failed) {
        size_t piece = most < 65536 ? most : 65536, got;

        to = esp_builder_room(&b, piece);
        got = to ? fread(to, 1, piece, f) : 0;
        b.length += got;
        if (got < piece)
            break;
        most -= got;
    }
    return b.length || b.failed ? lua_builder_result(&b) : lua_nil();
}

/* A numeral is read byte by byte, as far as it can be one. */
enum { LONGEST_NUMERAL = 200 };

typedef struct numeral {
    FILE *f;
    int c;                      /* comes next */
    size_t n;
    char text[LONGEST_NUMERAL + 1];
} numeral;

static bool take(numeral *r)
{
    if (r->n >= LONGEST_NUMERAL) {
        r->text[0] = '\0';      /* too long to be one */
        return false;
    }
    r->text[r->n++] = (char)r->c;
    r->c = getc_unlocked(r->f);
    return true;
}

static bool accept(numeral *r, const char *set)
{
    return r->c != EOF && r->c && strchr(set, r->c) && take(r);
}

static int digits(numeral *r, bool hexadecimal)
{
    int n = 0;

    while ((hexadecimal ? isxdigit(r->c) : isdigit(r->c)) && take(r))
        n++;
    return n;
}

static void scan_number(numeral *r)
{
    bool hexadecimal = false;
    int n = 0;

    do
        r->c = getc_unlocked(r->f);
    while (isspace(r->c));
    accept(r, "-+");
    if (accept(r, "0")) {
        hexadecimal = accept(r, "xX");
        n = !hexadecimal;
    }
    n += digits(r, hexadecimal);
    if (accept(r, "."))
        n += digits(r, hexadecimal);
    if (n > 0 && accept(r, hexadecimal ? "pP" : "eE")) {
        accept(r, "-+");
        digits(r, false);
    }
    ungetc(r->c, r->f);
}

static esp_value read_number(FILE *f)
{
    numeral r = { .f = f };
    esp_value v;

    flockfile(f);
    scan_number(&r);
    funlockfile(f);
    return lua_text_number(r.text, strlen(r.text), &v) ? v : lua_nil();
}

/* Format i of the arguments: a value; nil at the end of the file. */
static esp_value read_one(lua_state *lua, FILE *f, const esp_value *args,
                          uint64_t n, uint32_t i)
{
    const char *s;

    if (args[i].tag == LUA_INT || args[i].tag == LUA_FLOAT)
        return read_bytes(lua, f, (size_t)LUA_ARG_INT(i));
    s = LUA_ARG_TEXT(i);
    s += *s == '*';             /* as 5.2 and earlier wanted it */
    switch (*s) {
    case 'n': return read_number(f);
    case 'l': return read_line(lua, f, false);
    case 'L': return read_line(lua, f, true);
    case 'a': return read_all(lua, f);
    }
    return lua_arg_error(lua, i, "invalid format");
}

/* Formats from argument `first` on; none: a line. */
static esp_value read_formats(lua_state *lua, FILE *f, const esp_value *args,
                              uint64_t n, uint32_t first)
{
    uint64_t count = n > first ? n - first : 0, i = 0;
    esp_value *all, v = lua_nil();

    errno = 0;
    clearerr(f);
    if (!count)
        v = ESP_TRY(read_line(lua, f, false));
    if (count <= 1) {
        if (count)
            v = ESP_TRY(read_one(lua, f, args, n, first));
        return ferror(f) ? lua_file_result(lua, false, NULL) : v;
    }
    all = (esp_value *)esp_alloc(lua->context, count * sizeof *all);
    if (!all)
        return esp_abrupt(ESP_THROW);
    do
        all[i] = ESP_TRY(read_one(lua, f, args, n, first + (uint32_t)i));
    while (all[i++].tag != LUA_NIL && i < count);
    if (ferror(f))
        return lua_file_result(lua, false, NULL);
    return lua_return(lua, i, all);
}

static esp_value file_read(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    return read_formats(lua, f->f, args, n, 1);
}

static esp_value io_read(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f = current(lua, io_of(lua)->input, "input");

    return f ? read_formats(lua, f->f, args, n, 0) : esp_abrupt(ESP_THROW);
}

/* ---- lines ------------------------------------------------------------- */

/* Upvalues: the file, whether it is closed at its end, the formats. */
enum { LINES_FILE, LINES_CLOSE, LINES_FORMATS, MOST_FORMATS = 250 };

static esp_value next_line(lua_state *lua, const esp_value *args, uint64_t n)
{
    const lua_function *self = lua_self(args);
    const esp_value *up = self->upvalues;
    io_file *f = file_of(up[LINES_FILE]);
    esp_value v, copy[MOST_FORMATS + 1], one;
    const esp_value *results;
    uint64_t count = self->proto->nupvalues - LINES_FORMATS;

    (void)n;
    if (!f->f)
        return lua_error(lua, "file is already closed");
    memcpy(copy, up + LINES_FORMATS, count * sizeof *copy);
    v = ESP_TRY(read_formats(lua, f->f, copy, count, 0));
    results = lua_returned(lua, v, &one, &count);
    if (count && results[0].tag != LUA_NIL)
        return v;
    if (count > 1)              /* nil and why */
        return lua_error(lua, "%s", lua_bytes(lua_string_of(results[1])));
    if (lua_is_true(up[LINES_CLOSE]))
        shut(f);
    return lua_nil();
}

static esp_value new_lines(lua_state *lua, esp_value file, bool close,
                           const esp_value *args, uint64_t n)
{
    esp_value up[LINES_FORMATS + MOST_FORMATS] = { file, lua_boolean(close) };
    uint64_t count = n > 1 ? n - 1 : 0;
    lua_function *f;

    if (count > MOST_FORMATS)
        return lua_arg_error(lua, MOST_FORMATS + 1, "too many arguments");
    if (count)
        memcpy(up + LINES_FORMATS, args + 1, count * sizeof *up);
    f = lua_builtin_new(lua, NULL, next_line, up,
                        (uint32_t)(LINES_FORMATS + count));
    return f ? lua_pointer(f, LUA_FUNCTION) : esp_abrupt(ESP_THROW);
}

static esp_value file_lines(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    return new_lines(lua, args[0], false, args, n);
}

/* ---- opening ----------------------------------------------------------- */

/* "r", "w+", "ab" ... */
static bool is_mode(const char *s)
{
    if (!*s || !strchr("rwa", *s++))
        return false;
    s += *s == '+';
    return strspn(s, "b") == strlen(s) && strlen(s) < 2;
}

/* A file, or ESP_THROW with a message that says which. */
static esp_value open_or_throw(lua_state *lua, const char *path,
                               const char *mode)
{
    FILE *f = fopen(path, mode);

    return f ? new_file(lua, f, ORDINARY)
             : lua_error(lua, "cannot open file '%s' (%s)", path,
                         strerror(errno));
}

static esp_value io_open(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *path = LUA_ARG_TEXT(0);
    const char *mode = LUA_OPT_TEXT(1, "r");
    FILE *f;

    if (!is_mode(mode))
        return lua_arg_error(lua, 1, "invalid mode");
    f = fopen(path, mode);
    return f ? new_file(lua, f, ORDINARY) : lua_file_result(lua, false, path);
}

static esp_value io_popen(lua_state *lua, const esp_value *args, uint64_t n)
{
    const char *command = LUA_ARG_TEXT(0);
    const char *mode = LUA_OPT_TEXT(1, "r");
    FILE *f;

    if (strcmp(mode, "r") && strcmp(mode, "w"))
        return lua_arg_error(lua, 1, "invalid mode");
    fflush(NULL);
    f = popen(command, mode);
    return f ? new_file(lua, f, PIPE) : lua_file_result(lua, false, command);
}

static esp_value io_tmpfile(lua_state *lua, const esp_value *args, uint64_t n)
{
    FILE *f = tmpfile();

    (void)args, (void)n;
    return f ? new_file(lua, f, ORDINARY) : lua_file_result(lua, false, NULL);
}

/* io.input and io.output. */
static esp_value redirect(lua_state *lua, const esp_value *args, uint64_t n,
                          esp_value *which, const char *mode)
{
    if (lua_arg_absent(args, n, 0))
        return *which;
    if (args[0].tag == LUA_STRING || lua_is_number(args[0])) {
        *which = ESP_TRY(open_or_throw(lua, LUA_ARG_TEXT(0), mode));
        return *which;
    }
    if (!file_of(args[0]))
        return lua_arg_type_error(lua, args, n, 0, "FILE*");
    return *which = args[0];
}

static esp_value io_input(lua_state *lua, const esp_value *args, uint64_t n)
{
    return redirect(lua, args, n, &io_of(lua)->input, "r");
}

static esp_value io_output(lua_state *lua, const esp_value *args, uint64_t n)
{
    return redirect(lua, args, n, &io_of(lua)->output, "w");
}

static esp_value io_lines(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value file, f;

    if (lua_arg_absent(args, n, 0)) {
        if (!file_of(io_of(lua)->input)->f)
            return lua_error(lua, "attempt to use a closed file");
        return new_lines(lua, io_of(lua)->input, false, args, n);
    }
    file = ESP_TRY(open_or_throw(lua, LUA_ARG_TEXT(0), "r"));
    f = ESP_TRY(new_lines(lua, file, true, args, n));
    lua->few[0] = f;
    lua->few[1] = lua->few[2] = lua_nil();
    lua->few[3] = file;
    return lua_multi(4);
}

/* ---- writing and the rest ---------------------------------------------- */

/* As printf writes a number: unlike tostring, 2.0 as 2.  NULL: neither a string
 * nor a number. */
static const char *written(const esp_value *v, size_t *length, char *room)
{
    if (v->tag != LUA_FLOAT)
        return lua_to_bytes(*v, length, room);
    *length = (size_t)snprintf(room, LUA_NUMBER_TEXT, "%.14g", v->as.d);
    return room;
}

/* Arguments from `first` on; returns the file. */
static esp_value write_values(lua_state *lua, esp_value file, FILE *f,
                              const esp_value *args, uint64_t n,
                              uint32_t first)
{
    bool ok = true;

    for (uint32_t i = first; i < n; i++) {
        char room[LUA_NUMBER_TEXT];
        size_t length;
        const char *bytes = written(&args[i], &length, room);

        if (!bytes)
            return lua_arg_type_error(lua, args, n, i, "string");
        ok = fwrite(bytes, 1, length, f) == length && ok;
    }
    return ok ? file : lua_file_result(lua, false, NULL);
}

static esp_value file_write(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    return write_values(lua, args[0], f->f, args, n, 1);
}

static esp_value io_write(lua_state *lua, const esp_value *args, uint64_t n)
{
    esp_value file = io_of(lua)->output;
    io_file *f = current(lua, file, "output");

    return f ? write_values(lua, file, f->f, args, n, 0)
             : esp_abrupt(ESP_THROW);
}

static esp_value close_file(lua_state *lua, io_file *f)
{
    if (f->kind == STANDARD)
        return lua_two(lua, lua_nil(), ESP_TRY(lua_text(
            lua, "cannot close standard file")));
    errno = 0;
    if (f->kind == PIPE)
        return lua_exit_result(lua, shut(f));
    return lua_file_result(lua, shut(f) == 0, NULL);
}

static esp_value file_close(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    return close_file(lua, f);
}

static esp_value io_close(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (n)
        return file_close(lua, args, n);
    f = current(lua, io_of(lua)->output, "output");
    return f ? close_file(lua, f) : esp_abrupt(ESP_THROW);
}

/* __gc and __close: a file that is closed already is fine. */
static esp_value file_end(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f = n ? file_of(args[0]) : NULL;

    if (!f)
        return lua_arg_type_error(lua, args, n, 0, "FILE*");
    if (f->f && f->kind != STANDARD)
        shut(f);
    return lua_none();
}

static esp_value file_flush(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    return lua_file_result(lua, !fflush(f->f), NULL);
}

static esp_value io_flush(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f = current(lua, io_of(lua)->output, "output");

    (void)args, (void)n;
    if (!f)
        return esp_abrupt(ESP_THROW);
    return lua_file_result(lua, !fflush(f->f), NULL);
}

/* The number of an option's name in a list that ends with NULL; -1: an error
 * was thrown. */
static int option(lua_state *lua, const char *const *names, const char *s,
                  uint32_t i)
{
    char message[128];

    for (int k = 0; names[k]; k++)
        if (!strcmp(names[k], s))
            return k;
    snprintf(message, sizeof message, "invalid option '%.80s'", s);
    lua_arg_error(lua, i, message);
    return -1;
}

static esp_value file_seek(lua_state *lua, const esp_value *args, uint64_t n)
{
    static const char *const names[] = { "set", "cur", "end", NULL };
    static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
    int64_t offset;
    io_file *f;
    int from;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    from = option(lua, names, LUA_OPT_TEXT(1, "cur"), 1);
    if (from < 0)
        return esp_abrupt(ESP_THROW);
    offset = LUA_OPT_INT(2, 0);
    if (fseeko(f->f, (off_t)offset, whence[from]))
        return lua_file_result(lua, false, NULL);
    return lua_int((int64_t)ftello(f->f));
}

static esp_value file_setvbuf(lua_state *lua, const esp_value *args,
                              uint64_t n)
{
    static const char *const names[] = { "no", "full", "line", NULL };
    static const int modes[] = { _IONBF, _IOFBF, _IOLBF };
    int64_t size;
    io_file *f;
    int mode;

    if (!open_argument(lua, args, n, &f))
        return esp_abrupt(ESP_THROW);
    mode = option(lua, names, LUA_ARG_TEXT(1), 1);
    if (mode < 0)
        return esp_abrupt(ESP_THROW);
    size = LUA_OPT_INT(2, BUFSIZ);
    return lua_file_result(lua, !setvbuf(f->f, NULL, modes[mode],
                                         (size_t)size), NULL);
}

static esp_value file_tostring(lua_state *lua, const esp_value *args,
                               uint64_t n)
{
    io_file *f = n ? file_of(args[0]) : NULL;

    if (!f)
        return lua_arg_type_error(lua, args, n, 0, "FILE*");
    return f->f ? lua_textf(lua, "file (%p)", (void *)f->f)
                : lua_text(lua, "file (closed)");
}

static esp_value io_type(lua_state *lua, const esp_value *args, uint64_t n)
{
    io_file *f = file_of(LUA_ARG_ANY(0));

    if (!f)
        return lua_nil();
    return lua_text(lua, f->f ? "file" : "closed file");
}

/* ---- the library ------------------------------------------------------- */

static const lua_entry entries[] = {
    { "close", io_close, 0 },
    { "flush", io_flush, 0 },
    { "input", io_input, 0 },
    { "lines", io_lines, 0 },
    { "open", io_open, 0 },
    { "output", io_output, 0 },
    { "popen", io_popen, 0 },
    { "read", io_read, 0 },
    { "tmpfile", io_tmpfile, 0 },
    { "type", io_type, 0 },
    { "write", io_write, 0 },
    { NULL, NULL, 0 }
};

static const lua_entry methods[] = {
    { "close", file_close, 0 },
    { "flush", file_flush, 0 },
    { "lines", file_lines, 0 },
    { "read", file_read, 0 },
    { "seek", file_seek, 0 },
    { "setvbuf", file_setvbuf, 0 },
    { "write", file_write, 0 },
    { NULL, NULL, 0 }
};

static const lua_entry metamethods[] = {
    { "__close", file_end, 0 },
    { "__gc", file_end, 0 },
    { "__tostring", file_tostring, 0 },
    { NULL, NULL, 0 }
};

static bool put_functions(lua_state *lua, lua_table *t, const lua_entry *e)
{
    for (; e->name; e++) {
        lua_function *f = lua_builtin_new(lua, NULL, e->builtin, NULL, 0);

        if (!f || !lua_table_put_text(lua, t, e->name,
                                      lua_pointer(f, LUA_FUNCTION)))
            return false;
    }
    return true;
}

static bool open_methods(lua_state *lua, io_state *io)
{
    lua_table *index = lua_table_new(lua);
    esp_value name = lua_text(lua, "FILE*");

    io->methods = lua_table_new(lua);
    return index && io->methods && !esp_is_abrupt(name) &&
           put_functions(lua, index, methods) &&
           put_functions(lua, io->methods, metamethods) &&
           lua_table_put_text(lua, io->methods, "__index",
                              lua_pointer(index, LUA_TABLE)) &&
           lua_table_put_text(lua, io->methods, "__name", name);
}

static bool put_standard(lua_state *lua, lua_table *t, const char *name,
                         FILE *c, esp_value *to)
{
    *to = new_file(lua, c, STANDARD);
    return !esp_is_abrupt(*to) && lua_table_put_text(lua, t, name, *to);
}

bool lua_open_io(lua_state *lua)
{
    io_state *io = ESP_CONTEXT_ARRAY(lua->context, io_state, 1);
    lua_table *t = lua_library(lua, "io", entries);
    esp_value error;

    lua->library[LUA_STATE_IO] = io;
    return io && t && open_methods(lua, io) &&
           put_standard(lua, t, "stdin", stdin, &io->input) &&
           put_standard(lua, t, "stdout", lua->out, &io->output) &&
           put_standard(lua, t, "stderr", stderr, &error);
}
