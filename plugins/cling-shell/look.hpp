// Looking into a session without touching it: completion and inspection run Clang's parser in a copy of the
// process, which is gone afterwards. So they may go wrong in any way, and take their time while a cell runs.
#pragma once

#include <functional>
#include <string>

namespace hermit::cling_shell {

struct Session;
struct Lane;

// Runs `work` in the copy and returns what it returns. Throws Interrupted when the lane was asked to end. A
// copy that takes longer than some seconds is ended, and the answer is empty; so it is when something is
// being compiled for longer than one.
std::string look(Session& session, Lane& lane, const std::function<std::string()>& work);

}  // namespace hermit::cling_shell
