/*
 * A random C program, without undefined behaviour: gen_randc SEED.
 *
 * What is printed is a file for tests/image/csem.c: functions that call those
 * before them, a row for each.  How a danger is kept out:
 *
 *     division, float to integer     helpers that ask first
 *     shifts                         by the width, modulo
 *     array indices                  masked, lengths are powers of two
 *     reading what was not written   everything has an initial value
 *     bytes between fields           whole structs stay in locals
 *     running on                     loops and functions spend fuel
 *     signed overflow                defined, images are made with -fwrapv
 *     NaNs that differ               never looked at as integers
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCALARS = 10, STRUCTS = 5, FUNCTIONS = 14, MAX_PARAMS = 9, MAX_VARS = 64,
       MAX_FIELDS = 5, MAX_WORDS = 13 };

/* Scalars are types 0 to SCALARS - 1, structs come behind them. */
static const struct { const char *name; int bytes; bool is_float; }
scalars[SCALARS] = {
    { "int8_t", 1, false }, { "uint8_t", 1, false }, { "int16_t", 2, false },
    { "uint16_t", 2, false }, { "int32_t", 4, false }, { "uint32_t", 4, false },
    { "int64_t", 8, false }, { "uint64_t", 8, false },
    { "float", 4, true }, { "double", 8, true }
};

struct function { int result, nparams, param[MAX_PARAMS]; };
struct structure { int nfields, field[MAX_FIELDS], words; };
struct variable { int type; enum { PLAIN, ARRAY, POINTER } kind;
                  bool fixed, is_volatile; };

struct generator {
    uint64_t random;
    struct structure structs[STRUCTS];
    struct function functions[FUNCTIONS];
    int nfunctions;             /* complete ones, which may be called */
    struct variable vars[MAX_VARS];
    int nvars;
    int result;                 /* type of the function being printed */
    int loops, switches;        /* around here */
    int indent;
};

static uint32_t below(struct generator *g, uint32_t n)
{
    g->random ^= g->random >> 12;
    g->random ^= g->random << 25;
    g->random ^= g->random >> 27;
    return (uint32_t)(g->random * 2685821657736338717u >> 33) % n;
}

static bool one_in(struct generator *g, uint32_t n)
{
    return below(g, n) == 0;
}

