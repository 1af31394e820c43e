/*
 * A random SL program: gen_sl SEED.
 *
 * Functions call those before them; main runs them often enough to have them
 * compiled, and with values of other kinds towards its end.  It may end with an
 * error of SL, which every mode has to report alike.  How a danger is kept out:
 *
 *     running on             loops count; a call is paid for by what it costs
 *     reading what nobody wrote      variables begin with a value
 *     endless numbers        products are taken modulo a prime
 *     division by zero       divisors are literals
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FUNCTIONS = 8, PARAMS = 3, VARS = 4, KINDS = 4, MOST_COST = 3000 };

/* What a variable holds as long as main is in its first rounds; later ANY
 * parameters of kind NUMBER get strings, too. */
enum kind { NUMBER, OBJECT, FUNCTION, ANY };

struct function { int nparams; enum kind param[PARAMS]; int cost; };

struct generator {
    uint64_t random;
    struct function functions[FUNCTIONS];
    int nfunctions;             /* complete ones, which may be called */
    int nvars[KINDS];           /* of the function that is being printed */
    int loops;                  /* around here */
    int nloops;                 /* so far */
    int times;                  /* how often a statement here runs */
    int cost;
    int indent;
};

static int below(struct generator *g, int n)
{
    g->random ^= g->random >> 12;
    g->random ^= g->random << 25;
    g->random ^= g->random >> 27;
    return (int)((g->random * 2685821657736338717u >> 33) % (uint64_t)n);
}

static bool one_in(struct generator *g, int n)
{
    return below(g, n) == 0;
}

static void line(struct generator *g)
{
    g->cost += g->times;
    printf("\n%*s", 2 * g->indent, "");
}

static const char kind_letters[] = "nofa";

static void variable(struct generator *g, enum kind k)
{
    printf("%c%d", kind_letters[k], below(g, g->nvars[k]));
}

static void property(struct generator *g)
{
    printf(".%c", "abc"[below(g, 3)]);
}

/* ---- expressions ------------------------------------------------------- */

static void expression(struct generator *g, enum kind k, int depth);

static void number_literal(struct generator *g)
{
    static const char *const large[] = {
        "9223372036854775807", "4611686018427387904", "2147483648",
        "4294967295", "1000000007", "9223372036854775808"
    };

    if (one_in(g, 8))
        printf("%s", large[below(g, 6)]);
    else
        printf("%d", below(g, one_in(g, 3) ? 1000 : 8));
}

/* False if there is none that may be called here. */
static bool call(struct generator *g, int depth)
{
    int f;

    if (!g->nfunctions)
        return false;
    f = below(g, g->nfunctions);
    if (g->cost + g->times * g->functions[f].cost > MOST_COST)
        return false;
    g->cost += g->times * g->functions[f].cost;
    printf("fun%d(", f);
    for (int i = 0; i < g->functions[f].nparams; i++) {
        expression(g, g->functions[f].param[i], depth - 1);
        printf(", ");
    }
    printf("t)");
    return true;
}

static void condition(struct generator *g, int depth)
{
    static const char *const compare[] = { "<", "<=", ">", ">=", "==", "!=" };

    if (depth > 0 && one_in(g, 5)) {
        printf("(");
        condition(g, depth - 1);
        printf(one_in(g, 2) ? " && " : " || ");
        condition(g, depth - 1);
        printf(")");
    } else if (one_in(g, 6)) {
        expression(g, ANY, depth - 1);
        printf(one_in(g, 2) ? " == " : " != ");
        expression(g, ANY, depth - 1);
    } else {
        expression(g, NUMBER, depth - 1);
        printf(" %s ", compare[below(g, 6)]);
        expression(g, NUMBER, depth - 1);
    }
}

static void number(struct generator *g, int depth)
{
    switch (below(g, depth > 0 ? 11 : 3)) {
    case 0:
        number_literal(g);
        return;
    case 1:
    case 2:
        variable(g, NUMBER);
        return;
    case 3:
    case 4:
    case 5:
        printf("(");
        number(g, depth - 1);
        printf(one_in(g, 2) ? " + " : " - ");
        number(g, depth - 1);
        printf(")");
        return;
    case 6:
        printf("modulo(");
        number(g, depth - 1);
        printf(" * ");
        number(g, depth - 1);
        printf(")");
        return;
    case 7:
        printf("(");
        number(g, depth - 1);
        printf(" / %d)", 1 + below(g, 9));
        return;
    case 8:
        variable(g, OBJECT);
        property(g);
        return;
    case 9:
        if (call(g, depth))
            return;
        break;
    default:
        break;
    }
    variable(g, FUNCTION);
    printf("(");
    number(g, depth - 2);
    printf(")");
    g->cost += 2 * g->times;
}

