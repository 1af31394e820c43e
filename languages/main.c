/*
 * espalier: the command.
 *
 * Reads the options, finds the language, runs one program, and turns what
 * happened into an exit code.  This is the only place that ends the process.
 *
 *     0   all went well       1   the guest program failed
 *     2   wrong usage         3   a limit was reached
 *     70  a mistake of ours
 *
 * What the guest prints goes to the standard output; everything else, its
 * errors included, to the standard error output.
 */
#include "config.h"

#include "framework/base/diag.h"
#include "framework/espalier.h"
#if ESP_JIT
#include "backend/jit.h"
#endif

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { EXIT_USAGE = 2, EXIT_LIMIT = 3, EXIT_OURS = 70 };

#define LANGUAGE(name) extern const esp_language name##_language;
#include "languages.def"
#undef LANGUAGE

/* launch.h of SL; a declaration, since languages come and go by configure. */
void sl_add_test_builtins(esp_context *context);

static const esp_language *const languages[] = {
#define LANGUAGE(name) &name##_language,
#include "languages.def"
#undef LANGUAGE
};

enum { LANGUAGES = sizeof languages / sizeof *languages };

typedef struct launch {
    esp_settings settings;
    const esp_language *language;
    const char *file;
    bool command;                       /* no file, but the language's options:
                                         * in argv */
    int argc;                           /* what follows the file */
    char **argv;
    esp_engine *engine;
    esp_context *context;
    int code;
} launch;

/* ---- what is printed and then all is over ------------------------------ */

static int usage(const char *problem)
{
    fprintf(stderr, "espalier: %s\n"
                    "Try 'espalier --help'.\n", problem);
    return EXIT_USAGE;
}

static int print_help(void)
{
    esp_text text = { 0 };

    esp_settings_help(&text);
    fputs(text_get(&text), stdout);
    text_free(&text);
    return 0;
}

static int print_version(void)
{
    puts("espalier " ESP_VERSION);
    return 0;
}

static int print_languages(void)
{
    for (int i = 0; i < LANGUAGES; i++)
        printf("%-8s %-8s %s\n", languages[i]->name, languages[i]->suffix,
               languages[i]->version);
    return 0;
}

/* ---- before the program ------------------------------------------------ */

/* By --lang, or by the file's suffix; NULL: neither tells. */
static const esp_language *find_language(const launch *l)
{
    const char *name = l->settings.lang;
    size_t length = strlen(l->file);

    for (int i = 0; i < LANGUAGES; i++) {
        const char *suffix = languages[i]->suffix;
        size_t n = strlen(suffix);

        if (name ? !strcmp(name, languages[i]->name)
                 : length > n && !strcmp(l->file + length - n, suffix))
            return languages[i];
    }
    return NULL;
}

static int unknown_language(const launch *l)
{
    char problem[512];

    if (l->settings.lang)
        snprintf(problem, sizeof problem, "no language '%s'",
                 l->settings.lang);
    else
        snprintf(problem, sizeof problem,
                 "%s: the suffix tells no language; use --lang=NAME", l->file);
    return usage(problem);
}

static bool open_engine(launch *l)
{
    esp_options options = esp_options_from(&l->settings);
    char error[256];

    l->engine = esp_engine_new(&options, error, sizeof error);
    if (!l->engine)
        fprintf(stderr, "espalier: %s\n", error);
    return l->engine != NULL;
}

/* Without a compiler the program still runs. */
static void attach_compiler(launch *l)
{
#if ESP_JIT
    esp_text error = { 0 };

    if (!esp_jit_attach(l->engine, &l->settings, &error))
        fprintf(stderr, "espalier: interpreting only: %s\n",
                text_get(&error));
    text_free(&error);
#else
    (void)l;
#endif
}

static bool open_context(launch *l)
{
    char error[256];

    l->context = esp_context_new(l->engine, error, sizeof error);
    if (!l->context) {
        fprintf(stderr, "espalier: %s\n", error);
        return false;
    }
    esp_context_set_shower(l->context, l->language->show);
    if (!l->language->open(l->context)) {
        fputs("espalier: out of memory\n", stderr);
        return false;
    }
    if (l->settings.sl_test_builtins && !strcmp(l->language->name, "sl"))
        sl_add_test_builtins(l->context);
    return true;
}

/* ---- after the program ------------------------------------------------- */

static void print_compiler_stats(launch *l, bool json)
{
#if ESP_JIT
    esp_text text = { 0 };

    esp_jit_stats(l->engine, json, &text);
    esp_write(l->engine, text_get(&text), text.n);
    text_free(&text);
#else
    static const char none[] =
        "\"tier1\": {\"compilations\": 0, \"ms\": 0, \"ast_nodes\": 0, "
        "\"visited\": 0, \"ir\": 0, \"bytes\": 0, \"steps\": {}}, "
        "\"tier2\": {\"compilations\": 0, \"ms\": 0, \"ast_nodes\": 0, "
        "\"visited\": 0, \"ir\": 0, \"bytes\": 0, \"steps\": {}}, \"osr\": 0, \"deopts\": 0, "
        "\"bailouts\": {}";

    if (json)
        esp_write(l->engine, none, sizeof none - 1);
#endif
}

