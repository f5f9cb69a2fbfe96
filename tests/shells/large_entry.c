/*
 * Not wrong: its entry is larger than the host's, as that of a shell built with later headers is.
 * The host must: load and run it, and leave the fields it does not know alone.
 */
#include "quiet.h"

typedef struct later_entry_type {
  hermit_shell_entry_type known;
  const void* unknown;
} later_entry_type;

static const hermit_shell_table table = {quiet_create, quiet_destroy, quiet_execute, quiet_extension};

HERMIT_EXPORT extern const later_entry_type hermit_shell_entry;
const later_entry_type hermit_shell_entry = {{(uint32_t)sizeof(later_entry_type), HERMIT_ABI_MAJOR,
                                              HERMIT_ABI_MINOR, 0, QUIET_MANIFEST("large_entry"), &table},
                                             (const void*)QUIET_NOWHERE};
