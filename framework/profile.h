/*
 * profile.h: what happened so far, for the compiler to bet on.
 *
 * Embed a profile in a node and run the value through it.  In the interpreter
 * and in tier 1 it learns; what it has never seen leaves compiled code.
 */
#ifndef ESP_PROFILE_H
#define ESP_PROFILE_H

#ifndef ESPALIER_H
#error "include framework/espalier.h"
#endif

/* Is somebody still learning here? */
ESP_INLINE bool esp_profiling(void)
{
    return esp_in_interpreter() || esp_in_first_tier();
}

/* ---- branches ---------------------------------------------------------- */

/* A branch that is rarely taken: compiled code does not contain it before. */
typedef struct esp_branch { ESP_FINAL bool taken; } esp_branch;

ESP_BOUNDARY void esp_branch_first(esp_branch *p, esp_node *node);

ESP_INLINE void esp_branch_enter(esp_branch *p, esp_node *node)
{
    if (!p->taken) {
        esp_deopt_invalidate();
        esp_branch_first(p, node);
    }
}

/* A condition: `if (esp_condition(&self->likely, node, test))`.  The side that
 * was never seen is not compiled; the counts are the probability. */
typedef struct esp_condition {
    ESP_FINAL bool was_true, was_false;
    uint32_t count[2];          /* how often false, true; tier 2 reads them */
} esp_condition;

ESP_BOUNDARY void esp_condition_first(esp_condition *p, esp_node *node,
                                      bool value);

ESP_INLINE bool esp_condition_profile(esp_condition *p, esp_node *node,
                                      bool value)
{
    if (value) {
        if (ESP_UNLIKELY(!p->was_true)) {
            esp_deopt_invalidate();
            esp_condition_first(p, node, true);
        }
    } else if (ESP_UNLIKELY(!p->was_false)) {
        esp_deopt_invalidate();
        esp_condition_first(p, node, false);
    }
    if (esp_profiling() && p->count[value] < UINT32_MAX / 2)
        p->count[value]++;
    return value;
}

/* The chance of true, from 0 to 1; 0.5 when nothing is known. */
ESP_INLINE double esp_condition_probability(const esp_condition *p)
{
    double n = (double)p->count[0] + (double)p->count[1];

    return n == 0 ? 0.5 : (double)p->count[1] / n;
}

/* ---- counts ------------------------------------------------------------ */

/* How often something happens; free in tier 2. */
typedef struct esp_count { uint32_t n; } esp_count;

ESP_INLINE void esp_count_up(esp_count *p)
{
    if (esp_profiling() && p->n < UINT32_MAX)
        p->n++;
}

/* ---- values ------------------------------------------------------------ */

enum { ESP_PROFILE_NEW, ESP_PROFILE_ONE, ESP_PROFILE_MANY };

/* Always the same word?  Then it is a constant in compiled code. */
typedef struct esp_value_profile {
    ESP_FINAL uint8_t state;
    ESP_FINAL uint64_t word;
} esp_value_profile;

ESP_BOUNDARY void esp_value_profile_miss(esp_value_profile *p, esp_node *node,
                                         uint64_t word);

ESP_INLINE uint64_t esp_profile_word(esp_value_profile *p, esp_node *node,
                                     uint64_t word)
{
    if (p->state == ESP_PROFILE_MANY)
        return word;
    if (ESP_LIKELY(p->state == ESP_PROFILE_ONE && p->word == word))
        return p->word;
    esp_deopt_invalidate();
    esp_value_profile_miss(p, node, word);
    return word;
}

ESP_INLINE void *esp_profile_pointer(esp_value_profile *p, esp_node *node,
                                     void *pointer)
{
    return (void *)(uintptr_t)esp_profile_word(p, node,
                                               (uint64_t)(uintptr_t)pointer);
}

/* Always the same tag?  Then it is a constant in compiled code, and the value
 * unboxed.  The word is the tag. */
ESP_INLINE esp_value esp_profile_tag(esp_value_profile *p, esp_node *node,
                                     esp_value v)
{
    v.tag = esp_profile_word(p, node, v.tag);
    return v;
}

#endif
