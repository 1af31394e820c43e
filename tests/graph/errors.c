/*
 * What is wrong with a text or a graph, and where.
 */
#include "pe/graph/print.h"

#include <stdio.h>
#include <string.h>

static int passed, failed;

/* A graph with this signature and body, and the message it has to give: of the
 * parser with line and column, or of the verifier; NULL if it is good. */
static const struct { const char *text, *message; } cases[] = {
    /* the parser */
    { "graph \"f\" ()\nb0:\n    ret\n", NULL },
    { "graph \"f\" ()\n", "2:1: there is no b0" },
    { "graph f ()\n", "1:7: expected '\"'" },
    { "graph \"f ()\n", "1:8: the string does not end" },
    { "graph \"f\" (i64, i7)\n", "1:17: expected a type" },
    { "graph \"f\" ()\nb0:\n    ret %9\n", "3:9: %9 is not defined" },
    { "graph \"f\" ()\nb0:\n    jump b7\n", "3:10: b7 is not defined" },
    { "graph \"f\" ()\nb0:\n    jump\n", "4:1: expected a block" },
    { "graph \"f\" ()\nb0:\n    frob 1\n", "3:5: expected an instruction" },
    { "graph \"f\" ()\nb0:\n    const 1\n",
      "3:5: does not stand on a line of its own" },
    { "graph \"f\" ()\nb0:\n    add 1, 2\n", "3:5: has a result" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = store 1, 2\n",
      "3:15: has no result" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = add 1\n", "4:1: expected ','" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = add 1, x\n",
      "3:22: expected an operand" },
    { "graph \"f\" ()\nb0:\n    %1: i8 = add i8 256, i8 1\n",
      "3:21: the number does not fit into i8" },
    { "graph \"f\" ()\nb0:\n    %1: i8 = add i8 -128, i8 255\n    ret\n",
      NULL },
    { "graph \"f\" ()\nb0:\n    %1: i64 = add 99999999999999999999, 1\n",
      "3:19: the number is too large" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = load 8 + 99999999999\n",
      "3:24: the displacement is too large" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = ctz 1\n    %1: i64 = ctz 2\n",
      "4:5: %1 is there already" },
    { "graph \"f\" ()\nb0:\n    %0: i64 = ctz 1\n",
      "3:5: numbers start at 1" },
    { "graph \"f\" ()\nb0:\n    ret\nb0:\n    ret\n",
      "4:1: b0 is there already" },
    { "graph \"f\" ()\nb0:\n    %1: i64 = ctz 1\n",
      "4:1: the block does not end" },
    { "graph \"f\" ()\nb0:\n    guard true, state 1\n    ret\n",
      "3:23: no such state" },
    { "graph \"f\" ()\nstate 2: point 1\nstate 1: point 1\n",
      "3:7: states stand in order" },
    { "graph \"f\" ()\nstate 1: where 1\n",
      "2:10: expected a part of a state" },
    { "graph \"f\" ()\nslot1: size 8, align 8\n", "2:5: expected number 0" },
    { "graph \"f\" ()\nb0:\n    store slot0, 1\n", "3:15: no such slot" },
    { "graph \"f\" ()\nb0:\n    %16777216: i64 = ctz 1\n",
      "3:5: the number is too large" },
    { "graph \"f\" ()\nb0:\n    call 1 (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)\n",
      "3:45: too many arguments" },

    /* types */
    { "graph \"f\" ()\nb0:\n    %1: i64 = add 1, i32 2\n    ret %1\n",
      "b0: ret %1: more results than the signature has" },
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = add 1, i32 2\n    ret %1\n",
      "b0: %1: i64 = add 1, i32 2: i32 2 is i32, not i64" },
    { "graph \"f\" () -> i32\nb0:\n    %1: i32 = add 1, 2\n    ret %1\n",
      "b0: %1: i32 = add 1, 2: the result should be i64" },
    { "graph \"f\" () -> f64\nb0:\n    %1: f64 = add f64 1, f64 2\n"
      "    ret %1\n",
      "b0: %1: f64 = add f64 1, f64 2: f64 1 is f64, not an integer" },
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = fadd 1, 2\n    ret %1\n",
      "b0: %1: i64 = fadd 1, 2: 1 is i64, not a float" },
    { "graph \"f\" () -> i32\nb0:\n    %1: i32 = zext 1\n    ret %1\n",
      "b0: %1: i32 = zext 1: no such conversion" },
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = select 1, 2, 3\n    ret %1\n",
      "b0: %1: i64 = select 1, 2, 3: 1 is i64, not i1" },
    { "graph \"f\" () -> i64\nb0:\n    ret\n",
      "b0: ret: a result is missing" },
    { "graph \"f\" ()\nb0:\n    guard 1\n    ret\n",
      "b0: guard 1: 1 is i64, not i1" },
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = call 1 () -> i64\n"
      "    %2: i64 = second %1\n    ret %2\n",
      "b0: %2: i64 = second %1: the call has no second result" },
    { "graph \"f\" (i64)\nb0:\n    ret\n",
      "b0: as many parameters as the signature has" },
    { "graph \"f\" (i64)\nb0(%1: i32):\n    ret\n",
      "b0: %1 is i32, not i64" },

    /* blocks and edges */
    { "graph \"f\" ()\nb0:\n    jump b1\nb1(%1: i64):\n    ret\n",
      "b0: jump b1: 0 arguments for the 1 parameters of b1" },
    { "graph \"f\" ()\nb0:\n    jump b1(i32 1)\nb1(%1: i64):\n    ret\n",
      "b0: jump b1(i32 1): i32 1 is i32, not i64" },
    { "graph \"f\" ()\nb0:\n    jump b1\nb1:\n    jump b0\n",
      "b1: jump b0: leads to block 0" },

    /* order */
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = load %2\n"
      "    %2: i64 = load 8\n    ret %1\n",
      "b0: %1: i64 = load %2: %2 is not there yet" },
    { "graph \"f\" () -> i64\nb0:\n    br true, b1, b2\nb1:\n"
      "    %1: i64 = load 8\n    jump b2\nb2:\n    %2: i64 = add %1, 1\n"
      "    ret %2\n",
      "b2: ret %2: %2 is not there yet" },
    { "graph \"f\" ()\nb0:\n    br true, b1, b2\nb1:\n    %1: i64 = load 8\n"
      "    %3: i64 = add %1, %2\n    store %3, 1\n    ret\nb2:\n"
      "    %2: i64 = load 8\n    ret\n",
      "b1: store %3, 1: %2 is never there together with the other inputs of "
      "%3" },
    { "graph \"f\" () -> i64\nb0:\n    %1: i64 = add %2, 1\n"
      "    %2: i64 = add %1, 1\n    ret %2\n",
      "b0: ret %2: %2 needs itself" },
    { "graph \"f\" ()\nstate 1: point 1, live 0 = %1\nb0:\n"
      "    guard true, state 1\n    %1: i64 = load 8\n    ret\n",
      "b0: guard true, state 1: %1 is not there yet" },

    /* states */
    { "graph \"f\" ()\nvobj0: new, size 8, align 8\n"
      "state 1: point 1, live 0 = vobj0\nb0:\n    deopt state 1\n",
      "b0: deopt state 1: no record of vobj0 in the state" },
    { "graph \"f\" ()\nvobj0: new, size 8, align 8\n"
      "state 1: point 1, live 0 = vobj0, vobj0 { 4 = 1 }\nb0:\n"
      "    deopt state 1\n",
      "b0: deopt state 1: an entry is outside" },
    { "graph \"f\" ()\nvobj0: new, size 16, align 8\n"
      "state 1: point 1, vobj0 { 0 = 1, 4 = 1 }\nb0:\n    deopt state 1\n",
      "b0: deopt state 1: entries overlap" },
    { "graph \"f\" ()\nvobj0: new, size 16, align 8\n"
      "state 1: point 1, vobj0 {}\nstate 2: parent 1, point 2\nb0:\n"
      "    deopt state 2\n",
      "b0: deopt state 2: only the innermost state has objects" },
};

static void test(const char *text, const char *message)
{
    static esp_unit u;
    esp_text error = { 0 };
    const char *got = NULL;
    esp_graph *g;

    unit_init(&u, "errors");
    if (setjmp(u.declined)) {
        printf("%s\n", u.detail);
        failed++;
        return;
    }
    g = graph_parse(&u, text, &error);
    got = g ? graph_verify(g) : text_get(&error);
    if (got == message || (got && message && !strcmp(got, message))) {
        passed++;
    } else {
        failed++;
        printf("%s\nexpected %s\nand got  %s\n\n", text,
               message ? message : "no error", got ? got : "no error");
    }
    text_free(&error);
    unit_free(&u);
}

int main(void)
{
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        test(cases[k].text, cases[k].message);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
