/*
 * mkimage: adds to a module of LLVM bitcode the image of its functions.
 *
 *     mkimage [-v] [--print] IMAGE.bc [NATIVE.bc -o OUT.bc]
 *
 *     -v          what was left out of the image and why
 *     --print     the image as text on stdout
 *
 * Both files come from the same source, as clang's front end leaves it.  The
 * first is inlined where the source says so, simplified a little, and read for
 * the image.  The second becomes native code: it is left as it is but for the
 * marks, which are taken out, and may be instrumented.  Both have the same
 * functions and globals by the same names; that is how the image's symbol
 * table, a constant in the native module, can name them, static ones included.
 *
 * Works with LLVM 14 (typed pointers) to 19 (opaque pointers).
 */
#include "tools/mkimage/byval.h"
#include "tools/mkimage/import.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
    const char *in, *native, *out;
    bool print, verbose;
} options;

typedef struct job {
    options o;
    LLVMContextRef context;
    LLVMModuleRef image, native;
    const char *source;
    importer im;
    writer w;
    uint32_t left_out;
} job;

static int fail(const job *j, const char *what, const char *why)
{
    fprintf(stderr, "mkimage: %s: %s\n",
            what ? what : j->source ? j->source : j->o.in, why);
    return 1;
}

/* ---- modules ----------------------------------------------------------- */

static LLVMModuleRef read_module(job *j, const char *file)
{
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef m = NULL;
    char *message = NULL;

    if (LLVMCreateMemoryBufferWithContentsOfFile(file, &buffer, &message)) {
        fail(j, file, message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    if (LLVMParseBitcodeInContext2(j->context, buffer, &m)) {
        fail(j, file, "this is not bitcode that the LLVM of this mkimage can "
                      "read (is clang newer?)");
        m = NULL;
    }
    LLVMDisposeMemoryBuffer(buffer);
    return m;
}

/* Both modules know a global by its name, so each has to have one, and the
 * same in both: clang numbers compound literals together with what
 * instrumentation adds. */
static void name_all(LLVMModuleRef m)
{
    static const char literal[] = ".compoundliteral";
    LLVMValueRef g = LLVMGetFirstGlobal(m);
    unsigned unnamed = 0, literals = 0;
    char new[40];
    size_t n;

    for (; g; g = LLVMGetNextGlobal(g)) {
        const char *name = LLVMGetValueName2(g, &n);

        if (n == 0)
            snprintf(new, sizeof new, "esp.unnamed.%u", unnamed++);
        else if (strncmp(name, literal, sizeof literal - 1) == 0)
            snprintf(new, sizeof new, "esp.literal.%u", literals++);
        else
            continue;
        LLVMSetValueName2(g, new, strlen(new));
    }
}

static bool run_passes(job *j, const char *passes)
{
    LLVMPassBuilderOptionsRef o = LLVMCreatePassBuilderOptions();
    LLVMErrorRef e = LLVMRunPasses(j->image, passes, NULL, o);
    char *message;

    LLVMDisposePassBuilderOptions(o);
    if (!e)
        return true;
    message = LLVMGetErrorMessage(e);
    fail(j, NULL, message);
    LLVMDisposeErrorMessage(message);
    return false;
}

/* ---- marks on functions ------------------------------------------------ */

static LLVMValueRef strip_casts(LLVMValueRef v)
{
    while (LLVMIsAConstantExpr(v) || LLVMIsABitCastInst(v) ||
           LLVMIsAGetElementPtrInst(v))
        v = LLVMGetOperand(v, 0);
    return v;
}

/* The text of an annotation, or "". */
static const char *annotation_text(LLVMValueRef v)
{
    size_t n;

    v = strip_casts(v);
    if (!LLVMIsAGlobalVariable(v) || !LLVMGetInitializer(v) ||
        !LLVMIsConstantString(LLVMGetInitializer(v)))
        return "";
    return LLVMGetAsString(LLVMGetInitializer(v), &n);
}

static void add_enum_attribute(job *j, LLVMValueRef fn, const char *name,
                               uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    if (kind)
        LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
                                LLVMCreateEnumAttribute(j->context, kind,
                                                        value));
}

/* What the annotations say becomes attributes of the functions. */
static void read_annotations(job *j)
{
    LLVMValueRef all = LLVMGetNamedGlobal(j->image, "llvm.global.annotations");
    LLVMValueRef list = all ? LLVMGetInitializer(all) : NULL;
    int n = list ? LLVMGetNumOperands(list) : 0;

    for (int k = 0; k < n; k++) {
        LLVMValueRef row = LLVMGetOperand(list, (unsigned)k);
        LLVMValueRef fn = strip_casts(LLVMGetOperand(row, 0));
        const char *text = annotation_text(LLVMGetOperand(row, 1));

        if (LLVMIsAFunction(fn) && !strncmp(text, "esp.", 4))
            LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
                                    LLVMCreateStringAttribute(
                                        j->context, text,
                                        (unsigned)strlen(text), "", 0));
    }
}

