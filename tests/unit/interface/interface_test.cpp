// The life of the Interface: one a process, stopped from anywhere at any time, observed, and what it says
// before its start.
#include "interface/interface.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "base/thread.hpp"
#include "interface/interface_settings.hpp"
#include "protocol/json.hpp"
#include "shell/library.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What an interface with the echo shell has sent.
struct Sent {
  Mutex mutex;
  std::vector<std::string> names GUARDED_BY(mutex);  // of messages: the execution state or the type

  std::vector<std::string> all() {
    Lock lock(mutex);
    return names;
  }
};

InterfaceParts parts(Sent& sent, const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  InterfaceParts parts;
  declare_settings(parts.settings);
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"own_process", "false"},
                                    {"capture", "false"},
                                    {"history_file", "none"},
                                    {"interface_class", "callable"}}) {
    EXPECT_TRUE(parts.settings.set(name, value));
  }
  for (const auto& [name, value] : settings) EXPECT_TRUE(parts.settings.set(name, value));
  const auto found = find_shell(test_shell("echo"), {});
  parts.manifest = *read_manifest(*found);
  parts.shell = *found;
  EXPECT_TRUE(declare_shell_settings(parts.settings, parts.manifest));
  parts.send = [&sent](const std::string& json, const std::vector<Bytes>&,
                       bool) -> std::optional<std::string> {
    const Json message = *parse_json(json);
    Lock lock(sent.mutex);
    sent.names.push_back(
        message["content"].value("execution_state", message["header"]["msg_type"].get<std::string>()));
    return std::nullopt;
  };
  return parts;
}

// An interface that runs on a thread of the test's until the end of the scope.
class Running {
 public:
  explicit Running(InterfaceParts parts) : interface(Interface::make(std::move(parts))) {}
  ~Running() { end(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start() {
    thread_ = std::thread([this] { result = interface->start(); });
  }
  void end() {
    interface->stop();
    if (thread_.joinable()) thread_.join();
  }

  const std::shared_ptr<Interface> interface;
  Result<void> result;

 private:
  std::thread thread_;
};

Publication news(const char* type) { return {type, Bytes::constant("{}")}; }

}  // namespace

TEST(InterfaceTest, ThereIsOneWhileItRuns) {
  Sent sent;
  Running running(parts(sent));
  EXPECT_FALSE(Interface::initialized());
  running.start();
  ASSERT_TRUE(running.interface->started().wait_until(soon()));
  EXPECT_TRUE(Interface::initialized());
  EXPECT_EQ(Interface::instance(), running.interface);
  EXPECT_FALSE(running.interface->stopping().has_happened());
  running.end();

  EXPECT_TRUE(running.result);
  EXPECT_FALSE(Interface::initialized());
  EXPECT_TRUE(running.interface->stopping().has_happened());
}

TEST(InterfaceTest, ASecondStartIsAClearErrorAndHarmsNothing) {
  Sent sent;
  Running running(parts(sent));
  running.start();
  ASSERT_TRUE(running.interface->started().wait_until(soon()));
  Sent other;
  const auto second = Interface::make(parts(other))->start();

  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("an interface runs already in this process"));
  EXPECT_EQ(Interface::instance(), running.interface);
  EXPECT_THAT(other.all(), IsEmpty());
}

TEST(InterfaceTest, StoppedBeforeItsStartItStartsNothing) {
  Sent sent;
  const auto interface = Interface::make(parts(sent));
  interface->publish(news("early"));
  interface->stop();
  interface->stop();

  EXPECT_TRUE(interface->start());
  EXPECT_TRUE(interface->stopping().has_happened());
  EXPECT_FALSE(interface->started().has_happened());
  EXPECT_THAT(sent.all(), IsEmpty()) << "what was held is dropped";
}

TEST(InterfaceTest, StoppedWhileItStartsItEnds) {
  for (int i = 0; i < 20; ++i) {
    Sent sent;
    Running running(parts(sent));
    running.start();
    if (i % 2 == 0) std::this_thread::yield();
    running.end();
    EXPECT_TRUE(running.result);
    EXPECT_FALSE(Interface::initialized());
  }
}

TEST(InterfaceTest, WhatIsSaidBeforeTheStartIsSentInOrder) {
  Sent sent;
  Running running(parts(sent));
  running.interface->publish(news("first"));
  running.interface->publish(news("second"));
  EXPECT_THAT(sent.all(), IsEmpty());
  running.start();
  ASSERT_TRUE(running.interface->started().wait_until(soon()));
  running.interface->publish(news("third"));
  running.end();

  EXPECT_THAT(sent.all(), ElementsAre("first", "second", "starting", "third"));
}

TEST(InterfaceTest, WhoFollowsItsMomentsMayStopIt) {
  Sent sent;
  Running running(parts(sent));
  int stopping = 0;
  running.interface->started().then([&] { running.interface->stop(); });
  running.interface->stopping().then([&] {
    ++stopping;
    running.interface->stop();
  });
  running.start();
  ASSERT_TRUE(running.interface->stopping().wait_until(soon()));
  running.end();

  EXPECT_EQ(stopping, 1);
  EXPECT_TRUE(running.result);
}

TEST(InterfaceTest, StopFromManyThreads) {
  Sent sent;
  Running running(parts(sent));
  running.start();
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { running.interface->stop(); });
  for (auto& thread : threads) thread.join();
  running.end();

  EXPECT_TRUE(running.result);
}

TEST(InterfaceTest, AShellThatCannotBeMadeIsAnErrorAndLeavesNothing) {
  Sent sent;
  InterfaceParts broken = parts(sent);
  broken.shell = *find_shell(test_shell("refuses"), {});
  const auto interface = Interface::make(std::move(broken));
  const auto result = interface->start();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().exit, Exit::shell_start);
  EXPECT_FALSE(Interface::initialized());
  EXPECT_TRUE(interface->stopping().has_happened());
}

TEST(InterfaceTest, WithoutAFunctionToSendThereIsNoCallableDoor) {
  Sent sent;
  InterfaceParts without = parts(sent);
  without.send = nullptr;
  const auto interface = Interface::make(std::move(without));
  const auto result = interface->start();

  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("\"callable\""));
  EXPECT_FALSE(interface->handle("{}", {}));
}

TEST(InterfaceTest, OnlySocketsHaveConnectionInfo) {
  Sent sent;
  Running running(parts(sent));
  running.start();
  ASSERT_TRUE(running.interface->started().wait_until(soon()));
  EXPECT_FALSE(running.interface->connection_text());
  running.end();

  Running other(parts(sent, {{"interface_class", "zmq"}}));
  EXPECT_FALSE(other.interface->connection_text());
  other.start();
  ASSERT_TRUE(other.interface->started().wait_until(soon()));
  ASSERT_TRUE(other.interface->connection_text());
  EXPECT_THAT(*other.interface->connection_text(), HasSubstr("shell_port"));
  other.end();
  EXPECT_FALSE(other.interface->connection_text());
}

}  // namespace hermit::tests
