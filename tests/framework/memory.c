/*
 * The heap, interned text, sources, engines.
 */
#include "tests/framework/mini.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#define NOINLINE __attribute__((noinline))

/* ---- heap -------------------------------------------------------------- */

/* Old pointers on the C stack would keep garbage alive: what makes garbage has
 * a C frame of its own, which this overwrites. */
static NOINLINE void clean_stack(void)
{
    volatile char room[256 << 10];

    for (size_t i = 0; i < sizeof room; i++)
        room[i] = 0;
}

struct pair { void *a, *b; };
static const esp_heap_type pair_type = { "pair", sizeof(struct pair), false };
static const esp_heap_type large_type = { "large", 1000, false };
static const esp_heap_type flat_type = { "flat", 48, true };

static bool is_zero(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((const char *)p)[i])
            return false;
    return true;
}

static NOINLINE void objects(void)
{
    esp_context *c = mini_start(NULL);
    struct pair *list = NULL;
    esp_heap_stats stats;
    bool zero = true;
    uint32_t n = 0;

    for (int i = 0; i < 20000; i++) {
        struct pair *p = esp_new(c, &pair_type);
        char *l = esp_new(c, &large_type), *f = esp_new(c, &flat_type);

        zero = zero && is_zero(p, sizeof *p) && is_zero(l, 1000) &&
               is_zero(f, 48);
        memset(l, 1, 1000);
        memset(f, 1, 48);
        p->a = list;
        p->b = l;
        list = p;
    }
    CHECK(zero);
    for (; list; list = list->a, n++)
        zero = zero && ((char *)list->b)[999] == 1;
    CHECK(zero && n == 20000);
    esp_heap_stats_get(c, &stats);
    CHECK(stats.allocated >= 20000 * 1048 && stats.in_use > 0);
    CHECK(is_zero(esp_alloc(c, 5000), 5000));
    CHECK(esp_alloc_flat(c, 100) != NULL);
    CHECK(esp_alloc(c, SIZE_MAX / 4) == NULL);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_HEAP);
    mini_close(c);
}

/* Objects that only guest frames know. */
static void frames_are_roots(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c,
        "(def make (n) (set o (new)) (put o next null) (put o n n) o)"
        "(def chain (n) (set top null) (while (< 0 n)"
        "    (set o (make n)) (put o next top) (set top o)"
        "    (set n (- n 1))) top)"
        "(def sum (o) (set s 0) (while (if (== o null) false true)"
        "    (set s (+ s (get o n))) (set o (get o next))) s)"
        "(def deep (n o) (if (== n 0) (do (native collect) (chain 1000)"
        "    (native collect) 0) (+ (sum o) (deep (- n 1) (chain n)))))"
        "(def go (n) (deep n (chain 1)))");
    /* chain(1) + ... + chain(100), without the last: n(n+1)/2 each */
    CHECK_INT(mini_run1(c, "go", 100), 1 + 171700 - 1);
    mini_close(c);
}

static esp_value native_collect(esp_context *context, uint32_t argc,
                                const esp_value *args)
{
    (void)argc, (void)args;
    esp_collect(context);
    return mini_null();
}

static void stress(void)
{
    esp_options options = { .collect = true };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def f (n) (set o (new)) (while (< 0 n)"
                  "    (set p (new)) (put p a n) (put p b o) (put p c n)"
                  "    (put p d n) (put p e n) (put p f n) (set o p)"
                  "    (set n (- n 1))) (get (get o b) f))");
    CHECK_INT(mini_run1(c, "f", 200), 2);
    mini_close(c);
}

static NOINLINE void limit(void)
{
    esp_options options = { .max_heap = 4 << 20 };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def all (n) (set o null) (while true"
                  "    (set p (new)) (put p a o) (set o p)))"
                  "(def saved () (try (all 1) 5))");
    CHECK(mini_run1(c, "all", 0).tag == ESP_THROW);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_HEAP);
    CHECK(esp_thrown_error(c)->exit_code == 3);
    CHECK(!strcmp(mini_message(c), "out of memory"));
    CHECK_INT(mini_run(c, "saved", 0, NULL), 5);
    CHECK(esp_alloc(c, 5 << 20) == NULL);
    CHECK(esp_thrown_error(c)->kind == ESP_ERROR_HEAP);
    mini_close(c);

    options.max_heap = 64 << 20;
    c = mini_start(&options);
    CHECK(esp_alloc(c, 1 << 20) != NULL);
    esp_heap_add_external(c, 128 << 20);
    CHECK(c->poll & ESP_POLL_HEAP);
    esp_heap_add_external(c, -(128 << 20));
    mini_close(c);
}

