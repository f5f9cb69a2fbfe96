#include "kernel/route.hpp"

namespace hermit {

Place route(Channel channel, RequestType type) {
  if (type == RequestType::kernel_info) return Place::door;
  if (channel == Channel::stdin_) return type == RequestType::input_reply ? Place::input : Place::refused;
  const bool control = channel == Channel::control;
  switch (type) {
    case RequestType::comm_info:
      return Place::door;
    case RequestType::execute:
    case RequestType::comm_open:
    case RequestType::comm_msg:
    case RequestType::comm_close:
      return Place::main;
    case RequestType::complete:
    case RequestType::is_complete:
    case RequestType::inspect:
    case RequestType::history:
      return Place::introspection;
    case RequestType::interrupt:
    case RequestType::shutdown:
      return control ? Place::control : Place::refused;
    // Debugging and subshells are not offered in supported_features; who asks all the same is told so.
    case RequestType::debug:
    case RequestType::create_subshell:
    case RequestType::delete_subshell:
    case RequestType::list_subshell:
    case RequestType::kernel_info:
    case RequestType::input_reply:
    case RequestType::unknown:
      break;
  }
  return Place::refused;
}

}  // namespace hermit
