/*
 * Watching: comms over which a client hears each new value of a name, and may set it, such as a slider does.
 *
 * A client opens one to the target calc.watch, with {"name": "x"}, or with no name to watch all; the
 * statement `watch x` opens one to a target of that name in the client. The shell sends {"name", "value",
 * "version"}: when the comm opens, and whenever the value changes. `value` is a number, a text, or null for
 * what is no variable. Of two messages the one with the lower version is out of date: cells may set a name at
 * the same time. The client sends
 * {"value": 5} to set the name, with "name" if it watches all, or {} to be told again. What it sends
 * otherwise is answered with {"error": …}.
 */
#ifndef CALC_WATCH_H
#define CALC_WATCH_H

#include "session.h"

/* Registers the target, and the reverse. Return the host's status. */
hermit_status calc_share(calc_session *session);
hermit_status calc_unshare(calc_session *session);

/* Opens a comm for a name, on behalf of a cell, and closes all that were opened so. The latter returns
 * HERMIT_STALE when there is none. */
hermit_status calc_watch(calc_session *session, hermit_request request, hermit_text name);
hermit_status calc_unwatch(calc_session *session, hermit_request request, hermit_text name);

/* Tells everybody who watches a name what it is worth now. On any thread. */
void calc_tell_watchers(calc_session *session, hermit_request request, hermit_text name);

/* When the session ends. */
void calc_free_watchers(calc_session *session);

extern const hermit_shell_comm_handler calc_comm_handler_table;

#endif
