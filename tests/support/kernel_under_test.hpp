// KernelUnderTest: a kernel that runs a shell which tests drive, and the way to talk to it, whatever its
// door: the program `hermit` over ZeroMQ (zmq_kernel.hpp), or a kernel in the process of the tests
// (local_kernel.hpp). It keeps away from the files of whoever runs the tests. A test that is no KernelSpec
// uses it like this:
//
//   const auto kernel = start_kernel("local");        // or "zmq"; doors() lists them
//   const auto transport = kernel->connect();         // one for each client, on any thread
//   Client client(*transport, patience);
//   client.wait_for_welcome();
//   client.shutdown().wait();
//   EXPECT_EQ(kernel->wait(soon())->exit_code, 0);
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/client.hpp"
#include "client/process.hpp"
#include "protocol/connection.hpp"
#include "support/folder.hpp"

namespace hermit::tests {

// No wait of a test decides anything; this only makes one that hangs fail. Sanitizers are slow, hence 60 s;
// the environment variable HERMIT_TEST_PATIENCE has other seconds for whoever wants tests to hang.
extern const std::chrono::seconds patience;

// The end of patience, counted from now.
std::chrono::steady_clock::time_point soon();

// The path of the program `hermit` of this build.
std::string program();

// The path of a shell library that tests/shells builds.
std::string test_shell(const std::string& name);

// What to start a kernel with.
struct Start {
  std::string shell = "echo";  // one of tests/shells
  // Settings, as on the command line of `hermit start`. In the process of the tests those of the kernel and
  // of the shell; others make the start throw.
  std::vector<std::string> arguments = {};
  // The rest is for the program only.
  std::map<std::string, std::string> environment = {};
  // Written to the connection file before, with the transport and the keys of the door; else hermit writes
  // it.
  std::optional<Connection> connection = {};
};

// A running kernel. It is stopped at the end of the scope if it still runs. Shared between threads.
class KernelUnderTest {
 public:
  virtual ~KernelUnderTest() = default;

  // A client's transport, connected and subscribed to these topics of iopub; the kernel outlives it.
  virtual std::unique_ptr<Transport> connect(const std::vector<std::string>& topics = {""}) = 0;

  // How it ended, or nothing when it still runs at `deadline`. Then the same again. In the process of the
  // tests the exit code is the one that the program would have had.
  virtual std::optional<Ending> wait(std::chrono::steady_clock::time_point deadline) = 0;

  // What it has logged so far.
  virtual std::string log() const = 0;
};

// The ways to a kernel that specs run over, by name: over ZeroMQ with the shell in the kernel's process
// ("zmq") or in one of its own ("worker"), and in the process of the tests without copies ("local") or as
// JSON through calls ("callable").
std::vector<std::string> doors();
// Those of them that are a program with sockets.
std::vector<std::string> zmq_doors();
// The kinds of connection that a program can have: over tcp ("zmq"), over ipc ("ipc"), and encrypted
// ("curve").
std::vector<std::string> transports();
// All of these: for specs of what a connection could change.
std::vector<std::string> all_doors();
// Those of them that know the topics of iopub: all but "callable".
std::vector<std::string> topic_doors();

// Starts a kernel in the way of this name, and waits until it can be talked to. Throws what it said when
// it ended instead.
std::unique_ptr<KernelUnderTest> start_kernel(const std::string& door, const Start& start = {});

}  // namespace hermit::tests
