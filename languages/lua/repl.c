/*
 * Programs that are typed in, with history and completion where libedit is.
 */
#include "languages/lua/command.h"

#include "languages/lua/build.h"

#include "config.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- completion -------------------------------------------------------- */

/* libedit asks without saying who it is for; a process has one terminal. */
static lua_state *typing;

/* What the names in front of the last dot or colon lead to. */
static esp_value find_owner(lua_state *lua, const char *text, size_t n)
{
    esp_value v = lua_pointer(lua->globals, LUA_TABLE);

    for (size_t i = 0; i < n;) {
        size_t length = strcspn(text + i, ".:");
        esp_string *name = lua_string_make(lua, text + i, length);

        if (v.tag == LUA_STRING || v.tag == LUA_USERDATA)
            v = lua_metamethod(lua, v, LUA_META_index);
        if (!name || v.tag != LUA_TABLE)
            return lua_nil();
        v = lua_table_get(lua, lua_table_of(v),
                          lua_pointer(name, LUA_STRING));
        i += length + 1;
    }
    return v;
}

static char *joined(const char *text, size_t n, const esp_string *name)
{
    char *whole = (char *)malloc(n + lua_length(name) + 1);

    if (whole) {
        memcpy(whole, text, n);
        memcpy(whole + n, lua_bytes(name), lua_length(name) + 1);
    }
    return whole;
}

/* The state-th name that begins so; NULL: there are not so many. */
static char *complete(const char *text, int state)
{
    size_t n = strlen(text), start = n;
    esp_value owner, key = lua_nil(), v;

    while (start && !strchr(".:", text[start - 1]))
        start--;
    owner = find_owner(typing, text, start);
    if (owner.tag == LUA_STRING || owner.tag == LUA_USERDATA)
        owner = lua_metamethod(typing, owner, LUA_META_index);
    while (owner.tag == LUA_TABLE &&
           lua_table_next(typing, lua_table_of(owner), &key, &v) > 0) {
        const esp_string *name = lua_string_of(key);

        if (key.tag == LUA_STRING && lua_length(name) >= n - start &&
            !memcmp(lua_bytes(name), text + start, n - start) && !state--)
            return joined(text, start, name);
    }
    return NULL;
}

/* ---- libedit ----------------------------------------------------------- */

/* What is used of it.  It is loaded when somebody types: with what it rests on
 * it was a tenth of the memory of a small program. */
typedef struct editor {
    char *(*readline)(const char *prompt);
    int (*add_history)(const char *line);
    const char **name, **breaks;
    char *(**complete)(const char *text, int state);
} editor;

#ifdef HAVE_EDIT
/* It stays in memory: the collector looks through its data. */
static void *open_editor(void)
{
    static const char *const names[] = { "libedit.so.2", "libedit.so.0" };
    void *library = NULL;

    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    return library;
}
#else
static void *open_editor(void)
{
    return NULL;
}
#endif

static bool find_in(void *library, const char *name, void *to)
{
    void *at = dlsym(library, name);

    memcpy(to, &at, sizeof at);
    return at != NULL;
}

static bool load_editor(editor *e)
{
    void *library = open_editor();

    return library && find_in(library, "readline", &e->readline) &&
           find_in(library, "add_history", &e->add_history) &&
           find_in(library, "rl_readline_name", &e->name) &&
           find_in(library, "rl_basic_word_break_characters", &e->breaks) &&
           find_in(library, "rl_completion_entry_function", &e->complete);
}

static char *edit_line(lua_state *lua, const editor *e, const char *prompt)
{
    typing = lua;
    *e->name = "lua";
    *e->complete = complete;
    *e->breaks = " \t\n\"'`@$><=;|&{(+-*/%^#~,[])}";
    return e->readline(prompt);
}

/* ---- lines ------------------------------------------------------------- */

typedef struct typed {
    char *text;                 /* of one statement, line by line */
    size_t n;
    bool edits;                 /* lines are edited, by this */
    editor editor;
} typed;

/* With its end; NULL: there are no more.  The caller frees it. */
static char *plain_line(lua_state *lua, const char *prompt)
{
    char *line = NULL;
    size_t cap = 0;

    fputs(prompt, lua->out);
    fflush(lua->out);
    if (getline(&line, &cap, stdin) >= 0)
        return line;
    free(line);
    return NULL;
}

