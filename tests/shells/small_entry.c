/*
 * Wrong: its entry says that it is smaller than the one of the first version, so that its last field does
 * not exist. The pointers lead nowhere.
 * The host must: refuse it in one sentence, having read the four numbers only.
 */
#include "quiet.h"

HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {
    (uint32_t)(sizeof(hermit_shell_entry_type) - sizeof(void*)),
    HERMIT_ABI_MAJOR,
    HERMIT_ABI_MINOR,
    0,
    (const char*)QUIET_NOWHERE,
    (const hermit_shell_table*)QUIET_NOWHERE};
