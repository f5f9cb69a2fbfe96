// Names: the channels and request types of the Jupyter messaging protocol.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace hermit {

// The version of the messaging protocol that Hermit speaks: 5.6 has the handshake with the launcher.
inline constexpr std::string_view protocol_version = "5.6";

// The channels that carry messages. The heartbeat carries bytes and belongs to its door alone.
enum class Channel { shell, control, stdin_, iopub };

// What a client can send.
enum class RequestType {
  kernel_info,
  comm_info,
  execute,
  complete,
  is_complete,
  inspect,
  history,
  comm_open,
  comm_msg,
  comm_close,
  interrupt,
  shutdown,
  debug,
  create_subshell,
  delete_subshell,
  list_subshell,
  input_reply,
  unknown,
};

inline constexpr std::array<std::pair<std::string_view, RequestType>, 17> request_types{{
    {"kernel_info_request", RequestType::kernel_info},
    {"comm_info_request", RequestType::comm_info},
    {"execute_request", RequestType::execute},
    {"complete_request", RequestType::complete},
    {"is_complete_request", RequestType::is_complete},
    {"inspect_request", RequestType::inspect},
    {"history_request", RequestType::history},
    {"comm_open", RequestType::comm_open},
    {"comm_msg", RequestType::comm_msg},
    {"comm_close", RequestType::comm_close},
    {"interrupt_request", RequestType::interrupt},
    {"shutdown_request", RequestType::shutdown},
    {"debug_request", RequestType::debug},
    {"create_subshell_request", RequestType::create_subshell},
    {"delete_subshell_request", RequestType::delete_subshell},
    {"list_subshell_request", RequestType::list_subshell},
    {"input_reply", RequestType::input_reply},
}};

// The type behind a header's msg_type; `unknown` for one the protocol does not have.
constexpr RequestType request_type(std::string_view msg_type) {
  for (const auto& [name, type] : request_types) {
    if (name == msg_type) return type;
  }
  return RequestType::unknown;
}

constexpr std::string_view channel_name(Channel channel) {
  switch (channel) {
    case Channel::shell:
      return "shell";
    case Channel::control:
      return "control";
    case Channel::stdin_:
      return "stdin";
    case Channel::iopub:
      return "iopub";
  }
  return "?";
}

}  // namespace hermit
