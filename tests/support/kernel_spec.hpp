// KernelSpec: what every spec of tests/spec begins with: a kernel that runs the echo shell, and clients of
// it. A spec is written against Client, and so holds for every door that a kernel has: each of its tests runs
// over all of doors(). What only ZeroMQ or only a process has, such as sockets, signatures, signals and exit
// codes, is told by specs of their own, which are ZmqSpecs.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/kernel_under_test.hpp"
#include "support/zmq_kernel.hpp"

namespace hermit::tests {

// The parameter is the name of the door.
class KernelSpec : public ::testing::TestWithParam<std::string> {
 protected:
  // Starts the kernel; to be called once, and only by tests that do not want the default.
  void start(const Start& start);
  // The kernel, started with the defaults if it was not started yet.
  KernelUnderTest& kernel();
  // One more kernel behind the same door, which the test ends itself.
  std::unique_ptr<KernelUnderTest> new_kernel(const Start& start = {}) const;
  // The first client, connected and welcomed.
  Client& client();
  // One more client besides client(), welcomed, with an identity of its own.
  Client& new_client();
  // The transport of a client made here.
  Transport& transport_of(const Client& client);

  // Sends a request that is answered after all that was sent before, and waits for it: what the kernel says
  // because of the earlier ones has come then.
  void settle();
  // Sends a cell that waits until let_go(), and then runs `code`.
  Answer execute_held(const std::string& code, ExecuteOptions options = {});
  // Lets it go on, once everything that client() has sent on shell until now has reached the kernel.
  void let_go(const Answer& held);
  // The way to the kernel, one of doors(): the parameter, unless a suite has parameters of another kind.
  virtual std::string door() const { return GetParam(); }
  // Whether a part of a message can be this text: where a message is one JSON object, each part has to be
  // JSON.
  bool carries(std::string_view part) const;
  // Waits for the kernel to end by itself.
  Ending expect_end();
  // True when the kernel still runs cells and answers.
  bool kernel_works();

  // Shuts down a kernel that still runs, which must end well: a sanitizer's report is a bad exit code.
  void TearDown() override;

 private:
  struct Connected {
    std::unique_ptr<Transport> transport;
    std::unique_ptr<Client> client;
  };
  Client& add_client();

  std::unique_ptr<KernelUnderTest> kernel_;
  std::deque<Connected> clients_;
};

// The same for what only the program and its sockets have.
class ZmqSpec : public KernelSpec {
 protected:
  ZmqKernel& kernel();
  ZmqTransport& transport_of(const Client& client);
};

}  // namespace hermit::tests

// Makes a test suite run over the doors in a list. For a class that is more than its tests.
#define HERMIT_SPEC_OVER(Name, doors)                                    \
  INSTANTIATE_TEST_SUITE_P(Doors, Name, ::testing::ValuesIn(doors),      \
                           [](const auto& info) { return info.param; }); \
  static_assert(true, "a semicolon follows")

// Declares a spec, a test suite that runs over every door.
#define HERMIT_SPEC(Name)                             \
  namespace {                                         \
  class Name : public ::hermit::tests::KernelSpec {}; \
  HERMIT_SPEC_OVER(Name, ::hermit::tests::doors());   \
  }                                                   \
  static_assert(true, "a semicolon follows")

// Declares a spec of what a connection could change, a test suite that runs over every door and transport.
#define HERMIT_SPEC_OVER_ALL(Name)                      \
  namespace {                                           \
  class Name : public ::hermit::tests::KernelSpec {};   \
  HERMIT_SPEC_OVER(Name, ::hermit::tests::all_doors()); \
  }                                                     \
  static_assert(true, "a semicolon follows")

// Declares a spec of what only ZeroMQ or only a process has: a test suite that runs over ZeroMQ
// alone.
#define HERMIT_ZMQ_SPEC(Name)                           \
  namespace {                                           \
  class Name : public ::hermit::tests::ZmqSpec {};      \
  HERMIT_SPEC_OVER(Name, ::hermit::tests::zmq_doors()); \
  }                                                     \
  static_assert(true, "a semicolon follows")