/* Under libgc garbage does not count. */
static void garbage(void)
{
    esp_options options = { .max_heap = 16 << 20 };
    esp_context *c = mini_start(&options);
    esp_heap_stats stats;

    clean_stack();
    esp_collect(c);
    esp_heap_stats_get(c, &stats);
    if (stats.collections) {
        mini_define(c, "(def f (n) (while (< 0 n) (set o (new)) (put o a n)"
                      "    (set n (- n 1))) 3)");
        CHECK_INT(mini_run1(c, "f", 1000000), 3);
        esp_heap_stats_get(c, &stats);
        CHECK(stats.allocated > 64 << 20);
        CHECK(stats.in_use < 16 << 20);
    }
    mini_close(c);
}

static void finalized(void *object, void *arg)
{
    ((struct pair *)object)->b = NULL;
    ++*(uint32_t *)arg;
}

static void *make_garbage(void *context)
{
    struct pair *p = esp_new(context, &pair_type);

    esp_context_attach(context);
    p->a = p;
    return NULL;
}

static NOINLINE void many_finalizers(esp_context *c, uint32_t *count)
{
    for (int i = 0; i < 100; i++)
        esp_finalizer(c, esp_new(c, &pair_type), finalized, count);
}

static void finalizers(void)
{
    esp_context *c = mini_start(NULL);
    uint32_t count = 0;
    esp_heap_stats stats;

    many_finalizers(c, &count);
    mini_define(c, "(def f (n) (while (< 0 n) (new) (set n (- n 1))) 3)");
    for (int i = 0; i < 5; i++) {
        esp_collect(c);
        CHECK_INT(mini_run1(c, "f", 1000), 3);
    }
    esp_heap_stats_get(c, &stats);
    CHECK(stats.collections ? count > 90 : count == 0);
    mini_close(c);
    CHECK(count == 100);
}

/* ---- text -------------------------------------------------------------- */

static void symbols(void)
{
    esp_context *c = mini_start(NULL);
    static esp_symbol *s[5000];
    char text[32];
    bool ok = true;

    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "symbol %d", i);
        s[i] = esp_intern_string(c, text);
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "symbol %d", i);
        ok = ok && esp_intern_string(c, text) == s[i] &&
             !strcmp(s[i]->bytes, text) && s[i]->length == strlen(text) &&
             s[i]->hash == esp_hash_bytes(text, strlen(text));
    }
    CHECK(ok);
    CHECK(esp_intern(c, "a\0b", 3) != esp_intern(c, "a\0c", 3));
    CHECK(esp_intern(c, "a\0b", 3) == esp_intern(c, "a\0b", 3));
    CHECK(esp_intern(c, NULL, 0) == esp_intern_string(c, ""));
    mini_close(c);
}

static bool at(esp_source *s, uint32_t offset, uint32_t line, uint32_t column)
{
    esp_position p = esp_source_position(s, offset);

    return p.line == line && p.column == column;
}

static void sources(void)
{
    esp_context *c = mini_start(NULL);
    esp_source *s = esp_source_new(c, "x", "ab\n\ncd", 6);
    esp_section none = { 0 };
    uint32_t length;
    char error[200];

    CHECK(at(s, 0, 1, 1) && at(s, 1, 1, 2) && at(s, 2, 1, 3));
    CHECK(at(s, 3, 2, 1) && at(s, 4, 3, 1) && at(s, 6, 3, 3));
    CHECK(at(s, 1000, 3, 3));
    CHECK(!strncmp(esp_source_line(s, 3, &length), "cd", 2) && length == 2);
    CHECK(esp_source_line(s, 2, &length) && length == 0);
    CHECK(!strncmp(esp_source_line(s, 1, &length), "ab", 2) && length == 2);
    CHECK(!*esp_source_line(s, 4, &length) && length == 0);
    CHECK(!*esp_source_line(s, 0, &length) && length == 0);
    CHECK(esp_section_position(none).line == 0);

    s = esp_source_new(c, "empty", NULL, 0);
    CHECK(at(s, 0, 1, 1) && at(s, 5, 1, 1) && s->text[0] == 0);

    /* a, e acute (2 bytes), euro (3), a face (4, two units), b */
    s = esp_source_new(c, "u", "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" "b",
                       11);
    s->utf16 = true;
    CHECK(at(s, 0, 1, 1) && at(s, 1, 1, 2) && at(s, 3, 1, 3));
    CHECK(at(s, 6, 1, 4) && at(s, 10, 1, 6) && at(s, 11, 1, 7));

    CHECK(esp_source_read(c, "/does/not/exist", error, 200) == NULL);
    CHECK(!strcmp(error, "/does/not/exist: No such file or directory"));
    CHECK(esp_source_read(c, "/", error, 200) == NULL);
    CHECK(!strcmp(error, "/: Is a directory"));
    mini_close(c);
}