static void expression(struct generator *g, enum kind k, int depth)
{
    switch (k) {
    case NUMBER:
        number(g, depth);
        return;
    case OBJECT:
        if (one_in(g, 4)) {
            printf("make(");
            number(g, depth - 1);
            printf(")");
            g->cost += 8 * g->times;
        } else
            variable(g, OBJECT);
        return;
    case FUNCTION:
        if (one_in(g, 3))
            printf("%s", (const char *[]){ "half", "next",
                                           "less" }[below(g, 3)]);
        else
            variable(g, FUNCTION);
        return;
    case ANY:
        break;
    }
    switch (below(g, 6)) {
    case 0:
        printf("\"s%d\"", below(g, 4));
        return;
    case 1:
        expression(g, (enum kind)below(g, ANY), depth - 1);
        return;
    case 2:
        variable(g, OBJECT);
        printf("[\"any\"]");
        return;
    case 3:
        printf("(");
        condition(g, depth - 1);
        printf(")");
        return;
    default:
        variable(g, ANY);
        return;
    }
}

/* ---- statements -------------------------------------------------------- */

static void statements(struct generator *g, int n);

static void loop(struct generator *g)
{
    int id = g->nloops++;
    int turns = 2 + below(g, 12);
    int times = g->times;

    g->times *= turns;
    g->loops++;
    printf("i%d = 0;", id);
    line(g);
    printf("while (i%d < %d) {", id, turns);
    g->indent++;
    line(g);
    printf("i%d = i%d + 1;", id, id);
    if (one_in(g, 3)) {
        line(g);
        printf("if (");
        condition(g, 2);
        printf(") { %s; }", one_in(g, 2) ? "break" : "continue");
    }
    statements(g, 1 + below(g, 3));
    g->indent--;
    line(g);
    printf("}");
    g->loops--;
    g->times = times;
}

static void choice(struct generator *g)
{
    printf("if (");
    condition(g, 2);
    printf(") {");
    g->indent++;
    statements(g, 1 + below(g, 2));
    g->indent--;
    line(g);
    printf("}");
    if (one_in(g, 2)) {
        printf(" else {");
        g->indent++;
        statements(g, 1 + below(g, 2));
        g->indent--;
        line(g);
        printf("}");
    }
}

static void assignment(struct generator *g)
{
    enum kind k = (enum kind)below(g, KINDS);

    variable(g, k);
    printf(" = ");
    expression(g, k, 3);
    printf(";");
}

static void statement(struct generator *g)
{
    line(g);
    switch (below(g, 12)) {
    case 0:
        if (g->loops < 2 && g->times < 100) {
            loop(g);
            return;
        }
        break;
    case 1:
    case 2:
        choice(g);
        return;
    case 3:
    case 4:
        variable(g, OBJECT);
        property(g);
        printf(" = ");
        expression(g, NUMBER, 3);
        printf(";");
        return;
    case 5:
        variable(g, OBJECT);
        printf(".any = ");
        expression(g, ANY, 2);
        printf(";");
        return;
    case 6:
        variable(g, ANY);
        printf(" = \"\" + ");
        expression(g, NUMBER, 2);
        printf(";");
        return;
    case 7:
        if (one_in(g, 4)) {
            printf("if (");
            condition(g, 1);
            printf(") { return ");
            expression(g, NUMBER, 2);
            printf("; }");
            return;
        }
        break;
    default:
        break;
    }
    assignment(g);
}

static void statements(struct generator *g, int n)
{
    while (n-- > 0)
        statement(g);
}

/* ---- functions --------------------------------------------------------- */

/* What happens once, when t has counted up to some number: the variables of
 * all live frames are asked for, one is written, code changes, an error. */
static void rarity(struct generator *g, int id)
{
    line(g);
    switch (below(g, 5)) {
    case 0:
        printf("if (tick(t) == %d) { println(stacktrace()); }",
               200 + below(g, 2000));
        return;
    case 1:
        printf("hello = n0; if (tick(t) == %d) { helloEqualsWorld(); } "
               "n0 = number(hello);", 200 + below(g, 2000));
        return;
    case 2:
        printf("if (tick(t) == %d) { defineFunction("
               "\"function half(x) { return x / %d; }\"); }",
               200 + below(g, 2000), 2 + below(g, 5));
        return;
    case 3:
        if (id == FUNCTIONS - 1)
            printf("if (tick(t) == %d) { n0 = n0 - \"text\"; }",
                   2000 + below(g, 4000));
        return;
    default:
        return;
    }
}