static void line(struct generator *g, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    printf("%*s", g->indent * 4, "");
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

static const char *type_name(int type)
{
    static const char *const names[] = { "struct s0", "struct s1", "struct s2",
                                         "struct s3", "struct s4" };

    return type < SCALARS ? scalars[type].name : names[type - SCALARS];
}

static int any_scalar(struct generator *g) { return (int)below(g, SCALARS); }
static int any_integer(struct generator *g) { return (int)below(g, 8); }

static int any_type(struct generator *g)
{
    return one_in(g, 4) ? SCALARS + (int)below(g, STRUCTS) : any_scalar(g);
}

/* -- expressions ---------------------------------------------------------- */

static void expression(struct generator *g, int type, int depth);

static void literal(struct generator *g, int type)
{
    static const char *const integers[] = {
        "0", "1", "-1", "2", "3", "7", "10", "31", "64", "127", "128", "255",
        "-128", "1000", "32767", "65535", "-32768", "INT32_MAX", "INT32_MIN",
        "UINT32_MAX", "INT64_MAX", "INT64_MIN", "0x123456789abcdefLL"
    };
    static const char *const floats[] = {
        "0.0", "1.0", "-1.0", "0.5", "-2.5", "3.25", "1e10", "-1e-3", "1e300",
        "100.125"
    };

    if (scalars[type].is_float)
        printf("(%s)%s", type_name(type), floats[below(g, 10)]);
    else
        printf("(%s)%s", type_name(type), integers[below(g, 23)]);
}

/* Prints something of that type which can be assigned to: a variable, an
 * element, a field, memory of the rig; false and nothing if there is none. */
static bool place(struct generator *g, int type, bool write)
{
    for (int tries = 0; tries < 8 && g->nvars; tries++) {
        int n = (int)below(g, (uint32_t)g->nvars);
        struct variable *v = &g->vars[n];
        if (write && v->fixed)
            continue;
        if (v->type >= SCALARS) {
            struct structure *s = &g->structs[v->type - SCALARS];
            int f = (int)below(g, (uint32_t)s->nfields);
            if (s->field[f] == type) {
                printf("v%d.f%d", n, f);
                return true;
            }
        } else if (v->type == type && v->kind == ARRAY) {
            printf("v%d[(", n);
            expression(g, any_integer(g), 1);
            printf(") & 7]");
            return true;
        } else if (v->type == type) {
            printf(v->kind == POINTER ? "(*v%d)" : "v%d", n);
            return true;
        }
    }
    if (one_in(g, 2))
        return false;
    printf("state.a%d[(", type);
    expression(g, any_integer(g), 1);
    printf(") & 15]");
    return true;
}

static void arguments(struct generator *g, const struct function *f, int depth)
{
    putchar('(');
    for (int k = 0; k < f->nparams; k++) {
        printf("%s", k ? ", " : "");
        expression(g, f->param[k], depth);
    }
    putchar(')');
}

/* A call of a function before this one whose result is of that type. */
static bool call(struct generator *g, int type, int depth)
{
    if (!g->nfunctions)
        return false;
    for (int tries = 0; tries < 6; tries++) {
        int n = (int)below(g, (uint32_t)g->nfunctions);
        const struct function *f = &g->functions[n];
        int m = f->result - SCALARS;
        if (f->result == type) {
            printf(one_in(g, 4) ? "p%d" : "f%d", n);
            arguments(g, f, depth - 1);
            return true;
        }
        if (m >= 0 && type < SCALARS
            && g->structs[m].field[0] == type) {
            printf("f%d", n);
            arguments(g, f, depth - 1);
            printf(".f0");
            return true;
        }
    }
    return false;
}

static void structure(struct generator *g, int type, int depth)
{
    const struct structure *s = &g->structs[type - SCALARS];

    if (one_in(g, 2))
        for (int k = 0; k < g->nvars; k++)
            if (g->vars[k].type == type && !one_in(g, 3)) {
                printf("v%d", k);
                return;
            }
    if (depth > 1 && one_in(g, 2) && call(g, type, depth))
        return;
    printf("(%s){ ", type_name(type));
    for (int k = 0; k < s->nfields; k++) {
        printf("%s", k ? ", " : "");
        expression(g, s->field[k], depth - 1);
    }
    printf(" }");
}

static void condition(struct generator *g, int depth)
{
    static const char *const ops[] = { "<", "<=", ">", ">=", "==", "!=" };
    int type = any_scalar(g);

    if (depth > 0 && one_in(g, 4)) {
        putchar('(');
        condition(g, depth - 1);
        printf(one_in(g, 2) ? " && " : " || ");
        condition(g, depth - 1);
        putchar(')');
        return;
    }
    printf(one_in(g, 8) ? "!(" : "(");
    expression(g, type, depth - 1);
    printf(" %s ", ops[below(g, 6)]);
    expression(g, one_in(g, 4) ? any_scalar(g) : type, depth - 1);
    putchar(')');
}

static void operands(struct generator *g, int type, const char *between,
                     int depth)
{
    expression(g, type, depth - 1);
    printf("%s", between);
    expression(g, type, depth - 1);
}

static void integer_operation(struct generator *g, int type, int depth)
{
    static const char *const ops[] = { " + ", " - ", " * ", " & ", " | ",
                                       " ^ " };
    static const char *const bits[] = { "clz", "ctz", "popcount", "bswap" };
    const char *name = type_name(type);
    uint32_t n;

    switch (below(g, 12)) {
    case 0:
        printf("%s_%s(", name, one_in(g, 2) ? "div" : "rem");
        operands(g, type, ", ", depth);
        putchar(')');
        break;
    case 1:
        printf("(%s)((%s)", name, name);    /* bit-fields are narrower */
        expression(g, type, depth - 1);
        printf(one_in(g, 2) ? " >> (" : " << (");
        expression(g, any_integer(g), depth - 1);
        printf(" & %d))", scalars[type].bytes * 8 - 1);
        break;
    case 2:
        n = below(g, 3);
        printf("%s_%s(", name, n == 0 ? "addo" : n == 1 ? "subo" : "mulo");
        operands(g, type, ", ", depth);
        putchar(')');
        break;
    case 3:
        printf("(%s)%s(", name, bits[below(g, 4)]);
        expression(g, any_integer(g), depth - 1);
        putchar(')');
        break;
    case 4:
        printf("(%s)%s(", name, one_in(g, 2) ? "~" : "-");
        expression(g, type, depth - 1);
        putchar(')');
        break;
    case 5:
        putchar('(');
        condition(g, depth - 1);
        putchar(')');
        break;
    case 6:
        printf("(%s)whole(", name);
        expression(g, 8 + (int)below(g, 2), depth - 1);
        putchar(')');
        break;
    default:
        printf("(%s)(", name);
        operands(g, type, ops[below(g, 6)], depth);
        putchar(')');
        break;
    }
}

static void float_operation(struct generator *g, int type, int depth)
{
    static const char *const ops[] = { " + ", " - ", " * ", " / " };
    static const char *const functions[] = { "fabs", "sqrt", "floor", "ceil",
                                             "trunc" };

    switch (below(g, 5)) {
    case 0:
        printf("(%s)%s(", type_name(type), functions[below(g, 5)]);
        expression(g, type, depth - 1);
        putchar(')');
        break;
    case 1:
        printf("-(");
        expression(g, type, depth - 1);
        putchar(')');
        break;
    default:
        printf("(%s)(", type_name(type));
        operands(g, type, ops[below(g, 4)], depth);
        putchar(')');
        break;
    }
}

/* A float becomes an integer only by way of `whole`. */
static void conversion(struct generator *g, int type, int depth)
{
    int from = any_scalar(g);

    if (scalars[from].is_float && !scalars[type].is_float)
        printf("(%s)whole(", type_name(type));
    else
        printf("(%s)(", type_name(type));
    expression(g, from, depth - 1);
    putchar(')');
}

static void expression(struct generator *g, int type, int depth)
{
    if (type >= SCALARS) {
        structure(g, type, depth);
        return;
    }
    if (depth <= 0 || one_in(g, 6)) {
        if (one_in(g, 4) || !place(g, type, false))
            literal(g, type);
        return;
    }
    switch (below(g, 8)) {
    case 0:
        putchar('(');
        condition(g, depth - 1);
        printf(" ? ");
        operands(g, type, " : ", depth);
        putchar(')');
        return;
    case 1:
        if (call(g, type, depth))
            return;
        break;
    case 2: case 3:
        conversion(g, type, depth);
        return;
    default:
        break;
    }
    if (scalars[type].is_float)
        float_operation(g, type, depth);
    else
        integer_operation(g, type, depth);
}

/* -- statements ----------------------------------------------------------- */

static void block(struct generator *g, int depth);

static void begin(struct generator *g) { printf("%*s", g->indent * 4, ""); }

static void declaration(struct generator *g)
{
    int n = g->nvars, type = any_type(g);
    bool array = type < SCALARS && one_in(g, 5);
    bool is_volatile = type < SCALARS && one_in(g, 12);

    if (n == MAX_VARS)
        return;
    begin(g);
    printf("%s%s v%d%s = ", is_volatile ? "volatile " : "", type_name(type), n,
           array ? "[8]" : "");
    if (array)
        printf("{ ");
    expression(g, type, 3);
    printf(array ? ", 3 };\n" : ";\n");
    g->vars[g->nvars++] =
        (struct variable){ type, array ? ARRAY : PLAIN, false, is_volatile };
}

/* To a variable around here, which lives as long, or to a global one. */
static void pointer(struct generator *g)
{
    int n = g->nvars, to = n ? (int)below(g, (uint32_t)n) : 0;
    const struct variable *v = &g->vars[to];
    int type = any_scalar(g);

    if (n == MAX_VARS)
        return;
    if (n && v->kind != POINTER && v->type < SCALARS && !v->fixed &&
        !v->is_volatile) {
        type = v->type;
        line(g, v->kind == ARRAY ? "%s *v%d = v%d + %u;" : "%s *v%d = &v%d;",
             type_name(type), n, to, below(g, 8));
    } else {
        line(g, "%s *v%d = &state.a%d[%u];", type_name(type), n, type,
             below(g, 16));
    }
    g->vars[g->nvars++] = (struct variable){ type, POINTER, false, false };
}

/* What is assigned is worked out first: the place may have an index with a
 * call in it, and C does not say which comes first. */
static void assignment(struct generator *g)
{
    static const char *const ops[] = { "=", "=", "+=", "-=", "*=" };
    int type = any_scalar(g);

    begin(g);
    printf("{ %s x = ", type_name(type));
    expression(g, type, 4);
    printf("; ");
    if (place(g, type, true))
        printf(" %s x; ", ops[below(g, 5)]);
    else
        printf("state.a%d[3] %s x; ", type, ops[below(g, 5)]);
    printf("}\n");
}

static void struct_assignment(struct generator *g)
{
    for (int k = 0; k < g->nvars; k++)
        if (g->vars[k].type >= SCALARS && !g->vars[k].fixed && one_in(g, 2)) {
            begin(g);
            printf("v%d = ", k);
            structure(g, g->vars[k].type, 3);
            printf(";\n");
            return;
        }
}

static void memory(struct generator *g)
{
    int type = any_scalar(g);
    uint32_t n = below(g, 8) + 1;

    switch (below(g, 5)) {
    case 0:
        line(g, "memset(&state.a%d[%u], 0, %u * sizeof state.a%d[0]);", type,
             below(g, 8), n, type);
        break;
    case 1:
        line(g, "memmove(state.a%d + %u, state.a%d + %u, %u);", type,
             below(g, 8), type, below(g, 8),
             n * (uint32_t)scalars[type].bytes);
        break;
    case 2:
        line(g, "memcpy(state.a%d, state.a%d + 8, %u * sizeof state.a%d[0]);",
             type, type, n, type);
        break;
    case 3:
        begin(g);
        printf("state.a4[%u] = snprintf(state.text, sizeof state.text, "
               "\"%%d:%%lld %%x%%c\", ", below(g, 16));
        expression(g, 4, 2);
        printf(", (long long)");
        expression(g, 6, 2);
        printf(", ");
        expression(g, 5, 1);
        printf(", 'a' + ");
        expression(g, 1, 1);
        printf(" %% 26);\n");
        break;
    default:
        line(g, "change_%s(&state.a%d[%u]);", type_name(type), type,
             below(g, 16));
        break;
    }
}

static void conditional(struct generator *g, int depth)
{
    begin(g);
    printf("if (");
    condition(g, 2);
    printf(") {\n");
    block(g, depth - 1);
    if (one_in(g, 2)) {
        line(g, "} else {");
        block(g, depth - 1);
    }
    line(g, "}");
}

static void loop(struct generator *g, int depth)
{
    int n = g->nvars;

    if (n == MAX_VARS)
        return;
    g->vars[g->nvars++] = (struct variable){ 4, PLAIN, true, false };
    switch (below(g, 4)) {
    case 0:
        line(g, "for (int32_t v%d = 0; v%d < %u && fuel-- > 0; v%d++) {", n, n,
             below(g, 10), n);
        break;
    case 1:
        line(g, "for (int32_t v%d = %u; v%d-- > 0 && fuel-- > 0;) {", n,
             below(g, 10), n);
        break;
    case 2:
        line(g, "for (int32_t v%d = 0; ; v%d++) {", n, n);
        line(g, "    if (v%d > %u || fuel-- <= 0)\n            break;", n,
             below(g, 8));
        break;
    default:
        begin(g);
        printf("for (int32_t v%d = 1; ", n);
        condition(g, 2);
        printf(" && fuel-- > 0; v%d *= 3) {\n", n);
        break;
    }
    g->loops++;
    block(g, depth - 1);
    g->loops--;
    line(g, "}");
    g->nvars = n;
}

static void choice(struct generator *g, int depth)
{
    uint32_t cases = 2 + below(g, 6), first = below(g, 5);
    uint32_t apart = one_in(g, 2) ? 1 : 1 + below(g, 50);

    begin(g);
    printf("switch (");
    expression(g, any_integer(g), 2);
    printf(" %% %d) {\n", 20);
    g->switches++;
    for (uint32_t k = 0; k < cases; k++) {
        line(g, "case %d: {", (int)(first + k * apart) - 3);
        block(g, depth - 1);
        line(g, "}");
        if (!one_in(g, 4))
            line(g, "break;");
    }
    if (one_in(g, 2)) {
        line(g, "default: {");
        block(g, depth - 1);
        line(g, "}");
    }
    g->switches--;
    line(g, "}");
}

static void leave(struct generator *g)
{
    if (g->loops && !one_in(g, 3)) {
        line(g, one_in(g, 2) ? "break;" : "continue;");
        return;
    }
    begin(g);
    printf("return ");
    expression(g, g->result, 3);
    printf(";\n");
}

static void statement(struct generator *g, int depth)
{
    switch (below(g, 16)) {
    case 0: case 1: declaration(g); break;
    case 2: struct_assignment(g); break;
    case 3: memory(g); break;
    case 9: pointer(g); break;
    case 4: case 5: if (depth > 0) conditional(g, depth); break;
    case 6: case 7: if (depth > 0) loop(g, depth); break;
    case 8: if (depth > 0) choice(g, depth); break;
    default: assignment(g); break;
    }
}

static void block(struct generator *g, int depth)
{
    int vars = g->nvars;
    uint32_t n = 1 + below(g, 4);

    g->indent++;
    while (n--)
        statement(g, depth);
    if (one_in(g, 8))
        leave(g);
    g->indent--;
    g->nvars = vars;
}

/* -- the file ------------------------------------------------------------- */

static const char prologue[] =
    "#include \"tests/image/csem.h\"\n"
    "#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n"
    "#include <string.h>\n\n"
    "static int fuel;\n\n"
    "static int64_t whole(double x)\n"
    "{\n    return x > -9e15 && x < 9e15 ? (int64_t)x : 5;\n}\n"
    "static int clz(uint64_t x) { return x ? __builtin_clzll(x) : 64; }\n"
    "static int ctz(uint64_t x) { return x ? __builtin_ctzll(x) : 64; }\n"
    "static int popcount(uint64_t x) { return __builtin_popcountll(x); }\n"
    "static uint64_t bswap(uint64_t x) { return __builtin_bswap64(x); }\n"
    "#define HELPERS(T, SIGNED) \\\n"
    "static T T##_div(T x, T y) \\\n"
    "{ return !y || (SIGNED && y == (T)-1) ? x : (T)(x / y); } \\\n"
    "static T T##_rem(T x, T y) \\\n"
    "{ return !y || (SIGNED && y == (T)-1) ? y : (T)(x % y); } \\\n"
    "static T T##_addo(T x, T y) \\\n"
    "{ T r; return __builtin_add_overflow(x, y, &r) ? (T)11 : r; } \\\n"
    "static T T##_subo(T x, T y) \\\n"
    "{ T r; return __builtin_sub_overflow(x, y, &r) ? (T)13 : r; } \\\n"
    "static T T##_mulo(T x, T y) \\\n"
    "{ T r; return __builtin_mul_overflow(x, y, &r) ? (T)17 : r; }\n"
    "HELPERS(int8_t, 1) HELPERS(uint8_t, 0) HELPERS(int16_t, 1)\n"
    "HELPERS(uint16_t, 0) HELPERS(int32_t, 1) HELPERS(uint32_t, 0)\n"
    "HELPERS(int64_t, 1) HELPERS(uint64_t, 0)\n"
    "#define CHANGE(T) static __attribute__((noinline)) \\\n"
    "void change_##T(T *p) { *p = (T)(*p * 2 + 1); }\n"
    "CHANGE(int8_t) CHANGE(uint8_t) CHANGE(int16_t) CHANGE(uint16_t)\n"
    "CHANGE(int32_t) CHANGE(uint32_t) CHANGE(int64_t) CHANGE(uint64_t)\n"
    "CHANGE(float) CHANGE(double)\n\n";

static void print_state(void)
{
    printf("static struct {\n");
    for (int k = 0; k < SCALARS; k++)
        printf("    %s a%d[16];\n", type_name(k), k);
    printf("    char text[64];\n} state;\n\n");
}

static void print_struct(struct generator *g, int n)
{
    struct structure *s = &g->structs[n];
    int bytes = 0;

    s->nfields = 1 + (int)below(g, MAX_FIELDS);
    printf("%s {", type_name(SCALARS + n));
    for (int k = 0; k < s->nfields; k++) {
        int type = one_in(g, 3) && k ? s->field[k - 1] : any_scalar(g);
        int size = scalars[type].bytes;
        s->field[k] = type;
        bytes = (bytes + size - 1) / size * size + size;
        printf(" %s f%d", type_name(type), k);
        if (!scalars[type].is_float && one_in(g, 4))
            printf(" : %u", 1 + below(g, (uint32_t)size * 8));
        printf(";");
    }
    printf(" };\n");
    s->words = (bytes + 7) / 8;
}

static void print_head(const char *before, const struct function *f, int n,
                       const char *after)
{
    printf("static %s %s%d%s(", type_name(f->result), before, n, after);
    for (int k = 0; k < f->nparams; k++)
        printf("%s%s v%d", k ? ", " : "", type_name(f->param[k]), k);
    printf("%s)", f->nparams ? "" : "void");
}

static void choose_signature(struct generator *g, struct function *f)
{
    int words = 0, wanted = (int)below(g, MAX_PARAMS + 1);

    f->result = one_in(g, 5) ? SCALARS + (int)below(g, STRUCTS)
                             : any_scalar(g);
    for (f->nparams = 0; f->nparams < wanted; f->nparams++) {
        int type = any_type(g);
        words += type < SCALARS ? 1 : g->structs[type - SCALARS].words;
        if (words > MAX_WORDS)
            break;
        f->param[f->nparams] = type;
    }
}

static void print_function(struct generator *g, int n)
{
    struct function *f = &g->functions[n];

    choose_signature(g, f);
    g->result = f->result;
    g->nvars = 0;
    for (int k = 0; k < f->nparams; k++)
        g->vars[g->nvars++] =
            (struct variable){ f->param[k], PLAIN, false, false };
    if (one_in(g, 3))
        printf("__attribute__((noinline)) ");
    print_head("f", f, n, "");
    printf("\n{\n    if (fuel-- <= 0)\n        return (%s){ 0 };\n",
           type_name(f->result));
    g->indent = 0;
    for (uint32_t k = 0; k < 3; k++) {
        g->indent = 1;
        declaration(g);
    }
    g->indent = 0;
    block(g, 3);
    printf("    return ");
    expression(g, f->result, 4);
    printf(";\n}\n");
    print_head("(*volatile p", f, n, ")");
    printf(" = f%d;\n\n", n);
    g->nfunctions = n + 1;
}

/* A row for each function with a scalar result: bytes between the fields of a
 * struct would be compared, too.  How structs are passed is the machine's
 * affair, so rows have a few scalars, and make of them what is wanted. */
static void print_rows(struct generator *g)
{
    static const int types[] = { 6, 9, 4, 8, 7, 0 };

    for (g->nvars = 0; g->nvars < 6; g->nvars++)
        g->vars[g->nvars] = (struct variable){ types[g->nvars], PLAIN, false,
                                               false };
    for (int n = 0; n < FUNCTIONS; n++) {
        struct function *f = &g->functions[n];
        if (f->result >= SCALARS)
            continue;
        printf("static %s row%d(int64_t v0, double v1, int32_t v2, float v3, "
               "uint64_t v4,\n    int8_t v5)\n{\n    fuel = 300;\n"
               "    return f%d", type_name(f->result), n, n);
        arguments(g, f, 2);
        printf(";\n}\n\n");
    }
    printf("const struct csem_row csem_rows[] = {\n");
    for (int n = 0; n < FUNCTIONS; n++)
        if (g->functions[n].result < SCALARS)
            printf("    { \"row%d\", (void *)row%d, \"\" },\n", n, n);
    printf("    { NULL, NULL, NULL }\n};\n\n"
           "const struct csem_region csem_regions[] = {\n"
           "    { &state, sizeof state },\n    { NULL, 0 }\n};\n");
}

int main(int argc, char **argv)
{
    static struct generator g;

    if (argc != 2) {
        fprintf(stderr, "usage: gen_randc SEED\n");
        return 2;
    }
    g.random = strtoull(argv[1], NULL, 0) * 0x9e3779b97f4a7c15u + 1;
    for (int k = 0; k < 20; k++)
        below(&g, 2);
    printf("%s", prologue);
    print_state();
    for (int n = 0; n < STRUCTS; n++)
        print_struct(&g, n);
    putchar('\n');
    for (int n = 0; n < FUNCTIONS; n++)
        print_function(&g, n);
    print_rows(&g);
    return 0;
}
