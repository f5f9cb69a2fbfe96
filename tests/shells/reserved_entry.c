/*
 * Wrong: the field of its entry that is reserved is not 0. The pointers lead nowhere.
 * The host must: refuse it in one sentence, so that a later version can give the field a meaning.
 */
#include "quiet.h"

HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {
    (uint32_t)sizeof(hermit_shell_entry_type), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 7,
    (const char*)QUIET_NOWHERE,                (const hermit_shell_table*)QUIET_NOWHERE};
