#include "support/kernel_under_test.hpp"

#include <cstdlib>
#include <stdexcept>

#include "support/local_kernel.hpp"
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

std::vector<std::string> doors() { return {"zmq", "worker", "local"}; }

std::vector<std::string> zmq_doors() { return {"zmq", "worker"}; }

std::unique_ptr<KernelUnderTest> start_kernel(const std::string& door, const Start& start) {
  if (door == "zmq") return std::make_unique<ZmqKernel>(start);
  if (door == "worker") {
    Start in_worker = start;
    in_worker.arguments.insert(in_worker.arguments.begin(), "--isolation=process");
    return std::make_unique<ZmqKernel>(in_worker);
  }
  if (door == "local") return std::make_unique<LocalKernel>(start);
  throw std::logic_error("there is no door " + door);
}

}  // namespace hermit::tests
