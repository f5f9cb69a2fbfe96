// A kernel inside a program, through the embedding library: the callable door, both lanes, and what may be
// called where.
#include <poll.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "embed/program.hpp"
#include "support/kernel_under_test.hpp"

namespace hermit::tests {
namespace {

using embedding::Failure;
using embedding::Options;
using ::testing::HasSubstr;
using Json = Program::Json;

// What goes wrong when a kernel is started with these options.
std::pair<hermit_status, std::string> failure(Options options) {
  try {
    const embedding::Kernel kernel(std::move(options));
  } catch (const Failure& error) {
    return {error.status(), error.what()};
  }
  return {HERMIT_OK, ""};
}

Options with_settings(std::string settings) {
  Options options;
  options.settings = std::move(settings);
  options.shell = &toy_shell;
  options.send = [](auto, auto&, bool) { return std::nullopt; };
  return options;
}

std::string bad_setting(std::string settings) { return failure(with_settings(std::move(settings))).second; }

// Both kinds of lane.
class EmbedTest : public ::testing::TestWithParam<bool> {
 protected:
  bool pumped() const { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Lanes, EmbedTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "pumped" : "thread"; });

}  // namespace

TEST_P(EmbedTest, ACellRunsAndItsMessagesComeInOrder) {
  Program program(pumped());
  const auto reply = program.run("print hello");

  EXPECT_EQ(reply["status"], "ok");
  std::vector<std::string> seen;
  for (const Json& message : program.messages("request 1")) {
    seen.push_back(
        message["channel"].get<std::string>() + " " +
        message["content"].value("execution_state", message["header"]["msg_type"].get<std::string>()));
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("iopub busy", "iopub execute_input", "iopub stream",
                                           "shell execute_reply", "iopub idle"));
  EXPECT_EQ(program.printed("request 1"), "hello");
}

TEST_P(EmbedTest, WhatWasSaidBeforeTheStartComesFirst) {
  Program program(pumped());
  program.run("print hello");

  const auto first = program.messages().front();
  EXPECT_EQ(first["content"]["execution_state"], "starting");
}

TEST_P(EmbedTest, CellsRunOnTheLane) {
  Program program(pumped());
  program.run("thread");

  EXPECT_EQ(program.printed("request 1"), pumped() ? "same" : "other");
}

TEST_P(EmbedTest, AFailedCellIsAnError) {
  Program program(pumped());

  EXPECT_EQ(program.run("fail")["ename"], "ToyError");
  EXPECT_EQ(program.run("print on")["status"], "ok");
}

TEST_P(EmbedTest, TheUsersLineMayBeReturnedAtOnce) {
  Program program(pumped());
  program.on_message([](const Json& message, bool expects_reply) -> std::optional<std::string> {
    EXPECT_EQ(expects_reply, message["header"]["msg_type"] == "input_request");
    if (!expects_reply) return std::nullopt;
    EXPECT_EQ(message["channel"], "stdin");
    return message["content"]["prompt"].get<std::string>() + "\"Ada\"";
  });
  program.run("ask");

  EXPECT_EQ(program.printed("request 1"), "hello name? \"Ada\"");
}

TEST_P(EmbedTest, TheUsersLineMayComeLaterFromTheClientThatWasAsked) {
  Program program(pumped());
  program.on_message([&](const Json&, bool expects_reply) -> std::optional<std::string> {
    if (expects_reply) {
      program.send("input_reply", {{"value", "Mallory"}}, "stdin", "another client");
      program.send("input_reply", {{"value", "Ada"}}, "stdin", "client");
    }
    return std::nullopt;
  });
  program.run("ask");

  EXPECT_EQ(program.printed("request 1"), "hello Ada");
}

TEST_P(EmbedTest, WhatIsNoMessageIsRefusedWithAReason) {
  Program program(pumped());
  const auto refused = [&](std::string_view json) -> std::string {
    try {
      program.kernel().handle_msg(json);
    } catch (const Failure& error) {
      EXPECT_EQ(error.status(), HERMIT_INVALID);
      return error.what();
    }
    return "";
  };

  EXPECT_THAT(refused("rubbish"), HasSubstr("not JSON at byte"));
  EXPECT_THAT(refused("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(refused(R"({"header": {"msg_id": "1"}})"), HasSubstr("header"));
  EXPECT_THAT(refused(R"({"header": {"msg_type": "kernel_info_request"}, "channel": "iopub"})"),
              HasSubstr(R"("shell", "control" or "stdin")"));
  EXPECT_THAT(refused(R"({"header": {"msg_type": "kernel_info_request"}, "content": {})"),
              HasSubstr("not JSON"));
  EXPECT_EQ(program.run("print works")["status"], "ok");
}

TEST_P(EmbedTest, MessagesMayComeFromManyThreads) {
  Program program(pumped());
  constexpr int threads = 4;
  constexpr int each = 50;
  std::vector<std::thread> senders;
  senders.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      for (int n = 0; n < each; ++n) program.execute("print x");
    });
  }
  for (auto& sender : senders) sender.join();

