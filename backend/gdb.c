/*
 * ELF objects for gdb.
 *
 *     header | sections' bytes, one after another | section headers
 *
 * An object has one function symbol, one frame description, and, when guest
 * lines are known, the least DWARF that carries them: a compilation unit with
 * a file name and a line program.  The code itself is not in the object: its
 * section says where it is.
 *
 * All frames of ours look alike after the prologue (see code_frame), so the
 * frame description is a constant; within a prologue gdb may miss one frame.
 */
#include "backend/gdb.h"

#include "framework/base/cc.h"

#include <elf.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- what gdb looks for ------------------------------------------------ */

/* These names and layouts are gdb's. */
struct jit_code_entry {
    struct jit_code_entry *next_entry, *prev_entry;
    const char *symfile_addr;
    uint64_t symfile_size;
};

struct jit_descriptor {
    uint32_t version, action_flag;
    struct jit_code_entry *relevant_entry, *first_entry;
};

enum { JIT_NOACTION, JIT_REGISTER, JIT_UNREGISTER };

/* A process has one list, whatever the number of its engines. */
CC_USED struct jit_descriptor __jit_debug_descriptor = { .version = 1 };
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

/* gdb has a breakpoint here. */
CC_NOINLINE CC_USED void __jit_debug_register_code(void);
CC_NOINLINE CC_USED void __jit_debug_register_code(void)
{
    CC_KEEP_CALL();
}

struct gdb_object {
    struct jit_code_entry entry;        /* first: gdb sees this */
    uint8_t elf[];
};

/* ---- bytes ------------------------------------------------------------- */

struct out {
    uint8_t *at;
    size_t n;
};

static void put(struct out *o, const void *bytes, size_t n)
{
    memcpy(o->at + o->n, bytes, n);
    o->n += n;
}

static void put_u8(struct out *o, unsigned x)
{
    o->at[o->n++] = (uint8_t)x;
}

static void put_u16(struct out *o, uint16_t x) { put(o, &x, sizeof x); }
static void put_u32(struct out *o, uint32_t x) { put(o, &x, sizeof x); }
static void put_u64(struct out *o, uint64_t x) { put(o, &x, sizeof x); }

static void put_string(struct out *o, const char *s)
{
    put(o, s, strlen(s) + 1);
}

static void put_uleb(struct out *o, uint64_t x)
{
    for (; x > 127; x >>= 7)
        put_u8(o, (x & 127) | 128);
    put_u8(o, (unsigned)x);
}

static void put_sleb(struct out *o, int64_t x)
{
    for (; x < -64 || x > 63; x >>= 7)
        put_u8(o, (x & 127) | 128);
    put_u8(o, x & 127);
}

/* A 32-bit length of what follows it, filled in at the end. */
static size_t begin_length(struct out *o)
{
    put_u32(o, 0);
    return o->n;
}

static void end_length(struct out *o, size_t from)
{
    uint32_t n = (uint32_t)(o->n - from);

    memcpy(o->at + from - 4, &n, sizeof n);
}

/* ---- DWARF ------------------------------------------------------------- */

enum {
    DW_TAG_compile_unit = 0x11,
    DW_AT_name = 0x03, DW_AT_stmt_list = 0x10, DW_AT_low_pc = 0x11,
    DW_AT_high_pc = 0x12,
    DW_FORM_addr = 0x01, DW_FORM_data4 = 0x06, DW_FORM_string = 0x08,
    DW_LNS_copy = 1, DW_LNS_advance_pc = 2, DW_LNS_advance_line = 3,
    DW_LNE_end_sequence = 1, DW_LNE_set_address = 2,
    DW_CFA_nop = 0, DW_CFA_offset = 0x80, DW_CFA_def_cfa = 0x0c,
};

/* The caller's stack pointer is 16 above the frame pointer; the caller's frame
 * pointer and the return address are the two words below it. */
static void put_frame(struct out *o, const esp_code *code, const asm_target *t)
{
    size_t from = begin_length(o);

    put_u32(o, UINT32_MAX);             /* a common entry */
    put_u8(o, 1);                       /* version */
    put_string(o, "");
    put_uleb(o, 1);                     /* code, data alignment */
    put_sleb(o, -8);
    put_u8(o, t->dwarf_ra);
    put_u8(o, DW_CFA_def_cfa);
    put_uleb(o, t->dwarf_fp);
    put_uleb(o, 16);
    put_u8(o, DW_CFA_offset | t->dwarf_fp);
    put_uleb(o, 2);
    put_u8(o, DW_CFA_offset | t->dwarf_ra);
    put_uleb(o, 1);
    while ((o->n - from + 4) % 8)
        put_u8(o, DW_CFA_nop);
    end_length(o, from);
    from = begin_length(o);
    put_u32(o, 0);                      /* the common entry is there */
    put_u64(o, (uintptr_t)code->start);
    put_u64(o, code->size);
    end_length(o, from);
}

