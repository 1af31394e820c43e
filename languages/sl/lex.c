/*
 * From SL text to tokens.
 *
 * The longest match wins, and where no token fits, the error is the text up to
 * and including the character that ended the attempt: "& " or a string without
 * its closing quote.  A comment that never ends was a slash after all.
 */
#include "languages/sl/lex.h"

#include <string.h>

const char *const sl_token_names[TOK_COUNT] = {
#define TOKEN(name, shown) shown,
#include "languages/sl/tokens.def"
#undef TOKEN
};

static const struct { const char *word; uint8_t type; } keywords[] = {
    { "function", TOK_FUNCTION }, { "break", TOK_BREAK },
    { "continue", TOK_CONTINUE }, { "debugger", TOK_DEBUGGER },
    { "while", TOK_WHILE },       { "if", TOK_IF },
    { "else", TOK_ELSE },         { "return", TOK_RETURN },
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$';
}

/* The character at a distance; a zero byte beyond the end. */
static char peek(const sl_lexer *l, uint32_t ahead)
{
    return ahead < l->size - l->at ? l->text[l->at + ahead] : '\0';
}

/* Bytes of the UTF-8 character there; 1 for a byte that starts none. */
static uint32_t char_length(const sl_lexer *l, uint32_t at)
{
    unsigned char c = (unsigned char)l->text[at];
    uint32_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

    for (uint32_t i = 1; i < n; i++)
        if (at + i >= l->size || (l->text[at + i] & 0xc0) != 0x80)
            return 1;
    return n;
}

/* Where a block comment at `at` ends, or 0 if it does not. */
static uint32_t comment_end(const sl_lexer *l, uint32_t at)
{
    for (uint32_t i = at + 2; i + 1 < l->size; i++)
        if (l->text[i] == '*' && l->text[i + 1] == '/')
            return i + 2;
    return 0;
}

static void skip_blanks(sl_lexer *l)
{
    while (l->at < l->size) {
        char c = l->text[l->at];
        uint32_t end;

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
            l->at++;
        } else if (c == '/' && peek(l, 1) == '/') {
            while (l->at < l->size && l->text[l->at] != '\n' &&
                   l->text[l->at] != '\r')
                l->at++;
        } else if (c == '/' && peek(l, 1) == '*' &&
                   (end = comment_end(l, l->at)) != 0) {
            l->at = end;
        } else {
            return;
        }
    }
}

static bool found(sl_lexer *l, sl_token *t, uint8_t type, uint32_t length)
{
    *t = (sl_token){ type, l->at, l->at + length };
    l->at += length;
    return true;
}

/* Gives up at a byte of the text, which is shown as well if there is one. */
static bool unknown(sl_lexer *l, sl_token *t, uint32_t stop)
{
    uint32_t end = stop < l->size ? stop + char_length(l, stop) : l->size;

    *t = (sl_token){ TOK_EOF, l->at, end };
    return false;
}

static bool lex_word(sl_lexer *l, sl_token *t)
{
    uint32_t n = 1;

    while (is_word_start(peek(l, n)) || is_digit(peek(l, n)))
        n++;
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (strlen(keywords[i].word) == n &&
            memcmp(keywords[i].word, l->text + l->at, n) == 0)
            return found(l, t, keywords[i].type, n);
    return found(l, t, TOK_IDENT, n);
}

static bool lex_string(sl_lexer *l, sl_token *t)
{
    uint32_t i = l->at + 1;

    while (i < l->size && l->text[i] != '"' && l->text[i] != '\n' &&
           l->text[i] != '\r')
        i++;
    if (i < l->size && l->text[i] == '"')
        return found(l, t, TOK_STRING, i + 1 - l->at);
    return unknown(l, t, i);
}

static bool lex_number(sl_lexer *l, sl_token *t)
{
    uint32_t n = 1;

    if (l->text[l->at] != '0')
        while (is_digit(peek(l, n)))
            n++;
    return found(l, t, TOK_NUMBER, n);
}

/* A token of two equal characters, neither of which is one alone. */
static bool lex_double(sl_lexer *l, sl_token *t, char c, uint8_t type)
{
    return peek(l, 1) == c ? found(l, t, type, 2) : unknown(l, t, l->at + 1);
}

bool sl_lex(sl_lexer *l, sl_token *t)
{
    skip_blanks(l);
    if (l->at == l->size)
        return found(l, t, TOK_EOF, 0);
    char c = l->text[l->at];
    bool equals = peek(l, 1) == '=';

    if (is_word_start(c))
        return lex_word(l, t);
    if (is_digit(c))
        return lex_number(l, t);
    switch (c) {
    case '"': return lex_string(l, t);
    case '(': return found(l, t, TOK_LPAREN, 1);
    case ')': return found(l, t, TOK_RPAREN, 1);
    case '{': return found(l, t, TOK_LBRACE, 1);
    case '}': return found(l, t, TOK_RBRACE, 1);
    case '[': return found(l, t, TOK_LBRACKET, 1);
    case ']': return found(l, t, TOK_RBRACKET, 1);
    case ',': return found(l, t, TOK_COMMA, 1);
    case ';': return found(l, t, TOK_SEMICOLON, 1);
    case '.': return found(l, t, TOK_DOT, 1);
    case '+': case '-': return found(l, t, TOK_ADD, 1);
    case '*': case '/': return found(l, t, TOK_MUL, 1);
    case '|': return lex_double(l, t, '|', TOK_OR);
    case '&': return lex_double(l, t, '&', TOK_AND);
    case '<': case '>': return found(l, t, TOK_COMPARE, 1 + equals);
    case '=': return equals ? found(l, t, TOK_COMPARE, 2)
                            : found(l, t, TOK_ASSIGN, 1);
    case '!': return equals ? found(l, t, TOK_COMPARE, 2)
                            : unknown(l, t, l->at + 1);
    default:  return unknown(l, t, l->at);
    }
}

void sl_position(const char *text, uint32_t at, uint32_t *line,
                 uint32_t *column)
{
    *line = *column = 1;
    for (uint32_t i = 0; i < at; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n') {
            ++*line;
            *column = 1;
        } else if ((c & 0xc0) != 0x80) {
            *column += c >= 0xf0 ? 2 : 1;
        }
    }
}
