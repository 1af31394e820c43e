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
 *                        |                      stops at the first error
 *                        `--> adaptive prediction, where one token of
 *                             lookahead does not decide
 *
 * The network has one state before each symbol, the usual states around
 * optional parts and repetitions, and one stop state for each rule.
 *
 * see  Parr, Harwell, Fisher, "Adaptive LL(*) parsing", OOPSLA 2014
 */
#include "languages/sl/diagnose.h"

#include "languages/sl/lex.h"

#include <stdlib.h>
#include <string.h>

/* Capitals are tokens that are not shown as they are written. */
static const char grammar_text[] =
    "program  = function { function } EOF ."
    "function = 'function' IDENTIFIER '(' [ IDENTIFIER { ',' IDENTIFIER } ]"
    "           ')' block ."
    "block    = '{' { statement } '}' ."
    "statement = while | 'break' ';' | 'continue' ';' | if | return"
    "         | expr ';' | 'debugger' ';' ."
    "while    = 'while' '(' expr ')' block ."
    "if       = 'if' '(' expr ')' block [ 'else' block ] ."
    "return   = 'return' [ expr ] ';' ."
    "expr     = lterm { '||' lterm } ."
    "lterm    = lfact { '&&' lfact } ."
    "lfact    = arith [ OP_COMPARE arith ] ."
    "arith    = term { OP_ADD term } ."
    "term     = factor { OP_MUL factor } ."
    "factor   = IDENTIFIER { member } | STRING_LITERAL | NUMERIC_LITERAL"
    "         | '(' expr ')' ."
    "member   = '(' [ expr { ',' expr } ] ')' | '=' expr | '.' IDENTIFIER"
    "         | '[' expr ']' .";

/* ---- the network ------------------------------------------------------- */

/* Sets of token types; one more bit says that a rule can end here. */
typedef uint32_t token_set;
#define BIT(type)  ((token_set)1 << (type))
#define RULE_END   BIT(31)

enum state_kind {
    PLAIN,          /* nothing but ways to other states */
    TOKEN_STATE,    /* before a token */
    RULE_STATE,     /* before a rule */
    BLOCK_START,    /* before alternatives, or an optional part */
    LOOP_ENTRY,     /* before a repetition */
    LOOP_BACK,      /* after one turn of it */
    RULE_STOP
};

enum { MAX_WAYS = 8, MAX_STATES = 256, MAX_RULES = 24 };

typedef struct state {
    token_set next;                 /* tokens that fit; RULE_END: see there */
    uint8_t kind, type;             /* TOKEN_STATE: which token */
    uint8_t nways;
    bool one_token;                 /* a decision that one token makes */
    uint16_t ways[MAX_WAYS];        /* alternatives; else just the next */
    uint16_t rule;                  /* called, or stopped */
    token_set looks[MAX_WAYS];      /* of a decision: what each can start with */
} state;

typedef struct rule {
    const char *name;
    uint32_t length;
    uint16_t start, stop;           /* 0 until the rule is read */
} rule;

typedef struct network {
    state states[MAX_STATES];       /* 0 is not used */
    rule rules[MAX_RULES];
    uint32_t nstates, nrules;
    const char *at;                 /* of the grammar */
} network;

static uint16_t new_state(network *n, uint8_t kind)
{
    n->states[n->nstates].kind = kind;
    return (uint16_t)n->nstates++;
}

static void add_way(network *n, uint16_t from, uint16_t to)
{
    state *s = &n->states[from];

    s->ways[s->nways++] = to;
}

static void skip_space(network *n)
{
    while (*n->at == ' ')
        n->at++;
}

static bool accept_char(network *n, char c)
{
    skip_space(n);
    if (*n->at != c)
        return false;
    n->at++;
    return true;
}

static uint16_t find_rule(network *n, const char *name, uint32_t length)
{
    for (uint32_t i = 0; i < n->nrules; i++)
        if (n->rules[i].length == length &&
            memcmp(n->rules[i].name, name, length) == 0)
            return (uint16_t)i;
    n->rules[n->nrules] = (rule){ .name = name, .length = length };
    n->rules[n->nrules].stop = new_state(n, RULE_STOP);
    n->states[n->rules[n->nrules].stop].rule = (uint16_t)n->nrules;
    return (uint16_t)n->nrules++;
}

static uint8_t find_token(const char *name, uint32_t length)
{
    for (uint8_t i = 1; i < TOK_COUNT; i++)
        if (strlen(sl_token_names[i]) == length &&
            memcmp(sl_token_names[i], name, length) == 0)
            return i;
    return TOK_EOF;
}

static uint16_t read_alternatives(network *n, uint16_t from);

/* A repetition: entry, body, back, entry; the last way out leads on. */
static uint16_t read_loop(network *n, uint16_t from)
{
    uint16_t entry = new_state(n, LOOP_ENTRY), back = new_state(n, LOOP_BACK);
    uint16_t body = new_state(n, PLAIN), end = new_state(n, PLAIN);

    add_way(n, from, entry);
    add_way(n, entry, body);
    add_way(n, entry, end);
    add_way(n, read_alternatives(n, body), back);
    add_way(n, back, entry);
    accept_char(n, '}');
    return end;
}

static uint16_t read_option(network *n, uint16_t from)
{
    uint16_t start = new_state(n, BLOCK_START);
    uint16_t body = new_state(n, PLAIN), end = new_state(n, PLAIN);

    add_way(n, from, start);
    add_way(n, start, body);
    add_way(n, start, end);
    add_way(n, read_alternatives(n, body), end);
    accept_char(n, ']');
    return end;
}

static uint16_t read_symbol(network *n, uint16_t from)
{
    const char *name = n->at;
    bool quoted = *name == '\'';
    uint16_t before, after;

    if (quoted)
        n->at = strchr(name + 1, '\'') + 1;
    else
        while (*n->at != ' ')
            n->at++;
    uint32_t length = (uint32_t)(n->at - name);
    if (quoted || (*name >= 'A' && *name <= 'Z')) {
        before = new_state(n, TOKEN_STATE);
        n->states[before].type = find_token(name, length);
    } else {
        before = new_state(n, RULE_STATE);
        n->states[before].rule = find_rule(n, name, length);
    }
    after = new_state(n, PLAIN);
    add_way(n, from, before);
    add_way(n, before, after);
    return after;
}

static uint16_t read_sequence(network *n, uint16_t from)
{
    for (;;) {
        skip_space(n);
        if (strchr("|.]}", *n->at))
            return from;
        if (accept_char(n, '{'))
            from = read_loop(n, from);
        else if (accept_char(n, '['))
            from = read_option(n, from);
        else
            from = read_symbol(n, from);
    }
}

/* Does another alternative follow in this rule, at this depth? */
static bool has_alternatives(const network *n)
{
    int depth = 0;

    for (const char *p = n->at; ; p++) {
        if (*p == '\'')
            p = strchr(p + 1, '\'');
        else if (*p == '[' || *p == '{')
            depth++;
        else if (depth == 0 && (*p == ']' || *p == '}' || *p == '.'))
            return false;
        else if (*p == ']' || *p == '}')
            depth--;
        else if (depth == 0 && *p == '|')
            return true;
    }
}

static uint16_t read_alternatives(network *n, uint16_t from)
{
    if (!has_alternatives(n))
        return read_sequence(n, from);
    uint16_t start = new_state(n, BLOCK_START), end = new_state(n, PLAIN);

    add_way(n, from, start);
    do {
        uint16_t first = new_state(n, PLAIN);
        add_way(n, start, first);
        add_way(n, read_sequence(n, first), end);
    } while (accept_char(n, '|'));
    return end;
}

static void read_rule(network *n)
{
    const char *name = n->at;

    while (*n->at != ' ')
        n->at++;
    uint16_t r = find_rule(n, name, (uint32_t)(n->at - name));
    accept_char(n, '=');
    n->rules[r].start = new_state(n, PLAIN);
    add_way(n, read_alternatives(n, n->rules[r].start), n->rules[r].stop);
    accept_char(n, '.');
    skip_space(n);
}

/* Tokens that can come first from a state on; RULE_END if its rule can end
 * before one.  With `follow`, what follows any use of the rule counts, too. */
static token_set first_tokens(const network *n, uint16_t at, bool follow,
                              uint8_t *seen)
{
    const state *s = &n->states[at];
    token_set set = 0;

    if (seen[at])
        return 0;
    seen[at] = 1;
    if (s->kind == TOKEN_STATE)
        return BIT(s->type);
    if (s->kind == RULE_STATE)      /* no rule of the grammar can be empty */
        return first_tokens(n, n->rules[s->rule].start, false, seen);
    if (s->kind == RULE_STOP && !follow)
        return RULE_END;
    if (s->kind == RULE_STOP) {
        for (uint32_t i = 1; i < n->nstates; i++)
            if (n->states[i].kind == RULE_STATE && n->states[i].rule == s->rule)
                set |= first_tokens(n, n->states[i].ways[0], true, seen);
        return set;
    }
    for (uint32_t i = 0; i < s->nways; i++)
        set |= first_tokens(n, s->ways[i], follow, seen);
    return set;
}

static token_set all_first_tokens(const network *n, uint16_t at, bool follow)
{
    uint8_t seen[MAX_STATES] = { 0 };

    return first_tokens(n, at, follow, seen);
}

/* Also: which decisions does one token make, wherever their rule is used? */
static void find_tokens(network *n)
{
    for (uint32_t i = 1; i < n->nstates; i++) {
        state *s = &n->states[i];
        token_set all = 0;

        s->next = all_first_tokens(n, (uint16_t)i, false);
        s->one_token = true;
        for (uint32_t w = 0; w < s->nways && s->nways > 1; w++) {
            s->looks[w] = all_first_tokens(n, s->ways[w], true);
            s->one_token &= (all & s->looks[w]) == 0;
            all |= s->looks[w];
        }
    }
}

static void network_build(network *n)
{
    *n = (network){ .nstates = 1, .at = grammar_text };
    while (*n->at)
        read_rule(n);
    find_tokens(n);
}

/* ---- the walk ---------------------------------------------------------- */

/* A rule that is being read, and the state that asked for it; NULL: none. */
typedef struct context {
    const struct context *parent;
    uint16_t invoking;
} context;

typedef struct walk {
    network net;
    sl_arena arena, scratch[3];    /* scratch: for predictions */
    sl_lexer lexer;
    SL_LIST(sl_token) tokens;           /* read so far */
    uint32_t position;              /* the current token */
    uint16_t state;                 /* what messages are about */
    const context *context;
    /* The first decision since tokens last fitted where the current token did
     * not, but the rule could end: its expectations are reported later. */
    uint16_t passed_state;
    const context *passed_context;
    sl_text *message;
    uint32_t failed_at;
    bool failed;
} walk;

static void fail_at(walk *w, uint32_t at)
{
    w->failed = true;
    w->failed_at = at;
}

/* Text as messages show it. */
static void add_shown(walk *w, uint32_t start, uint32_t end)
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
        add_shown(w, t->start, t->end);
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

/* Tokens are made on demand: one that cannot be recognized is an error only
 * if the walk gets that far.  Type TOK_COUNT: there was one. */
static sl_token token_at(walk *w, uint32_t i)
{
    while (w->tokens.n <= i && !w->failed) {
        sl_token t;

        if (w->tokens.n && w->tokens.at[w->tokens.n - 1].type == TOK_EOF)
            return w->tokens.at[w->tokens.n - 1];
        if (!sl_lex(&w->lexer, &t)) {
            sl_text_string(w->message, "token recognition error at: '");
            add_shown(w, t.start, t.end);
            sl_text_char(w->message, '\'');
            fail_at(w, t.start);
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
    return token_at(w, w->position + ahead).type;
}

/* Reading a token always asks for the one behind it. */
static void consume(walk *w)
{
    w->position++;
    token_at(w, w->position);
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
    sl_token t = token_at(w, w->position);

    sl_text_string(w->message, what);
    sl_text_string(w->message, " input ");
    add_token(w, &t);
    sl_text_string(w->message, " expecting ");
    add_set(w, set);
    fail_at(w, t.start);
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
    sl_token t = token_at(w, w->position);

    if (!(expected(w, after, w->context) & BIT(t.type)))
        return false;
    sl_text_string(w->message, "missing ");
    add_set(w, expected_now(w));
    sl_text_string(w->message, " at ");
    add_token(w, &t);
    fail_at(w, t.start);
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

/* ---- adaptive prediction ----------------------------------------------- */

/* Where a simulated parser returns to, innermost first; each list exists once,
 * so that equal ones have equal numbers.  Number 0 is the empty list. */
typedef struct stack {
    uint32_t parent, next;          /* next: of the same hash */
    uint16_t returns;
} stack;

/* A parser that is simulated: it chose alternative `alt` and has come to
 * `state`.  `outside`: it left the rule in which it had to choose. */
typedef struct config {
    uint16_t state;
    uint8_t alt;
    bool outside;
    uint32_t stack;
} config;

typedef struct configs { SL_LIST(config) v; } configs;

enum { STACK_HASH = 1024 };

typedef struct prediction {
    walk *w;
    sl_arena *arena;       /* configurations: of this token, of the last */
    sl_arena *other;
    SL_LIST(stack) stacks;
    uint32_t hash[STACK_HASH];
    bool whole;             /* with the real callers, or with any? */
    token_set alts;         /* of the newest configurations */
} prediction;

static uint32_t push_stack(prediction *p, uint16_t returns, uint32_t parent)
{
    uint32_t *head = &p->hash[(returns * 31u + parent * 7u) % STACK_HASH];

    for (uint32_t i = *head; i; i = p->stacks.at[i].next)
        if (p->stacks.at[i].returns == returns &&
            p->stacks.at[i].parent == parent)
            return i;
    SL_PUSH(&p->w->scratch[2], &p->stacks, ((stack){ parent, *head, returns }));
    return *head = p->stacks.n - 1;
}

/* The callers that the walk is in, outermost first. */
static uint32_t push_contexts(prediction *p, const context *c)
{
    SL_LIST(uint16_t) list = { 0 };
    uint32_t top = 0;

    for (; c; c = c->parent)
        SL_PUSH(p->arena, &list, p->w->net.states[c->invoking].ways[0]);
    while (list.n)
        top = push_stack(p, list.at[--list.n], top);
    return top;
}

static bool same_config(const config *a, const config *b)
{
    return a->state == b->state && a->alt == b->alt && a->stack == b->stack &&
           a->outside == b->outside;
}

/* Adds a configuration to a set with an open hash table beside it. */
typedef struct config_set {
    configs *list;
    uint32_t *slots, size;
} config_set;

static void rehash(prediction *p, config_set *s)
{
    s->size = s->size ? s->size * 2 : 64;
    s->slots = SL_ARRAY(p->arena, uint32_t, s->size);
    for (uint32_t i = 0; i < s->list->v.n; i++) {
        const config *c = &s->list->v.at[i];
        uint32_t h = (c->state * 131u + c->stack * 17u + c->alt);

        while (s->slots[h % s->size])
            h++;
        s->slots[h % s->size] = i + 1;
    }
}

static bool add_config(prediction *p, config_set *s, config c)
{
    uint32_t h = (c.state * 131u + c.stack * 17u + c.alt);

    if (s->list->v.n * 2 >= s->size)
        rehash(p, s);
    for (; s->slots[h % s->size]; h++)
        if (same_config(&s->list->v.at[s->slots[h % s->size] - 1], &c))
            return false;
    SL_PUSH(p->arena, &s->list->v, c);
    s->slots[h % s->size] = s->list->v.n;
    return true;
}

/* From the end of a rule to where it was used. */
static void leave_rule(prediction *p, config_set *reached, config c)
{
    const network *n = &p->w->net;
    const state *s = &n->states[c.state];

    if (c.stack) {
        stack top = p->stacks.at[c.stack];
        c.state = top.returns;
        c.stack = top.parent;
        add_config(p, reached, c);
        return;
    }
    if (p->whole)
        return;
    c.outside = true;
    for (uint32_t i = 1; i < n->nstates; i++)
        if (n->states[i].kind == RULE_STATE && n->states[i].rule == s->rule) {
            c.state = n->states[i].ways[0];
            add_config(p, reached, c);
        }
}

/* All that the simulated parsers can reach without a token: those that wait
 * for one are the result. */
static configs closure(prediction *p, const configs *from)
{
    const network *n = &p->w->net;
    configs reached = { 0 }, waiting = { 0 };
    config_set set = { &reached, NULL, 0 };

    for (uint32_t i = 0; i < from->v.n; i++)
        add_config(p, &set, from->v.at[i]);
    for (uint32_t i = 0; i < reached.v.n; i++) {
        config c = reached.v.at[i];
        const state *s = &n->states[c.state];

        if (s->kind == TOKEN_STATE) {
            SL_PUSH(p->arena, &waiting.v, c);
        } else if (s->kind == RULE_STOP) {
            leave_rule(p, &set, c);
        } else if (s->kind == RULE_STATE) {
            c.stack = push_stack(p, s->ways[0], c.stack);
            c.state = n->rules[s->rule].start;
            add_config(p, &set, c);
        } else {
            for (uint32_t k = 0; k < s->nways; k++) {
                c.state = s->ways[k];
                add_config(p, &set, c);
            }
        }
    }
    return waiting;
}

static configs start_configs(prediction *p, uint16_t decision)
{
    const state *s = &p->w->net.states[decision];
    uint32_t top = p->whole ? push_contexts(p, p->w->context) : 0;
    configs from = { 0 };

    for (uint8_t i = 0; i < s->nways; i++)
        SL_PUSH(p->arena, &from.v,
                 ((config){ s->ways[i], i + 1, false, top }));
    return closure(p, &from);
}

/* The alternative that all configurations share, or 0. */
static uint8_t unique_alt(const configs *c)
{
    for (uint32_t i = 1; i < c->v.n; i++)
        if (c->v.at[i].alt != c->v.at[0].alt)
            return 0;
    return c->v.n ? c->v.at[0].alt : 0;
}

static configs step(prediction *p, const configs *from, uint8_t type)
{
    configs to = { 0 };

    for (uint32_t i = 0; i < from->v.n; i++) {
        config c = from->v.at[i];
        const state *s = &p->w->net.states[c.state];

        if (s->type == type) {
            c.state = s->ways[0];
            SL_PUSH(p->arena, &to.v, c);
        }
    }
    return unique_alt(&to) ? to : closure(p, &to);
}

/* Configurations of one state and alternative count as one with several
 * stacks.  An empty stack stands for any where callers are unknown, and then
 * swallows the others. */
typedef struct group {
    uint16_t state;
    uint8_t alt;
    SL_LIST(uint32_t) stacks;           /* ascending */
} group;

typedef struct groups { SL_LIST(group) v; } groups;

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void sort_stacks(group *g)
{
    uint32_t n = 0;

    qsort(g->stacks.at, g->stacks.n, sizeof *g->stacks.at, by_number);
    for (uint32_t i = 0; i < g->stacks.n; i++)
        if (n == 0 || g->stacks.at[i] != g->stacks.at[n - 1])
            g->stacks.at[n++] = g->stacks.at[i];
    g->stacks.n = n;
}

/* Is `longer` the list `shorter` with more callers behind it? */
static bool extends(const prediction *p, uint32_t longer, uint32_t shorter)
{
    while (shorter) {
        if (!longer ||
            p->stacks.at[longer].returns != p->stacks.at[shorter].returns)
            return false;
        longer = p->stacks.at[longer].parent;
        shorter = p->stacks.at[shorter].parent;
    }
    return longer != 0;
}

static void drop_covered(const prediction *p, group *g)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < g->stacks.n; i++) {
        bool covered = false;

        for (uint32_t k = 0; k < g->stacks.n && !covered; k++)
            covered = extends(p, g->stacks.at[i], g->stacks.at[k]);
        if (!covered)
            g->stacks.at[n++] = g->stacks.at[i];
    }
    g->stacks.n = n;
}

static groups group_configs(prediction *p, const configs *c)
{
    groups gs = { 0 };

    for (uint32_t i = 0; i < c->v.n; i++) {
        const config *x = &c->v.at[i];
        uint32_t k = 0;

        while (k < gs.v.n && (gs.v.at[k].state != x->state ||
                              gs.v.at[k].alt != x->alt))
            k++;
        if (k == gs.v.n)
            SL_PUSH(p->arena, &gs.v,
                     ((group){ .state = x->state, .alt = x->alt }));
        SL_PUSH(p->arena, &gs.v.at[k].stacks, x->stack);
    }
    for (uint32_t k = 0; k < gs.v.n; k++) {
        sort_stacks(&gs.v.at[k]);
        if (!p->whole)
            drop_covered(p, &gs.v.at[k]);
    }
    return gs;
}

/* The alternatives that are at a group's place with just its stacks, or, if
 * `state_only`, with any stacks. */
static token_set alts_at(const groups *gs, const group *g, bool state_only)
{
    token_set alts = 0;

    for (uint32_t i = 0; i < gs->v.n; i++) {
        const group *o = &gs->v.at[i];

        if (o->state == g->state &&
            (state_only ||
             (o->stacks.n == g->stacks.n &&
              memcmp(o->stacks.at, g->stacks.at,
                     g->stacks.n * sizeof *g->stacks.at) == 0)))
            alts |= BIT(o->alt);
    }
    return alts;
}

static token_set lowest(token_set s)
{
    return s & (~s + 1);
}

/* Callers unknown: alternatives meet somewhere, and no state belongs to one
 * alone, so that reading on will hardly tell them apart. */
static bool conflicts(const groups *gs)
{
    bool meet = false;

    for (uint32_t i = 0; i < gs->v.n; i++) {
        token_set by_state = alts_at(gs, &gs->v.at[i], true);
        token_set alts = alts_at(gs, &gs->v.at[i], false);

        if (by_state == lowest(by_state))
            return false;
        meet |= alts != lowest(alts);
    }
    return meet;
}

/* Callers known: the alternative that comes first at every place; 0: none. */
static uint8_t first_everywhere(const groups *gs)
{
    token_set firsts = 0;
    uint8_t alt = 0;

    for (uint32_t i = 0; i < gs->v.n; i++)
        firsts |= lowest(alts_at(gs, &gs->v.at[i], false));
    if (firsts != lowest(firsts))
        return 0;
    while (firsts >>= 1)
        alt++;
    return alt;
}

/* When no token fits: the first alternative that has left the rule. */
static uint8_t alt_outside(const configs *c)
{
    uint8_t alt = 0;

    for (uint32_t i = 0; i < c->v.n; i++)
        if (c->v.at[i].outside && (!alt || c->v.at[i].alt < alt))
            alt = c->v.at[i].alt;
    return alt;
}

static uint8_t no_viable(prediction *p, const configs *last, uint32_t at)
{
    walk *w = p->w;
    uint8_t alt = alt_outside(last);

    if (alt || w->failed)
        return alt;
    sl_text_string(w->message, "no viable alternative at input '");
    if (token_at(w, w->position).type == TOK_EOF)
        sl_text_string(w->message, "<EOF>");
    for (uint32_t i = w->position; i <= at; i++) {
        sl_token t = token_at(w, i);
        add_shown(w, t.start, t.end);
    }
    sl_text_char(w->message, '\'');
    fail_at(w, token_at(w, at).start);
    return 0;
}

/* What is known of the last token but one is not needed any more. */
static void swap_arenas(prediction *p)
{
    sl_arena *a = p->arena;

    p->arena = p->other;
    p->other = a;
    sl_arena_free(p->arena);
}

/* One simulation.  0: there was an error, or (callers unknown) it has to be
 * done again with the real callers. */
static uint8_t simulate(prediction *p, uint16_t decision, bool *again)
{
    walk *w = p->w;
    configs now = start_configs(p, decision);

    for (uint32_t at = w->position; ; at++) {
        sl_token t = token_at(w, at);
        configs next = step(p, &now, t.type);
        uint8_t alt = unique_alt(&next);

        if (next.v.n == 0)
            return no_viable(p, &now, at);
        if (alt)
            return alt;
        groups gs = group_configs(p, &next);
        if (p->whole && (alt = first_everywhere(&gs)) != 0)
            return alt;
        if (!p->whole && conflicts(&gs)) {
            *again = true;
            return 0;
        }
        now = next;
        swap_arenas(p);
    }
}

/* The alternative to take at a decision, from 1; 0 after an error. */
static uint8_t predict(walk *w, uint16_t decision)
{
    prediction p = { .w = w, .arena = &w->scratch[0],
                     .other = &w->scratch[1] };
    bool again = false;

    SL_PUSH(&w->scratch[2], &p.stacks, ((stack){ 0 }));
    uint8_t alt = simulate(&p, decision, &again);
    if (again) {
        p.whole = true;
        alt = simulate(&p, decision, &again);
    }
    for (int i = 0; i < 3; i++)
        sl_arena_free(&w->scratch[i]);
    return alt;
}

/* ---- the walk, continued ----------------------------------------------- */

static uint8_t decide(walk *w, uint16_t decision)
{
    const state *s = &w->net.states[decision];

    if (!s->one_token)
        return predict(w, decision);
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

uint32_t sl_diagnose(const char *source, uint32_t size, sl_text *message)
{
    walk w = { .lexer = { source, size, 0 }, .message = message,
               .failed_at = size };
    uint16_t at;

    network_build(&w.net);
    at = w.net.rules[0].start;
    token_at(&w, 0);
    while (at && !w.failed)
        at = walk_step(&w, at);
    for (int i = 0; i < 3; i++)
        sl_arena_free(&w.scratch[i]);
    sl_arena_free(&w.arena);
    return w.failed_at;
}
