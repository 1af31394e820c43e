/*
 * Do the tools know our code?  gdb and perf are run on this program, which
 * runs generated code when it has an argument.
 */
#include "backend/code.h"
#include "backend/gdb.h"
#include "backend/perf.h"
#include "backend/x64/encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

static unsigned failures;

static void expect(bool ok, const char *what, const char *output)
{
    if (ok)
        return;
    failures++;
    printf("%s\n%s\n", what, output);
}

/* ---- the code ---------------------------------------------------------- */

static void enter(esp_asm *a)
{
    x64_r(a, X64_push, 8, X64_RBP);
    x64_rr(a, X64_mov, 8, X64_RBP, X64_RSP);
}

/* Line 7 until `stop`, then line 9 until the end. */
static esp_code *make(esp_code_cache *c, const char *name, esp_asm *a,
                      esp_label stop)
{
    esp_code *code = code_new(c, name, 1);
    const char *error = asm_finish(a);

    if (!error)
        error = code_publish(c, code, a, 0);
    if (error) {
        printf("%s\n", error);
        exit(1);
    }
    code->file = "guest.sl";
    code->nlines = 2;
    code->lines = ARENA_ARRAY(&code->arena, code_line, 2);
    code->lines[0] = (code_line){ 0, 7 };
    code->lines[1] = (code_line){ asm_offset(a, stop), 9 };
    return code;
}

static esp_code *make_trap(esp_code_cache *c, esp_arena *arena)
{
    esp_asm a;
    esp_label stop;

    asm_init(&a, arena, &x64_asm_target);
    enter(&a);
    x64_nop(&a, 20);
    stop = asm_here(&a);
    x64_0(&a, X64_ud2, 8);
    return make(c, "guest_inner", &a, stop);
}

static esp_code *make_caller(esp_code_cache *c, esp_arena *arena,
                             const void *callee)
{
    esp_asm a;
    esp_label stop;

    asm_init(&a, arena, &x64_asm_target);
    enter(&a);
    x64_call_to(&a, callee, X64_RAX);
    stop = asm_here(&a);
    x64_0(&a, X64_leave, 8);
    x64_ret(&a);
    return make(c, "guest_outer", &a, stop);
}

/* Counts down from its argument. */
static esp_code *make_loop(esp_code_cache *c, esp_arena *arena)
{
    esp_asm a;
    esp_label loop;

    asm_init(&a, arena, &x64_asm_target);
    enter(&a);
    loop = asm_here(&a);
    x64_r(&a, X64_dec, 8, X64_RDI);
    x64_jcc(&a, X64_NE, loop);
    x64_0(&a, X64_leave, 8);
    x64_ret(&a);
    return make(c, "guest loop", &a, loop);
}

static void run(esp_code *code, long n)
{
    void (*f)(long) = (void (*)(long))(uintptr_t)code->entry;

    f(n);
}

static void crash(esp_code_cache *c, esp_arena *arena)
{
    esp_code *trap = make_trap(c, arena);
    esp_code *outer = make_caller(c, arena, trap->entry);
    esp_code *gone = make_loop(c, arena);

    gdb_add(gone, &x64_asm_target);
    gdb_add(trap, &x64_asm_target);
    gdb_add(outer, &x64_asm_target);
    gdb_remove(gone);
    run(outer, 0);
}

static int loop(esp_code_cache *c, esp_arena *arena)
{
    esp_code *code = make_loop(c, arena);
    esp_text error = { 0 };
    esp_perf *p = perf_open(PERF_MAP | PERF_DUMP, &x64_asm_target, &error);

    if (!p) {
        printf("%s\n", text_get(&error));
        return 1;
    }
    perf_add(p, code);
    perf_close(p);
    run(code, 400 * 1000 * 1000);
    printf("/tmp/perf-%d.map\n", (int)getpid());
    return 0;
}

static int child(const char *what)
{
    const char *error;
    esp_code_cache *c = code_cache_new(0, &error);
    esp_arena arena;
    int status;

    arena_init(&arena);
    if (!c) {
        printf("%s\n", error);
        return 1;
    }
    if (!strcmp(what, "crash"))
        crash(c, &arena);
    status = loop(c, &arena);
    code_cache_free(c);
    arena_free(&arena);
    return status;
}

