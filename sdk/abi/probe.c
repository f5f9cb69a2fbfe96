/*
 * A library with one variable of each struct of the ABI, for tools that compare the types of two libraries: that
 * of a shell says nothing of them, since its tables are reached through `const void *`.
 */
#include "hermit/hermit.h"

#define PROBE(type)              \
  HERMIT_EXPORT extern type probe_##type; \
  type probe_##type

PROBE(hermit_request);
PROBE(hermit_status);
PROBE(hermit_text);
PROBE(hermit_text_sink);
PROBE(hermit_error);
PROBE(hermit_error_sink);
PROBE(hermit_mime);
PROBE(hermit_bundle);
PROBE(hermit_bundle_sink);
PROBE(hermit_comm_message);
PROBE(hermit_host_comm);
PROBE(hermit_shell_comm_handler);
PROBE(hermit_match);
PROBE(hermit_match_sink);
PROBE(hermit_shell_complete);
PROBE(hermit_host_embedding);
PROBE(hermit_shell_evaluate);
PROBE(hermit_shell_history);
PROBE(hermit_host_input);
PROBE(hermit_shell_inspect);
PROBE(hermit_shell_interrupt);
PROBE(hermit_shell_is_complete);
PROBE(hermit_host_log);
PROBE(hermit_host_output);
PROBE(hermit_host_settings);
PROBE(hermit_shell_subshells);
PROBE(hermit_shell_tasks);
PROBE(hermit_host_lane);
PROBE(hermit_host_info);
PROBE(hermit_host);
PROBE(hermit_cell);
PROBE(hermit_shell_table);
PROBE(hermit_shell_entry_type);