  EXPECT_TRUE(program.wait_until([&] {
    int replies = 0;
    for (const Json& message : program.messages())
      replies += message["header"]["msg_type"] == "execute_reply";
    return replies == threads * each;
  }));
}

TEST_P(EmbedTest, WhatACallbackThrowsIsLoggedAndTheKernelGoesOn) {
  Program program(pumped());
  program.on_message([](const Json& message, bool) -> std::optional<std::string> {
    if (message["header"]["msg_type"] == "execute_input") throw std::runtime_error("no more paper");
    return std::nullopt;
  });

  EXPECT_EQ(program.run("print hello")["status"], "ok");
  EXPECT_THAT(program.log(), HasSubstr("\"send\" has thrown: no more paper"));
}

TEST_P(EmbedTest, AClientMayShutTheKernelDown) {
  Program program(pumped());
  const auto id = program.send("shutdown_request", {{"restart", false}}, "control");

  EXPECT_TRUE(program.wait_until([&] { return program.has_been_told(); }));
  EXPECT_EQ(program.wait_for("shutdown_reply", id)["content"]["status"], "ok");
  EXPECT_TRUE(program.kernel().is_stopping());
  EXPECT_TRUE(program.wait_until([&] { return program.kernel().has_stopped(); }));
  EXPECT_EQ(hermit_instance(), nullptr);
  EXPECT_FALSE(program.kernel().pump());
}

TEST_P(EmbedTest, StoppingTwiceAndSendingAfterwardsDoesNoHarm) {
  Program program(pumped());
  program.kernel().stop();
  program.kernel().stop();
  EXPECT_TRUE(program.wait_until([&] { return program.kernel().has_stopped(); }));
  program.kernel().stop();

  try {
    program.execute("print late");
    ADD_FAILURE() << "a message was taken by a kernel that has stopped";
  } catch (const Failure& error) {
    EXPECT_EQ(error.status(), HERMIT_STALE);
  }
}

TEST_P(EmbedTest, ACallbackMayStopTheKernel) {
  Program program(pumped());
  program.on_message([&](const Json& message, bool) -> std::optional<std::string> {
    if (message["header"]["msg_type"] == "stream") {
      EXPECT_EQ(hermit_end(hermit_instance()), HERMIT_REFUSED);
      EXPECT_EQ(hermit_wait(hermit_instance(), 1), HERMIT_REFUSED);
      hermit_stop(hermit_instance());
    }
    return std::nullopt;
  });
  program.execute("print hello");

  EXPECT_TRUE(program.wait_until([&] { return program.kernel().has_stopped(); }));
}

TEST_P(EmbedTest, ACellMayStopTheKernelButNotWaitForIt) {
  Program program(pumped());
  program.run("end");
  const auto pump = std::to_string(pumped() ? HERMIT_REFUSED : HERMIT_UNSUPPORTED);
  EXPECT_EQ(program.printed("request 1"),
            std::to_string(HERMIT_REFUSED) + " " + pump + " " + std::to_string(HERMIT_REFUSED));

  const auto id = program.execute("stop");
  EXPECT_TRUE(program.wait_until([&] { return program.kernel().has_stopped(); }));
  EXPECT_EQ(program.wait_for("execute_reply", id)["content"]["status"], "ok");
}

TEST_P(EmbedTest, WhatTheProgramSaysReachesEveryClient) {
  Program program(pumped());
  program.kernel().publish("display_data", R"({"data": {"text/plain": "news"}, "metadata": {}})", "",
                           {std::string_view("a\0b", 3)});

  const auto said = program.wait_for("display_data");
  EXPECT_EQ(said["channel"], "iopub");
  EXPECT_EQ(said["content"]["data"]["text/plain"], "news");
  EXPECT_EQ(said["parent_header"], Json::object());
  EXPECT_THROW(program.kernel().publish("display_data", "{"), Failure);
  EXPECT_THROW(program.kernel().publish("", "{}"), Failure);
  EXPECT_THROW(program.kernel().publish("two words", "{}"), Failure);
}

