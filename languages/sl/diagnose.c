/*
 * The first error of a source that does not parse, in ANTLR's words.
 *
 * SL's definition states its messages as those of a parser that ANTLR 4
 * generated.  They depend on more than the grammar: on how far a prediction
 * looked ahead, on whether leaving one token out or putting one in would help,
 * and on which optional part was passed over last.  So the parser that accepts
 * programs (parse.c) knows nothing of messages, and when it gives up, the text
 * is read once more, here, in the way that ANTLR's parsers read:
 *
 *     grammar (text) --> network of states --> walk over the tokens, which
 *       network.c          |                   stops at the first error
 *                          `--> adaptive prediction, where one token of
 *                               lookahead does not decide (predict.c)
 *
 * One thing differs: where ANTLR reports an unknown character anywhere in the
 * text rather than a prediction that failed before it, the first one counts.
 */
#include "languages/sl/diagnose.h"

#include "languages/sl/walk.h"

void sl_walk_fail(walk *w, uint32_t at)
{
    w->failed = true;
    w->failed_at = at;
}

void sl_walk_show(walk *w, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end; i++) {
        char c = w->lexer.text[i];

        if (c == '\n' || c == '\r' || c == '\t') {
            sl_text_char(w->message, '\\');
            c = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
        }
        sl_text_char(w->message, c);
    }
}

static void add_token(walk *w, const sl_token *t)
{
    sl_text_char(w->message, '\'');
    if (t->type == TOK_EOF)
        sl_text_string(w->message, "<EOF>");
    else
        sl_walk_show(w, t->start, t->end);
    sl_text_char(w->message, '\'');
}

static void add_set(walk *w, token_set set)
{
    bool one = (set & (set - 1)) == 0;
    const char *separator = "";

    if (!one)
        sl_text_char(w->message, '{');
    for (int type = 0; type < TOK_COUNT; type++) {
        if (!(set & BIT(type)))
            continue;
        sl_text_string(w->message, separator);
        sl_text_string(w->message, sl_token_names[type]);
        separator = ", ";
    }
    if (!one)
        sl_text_char(w->message, '}');
}

sl_token sl_walk_token(walk *w, uint32_t i)
{
    while (w->tokens.n <= i && !w->failed) {
        sl_token t;

        if (w->tokens.n && w->tokens.at[w->tokens.n - 1].type == TOK_EOF)
            return w->tokens.at[w->tokens.n - 1];
        if (!sl_lex(&w->lexer, &t)) {
            sl_text_string(w->message, "token recognition error at: '");
            sl_walk_show(w, t.start, t.end);
            sl_text_char(w->message, '\'');
            sl_walk_fail(w, t.start);
            break;
        }
        SL_PUSH(&w->arena, &w->tokens, t);
    }
    if (w->failed)
        return (sl_token){ TOK_COUNT, 0, 0 };
    return w->tokens.at[i];
}

static uint8_t look(walk *w, uint32_t ahead)
{
    return sl_walk_token(w, w->position + ahead).type;
}

/* Reading a token always asks for the one behind it. */
static void consume(walk *w)
{
    w->position++;
    sl_walk_token(w, w->position);
}

static token_set expected(walk *w, uint16_t at, const context *c)
{
    token_set following = w->net.states[at].next;
    token_set set = following;

    for (; c && (following & RULE_END); c = c->parent) {
        following = w->net.states[w->net.states[c->invoking].ways[0]].next;
        set |= following;
    }
    if (following & RULE_END)
        set |= BIT(TOK_EOF);
    return set & ~RULE_END;
}

static token_set expected_now(walk *w)
{
    return expected(w, w->state, w->context);
}

static void report(walk *w, const char *what, token_set set)
{
    sl_token t = sl_walk_token(w, w->position);

    sl_text_string(w->message, what);
    sl_text_string(w->message, " input ");
    add_token(w, &t);
    sl_text_string(w->message, " expecting ");
    add_set(w, set);
    sl_walk_fail(w, t.start);
}

