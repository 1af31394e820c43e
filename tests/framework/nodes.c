/*
 * Nodes: specializing, replacing, walking, copying, printing.
 */
#include "tests/framework/mini.h"

#include <string.h>

static esp_value two(esp_context *c, const char *name, esp_value a,
                     esp_value b)
{
    esp_value args[] = { a, b };

    return mini_run(c, name, 2, args);
}

static esp_value make_double(double d)
{
    return (esp_value){ .as.d = d, .tag = MINI_DOUBLE };
}

static void specializes(void)
{
    esp_context *c = mini_start(NULL);
    esp_stats *stats = esp_engine_stats(c->engine);

    mini_define(c, "(def add (a b) (+ a b))");
    CHECK(mini_state(c->language, "add", "+") == 0);
    CHECK_INT(two(c, "add", mini_int(2), mini_int(3)), 5);
    CHECK(mini_state(c->language, "add", "+") == 1);
    CHECK_INT(two(c, "add", mini_int(-2), mini_int(3)), 1);
    CHECK(stats->activations == 1);

    /* Doubles go to the wide case, which is written first. */
    CHECK(two(c, "add", make_double(0.5), make_double(2)).as.d == 2.5);
    CHECK(mini_state(c->language, "add", "+") == 3);
    CHECK(stats->activations == 2 && stats->generalizations == 0);

    /* Integers that overflow give up the first case for good. */
    CHECK(two(c, "add", mini_int(INT64_MAX), mini_int(1)).as.d == 0x1p63);
    CHECK(mini_state(c->language, "add", "+") == (1 << ESP_EXCLUDED | 2));
    CHECK(stats->generalizations == 1);
    CHECK_INT(two(c, "add", mini_int(1), mini_int(1)), 2);
    CHECK(mini_state(c->language, "add", "+") == (1 << ESP_EXCLUDED | 2));
    mini_close(c);
}

static void falls_back(void)
{
    esp_context *c = mini_start(NULL);
    uint32_t rest = 4 | ESP_FALLBACK_CASE;

    mini_define(c, "(def add (a b) (+ a b))");
    CHECK(two(c, "add", mini_int(1), mini_null()).tag == ESP_THROW);
    CHECK(!strcmp(mini_message(c), "+ needs numbers"));
    /* All cases are active, to be told apart from the fallback. */
    CHECK((mini_state(c->language, "add", "+") & (ESP_CASES |
                                                 ESP_FALLBACK_CASE)) ==
          (ESP_CASES | ESP_FALLBACK_CASE));
    CHECK_INT(two(c, "add", mini_int(1), mini_int(2)), 3);
    CHECK((mini_state(c->language, "add", "+") & rest) == rest);

    /* An excluded case stays out even then. */
    mini_define(c, "(def add (a b) (+ a b))");
    two(c, "add", mini_int(INT64_MAX), mini_int(1));
    two(c, "add", mini_int(1), mini_null());
    CHECK(!(mini_state(c->language, "add", "+") & 1));
    mini_close(c);
}

static void generic_mode(void)
{
    esp_options options = { .generic = true };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def add (a b) (+ a b))");
    CHECK_INT(two(c, "add", mini_int(2), mini_int(3)), 5);
    CHECK((mini_state(c->language, "add", "+") & 7) == 7);
    CHECK(two(c, "add", mini_int(INT64_MAX), mini_int(1)).as.d == 0x1p63);
    CHECK_INT(two(c, "add", mini_int(2), mini_int(3)), 5);
    mini_close(c);
}

/* ---- trees ------------------------------------------------------------- */

static const char *const program =
    "(def f (a)\n"
    "    (set b (+ a 1))\n"
    "    (if (< b 10) (f b) (get (new) x)))";

static void walks(void)
{
    esp_context *c = mini_start(NULL);
    esp_node *body, *call, *plus;

    mini_define(c, program);
    body = mini_find(c, "f")->target->body;
    /* do set + a 1 if < b 10 call b get new */
    CHECK(esp_node_count(body) == 13);
    call = esp_node_find(body, ESP_IS_CALL);
    CHECK(call && !strcmp(call->class->name, "call1"));
    CHECK(esp_node_find(body, ESP_IS_CALL | ESP_IS_STATEMENT) == NULL);
    CHECK(esp_node_target(call) == mini_find(c, "f")->target);
    CHECK(body->parent == NULL && body->target == mini_find(c, "f")->target);

    plus = esp_node_child(esp_node_child(body, 0), 0);
    CHECK(!strcmp(plus->class->name, "+"));
    CHECK(plus->parent == esp_node_child(body, 0));
    CHECK(esp_node_child(plus, 0) && esp_node_child(plus, 1));
    CHECK(esp_node_child(plus, 2) == NULL);
    CHECK(esp_node_child(body, 2) == NULL);
    CHECK(esp_section_position(plus->section).line == 2);
    CHECK(esp_section_position(plus->section).column == 12);
    mini_close(c);
}

static void prints(void)
{
    esp_text text = { 0 };
    esp_options options = { .write = mini_write, .write_arg = &text };
    esp_context *c = mini_start(&options);

    mini_define(c, "(def f (a) (+ a\n    1))");
    mini_run1(c, "f", 1);
    esp_node_print(c, mini_find(c, "f")->target->body);
    CHECK(!strcmp(text_get(&text), "+ (state 0x1)  :1\n"
                                   "  local  :1\n"
                                   "  literal  :2\n"));
    mini_close(c);
    text_free(&text);
}