/* ---- the files themselves ----------------------------------------------- */

static size_t read_file(const char *path, char *to, size_t size)
{
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(to, 1, size, f) : 0;

    if (f)
        fclose(f);
    return n;
}

static void test_map(void)
{
    static const uint8_t bytes[4];
    esp_code code = { .start = bytes, .size = sizeof bytes, .name = "a\nb c" };
    char path[64], line[256] = "", expected[256];
    esp_text error = { 0 };
    esp_perf *p = perf_open(PERF_MAP, &x64_asm_target, &error);

    expect(p, "perf_open", text_get(&error));
    if (!p)
        return;
    perf_add(p, &code);
    perf_close(p);
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    read_file(path, line, sizeof line - 1);
    unlink(path);
    snprintf(expected, sizeof expected, "%lx 4 a b c\n",
             (unsigned long)(uintptr_t)bytes);
    expect(!strcmp(line, expected), "a line of the map", line);
}

static void test_no_folder(void)
{
    esp_text error = { 0 };

    setenv("JITDUMPDIR", "/nowhere", 1);
    expect(!perf_open(PERF_DUMP, &x64_asm_target, &error), "no folder", "");
    expect(strstr(text_get(&error), "cannot tell perf of our code: /nowhere/"),
           "a message", text_get(&error));
    text_free(&error);
}

/* ---- the tools --------------------------------------------------------- */

static bool have(const char *command)
{
    char test[256];

    snprintf(test, sizeof test, "command -v %s >/dev/null 2>&1", command);
    return system(test) == 0;
}

static esp_text output_of(const char *command)
{
    esp_text t = { 0 };
    FILE *f = popen(command, "r");
    char line[1024];

    while (f && fgets(line, sizeof line, f))
        text_add(&t, line, strlen(line));
    if (f)
        pclose(f);
    return t;
}

static void test_gdb(const char *self)
{
    char command[1024];
    esp_text out;

    snprintf(command, sizeof command,
             "gdb -nx -batch -ex 'set startup-with-shell off' -ex run -ex bt "
             "--args %s crash 2>&1", self);
    out = output_of(command);
    if (!strstr(text_get(&out), "SIGILL")) {
        printf("gdb cannot run programs here\n");
    } else {
        const char *inner = strstr(text_get(&out), "#0 ");
        expect(inner && strstr(inner, "guest_inner () at guest.sl:9"),
               "the innermost frame", text_get(&out));
        expect(inner && strstr(inner, "guest_outer () at guest.sl:7"),
               "the frame that called it", text_get(&out));
        expect(inner && strstr(inner, " main ("), "the C frames behind them",
               text_get(&out));
    }
    text_free(&out);
}

static void test_perf(const char *self, const char *folder)
{
    char command[2048];
    esp_text out;

    snprintf(command, sizeof command,
             "cd %s && JITDUMPDIR=%s perf --buildid-dir . record -k mono "
             "-e cpu-clock -o p.data %s loop >map 2>/dev/null "
             "&& perf report -i p.data --stdio 2>/dev/null; "
             "rm -f $(grep ^/ map)",
             folder, folder, self);
    out = output_of(command);
    if (!out.n) {
        printf("perf cannot record here\n");
        text_free(&out);
        return;
    }
    expect(strstr(text_get(&out), "guest loop"), "by the map", text_get(&out));
    text_free(&out);
    /* the map is gone now, the dump has to do */
    snprintf(command, sizeof command,
             "cd %s && perf --buildid-dir . inject --jit -i p.data -o j.data "
             "2>&1 "
             "&& perf report -i j.data --stdio 2>&1", folder);
    out = output_of(command);
    expect(strstr(text_get(&out), "guest loop")
           && strstr(text_get(&out), "jitted-"), "by the dump",
           text_get(&out));
    text_free(&out);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/esp-tools-XXXXXX", self[512], command[128];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (argc > 1)
        return child(argv[1]);
    if (n < 0 || !mkdtemp(folder))
        return 1;
    self[n] = 0;
    test_map();
    test_no_folder();
    if (have("gdb"))
        test_gdb(self);
    if (have("perf"))
        test_perf(self, folder);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command))
        failures++;
    return failures != 0;
}

#else

int main(void)
{
    return 77;
}

#endif