static bool marked(LLVMValueRef fn, const char *text)
{
    return LLVMGetStringAttributeAtIndex(fn, LLVMAttributeFunctionIndex, text,
                                         (unsigned)strlen(text)) != NULL;
}

static void drop_annotations(LLVMModuleRef m)
{
    LLVMValueRef all = LLVMGetNamedGlobal(m, "llvm.global.annotations");

    if (all)
        LLVMDeleteGlobal(all);
}

/* Calls to intrinsics of the evaluator have to stay calls. */
static void keep_intrinsics(job *j)
{
    unsigned always = LLVMGetEnumAttributeKindForName("alwaysinline", 12);
    LLVMValueRef fn = LLVMGetFirstFunction(j->image);
    size_t n;

    for (; fn; fn = LLVMGetNextFunction(fn)) {
        if (!marked(fn, "esp.intrinsic") &&
            !image_intrinsic(LLVMGetValueName2(fn, &n)))
            continue;
        LLVMRemoveEnumAttributeAtIndex(fn, LLVMAttributeFunctionIndex, always);
        add_enum_attribute(j, fn, "noinline", 0);
    }
}

/* ---- marks on fields --------------------------------------------------- */

static bool is_ptr_annotation(LLVMValueRef fn)
{
    static const char name[] = "llvm.ptr.annotation";
    size_t n;

    return !strncmp(LLVMGetValueName2(fn, &n), name, sizeof name - 1);
}

static void replace_by_operand(LLVMValueRef call)
{
    LLVMReplaceAllUsesWith(call, LLVMGetOperand(call, 0));
    LLVMInstructionEraseFromParent(call);
}

/* The native module has no use for the marks, and they would hinder -O2. */
static void drop_field_marks(LLVMModuleRef m)
{
    LLVMValueRef fn = LLVMGetFirstFunction(m);
    LLVMUseRef use;

    for (; fn; fn = LLVMGetNextFunction(fn))
        while (is_ptr_annotation(fn) && (use = LLVMGetFirstUse(fn)))
            replace_by_operand(LLVMGetUser(use));
}

static unsigned mark_flags(const char *text)
{
    if (!strcmp(text, "esp.final"))
        return INS_FINAL;
    if (!strcmp(text, "esp.child"))
        return INS_FINAL | INS_CHILD;
    if (!strcmp(text, "esp.entry"))
        return INS_ENTRY;
    if (!strcmp(text, "esp.element"))
        return INS_ELEMENT;
    if (!strcmp(text, "esp.frozen"))
        return INS_FINAL | INS_FROZEN;
    return 0;
}

/* A function without effect, so that equal marks and then equal loads become
 * one; LLVM does not know that of llvm.ptr.annotation. */
