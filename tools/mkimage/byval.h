/*
 * Structs that x86-64 passes on the stack, as words: see byval.c.
 */
#ifndef ESP_MKIMAGE_BYVAL_H
#define ESP_MKIMAGE_BYVAL_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>

/* On an argument of a call: it is a word of a struct on the stack. */
#define BYVAL_WORD "esp.stack"

/* The function that stands for word k of parameter n where a body asks for it,
 * called with the constants n and k. */
#define BYVAL_PARAM "esp.word"

/* The type that a parameter or argument points to if it is a struct that is
 * passed on the stack, else NULL; index from 0. */
LLVMTypeRef byval_of_param(LLVMValueRef fn, unsigned index);
LLVMTypeRef byval_of_arg(LLVMValueRef call, unsigned index);

unsigned byval_words(LLVMTargetDataRef layout, LLVMTypeRef t);

/* Takes all of them out of a module. */
void byval_lower(LLVMModuleRef m, LLVMTargetDataRef layout);

#endif
