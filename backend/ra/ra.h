/*
 * Register allocation: LIR on virtual registers becomes LIR on places.
 *
 * Linear scan over SSA live intervals with holes and splitting; see scan.c.
 */
#ifndef ESP_RA_H
#define ESP_RA_H

#include "backend/lir/lir.h"

/* Gives every operand its place and inserts moves.  `few` leaves only that
 * many registers of each class, for tests; 0: all. */
void ra_run(lir *l, uint32_t few);

/* After ra_run: does each use find its value, on every path?  NULL, or what is
 * wrong, in the unit's arena. */
const char *ra_check(const lir *l);

#endif
