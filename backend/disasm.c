/*
 * Disassembly of published code, by capstone.
 *
 * Runs in the thread that compiles, with a handle of its own: capstone keeps
 * nothing beside its handles.
 *
 * The library is loaded when something is to be disassembled.  Linked to it,
 * each process would pay for its tables when it starts: 3.7 MB of memory, of
 * 8 MB for a guest program of a line, and a fifth of the time.
 */
#include "backend/disasm.h"

#include "config.h"

#ifdef HAVE_CAPSTONE

#include "pe/graph/state.h"

#include <capstone/capstone.h>
#include <dlfcn.h>
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 16 };             /* bytes; no instruction has more */

/* The library's file has the version of its interface in its name. */
#define NAME_OF(major)  "libcapstone.so." #major
#define NAME(major)     NAME_OF(major)

#define FUNCTIONS(F) \
    F(cs_open) F(cs_option) F(cs_malloc) F(cs_disasm_iter) F(cs_free) \
    F(cs_close)

typedef struct capstone {
    void *library;
#define F(name) CC_TYPEOF(name) *name;
    FUNCTIONS(F)
#undef F
} capstone;

typedef struct printer {
    const esp_code *code;
    capstone c;
    csh handle;
    cs_insn *ins;
    uint32_t call, exit;        /* the next ones; both are sorted by pc */
    esp_text *out;
} printer;

/* To be closed, too, if functions are missing.  It stays in memory even so: a
 * collection in another thread looks through the data of all libraries, and
 * this one must not go away under it. */
static bool load(capstone *c)
{
    void *at;

    c->library = dlopen(NAME(CS_API_MAJOR),
                        RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!c->library)
        return false;
#define F(name)                             \
    if (!(at = dlsym(c->library, #name)))   \
        return false;                       \
    memcpy(&c->name, &at, sizeof at);
    FUNCTIONS(F)
#undef F
    return true;
}

static void print_marks(printer *p, uint32_t pc)
{
    const esp_code *code = p->code;

    if (code->start + pc == code->entry)
        text_printf(p->out, "entry:\n");
    for (; p->call < code->ncalls && code->calls[p->call].pc == pc; p->call++)
        text_printf(p->out, "call %u returns, state %u:\n", p->call,
                    code->calls[p->call].state);
    for (; p->exit < code->nexits && code->exits[p->exit].pc == pc; p->exit++)
        text_printf(p->out, "exit %u, %s, state %u:\n", p->exit,
                    reason_name(code->exits[p->exit].reason),
                    code->exits[p->exit].state);
}

/* A line, but for what the bytes say. */
static void print_bytes(const printer *p, const uint8_t *at, uint32_t n)
{
    char hex[2 * LINE + 1];

    for (uint32_t k = 0; k < n; k++)
        snprintf(&hex[2 * k], 3, "%02x", at[k]);
    text_printf(p->out, "    %" PRIxPTR "  %-20s", (uintptr_t)at, hex);
}

static void print_code(printer *p)
{
    const uint8_t *at = p->code->start, *was = at;
    size_t left = p->code->code_size;
    uint64_t address = (uintptr_t)at;
    const cs_insn *i = p->ins;

    print_marks(p, 0);
    while (p->c.cs_disasm_iter(p->handle, &at, &left, &address, p->ins)) {
        print_bytes(p, was, i->size);
        text_printf(p->out, "  %s%s%s\n", i->mnemonic, *i->op_str ? " " : "",
                    i->op_str);
        print_marks(p, (uint32_t)(at - p->code->start));
        was = at;
    }
}

/* The first line has what fills up the code. */
static void print_constants(const printer *p)
{
    const esp_code *code = p->code;
    uint32_t at = code->code_size;

    if (at < code->size)
        text_printf(p->out, "constants:\n");
    while (at < code->size) {
        uint32_t left = code->size - at, n = LINE - at % LINE;

        n = n < left ? n : left;
        print_bytes(p, code->start + at, n);
        text_char(p->out, '\n');
        at += n;
    }
}

static void print_all(printer *p, bool x64)
{
    const capstone *c = &p->c;

    if (c->cs_open(x64 ? CS_ARCH_X86 : CS_ARCH_ARM64,
                   x64 ? CS_MODE_64 : CS_MODE_LITTLE_ENDIAN, &p->handle)) {
        text_printf(p->out, "; capstone does not know this machine\n");
        return;
    }
    /* What it does not know becomes a line of bytes, and it goes on. */
    c->cs_option(p->handle, CS_OPT_SKIPDATA, CS_OPT_ON);
    p->ins = c->cs_malloc(p->handle);
    if (p->ins) {
        print_code(p);
        c->cs_free(p->ins, 1);
    }
    c->cs_close(&p->handle);
    print_constants(p);
}

void disasm_print(const esp_code *code, const asm_target *target,
                  esp_text *out)
{
    printer p = { .code = code, .out = out };

    if (load(&p.c))
        print_all(&p, target->elf_machine == EM_X86_64);
    else
        text_printf(out, "; %u bytes; no disassembly, %s is not here\n",
                    code->size, NAME(CS_API_MAJOR));
    if (p.c.library)
        dlclose(p.c.library);
}

#else

void disasm_print(const esp_code *code, const asm_target *target,
                  esp_text *out)
{
    (void)target;
    text_printf(out, "; %u bytes; no disassembly, this is built without "
                "capstone\n", code->size);
}

#endif