TEST_P(EmbedTest, ASecondKernelIsRefusedWhileOneRuns) {
  Program program(pumped());
  const auto [status, why] = failure(with_settings("{}"));
  EXPECT_EQ(status, HERMIT_REFUSED);
  EXPECT_THAT(why, HasSubstr("a kernel runs already in this process"));
  EXPECT_EQ(program.run("print works")["status"], "ok");
  EXPECT_EQ(hermit_instance(), program.kernel().in_c());

  program.end();
  EXPECT_EQ(hermit_instance(), nullptr);
  Program another(pumped());
  EXPECT_EQ(another.run("print works")["status"], "ok");
}

TEST(EmbedThreadTest, AnInterruptReachesACellOnALaneOfTheLibrarys) {
  Program program;
  const auto id = program.execute("spin");
  program.wait_for("stream", id);
  program.send("interrupt_request", Json::object(), "control");

  EXPECT_EQ(program.wait_for("execute_reply", id)["content"]["status"], "error");
}

TEST(EmbedThreadTest, AKernelWithACellThatSpinsCanBeEnded) {
  Program program;
  const auto id = program.execute("spin");
  program.wait_for("stream", id);
  program.end();

  EXPECT_TRUE(program.has_been_told());
  EXPECT_EQ(program.wait_for("execute_reply", id)["content"]["status"], "error");
}

TEST(EmbedThreadTest, WaitingEndsWhenTimeIsUp) {
  Program program;
  EXPECT_FALSE(program.kernel().wait(std::chrono::milliseconds(1)));
  program.kernel().stop();
  EXPECT_TRUE(program.kernel().wait(std::chrono::minutes(1)));
  EXPECT_TRUE(program.has_been_told());
  EXPECT_EQ(program.kernel().descriptor(), -1);
}

