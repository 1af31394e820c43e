/*
 * Random signatures of C functions: gen_abi SEED pass|ends.
 *
 *     pass    functions that call another one with what they got, integers one
 *             larger, and return what it returned; for espcc
 *     ends    who is called, who calls, and a main; for the C compiler whose
 *             calling convention is to be met
 *
 * Arguments and results are scalars of every kind, structs of every size up to
 * those that go through memory, with members of one kind or mixed, and among
 * them all that the conventions treat in their own way: one to four floats or
 * doubles, halves that differ in kind, bytes, arrays, nested ones.  There are
 * more arguments than registers, and callees with variable arguments.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRUCTS = 12, FUNCTIONS = 40, MAX_FIELDS = 5, MAX_PARAMS = 12,
       MAX_LENGTH = 3 };

enum type { VOID, BOOL, I8, U8, I16, U16, I32, U32, I64, U64, F32, F64,
            FIRST_STRUCT };
static const char *const scalar[] = {
    "void", "_Bool", "signed char", "unsigned char", "short",
    "unsigned short", "int", "unsigned", "long", "unsigned long", "float",
    "double"
};

typedef struct structure {
    unsigned n, field[MAX_FIELDS];
    unsigned length[MAX_FIELDS];        /* of an array, or 0 */
} structure;

typedef struct function {
    unsigned result, n, param[MAX_PARAMS];
    unsigned fixed;             /* of the callee, when it is variadic; or n */
} function;

static uint64_t state;
static structure structs[STRUCTS];
static function functions[FUNCTIONS];

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

/* ---- types ------------------------------------------------------------- */

static unsigned any_scalar(void) { return BOOL + below(FIRST_STRUCT - BOOL); }

/* Members of one kind are as frequent as mixed ones. */
static void make_struct(structure *s, unsigned number)
{
    unsigned kind = below(4), one = kind == 0 ? F32 : kind == 1 ? F64 : 0;

    s->n = 1 + below(one ? 4 : MAX_FIELDS);
    for (unsigned k = 0; k < s->n; k++) {
        s->field[k] = one ? one : any_scalar();
        s->length[k] = below(8) ? 0 : 1 + below(MAX_LENGTH);
    }
    if (number > 2 && below(5) == 0)
        s->field[below(s->n)] = FIRST_STRUCT + below(number);
}

static unsigned any_type(void)
{
    return below(5) < 2 ? FIRST_STRUCT + below(STRUCTS) : any_scalar();
}

/* What the types of variable arguments become. */
static unsigned promoted(unsigned type)
{
    return type == F32 ? F64 : type >= BOOL && type <= U16 ? I32 : type;
}

static void make_function(function *f)
{
    bool variadic = below(5) == 0;

    f->result = below(8) ? any_type() : VOID;
    f->n = variadic ? 2 + below(MAX_PARAMS - 2) : below(MAX_PARAMS);
    f->fixed = variadic ? 1 + below(f->n - 1) : f->n;
    for (unsigned k = 0; k < f->n; k++) {
        f->param[k] = any_type();
        if (k >= f->fixed)
            f->param[k] = promoted(f->param[k]);
    }
}

static void make_all(uint64_t seed)
{
    state = seed * UINT64_C(0x9e3779b97f4a7c15) + 88172645463325252u;
    for (int k = 0; k < 20; k++)
        below(2);
    for (unsigned k = 0; k < STRUCTS; k++)
        make_struct(&structs[k], k);
    for (unsigned k = 0; k < FUNCTIONS; k++)
        make_function(&functions[k]);
}

/* ---- text --------------------------------------------------------------- */

static void print_type(unsigned type)
{
    if (type < FIRST_STRUCT)
        printf("%s", scalar[type]);
    else
        printf("struct s%u", type - FIRST_STRUCT);
}

static void print_structs(void)
{
    for (unsigned k = 0; k < STRUCTS; k++) {
        printf("struct s%u {", k);
        for (unsigned j = 0; j < structs[k].n; j++) {
            printf(" ");
            print_type(structs[k].field[j]);
            printf(" m%u", j);
            if (structs[k].length[j])
                printf("[%u]", structs[k].length[j]);
            printf(";");
        }
        printf(" };\n");
    }
}

/* "type name(type a0, ...": of the callee, or of who passes on. */
static void print_head(const function *f, const char *name, unsigned number,
                       unsigned n)
{
    print_type(f->result);
    printf(" %s%u(", name, number);
    for (unsigned k = 0; k < n; k++) {
        printf(k ? ", " : "");
        print_type(f->param[k]);
        printf(" a%u", k);
    }
    printf(n < f->n ? ", ...)" : n ? ")" : "void)");
}

static bool is_integer(unsigned type) { return type >= I8 && type <= U64; }

static void print_pass(void)
{
    print_structs();
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        const function *f = &functions[i];

        printf("\n");
        print_head(f, "callee", i, f->fixed);
        printf(";\n");
        print_head(f, "pass", i, f->n);
        printf(";\n");
        print_head(f, "pass", i, f->n);
        printf("\n{\n    %scallee%u(", f->result ? "return " : "", i);
        for (unsigned k = 0; k < f->n; k++) {
            printf(k ? ", " : "");
            if (is_integer(f->param[k]))
                printf("(%s)(a%u + 1)", scalar[f->param[k]], k);
            else
                printf("a%u", k);
        }
        printf(");\n}\n");
    }
}

