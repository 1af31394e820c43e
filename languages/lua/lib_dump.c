/*
 * string.dump, and how load reads what that made.
 *
 * A function is its tree here, so what is dumped is the text of its chunk and
 * which function of that it is:
 *
 *     header of a binary chunk of Lua 5.4
 *     a piece on which the reference implementation stops reading
 *     number of the function, flags, the chunk's name, the chunk's text
 *     hash of all that
 *
 * So any process that has this language can load it, and no other: what only
 * looks like a binary chunk is refused before anything of it is used.
 */
#include "languages/lua/build.h"
#include "languages/lua/library.h"
#include "languages/lua/nodes.h"

#include "framework/base/text.h"

#include <string.h>

/* As lua_Integer and lua_Number have it after their sizes: 0x5678, 370.5. */
static const char header[] =
    "\033Lua\x54\0\x19\x93\r\n\x1a\n\x04\x08\x08"
    "\x78\x56\0\0\0\0\0\0\0\0\0\0\0\x28\x77\x40";

/* No captured variables, then a length of more bits than any has. */
static const char barrier[] = "\0\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f";

enum { HEADER = sizeof header - 1, BARRIER = sizeof barrier - 1 };

typedef struct layout {
    uint32_t function, stripped;
    uint64_t name, text;        /* lengths */
} layout;

/* ---- writing ----------------------------------------------------------- */

static void write_chunk(esp_text *to, const lua_proto *p, bool stripped)
{
    const esp_source *source = p->source;
    layout l = { .function = p->number, .stripped = stripped,
                 .name = strlen(p->chunk), .text = source->length };
    uint64_t hash;

    text_add(to, header, HEADER);
    text_add(to, barrier, BARRIER);
    text_add(to, (const char *)&l, sizeof l);
    text_add(to, p->chunk, l.name);
    text_add(to, source->text, l.text);
    hash = esp_hash_bytes(text_get(to), to->n);
    text_add(to, (const char *)&hash, sizeof hash);
}

esp_value lua_string_dump(lua_state *lua, const esp_value *args, uint64_t n)
{
    const lua_proto *p = LUA_ARG_FUNCTION(0)->proto;
    bool strip = lua_is_true(lua_arg(args, n, 1));
    esp_text text = { 0 };
    esp_value v;

    if (p->builtin)
        return lua_error(lua, "unable to dump given function");
    write_chunk(&text, p, strip || p->source->name == lua_unknown_source);
    v = lua_string_new(lua, text_get(&text), text.n);
    text_free(&text);
    return v;
}

/* ---- reading ----------------------------------------------------------- */

/* NULL, or what is wrong. */
static const char *check(const char *s, size_t n, layout *l)
{
    enum { FRONT = HEADER + BARRIER };
    size_t start = n < HEADER ? n : HEADER, rest;
    uint64_t hash;

    if (memcmp(s, header, start))
        return "not a binary chunk of this version";
    if (n < FRONT + sizeof *l + sizeof hash)
        return "truncated chunk";
    memcpy(l, s + FRONT, sizeof *l);
    rest = n - FRONT - sizeof *l - sizeof hash;
    if (memcmp(s + HEADER, barrier, BARRIER))
        return "of another implementation";
    if (l->name > rest || l->text > rest - l->name)
        return "truncated chunk";
    memcpy(&hash, s + n - sizeof hash, sizeof hash);
    if (l->name + l->text != rest ||
        hash != esp_hash_bytes(s, n - sizeof hash))
        return "corrupted chunk";
    return NULL;
}

lua_function *lua_undump(lua_state *lua, const char *s, size_t n,
                         const char *chunk, esp_value env)
{
    layout l;
    const char *wrong = check(s, n, &l);
    lua_chunk c = { .env = env };
    char *name;

    if (*chunk == '=' || *chunk == '@')
        chunk++;
    else if (*chunk == *header)
        chunk = "binary string";
    if (wrong) {
        esp_throw(lua->context, lua_textf(lua, "%s: bad binary format (%s)",
                                          chunk, wrong));
        return NULL;
    }
    name = (char *)esp_alloc_flat(lua->context, l.name + 1);
    if (!name)
        return NULL;
    memcpy(name, s + HEADER + BARRIER + sizeof l, l.name);
    name[l.name] = '\0';
    c.name = name;
    c.text = s + HEADER + BARRIER + sizeof l + l.name;
    c.n = l.text;
    c.function = l.function;
    c.stripped = l.stripped;
    return lua_compile_part(lua, &c);
}
