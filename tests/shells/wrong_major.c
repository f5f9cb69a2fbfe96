/*
 * Wrong: built for another major version of the ABI. What lies behind the first four numbers of its entry
 * is unknown to a host of this version; here both pointers lead nowhere.
 * The host must: refuse it in one sentence with both versions, having read the four numbers only.
 */
#include "quiet.h"

HERMIT_EXPORT extern const hermit_shell_entry_type hermit_shell_entry;
const hermit_shell_entry_type hermit_shell_entry = {
    (uint32_t)sizeof(hermit_shell_entry_type), 99, 0, 0, (const char*)QUIET_NOWHERE,
    (const hermit_shell_table*)QUIET_NOWHERE};
