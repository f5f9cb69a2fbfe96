// Each function here is called by the code of a cell, on any thread.
#include "runtime.hpp"

#include <cxxabi.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "clang.hpp"
#include "compiler.hpp"
#include "frames.hpp"
#include "in_host.hpp"
#include "include/hermit/runtime.hpp"
#include "interrupts.hpp"
#include "linker.hpp"
#include "session.hpp"

namespace hermit::cling_shell {
namespace {

// What stands for the library in what cells register to be done at its end.
char dso_handle = 0;

// The session that threads of the user's belong to: there is one in a process.
std::atomic<Session*> only_session = nullptr;

using Put = void (*)(void* context, const char* data, size_t size);

hermit_request request_of_thread() {
  const Lane* lane = lane_of_thread();
  return lane == nullptr ? HERMIT_NO_REQUEST : lane->request;
}

sdk::Bundle bundle_of(const hermit_cpp_part* parts, size_t count, std::string_view metadata) {
  sdk::Bundle bundle;
  bundle.metadata = metadata;
  for (size_t at = 0; at < count; ++at) {
    bundle.add({parts[at].type, parts[at].type_size}, {parts[at].data, parts[at].data_size});
  }
  return bundle;
}

// Opens a comm, sends over it, or closes it, as the code of cells counts these; the id of one that is opened
// goes to `id`.
hermit_status tell_client(const sdk::Host& host, int what, const sdk::CommMessage& message, std::string& id) {
  const hermit_request request = request_of_thread();
  if (what == 0) return host.open_comm(request, message, &id);
  return what == 1 ? host.send_comm(request, message) : host.close_comm(request, message);
}

// An interrupt that ended a wait in the host ends the cell.
void leave_if_interrupted(hermit_status status) {
  if (status == HERMIT_INTERRUPTED) throw Interruption{};
}

// Functions of the C library that are linked into each library, and so are in none.
int register_at_exit(void (*function)()) {
  return abi::__cxa_atexit([](void* each) { reinterpret_cast<void (*)()>(each)(); },
                           reinterpret_cast<void*>(function), nullptr);
}

// Objects of cells are never destroyed: the process ends without, and what the host still has to say comes
// first.
int forget_at_exit(void (*)(void*), void*, void*) { return 0; }

}  // namespace

extern "C" {

void hermit_cpp_show(int way, const hermit_cpp_part* parts, size_t count, const char* metadata,
                     size_t metadata_size, const char* id, size_t id_size) {
  Session* session = only_session;
  Lane* lane = lane_of_thread();
  if (session == nullptr) return;
  const InHost here;
  sdk::Bundle bundle = bundle_of(parts, count, {metadata, metadata_size});
  if (way == hermit_cpp_result) {
    if (lane == nullptr) return;
    if (lane->value != nullptr) {
      *lane->value = std::move(bundle);
    } else if (!lane->is_silent) {
      session->host.result(lane->request, bundle);
    }
    return;
  }
  const std::string_view name(id, id_size);
  leave_if_interrupted(way == hermit_cpp_update ? session->host.update(request_of_thread(), bundle, name)
                                                : session->host.display(request_of_thread(), bundle, name));
}

void hermit_cpp_mark() {
  if (Lane* lane = lane_of_thread()) ++lane->marks;
}

void hermit_cpp_clear(int wait) {
  const InHost here;
  if (Session* session = only_session) session->host.clear(request_of_thread(), wait != 0);
}

int hermit_cpp_input(const char* prompt, size_t size, int password, Put put, void* context) {
  Session* session = only_session;
  std::string line;
  if (session == nullptr) return 1;
  const InHost here;
  const hermit_status status = session->host.read(request_of_thread(), {prompt, size}, password != 0, line);
  leave_if_interrupted(status);
  if (status != HERMIT_OK) return 1;
  put(context, line.data(), line.size());
  return 0;
}

void hermit_cpp_sleep(double seconds) {
  if (!(seconds > 0)) return;
  constexpr double longest = 1e9;
  seconds = std::min(seconds, longest);
  timespec left = {static_cast<time_t>(seconds), 0};
  left.tv_nsec = static_cast<long>((seconds - static_cast<double>(left.tv_sec)) * 1e9);
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) hermit_cpp_check();
}

void hermit_cpp_enumerator(const char* type, long long value, Put put, void* context) {
  Session* session = only_session;
  if (session == nullptr) return;
  const InHost here;
  std::string name;
  {
    const std::lock_guard guard(session->compiling);
    name = session->compiler->enumerator(demangled(std::string("_Z") + type), value);
  }
  put(context, name.data(), name.size());
}

int hermit_cpp_comm(int what, const char* id, const char* target, const hermit_cpp_message* sent, Put put,
                    void* context) {
  Session* session = only_session;
  if (session == nullptr) return 1;
  const InHost here;
  const auto view = [](const hermit_cpp_bytes& bytes) { return std::string_view(bytes.data, bytes.size); };
  sdk::CommMessage message{id, target, view(sent->data), view(sent->metadata)};
  for (size_t at = 0; at < sent->buffer_count; ++at) message.buffers.push_back(view(sent->buffers[at]));
  std::string made;
  const hermit_status status = tell_client(session->host, what, message, made);
  leave_if_interrupted(status);
  if (status != HERMIT_OK) return 1;
  if (put != nullptr) put(context, made.data(), made.size());
  return 0;
}

void hermit_cpp_listen(const char* target, void (*call)(void*, int, const char*, const hermit_cpp_message*),
                       void* context) {
  Session* session = only_session;
  if (session == nullptr) return;
  const InHost here;
  {
    const std::lock_guard<std::mutex> guard(session->comms);
    session->listeners[target] = {call, context};
  }
  session->host.add_target(target);
}

}  // extern "C"

void forget_runtime(Session& session) {
  Session* own = &session;
  only_session.compare_exchange_strong(own, nullptr);
}

void offer_runtime(Session& session) {
  only_session = &session;
  Linker& linker = *session.linker;
  const auto offer = [&](const char* name, auto* thing) {
    linker.offer(name, reinterpret_cast<void*>(thing));
  };
  offer("hermit_cpp_show", hermit_cpp_show);
  offer("hermit_cpp_clear", hermit_cpp_clear);
  offer("hermit_cpp_mark", hermit_cpp_mark);
  offer("hermit_cpp_input", hermit_cpp_input);
  offer("hermit_cpp_sleep", hermit_cpp_sleep);
  offer("hermit_cpp_enumerator", hermit_cpp_enumerator);
  offer("hermit_cpp_comm", hermit_cpp_comm);
  offer("hermit_cpp_listen", hermit_cpp_listen);
  offer("hermit_cpp_check", hermit_cpp_check);
  offer("hermit_cpp_flag", &interrupt_flag);
  offer("__emutls_get_address", Linker::thread_local_address);
  offer("__dso_handle", &dso_handle);
  offer("__cxa_throw", hermit_cpp_throw);
  offer("atexit", register_at_exit);
  offer("at_quick_exit", register_at_exit);
  offer("__cxa_atexit", forget_at_exit);
  offer("__cxa_thread_atexit", forget_at_exit);
}

}  // namespace hermit::cling_shell
