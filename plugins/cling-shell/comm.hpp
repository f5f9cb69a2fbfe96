// What clients do with comms: handed on to what cells have registered.
#pragma once

#include "hermit/hermit.h"

namespace hermit::cling_shell {

struct Session;

// As the code of cells counts them.
enum class CommEvent { opened = 0, received = 1, closed = 2 };

// See hermit_shell_comm_handler.
hermit_status serve_comm(Session& session, hermit_request request, CommEvent event,
                         const hermit_comm_message& message);

}  // namespace hermit::cling_shell
