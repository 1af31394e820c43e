/*
 * Metatables, and what operations do when it is not simple.
 *
 * The node that asks is where errors are; NULL: a builtin asks.
 */
#include "languages/lua/nodes.h"

#include <math.h>
#include <string.h>

enum {
    MOST_LINKS = 2000,                  /* of __index and __newindex */
    FEW_BYTES = 256                     /* are appended to as many at least */
};

/* ---- types ------------------------------------------------------------- */

const char *lua_type_name(esp_value v)
{
    static const char *const names[] = {
        [LUA_NIL] = "nil", [LUA_BOOLEAN] = "boolean", [LUA_INT] = "number",
        [LUA_FLOAT] = "number", [LUA_STRING] = "string",
        [LUA_TABLE] = "table", [LUA_FUNCTION] = "function",
        [LUA_USERDATA] = "userdata", [LUA_THREAD] = "thread",
    };

    return v.tag < LUA_TYPES ? names[v.tag] : "?";
}

const char *lua_type_name_of(lua_state *lua, esp_value v)
{
    esp_value name = lua_nil();
    const char *text = NULL;

    if (v.tag == LUA_TABLE || v.tag == LUA_USERDATA)
        name = lua_metamethod(lua, v, LUA_META_name);
    if (name.tag == LUA_STRING)
        text = esp_string_c(lua->context, lua_string_of(name));
    return text ? text : lua_type_name(v);
}

lua_table *lua_metatable(lua_state *lua, esp_value v)
{
    if (v.tag == LUA_TABLE)
        return lua_table_metatable(lua_table_of(v));
    if (v.tag == LUA_USERDATA)
        return lua_userdata_of(v)->metatable;
    return lua->type_metatables[v.tag == LUA_FLOAT ? LUA_INT : v.tag];
}

void lua_set_type_metatable(lua_state *lua, uint64_t tag, lua_table *mt)
{
    lua->type_metatables[tag == LUA_FLOAT ? LUA_INT : tag] = mt;
}

esp_value lua_metamethod(lua_state *lua, esp_value v, int meta)
{
    lua_table *mt = lua_metatable(lua, v);

    return mt ? lua_table_get_name(mt, lua->meta_names[meta]) : lua_nil();
}

/* Calls what was found for this event with the two operands. */
static esp_value call_handler(lua_state *lua, const esp_node *node, int meta,
                              esp_value f, const esp_value *operands)
{
    static const char *const names[] = {
#define META(word) #word,
#include "languages/lua/meta.def"
#undef META
    };

    if (f.tag != LUA_FUNCTION &&
        lua_metamethod(lua, f, LUA_META_call).tag == LUA_NIL)
        return lua_error_at(lua, node,
                            "attempt to call a %s value (metamethod '%s')",
                            lua_type_name_of(lua, f), names[meta]);
    return lua_call1(lua, f, operands, 2);
}

/* ---- equality ---------------------------------------------------------- */

bool lua_raw_equal(esp_value a, esp_value b)
{
    if (a.tag != b.tag) {
        int64_t i;

        if (!lua_is_number(a) || !lua_is_number(b))
            return false;
        if (a.tag == LUA_INT)
            return lua_float_to_int(b.as.d, &i) && i == a.as.i;
        return lua_float_to_int(a.as.d, &i) && i == b.as.i;
    }
    switch (a.tag) {
    case LUA_NIL:    return true;
    case LUA_FLOAT:  return a.as.d == b.as.d;
    case LUA_STRING: return lua_string_equal(lua_string_of(a),
                                             lua_string_of(b));
    default:         return a.as.i == b.as.i;
    }
}

esp_value lua_equal_slow(lua_state *lua, esp_value a, esp_value b)
{
    esp_value args[] = { a, b }, f, v;

    if (lua_raw_equal(a, b))
        return lua_boolean(true);
    if (a.tag != b.tag || (a.tag != LUA_TABLE && a.tag != LUA_USERDATA))
        return lua_boolean(false);
    f = lua_metamethod(lua, a, LUA_META_eq);
    if (f.tag == LUA_NIL)
        f = lua_metamethod(lua, b, LUA_META_eq);
    if (f.tag == LUA_NIL)
        return lua_boolean(false);
    v = ESP_TRY(lua_call1(lua, f, args, 2));
    return lua_boolean(lua_is_true(v));
}