static LLVMValueRef mark_function(job *j, unsigned flags, LLVMTypeRef type)
{
    LLVMTypeRef t = LLVMFunctionType(type, &type, 1, 0);
    LLVMValueRef fn;
    char name[32];

    snprintf(name, sizeof name, IMPORT_MARK "%u", flags);
    fn = LLVMGetNamedFunction(j->image, name);
    if (fn)
        return fn;
    fn = LLVMAddFunction(j->image, name, t);
    add_enum_attribute(j, fn, "readnone", 0);       /* to LLVM 15 */
    add_enum_attribute(j, fn, "memory", 0);         /* from LLVM 16 */
    add_enum_attribute(j, fn, "nounwind", 0);
    add_enum_attribute(j, fn, "willreturn", 0);
    return fn;
}

static void replace_mark(job *j, LLVMValueRef call)
{
    LLVMValueRef address = LLVMGetOperand(call, 0), fn;
    unsigned flags = mark_flags(annotation_text(LLVMGetOperand(call, 1)));
    LLVMTypeRef type = LLVMTypeOf(address);
    LLVMBuilderRef b;

    /* a local variable is nobody's child, and should be taken apart */
    if (!flags || LLVMIsAAllocaInst(strip_casts(address))) {
        replace_by_operand(call);
        return;
    }
    fn = mark_function(j, flags, type);
    b = LLVMCreateBuilderInContext(j->context);
    LLVMPositionBuilderBefore(b, call);
    LLVMReplaceAllUsesWith(call,
                           LLVMBuildCall2(b, LLVMGlobalGetValueType(fn), fn,
                                          &address, 1, ""));
    LLVMInstructionEraseFromParent(call);
    LLVMDisposeBuilder(b);
}

static void replace_field_marks(job *j)
{
    LLVMValueRef fn = LLVMGetFirstFunction(j->image);
    LLVMUseRef use;

    for (; fn; fn = LLVMGetNextFunction(fn))
        while (is_ptr_annotation(fn) && (use = LLVMGetFirstUse(fn)))
            replace_mark(j, LLVMGetUser(use));
}

/* ---- the image --------------------------------------------------------- */

/* The image's module is made small, but left as the source has it: no jump is
 * threaded, no branch becomes a select, no loop is turned.  What is still to
 * be done is done on drafts, see mkimage/clean.c. */
static bool prepare(job *j)
{
    read_annotations(j);
    drop_annotations(j->image);
    keep_intrinsics(j);
    if (!run_passes(j, "inferattrs,always-inline,"
                       "function(lower-expect,lower-constant-intrinsics)"))
        return false;
    replace_field_marks(j);
    byval_lower(j->image, j->im.layout);
    return run_passes(j, "function(sroa,early-cse<memssa>,instsimplify,adce),"
                         "globaldce");
}

static void left_out(job *j, LLVMValueRef fn, const char *reason)
{
    size_t n;

    j->left_out++;
    if (j->o.verbose)
        fprintf(stderr, "%s: %s is not in the image: %s\n", j->source,
                LLVMGetValueName2(fn, &n), reason);
}

static void add_function(job *j, LLVMValueRef fn)
{
    uint32_t symbol = import_symbol(&j->im, fn);
    const char *reason = NULL;
    esp_arena a;
    draft *d = NULL;

    arena_init(&a);
    if (marked(fn, "esp.boundary"))
        reason = "marked as a boundary";
    else
        d = import_function(&j->im, fn, &a, &reason);
    if (d) {
        draft_clean(d);
        reason = write_function(&j->w, symbol, d, marked(fn, "esp.eval"));
    }
    if (reason) {
        write_boundary(&j->w, symbol, reason);
        left_out(j, fn, reason);
    }
    arena_free(&a);
}

/* Constants are listed even if no function names them: others may point to
 * them. */
static void add_constants(job *j)
{
    LLVMValueRef g = LLVMGetFirstGlobal(j->image);
    size_t n;

    for (; g; g = LLVMGetNextGlobal(g)) {
        const char *section = LLVMGetSection(g);

        if (LLVMIsDeclaration(g) || !LLVMIsGlobalConstant(g) ||
            LLVMIsThreadLocal(g) ||
            !strncmp(LLVMGetValueName2(g, &n), "llvm.", 5) ||
            (section && !strcmp(section, "llvm.metadata")))
            continue;
        import_symbol(&j->im, g);
    }
}

