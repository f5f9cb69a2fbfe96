// The table of run modes, whole (K3). A change of the function is a change of the table below.
#include "kernel/run_mode.hpp"

#include <gtest/gtest.h>

#include "protocol/json.hpp"

namespace hermit {
namespace {

using Mode = std::optional<RunMode>;
constexpr Mode queue = RunMode::queue;
constexpr Mode task = RunMode::task;
constexpr Mode blocking = RunMode::blocking;
constexpr Mode introspect = RunMode::introspect;
constexpr Mode refused = std::nullopt;

struct Row {
  RequestType type;
  Mode shell, control, stdin_;            // when requests run concurrently
  Mode shell_blocking, control_blocking;  // with concurrency_mode=blocking
};

constexpr Row table[] = {
    {RequestType::kernel_info, blocking, blocking, blocking, blocking, blocking},
    {RequestType::comm_info, blocking, blocking, refused, blocking, blocking},
    {RequestType::execute, queue, task, refused, blocking, blocking},
    {RequestType::complete, introspect, introspect, refused, blocking, blocking},
    {RequestType::is_complete, introspect, introspect, refused, blocking, blocking},
    {RequestType::inspect, introspect, introspect, refused, blocking, blocking},
    {RequestType::history, introspect, introspect, refused, blocking, blocking},
    {RequestType::comm_open, blocking, blocking, refused, blocking, blocking},
    {RequestType::comm_msg, blocking, blocking, refused, blocking, blocking},
    {RequestType::comm_close, blocking, blocking, refused, blocking, blocking},
    {RequestType::interrupt, refused, blocking, refused, refused, blocking},
    {RequestType::shutdown, refused, blocking, refused, refused, blocking},
    {RequestType::debug, refused, blocking, refused, refused, blocking},
    {RequestType::create_subshell, refused, blocking, refused, refused, blocking},
    {RequestType::delete_subshell, refused, blocking, refused, refused, blocking},
    {RequestType::list_subshell, refused, blocking, refused, refused, blocking},
    {RequestType::input_reply, refused, refused, blocking, refused, refused},
    {RequestType::unknown, refused, refused, refused, refused, refused},
};

TEST(RunModeTest, EveryRequestHasItsModeOnEveryChannel) {
  for (const auto& row : table) {
    const int type = static_cast<int>(row.type);
    EXPECT_EQ(run_mode(Channel::shell, row.type, ConcurrencyMode::concurrent), row.shell) << type;
    EXPECT_EQ(run_mode(Channel::control, row.type, ConcurrencyMode::concurrent), row.control) << type;
    EXPECT_EQ(run_mode(Channel::stdin_, row.type, ConcurrencyMode::concurrent), row.stdin_) << type;
    EXPECT_EQ(run_mode(Channel::shell, row.type, ConcurrencyMode::blocking), row.shell_blocking) << type;
    EXPECT_EQ(run_mode(Channel::control, row.type, ConcurrencyMode::blocking), row.control_blocking) << type;
    EXPECT_EQ(run_mode(Channel::stdin_, row.type, ConcurrencyMode::blocking), row.stdin_) << type;
  }
  EXPECT_EQ(std::size(table), request_types.size() + 1);
}

TEST(RunModeTest, ACellMayWishForAnotherMode) {
  for (const RunMode wish : {RunMode::queue, RunMode::task, RunMode::thread}) {
    for (const Channel channel : {Channel::shell, Channel::control}) {
      EXPECT_EQ(run_mode(channel, RequestType::execute, ConcurrencyMode::concurrent, {true, wish}), wish);
    }
    EXPECT_EQ(run_mode(Channel::shell, RequestType::execute, ConcurrencyMode::blocking, {false, wish}),
              blocking);
    EXPECT_EQ(run_mode(Channel::shell, RequestType::complete, ConcurrencyMode::concurrent, {false, wish}),
              introspect);
  }
  EXPECT_EQ(run_mode(Channel::shell, RequestType::execute, ConcurrencyMode::concurrent, {true, {}}), task);
}

TEST(RunModeTest, AShellGetsOnlyTheModesItHas) {
  Manifest none;
  EXPECT_EQ(possible_mode(RunMode::task, none), RunMode::queue);
  EXPECT_EQ(possible_mode(RunMode::thread, none), RunMode::queue);
  EXPECT_EQ(possible_mode(RunMode::introspect, none), RunMode::introspect);
  Manifest all;
  all.tasks = all.concurrent_cells = true;
  EXPECT_EQ(possible_mode(RunMode::task, all), RunMode::task);
  EXPECT_EQ(possible_mode(RunMode::thread, all), RunMode::thread);
}

// The wish in a cell with this code and these tags, for a language whose comments begin with "--".
Mode wish_of(const std::string& code, const Json& tags = Json()) {
  Manifest manifest;
  manifest.line_comment = "--";
  Message message;
  message.content = dump_json({{"silent", false}, {"code", code}});
  message.metadata = dump_json(tags.is_null() ? Json::object() : Json({{"tags", tags}}));
  return read_wish(message, manifest).mode;
}

TEST(RunModeTest, TheFirstLineOfACellMayWish) {
  EXPECT_EQ(wish_of("-- task\nprint(1)"), task);
  EXPECT_EQ(wish_of("--thread"), RunMode::thread);
  EXPECT_EQ(wish_of("##task\nx"), task);
  EXPECT_EQ(wish_of("  --   queue  \nx"), queue);
}

TEST(RunModeTest, OnlyTheFirstLineAndOnlyTheWordCount) {
  for (const char* code :
       {"", "task", "x\n-- task", "-- tasks", "-- a task", "// task", "--", "-- task; x", "\n-- task"}) {
    EXPECT_EQ(wish_of(code), refused) << code;
  }
}

TEST(RunModeTest, AFirstLineThatIsNoCommentIsBlanked) {
  Manifest manifest;
  manifest.line_comment = "--";
  const auto seen = [&](const char* code) { return without_mode_line(code, manifest); };
  EXPECT_EQ(seen("##task\nx"), "      \nx");
  EXPECT_EQ(seen("  ## thread "), std::string(12, ' '));
  for (const char* code : {"", "-- task\nx", "## tasks\nx", "##\nx", "#task\nx", "x\n##task", "##task x"}) {
    EXPECT_EQ(seen(code), std::nullopt) << code;
  }
  manifest.line_comment = "#";
  EXPECT_EQ(seen("##task\nx"), std::nullopt) << "a comment of the language";
}

TEST(RunModeTest, ATagMayWishToo) {
  EXPECT_EQ(wish_of("x", {"other", "thread"}), RunMode::thread);
  EXPECT_EQ(wish_of("-- task\nx", {"thread"}), task);
  for (const Json& tags :
       {Json("task"), Json(5), Json::array({5, nullptr}), Json({{"task", 1}}), Json::array({"Task"})}) {
    EXPECT_EQ(wish_of("x", tags), refused) << tags;
  }
}

TEST(RunModeTest, GarbageHasNoWish) {
  for (const char* text : {"", "{", "[]", "null", "\"code\"", "{\"code\":", "{\"code\": \"-- task", "\xff"}) {
    Message message;
    message.content = std::string(text);
    message.metadata = std::string(text);
    const CellWish wish = read_wish(message, Manifest());
    EXPECT_FALSE(wish.silent) << text;
    EXPECT_EQ(wish.mode, refused) << text;
  }
}

}  // namespace
}  // namespace hermit
