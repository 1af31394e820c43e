/*
 * Options: what is read, what is refused, and in which words.
 */
#include "framework/base/diag.h"

#include <criterion/criterion.h>

static esp_settings o;
static esp_text error;

static void setup(void)
{
    esp_settings_init(&o);
}

static void teardown(void)
{
    esp_settings_free(&o);
    text_free(&error);
}

TestSuite(options, .init = setup, .fini = teardown);

static void accept(const char *option)
{
    cr_assert(esp_settings_set(&o, option, &error), "%s: %s", option,
              text_get(&error));
    cr_assert_str_eq(text_get(&error), "");
}

static void refuse(const char *option, const char *message)
{
    cr_assert_not(esp_settings_set(&o, option, &error), "%s", option);
    cr_expect_str_eq(text_get(&error), message);
    text_free(&error);
}

Test(options, defaults)
{
    cr_assert_eq(o.tier, 2);
    cr_assert_eq(o.compile, OPT_compile_background);
    cr_assert_eq(o.trace, 0);
    cr_assert_eq(o.stats, OPT_stats_off);
    cr_assert_eq(o.threshold1, 400);
    cr_assert_null(o.lang);
    cr_assert_eq(o.dump.n, 0);
    cr_assert_not(o.help);
}

Test(options, numbers)
{
    accept("--tier=0");
    cr_assert_eq(o.tier, 0);
    accept("--seed=18446744073709551615");
    cr_assert_eq(o.seed, UINT64_MAX);
    refuse("--seed=18446744073709551616",
           "--seed: expected a number from 0 to 18446744073709551615, "
           "not '18446744073709551616'");
    refuse("--tier=3", "--tier: expected a number from 0 to 2, not '3'");
    refuse("--tier=-1", "--tier: expected a number from 0 to 2, not '-1'");
    refuse("--tier=1x", "--tier: expected a number from 0 to 2, not '1x'");
    refuse("--tier=", "--tier: expected a number from 0 to 2, not ''");
    refuse("--tier", "--tier needs a value");
    cr_assert_eq(o.tier, 0);
}

Test(options, sizes)
{
    accept("--max-stack=65536");
    cr_assert_eq(o.max_stack, 65536);
    accept("--max-stack=64K");
    cr_assert_eq(o.max_stack, 65536);
    accept("--max-stack=16m");
    cr_assert_eq(o.max_stack, 16 << 20);
    accept("--max-stack=1G");
    cr_assert_eq(o.max_stack, 1 << 30);
    refuse("--max-stack=65535",
           "--max-stack: expected a size from 64K to 1G, not '65535'");
    refuse("--max-stack=2G",
           "--max-stack: expected a size from 64K to 1G, not '2G'");
    refuse("--max-stack=17179869185G",
           "--max-stack: expected a size from 64K to 1G, "
           "not '17179869185G'");
    refuse("--max-stack=1KB",
           "--max-stack: expected a size from 64K to 1G, not '1KB'");
    refuse("--max-stack=K",
           "--max-stack: expected a size from 64K to 1G, not 'K'");
    refuse("--max-heap=1K",
           "--max-heap: expected a size from 1M to 1T, not '1K'");
}

Test(options, no_limit_can_be_said)
{
    accept("--max-heap=2M");
    accept("--max-heap=0");
    cr_assert_eq(o.max_heap, 0);
}

Test(options, words)
{
    accept("--compile=now");
    cr_assert_eq(o.compile, OPT_compile_now);
    accept("--stats");
    cr_assert_eq(o.stats, OPT_stats_text);
    accept("--stats=json");
    cr_assert_eq(o.stats, OPT_stats_json);
    refuse("--compile=later", "--compile: expected one of background, "
                              "sync, now, not 'later'");
    refuse("--compile=deopt", "--compile: expected one of background, "
                              "sync, now, not 'deopt'");
    refuse("--compile=", "--compile: expected one of background, sync, "
                         "now, not ''");
}

Test(options, implied_values)
{
    accept("--check");
    cr_assert_eq(o.check, 1);
    accept("--check=2");
    cr_assert_eq(o.check, 2);
    accept("--remarks");
    cr_assert_eq(o.remarks, OPT_remarks_show);
    accept("--perf-map");
    cr_assert(o.perf_map);
    refuse("--perf-map=yes", "--perf-map takes no value");
}