esp_value lua_equal(lua_state *lua, esp_value a, esp_value b)
{
    return lua_equal_slow(lua, a, b);
}

/* ---- order ------------------------------------------------------------- */

/* Integers and floats exactly: which side the float is of the integer, or
 * false for NaN. */
static bool int_less_float(int64_t i, double d, bool or_equal)
{
    if (d >= 0x1p63)
        return true;
    if (!(d >= -0x1p63))
        return false;
    return or_equal ? i <= (int64_t)floor(d)
                    : i < (int64_t)ceil(d);
}

static bool float_less_int(double d, int64_t i, bool or_equal)
{
    if (d < -0x1p63)
        return true;
    if (!(d < 0x1p63))
        return false;
    return or_equal ? (int64_t)ceil(d) <= i : (int64_t)floor(d) < i;
}

static bool number_less(esp_value a, esp_value b, bool or_equal)
{
    if (a.tag == LUA_INT && b.tag == LUA_INT)
        return or_equal ? a.as.i <= b.as.i : a.as.i < b.as.i;
    if (a.tag == LUA_FLOAT && b.tag == LUA_FLOAT)
        return or_equal ? a.as.d <= b.as.d : a.as.d < b.as.d;
    return a.tag == LUA_INT ? int_less_float(a.as.i, b.as.d, or_equal)
                            : float_less_int(a.as.d, b.as.i, or_equal);
}

static esp_value compare_error(lua_state *lua, const esp_node *node,
                               esp_value a, esp_value b)
{
    const char *one = lua_type_name_of(lua, a);
    const char *two = lua_type_name_of(lua, b);

    if (!strcmp(one, two))
        return lua_error_at(lua, node, "attempt to compare two %s values",
                            one);
    return lua_error_at(lua, node, "attempt to compare %s with %s", one, two);
}

static esp_value less(lua_state *lua, const esp_node *node, esp_value a,
                      esp_value b, bool or_equal)
{
    int meta = or_equal ? LUA_META_le : LUA_META_lt;
    esp_value args[] = { a, b }, f, v;

    if (lua_is_number(a) && lua_is_number(b))
        return lua_boolean(number_less(a, b, or_equal));
    if (a.tag == LUA_STRING && b.tag == LUA_STRING) {
        int order = lua_string_compare(lua_string_of(a), lua_string_of(b));

        return lua_boolean(or_equal ? order <= 0 : order < 0);
    }
    f = lua_metamethod(lua, a, meta);
    if (f.tag == LUA_NIL)
        f = lua_metamethod(lua, b, meta);
    if (f.tag == LUA_NIL)
        return compare_error(lua, node, a, b);
    v = ESP_TRY(call_handler(lua, node, meta, f, args));
    return lua_boolean(lua_is_true(v));
}

esp_value lua_compare_slow(lua_state *lua, const esp_node *node, int op,
                           esp_value a, esp_value b)
{
    switch (op) {
    case OP_LT: return less(lua, node, a, b, false);
    case OP_LE: return less(lua, node, a, b, true);
    case OP_GT: return less(lua, node, b, a, false);
    default:    return less(lua, node, b, a, true);
    }
}

esp_value lua_less(lua_state *lua, esp_value a, esp_value b)
{
    return less(lua, NULL, a, b, false);
}

esp_value lua_less_equal(lua_state *lua, esp_value a, esp_value b)
{
    return less(lua, NULL, a, b, true);
}

/* ---- arithmetic -------------------------------------------------------- */

static bool is_bitwise(int op)
{
    return op >= OP_BAND && op <= OP_BNOT;
}