/* A value that depends on where it is; small enough to be exact as a float. */
static uint64_t bits_of(unsigned where)
{
    return (where + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static unsigned print_value(unsigned type, unsigned where, unsigned plus);

static unsigned print_field(const structure *s, unsigned k, unsigned where)
{
    if (!s->length[k])
        return print_value(s->field[k], where, 0);
    printf("{ ");
    for (unsigned j = 0; j < s->length[k]; j++) {
        printf(j ? ", " : "");
        where = print_value(s->field[k], where, 0);
    }
    printf(" }");
    return where;
}

static unsigned print_value(unsigned type, unsigned where, unsigned plus)
{
    const structure *s;

    if (type >= FIRST_STRUCT) {
        s = &structs[type - FIRST_STRUCT];
        printf("{ ");
        for (unsigned k = 0; k < s->n; k++) {
            printf(k ? ", " : "");
            where = print_field(s, k, where);
        }
        printf(" }");
        return where;
    }
    if (type == BOOL)
        printf("%u", (unsigned)(bits_of(where) >> 40 & 1));
    else if (type >= F32)
        printf("%d.25", (int)(bits_of(where) >> 48) - 30000);
    else
        printf("(%s)(0x%" PRIx64 " + %u)", scalar[type], bits_of(where),
               plus);
    return where + 1;
}

/* type name = value; */
static void print_variable(unsigned type, const char *name, unsigned number,
                           unsigned where, unsigned plus)
{
    printf("    ");
    print_type(type);
    printf(" %s%u = ", name, number);
    print_value(type, where, plus);
    printf(";\n");
}

static void print_field_equal(const structure *s, unsigned j)
{
    if (!s->length[j])
        printf(" && eq_%u(x.m%u, y.m%u)", s->field[j], j, j);
    for (unsigned i = 0; i < s->length[j]; i++)
        printf(" && eq_%u(x.m%u[%u], y.m%u[%u])", s->field[j], j, i, j, i);
}

static void print_equal(void)
{
    for (unsigned t = BOOL; t < FIRST_STRUCT; t++)
        printf("#define eq_%u(x, y) ((x) == (y))\n", t);
    for (unsigned k = 0; k < STRUCTS; k++) {
        printf("static inline _Bool eq_%u(struct s%u x, struct s%u y)\n"
               "{\n    return 1", FIRST_STRUCT + k, k, k);
        for (unsigned j = 0; j < structs[k].n; j++)
            print_field_equal(&structs[k], j);
        printf(";\n}\n");
    }
}

/* A place for each argument of each function, and one for the result. */
static unsigned where_of(unsigned i, unsigned k)
{
    return (i * (MAX_PARAMS + 1) + k) * 32;
}

static void print_callee(const function *f, unsigned i)
{
    print_head(f, "callee", i, f->fixed);
    printf("\n{\n");
    if (f->fixed < f->n)
        printf("    va_list list;\n");
    for (unsigned k = 0; k < f->n; k++)
        print_variable(f->param[k], "e", k, where_of(i, k), 1);
    if (f->result)
        print_variable(f->result, "r", 0, where_of(i, MAX_PARAMS), 0);
    printf("    seen = 1;\n");
    if (f->fixed < f->n)
        printf("    va_start(list, a%u);\n", f->fixed - 1);
    for (unsigned k = 0; k < f->n; k++) {
        if (k >= f->fixed) {
            printf("    ");
            print_type(f->param[k]);
            printf(" a%u = va_arg(list, ", k);
            print_type(f->param[k]);
            printf(");\n");
        }
        printf("    seen &= eq_%u(a%u, e%u);\n", f->param[k], k, k);
    }
    if (f->fixed < f->n)
        printf("    va_end(list);\n");
    printf(f->result ? "    return r0;\n}\n\n" : "}\n\n");
}

static void print_driver(const function *f, unsigned i)
{
    print_head(f, "pass", i, f->n);
    printf(";\nstatic bool drive%u(void *pass)\n{\n", i);
    for (unsigned k = 0; k < f->n; k++)
        print_variable(f->param[k], "a", k, where_of(i, k), 0);
    if (f->result)
        print_variable(f->result, "r", 0, where_of(i, MAX_PARAMS), 0);
    printf("    __typeof__(pass%u) *f = pass;\n    seen = 0;\n    ", i);
    if (f->result)
        printf("return eq_%u(f(", f->result);
    else
        printf("f(");
    for (unsigned k = 0; k < f->n; k++)
        printf("%sa%u", k ? ", " : "", k);
    printf(f->result ? "), r0) && seen;\n}\n\n"
                     : ");\n    return seen;\n}\n\n");
}

static void print_ends(void)
{
    printf("#include \"tests/fuzz/helper_abi.h\"\n#include <stdarg.h>\n"
           "#include <stddef.h>\n\nstatic _Bool seen;\n");
    print_structs();
    print_equal();
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        printf("\n");
        print_callee(&functions[i], i);
        print_driver(&functions[i], i);
    }
    printf("static const abi_row rows[] = {\n");
    for (unsigned i = 0; i < FUNCTIONS; i++)
        printf("    { \"pass%u\", (void *)pass%u, drive%u },\n", i, i, i);
    printf("    { NULL, NULL, NULL }\n};\n\n"
           "int main(void) { return abi_run(rows); }\n");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "Usage: gen_abi SEED pass|ends\n");
        return 2;
    }
    make_all(strtoull(argv[1], NULL, 0));
    if (strcmp(argv[2], "pass") == 0)
        print_pass();
    else
        print_ends();
    return 0;
}
