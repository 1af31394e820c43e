/*
 * annotate.h: what C code tells Espalier's evaluator.
 *
 * The marks are for clang, under espcc; for any other compiler they vanish and
 * the program is a plain interpreter.  Functions below that end in an empty
 * body mean something only to the evaluator: natively they do nothing.
 */
#ifndef ESP_ANNOTATE_H
#define ESP_ANNOTATE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__clang__) && defined(ESP_IMAGE)
#define ESP_MARK(text) __attribute__((annotate(text)))
/* The mark that a mere declaration, too, hands on to mkimage. */
#define ESP_CALLS_NOTHING __attribute__((leaf))
#else
#define ESP_MARK(text)
#define ESP_CALLS_NOTHING
#endif

/*
 * Fields.
 *
 * ESP_FINAL: may be read at compile time.  Whoever writes it first calls
 * esp_deopt_invalidate(), and tells the node's target before and after
 *   (esp_node_changing, esp_node_changed).
 * ESP_CHILD: a child node; final, and replaceable by esp_node_replace.
 * ESP_CHILD_ARRAY: a pointer to an array of child nodes; both are final.
 * ESP_FINAL_ELEMENTS: the pointer is final and so is what it points to.
 * ESP_ELEMENT: part of an array, in memory that C code reaches only through
 *   fields with this mark, or in calls: writing it changes no other field.
 */
#define ESP_FINAL           ESP_MARK("esp.final")
#define ESP_CHILD           ESP_MARK("esp.child")
#define ESP_CHILD_ARRAY     ESP_MARK("esp.frozen")
#define ESP_FINAL_ELEMENTS  ESP_MARK("esp.frozen")
#define ESP_ELEMENT         ESP_MARK("esp.element")
/* An entry cell of a call target: the framework's own. */
#define ESP_ENTRY           ESP_MARK("esp.entry")

/*
 * Functions.
 *
 * ESP_BOUNDARY: never entered by the evaluator, always called.
 * ESP_EVAL: entered whatever its size, when called directly.
 * ESP_INLINE: a small helper; part of its callers in image and native code.
 * ESP_LEAF: returns without running guest code: no check after its call.
 * ESP_NATIVE: both ESP_BOUNDARY and ESP_LEAF: a service of the runtime system.
 * ESP_COLD: hardly ever called: the ways that lead to a call are slow paths.
 */
#define ESP_BOUNDARY        ESP_MARK("esp.boundary") __attribute__((noinline))
#define ESP_EVAL            ESP_MARK("esp.eval")
#define ESP_LEAF            ESP_CALLS_NOTHING
#define ESP_NATIVE          ESP_BOUNDARY ESP_LEAF
#define ESP_COLD            __attribute__((cold))
#define ESP_INLINE          static inline __attribute__((always_inline))

/* A function that stays a call in the image, known to the evaluator by name. */
#define ESP_INTRINSIC       ESP_MARK("esp.intrinsic") static inline \
                            __attribute__((unused))

#define ESP_LIKELY(x)       __builtin_expect(!!(x), 1)
#define ESP_UNLIKELY(x)     __builtin_expect(!!(x), 0)

/* Compiled code ends here; the rest of the function runs in the interpreter.
 * The code stays valid and is used again for the next call. */
ESP_INTRINSIC void esp_deopt(void) { }

/* The same, but the code is thrown away: call this before writing anything
 * that the evaluator may have taken for constant. */
ESP_INTRINSIC void esp_deopt_invalidate(void) { }

/* The same as esp_deopt for what is no speculation, like a poll: however often
 * it happens, nothing is concluded from it. */
ESP_INTRINSIC void esp_deopt_rare(void) { }

/* Am I not in compiled code? */
ESP_INTRINSIC bool esp_in_interpreter(void) { return true; }

/* Is this tier-1 code (which still counts and profiles)? */
ESP_INTRINSIC bool esp_in_first_tier(void) { return false; }

/* Is this guest function a part of its caller's compiled code? */
ESP_INTRINSIC bool esp_inlined(void) { return false; }

/* Does the evaluator know this value?  Never in the interpreter. */
ESP_INTRINSIC bool esp_is_constant(uint64_t x) { (void)x; return false; }

/* Declines the compilation, and says where, unless x is known. */
ESP_INTRINSIC void esp_assert_constant(uint64_t x) { (void)x; }

/* The condition holds: the evaluator need not ask again. */
ESP_INTRINSIC void esp_assume(bool condition) { (void)condition; }

ESP_INTRINSIC void esp_explode_loop(void) { }
ESP_INTRINSIC void esp_explode_key(uint64_t key) { (void)key; }

/*
 * Loops.
 *
 * ESP_EXPLODE, as the first statement of a loop body: the evaluator unrolls
 * this loop for as long as its condition is known.
 * ESP_EXPLODE_MERGE(key): the same, but an iteration that starts with a key
 * seen before becomes a jump to that earlier one: for bytecode loops.  The key
 * is a variable of the loop.
 */
#define ESP_EXPLODE             esp_explode_loop()
#define ESP_EXPLODE_MERGE(key)  esp_explode_key((uint64_t)(key))

#endif
