/*
 * measure: how long commands take, against each other.
 *
 * Usage: measure ROUNDS COMMAND [ARG...] [-- COMMAND [ARG...]]...
 *
 * Runs the commands in turn, ROUNDS times, and prints for each the shortest
 * time in milliseconds, from start to exit, in one line.  "-" stands for a
 * command that failed.  All must print the same: a command that prints
 * something else than the first one ends it with exit code 1.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16, OUTPUT = 4096 };

typedef struct command {
    char **argv;
    double best;                /* ms; less than 0: it failed */
    char output[OUTPUT];
    size_t n;
} command;

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void read_all(int from, command *c)
{
    char rest[OUTPUT];
    ssize_t n;

    c->n = 0;
    while ((n = read(from, c->output + c->n, sizeof c->output - c->n)) > 0)
        c->n += (size_t)n;
    while (read(from, rest, sizeof rest) > 0)
        continue;
}

static void run(command *c)
{
    double start = now_ms(), ms;
    int ends[2], status;
    pid_t child;

    if (c->best < 0 || pipe(ends) != 0)
        return;
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(c->argv[0], c->argv);
        _exit(127);
    }
    close(ends[1]);
    read_all(ends[0], c);
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        c->best = -1;
        return;
    }
    ms = now_ms() - start;
    if (c->best == 0 || ms < c->best)
        c->best = ms;
}

static int split(int argc, char **argv, command *commands)
{
    int n = 0;

    for (int i = 2; i < argc && n < COMMANDS; i++) {
        commands[n++].argv = &argv[i];
        while (i < argc && strcmp(argv[i], "--") != 0)
            i++;
        argv[i] = NULL;
    }
    return n;
}

/* Compared with the first command that did not fail. */
static int check_output(const command *commands, int n)
{
    const command *first = NULL;

    for (int i = 0; i < n; i++) {
        const command *c = &commands[i];

        if (c->best < 0)
            continue;
        if (!first)
            first = c;
        if (c->n != first->n || memcmp(c->output, first->output, c->n)) {
            fprintf(stderr, "measure: %s prints something else than %s\n",
                    c->argv[0], first->argv[0]);
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    static command commands[COMMANDS];
    int n = argc > 2 ? split(argc, argv, commands) : 0;

    if (n == 0) {
        fputs("Usage: measure ROUNDS COMMAND [ARG...] [-- COMMAND...]...\n",
              stderr);
        return 2;
    }
    for (int round = atoi(argv[1]); round > 0; round--)
        for (int i = 0; i < n; i++)
            run(&commands[i]);
    for (int i = 0; i < n; i++)
        if (commands[i].best > 0)
            printf("%s%.1f", i ? " " : "", commands[i].best);
        else
            printf("%s-", i ? " " : "");
    putchar('\n');
    return check_output(commands, n);
}
