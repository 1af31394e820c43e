/*
 * network.h: the grammar as a network of states.
 *
 * One state before each symbol, the usual states around optional parts and
 * repetitions, and one stop state for each rule.
 */
#ifndef SL_NETWORK_H
#define SL_NETWORK_H

#include "languages/sl/lex.h"

#include <stdbool.h>
#include <stdint.h>

/* Sets of token types; one more bit says that a rule can end here. */
typedef uint32_t token_set;
#define BIT(type) ((token_set)1 << (type))
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
    token_set looks[MAX_WAYS];      /* of a decision: what each starts with */
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

/* The network of SL's grammar; rule 0 is the program. */
void sl_network_build(network *n);

#endif
