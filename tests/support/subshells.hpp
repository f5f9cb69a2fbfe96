// What specs of several files do with subshells, and expect of a request whatever the shell has done.
#pragma once

#include <string>
#include <string_view>

#include "client/client.hpp"
#include "protocol/json.hpp"

namespace hermit::tests {

// Starts to make a subshell.
Answer create_subshell(Client& client);

// Sends a request to a subshell.
Answer ask_subshell(Client& client, const Json& id, std::string_view type, const Json& content);
Answer in_subshell(Client& client, const Json& id, const std::string& code);

// Busy, one reply, idle.
void expect_answered_once(const Answer& answer);

}  // namespace hermit::tests
