/*
 * Wrong: a library, but no shell. It exports a function and not the symbol `hermit_shell_entry`.
 * The host must: refuse it in one sentence that names the file and the symbol it looked for.
 */
#include "hermit/abi.h"

HERMIT_EXPORT int not_a_shell(void);

int not_a_shell(void) { return 1; }
