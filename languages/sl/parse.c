/*
 * From SL text to a syntax tree.
 *
 * Recursive descent; binary operators by their levels.  Assignment is a member
 * of a factor and takes all it can get, so `1 + x = 3 + 4` is `1 + (x = 7)`.
 *
 * The parser only says yes or no.  On the first token that does not fit it
 * gives up, and diagnose.c finds the words.
 */
#include "languages/sl/parse.h"

#include "languages/sl/diagnose.h"
#include "languages/sl/lex.h"

typedef struct parser {
    sl_arena *arena;
    sl_lexer lexer;
    sl_token token;         /* the current one */
    uint32_t last_end;      /* of the one before it */
    int depth;              /* of the nesting that is being read */
    bool failed, too_deep;
} parser;

enum { LEVEL_OR, LEVEL_AND, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MUL, LEVEL_NONE };

static syntax *parse_expr(parser *p, int level);
static syntax *parse_block(parser *p);

/* After an error every token is the end of the text, which ends all loops. */
static void give_up(parser *p)
{
    p->failed = true;
    p->token = (sl_token){ TOK_EOF, p->token.start, p->token.start };
}

static void advance(parser *p)
{
    p->last_end = p->token.end;
    if (!p->failed && !sl_lex(&p->lexer, &p->token))
        give_up(p);
}

static bool at(const parser *p, uint8_t type)
{
    return p->token.type == type;
}

static bool accept(parser *p, uint8_t type)
{
    if (!at(p, type) || p->failed)
        return false;
    advance(p);
    return true;
}

static void expect(parser *p, uint8_t type)
{
    if (!accept(p, type))
        give_up(p);
}

static uint16_t height(const syntax *s)
{
    return s ? s->height : 0;
}

static void check_height(parser *p, int h)
{
    if (h <= SYNTAX_MAX_HEIGHT || p->failed)
        return;
    p->too_deep = true;
    give_up(p);
}

static syntax *make(parser *p, uint8_t kind, uint32_t start, syntax *a,
                    syntax *b, syntax *c)
{
    syntax *s = SL_NEW(p->arena, syntax);
    uint16_t h = height(a);

    h = height(b) > h ? height(b) : h;
    h = height(c) > h ? height(c) : h;
    *s = (syntax){ .kind = kind, .height = h + 1, .start = start,
                   .end = p->last_end, .a = a, .b = b, .c = c };
    check_height(p, s->height);
    return s;
}

static syntax *named(syntax *s, sl_token name)
{
    s->name_start = name.start;
    s->name_end = name.end;
    return s;
}

/* Appends to a list, which counts as high as its highest element. */
static syntax **append(syntax **end, syntax *s, syntax *owner)
{
    if (owner && s->height >= owner->height)
        owner->height = s->height + 1;
    *end = s;
    return &s->next;
}

/* What nests enters here, and leaves by depth--. */
static bool enter(parser *p)
{
    check_height(p, ++p->depth);
    return !p->failed;
}

static int level_of(const sl_token *t)
{
    switch (t->type) {
    case TOK_OR:      return LEVEL_OR;
    case TOK_AND:     return LEVEL_AND;
    case TOK_COMPARE: return LEVEL_COMPARE;
    case TOK_ADD:     return LEVEL_ADD;
    case TOK_MUL:     return LEVEL_MUL;
    default:          return -1;
    }
}

static uint8_t operator_of(const parser *p, const sl_token *t)
{
    const char *s = p->lexer.text + t->start;
    bool equals = t->end - t->start == 2;

    switch (*s) {
    case '|': return OP_OR;
    case '&': return OP_AND;
    case '<': return equals ? OP_LE : OP_LT;
    case '>': return equals ? OP_GE : OP_GT;
    case '=': return OP_EQ;
    case '!': return OP_NE;
    case '+': return OP_ADD;
    case '-': return OP_SUB;
    case '*': return OP_MUL;
    default:  return OP_DIV;
    }
}

