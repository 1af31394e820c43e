/*
 * Which of a target's rules selects an instruction, and what needs no rule.
 */
#include "backend/lir/select.h"

static void guard(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);
    uint32_t exit = sel_exit(s, i->b, i->c);

    sel_state(s, i->b);
    s->isa->rules->start_guard(s, i->a);
    s->draft.info = exit;
    ins_state(s, i->b, LIR_USE, LIR_NEED_ANY);
    ins_end(s);
}

static void deopt(selector *s, esp_ref r)
{
    const esp_ins *i = sel_at(s, r);

    sel_state(s, i->b);
    ins_start(s, LIR_deopt, 0, 0)->info = sel_exit(s, i->b, i->c);
    ins_state(s, i->b, LIR_USE, LIR_NEED_ANY);
    ins_end(s);
}

static void jump(selector *s)
{
    sel_edges(s);
    ins_start(s, LIR_jump, 0, 0);
    ins_end(s);
}

static void switch_on(selector *s, esp_ref r)
{
    esp_ref x = sel_at(s, r)->a;
    uint32_t v = s->isa->rules->zero_extended(s, x);

    ins_start(s, LIR_switch, sel_type(s, x) == TY_i64 ? 8 : 4, 0);
    ins_late(s, v, LIR_SRC);
    ins_temp(s, LIR_INT);
    sel_edges(s);
    ins_end(s);
}

static void unreachable(selector *s)
{
    ins_start(s, LIR_unreachable, 0, 0);
    ins_end(s);
}

static void integer(selector *s, esp_ref r)
{
    const isa_integers *rules = s->isa->rules->integers;
    const esp_ins *i = sel_at(s, r);

    switch (i->op) {
    case IR_add:
    case IR_sub:
    case IR_mul: rules->sum(s, r); break;
    case IR_and:
    case IR_or:
    case IR_xor: rules->logic(s, r); break;
    case IR_shl:
    case IR_lshr:
    case IR_ashr: rules->shift(s, r); break;
    case IR_clz:
    case IR_ctz:
    case IR_popcnt: rules->bits(s, r); break;
    case IR_bswap: rules->byte_swap(s, r); break;
    case IR_zext:
    case IR_sext: rules->extend(s, r); break;
    case IR_trunc: rules->cut(s, r); break;
    default:
        unit_broken(s->unit, __FILE__, __LINE__, "a known instruction",
                    "%s", op_info[i->op].name);
    }
}

static bool is_question(esp_op op)
{
    return (op >= IR_eq && op <= IR_fle) || (op >= IR_addo && op <= IR_umulo);
}

static bool is_float(esp_op op)
{
    return (op >= IR_fadd && op <= IR_ftrunc)
        || (op >= IR_bitcast && op <= IR_fptrunc);
}

void sel_ins(selector *s, esp_ref r)
{
    const isa_rules *rules = s->isa->rules;
    esp_op op = (esp_op)sel_at(s, r)->op;

    switch (op) {
    case IR_load: rules->load(s, r); break;
    case IR_store: rules->store(s, r); break;
    case IR_call: sel_call(s, r); break;
    case IR_guard: guard(s, r); break;
    case IR_valid: rules->valid(s, r); break;
    case IR_jump: jump(s); break;
    case IR_br: rules->branch(s, r); break;
    case IR_switch: switch_on(s, r); break;
    case IR_ret: sel_ret(s, r); break;
    case IR_deopt: deopt(s, r); break;
    case IR_unreachable: unreachable(s); break;
    case IR_select: rules->choose(s, r); break;
    case IR_sdiv:
    case IR_udiv:
    case IR_srem:
    case IR_urem: sel_divide(s, r); break;
    case IR_second: break;      /* made with its call */
    default:
        if (is_question(op))
            rules->answer(s, r);
        else if (is_float(op))
            rules->floats(s, r);
        else
            integer(s, r);
        break;
    }
}
