/*
 * Splitting: who gets a copy, who does not, and what the copies learn.
 */
#include "framework/tier.h"
#include "tests/framework/mini.h"

#include <stdio.h>
#include <string.h>

static uint64_t splits(const esp_context *c)
{
    return esp_engine_stats(c->engine)->splits;
}

static const char *const two_sites =
    "(def add (a b) (+ a b))"
    "(def ints (n) (add n 1))"
    "(def doubles (n) (if (< (add 0.5 0.25) 1.0) n 0))";

/* The cases of the "+" in a target that is called "add". */
static uint32_t states_of_copies(esp_context *c, char *to, size_t n)
{
    uint32_t found = 0;

    *to = '\0';
    for (esp_target *t = esp_context_targets(c); t; t = t->next) {
        char state[80] = "";

        if (strcmp(t->name, "add") || !t->tiering->original)
            continue;
        t->body->class->describe(t->body, state, sizeof state);
        snprintf(to + strlen(to), n - strlen(to), "%s;", state);
        found++;
    }
    return found;
}

static void each_site_its_copy(void)
{
    esp_text text = { 0 };
    esp_options options = { .trace = ESP_TRACE_split, .write = mini_write,
                            .write_arg = &text };
    esp_context *c = mini_start(&options);
    char states[200];

    mini_define(c, two_sites);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(mini_run1(c, "ints", i), i + 1);
        CHECK_INT(mini_run1(c, "doubles", i), i);
    }
    CHECK(splits(c) == 2);
    CHECK(states_of_copies(c, states, sizeof states) == 2);
    CHECK(!strcmp(states, "state 0x1;state 0x2;") ||
          !strcmp(states, "state 0x2;state 0x1;"));
    CHECK(strstr(text_get(&text), "add  copy 1, for ints:1 call2"));
    CHECK(strstr(text_get(&text), "add  copy 2, for doubles:1 call2"));
    text_free(&text);
    mini_close(c);
}

/* One site that brings both types gains nothing from a copy. */
static void one_site(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def add (a b) (+ a b))"
                   "(def both (x) (add x x))"
                   "(def f (n) (both 0.5) (both n))");
    for (int i = 0; i < 10; i++)
        CHECK_INT(mini_run1(c, "f", i), 2 * i);
    CHECK(states_of_copies(c, (char[200]){ 0 }, 200) == 0);
    mini_close(c);
}

/* Calls of a function from inside itself stay inside its copy. */
static void recursion(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, "(def down (n one) (if (< one n) (down (- n one) one) n))"
                   "(def ints (n) (down n 1))"
                   "(def doubles (n) (if (< (down 5.0 1.0) 2.0) n 0))");
    for (int i = 0; i < 20; i++) {
        CHECK_INT(mini_run1(c, "ints", i), i > 0);
        CHECK_INT(mini_run1(c, "doubles", i), i);
    }
    CHECK(splits(c) == 2);
    mini_close(c);
}

/* A function that everybody calls is copied a few times, not for all. */
static void limits(void)
{
    esp_text text = { 0 };
    esp_options options = { .trace = ESP_TRACE_split, .write = mini_write,
                            .write_arg = &text };
    esp_context *c = mini_start(&options);
    char name[20], definition[80];

    mini_define(c, two_sites);
    mini_run1(c, "ints", 1);
    mini_run1(c, "doubles", 1);
    for (int k = 0; k < 20; k++) {
        snprintf(name, sizeof name, "site%d", k);
        snprintf(definition, sizeof definition, "(def %s (n) (add n %d))",
                 name, k);
        mini_define(c, definition);
        for (int i = 0; i < 3; i++)
            CHECK_INT(mini_run1(c, name, i), i + k);
    }
    CHECK(splits(c) == 8);
    CHECK(strstr(text_get(&text), "not any more: there are enough copies"));
    text_free(&text);
    mini_close(c);
}

/* A new definition is what is called, whoever had a copy of the old one. */
static void redefined(void)
{
    esp_context *c = mini_start(NULL);

    mini_define(c, two_sites);
    for (int i = 0; i < 5; i++) {
        mini_run1(c, "ints", i);
        mini_run1(c, "doubles", i);
    }
    CHECK(splits(c) == 2);
    mini_define(c, "(def add (a b) (- a b))");
    CHECK_INT(mini_run1(c, "ints", 5), 4);
    mini_close(c);
}

int main(void)
{
    each_site_its_copy();
    one_site();
    recursion();
    limits();
    redefined();
    return mini_finish();
}