static bool find_machine(job *j)
{
    const char *triple = LLVMGetTarget(j->image);

    if (!strncmp(triple, "x86_64-", 7))
        j->im.machine = IMAGE_X64;
    else if (!strncmp(triple, "aarch64-", 8) || !strncmp(triple, "arm64-", 6))
        j->im.machine = IMAGE_A64;
    else
        fprintf(stderr, "mkimage: %s: images cannot be made for %s\n",
                j->source, triple);
    return j->im.machine != 0;
}

static bool make_image(job *j, write_bytes *bytes)
{
    LLVMValueRef fn;

    write_init(&j->w);
    j->im.module = j->image;
    j->im.w = &j->w;
    j->im.layout = LLVMCreateTargetData(LLVMGetDataLayoutStr(j->image));
    if (!find_machine(j) || !prepare(j))
        return false;
    for (fn = LLVMGetFirstFunction(j->image); fn; fn = LLVMGetNextFunction(fn))
        if (!LLVMIsDeclaration(fn))
            add_function(j, fn);
    add_constants(j);
    LLVMDisposeTargetData(j->im.layout);
    *bytes = write_image(&j->w, j->im.machine);
    return true;
}

/* ---- the image is read back -------------------------------------------- */

/* Every function has to pass the verifier that will judge it when the program
 * runs.  Addresses are not known yet: any will do that differ. */
static int check(job *j, write_bytes bytes)
{
    const void **symbols = ARENA_ARRAY(&j->w.arena, const void *,
                                       j->w.symbols.n + 1);
    image_part part = { bytes.at, bytes.n, symbols, j->w.symbols.n,
                        j->source };
    esp_text error = { 0 }, out = { 0 };
    esp_image *image;
    int status = 0;

    for (uint32_t k = 0; k < j->w.symbols.n; k++)
        symbols[k] = (void *)((uintptr_t)(k + 1) << 32);
    image = image_open_parts(&part, 1, &error);
    if (!image)
        return fail(j, "our own image", text_get(&error));
    for (uint32_t k = 0; k < image_count(image) && !status; k++) {
        const esp_ifunc *f = image_nth(image, k);

        if (f && j->o.print)
            image_print(f, &out);
        if (!f && j->w.funcs.at[k].size)
            status = fail(j, image_info(image, k).name,
                          "the image of this function does not verify");
    }
    fwrite(text_get(&out), 1, out.n, stdout);
    text_free(&out);
    image_close(image);
    return status;
}

/* ---- the native module ------------------------------------------------- */

/* Is v of the native module the same variable as g of the image's?  Their
 * values are those of one context, so equal strings are one value. */
static bool same_variable(LLVMValueRef g, LLVMValueRef v)
{
    LLVMValueRef a, b;

    if (!LLVMIsAGlobalVariable(g) || !LLVMIsAGlobalVariable(v))
        return !LLVMIsAGlobalVariable(g) == !LLVMIsAGlobalVariable(v);
    if (LLVMIsGlobalConstant(g) != LLVMIsGlobalConstant(v) ||
        LLVMIsDeclaration(g) != LLVMIsDeclaration(v))
        return false;
    if (LLVMIsDeclaration(g))
        return true;
    a = LLVMGetInitializer(g);
    b = LLVMGetInitializer(v);
    return !LLVMIsConstantString(a) == !LLVMIsConstantString(b) &&
           (!LLVMIsConstantString(a) || a == b);
}

static LLVMValueRef add_constant(job *j, const char *name, LLVMValueRef value)
{
    LLVMValueRef g = LLVMAddGlobal(j->native, LLVMTypeOf(value), name);

    LLVMSetInitializer(g, value);
    LLVMSetGlobalConstant(g, 1);
    LLVMSetLinkage(g, LLVMPrivateLinkage);
    LLVMSetAlignment(g, 8);
    return g;
}

