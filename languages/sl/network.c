/*
 * The grammar, and from its text to the network.
 *
 * Each rule of the text becomes states and ways between them; then it is
 * worked out which tokens can come next at each state, and which decisions
 * one token makes.
 */
#include "languages/sl/network.h"

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

void sl_network_build(network *n)
{
    *n = (network){ .nstates = 1, .at = grammar_text };
    while (*n->at)
        read_rule(n);
    find_tokens(n);
}