static long peak_rss_kb(void)
{
    struct rusage r;

    return getrusage(RUSAGE_SELF, &r) == 0 ? r.ru_maxrss : 0;
}

static void print_stats(launch *l)
{
    bool json = l->settings.stats == OPT_stats_json;
    esp_heap_stats heap;

    if (l->settings.stats == OPT_stats_off)
        return;
    esp_heap_stats_get(l->context, &heap);
    if (json)
        esp_printf(l->engine, "{");
    print_compiler_stats(l, json);
    if (json) {
        esp_printf(l->engine, ", ");
        esp_stats_print_json(l->engine);
        esp_printf(l->engine,
                   ", \"gc\": {\"collections\": %llu, \"ms\": %.3f, "
                   "\"bytes\": %llu}, \"peak_rss_kb\": %ld}\n",
                   (unsigned long long)heap.collections, heap.ms,
                   (unsigned long long)heap.allocated, peak_rss_kb());
    } else {
        esp_stats_print(l->engine);
        esp_printf(l->engine, "%12llu  collections\n"
                              "%12.3f  milliseconds in them\n"
                              "%12llu  bytes allocated\n"
                              "%12ld  kilobytes of memory at most\n",
                   (unsigned long long)heap.collections, heap.ms,
                   (unsigned long long)heap.allocated, peak_rss_kb());
    }
}

/* ---- the program ------------------------------------------------------- */

static void run_program(launch *l)
{
    char error[512];
    esp_source *source;

    if (l->command) {
        l->code = l->language->command(l->context, l->argc, l->argv);
        print_stats(l);
        return;
    }
    source = esp_source_read(l->context, l->file, error, sizeof error);
    if (!source) {
        fprintf(stderr, "espalier: %s\n", error);
        l->code = EXIT_USAGE;
        return;
    }
    l->code = l->language->run(l->context, source, l->argc, l->argv);
    print_stats(l);
}

static void run_engine(launch *l)
{
    if (!open_engine(l)) {
        l->code = EXIT_LIMIT;
        return;
    }
    attach_compiler(l);
    if (open_context(l))
        run_program(l);
    else
        l->code = EXIT_LIMIT;
    if (l->context) {
        l->language->close(l->context);
        esp_context_free(l->context);
    }
    esp_engine_free(l->engine);
}

static void *run_thread(void *l)
{
    run_engine(l);
    return NULL;
}

/* The main thread has the stack that the host gave it.  Who asks for more gets
 * a thread. */
static void run(launch *l)
{
    enum { SPARE = 1 << 20 };
    struct rlimit has;
    pthread_attr_t attributes;
    pthread_t thread;

    if (getrlimit(RLIMIT_STACK, &has) != 0 || has.rlim_cur == RLIM_INFINITY ||
        l->settings.max_stack + SPARE <= has.rlim_cur) {
        run_engine(l);
        return;
    }
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, l->settings.max_stack + SPARE);
    if (pthread_create(&thread, &attributes, run_thread, l) == 0)
        pthread_join(thread, NULL);
    else
        run_engine(l);
    pthread_attr_destroy(&attributes);
}

/* --lang=lua -e 'print(1)': runs the language's own command, if it has one,
 * and true. */
static bool starts_command(launch *l, int argc, char **argv)
{
    if (!l->settings.lang || (argc && (argv[0][0] != '-' || !argv[0][1])))
        return false;
    l->file = "";
    l->language = find_language(l);
    if (!l->language || !l->language->command)
        return false;
    l->command = true;
    l->argc = argc;
    l->argv = argv;
    run(l);
    return true;
}

static int start(launch *l, int argc, char **argv)
{
    esp_text error = { 0 };
    int code, file = 0;

    if (esp_settings_read(&l->settings, getenv("ESP_OPTIONS"), &error))
        file = esp_settings_parse(&l->settings, argc, argv, &error);
    code = file ? 0 : usage(text_get(&error));
    text_free(&error);
    if (!file)
        return code;
    if (l->settings.help)
        return print_help();
    if (l->settings.version)
        return print_version();
    if (l->settings.languages)
        return print_languages();
    if (starts_command(l, argc - file, argv + file))
        return l->code;
    if (file >= argc)
        return usage("no file to run");
    l->file = argv[file];
    l->argc = argc - file - 1;
    l->argv = argv + file + 1;
    l->language = find_language(l);
    if (!l->language)
        return unknown_language(l);
    if (l->settings.trace)      /* lines of both kinds stay in order */
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    run(l);
    return l->code;
}

int main(int argc, char **argv)
{
    launch l = { 0 };
    int code;

    esp_settings_init(&l.settings);
    code = start(&l, argc, argv);
    esp_settings_free(&l.settings);
    if (fflush(stdout) != 0 && code == 0) {
        perror("espalier: standard output");
        code = EXIT_OURS;
    }
    return code;
}
