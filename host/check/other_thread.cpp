#include "check/other_thread.hpp"

#include <utility>

#include "base/thread.hpp"
#include "check/process_state.hpp"
#include "shell/abi_text.hpp"

namespace hermit::check {

OtherThread::OtherThread(std::function<void()> deed, std::chrono::milliseconds after)
    : thread_(start_quiet_thread("check-other", [deed = std::move(deed), after] {
        wait_until([] { return false; }, after);
        deed();
      })) {}

OtherThread::~OtherThread() { thread_.join(); }

Ran run_interrupted(Session& session, std::string_view code) {
  const hermit_request request = session.host().open();
  const OtherThread control([&] { session.shell().interrupt(request); });
  return session.run(session.shell(), request, lend(code));
}

void on_another_thread(const std::function<void()>& deed) {
  start_user_thread("check-user", [&deed] { deed(); }).join();
}

}  // namespace hermit::check
