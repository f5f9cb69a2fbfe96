// Looking into a session without touching it: completion and inspection run Clang's parser in a copy of the
// process, which is gone afterwards. So they may go wrong in any way, and take their time while a cell runs.
#pragma once

#include <functional>
#include <string>

#include "hermit/hermit.h"

namespace hermit::cling_shell {

struct Session;
struct Lane;

// Runs `work` in the copy and appends what it returns to `answer`. Returns HERMIT_OK, or HERMIT_INTERRUPTED
// when the lane was asked to end. A copy that takes longer than some seconds is ended, and the answer is
// empty; so it is when something is being compiled for longer than one.
hermit_status look(Session& session, Lane& lane, const std::function<std::string()>& work,
                   std::string& answer);

}  // namespace hermit::cling_shell
