// Shows each cell in capitals.
#pragma once

#include <string>

#include <nlohmann/json.hpp>
#include <xeus/xinterpreter.hpp>

class Capitals : public xeus::xinterpreter {
 private:
  void configure_impl() override;
  void execute_request_impl(send_reply_callback reply, int execution_count, const std::string& code,
                            xeus::execute_request_config config, nlohmann::json user_expressions) override;
  nlohmann::json complete_request_impl(const std::string& code, int cursor) override;
  nlohmann::json inspect_request_impl(const std::string& code, int cursor, int detail) override;
  nlohmann::json is_complete_request_impl(const std::string& code) override;
  nlohmann::json kernel_info_request_impl() override;
  void shutdown_request_impl() override;
};
