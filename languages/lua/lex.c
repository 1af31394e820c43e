/*
 * The lexer.  Errors are worded as PUC Lua words them.
 */
#include "languages/lua/lex.h"

#include "languages/lua/nodes.h"

#include <stdlib.h>
#include <string.h>

static const char *const token_texts[] = {
#define TOKEN(name, text) text,
#include "languages/lua/tokens.def"
#undef TOKEN
};

/* ---- errors ------------------------------------------------------------ */

void lua_token_text(int kind, char to[32])
{
    if (kind > TOK_BEFORE_FIRST) {
        const char *text = token_texts[kind - TOK_BEFORE_FIRST - 1];

        snprintf(to, 32, kind >= TOK_EOF ? "%s" : "'%s'", text);
    } else if (kind >= ' ' && kind < 127) {
        snprintf(to, 32, "'%c'", kind);
    } else {
        snprintf(to, 32, "'<\\%d>'", kind);
    }
}

/* Throws "chunk:line: message near what" and leaves; no handler sees it. */
static _Noreturn void fail(lua_lexer *x, uint32_t line, const char *message,
                           const char *near, size_t n)
{
    size_t room = strlen(x->chunk) + strlen(message) + n + 64;
    char *text = (char *)malloc(room);

    if (text) {
        int at = snprintf(text, room, "%s:%u: %s", x->chunk, line, message);

        if (near)
            snprintf(text + at, room - (size_t)at, " near %.*s", (int)n,
                     near);
        esp_value v = lua_text(x->lua, text);
        free(text);
        if (!esp_is_abrupt(v))
            esp_throw(x->lua->context, v);
    }
    longjmp(x->failed, 1);
}

/* Near the bytes from `from` to the current position, in quotes. */
static _Noreturn void fail_near(lua_lexer *x, const char *message,
                                const char *from)
{
    size_t n = (size_t)(x->at - from);
    char *quoted = (char *)malloc(n + 2);

    if (!quoted)
        fail(x, x->line, message, NULL, 0);
    quoted[0] = quoted[n + 1] = '\'';
    memcpy(quoted + 1, from, n);
    free(x->text);
    x->text = quoted;
    fail(x, x->line, message, quoted, n + 2);
}

void lua_lex_fail(lua_lexer *x, const char *message)
{
    char text[32];
    const lua_token *t = &x->now;

    if (t->kind == TOK_NAME || t->kind == TOK_STRING ||
        t->kind == TOK_NUMBER) {
        x->at = x->source->text + t->end;
        x->line = t->line;
        fail_near(x, message, x->source->text + t->start);
    }
    lua_token_text(t->kind, text);
    fail(x, t->line, message, text, strlen(text));
}

void lua_lex_fail_plain(lua_lexer *x, const char *message)
{
    fail(x, x->line, message, NULL, 0);
}

