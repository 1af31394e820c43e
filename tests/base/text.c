/*
 * Strings that grow.
 */
#include "framework/base/text.h"

#include <criterion/criterion.h>

Test(text, empty)
{
    esp_text t = { 0 };

    cr_assert_str_eq(text_get(&t), "");
    text_free(&t);
    text_add(&t, "", 0);
    cr_assert_str_eq(text_get(&t), "");
    text_free(&t);
}

Test(text, adds_up)
{
    esp_text t = { 0 };

    text_printf(&t, "%d and %s", 12, "more");
    text_char(&t, ';');
    text_add(&t, " cut off", 4);
    cr_assert_str_eq(text_get(&t), "12 and more; cut");
    cr_assert_eq(t.n, 16);
    text_free(&t);
    cr_assert_eq(t.n, 0);
}

Test(text, long_ones)
{
    esp_text t = { 0 };

    for (int i = 0; i < 1000; i++)
        text_printf(&t, "%0100d", i);
    cr_assert_eq(t.n, 100000);
    cr_assert_eq(strlen(text_get(&t)), 100000);
    cr_assert_str_eq(text_get(&t) + 100000 - 3, "999");
    text_free(&t);
}

Test(text, zero_bytes_count)
{
    esp_text t = { 0 };

    text_add(&t, "a\0b", 3);
    cr_assert_eq(t.n, 3);
    cr_assert_eq(t.s[2], 'b');
    cr_assert_eq(t.s[3], 0);
    text_free(&t);
}
