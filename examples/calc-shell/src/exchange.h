/*
 * Exchange: handing values to shells of other languages, and taking theirs, as the draft hermit.draft.values
 * has it.
 */
#ifndef CALC_EXCHANGE_H
#define CALC_EXCHANGE_H

#include <hermit/ext/draft/values.h>

extern const hermit_shell_draft_values calc_values_table;

#endif