TEST(EmbedPumpTest, TheDescriptorSpeaksWhenThereIsWorkAndOnlyThen) {
  Program program(true);
  pollfd waiting{program.kernel().descriptor(), POLLIN, 0};
  while (program.kernel().pump() && poll(&waiting, 1, 0) > 0) {
  }
  program.execute("print hello");

  EXPECT_EQ(poll(&waiting, 1, 60'000), 1);
  EXPECT_TRUE(program.wait_until([&] { return program.printed("request 1") == "hello"; }));
  while (program.kernel().pump() && poll(&waiting, 1, 0) > 0) {
  }
  EXPECT_EQ(poll(&waiting, 1, 0), 0);
  program.kernel().stop();
  EXPECT_EQ(poll(&waiting, 1, 60'000), 1) << "the end is work too";
}

TEST(EmbedPumpTest, NothingOfTheUsersRunsBetweenPumps) {
  Program program(true);
  const auto id = program.execute("print hello");
  const auto info = program.send("kernel_info_request");
  for (const auto deadline = soon(); std::chrono::steady_clock::now() < deadline;) {
    if (program.messages(info).size() == 3) break;  // busy, reply, idle: without pumping
    std::this_thread::yield();
  }

  EXPECT_EQ(program.messages(info).size(), 3U);
  EXPECT_EQ(program.messages(id).size(), 0U);
  EXPECT_TRUE(program.wait_until([&] { return program.printed(id) == "hello"; }));
}

TEST(EmbedOptionsTest, WhatIsWrongIsNamed) {
  hermit_options options{};
  hermit_kernel* kernel = nullptr;
  std::string why;
  const hermit_text_sink sink = {&why, embedding::detail::keep};
  EXPECT_EQ(hermit_start(nullptr, &kernel, &sink), HERMIT_INVALID);
  EXPECT_EQ(hermit_start(&options, &kernel, &sink), HERMIT_INVALID);
  EXPECT_THAT(why, HasSubstr("sizeof(hermit_options)"));
  options.size = sizeof options;
  options.lane = 7;
  EXPECT_EQ(hermit_start(&options, &kernel, &sink), HERMIT_INVALID);
  EXPECT_THAT(why, HasSubstr("\"lane\" is 7"));
  options.lane = 0;
  options.settings.size = 3;
  EXPECT_EQ(hermit_start(&options, &kernel, &sink), HERMIT_INVALID);
  EXPECT_THAT(why, HasSubstr("\"settings\""));
  EXPECT_EQ(hermit_start(&options, nullptr, nullptr), HERMIT_INVALID);
  EXPECT_EQ(kernel, nullptr);

  EXPECT_THAT(bad_setting("{"), HasSubstr("\"settings\" is not JSON"));
  EXPECT_THAT(bad_setting(R"({"timeout": 1, "timeout": 2})"), HasSubstr("has the key /timeout twice"));
  EXPECT_THAT(bad_setting(R"({"config": "/etc/hermit.json"})"),
              HasSubstr("\"config\" is for the program hermit"));
  EXPECT_THAT(bad_setting(R"({"Interface": {"config": "none"}})"),
              HasSubstr("\"config\" is for the program"));
  EXPECT_THAT(bad_setting(R"({"log_levle": "info"})"), HasSubstr("log"));
  EXPECT_THAT(bad_setting(R"({"timeout": "soon"})"), HasSubstr("timeout"));
  EXPECT_THAT(bad_setting(R"({"Toy.colours": "red"})"), HasSubstr("Toy.colour"));
  EXPECT_THAT(bad_setting(R"({"isolation": "process"})"), HasSubstr("isolation=process"));
  EXPECT_THAT(bad_setting(R"({"interface_class": "zmq"})"), HasSubstr("\"send\""));
  EXPECT_THAT(bad_setting(R"({"interface_class": "pigeon"})"), HasSubstr("callable"));
  EXPECT_THAT(bad_setting(R"({"launcher": "rocket"})"), HasSubstr("none was registered"));
  EXPECT_EQ(hermit_instance(), nullptr);
}

TEST(EmbedOptionsTest, AShellThatIsNoneIsRefused) {
  hermit_shell_entry_type entry = toy_shell;
  entry.abi_major = 99;
  Options options = with_settings("{}");
  options.shell = &entry;
  EXPECT_THAT(failure(options).second,
              HasSubstr("the shell that the program passes in: was built for version 99"));

  ToyContext without_thread;
  options = with_settings("{}");
  options.shell_context = &without_thread;
  EXPECT_THAT(failure(options).second, HasSubstr("the program has no thread"));
  options.pumped = true;
  EXPECT_THAT(failure(options).second, HasSubstr("the program has no thread"));

  options = with_settings(R"({"shell_class": "nowhere"})");
  options.shell = nullptr;
  EXPECT_THAT(failure(options).second, HasSubstr("nowhere"));
}

TEST(EmbedOptionsTest, ALauncherCompletesTheOptions) {
  const std::string_view name = "garden";
  const auto launcher = [](void*, hermit_options* options) -> hermit_status {
    options->shell = &toy_shell;
    return HERMIT_OK;
  };
  ASSERT_EQ(hermit_register_launcher(embedding::detail::lend(name), launcher, nullptr), HERMIT_OK);
  Options options = with_settings(R"({"launcher": "garden"})");
  options.shell = nullptr;
  EXPECT_EQ(failure(options).second, "");
  EXPECT_THAT(bad_setting(R"({"launcher": "gardener"})"), HasSubstr("registered are: garden"));
  ASSERT_EQ(hermit_register_launcher(embedding::detail::lend(name), nullptr, nullptr), HERMIT_OK);
  EXPECT_THAT(bad_setting(R"({"launcher": "garden"})"), HasSubstr("none was registered"));
}

TEST(EmbedHelpersTest, AnInterfaceIsLaunchedAndStoppedFromACallback) {
  bool told = false;
  Options options = with_settings("{}");
  options.stopped = [&] { told = true; };
  options.send = [](std::string_view, auto&, bool) {
    hermit_stop(hermit_instance());
    return std::nullopt;
  };
  embedding::launch_interface(std::move(options));

  EXPECT_TRUE(told);
  EXPECT_EQ(hermit_instance(), nullptr);
}

TEST(EmbedHelpersTest, TheHandlersOfACallableInterface) {
  std::atomic<bool> replied{false};
  std::atomic<bool> told{false};
  {
    const auto handlers = embedding::start_callable_interface(
        [&](std::string_view json, auto&, bool) -> std::optional<std::string> {
          if (json.find("kernel_info_reply") != std::string_view::npos) replied = true;
          return std::nullopt;
        },
        [&] { told = true; }, R"({"shell_class": ")" + test_shell("echo") + R"("})");
    handlers.handle_msg(R"({"header": {"msg_id": "1", "msg_type": "kernel_info_request"}})", {});
    handlers.stop();
  }
  EXPECT_TRUE(told);
}

}  // namespace hermit::tests
