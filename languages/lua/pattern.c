/*
 * Lua's patterns: a matcher that backtracks.
 *
 * A pattern is a row of items: a single (a character, a class, a set) with an
 * optional repetition, a capture's start or end, or one of %b, %f, %1.  Items
 * follow one another in a loop; what has to try again is a call, and those
 * inside one another are counted, so that no pattern can use up the C stack.
 */
#define _GNU_SOURCE
#include "languages/lua/pattern.h"

#include <ctype.h>
#include <string.h>

static const char *match(pattern_match *m, const char *s, const char *p);

/* The result of what cannot go on. */
static const char *wrong(pattern_match *m, const char *error, int culprit)
{
    if (!m->error) {
        m->error = error;
        m->culprit = culprit;
    }
    return NULL;
}

static int byte(const char *s)
{
    return (unsigned char)*s;
}

/* ---- singles ----------------------------------------------------------- */

/* The end of the set that begins with [ at p, behind its ]. */
static const char *set_end(pattern_match *m, const char *p)
{
    p++;
    if (p < m->pattern_end && *p == '^')
        p++;
    do {                        /* a ] in front stands for itself */
        if (p >= m->pattern_end)
            return wrong(m, "malformed pattern (missing ']')", 0);
        p += *p == '%' ? 2 : 1;
    } while (p >= m->pattern_end || *p != ']');
    return p + 1;
}

static const char *single_end(pattern_match *m, const char *p)
{
    if (*p == '[')
        return set_end(m, p);
    if (*p != '%')
        return p + 1;
    if (p + 1 == m->pattern_end)
        return wrong(m, "malformed pattern (ends with '%%')", 0);
    return p + 2;
}

/* Upper case names the complement. */
static bool in_class(int c, int class)
{
    bool in;

    switch (class | 0x20) {
    case 'a': in = isalpha(c); break;
    case 'c': in = iscntrl(c); break;
    case 'd': in = isdigit(c); break;
    case 'g': in = isgraph(c); break;
    case 'l': in = islower(c); break;
    case 'p': in = ispunct(c); break;
    case 's': in = isspace(c); break;
    case 'u': in = isupper(c); break;
    case 'w': in = isalnum(c); break;
    case 'x': in = isxdigit(c); break;
    case 'z': in = c == 0; break;       /* of 5.1 */
    default:  return class == c;
    }
    return isupper(class) ? !in : in;
}

/* A set from its [ to behind its ]. */
static bool in_set(int c, const char *p, const char *end)
{
    bool negated = p[1] == '^';

    end--;
    for (p += 1 + negated; p < end; p++) {
        if (*p == '%') {
            p++;
            if (in_class(c, byte(p)))
                return !negated;
        } else if (p + 2 < end && p[1] == '-') {
            if (byte(p) <= c && c <= byte(p + 2))
                return !negated;
            p += 2;
        } else if (byte(p) == c) {
            return !negated;
        }
    }
    return negated;
}

/* Does the single from p to `end` stand for the character at s? */
static bool single(const pattern_match *m, const char *s, const char *p,
                   const char *end)
{
    if (s >= m->end)
        return false;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(byte(s), byte(p + 1));
    case '[': return in_set(byte(s), p, end);
    default:  return *p == *s;
    }
}

/* ---- repetitions ------------------------------------------------------- */

static const char *longest(pattern_match *m, const char *s, const char *p,
                           const char *end)
{
    ptrdiff_t n = 0;

    while (single(m, s + n, p, end))
        n++;
    for (; n >= 0; n--) {
        const char *at = match(m, s + n, end + 1);

        if (at || m->error)
            return at;
    }
    return NULL;
}

static const char *shortest(pattern_match *m, const char *s, const char *p,
                            const char *end)
{
    for (;;) {
        const char *at = match(m, s, end + 1);

        if (at || m->error)
            return at;
        if (!single(m, s, p, end))
            return NULL;
        s++;
    }
}

/* ---- captures ---------------------------------------------------------- */

static const char *open_capture(pattern_match *m, const char *s,
                                const char *p, ptrdiff_t what)
{
    const char *at;

    if (m->ncaptures >= PATTERN_CAPTURES)
        return wrong(m, "too many captures", 0);
    m->captures[m->ncaptures++] = (pattern_capture){ s, what };
    at = match(m, s, p);
    if (!at)
        m->ncaptures--;
    return at;
}

/* Ends the innermost capture that is open. */
static const char *close_capture(pattern_match *m, const char *s,
                                 const char *p)
{
    int i = m->ncaptures - 1;
    const char *at;

    while (i >= 0 && m->captures[i].length != CAPTURE_OPEN)
        i--;
    if (i < 0)
        return wrong(m, "invalid pattern capture", 0);
    m->captures[i].length = s - m->captures[i].start;
    at = match(m, s, p);
    if (!at)
        m->captures[i].length = CAPTURE_OPEN;
    return at;
}

