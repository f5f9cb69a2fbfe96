// What clients do with comms, handed on to what cells have registered. Calls a cell's function on the comm
// thread, guarded as a cell is.
#include <string>
#include <vector>

#include "execute.hpp"
#include "shell.hpp"

namespace hermit::cling_shell {

sdk::Outcome CppShell::comm(hermit_request request, sdk::CommEvent event, const sdk::CommMessage& message) {
  Session& session = *session_;
  Listener listener{};
  {
    const std::lock_guard<std::mutex> guard(session.comms);
    const auto found = session.listeners.find(std::string(message.target));
    if (found == session.listeners.end()) return HERMIT_UNSUPPORTED;
    listener = found->second;
  }
  const std::string id(message.comm_id);
  const auto bytes = [](std::string_view text) { return hermit_cpp_bytes{text.data(), text.size()}; };
  const auto json = [&](std::string_view text) { return bytes(text.empty() ? "{}" : text); };
  std::vector<hermit_cpp_bytes> buffers;
  for (const std::string_view buffer : message.buffers) buffers.push_back(bytes(buffer));
  const hermit_cpp_message lent = {json(message.data), json(message.metadata), buffers.data(),
                                   buffers.size()};
  return call_guarded(session, request,
                      [&] { listener.call(listener.context, static_cast<int>(event), id.c_str(), &lent); });
}

}  // namespace hermit::cling_shell
