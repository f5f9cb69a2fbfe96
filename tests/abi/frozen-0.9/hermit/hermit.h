/*
 * Everything a shell written in C can include: the core and all extensions.
 */
#ifndef HERMIT_HERMIT_H
#define HERMIT_HERMIT_H

#include "hermit/abi.h"
#include "hermit/host.h"
#include "hermit/shell.h"

#include "hermit/ext/comm.h"
#include "hermit/ext/complete.h"
#include "hermit/ext/embedding.h"
#include "hermit/ext/evaluate.h"
#include "hermit/ext/history.h"
#include "hermit/ext/input.h"
#include "hermit/ext/inspect.h"
#include "hermit/ext/interrupt.h"
#include "hermit/ext/is_complete.h"
#include "hermit/ext/log.h"
#include "hermit/ext/output.h"
#include "hermit/ext/settings.h"
#include "hermit/ext/subshells.h"
#include "hermit/ext/tasks.h"

#endif
