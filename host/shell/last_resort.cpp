#include "shell/last_resort.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/thread.hpp"

namespace hermit {
namespace {

// Set before the handler is, never destroyed.
const std::string* shell = nullptr;

std::string what_was_thrown() {
  const auto thrown = std::current_exception();
  if (thrown == nullptr) return "it called std::terminate";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return std::string("it let an exception out: ") + error.what();
  } catch (...) {
    return "it let an exception out";
  }
}

[[noreturn]] void on_terminate() {
  char thread[16] = "";
  pthread_getname_np(pthread_self(), thread, sizeof thread);
  if (is_host_thread) {
    log::error("HOST_MISBEHAVING the thread {} cannot go on: {}", thread, what_was_thrown());
    std::abort();
  }
  log::error("SHELL_MISBEHAVING {}: its thread {} cannot go on: {}", *shell, thread, what_was_thrown());
  for (;;) pause();
}

}  // namespace

void outlive_shell_threads(std::string shell_name) {
  is_host_thread = true;
  shell = new std::string(std::move(shell_name));
  std::set_terminate(on_terminate);
}

}  // namespace hermit
