#include "support/subshells.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace hermit::tests {

Answer create_subshell(Client& client) { return client.request(Channel::control, "create_subshell_request"); }

Answer ask_subshell(Client& client, const Json& id, std::string_view type, const Json& content) {
  Message message = client.message(type, content);
  Json header = *parse_json(message.header.view());
  header["subshell_id"] = id;
  message.header = dump_json(header);
  return client.request(Channel::shell, std::move(message));
}

Answer in_subshell(Client& client, const Json& id, const std::string& code) {
  return ask_subshell(client, id, "execute_request", {{"code", code}});
}

void expect_answered_once(const Answer& answer) {
  EXPECT_TRUE(answer.wait());
  EXPECT_EQ(answer.replies_so_far().size(), 1U);
  EXPECT_EQ(answer.messages("status").size(), 2U);
}

}  // namespace hermit::tests
