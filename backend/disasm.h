/*
 * Published code as assembly text: --dump=code.
 *
 *     entry:
 *         7f10c8a3c040  55                    push rbp
 *         ...
 *     call 0 returns, state 2:
 *         ...
 *     exit 0, not_taken, state 1:
 *         ...
 *     constants:
 *         ...
 */
#ifndef ESP_BACKEND_DISASM_H
#define ESP_BACKEND_DISASM_H

#include "backend/code.h"
#include "framework/base/text.h"

/* Appends all of the unit.  The assembler's target says which machine it is
 * for.  Without capstone the text is a line that says so. */
void disasm_print(const esp_code *code, const asm_target *target,
                  esp_text *out);

#endif