static void put_abbrev(struct out *o, const esp_code *code, const asm_target *t)
{
    static const uint8_t bytes[] = {
        1, DW_TAG_compile_unit, 0,
        DW_AT_name, DW_FORM_string, DW_AT_low_pc, DW_FORM_addr,
        DW_AT_high_pc, DW_FORM_addr, DW_AT_stmt_list, DW_FORM_data4,
        0, 0, 0,
    };

    (void)code;
    (void)t;
    put(o, bytes, sizeof bytes);
}

static void put_info(struct out *o, const esp_code *code, const asm_target *t)
{
    size_t from = begin_length(o);

    (void)t;
    put_u16(o, 2);                      /* version of DWARF */
    put_u32(o, 0);                      /* offset of the abbreviations */
    put_u8(o, 8);                       /* bytes of an address */
    put_uleb(o, 1);
    put_string(o, code->file);
    put_u64(o, (uintptr_t)code->start);
    put_u64(o, (uintptr_t)code->start + code->size);
    put_u32(o, 0);                      /* offset of the line program */
    end_length(o, from);
}

static void put_line_header(struct out *o, const esp_code *code)
{
    size_t from = begin_length(o);

    put_u8(o, 1);                       /* shortest instruction */
    put_u8(o, 1);                       /* lines start statements */
    put_u8(o, 0);                       /* special opcodes: unused */
    put_u8(o, 1);
    put_u8(o, DW_LNS_advance_line + 1); /* first special opcode */
    put(o, (const uint8_t[]){ 0, 1, 1 }, 3);    /* operands of those before */
    put_u8(o, 0);                       /* folders */
    put_string(o, code->file);
    put(o, (const uint8_t[]){ 0, 0, 0 }, 3);    /* folder, time, length */
    put_u8(o, 0);
    end_length(o, from);
}

static void put_lines(struct out *o, const esp_code *code, const asm_target *t)
{
    size_t from = begin_length(o);
    uint32_t pc = 0, line = 1;

    (void)t;
    put_u16(o, 2);
    put_line_header(o, code);
    put(o, (const uint8_t[]){ 0, 9, DW_LNE_set_address }, 3);
    put_u64(o, (uintptr_t)code->start);
    for (uint32_t i = 0; i < code->nlines; i++) {
        const code_line *l = &code->lines[i];
        put_u8(o, DW_LNS_advance_pc);
        put_uleb(o, l->pc - pc);
        put_u8(o, DW_LNS_advance_line);
        put_sleb(o, (int64_t)l->line - line);
        put_u8(o, DW_LNS_copy);
        pc = l->pc;
        line = l->line;
    }
    put_u8(o, DW_LNS_advance_pc);
    put_uleb(o, code->size - pc);
    put(o, (const uint8_t[]){ 0, 1, DW_LNE_end_sequence }, 3);
    end_length(o, from);
}

/* ---- ELF --------------------------------------------------------------- */

typedef void put_section(struct out *o, const esp_code *code,
                         const asm_target *t);

static void put_symbols(struct out *o, const esp_code *code,
                        const asm_target *t)
{
    Elf64_Sym symbols[2] = { { 0 }, {
        .st_name = 1, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
        .st_shndx = 1, .st_size = code->size,
    } };

    (void)t;
    put(o, symbols, sizeof symbols);
}

static void put_strings(struct out *o, const esp_code *code,
                        const asm_target *t)
{
    (void)t;
    put_string(o, "");
    put_string(o, code->name);
}

static put_section put_section_names;

/* What is from `.debug_abbrev` on needs guest lines. */
static const struct section {
    const char *name;
    uint32_t type;
    put_section *put;
} sections[] = {
    { "", SHT_NULL, NULL },
    { ".text", SHT_NOBITS, NULL },
    { ".shstrtab", SHT_STRTAB, put_section_names },
    { ".strtab", SHT_STRTAB, put_strings },
    { ".symtab", SHT_SYMTAB, put_symbols },
    { ".debug_frame", SHT_PROGBITS, put_frame },
    { ".debug_abbrev", SHT_PROGBITS, put_abbrev },
    { ".debug_info", SHT_PROGBITS, put_info },
    { ".debug_line", SHT_PROGBITS, put_lines },
};
enum { TEXT = 1, NAMES = 2, STRINGS = 3, SYMBOLS = 4, WITHOUT_LINES = 6,
       WITH_LINES = sizeof sections / sizeof *sections };

