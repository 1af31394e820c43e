/*
 * The slow side of profile.h.
 */
#include "framework/private.h"

void esp_branch_first(esp_branch *p, esp_node *node)
{
    esp_node_changing(node);
    p->taken = true;
    esp_node_changed(node, "first time on this branch");
}

void esp_condition_first(esp_condition *p, esp_node *node, bool value)
{
    esp_node_changing(node);
    if (value)
        p->was_true = true;
    else
        p->was_false = true;
    esp_node_changed(node, value ? "first time true" : "first time false");
}

void esp_value_profile_miss(esp_value_profile *p, esp_node *node,
                            uint64_t word)
{
    esp_node_changing(node);
    p->word = p->state == ESP_PROFILE_NEW ? word : 0;
    p->state = p->state == ESP_PROFILE_NEW ? ESP_PROFILE_ONE
                                           : ESP_PROFILE_MANY;
    esp_node_changed(node, p->state == ESP_PROFILE_ONE ? "first value"
                                                       : "several values");
}