/* What a function returns and leaves in t depends on all of its variables. */
static void finish(struct generator *g)
{
    line(g);
    printf("t.seen = \"\" + a%d + f%d;", below(g, g->nvars[ANY]),
           below(g, g->nvars[FUNCTION]));
    line(g);
    printf("return modulo(");
    for (int i = 0; i < g->nvars[NUMBER]; i++)
        printf("n%d + ", i);
    for (int i = 0; i < g->nvars[OBJECT]; i++)
        printf("o%d.%c - ", i, "abc"[i % 3]);
    expression(g, NUMBER, 3);
    printf(");\n}\n\n");
}

static void function(struct generator *g, int id)
{
    struct function *f = &g->functions[id];

    f->nparams = 1 + below(g, PARAMS);
    g->cost = g->times = 1;
    g->nloops = g->loops = 0;
    for (int k = 0; k < KINDS; k++)
        g->nvars[k] = 0;
    printf("function fun%d(", id);
    for (int i = 0; i < f->nparams; i++) {
        f->param[i] = (enum kind)below(g, KINDS);
        printf("%c%d, ", kind_letters[f->param[i]], g->nvars[f->param[i]]++);
    }
    printf("t) {");
    g->indent = 1;
    for (int k = 0; k < KINDS; k++)
        while (g->nvars[k] < 1 + below(g, VARS)) {
            line(g);
            printf("%c%d = %s;", kind_letters[k], g->nvars[k]++,
                   (const char *[]){ "mix(t)", "make(t.r)", "next",
                                     "t.seen" }[k]);
        }
    statements(g, 3 + below(g, 6));
    if (one_in(g, 2))
        rarity(g, id);
    finish(g);
    f->cost = g->cost;
    g->nfunctions++;
}

/* What every program has.  The objects of make are of three shapes. */
static const char prelude[] =
    "function modulo(x) { return x - x / 1000003 * 1000003; }\n"
    "function half(x) { return x / 2; }\n"
    "function next(x) { return x + 1; }\n"
    "function less(x) { return 5 - x; }\n"
    "function number(x) {\n"
    "  if (x == \"world\") { return 7; }\n"
    "  return x;\n"
    "}\n"
    "function make(n) {\n"
    "  o = new();\n"
    "  k = n - n / 3 * 3;\n"
    "  if (k == 1) { o.z = \"z\"; }\n"
    "  o.a = n;\n"
    "  if (k == 2) { o.any = 1; o.c = k; o.b = 2; }\n"
    "  o.b = k; o.c = 9; o.any = n == 3;\n"
    "  return o;\n"
    "}\n"
    "function tick(t) { t.n = t.n + 1; return t.n; }\n"
    "function mix(t) {\n"
    "  t.r = modulo(t.r * 48271 + 11);\n"
    "  return t.r - t.r / 100 * 100;\n"
    "}\n\n";

static void print_main(struct generator *g)
{
    printf("function main() {\n"
           "  t = new();\n"
           "  t.n = 0; t.r = 1; t.seen = 0;\n"
           "  round = 0; any = 5; object = make(0);\n"
           "  while (round < 60) {\n"
           "    round = round + 1;\n"
           "    println(t.seen);\n"
           "    if (round == %d) { any = \"text\"; }\n"
           "    if (round == %d) { object.more = round; }\n"
           "    if (round == %d) { any = 9223372036854775807; }\n",
           20 + below(g, 30), 20 + below(g, 30), 40 + below(g, 20));
    for (int f = FUNCTIONS - 3; f < FUNCTIONS; f++) {
        static const char *const of_kind[] = { "round", "object", "half",
                                               "any" };

        printf("    println(fun%d(", f);
        for (int i = 0; i < g->functions[f].nparams; i++)
            printf("%s, ", of_kind[g->functions[f].param[i]]);
        printf("t));\n");
    }
    printf("  }\n}\n");
}

int main(int argc, char **argv)
{
    struct generator g = { 0 };

    if (argc != 2) {
        fprintf(stderr, "usage: gen_sl SEED\n");
        return 2;
    }
    g.random = strtoull(argv[1], NULL, 0) * 0x9e3779b97f4a7c15u | 1;
    printf("%s", prelude);
    for (int i = 0; i < FUNCTIONS; i++)
        function(&g, i);
    print_main(&g);
    return 0;
}