/* A string literal: data, and nobody may ask where it stands. */
static bool is_literal(LLVMValueRef g)
{
    LLVMValueRef a;

    if (!LLVMIsAGlobalVariable(g) || LLVMIsDeclaration(g) ||
        LLVMGetLinkage(g) != LLVMPrivateLinkage || !LLVMIsGlobalConstant(g) ||
        LLVMGetUnnamedAddress(g) != LLVMGlobalUnnamedAddr)
        return false;
    a = LLVMGetInitializer(g);
    return LLVMIsConstantString(a) || LLVMIsNull(a);
}

/* Literals are only counted, .str.1, .str.2, and instrumentation adds some: the
 * native one of that name can be another.  Then there will be a copy, which
 * the linker merges with its equals. */
static LLVMValueRef native_literal(job *j, LLVMValueRef g, const char *name)
{
    LLVMValueRef v = LLVMGetNamedGlobal(j->native, name);

    if (v && is_literal(v) && LLVMGetInitializer(v) == LLVMGetInitializer(g))
        return v;
    v = add_constant(j, ".str", LLVMGetInitializer(g));
    LLVMSetUnnamedAddress(v, LLVMGlobalUnnamedAddr);
    return v;
}

/* The native module's function or variable of that name.  What is only
 * declared may be missing there: C library functions that the image calls in
 * place of instructions, and what only dead code names. */
static LLVMValueRef native_global(job *j, LLVMValueRef g)
{
    size_t n;
    const char *name = LLVMGetValueName2(g, &n);
    LLVMValueRef v = LLVMGetNamedFunction(j->native, name);

    if (is_literal(g))
        return native_literal(j, g, name);
    if (!v)
        v = LLVMGetNamedGlobal(j->native, name);
    if (!v)
        v = LLVMGetNamedGlobalAlias(j->native, name, n);
    if (!v && LLVMIsAFunction(g) && LLVMIsDeclaration(g))
        v = LLVMAddFunction(j->native, name,
                            LLVMFunctionType(LLVMVoidTypeInContext(j->context),
                                             NULL, 0, 0));
    if (!v || !same_variable(g, v)) {
        fail(j, name, "differs between image and native code");
        return NULL;
    }
    return v;
}

/* Adds g to llvm.used: neither compiler nor linker drop it. */
static void keep(job *j, LLVMValueRef g)
{
    LLVMTypeRef ptr = LLVMPointerType(LLVMInt8TypeInContext(j->context), 0);
    LLVMValueRef used = LLVMGetNamedGlobal(j->native, "llvm.used");
    LLVMValueRef list = used ? LLVMGetInitializer(used) : NULL, *all;
    unsigned n = list ? (unsigned)LLVMGetNumOperands(list) : 0;

    all = ARENA_ARRAY(&j->w.arena, LLVMValueRef, n + 1);
    for (unsigned k = 0; k < n; k++)
        all[k] = LLVMGetOperand(list, k);
    all[n] = LLVMConstBitCast(g, ptr);
    if (used)
        LLVMDeleteGlobal(used);
    list = LLVMConstArray(ptr, all, n + 1);
    used = LLVMAddGlobal(j->native, LLVMTypeOf(list), "llvm.used");
    LLVMSetInitializer(used, list);
    LLVMSetLinkage(used, LLVMAppendingLinkage);
    LLVMSetSection(used, "llvm.metadata");
}

static LLVMValueRef symbol_table(job *j)
{
    LLVMTypeRef ptr = LLVMPointerType(LLVMInt8TypeInContext(j->context), 0);
    uint32_t n = j->im.symbols.n;
    LLVMValueRef *all = ARENA_ARRAY(&j->w.arena, LLVMValueRef, n + 1);

    for (uint32_t k = 0; k < n; k++) {
        LLVMValueRef v = native_global(j, j->im.symbols.at[k]);

        if (!v)
            return NULL;
        all[k] = LLVMConstBitCast(v, ptr);
    }
    return add_constant(j, "esp_image_symbols", LLVMConstArray(ptr, all, n));
}

