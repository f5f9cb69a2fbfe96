// Calls a cell's function on the comm thread, guarded as a cell is.
#include "comm.hpp"

#include <string>

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
  const std::string data = message.data.size == 0 ? "{}" : std::string(view(message.data));
  return call_guarded(session, request, [&] {
    listener.call(listener.context, static_cast<int>(event), id.c_str(), data.data(), data.size());
  });
}

}  // namespace hermit::cling_shell
