/*
 * Random programs in Lua, one for each seed.
 *
 *     gen_lua SEED
 *
 * A program has functions that call those before them, and calls the last one
 * with arguments whose types change.  It ends: loops are short and all of them
 * burn fuel.  It writes results and messages of errors, and nothing that the
 * manual leaves open: no addresses, no order of `next`, no borders of tables
 * with holes, no variable that an operand changes while its neighbour reads it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FUNCTIONS = 6, DEPTH = 4, PARAMETERS = 3, GLOBALS = 3 };

static uint64_t state;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % n;
}

/* In the function that is being written. */
static struct {
    int number;                 /* of the function */
    int locals;                 /* that are visible: a1 ... */
    int depth;                  /* of blocks */
    int labels;
} here;

static const char *pick(const char *const *words, uint32_t n)
{
    return words[below(n)];
}
#define PICK(...)                                                           \
    pick((const char *const[]){ __VA_ARGS__ },                              \
         sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *))

static void number(int depth);
static void text(int depth);
static void any(int depth);

/* ---- expressions ------------------------------------------------------- */

static void variable(void)
{
    if (here.locals && below(4))
        printf("a%u", 1 + below((uint32_t)here.locals));
    else if (below(2))
        printf("p%u", 1 + below(PARAMETERS));
    else
        printf("G%u", 1 + below(GLOBALS));
}

static void call(int depth)
{
    if (here.number == 1) {
        printf("tostring(");
        any(depth - 1);
        printf(")");
        return;
    }
    printf("f%u(", 1 + below((uint32_t)here.number - 1));
    for (int i = 0; i < PARAMETERS; i++) {
        printf(i ? ", " : "");
        any(depth - 1);
    }
    printf(")");
}

static void binary(void (*operand)(int), const char *op, int depth)
{
    printf("(");
    operand(depth - 1);
    printf(" %s ", op);
    operand(depth - 1);
    printf(")");
}

static void condition(int depth)
{
    switch (depth > 0 ? below(6) : 5) {
    case 0:
        binary(number, PICK("<", "<=", ">", ">="), depth);
        break;
    case 1:
        binary(text, PICK("<", "<=", ">"), depth);
        break;
    case 2:
        binary(any, PICK("==", "~="), depth);
        break;
    case 3:
        printf("not ");
        condition(depth - 1);
        break;
    case 4:
        binary(condition, PICK("and", "or"), depth);
        break;
    default:
        variable();
    }
}

static void number(int depth)
{
    switch (depth > 0 ? below(13) : 10 + below(3)) {
    case 0: case 1: case 2:
        binary(number, PICK("+", "-", "*", "+", "-"), depth);
        break;
    case 3:
        binary(number, PICK("/", "//", "%", "^"), depth);
        break;
    case 4:
        binary(number, PICK("&", "|", "~", "<<", ">>"), depth);
        break;
    case 5:
        printf("#");
        text(depth - 1);
        break;
    case 6:
        printf("math.%s(", PICK("floor", "max", "abs", "tointeger"));
        number(depth - 1);
        printf(")");
        break;
    case 7:
        printf("(%s", PICK("- ", "- - ", "~"));
        number(depth - 1);
        printf(")");
        break;
    case 8:
        printf("select('#', ");
        any(depth - 1);
        printf(", several(");
        any(depth - 1);
        printf("))");
        break;
    case 9:
        printf("math.%s(", PICK("fmod", "min", "ult"));
        number(depth - 1);
        printf(", ");
        number(depth - 1);
        printf(")");
        break;
    case 10:
        variable();
        break;
    case 11:
        printf("%s", PICK("0", "1", "2", "-1", "3", "7", "100", "0x7fffffff",
                          "math.maxinteger", "math.mininteger", "63", "64",
                          "0xffffffffffffffff", "1 << 53"));
        break;
    default:
        printf("%s", PICK("0.5", "1.0", "-2.5", "1e15", "2^53", "1/0", "3.0",
                          "'10'", "-0.0", "2^63", "-2^63", "1e308", "'0x10'",
                          "' 3.5 '", "5e-324"));
    }
}

