/*
 * The slow side of special.h: cases that become active, or are given up.
 */
#include "framework/private.h"

static esp_stats *stats_of(esp_node *node)
{
    esp_target *t = esp_node_target(node);

    return t ? &t->context->engine->stats : NULL;
}

/* All cases that may still become active. */
static uint32_t remaining(uint32_t state)
{
    return ESP_CASES & ~(state >> ESP_EXCLUDED);
}

static bool generic(esp_node *node)
{
    esp_target *t = esp_node_target(node);

    return t && t->context->engine->options.generic;
}

void esp_special_add(esp_node *node, uint32_t *state, uint32_t bit)
{
    esp_stats *stats = stats_of(node);

    esp_node_changing(node);
    /* The fallback takes what no condition covers, so from now on all of them
     * have to be asked. */
    if (bit == ESP_FALLBACK_CASE || generic(node))
        bit |= remaining(*state);
    else if (*state & ESP_CASES)
        split_polymorphic(node);
    else
        split_first(node);
    *state |= bit;
    if (stats)
        stats->activations++;
    esp_node_changed(node, "specialized");
}

void esp_special_move(esp_node *node, uint32_t *state, uint32_t from,
                      uint32_t to)
{
    esp_stats *stats = stats_of(node);

    esp_node_changing(node);
    *state = (*state & ~from) | from << ESP_EXCLUDED | to;
    if (stats)
        stats->generalizations++;
    esp_node_changed(node, "generalized");
}
