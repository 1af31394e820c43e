/*
 * The slow side of icache.h.
 */
#include "framework/private.h"

static void megamorphic(esp_icache *c, esp_node *node)
{
    esp_target *t = esp_node_target(node);

    esp_node_changing(node);
    c->first = NULL;
    c->n = UINT32_MAX;
    split_polymorphic(node);
    if (t)
        t->context->engine->stats.megamorphic++;
    esp_node_changed(node, "inline cache full");
}

bool esp_icache_add(esp_icache *c, esp_node *node, esp_cached *e,
                    uint32_t limit)
{
    if (esp_icache_megamorphic(c))
        return false;
    if (c->n >= limit) {
        megamorphic(c, node);
        return false;
    }
    e->next = c->first;
    esp_node_changing(node);
    c->first = e;
    c->n++;
    if (c->n == 1)
        split_first(node);
    else
        split_polymorphic(node);
    esp_node_changed(node, c->n == 1 ? "inline cache: first entry"
                                     : "inline cache: one more entry");
    return true;
}

void esp_icache_clear(esp_icache *c, esp_node *node)
{
    esp_node_changing(node);
    c->first = NULL;
    c->n = 0;
    esp_node_changed(node, "inline cache emptied");
}
