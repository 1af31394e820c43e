/*
 * pattern.h: Lua's patterns on bytes.
 */
#ifndef LUA_PATTERN_H
#define LUA_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PATTERN_CAPTURES = 32,
    PATTERN_DEPTH = 200         /* of matches inside each other */
};

/* A part of the subject, or a position in it. */
typedef struct pattern_capture {
    const char *start;
    ptrdiff_t length;           /* or one of the two: */
} pattern_capture;

enum { CAPTURE_OPEN = -1, CAPTURE_POSITION = -2 };

typedef struct pattern_match {
    const char *subject, *end;
    const char *pattern_end;
    int ncaptures, depth;
    pattern_capture captures[PATTERN_CAPTURES];
    const char *error;          /* NULL, or why the pattern is none; may have */
    int culprit;                /* a %d for this */
} pattern_match;

/* Matches at `s` against a pattern without the ^ in front: where the match
 * ends; NULL: no match, or an error. */
const char *pattern_at(pattern_match *m, const char *s, const char *pattern);

/* Has the pattern no special characters? */
bool pattern_is_plain(const char *p, size_t n);

/* The first occurrence of b in a, or NULL. */
const char *pattern_plain(const char *a, size_t na, const char *b, size_t nb);

#endif