/* Would all be well without the current token? */
static bool is_extraneous(walk *w)
{
    uint8_t second = look(w, 1);

    if (w->failed || !(expected_now(w) & BIT(second)))
        return false;
    report(w, "extraneous", expected_now(w));
    return true;
}

/* Would all be well with one more token before the current one? */
static bool is_missing(walk *w, uint16_t after)
{
    sl_token t = sl_walk_token(w, w->position);

    if (!(expected(w, after, w->context) & BIT(t.type)))
        return false;
    sl_text_string(w->message, "missing ");
    add_set(w, expected_now(w));
    sl_text_string(w->message, " at ");
    add_token(w, &t);
    sl_walk_fail(w, t.start);
    return true;
}

static void match(walk *w, const state *s)
{
    if (look(w, 0) == s->type) {
        consume(w);
        return;
    }
    if (w->failed || is_extraneous(w) || w->failed || is_missing(w, s->ways[0]))
        return;
    report(w, "mismatched",
           w->passed_state ? expected(w, w->passed_state, w->passed_context)
                           : expected_now(w));
}

/* Before each decision: can the current token be right at all? */
static void check_decision(walk *w)
{
    token_set set = w->net.states[w->state].next;
    uint8_t type = look(w, 0);

    if (w->failed)
        return;
    if (set & BIT(type)) {
        w->passed_state = 0;
        w->passed_context = NULL;
    } else if (set & RULE_END) {
        if (!w->passed_state) {
            w->passed_state = w->state;
            w->passed_context = w->context;
        }
    } else if (w->net.states[w->state].kind == LOOP_BACK) {
        report(w, "extraneous", expected_now(w));
    } else if (!is_extraneous(w) && !w->failed) {
        report(w, "mismatched", expected_now(w));
    }
}

static uint8_t decide(walk *w, uint16_t decision)
{
    const state *s = &w->net.states[decision];

    if (!s->one_token)
        return sl_predict(w, decision);
    for (uint8_t i = 0; i < s->nways; i++)
        if (s->looks[i] & BIT(look(w, 0)))
            return i + 1;
    return s->nways;        /* checked before: this part may be left out */
}

/* One step; the state to go on with, 0 at the end of the program. */
static uint16_t walk_step(walk *w, uint16_t at)
{
    const state *s = &w->net.states[at];
    context *c;

    switch (s->kind) {
    case TOKEN_STATE:
        w->state = at;
        match(w, s);
        return s->ways[0];
    case RULE_STATE:
        c = SL_NEW(&w->arena, context);
        *c = (context){ w->context, at };
        w->context = c;
        w->state = w->net.rules[s->rule].start;
        return w->state;
    case RULE_STOP:
        if (!w->context)
            return 0;
        w->state = w->context->invoking;
        w->context = w->context->parent;
        return w->net.states[w->state].ways[0];
    case LOOP_BACK:
        w->state = at;
        check_decision(w);
        at = s->ways[0];
        break;
    case LOOP_ENTRY:
    case BLOCK_START:
        w->state = at;
        check_decision(w);
        break;
    default:
        return s->ways[0];
    }
    s = &w->net.states[at];
    if (w->failed)
        return 0;
    uint8_t alt = decide(w, at);
    return alt ? s->ways[alt - 1] : 0;
}

uint32_t sl_diagnose(const char *source, uint32_t size, jmp_buf *no_memory,
                     sl_text *message)
{
    walk w = { .lexer = { source, size, 0 }, .message = message,
               .failed_at = size, .arena.no_memory = no_memory };
    uint16_t at;

    for (int i = 0; i < 3; i++)
        w.scratch[i].no_memory = no_memory;
    sl_network_build(&w.net);
    at = w.net.rules[0].start;
    sl_walk_token(&w, 0);
    while (at && !w.failed)
        at = walk_step(&w, at);
    for (int i = 0; i < 3; i++)
        sl_arena_free(&w.scratch[i]);
    sl_arena_free(&w.arena);
    return w.failed_at;
}
