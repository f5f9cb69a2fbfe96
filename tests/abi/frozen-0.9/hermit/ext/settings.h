/*
 * Settings: the values of what the shell declared in its manifest. A service of the host.
 */
#ifndef HERMIT_EXT_SETTINGS_H
#define HERMIT_EXT_SETTINGS_H

#include "hermit/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The id of this service. */
#define HERMIT_EXT_SETTINGS "hermit.settings/1"

/* The table of this service. */
typedef struct hermit_host_settings {
  /* Puts the value of the setting `name`, such as "LuaShell.path", to `value`: the text itself for a setting
   * of type "text", for the others as in JSON: true, 42, 0.5. Values do not change while the shell lives.
   * When: from the beginning of create() until destroy() returns.
   * Owner: `name` is the shell's; the value is the host's, and lent to the sink.
   * Returns HERMIT_OK, or HERMIT_INVALID when no such setting was declared.
   * [any-thread] */
  hermit_status(HERMIT_ABI *value)(const hermit_host *host, hermit_text name,
                                   const hermit_text_sink *value);
} hermit_host_settings;

#ifdef __cplusplus
}
#endif
#endif