static void text(int depth)
{
    switch (depth > 0 ? below(8) : 6 + below(2)) {
    case 0:
        printf("cut(");
        binary(text, "..", depth);
        printf(")");
        break;
    case 1:
        printf("(");
        text(depth - 1);
        printf("):%s", PICK("upper()", "sub(2)", "sub(-2, -1)", "reverse()",
                            "rep(2, '-'):sub(1, 30)", "gsub('a', '%%1')"));
        break;
    case 2:
        printf("tostring(");
        number(depth - 1);
        printf(")");
        break;
    case 3:
        printf("select(");
        number(0);
        printf(", 'x', 'yy', ");
        any(depth - 1);
        printf(")");
        break;
    case 4:
        printf("(%s):format(", PICK("'%d'", "'%5.2f|'", "'%s'", "'%q'",
                                    "'%-6s|'", "'%x'", "'%g'", "'%c'"));
        any(depth - 1);
        printf(")");
        break;
    case 5:
        printf("(");
        text(depth - 1);
        printf("):%s", PICK("find('a')", "byte(-1)", "match('^(.)(.*)$')",
                            "gsub('.', {a = 'b', b = false})", "len()",
                            "gsub('%w', function(c) return c .. c end)"));
        break;
    case 6:
        printf("%s", PICK("'a'", "'bc'", "''", "'10'", "'A long one'",
                          "'x\\0y'"));
        break;
    default:
        variable();
    }
}

static void any(int depth)
{
    switch (depth > 0 ? below(12) : below(3)) {
    case 0: number(depth); break;
    case 1: text(depth); break;
    case 2:
        printf("%s", PICK("nil", "true", "false", "T", "M", "P"));
        break;
    case 3: call(depth); break;
    case 4:
        printf("T.%s", PICK("x", "y", "z"));
        break;
    case 5:
        printf("T[");
        number(1);
        printf("]");
        break;
    case 6:
        printf("(function(...) return ... end)(");
        any(depth - 1);
        printf(", ");
        any(depth - 1);
        printf(")");
        break;
    case 7:
        binary(any, PICK("and", "or"), depth);
        break;
    case 8:
        printf("M:%s(", PICK("get", "add", "missing"));
        number(depth - 1);
        printf(")");
        break;
    case 9:
        printf("P.%s", PICK("x", "name"));
        break;
    case 10:
        binary(any, PICK("..", "==", "<=", "+", "//"), depth);
        break;
    default:
        printf("({");
        any(depth - 1);
        printf(", x = ");
        any(depth - 1);
        printf("})%s", PICK("[1]", ".x", ".y"));
    }
}

/* ---- statements -------------------------------------------------------- */

static void block(int n);

static void indent(void)
{
    printf("%*s", 2 + 2 * here.depth, "");
}

static void inner(const char *end)
{
    int locals = here.locals;

    here.depth++;
    block(1 + (int)below(3));
    here.depth--;
    here.locals = locals;
    indent();
    printf("%s\n", end);
}

static void loop(void)
{
    switch (below(4)) {
    case 0:
        printf("for i = 1, %u do burn()\n", 1 + below(30));
        break;
    case 1:
        printf("for i = %s do burn()\n", PICK("10, 1, -3", "1, 2, 0.25",
                                              "3, 1", "1.0, 3"));
        break;
    case 2:
        printf("for i, v in ipairs(L) do burn()\n");
        break;
    default:
        printf("while ");
        condition(2);
        printf(" do burn()\n");
    }
    inner("end");
}

