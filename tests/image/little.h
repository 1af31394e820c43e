/* What subject_little.c has. */
#ifndef ESP_TESTS_LITTLE_H
#define ESP_TESTS_LITTLE_H

#include "framework/annotate.h"

struct little_node { ESP_FINAL int kind; double factor; };
struct little_pair { int64_t a, b; };

extern int64_t little_counter;
int64_t little_sum(const struct little_node *n, int64_t limit);
struct little_pair little_both(struct little_pair p, double x);
int64_t little_left_out(int64_t n);
int64_t little_boundary(void);

#endif