/* ---- characters -------------------------------------------------------- */

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int hex_value(int c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The current character; -1 at the end. */
static int peek(const lua_lexer *x)
{
    return x->at < x->end ? (unsigned char)*x->at : -1;
}

static bool accept(lua_lexer *x, int c)
{
    if (peek(x) != c)
        return false;
    x->at++;
    return true;
}

/* The only character that ends a line: build.c saw to it. */
static void skip_newline(lua_lexer *x)
{
    x->at++;
    x->line++;
}

static void add(lua_lexer *x, int c)
{
    if (x->ntext == x->cap_text) {
        size_t cap = x->cap_text ? 2 * x->cap_text : 64;
        char *text = (char *)realloc(x->text, cap);

        if (!text) {
            lua_error_at(x->lua, NULL, "not enough memory");
            longjmp(x->failed, 1);
        }
        x->text = text;
        x->cap_text = cap;
    }
    x->text[x->ntext++] = (char)c;
}

/* Constants of a program are all names: equal text, equal pointer. */
static esp_value string_value(lua_lexer *x, const char *s, size_t n)
{
    esp_string *string = lua_name(x->lua, s, n);

    if (!string) {
        lua_error_at(x->lua, NULL, "not enough memory");
        longjmp(x->failed, 1);
    }
    return lua_pointer(string, LUA_STRING);
}

/* ---- long brackets ----------------------------------------------------- */

/* At "[": the number of "=" if "[[" or "[==[" begins here, else -1; -2 if it is
 * "[=" and then something else. */
static int bracket_level(const lua_lexer *x)
{
    const char *s = x->at + 1;
    int level = 0;

    for (; s < x->end && *s == '='; s++)
        level++;
    if (s < x->end && *s == '[')
        return level;
    return level ? -2 : -1;
}

/* Behind "]": is it the end of this level?  Skips it then. */
static bool closes(lua_lexer *x, int level)
{
    const char *s = x->at;
    int n = 0;

    for (; s < x->end && *s == '='; s++)
        n++;
    if (n != level || s == x->end || *s != ']')
        return false;
    x->at = s + 1;
    return true;
}

static void read_long(lua_lexer *x, int level, bool comment)
{
    uint32_t first_line = x->line;
    char message[80];

    x->at += level + 2;
    x->ntext = 0;
    if (peek(x) == '\n')
        skip_newline(x);
    for (;;) {
        int c = peek(x);

        if (c < 0)
            break;
        if (c == '\n') {
            skip_newline(x);
            add(x, '\n');
            continue;
        }
        x->at++;
        if (c == ']' && closes(x, level))
            return;
        if (!comment)
            add(x, c);
    }
    snprintf(message, sizeof message, "unfinished long %s (starting at line "
             "%u)", comment ? "comment" : "string", first_line);
    fail(x, x->line, message, "<eof>", 5);
}

/* ---- strings ----------------------------------------------------------- */

static void add_utf8(lua_lexer *x, uint32_t u)
{
    char bytes[6];
    int n = 0;
    uint32_t first = 0x3f;      /* what fits into the first byte */

    if (u < 0x80) {
        add(x, (int)u);
        return;
    }
    do {
        bytes[n++] = (char)(0x80 | (u & 0x3f));
        u >>= 6;
        first >>= 1;
    } while (u > first);
    add(x, (int)((~first << 1) | u));
    while (n)
        add(x, bytes[--n]);
}

/* The message quotes the string up to and with the character that is wrong. */
static _Noreturn void bad_escape(lua_lexer *x, const char *start,
                                 const char *message)
{
    if (x->at < x->end)
        x->at++;
    fail_near(x, message, start);
}

static uint32_t read_hex(lua_lexer *x, const char *start)
{
    int d = hex_value(peek(x));

    if (d < 0)
        bad_escape(x, start, "hexadecimal digit expected");
    x->at++;
    return (uint32_t)d;
}

/* Behind "\u". */
static void read_utf8(lua_lexer *x, const char *start)
{
    uint32_t u;

    if (!accept(x, '{'))
        bad_escape(x, start, "missing '{'");
    u = read_hex(x, start);
    while (hex_value(peek(x)) >= 0) {
        if (u > 0x7ffffff)
            bad_escape(x, start, "UTF-8 value too large");
        u = u * 16 + read_hex(x, start);
    }
    if (!accept(x, '}'))
        bad_escape(x, start, "missing '}'");
    add_utf8(x, u);
}

static void read_decimal(lua_lexer *x, const char *start)
{
    int value = 0;

    for (int i = 0; i < 3 && is_digit(peek(x)); i++)
        value = value * 10 + (*x->at++ - '0');
    if (value > 255)
        bad_escape(x, start, "decimal escape too large");
    add(x, value);
}

static void skip_space(lua_lexer *x)
{
    while (peek(x) == ' ' || (peek(x) >= '\t' && peek(x) <= '\r'))
        if (peek(x) == '\n')
            skip_newline(x);
        else
            x->at++;
}

/* Behind a backslash. */
static void read_escape(lua_lexer *x, const char *start)
{
    static const char letters[] = "abfnrtv", codes[] = "\a\b\f\n\r\t\v";
    int c = peek(x);
    const char *letter = c > 0 ? strchr(letters, c) : NULL;

    if (letter) {
        x->at++;
        add(x, codes[letter - letters]);
    } else if (c == 'x') {
        x->at++;
        uint32_t high = read_hex(x, start);
        add(x, (int)(high * 16 + read_hex(x, start)));
    } else if (c == 'u') {
        x->at++;
        read_utf8(x, start);
    } else if (c == 'z') {
        x->at++;
        skip_space(x);
    } else if (c == '\n') {
        skip_newline(x);
        add(x, '\n');
    } else if (c == '\\' || c == '"' || c == '\'') {
        x->at++;
        add(x, c);
    } else if (is_digit(c)) {
        read_decimal(x, start);
    } else if (c >= 0) {
        bad_escape(x, start, "invalid escape sequence");
    }
}

static void read_string(lua_lexer *x)
{
    const char *start = x->at;
    int quote = *x->at++;

    x->ntext = 0;
    for (;;) {
        int c = peek(x);

        if (c < 0)
            fail(x, x->line, "unfinished string", "<eof>", 5);
        if (c == '\n')
            fail_near(x, "unfinished string", start);
        x->at++;
        if (c == quote)
            return;
        if (c == '\\')
            read_escape(x, start);
        else
            add(x, c);
    }
}

/* ---- the rest ---------------------------------------------------------- */

/* Takes all that looks like part of a number, then asks whether it is one. */
static void read_number(lua_lexer *x, lua_token *t)
{
    const char *start = x->at;
    const char *marks = "eE";

    if (accept(x, '0') && (peek(x) | 0x20) == 'x') {
        x->at++;
        marks = "pP";
    }
    for (;;) {
        int c = peek(x);

        if (c > 0 && strchr(marks, c)) {
            x->at++;
            if (peek(x) == '-' || peek(x) == '+')
                x->at++;
        } else if (hex_value(c) >= 0 || c == '.') {
            x->at++;
        } else {
            break;
        }
    }
    /* A letter here spoils the number, and the message ends with it. */
    if (is_letter(peek(x)))
        x->at++;
    if (!lua_text_number(start, (size_t)(x->at - start), &t->value))
        fail_near(x, "malformed number", start);
}

static int read_name(lua_lexer *x, lua_token *t)
{
    const char *start = x->at;
    size_t n;

    while (is_letter(peek(x)) || is_digit(peek(x)))
        x->at++;
    n = (size_t)(x->at - start);
    for (int i = 0; i <= TOK_WHILE - TOK_AND; i++)
        if (token_texts[i][0] == *start && strlen(token_texts[i]) == n &&
            !memcmp(token_texts[i], start, n))
            return TOK_AND + i;
    t->value = string_value(x, start, n);
    return TOK_NAME;
}

/* Behind "--". */
static void skip_comment(lua_lexer *x)
{
    int level = peek(x) == '[' ? bracket_level(x) : -1;

    if (level >= 0) {
        read_long(x, level, true);
        return;
    }
    while (peek(x) >= 0 && peek(x) != '\n')
        x->at++;
}

/* To the next token. */
static void skip_blank(lua_lexer *x)
{
    for (;;) {
        skip_space(x);
        if (x->at + 1 >= x->end || x->at[0] != '-' || x->at[1] != '-')
            return;
        x->at += 2;
        skip_comment(x);
    }
}

/* The character, or the longer token that begins with it. */
static int read_operator(lua_lexer *x)
{
    int c = *x->at++;

    switch (c) {
    case '/': return accept(x, '/') ? TOK_IDIV : c;
    case '=': return accept(x, '=') ? TOK_EQ : c;
    case '~': return accept(x, '=') ? TOK_NE : c;
    case ':': return accept(x, ':') ? TOK_LABEL : c;
    case '<': return accept(x, '=') ? TOK_LE : accept(x, '<') ? TOK_SHL : c;
    case '>': return accept(x, '=') ? TOK_GE : accept(x, '>') ? TOK_SHR : c;
    case '.':
        if (!accept(x, '.'))
            return c;
        return accept(x, '.') ? TOK_DOTS : TOK_CONCAT;
    default:
        return (unsigned char)c;
    }
}

static int read_bracket(lua_lexer *x, lua_token *t)
{
    int level = bracket_level(x);

    if (level == -2) {
        const char *start = x->at++;

        while (peek(x) == '=')
            x->at++;
        fail_near(x, "invalid long string delimiter", start);
    }
    if (level < 0) {
        x->at++;
        return '[';
    }
    read_long(x, level, false);
    t->value = string_value(x, x->text, x->ntext);
    return TOK_STRING;
}

static int read_kind(lua_lexer *x, lua_token *t)
{
    int c = peek(x);

    if (c < 0)
        return TOK_EOF;
    if (is_letter(c))
        return read_name(x, t);
    if (is_digit(c) ||
        (c == '.' && x->at + 1 < x->end && is_digit(x->at[1]))) {
        read_number(x, t);
        return TOK_NUMBER;
    }
    if (c == '"' || c == '\'') {
        read_string(x);
        t->value = string_value(x, x->text, x->ntext);
        return TOK_STRING;
    }
    if (c == '[')
        return read_bracket(x, t);
    return read_operator(x);
}

static void read_token(lua_lexer *x, lua_token *t)
{
    skip_blank(x);
    t->start = (uint32_t)(x->at - x->source->text);
    t->kind = read_kind(x, t);
    t->end = (uint32_t)(x->at - x->source->text);
    t->line = x->line;
}

void lua_lex_next(lua_lexer *x)
{
    x->last_line = x->now.line;
    if (x->ahead.kind) {
        x->now = x->ahead;
        x->ahead.kind = 0;
        return;
    }
    read_token(x, &x->now);
}

int lua_lex_ahead(lua_lexer *x)
{
    if (!x->ahead.kind)
        read_token(x, &x->ahead);
    return x->ahead.kind;
}

/* A first line that begins with # is for the shell. */
void lua_lex_open(lua_lexer *x, lua_state *lua, esp_source *source)
{
    x->lua = lua;
    x->source = source;
    x->at = source->text;
    x->end = source->text + source->length;
    x->line = x->last_line = 1;
}

void lua_lex_close(lua_lexer *x)
{
    free(x->text);
}
