#include "support/kernel_under_test.hpp"

#include <cstdlib>
#include <stdexcept>

#include "support/callable_kernel.hpp"
#include "support/local_kernel.hpp"
#include "support/ports.hpp"
#include "support/zmq_kernel.hpp"

namespace hermit::tests {
namespace {

std::chrono::seconds chosen_patience() {
  constexpr std::chrono::seconds otherwise{60};
  const char* text = std::getenv("HERMIT_TEST_PATIENCE");
  const int seconds = text == nullptr ? 0 : std::atoi(text);
  return seconds > 0 ? std::chrono::seconds(seconds) : otherwise;
}

}  // namespace

const std::chrono::seconds patience = chosen_patience();

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + patience; }

std::string test_shell(const std::string& name) {
  return std::string(TEST_SHELLS) + "/libhermit-" + name + ".so";
}

std::string program() { return HERMIT_PROGRAM; }

std::vector<std::string> doors() { return {"zmq", "worker", "local", "callable"}; }

std::vector<std::string> topic_doors() { return {"zmq", "worker", "local", "ipc", "curve"}; }

std::vector<std::string> zmq_doors() { return {"zmq", "worker"}; }

std::vector<std::string> transports() { return {"zmq", "ipc", "curve"}; }

std::vector<std::string> all_doors() { return {"zmq", "worker", "local", "callable", "ipc", "curve"}; }

std::unique_ptr<KernelUnderTest> start_kernel(const std::string& door, const Start& start) {
  if (door == "zmq") return std::make_unique<ZmqKernel>(start);
  if (door == "worker") {
    Start in_worker = start;
    in_worker.arguments.insert(in_worker.arguments.begin(), "--isolation=process");
    return std::make_unique<ZmqKernel>(in_worker);
  }
  if (door == "ipc" || door == "curve") {
    Start changed = start;
    if (!changed.connection)
      changed.arguments.insert(changed.arguments.begin(), door == "ipc" ? "--transport=ipc" : "--curve");
    if (changed.connection && door == "ipc") use_ipc(*changed.connection);
    if (changed.connection && door == "curve") changed.connection->curve = curve_keys();
    return std::make_unique<ZmqKernel>(changed);
  }
  if (door == "local") return std::make_unique<LocalKernel>(start);
  if (door == "callable") return std::make_unique<CallableKernel>(start);
  throw std::logic_error("there is no door " + door);
}

}  // namespace hermit::tests
