/*
 * launch.h: what the launcher needs of SL besides the esp_language.
 */
#ifndef SL_LAUNCH_H
#define SL_LAUNCH_H

#include "framework/espalier.h"

extern const esp_language sl_language;

/* --sl-test-builtins: after open, before run. */
void sl_add_test_builtins(esp_context *context);

#endif