/* %1: the same text again. */
static const char *again(pattern_match *m, const char *s, int digit)
{
    int i = digit - '1';
    size_t n;

    if (i < 0 || i >= m->ncaptures || m->captures[i].length == CAPTURE_OPEN)
        return wrong(m, "invalid capture index %%%d", i + 1);
    n = (size_t)m->captures[i].length;
    if (m->captures[i].length < 0 || (size_t)(m->end - s) < n ||
        memcmp(m->captures[i].start, s, n))
        return NULL;
    return s + n;
}

/* ---- %b and %f --------------------------------------------------------- */

static const char *balanced(pattern_match *m, const char *s, const char *p)
{
    int open = 1;

    if (p + 1 >= m->pattern_end)
        return wrong(m, "malformed pattern (missing arguments to '%%b')", 0);
    if (s >= m->end || *s != p[0])
        return NULL;
    while (++s < m->end) {
        if (*s == p[1]) {
            if (!--open)
                return s + 1;
        } else if (*s == p[0]) {
            open++;
        }
    }
    return NULL;
}

/* Between something outside of the set and something inside; both ends of the
 * subject count as a zero byte.  Returns where the set ends. */
static const char *frontier(pattern_match *m, const char *s, const char *p)
{
    const char *end;
    int before = s > m->subject ? byte(s - 1) : 0;
    int after = s < m->end ? byte(s) : 0;

    if (p >= m->pattern_end || *p != '[')
        return wrong(m, "missing '[' after '%%f' in pattern", 0);
    end = set_end(m, p);
    if (!end || in_set(before, p, end) || !in_set(after, p, end))
        return NULL;
    return end;
}

/* ---- items ------------------------------------------------------------- */

/* A single at p, with what repeats it.  True: the rest of the pattern, *p,
 * follows at *s; false: all is done, the result is *s. */
static bool repeated(pattern_match *m, const char **s, const char **p)
{
    const char *end = single_end(m, *p), *at;
    char how = end && end < m->pattern_end ? *end : '\0';

    if (!end) {
        *s = NULL;
        return false;
    }
    switch (how) {
    case '*':
        *s = longest(m, *s, *p, end);
        return false;
    case '+':
        *s = single(m, *s, *p, end) ? longest(m, *s + 1, *p, end) : NULL;
        return false;
    case '-':
        *s = shortest(m, *s, *p, end);
        return false;
    case '?':
        at = single(m, *s, *p, end) ? match(m, *s + 1, end + 1) : NULL;
        if (at || m->error) {
            *s = at;
            return false;
        }
        *p = end + 1;
        return true;
    default:
        *s = single(m, *s, *p, end) ? *s + 1 : NULL;
        *p = end;
        return *s != NULL;
    }
}

/* An item that begins with %; as above. */
static bool escaped(pattern_match *m, const char **s, const char **p)
{
    int c = *p + 1 < m->pattern_end ? byte(*p + 1) : 0;

    if (c == 'b') {
        *s = balanced(m, *s, *p + 2);
        *p += 4;
    } else if (c == 'f') {
        const char *end = frontier(m, *s, *p + 2);

        *s = end ? *s : NULL;
        *p = end;
    } else if (isdigit(c)) {
        *s = again(m, *s, c);
        *p += 2;
    } else {
        return repeated(m, s, p);
    }
    return *s != NULL;
}

static const char *match_items(pattern_match *m, const char *s, const char *p)
{
    while (p < m->pattern_end) {
        switch (*p) {
        case '(':
            if (p + 1 < m->pattern_end && p[1] == ')')
                return open_capture(m, s, p + 2, CAPTURE_POSITION);
            return open_capture(m, s, p + 1, CAPTURE_OPEN);
        case ')':
            return close_capture(m, s, p + 1);
        case '$':
            if (p + 1 == m->pattern_end)
                return s == m->end ? s : NULL;
            break;
        case '%':
            if (!escaped(m, &s, &p))
                return s;
            continue;
        }
        if (!repeated(m, &s, &p))
            return s;
    }
    return s;
}

static const char *match(pattern_match *m, const char *s, const char *p)
{
    const char *at;

    if (m->depth >= PATTERN_DEPTH)
        return wrong(m, "pattern too complex", 0);
    m->depth++;
    at = match_items(m, s, p);
    m->depth--;
    return m->error ? NULL : at;
}

const char *pattern_at(pattern_match *m, const char *s, const char *pattern)
{
    m->ncaptures = 0;
    m->depth = 0;
    return match(m, s, pattern);
}

/* ---- plain text -------------------------------------------------------- */

bool pattern_is_plain(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] && strchr("^$*+?.([%-", p[i]))
            return false;
    return true;
}

const char *pattern_plain(const char *a, size_t na, const char *b, size_t nb)
{
    return nb ? memmem(a, na, b, nb) : a;
}
