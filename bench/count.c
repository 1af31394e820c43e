/*
 * A plugin for qemu-aarch64 that counts executed instructions.
 *
 * Blocks are counted as qemu translates them; at the end the counts go to the
 * single instructions.  Prints how many were executed in all, then those that
 * were executed at least a sixteenth as often as the most frequent one, which
 * are the innermost loops: how many of these were executed, and, with
 * `list=on`, each of them with its count, in order of addresses.
 *
 * Debian's qemu-user comes without the header of this interface, so the part
 * that is used is declared here.  It is version 1 of it, which later versions
 * of qemu take as well up to 9.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void on_translate(plugin_id id, struct qemu_plugin_tb *tb);
typedef void on_exit_(plugin_id id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, on_translate *f);
void qemu_plugin_register_atexit_cb(plugin_id id, on_exit_ *f, void *data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
                                              int op, void *to, uint64_t by);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t k);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *insn);

enum { ADD_U64 = 0, HOT = 16 };

/* A translated block, or later one instruction. */
typedef struct block {
    struct block *next;
    uint64_t count;
    size_t n;
    struct insn { uint64_t at; char *text; uint64_t count; } insn[];
} block;

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;
static block *blocks;
static bool list;
static FILE *out;

/* qemu holds a lock while it translates. */
static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t n = qemu_plugin_tb_n_insns(tb);
    block *b = calloc(1, sizeof *b + n * sizeof *b->insn);

    (void)id;
    if (!b)
        return;
    b->n = n;
    for (size_t k = 0; k < n; k++) {
        struct qemu_plugin_insn *i = qemu_plugin_tb_get_insn(tb, k);

        b->insn[k].at = qemu_plugin_insn_vaddr(i);
        b->insn[k].text = list ? qemu_plugin_insn_disas(i) : NULL;
    }
    b->next = blocks;
    blocks = b;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &b->count, 1);
}

static int by_address(const void *x, const void *y)
{
    const struct insn *a = x, *b = y;

    return (a->at > b->at) - (a->at < b->at);
}

/* All instructions, each once, in order of addresses. */
static struct insn *collect(size_t *count)
{
    size_t n = 0, m = 0;
    struct insn *all;

    for (block *b = blocks; b; b = b->next)
        n += b->n;
    all = calloc(n + 1, sizeof *all);
    n = 0;
    for (block *b = blocks; all && b; b = b->next)
        for (size_t k = 0; k < b->n; k++) {
            all[n] = b->insn[k];
            all[n++].count = b->count;
        }
    *count = 0;
    if (n == 0)
        return all;
    qsort(all, n, sizeof *all, by_address);
    for (size_t k = 1; k < n; k++)
        if (all[k].at == all[m].at)
            all[m].count += all[k].count;
        else
            all[++m] = all[k];
    *count = m + 1;
    return all;
}

static void finish(plugin_id id, void *data)
{
    size_t n;
    struct insn *all = collect(&n);
    uint64_t sum = 0, most = 0, hot = 0;

    (void)id;
    (void)data;
    for (size_t k = 0; k < n; k++) {
        sum += all[k].count;
        most = all[k].count > most ? all[k].count : most;
    }
    for (size_t k = 0; k < n; k++)
        if (all[k].count >= most / HOT)
            hot += all[k].count;
    fprintf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", sum, hot, most);
    for (size_t k = 0; list && k < n; k++) {
        if (all[k].count < most / HOT)
            continue;
        if (k > 0 && all[k].at != all[k - 1].at + 4)
            fprintf(out, "\n");
        fprintf(out, "%12" PRIu64 "  %8" PRIx64 "  %s\n", all[k].count,
                all[k].at, all[k].text ? all[k].text : "?");
    }
    fclose(out);
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc,
                               char **argv)
{
    const char *name = NULL;

    (void)info;
    for (int k = 0; k < argc; k++)
        if (strncmp(argv[k], "out=", 4) == 0)
            name = argv[k] + 4;
        else if (strcmp(argv[k], "list=on") == 0)
            list = true;
    out = name ? fopen(name, "w") : stderr;
    if (!out)
        return -1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