/* Closures of a loop, each with a variable of its own. */
static void closures(void)
{
    int locals = here.locals;

    printf("local fs = {} for i = 1, %u do local c = ", 1 + below(4));
    any(2);
    printf(" fs[i] = function(d) burn()\n");
    here.depth++;
    block(1);
    here.depth--;
    here.locals = locals;
    indent();
    printf("c = ");
    any(2);
    printf(" return c, d, i end end\n");
    for (int i = 0; i < 3; i++) {
        indent();
        printf("say(fs[%s](", PICK("1", "#fs"));
        any(2);
        printf("))\n");
    }
}

/* Forwards over the rest of a block, or backwards. */
static void jump(void)
{
    int label = here.labels++;

    if (below(2)) {
        printf("for i = 1, %u do burn() if ", 1 + below(9));
        condition(2);
        printf(" then goto l%d end\n", label);
    } else {
        printf("do local n = 0 ::b%d:: n = n + 1 burn() if n < %u then goto "
               "b%d end\n", label, 1 + below(20), label);
    }
    block(1 + (int)below(2));
    indent();
    printf("::l%d:: end\n", label);
}

/* A variable that is closed, whichever way the block is left. */
static void closing(void)
{
    printf("say(pcall(function() local c <close> = closer(");
    number(1);
    printf(")\n");
    here.depth++;
    block(1 + (int)below(2));
    indent();
    printf("%s(", PICK("say", "error", "error", "do return end say"));
    printf("%s", PICK("'end'", "{}", "nil", "P, 2", "'no', 2", "'no', 0"));
    printf(")\n");
    here.depth--;
    indent();
    printf("end))\n");
}

/* Values go both ways. */
static void resumed(void)
{
    int locals = here.locals;

    printf("local co = coroutine.create(function(x)\n");
    here.depth++;
    block(1);
    indent();
    printf("local y = coroutine.yield(x, ");
    any(2);
    printf(") say(y)\n");
    block(1);
    indent();
    printf("return several(y) end)\n");
    here.depth--;
    here.locals = locals;
    for (int i = 0; i < 3; i++) {
        indent();
        printf("say(coroutine.resume(co, ");
        any(2);
        printf(")) say(coroutine.status(co))\n");
    }
}

static void special(void)
{
    void (*const kinds[])(void) = { closures, jump, closing, resumed };
    int locals = here.locals;

    printf("do\n");
    here.depth++;
    indent();
    kinds[below(sizeof kinds / sizeof *kinds)]();
    here.depth--;
    here.locals = locals;
    indent();
    printf("end\n");
}

static void assignment(void)
{
    switch (below(8)) {
    case 0:
        printf("G%u = ", 1 + below(GLOBALS));
        any(DEPTH);
        break;
    case 1:
        printf("T.%s = ", PICK("x", "y", "z"));
        any(DEPTH);
        break;
    case 2:
        printf("L[#L + 1] = ");
        number(DEPTH);
        break;
    case 3:
        printf("L[#L] = nil");
        break;
    case 4:
        printf("p%u, p%u = ", 1 + below(PARAMETERS), 1 + below(PARAMETERS));
        any(DEPTH);
        printf(", ");
        any(DEPTH);
        break;
    case 5:
        printf("p1, p2, p3 = several(");
        any(DEPTH);
        printf(")");
        break;
    case 6:
        printf("P.%s = ", PICK("x", "name"));
        any(DEPTH);
        break;
    default:
        printf("p%u = ", 1 + below(PARAMETERS));
        any(DEPTH);
    }
    printf("\n");
}

static void statement(void)
{
    indent();
    switch (here.depth < 3 ? below(12) : 5 + below(5)) {
    case 0:
        printf("if ");
        condition(3);
        printf(" then\n");
        inner(below(2) ? "end" : "else say('else') end");
        break;
    case 1: case 2:
        loop();
        break;
    case 3:
        printf("say(pcall(function()\n");
        inner("end))");
        break;
    case 4:
        printf("for v in coroutine.wrap(function()\n");
        inner("coroutine.yield(nil) end) do say(v) break end");
        break;
    case 5: case 6:
        printf("local a%d = ", here.locals + 1);
        any(DEPTH);
        printf("\n");
        here.locals++;
        break;
    case 7:
        printf("say(");
        any(DEPTH);
        printf(")\n");
        break;
    case 10: case 11:
        special();
        break;
    default:
        assignment();
    }
}