/* Appends a line; false at the end of the input. */
static bool read_line(lua_state *lua, typed *t, const char *prompt)
{
    char *line = t->edits ? edit_line(lua, &t->editor, prompt)
                          : plain_line(lua, prompt);
    size_t n = line ? strlen(line) : 0;
    char *room = line ? (char *)realloc(t->text, t->n + n + 2) : NULL;

    if (room) {
        memcpy(room + t->n, line, n + 1);
        t->text = room;
        t->n += n;
        if (t->edits) {
            if (*line)
                t->editor.add_history(line);
            memcpy(room + t->n++, "\n", 2);
        }
    }
    free(line);
    return room != NULL;
}

static const char *prompt_of(lua_state *lua, const typed *t)
{
    esp_value v = lua_table_get_text(lua, lua->globals,
                                     t->n ? "_PROMPT2" : "_PROMPT");
    const char *prompt = NULL;

    if (v.tag == LUA_STRING)
        prompt = esp_string_c(lua->context, lua_string_of(v));
    return prompt ? prompt : t->n ? ">> " : "> ";
}

/* ---- statements -------------------------------------------------------- */

/* Would more lines help? */
static bool is_incomplete(esp_value error)
{
    static const char mark[] = "near <eof>";
    const esp_string *s = lua_string_of(error);

    return error.tag == LUA_STRING && lua_length(s) >= sizeof mark - 1 &&
           !memcmp(lua_bytes(s) + lua_length(s) - (sizeof mark - 1), mark,
                   sizeof mark - 1);
}

/* As an expression, which may have a "=" in front of it, else as a statement.
 * NULL: wrong, in *error. */
static lua_function *compile_typed(lua_state *lua, const typed *t,
                                   esp_value *error)
{
    esp_value env = lua_pointer(lua->globals, LUA_TABLE);
    size_t room = t->n + sizeof "return ";
    char *text = (char *)malloc(room);
    lua_function *f = NULL;

    if (text) {
        snprintf(text, room, "return %s", t->text + (*t->text == '='));
        f = lua_compile(lua, text, strlen(text), "=stdin", env);
        free(text);
        if (!f)
            lua_catch(lua, error);
    }
    if (!f && !(*t->text == '=' && is_incomplete(*error)))
        f = lua_compile(lua, t->text, t->n, "=stdin", env);
    if (!f && lua->context->thrown.tag != ESP_NOTHING)
        lua_catch(lua, error);
    return f;
}

static void print_results(lua_state *lua, esp_value v)
{
    esp_value print = lua_table_get_text(lua, lua->globals, "print"), one;
    uint64_t n;
    const esp_value *values = lua_returned(lua, v, &one, &n);
    esp_value few[LUA_FEW_RESULTS];

    if (!n || n > LUA_FEW_RESULTS)
        return;
    memcpy(few, values, n * sizeof *few);
    if (esp_is_abrupt(lua_run(lua, print, few, n)))
        lua_report(lua);
}

/* False: the program is over. */
static bool run_typed(lua_state *lua, lua_function *f, int *code)
{
    esp_value v = lua_run(lua, lua_pointer(f, LUA_FUNCTION), NULL, 0);
    const esp_error *e;

    if (!esp_is_abrupt(v)) {
        print_results(lua, v);
        return true;
    }
    e = esp_thrown_error(lua->context);
    if (!e || e->kind != ESP_ERROR_EXIT) {
        lua_report(lua);
        return true;
    }
    *code = lua_report(lua);
    return false;
}

int lua_type_in(lua_state *lua)
{
    typed t = { .edits = false };
    const char *program = lua->program;
    int code = 0;
    bool more = true;

    t.edits = isatty(0) && isatty(1) && load_editor(&t.editor);
    lua->program = NULL;
    while (more && read_line(lua, &t, prompt_of(lua, &t))) {
        esp_value error = lua_nil();
        lua_function *f = compile_typed(lua, &t, &error);

        if (!f && is_incomplete(error))
            continue;
        if (f) {
            more = run_typed(lua, f, &code);
        } else {
            lua->trace = lua_nil();
            lua_throw(lua, error);
            lua_report(lua);
        }
        free(t.text);
        t.text = NULL;
        t.n = 0;
    }
    free(t.text);
    lua->program = program;
    if (more)
        fputc('\n', lua->out);
    return code;
}
