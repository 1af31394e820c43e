/*
 * perf's map and dump.
 *
 * Each unit is one write to a file opened for appending, so that threads, and
 * engines that share the process and thus the map, do not mix their lines.
 * A child after fork has another number, hence other files: it leaves ours
 * alone and is silent.
 */
#include "backend/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct esp_perf {
    int map, dump;              /* file descriptors; -1: none */
    pid_t pid;
    void *marker;               /* see mark_dump */
    size_t page;
    _Atomic uint64_t index;     /* of units in the dump */
    _Atomic bool broken;
};

/* ---- the dump's records ------------------------------------------------ */

/* jitdump-specification.txt in the sources of perf */
enum { DUMP_MAGIC = 0x4a695444, DUMP_VERSION = 1, RECORD_LOAD = 0,
       RECORD_LINES = 2 };

struct dump_header {
    uint32_t magic, version, size, machine, pad, pid;
    uint64_t time, flags;
};

struct record_header {
    uint32_t id, size;
    uint64_t time;
};

struct load_record {
    struct record_header head;
    uint32_t pid, tid;
    uint64_t vma, address, size, index;
    /* the name, ended by a zero byte, and the code */
};

struct lines_record {
    struct record_header head;
    uint64_t address, n;
    /* n times a line_entry and the file name, ended by a zero byte */
};

struct line_entry {
    uint64_t address;
    uint32_t line, discriminator;
};

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void add_lines(esp_text *t, const esp_code *code)
{
    size_t name = strlen(code->file) + 1;
    struct lines_record r = {
        { RECORD_LINES, 0, now() }, (uintptr_t)code->start, code->nlines,
    };

    r.head.size = (uint32_t)(sizeof r + code->nlines
                             * (sizeof(struct line_entry) + name));
    text_add(t, (const char *)&r, sizeof r);
    for (uint32_t i = 0; i < code->nlines; i++) {
        struct line_entry e = {
            (uintptr_t)code->start + code->lines[i].pc, code->lines[i].line, 0,
        };
        text_add(t, (const char *)&e, sizeof e);
        text_add(t, code->file, name);
    }
}

static void add_load(esp_text *t, esp_perf *p, const esp_code *code)
{
    size_t name = strlen(code->name) + 1;
    uint64_t address = (uintptr_t)code->start;
    struct load_record r = {
        { RECORD_LOAD, (uint32_t)(sizeof r + name + code->size), now() },
        (uint32_t)p->pid, (uint32_t)syscall(SYS_gettid), address, address,
        code->size, atomic_fetch_add(&p->index, 1),
    };

    text_add(t, (const char *)&r, sizeof r);
    text_add(t, code->name, name);
    text_add(t, (const char *)code->start, code->size);
}

/* ---- files ------------------------------------------------------------- */

/* After a write that failed half-way, on a full disk, the file makes no sense
 * any more. */
static void write_all(esp_perf *p, int fd, const esp_text *t)
{
    if (write(fd, text_get(t), t->n) != (ssize_t)t->n)
        p->broken = true;
}

static int open_file(const char *path, int flags)
{
    return open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
}

static bool open_map(esp_perf *p, char *path, size_t size)
{
    snprintf(path, size, "/tmp/perf-%d.map", (int)p->pid);
    p->map = open_file(path, O_WRONLY | O_APPEND);
    return p->map >= 0;
}

/* perf record learns of the dump from an executable mapping of it. */
static bool mark_dump(esp_perf *p)
{
    p->page = (size_t)sysconf(_SC_PAGESIZE);
    p->marker = mmap(NULL, p->page, PROT_READ | PROT_EXEC, MAP_PRIVATE,
                     p->dump, 0);
    return p->marker != MAP_FAILED;
}

static bool open_dump(esp_perf *p, const asm_target *target, char *path,
                      size_t size)
{
    const char *folder = getenv("JITDUMPDIR");
    struct dump_header h = {
        DUMP_MAGIC, DUMP_VERSION, sizeof h, target->elf_machine, 0,
        (uint32_t)p->pid, now(), 0,
    };

    snprintf(path, size, "%s/jit-%d.dump", folder ? folder : ".", (int)p->pid);
    p->dump = open_file(path, O_RDWR | O_TRUNC | O_APPEND);
    return p->dump >= 0
        && write(p->dump, &h, sizeof h) == (ssize_t)sizeof h
        && mark_dump(p);
}

esp_perf *perf_open(int what, const asm_target *target, esp_text *error)
{
    esp_perf *p = calloc(1, sizeof *p);
    char path[256] = "memory for it";

    if (p) {
        *p = (esp_perf){ .map = -1, .dump = -1, .pid = getpid(),
                         .marker = MAP_FAILED };
        if ((!(what & PERF_MAP) || open_map(p, path, sizeof path))
            && (!(what & PERF_DUMP) || open_dump(p, target, path, sizeof path)))
            return p;
    }
    text_printf(error, "cannot tell perf of our code: %s: %s", path,
                strerror(errno));
    perf_close(p);
    return NULL;
}

void perf_close(esp_perf *p)
{
    if (!p)
        return;
    if (p->marker != MAP_FAILED)
        munmap(p->marker, p->page);
    if (p->map >= 0)
        close(p->map);
    if (p->dump >= 0)
        close(p->dump);
    free(p);
}

/* ---- units ------------------------------------------------------------- */

/* A line ends the entry, so a name must not have one. */
static void add_map_line(esp_text *t, const esp_code *code)
{
    text_printf(t, "%llx %x ", (unsigned long long)(uintptr_t)code->start,
                code->size);
    for (const char *s = code->name; *s; s++)
        text_char(t, (unsigned char)*s < ' ' ? ' ' : *s);
    text_char(t, '\n');
}

void perf_add(esp_perf *p, const esp_code *code)
{
    esp_text t = { 0 };

    if (getpid() != p->pid || p->broken)
        return;
    if (p->map >= 0) {
        add_map_line(&t, code);
        write_all(p, p->map, &t);
        t.n = 0;
    }
    if (p->dump >= 0) {
        if (code->file && code->nlines)
            add_lines(&t, code);
        add_load(&t, p, code);
        write_all(p, p->dump, &t);
    }
    text_free(&t);
}