static void replaces(void)
{
    esp_text text = { 0 };
    esp_options options = { .trace = ESP_TRACE_rewrite, .write = mini_write,
                            .write_arg = &text };
    esp_context *c = mini_start(&options);
    esp_node *plus, *new;
    esp_section nowhere = { 0 };

    mini_define(c, "(def f (a) (do (+ a 1)))");
    plus = esp_node_child(mini_find(c, "f")->target->body, 0);
    new = mini_literal(c, nowhere, mini_int(77));
    CHECK(esp_node_replace(plus, new, "for a test") == new);
    CHECK_INT(mini_run1(c, "f", 1), 77);
    CHECK(new->parent == plus->parent);
    CHECK(new->section.source == plus->section.source);
    CHECK(strstr(text_get(&text), " rewrite    f:1 literal: for a test\n"));
    CHECK(esp_engine_stats(c->engine)->replacements == 1);

    /* The body itself. */
    new = mini_literal(c, nowhere, mini_int(78));
    esp_node_replace(mini_find(c, "f")->target->body, new, "body");
    CHECK_INT(mini_run1(c, "f", 1), 78);
    CHECK(esp_node_target(new) == mini_find(c, "f")->target);
    mini_close(c);
    text_free(&text);
}

static void inserts(void)
{
    esp_context *c = mini_start(NULL);
    esp_section nowhere = { 0 };
    esp_node *body, *children[1], *late;

    mini_define(c, "(def f (a) (do 1))");
    body = mini_find(c, "f")->target->body;
    children[0] = mini_literal(c, nowhere, mini_int(5));
    late = mini_block(c, nowhere, 1, children);
    CHECK(esp_node_insert(body, late) == late);
    CHECK(late->parent == body && children[0]->parent == late);
    CHECK(esp_node_target(children[0]) == mini_find(c, "f")->target);
    mini_close(c);
}

static void clones(void)
{
    esp_context *c = mini_start(NULL);
    esp_target *t, *copy;
    esp_node *plus, *plus2;
    esp_value a;

    mini_define(c, "(def f (a) (do (+ a 1) (+ a 2)))");
    t = mini_find(c, "f")->target;
    CHECK_INT(mini_run1(c, "f", 1), 3);
    copy = esp_target_clone(t);
    CHECK(copy && copy->body != t->body && copy->layout == t->layout);
    plus = esp_node_child(t->body, 0);
    plus2 = esp_node_child(copy->body, 0);
    CHECK(plus2 != plus && plus2->class == plus->class);
    CHECK(plus2->parent == copy->body && plus->parent == t->body);
    CHECK(esp_node_child(plus2, 0) != esp_node_child(plus, 0));
    CHECK(esp_node_target(plus2) == copy);
    CHECK(esp_node_count(copy->body) == esp_node_count(t->body));

    /* The copy learns by itself. */
    CHECK(mini_state(c->language, "f", "+") == 1);
    mini_find(c, "f")->target = copy;
    CHECK(mini_state(c->language, "f", "+") == 0);
    a = make_double(0.5);
    CHECK(esp_enter_guest(copy, 1, &a).as.d == 2.5);
    CHECK(mini_state(c->language, "f", "+") == 2);
    mini_find(c, "f")->target = t;
    CHECK(mini_state(c->language, "f", "+") == 1);
    mini_close(c);
}

/* ---- profiles ---------------------------------------------------------- */

static void profiles(void)
{
    esp_context *c = mini_start(NULL);
    esp_node *node;
    esp_branch branch = { 0 };
    esp_condition condition = { 0 };
    esp_count count = { 0 };
    esp_value_profile value = { 0 };

    mini_define(c, "(def f () 1)");
    node = mini_find(c, "f")->target->body;
    esp_branch_enter(&branch, node);
    CHECK(branch.taken);

    CHECK(esp_condition_probability(&condition) == 0.5);
    for (int i = 0; i < 8; i++)
        CHECK(esp_condition_profile(&condition, node, i % 4 == 0) ==
              (i % 4 == 0));
    CHECK(condition.was_true && condition.was_false);
    CHECK(esp_condition_probability(&condition) == 0.25);

    esp_count_up(&count);
    esp_count_up(&count);
    CHECK(count.n == 2);

    CHECK(esp_profile_word(&value, node, 7) == 7);
    CHECK(value.state == ESP_PROFILE_ONE && value.word == 7);
    CHECK(esp_profile_pointer(&value, node, (void *)7) == (void *)7);
    CHECK(value.state == ESP_PROFILE_ONE);
    CHECK(esp_profile_tag(&value, node, mini_null()).tag == MINI_NULL);
    CHECK(value.state == ESP_PROFILE_MANY);
    CHECK(esp_profile_word(&value, node, 9) == 9);
    mini_close(c);
}

int main(void)
{
    specializes();
    falls_back();
    generic_mode();
    walks();
    prints();
    replaces();
    inserts();
    clones();
    profiles();
    return mini_finish();
}
