// Calls a cell's function on the comm thread, guarded as a cell is.
#include "comm.hpp"

#include <string>
#include <vector>

#include "execute.hpp"
#include "session.hpp"
#include "text.hpp"

namespace hermit::cling_shell {

hermit_status serve_comm(Session& session, hermit_request request, CommEvent event,
                         const hermit_comm_message& message) {
  Listener listener{};
  {
    const std::lock_guard<std::mutex> guard(session.comms);
    const auto found = session.listeners.find(std::string(view(message.target)));
    if (found == session.listeners.end()) return HERMIT_UNSUPPORTED;
    listener = found->second;
  }
  const std::string id(view(message.comm_id));
  const auto bytes = [](std::string_view text) { return hermit_cpp_bytes{text.data(), text.size()}; };
  const auto json = [&](hermit_text text) { return bytes(text.size == 0 ? "{}" : view(text)); };
  std::vector<hermit_cpp_bytes> buffers;
  for (size_t at = 0; at < message.buffer_count; ++at) buffers.push_back(bytes(view(message.buffers[at])));
  const hermit_cpp_message lent = {json(message.data), json(message.metadata), buffers.data(),
                                   buffers.size()};
  return call_guarded(session, request,
                      [&] { listener.call(listener.context, static_cast<int>(event), id.c_str(), &lent); });
}

}  // namespace hermit::cling_shell
