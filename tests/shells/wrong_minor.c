/*
 * Wrong: built for the next minor version within major version 0, where nothing is promised yet.
 * The host must: refuse it in one sentence with both versions, having read the four numbers only. From
 * version 1.0 on such a shell is to be accepted, and this one is no longer bad.
 */
#include "quiet.h"

HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {
    (uint32_t)sizeof(hermit_shell_entry_type), 0, HERMIT_ABI_MINOR + 1, 0, (const char*)QUIET_NOWHERE,
    (const hermit_shell_table*)QUIET_NOWHERE};