static void put_section_names(struct out *o, const esp_code *code,
                              const asm_target *t)
{
    (void)code;
    (void)t;
    for (unsigned i = 0; i < WITH_LINES; i++)
        put_string(o, sections[i].name);
}

static uint32_t name_offset(unsigned section)
{
    uint32_t n = 0;

    for (unsigned i = 0; i < section; i++)
        n += (uint32_t)strlen(sections[i].name) + 1;
    return n;
}

static void put_bodies(struct out *o, const esp_code *code,
                       const asm_target *t, unsigned n, Elf64_Shdr *headers)
{
    for (unsigned i = 1; i < n; i++) {
        Elf64_Shdr *h = &headers[i];

        o->n = (o->n + 7) & ~(size_t)7;
        h->sh_name = name_offset(i);
        h->sh_type = sections[i].type;
        h->sh_offset = o->n;
        h->sh_addralign = 8;
        if (sections[i].put)
            sections[i].put(o, code, t);
        h->sh_size = o->n - h->sh_offset;
    }
    headers[TEXT].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
    headers[TEXT].sh_addr = (uintptr_t)code->start;
    headers[TEXT].sh_size = code->size;
    headers[SYMBOLS].sh_link = STRINGS;
    headers[SYMBOLS].sh_info = 1;
    headers[SYMBOLS].sh_entsize = sizeof(Elf64_Sym);
}

static size_t put_elf(uint8_t *at, const esp_code *code, const asm_target *t,
                      unsigned n)
{
    struct out o = { at, sizeof(Elf64_Ehdr) };
    Elf64_Shdr headers[WITH_LINES] = { 0 };
    Elf64_Ehdr h = {
        .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                     ELFDATA2LSB, EV_CURRENT },
        .e_type = ET_REL, .e_machine = t->elf_machine, .e_version = EV_CURRENT,
        .e_ehsize = sizeof h, .e_shentsize = sizeof *headers,
        .e_shnum = (uint16_t)n, .e_shstrndx = NAMES,
    };

    put_bodies(&o, code, t, n, headers);
    o.n = (o.n + 7) & ~(size_t)7;
    h.e_shoff = o.n;
    put(&o, headers, n * sizeof *headers);
    memcpy(at, &h, sizeof h);
    return o.n;
}

/* More than put_elf will write: each number of a line has at most 10 bytes. */
static size_t bound(const esp_code *code, bool lines)
{
    size_t fixed = 512 + sizeof(Elf64_Ehdr) + WITH_LINES * sizeof(Elf64_Shdr)
        + WITH_LINES * 8;

    return fixed + strlen(code->name)
        + (lines ? 2 * strlen(code->file) + 24 * (size_t)code->nlines : 0);
}

/* ---- the list ---------------------------------------------------------- */

static void tell(uint32_t action, struct jit_code_entry *entry)
{
    __jit_debug_descriptor.relevant_entry = entry;
    __jit_debug_descriptor.action_flag = action;
    __jit_debug_register_code();
}

static void link_entry(struct jit_code_entry *e)
{
    struct jit_code_entry *first = __jit_debug_descriptor.first_entry;

    e->prev_entry = NULL;
    e->next_entry = first;
    if (first)
        first->prev_entry = e;
    __jit_debug_descriptor.first_entry = e;
}

static void unlink_entry(struct jit_code_entry *e)
{
    if (e->next_entry)
        e->next_entry->prev_entry = e->prev_entry;
    if (e->prev_entry)
        e->prev_entry->next_entry = e->next_entry;
    else
        __jit_debug_descriptor.first_entry = e->next_entry;
}

void gdb_add(esp_code *code, const asm_target *target)
{
    bool lines = code->file && code->nlines;
    struct gdb_object *o = calloc(1, sizeof *o + bound(code, lines));

    if (!o)
        return;
    o->entry.symfile_addr = (const char *)o->elf;
    o->entry.symfile_size = put_elf(o->elf, code, target,
                                    lines ? WITH_LINES : WITHOUT_LINES);
    code->gdb = o;
    pthread_mutex_lock(&list_lock);
    link_entry(&o->entry);
    tell(JIT_REGISTER, &o->entry);
    pthread_mutex_unlock(&list_lock);
}

void gdb_remove(esp_code *code)
{
    struct gdb_object *o = code->gdb;

    if (!o)
        return;
    pthread_mutex_lock(&list_lock);
    unlink_entry(&o->entry);
    tell(JIT_UNREGISTER, &o->entry);
    pthread_mutex_unlock(&list_lock);
    free(o);
    code->gdb = NULL;
}