static void block(int n)
{
    while (n-- > 0)
        statement();
}

static void function(int k)
{
    here.number = k;
    here.locals = here.depth = here.labels = 0;
    printf("local function f%d(p1, p2, p3)\n  burn()\n", k);
    block(3 + (int)below(5));
    printf("  return ");
    any(DEPTH);
    printf("\nend\n");
}

static const char start[] =
    "local fuel = 0\n"
    "local function burn()\n"
    "  fuel = fuel - 1 if fuel < 0 then error('no fuel', 0) end\n"
    "end\n"
    "local function shown(v)\n"
    "  local t = type(v)\n"
    "  if t == 'table' or t == 'function' then return t end\n"
    "  return t:sub(1, 1) .. (tostring(v):gsub('-nan', 'nan'))\n"
    "end\n"
    "local lines = 0\n"
    "local function say(...)\n"
    "  lines = lines + 1 if lines > 2000 then return end\n"
    "  local t = table.pack(...)\n"
    "  for i = 1, t.n do t[i] = shown(t[i]) end\n"
    "  print(table.concat(t, ' '))\n"
    "end\n"
    "local function cut(s) return s:sub(1, 20) end\n"
    "local T, L = {x = 1}, {1, 2, 3}\n"
    "local M = setmetatable({n = 1}, {__index = {\n"
    "  get = function(self, k) return self.n + k end,\n"
    "  add = function(self, k) self.n = (self.n + k) % 1000 return self end},\n"
    "  __add = function(a, b) return 1 end, __lt = function() return true end,\n"
    "  __le = function() return false end,\n"
    "  __len = function() return 5 end, __call = function(_, a) return a end})\n"
    "local P = setmetatable({}, {\n"
    "  __index = function(_, k) return k end,\n"
    "  __newindex = function(t, k, v)\n"
    "    rawset(t, k == 'x' and 'x' or 1, v) end,\n"
    "  __concat = function(a, b) return shown(a) .. shown(b) end,\n"
    "  __eq = function() return true end, __idiv = function(a) return a end,\n"
    "  __le = function(a, b) error({}) end, __unm = function() return 3 end,\n"
    "  __tostring = function() return 'P' end, __name = 'proxy'})\n"
    "local function several(a, ...)\n"
    "  if a then return ..., a, 1 end return select(-1, 2, ...)\n"
    "end\n"
    "local function closer(k)\n"
    "  return setmetatable({}, {__close = function(_, e)\n"
    "    say('closed', e) if k == 1 then error('closing', 0) end end})\n"
    "end\n"
    "G1, G2, G3 = 1, 'g', 2.5\n";

static const char finish[] =
    "local values = {1, 2.5, 'text', 7, true, 3, '4', 5, 6, 8, M, 9, false}\n"
    "for round = 1, 60 do\n"
    "  fuel = 200\n"
    "  local a = values[round % 13 + 1]\n"
    "  if round < 30 then a = round end\n"
    "  say(pcall(last, a, round * 1.5, values[round % 5 + 1]))\n"
    "end\n"
    "say(G1, G2, G3, T.x, T.y, T.z, #L, M.n)\n";

int main(int argc, char **argv)
{
    state = (argc > 1 ? strtoull(argv[1], NULL, 0) : 1) *
                0x9e3779b97f4a7c15u + 1;
    for (int i = 0; i < 10; i++)
        below(2);
    printf("%s", start);
    for (int k = 1; k <= FUNCTIONS; k++)
        function(k);
    printf("local last = f%d\n%s", FUNCTIONS, finish);
    return 0;
}