Test(options, sets_add_up)
{
    accept("--trace=compile,deopt");
    accept("--trace=osr");
    cr_assert(SETTING_HAS(&o, trace, compile));
    cr_assert(SETTING_HAS(&o, trace, deopt));
    cr_assert(SETTING_HAS(&o, trace, osr));
    cr_assert_not(SETTING_HAS(&o, trace, invalidate));
    cr_assert_eq(SETTING_TRACES(&o), 1 << 0 | 1 << 1 | 1 << 4);
    cr_assert_not(SETTING_HAS(&o, stress, deopt));
    refuse("--stress=gc,", "--stress: expected some of deopt, image, "
                           "generic, spill, gc, delay, osr, reclaim, not ''");
}

Test(options, dumps)
{
    accept("--dump=eval,gvn:fib");
    accept("--dump=emit");
    accept("--dump=ra:at:put:,x");
    cr_assert(esp_settings_dumps(&o, "eval", "fib"));
    cr_assert(esp_settings_dumps(&o, "gvn", "fib"));
    cr_assert_not(esp_settings_dumps(&o, "gvn", "fibber"));
    cr_assert_not(esp_settings_dumps(&o, "fib", "fib"));
    cr_assert(esp_settings_dumps(&o, "emit", "anything"));
    cr_assert(esp_settings_dumps(&o, "ra", "at:put:,x"));
    refuse("--dump=", "--dump: a name is missing in ''");
    refuse("--dump=a,,b", "--dump: a name is missing in 'a,,b'");
    refuse("--dump=:fib", "--dump: a name is missing in ':fib'");
}

Test(options, passes_left_out)
{
    accept("--without=licm,peel");
    cr_assert(esp_settings_without(&o, "licm"));
    cr_assert(esp_settings_without(&o, "peel"));
    cr_assert_not(esp_settings_without(&o, "pee"));
}

Test(options, unknown)
{
    refuse("--teir=1", "unknown option --teir");
    refuse("--max_stack=1M", "unknown option --max_stack");
    refuse("-v", "unknown option -v");
    refuse("--=1", "unknown option --");
    refuse("---tier=1", "unknown option ---tier");
}

Test(options, environment)
{
    cr_assert(esp_settings_read(&o, "  --tier=1\t--trace=deopt\n", &error));
    cr_assert_eq(o.tier, 1);
    cr_assert(SETTING_HAS(&o, trace, deopt));
    cr_assert(esp_settings_read(&o, NULL, &error));
    cr_assert_not(esp_settings_read(&o, "--tier=1 tier", &error));
    cr_assert_str_eq(text_get(&error), "unknown option tier");
}

Test(options, command_line)
{
    char *plain[] = { "espalier", "--tier=1", "a.sl", "--tier=9", NULL };
    char *dashes[] = { "espalier", "--", "--a.sl", NULL };
    char *input[] = { "espalier", "--check", "-", NULL };
    char *nothing[] = { "espalier", NULL };
    char *wrong[] = { "espalier", "--tier", "1", NULL };

    cr_assert_eq(esp_settings_parse(&o, 4, plain, &error), 2);
    cr_assert_eq(o.tier, 1);
    cr_assert_eq(esp_settings_parse(&o, 3, dashes, &error), 2);
    cr_assert_eq(esp_settings_parse(&o, 3, input, &error), 2);
    cr_assert_eq(esp_settings_parse(&o, 1, nothing, &error), 1);
    cr_assert_eq(esp_settings_parse(&o, 3, wrong, &error), 0);
    cr_assert_str_eq(text_get(&error), "--tier needs a value");
}

Test(options, help_has_each_option)
{
    esp_text help = { 0 };

    esp_settings_help(&help);
#define OPTION(name, kind, initial, implied, least, most, meaning) \
    cr_expect(strstr(text_get(&help), meaning), "%s", #name);
#define CHOICE(option, word, meaning) \
    cr_expect(strstr(text_get(&help), meaning), "%s", #word);
#include "framework/base/options.def"
    cr_assert(strstr(text_get(&help), "  --max-stack=BYTES "));
    cr_assert(strstr(text_get(&help), "  --stats[=WORD] "));
    text_free(&help);
}