static double as_double(esp_value v)
{
    return v.tag == LUA_INT ? (double)v.as.i : v.as.d;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q;

    if (b == -1)
        return (int64_t)-(uint64_t)a;
    q = a / b;
    return q - (a % b != 0 && (a ^ b) < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    int64_t r;

    if (b == -1)
        return 0;
    r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

static double float_mod(double a, double b)
{
    double r = fmod(a, b);

    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static uint64_t shift_left(uint64_t a, uint64_t b)
{
    if (b < 64)
        return a << b;
    return -b < 64 ? a >> -b : 0;
}

/* ESP_NOTHING: not for integers. */
static esp_value int_arith(int op, int64_t x, int64_t y)
{
    uint64_t a = (uint64_t)x, b = (uint64_t)y;

    switch (op) {
    case OP_ADD:  return lua_int((int64_t)(a + b));
    case OP_SUB:  return lua_int((int64_t)(a - b));
    case OP_MUL:  return lua_int((int64_t)(a * b));
    case OP_UNM:  return lua_int((int64_t)-a);
    case OP_IDIV: return lua_int(floor_div(x, y));
    case OP_MOD:  return lua_int(floor_mod(x, y));
    case OP_BAND: return lua_int((int64_t)(a & b));
    case OP_BOR:  return lua_int((int64_t)(a | b));
    case OP_BXOR: return lua_int((int64_t)(a ^ b));
    case OP_BNOT: return lua_int((int64_t)~a);
    case OP_SHL:  return lua_int((int64_t)shift_left(a, b));
    case OP_SHR:  return lua_int((int64_t)shift_left(a, -b));
    default:      return esp_nothing();
    }
}

static esp_value float_arith(int op, double a, double b)
{
    switch (op) {
    case OP_ADD:  return lua_float(a + b);
    case OP_SUB:  return lua_float(a - b);
    case OP_MUL:  return lua_float(a * b);
    case OP_DIV:  return lua_float(a / b);
    case OP_MOD:  return lua_float(float_mod(a, b));
    case OP_POW:  return lua_float(b == 2 ? a * a : pow(a, b));
    case OP_IDIV: return lua_float(floor(a / b));
    default:      return lua_float(-a);
    }
}

static esp_value number_arith(lua_state *lua, const esp_node *node, int op,
                              esp_value a, esp_value b)
{
    if (a.tag == LUA_INT && b.tag == LUA_INT && op != OP_DIV &&
        op != OP_POW) {
        if (b.as.i == 0 && op == OP_IDIV)
            return lua_error_at(lua, node, "attempt to divide by zero");
        if (b.as.i == 0 && op == OP_MOD)
            return lua_error_at(lua, node, "attempt to perform 'n%%0'");
        return int_arith(op, a.as.i, b.as.i);
    }
    return float_arith(op, as_double(a), as_double(b));
}

bool lua_fold(int op, esp_value a, esp_value b, esp_value *to)
{
    int64_t i, j;

    if (op > OP_BNOT)
        return false;
    if (is_bitwise(op)) {
        if (!lua_to_int(a, &i) || !lua_to_int(b, &j))
            return false;
        *to = int_arith(op, i, j);
        return true;
    }
    if (b.tag == LUA_INT && b.as.i == 0)
        return false;
    *to = number_arith(NULL, NULL, op, a, b);
    /* NaN and -0 are made at run time, as in PUC Lua. */
    return to->tag == LUA_INT || (to->as.d == to->as.d && to->as.d != 0);
}

static const esp_node *operand(const esp_node *node, bool left)
{
    if (!node)
        return NULL;
    return left ? lua_left_operand(node) : lua_right_operand(node);
}

/* Strings in arithmetic that are no numerals, or whose other operand is no
 * number: the metamethods of strings fail in their own words. */
static esp_value string_error(lua_state *lua, const esp_node *node, int op,
                              esp_value a, esp_value b)
{
    static const char *const words[] = {
        [OP_ADD] = "add", [OP_SUB] = "sub", [OP_MUL] = "mul",
        [OP_DIV] = "div", [OP_MOD] = "mod", [OP_POW] = "pow",
        [OP_UNM] = "unm", [OP_IDIV] = "idiv",
    };

    return lua_error_at(lua, node, "attempt to %s a '%s' with a '%s'",
                        words[op], lua_type_name(a), lua_type_name(b));
}

static esp_value bit_error(lua_state *lua, const esp_node *node, esp_value a,
                           esp_value b)
{
    int64_t i;
    bool left = !lua_is_number(a);
    char name[160];

    if (lua_is_number(a) && lua_is_number(b)) {
        name[0] = '\0';
        if (node)
            lua_describe(operand(node, !lua_to_int(a, &i)), name,
                         sizeof name);
        return lua_error_at(lua, node,
                            "number%s has no integer representation", name);
    }
    return lua_operand_error(lua, node, "perform bitwise operation on",
                             left ? a : b, operand(node, left));
}

static esp_value arith_error(lua_state *lua, const esp_node *node, int op,
                             esp_value a, esp_value b)
{
    bool left = !lua_is_number(a);

    if (is_bitwise(op))
        return bit_error(lua, node, a, b);
    if (a.tag == LUA_STRING || b.tag == LUA_STRING)
        return string_error(lua, node, op, a, b);
    return lua_operand_error(lua, node, "perform arithmetic on",
                             left ? a : b, operand(node, left));
}

/* Numbers, or strings that are numerals; bits are only of numbers. */
static bool try_numbers(lua_state *lua, const esp_node *node, int op,
                        esp_value a, esp_value b, esp_value *to)
{
    int64_t i, j;

    if (is_bitwise(op)) {
        if (!lua_is_number(a) || !lua_is_number(b) || !lua_to_int(a, &i) ||
            !lua_to_int(b, &j))
            return false;
        *to = int_arith(op, i, j);
        return true;
    }
    if (!lua_to_number(a, &a) || !lua_to_number(b, &b))
        return false;
    *to = number_arith(lua, node, op, a, b);
    return true;
}

esp_value lua_arith_slow(lua_state *lua, const esp_node *node, int op,
                         esp_value a, esp_value b)
{
    int meta = LUA_META_add + op;
    bool numbers = lua_is_number(a) && lua_is_number(b);
    esp_value args[] = { a, b }, f = lua_nil(), v;

    if (numbers && try_numbers(lua, node, op, a, b, &v))
        return v;
    if (!numbers) {
        f = lua_metamethod(lua, a, meta);
        if (f.tag == LUA_NIL)
            f = lua_metamethod(lua, b, meta);
        if (f.tag != LUA_NIL)
            return call_handler(lua, node, meta, f, args);
        if (try_numbers(lua, node, op, a, b, &v))
            return v;
    }
    return arith_error(lua, node, op, a, b);
}

/* ---- length, concatenation --------------------------------------------- */

esp_value lua_length_slow(lua_state *lua, const esp_node *node, esp_value v)
{
    esp_value f;

    if (v.tag == LUA_STRING)
        return lua_int((int64_t)lua_length(lua_string_of(v)));
    f = lua_metamethod(lua, v, LUA_META_len);
    if (f.tag != LUA_NIL)
        return call_handler(lua, node, LUA_META_len, f,
                            (esp_value[]){ v, v });
    if (v.tag == LUA_TABLE)
        return lua_int(lua_table_length(lua_table_of(v)));
    return lua_operand_error(lua, node, "get length of", v,
                             operand(node, true));
}

esp_value lua_len(lua_state *lua, esp_value v)
{
    return lua_length_slow(lua, NULL, v);
}

static bool is_text(esp_value v)
{
    return v.tag == LUA_STRING || lua_is_number(v);
}

ESP_INLINE const char *bytes_of(esp_value v, size_t *n,
                                char room[LUA_NUMBER_TEXT])
{
    if (ESP_UNLIKELY(v.tag != LUA_STRING))
        return lua_to_bytes(v, n, room);
    *n = lua_length(lua_string_of(v));
    return lua_bytes(lua_string_of(v));
}

/* A string of that length: the others are empty then.  nil: none. */
static esp_value whole_part(const esp_value *parts, uint32_t n, size_t total)
{
    for (uint32_t i = 0; i < n; i++)
        if (parts[i].tag == LUA_STRING &&
            lua_length(lua_string_of(parts[i])) == total)
            return parts[i];
    return lua_nil();
}

static void put_together(char *to, const esp_value *parts, uint32_t n)
{
    char room[LUA_NUMBER_TEXT];
    size_t length;

    for (uint32_t i = 0; i < n; i++) {
        const char *bytes = bytes_of(parts[i], &length, room);

        memcpy(to, bytes, length);
        to += length;
    }
}

/* A long string that short ones are put behind: a loop that does so takes time
 * in proportion to the result. */
static esp_value append(lua_state *lua, const esp_value *parts, uint32_t n,
                        size_t more)
{
    char few[FEW_BYTES];
    esp_string *s = lua_string_of(parts[0]);

    if (n == 2 && parts[1].tag == LUA_STRING) {
        s = esp_string_append_flat(lua->context, s,
                                   lua_bytes(lua_string_of(parts[1])), more);
    } else {
        put_together(few, parts + 1, n - 1);
        s = esp_string_append_flat(lua->context, s, few, more);
    }
    return s ? lua_pointer(s, LUA_STRING) : esp_abrupt(ESP_THROW);
}

static bool is_appending(const esp_value *parts, uint32_t n, size_t total)
{
    size_t first = parts[0].tag == LUA_STRING
                       ? lua_length(lua_string_of(parts[0])) : 0;

    return first >= FEW_BYTES && total - first <= first &&
           (total - first <= FEW_BYTES ||
            (n == 2 && parts[1].tag == LUA_STRING));
}

/* All are strings or numbers: one string. */
static esp_value join(lua_state *lua, const esp_value *parts, uint32_t n)
{
    char room[LUA_NUMBER_TEXT];
    size_t total = 0, length;
    esp_string *s;
    esp_value whole;

    for (uint32_t i = 0; i < n; i++) {
        bytes_of(parts[i], &length, room);
        total += length;
        if (total > ESP_LONGEST_STRING)
            return lua_error_at(lua, NULL, "string length overflow");
    }
    whole = whole_part(parts, n, total);
    if (whole.tag != LUA_NIL)
        return whole;
    if (is_appending(parts, n, total))
        return append(lua, parts, n, total - lua_length(lua_string_of(*parts)));
    s = lua_string_make(lua, NULL, total);
    if (!s)
        return esp_abrupt(ESP_THROW);
    put_together(s->bytes, parts, n);
    return lua_pointer(s, LUA_STRING);
}

static esp_value concat_two(lua_state *lua, const esp_node *node, esp_value a,
                            esp_value b, uint32_t left)
{
    esp_value args[] = { a, b }, f;

    if (is_text(a) && is_text(b))
        return join(lua, args, 2);
    f = lua_metamethod(lua, a, LUA_META_concat);
    if (f.tag == LUA_NIL)
        f = lua_metamethod(lua, b, LUA_META_concat);
    if (f.tag != LUA_NIL)
        return call_handler(lua, node, LUA_META_concat, f, args);
    if (is_text(a)) {
        a = b;
        left++;
    }
    return lua_operand_error(lua, node, "concatenate", a,
                             node ? lua_concat_operand(node, left) : NULL);
}

/* From the right: as many texts at once as there are. */
esp_value lua_concat_slow(lua_state *lua, const esp_node *node,
                          const esp_value *parts, uint32_t n)
{
    uint32_t first = n - 1;
    esp_value v;

    while (first && is_text(parts[first - 1]) && is_text(parts[first]))
        first--;
    if (first == 0)
        return join(lua, parts, n);
    v = first == n - 1 ? parts[first]
                       : ESP_TRY(join(lua, parts + first, n - first));
    while (first--)
        v = ESP_TRY(concat_two(lua, node, parts[first], v, first));
    return v;
}

esp_value lua_concat(lua_state *lua, esp_value a, esp_value b)
{
    return concat_two(lua, NULL, a, b, 0);
}

/* ---- indexing ---------------------------------------------------------- */

static esp_value index_error(lua_state *lua, const esp_node *node,
                             esp_value v, bool named)
{
    const esp_node *object = node && named ? lua_index_object(node) : NULL;
    char name[160];

    if (!object && node && named)
        object = lua_callee(node);      /* of a method */
    if (object && lua_literal_class.execute != object->class->execute) {
        lua_describe(object, name, sizeof name);
        if (name[0])
            return lua_operand_error(lua, node, "index", v, object);
    }
    return lua_operand_error(lua, node, "index", v, NULL);
}

esp_value lua_index_slow(lua_state *lua, const esp_node *node, esp_value v,
                         esp_value key)
{
    for (int i = 0; i < MOST_LINKS; i++) {
        esp_value f;

        if (v.tag == LUA_TABLE) {
            lua_table *t = lua_table_of(v);
            lua_table *mt = lua_table_metatable(t);
            esp_value found = lua_table_get(lua, t, key);

            if (found.tag != LUA_NIL || !mt)
                return found;
            f = lua_table_get_name(mt, lua->meta_names[LUA_META_index]);
            if (f.tag == LUA_NIL)
                return lua_nil();
        } else {
            f = lua_metamethod(lua, v, LUA_META_index);
            if (f.tag == LUA_NIL)
                return index_error(lua, node, v, i == 0);
        }
        if (f.tag == LUA_FUNCTION)
            return lua_call1(lua, f, (esp_value[]){ v, key }, 2);
        v = f;
    }
    return lua_error_at(lua, node,
                        "'__index' chain too long; possible loop");
}

esp_value lua_index(lua_state *lua, esp_value v, esp_value key)
{
    return lua_index_slow(lua, NULL, v, key);
}

static esp_value raw_set(lua_state *lua, const esp_node *node, lua_table *t,
                         esp_value key, esp_value to)
{
    if (key.tag == LUA_NIL)
        return lua_error_at(lua, node, "table index is nil");
    if (key.tag == LUA_FLOAT && key.as.d != key.as.d)
        return lua_error_at(lua, node, "table index is NaN");
    return lua_table_put(lua, t, key, to) ? lua_nil()
                                          : esp_abrupt(ESP_THROW);
}

esp_value lua_set_index_slow(lua_state *lua, const esp_node *node, esp_value v,
                             esp_value key, esp_value to)
{
    for (int i = 0; i < MOST_LINKS; i++) {
        esp_value f;

        if (v.tag == LUA_TABLE) {
            lua_table *t = lua_table_of(v);
            lua_table *mt = lua_table_metatable(t);

            if (!mt)
                return raw_set(lua, node, t, key, to);
            f = lua_table_get_name(mt, lua->meta_names[LUA_META_newindex]);
            if (f.tag == LUA_NIL ||
                lua_table_get(lua, t, key).tag != LUA_NIL)
                return raw_set(lua, node, t, key, to);
        } else {
            f = lua_metamethod(lua, v, LUA_META_newindex);
            if (f.tag == LUA_NIL)
                return index_error(lua, node, v, i == 0);
        }
        if (f.tag == LUA_FUNCTION) {
            esp_value args[] = { v, key, to };

            return lua_call1(lua, f, args, 3);
        }
        v = f;
    }
    return lua_error_at(lua, node,
                        "'__newindex' chain too long; possible loop");
}

esp_value lua_set_index(lua_state *lua, esp_value v, esp_value key,
                        esp_value to)
{
    return lua_set_index_slow(lua, NULL, v, key, to);
}

/* ---- text -------------------------------------------------------------- */

static esp_value address_text(lua_state *lua, esp_value v)
{
    const char *type = lua_type_name_of(lua, v);

    return lua_textf(lua, "%s: %p", type, v.as.p);
}

esp_value lua_tostring(lua_state *lua, esp_value v)
{
    char text[LUA_NUMBER_TEXT];
    esp_value f;

    if (v.tag == LUA_STRING)
        return v;
    f = lua_metamethod(lua, v, LUA_META_tostring);
    if (f.tag != LUA_NIL) {
        v = ESP_TRY(lua_call1(lua, f, &v, 1));
        if (v.tag != LUA_STRING && !lua_is_number(v))
            return lua_error(lua, "'__tostring' must return a string");
        if (v.tag == LUA_STRING)
            return v;
    }
    if (lua_is_number(v))
        return lua_string_new(lua, text, lua_number_text(v, text));
    if (v.tag == LUA_NIL || v.tag == LUA_BOOLEAN)
        return lua_text(lua, v.tag == LUA_NIL ? "nil"
                             : v.as.i         ? "true"
                                              : "false");
    return address_text(lua, v);
}