static void reads_files(void)
{
    esp_context *c = mini_start(NULL);
    char path[] = "/tmp/espalier-XXXXXX", error[200];
    int fd = mkstemp(path);
    esp_source *s;
    bool written = true;

    CHECK(fd >= 0);
    for (int i = 0; i < 10000; i++)
        written = written && write(fd, "line\n", 5) == 5;
    close(fd);
    CHECK(written);
    s = esp_source_read(c, path, error, sizeof error);
    CHECK(s && s->length == 50000 && !strcmp(s->name, path));
    CHECK(s && at(s, 49999, 10000, 5));
    unlink(path);
    mini_close(c);
}

/* ---- engines ----------------------------------------------------------- */

static void traces(void)
{
    esp_text text = { 0 };
    esp_options options = { .trace = ESP_TRACE_gc | ESP_TRACE_osr,
                            .write = mini_write, .write_arg = &text };
    esp_context *c = mini_start(&options);
    esp_heap_stats stats;
    double ms;
    int length = 0;

    esp_trace(c->engine, ESP_TRACE_compile, "not wanted");
    CHECK(text.n == 0);
    esp_trace(c->engine, ESP_TRACE_osr, "x %d", 5);
    CHECK(sscanf(text_get(&text), "[%lf ms] osr x 5%n", &ms, &length) == 1);
    CHECK(length && text_get(&text)[length] == '\n' && ms >= 0);
    CHECK(esp_tracing(c->engine, ESP_TRACE_gc));
    CHECK(!esp_tracing(c->engine, ESP_TRACE_rewrite));
    CHECK(esp_trace_kind("invalidate", 10) == ESP_TRACE_invalidate);
    CHECK(esp_trace_kind("compile,", 7) == ESP_TRACE_compile);
    CHECK(esp_trace_kind("compil", 6) == 0);

    text_free(&text);
    esp_collect(c);
    esp_new(c, &large_type);
    esp_heap_stats_get(c, &stats);
    CHECK(!stats.collections ==
          !strstr(text_get(&text), " gc         collection "));
    mini_close(c);
    text_free(&text);
}

static void statistics(void)
{
    esp_text text = { 0 };
    esp_options options = { .write = mini_write, .write_arg = &text };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def f () (+ 1 2))");
    mini_run(c, "f", 0, NULL);
    esp_stats_print_json(c->engine);
    CHECK(strstr(text_get(&text), "\"targets\": 1, \"nodes\": 3, "
                                  "\"activations\": 1, "));
    text_free(&text);
    esp_stats_print(c->engine);
    CHECK(strstr(text_get(&text), "           3  nodes made\n"));
    mini_close(c);
    text_free(&text);
}

#if !defined(__SANITIZE_ADDRESS__)
/* tests/run says what runs the programs of another machine. */
static bool is_emulated(void)
{
    const char *by = getenv("exec");

    return by && strstr(by, "qemu");
}
#endif

static void many_contexts(void)
{
    char error[200];
    esp_engine *e = esp_engine_new(NULL, error, sizeof error);
    long before = 0, after = 0;

    for (int i = 0; i < 600; i++) {
        esp_context *c = mini_open(e);

        mini_define(c, "(def f (n) (set o (new)) (put o a n) (get o a))");
        CHECK_INT(mini_run1(c, "f", i), i);
        esp_context_free(c);
        if (i == 100 || i == 599) {
            FILE *f = fopen("/proc/self/statm", "r");

            if (f && fscanf(f, "%*d %ld", i == 100 ? &before : &after) != 1)
                before = after = 0;
            if (f)
                fclose(f);
        }
    }
    /* In pages; some noise is allowed, but an emulator's own memory is not
     * what this is about. */
#if !defined(__SANITIZE_ADDRESS__)
    CHECK(after - before < 600 || is_emulated());
#endif
    esp_engine_free(e);
}

int main(void)
{
    static const mini_native_row natives[] = {
        { "collect", native_collect }, { NULL, NULL }
    };
    pthread_t thread;
    esp_context *c;

    mini_set_natives(natives);
    objects();
    frames_are_roots();
    stress();
    limit();
    garbage();
    finalizers();
    symbols();
    sources();
    reads_files();
    traces();
    statistics();
    many_contexts();

    /* A context that another thread goes on with. */
    c = mini_start(NULL);
    CHECK(!pthread_create(&thread, NULL, make_garbage, c));
    pthread_join(thread, NULL);
    esp_context_attach(c);
    esp_collect(c);
    mini_close(c);
    return mini_finish();
}