static bool add_image(job *j, write_bytes bytes)
{
    LLVMContextRef c = j->context;
    LLVMTypeRef ptr = LLVMPointerType(LLVMInt8TypeInContext(c), 0);
    LLVMTypeRef word = LLVMInt64TypeInContext(c);
    LLVMValueRef image, symbols, source, part, fields[5];

    image = add_constant(j, "esp_image_bytes",
                         LLVMConstStringInContext(c, (char *)bytes.at,
                                                  bytes.n, 1));
    LLVMSetSection(image, "esp_image_bytes");
    source = add_constant(j, "esp_image_source",
                          LLVMConstStringInContext(
                              c, j->source, (unsigned)strlen(j->source), 0));
    symbols = symbol_table(j);
    if (!symbols)
        return false;
    fields[0] = LLVMConstBitCast(image, ptr);
    fields[1] = LLVMConstInt(word, bytes.n, 0);
    fields[2] = LLVMConstBitCast(symbols, ptr);
    fields[3] = LLVMConstInt(word, j->im.symbols.n, 0);
    fields[4] = LLVMConstBitCast(source, ptr);
    part = add_constant(j, "esp_image_part",
                        LLVMConstStructInContext(c, fields, 5, 0));
    LLVMSetSection(part, "esp_image");
    keep(j, part);
    return true;
}

static int finish(job *j, write_bytes bytes)
{
    char *message = NULL;

    drop_annotations(j->native);
    drop_field_marks(j->native);
    if (!add_image(j, bytes))
        return 1;
    if (LLVMVerifyModule(j->native, LLVMReturnStatusAction, &message))
        return fail(j, NULL, message);
    LLVMDisposeMessage(message);
    if (LLVMWriteBitcodeToFile(j->native, j->o.out))
        return fail(j, j->o.out, "cannot be written");
    return 0;
}

/* ---- command line ------------------------------------------------------ */

static int usage(void)
{
    fputs("usage: mkimage [-v] [--print] IMAGE.bc [NATIVE.bc -o OUT.bc]\n",
          stderr);
    return 2;
}

static bool parse_options(options *o, int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        const char *arg = argv[k];

        if (!strcmp(arg, "-v"))
            o->verbose = true;
        else if (!strcmp(arg, "--print"))
            o->print = true;
        else if (!strcmp(arg, "-o") && k + 1 < argc)
            o->out = argv[++k];
        else if (arg[0] != '-' && !o->in)
            o->in = arg;
        else if (arg[0] != '-' && !o->native)
            o->native = arg;
        else
            return false;
    }
    return o->in && !o->native == !o->out;
}

static void report(const job *j, write_bytes bytes)
{
    uint32_t n = j->w.funcs.n - j->left_out;

    fprintf(stderr, "%s: image of %u function%s, %u left out, %llu "
            "instructions, %u bytes (%u of code)\n", j->source, n,
            n == 1 ? "" : "s", j->left_out,
            (unsigned long long)j->w.instructions, bytes.n, j->w.bodies.n);
}

static int run(job *j)
{
    write_bytes bytes;
    size_t n;
    int status;

    j->context = LLVMContextCreate();
    j->image = read_module(j, j->o.in);
    if (!j->image)
        return 1;
    name_all(j->image);
    j->source = LLVMGetSourceFileName(j->image, &n);
    if (j->o.native) {
        j->native = read_module(j, j->o.native);
        if (!j->native)
            return 1;
        name_all(j->native);
    }
    if (!make_image(j, &bytes))
        return 1;
    status = check(j, bytes);
    if (!status && j->native)
        status = finish(j, bytes);
    if (j->o.verbose)
        report(j, bytes);
    write_free(&j->w);
    return status;
}

int main(int argc, char **argv)
{
    job j = { 0 };

    if (!parse_options(&j.o, argc, argv))
        return usage();
    return run(&j);
}
