#include "interpreter.hpp"

#include <cctype>

#include <xeus/xhelper.hpp>

void Capitals::configure_impl() {}

void Capitals::execute_request_impl(send_reply_callback reply, int execution_count, const std::string& code,
                                    xeus::execute_request_config, nlohmann::json) {
  if (code.empty()) {
    const std::string why = "the cell has no code";
    publish_execution_error("EmptyCell", why, {"EmptyCell: " + why});
    reply(xeus::create_error_reply("EmptyCell", why, {"EmptyCell: " + why}));
    return;
  }
  std::string capitals = code;
  for (char& letter : capitals) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  publish_execution_result(execution_count, {{"text/plain", capitals}}, nlohmann::json::object());
  reply(xeus::create_successful_reply());
}

nlohmann::json Capitals::complete_request_impl(const std::string&, int cursor) {
  return xeus::create_complete_reply({}, cursor, cursor);
}

nlohmann::json Capitals::inspect_request_impl(const std::string&, int, int) { return xeus::create_inspect_reply(); }

nlohmann::json Capitals::is_complete_request_impl(const std::string&) {
  return xeus::create_is_complete_reply("complete");
}

nlohmann::json Capitals::kernel_info_request_impl() {
  return xeus::create_info_reply("", "capitals", "1.0", "capitals", "1.0", "text/plain", ".txt");
}

void Capitals::shutdown_request_impl() {}
