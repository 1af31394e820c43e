/*
 * measure: how long commands take, against each other.
 *
 * Usage: measure [--turns] ROUNDS COMMAND [ARG...] [-- COMMAND [ARG...]]...
 *
 * Runs the commands in turn, ROUNDS times, and prints one line, with a word for
 * each command: the shortest time in milliseconds, from start to exit.  "-"
 * stands for a command that failed.  All must print the same: a command that
 * prints something else than the first one ends it with exit code 1.
 *
 * With --turns a command prints a time in nanoseconds, by the monotonic clock
 * or since its start, in front of each turn of what it does over and over, and
 * one at its end.  The word is PEAK/WARM/HALF then: milliseconds of a turn when
 * it runs at its best, and milliseconds from the start of the process until a
 * turn first had 90 %, and half, of that speed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16 };

typedef struct command {
    char **argv;
    double best;                /* ms; less than 0: it failed */
    double warm, half;          /* ms; with --turns */
    char *output;               /* of the last run; a 0 ends it */
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
    size_t cap = 1 << 16;
    ssize_t n;

    free(c->output);
    c->output = malloc(cap);
    c->n = 0;
    while (c->output &&
           (n = read(from, c->output + c->n, cap - c->n - 1)) > 0) {
        c->n += (size_t)n;
        if (cap - c->n < cap / 2)
            c->output = realloc(c->output, cap *= 2);
    }
    if (!c->output) {
        perror("measure");
        exit(1);
    }
    c->output[c->n] = 0;
}

/* ---- turns --------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The times that were printed; returns how many. */
static size_t parse_times(const command *c, double *times)
{
    char *at = c->output, *end;
    size_t n = 0;

    for (double t = strtod(at, &end); end != at; t = strtod(at, &end)) {
        times[n++] = t / 1e6;
        at = end;
    }
    return n;
}

/* A turn at its best: a tenth of the turns were faster. */
static double peak_of(const double *times, size_t turns)
{
    double *sorted = malloc(turns * sizeof *sorted), peak;

    for (size_t i = 0; i < turns; i++)
        sorted[i] = times[i + 1] - times[i];
    qsort(sorted, turns, sizeof *sorted, compare);
    peak = sorted[turns / 10];
    free(sorted);
    return peak;
}

/* When the first turn began that had this part of the speed at its best. */
static double first_with(double part, const double *times, double peak)
{
    while ((times[1] - times[0]) * part > peak)
        times++;
    return times[0];
}

/* Of all rounds; 0: of none. */
static double shorter(double before, double ms)
{
    return before == 0 || ms < before ? ms : before;
}

static void count_turns(command *c, double start)
{
    double *times = malloc((c->n / 2 + 1) * sizeof *times), peak;
    size_t n = parse_times(c, times);

    if (n < 3) {
        c->best = -1;
    } else {
        if (times[0] < start)           /* since the start of the process */
            start = 0;
        peak = peak_of(times, n - 1);
        c->best = shorter(c->best, peak);
        c->warm = shorter(c->warm, first_with(0.9, times, peak) - start);
        c->half = shorter(c->half, first_with(0.5, times, peak) - start);
    }
    free(times);
}

/* ---- commands ------------------------------------------------------------ */

static void run(command *c, int turns)
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
    if (turns)
        count_turns(c, start);
    else
        c->best = shorter(c->best, ms);
}

static int split(int argc, char **argv, command *commands)
{
    int n = 0;

    for (int i = 0; i < argc && n < COMMANDS; i++) {
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

static void print(const command *c, int turns)
{
    if (c->best <= 0)
        putchar('-');
    else if (turns)
        printf("%.4f/%.1f/%.1f", c->best, c->warm, c->half);
    else
        printf("%.1f", c->best);
}

int main(int argc, char **argv)
{
    static command commands[COMMANDS];
    int turns = argc > 1 && strcmp(argv[1], "--turns") == 0, n;

    argc -= 2 + turns;
    argv += 1 + turns;
    n = argc > 0 ? split(argc, argv + 1, commands) : 0;
    if (n == 0) {
        fputs("Usage: measure [--turns] ROUNDS COMMAND [ARG...] "
              "[-- COMMAND...]...\n", stderr);
        return 2;
    }
    for (int round = atoi(argv[0]); round > 0; round--)
        for (int i = 0; i < n; i++)
            run(&commands[i], turns);
    for (int i = 0; i < n; i++) {
        if (i)
            putchar(' ');
        print(&commands[i], turns);
    }
    putchar('\n');
    return turns ? 0 : check_output(commands, n);
}