/* Arguments up to the closing parenthesis; the call has their height. */
static void parse_arguments(parser *p, syntax *call)
{
    syntax **end = &call->b;

    if (!at(p, TOK_RPAREN)) {
        do
            end = append(end, parse_expr(p, LEVEL_OR), call);
        while (accept(p, TOK_COMMA));
    }
    expect(p, TOK_RPAREN);
    call->end = p->last_end;
    check_height(p, call->height);
}

/* What a member is attached to.  `read` is the property read that a following
 * assignment turns into a write, or the bare name that it assigns. */
static syntax *parse_assignment(parser *p, syntax *current, bool assignable)
{
    syntax *value = parse_expr(p, LEVEL_OR);
    uint32_t start = current->start;

    if (!assignable)
        return make(p, SYN_BAD_ASSIGN, start, value, NULL, NULL);
    if (current->kind == SYN_READ)
        return make(p, SYN_WRITE, start, current->a, current->b, value);
    syntax *s = make(p, SYN_ASSIGN, start, value, NULL, NULL);
    s->name_start = current->name_start;
    s->name_end = current->name_end;
    return s;
}

static syntax *parse_field(parser *p, syntax *receiver)
{
    sl_token name = p->token;

    expect(p, TOK_IDENT);
    syntax *key = make(p, SYN_STRING, name.start, NULL, NULL, NULL);
    return make(p, SYN_READ, receiver->start, receiver, named(key, name),
                NULL);
}

static syntax *parse_index(parser *p, syntax *receiver)
{
    syntax *key = parse_expr(p, LEVEL_OR);
    syntax *read = make(p, SYN_READ, receiver->start, receiver, key, NULL);

    read->end = key->end;       /* without the bracket */
    expect(p, TOK_RBRACKET);
    return read;
}

static syntax *parse_members(parser *p, syntax *current)
{
    bool assignable = true;

    for (;;) {
        if (accept(p, TOK_LPAREN)) {
            current = make(p, SYN_CALL, current->start, current, NULL, NULL);
            parse_arguments(p, current);
            assignable = false;
        } else if (accept(p, TOK_ASSIGN)) {
            current = parse_assignment(p, current, assignable);
            assignable = false;
        } else if (accept(p, TOK_DOT)) {
            current = parse_field(p, current);
            assignable = true;
        } else if (accept(p, TOK_LBRACKET)) {
            current = parse_index(p, current);
            assignable = true;
        } else {
            return current;
        }
    }
}

static syntax *parse_leaf(parser *p, uint8_t kind, uint32_t trim)
{
    sl_token t = p->token;

    advance(p);
    syntax *s = named(make(p, kind, t.start, NULL, NULL, NULL), t);
    s->name_start += trim;
    s->name_end -= trim;
    return s;
}

/* The range of an expression in parentheses includes them. */
static syntax *parse_parentheses(parser *p)
{
    uint32_t start = p->token.start;

    advance(p);
    syntax *s = parse_expr(p, LEVEL_OR);
    expect(p, TOK_RPAREN);
    s->start = start;
    s->end = p->last_end;
    return s;
}

static syntax *parse_factor(parser *p)
{
    switch (p->token.type) {
    case TOK_IDENT:  return parse_members(p, parse_leaf(p, SYN_NAME, 0));
    case TOK_STRING: return parse_leaf(p, SYN_STRING, 1);
    case TOK_NUMBER: return parse_leaf(p, SYN_NUMBER, 0);
    case TOK_LPAREN: return parse_parentheses(p);
    default:
        give_up(p);
        return make(p, SYN_NAME, p->token.start, NULL, NULL, NULL);
    }
}

/* Operators from a level on.  What an operator has taken leaves only those
 * of its own level and below; a comparison leaves only those below. */
static syntax *parse_expr(parser *p, int level)
{
    int most = LEVEL_MUL;

    if (!enter(p))
        return make(p, SYN_NAME, p->token.start, NULL, NULL, NULL);
    syntax *left = parse_factor(p);
    for (;;) {
        sl_token t = p->token;
        int l = level_of(&t);

        if (l < level || l > most)
            break;
        advance(p);
        syntax *right = parse_expr(p, l + 1);
        left = make(p, SYN_BINARY, left->start, left, right, NULL);
        left->op = operator_of(p, &t);
        most = l == LEVEL_COMPARE ? l - 1 : l;
    }
    p->depth--;
    return left;
}

