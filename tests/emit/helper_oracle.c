/*
 * Batches of instructions through llvm-mc.
 */
#include "tests/emit/helper_oracle.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN = 20 };

/* The command, or NULL; found once for each call, which costs nothing beside
 * running it. */
static const char *find_command(void)
{
    static const char *const names[] = {
        "llvm-mc-14", "llvm-mc-15", "llvm-mc-16", "llvm-mc-17", "llvm-mc-18",
        "llvm-mc-19", "llvm-mc",
    };
    char test[128];

    if (getenv("LLVM_MC"))
        return getenv("LLVM_MC");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(test, sizeof test, "command -v %s >/dev/null 2>&1", names[i]);
        if (system(test) == 0)
            return names[i];
    }
    return NULL;
}

bool oracle_available(void)
{
    return find_command() != NULL;
}

void oracle_init(oracle *o, const char *triple, const char *options)
{
    memset(o, 0, sizeof *o);
    arena_init(&o->arena);
    o->triple = triple;
    o->options = options;
}

void oracle_free(oracle *o)
{
    arena_free(&o->arena);
}

void oracle_add(oracle *o, const uint8_t *bytes, uint32_t n,
                const char *format, ...)
{
    oracle_case c = { .n = (uint8_t)n };
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > sizeof c.bytes) {
        printf("too long (%u bytes): %s\n", n, text);
        o->failures++;
        return;
    }
    memcpy(c.bytes, bytes, n);
    c.text = arena_strdup(&o->arena, text);
    VEC_PUSH(&o->arena, &o->cases, c);
}

/* ---- running llvm-mc --------------------------------------------------- */

static FILE *temporary(char *path, size_t size)
{
    const char *dir = getenv("TMPDIR");
    int fd;

    snprintf(path, size, "%s/esp-oracle-XXXXXX", dir ? dir : "/tmp");
    fd = mkstemp(path);
    return fd < 0 ? NULL : fdopen(fd, "w+");
}

static void put_bytes(FILE *f, const uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        fprintf(f, "0x%02x ", bytes[i]);
    fputc('\n', f);
}

enum run { ASSEMBLE, DISASSEMBLE_OURS, DISASSEMBLE_THEIRS };

static void put_input(FILE *f, const oracle *o, enum run run)
{
    for (uint32_t i = 0; i < o->cases.n; i++) {
        const oracle_case *c = &o->cases.at[i];
        if (run == ASSEMBLE)
            fprintf(f, "%s\n", c->text);
        else if (run == DISASSEMBLE_OURS)
            put_bytes(f, c->bytes, c->n);
        else
            put_bytes(f, c->theirs, c->theirs_n);
    }
}

/* Tabs and runs of spaces are one space, and comments are dropped. */
static void normalize(char *line)
{
    char *to = line;

    line[strcspn(line, "\n")] = 0;
    if (strstr(line, "\t# "))
        *strstr(line, "\t# ") = 0;
    if (strstr(line, "//"))
        *strstr(line, "//") = 0;
    for (char *s = line; *s; s++)
        if (!isspace((unsigned char)*s))
            *to++ = *s;
        else if (to > line && to[-1] != ' ')
            *to++ = ' ';
    while (to > line && to[-1] == ' ')
        to--;
    *to = 0;
}

/* The lines of the output, one for each case: of the assembler the encodings,
 * else the instructions. */
static uint32_t read_lines(oracle *o, FILE *f, enum run run, char **lines)
{
    char line[512];
    uint32_t n = 0;

    while (fgets(line, sizeof line, f)) {
        char *encoding = strstr(line, "encoding: [");
        if (run == ASSEMBLE && !encoding)
            continue;
        if (run != ASSEMBLE) {
            normalize(line);
            if (!*line || *line == '.')
                continue;
        }
        if (n < o->cases.n)
            lines[n] = arena_strdup(&o->arena,
                                    run == ASSEMBLE ? encoding : line);
        n++;
    }
    return n;
}

static char **llvm_mc(oracle *o, enum run run)
{
    char path[256], command[1024];
    char **lines = ARENA_ARRAY(&o->arena, char *, o->cases.n);
    FILE *in = temporary(path, sizeof path), *out;
    uint32_t n;

    if (!in)
        return NULL;
    put_input(in, o, run);
    fclose(in);
    snprintf(command, sizeof command, "%s --triple=%s %s %s < %s",
             find_command(), o->triple, o->options,
             run == ASSEMBLE ? "--assemble --show-encoding" : "--disassemble",
             path);
    out = popen(command, "r");
    n = out ? read_lines(o, out, run, lines) : 0;
    if (out)
        pclose(out);
    unlink(path);
    if (n == o->cases.n)
        return lines;
    printf("%u lines for %u instructions: %s\n", n, o->cases.n, command);
    return NULL;
}

/* ---- comparing --------------------------------------------------------- */

static void take_encodings(oracle *o, char **lines)
{
    for (uint32_t i = 0; i < o->cases.n; i++) {
        oracle_case *c = &o->cases.at[i];
        char *s = strchr(lines[i], '[');

        c->theirs_n = 0;
        while (s && *s != ']' && c->theirs_n < sizeof c->theirs) {
            c->theirs[c->theirs_n++] = (uint8_t)strtoul(s + 1, &s, 0);
        }
    }
}

static void complain(oracle *o, const oracle_case *c, const char *ours,
                     const char *theirs)
{
    if (o->failures++ >= SHOWN)
        return;
    printf("wanted  %s\n  ours  %-40s", c->text, ours);
    put_bytes(stdout, c->bytes, c->n);
    printf("  LLVM  %-40s", theirs);
    put_bytes(stdout, c->theirs, c->theirs_n);
}

static void compare(oracle *o, char **ours, char **theirs)
{
    for (uint32_t i = 0; i < o->cases.n; i++) {
        const oracle_case *c = &o->cases.at[i];
        bool same_bytes = c->n == c->theirs_n
            && memcmp(c->bytes, c->theirs, c->n) == 0;

        if (same_bytes)
            continue;
        if (strcmp(ours[i], theirs[i]) || !o->accept || !o->accept(c))
            complain(o, c, ours[i], theirs[i]);
    }
}

void oracle_check(oracle *o)
{
    char **lines = llvm_mc(o, ASSEMBLE);
    char **ours = NULL, **theirs = NULL;

    if (lines) {
        take_encodings(o, lines);
        ours = llvm_mc(o, DISASSEMBLE_OURS);
        theirs = llvm_mc(o, DISASSEMBLE_THEIRS);
    }
    if (ours && theirs)
        compare(o, ours, theirs);
    else
        o->failures++;
    o->cases.n = 0;
}