static syntax *parse_while(parser *p, uint32_t start)
{
    expect(p, TOK_LPAREN);
    syntax *condition = parse_expr(p, LEVEL_OR);
    expect(p, TOK_RPAREN);
    syntax *body = parse_block(p);
    return make(p, SYN_WHILE, start, condition, body, NULL);
}

static syntax *parse_if(parser *p, uint32_t start)
{
    expect(p, TOK_LPAREN);
    syntax *condition = parse_expr(p, LEVEL_OR);
    expect(p, TOK_RPAREN);
    syntax *then = parse_block(p);
    syntax *otherwise = accept(p, TOK_ELSE) ? parse_block(p) : NULL;
    return make(p, SYN_IF, start, condition, then, otherwise);
}

static syntax *parse_return(parser *p, uint32_t start)
{
    syntax *value = at(p, TOK_SEMICOLON) ? NULL : parse_expr(p, LEVEL_OR);
    syntax *s = make(p, SYN_RETURN, start, value, NULL, NULL);

    expect(p, TOK_SEMICOLON);
    return s;
}

static syntax *parse_simple(parser *p, uint8_t kind, uint32_t start)
{
    syntax *s = make(p, kind, start, NULL, NULL, NULL);

    expect(p, TOK_SEMICOLON);
    return s;
}

static syntax *parse_statement(parser *p)
{
    uint32_t start = p->token.start;

    if (accept(p, TOK_WHILE))
        return parse_while(p, start);
    if (accept(p, TOK_IF))
        return parse_if(p, start);
    if (accept(p, TOK_RETURN))
        return parse_return(p, start);
    if (accept(p, TOK_BREAK))
        return parse_simple(p, SYN_BREAK, start);
    if (accept(p, TOK_CONTINUE))
        return parse_simple(p, SYN_CONTINUE, start);
    if (accept(p, TOK_DEBUGGER))
        return parse_simple(p, SYN_DEBUGGER, start);
    syntax *s = parse_expr(p, LEVEL_OR);
    expect(p, TOK_SEMICOLON);
    return s;
}

static syntax *parse_block(parser *p)
{
    syntax *block = make(p, SYN_BLOCK, p->token.start, NULL, NULL, NULL);
    syntax **end = &block->a;

    if (!enter(p))
        return block;
    expect(p, TOK_LBRACE);
    while (!p->failed && !at(p, TOK_RBRACE))
        end = append(end, parse_statement(p), block);
    expect(p, TOK_RBRACE);
    block->end = p->last_end;
    check_height(p, block->height);
    p->depth--;
    return block;
}

static syntax *parse_parameters(parser *p)
{
    syntax *first = NULL, **end = &first;

    expect(p, TOK_LPAREN);
    if (!at(p, TOK_RPAREN)) {
        do {
            sl_token name = p->token;

            expect(p, TOK_IDENT);
            end = append(end, named(make(p, SYN_NAME, name.start, NULL, NULL,
                                         NULL), name), NULL);
        } while (accept(p, TOK_COMMA));
    }
    expect(p, TOK_RPAREN);
    return first;
}

static syntax *parse_function(parser *p)
{
    expect(p, TOK_FUNCTION);
    sl_token name = p->token;
    expect(p, TOK_IDENT);
    syntax *parameters = parse_parameters(p);
    syntax *body = parse_block(p);
    return named(make(p, SYN_FUNCTION, name.start, parameters, body, NULL),
                 name);
}

syntax *sl_parse(sl_arena *arena, const char *text, uint32_t size,
                 sl_text *message, uint32_t *error_at)
{
    parser p = { .arena = arena, .lexer = { text, size, 0 } };
    syntax *first = NULL, **end = &first;

    advance(&p);
    do
        end = append(end, parse_function(&p), NULL);
    while (!p.failed && !at(&p, TOK_EOF));
    if (!p.failed)
        return first;
    if (p.too_deep) {
        *error_at = p.token.start;
        sl_text_string(message, "nested too deeply");
    } else {
        *error_at = sl_diagnose(text, size, arena->no_memory, message);
    }
    return NULL;
}
