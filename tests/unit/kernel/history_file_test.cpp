// The file of the history: what it holds and who shares it (K13).
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "support/folder.hpp"
#include "unit/kernel/history_kernel.hpp"

namespace hermit {
namespace {

using namespace tests;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::size_t threads() {
  const fs::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

mode_t mode(const fs::path& path) {
  struct stat info{};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777;
}

TEST(HistoryFileTest, NothingIsMadeBeforeTheFirstCell) {
  const Folder folder;
  const std::size_t before = threads();
  {
    Recorder kernel(folder.path() / "data/history.sqlite");
    EXPECT_THAT(sources(kernel.session, tail(9)), IsEmpty());
    EXPECT_EQ(threads(), before);
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(HistoryFileTest, OnlyTheUserMayReadTheFile) {
  const Folder folder;
  const fs::path file = folder.path() / "data/hermit/history.sqlite";
  Recorder kernel(file);
  kernel.record({"password = 'secret'"});
  EXPECT_EQ(ask(kernel.session, tail(1)).size(), 1u);
  EXPECT_EQ(mode(folder.path() / "data"), 0700u);
  EXPECT_EQ(mode(file.parent_path()), 0700u);
  EXPECT_EQ(mode(file), 0600u);
  EXPECT_EQ(mode(file.string() + "-wal"), 0600u);
}

TEST(HistoryFileTest, TheFileHasTheTablesThatIPythonReads) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"x"});
  const auto columns = [&](const std::string& table) {
    return rows(file,
                "SELECT name || ' ' || lower(type) || ' ' || pk FROM pragma_table_info('" + table + "')");
  };
  EXPECT_THAT(columns("sessions"), ElementsAre("session integer 1", "start timestamp 0", "end timestamp 0",
                                               "num_cmds integer 0", "remark text 0"));
  EXPECT_THAT(columns("history"),
              ElementsAre("session integer 1", "line integer 2", "source text 0", "source_raw text 0"));
  EXPECT_THAT(columns("output_history"), ElementsAre("session integer 1", "line integer 2", "output text 0"));
  EXPECT_THAT(rows(file, "PRAGMA journal_mode"), ElementsAre("wal"));
  const std::string date = "____-__-__ __:__:__.______+00:00";
  EXPECT_THAT(rows(file, "SELECT count(*) FROM sessions WHERE start LIKE '" + date + "' AND end LIKE '" +
                             date + "' AND start <= end"),
              ElementsAre("1"));
}

TEST(HistoryFileTest, AnyTextComesBackAsItWas) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  const std::string text("-- 🦀\r\n\0'\"; DROP TABLE history;\n\n", 35);
  {
    Recorder earlier(file);
    earlier.session.record(1, text, text);
    earlier.session.record(2, "", "");
  }
  Recorder kernel(file);
  EXPECT_EQ(ask(kernel.session, {{"n", 2}, {"output", true}}),
            Json({{1, 1, {text, text}}, {1, 2, Json::array({"", ""})}}));
}

TEST(HistoryFileTest, CellsReachTheFileByThemselves) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder kernel(file), other(file);
  kernel.record({"x"});
  const auto end = std::chrono::steady_clock::now() + patience;
  while (sources(other.session, tail(1)).empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_THAT(sources(other.session, tail(1)), ElementsAre("x"));
  kernel.record({"y"});
  while (sources(other.session, tail(2)).size() < 2 && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_THAT(sources(other.session, tail(2)), ElementsAre("x", "y"));
}

TEST(HistoryFileTest, TheNumberInAReplyIsTheSessionsNumberInTheFile) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder kernel(file), other(file);
  kernel.record({"mine"});
  other.record({"other's"});
  const std::string number = ask(kernel.session, tail(1))[0][0].dump();
  ask(other.session, tail(1));
  EXPECT_THAT(rows(file, "SELECT source FROM history WHERE session = " + number), ElementsAre("mine"));
}

TEST(HistoryFileTest, TheEndOfAKernelEndsItsSession) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder kernel(file);
  kernel.record({"a", "b"});
  ask(kernel.session, tail(1));
  EXPECT_THAT(rows(file, "SELECT end FROM sessions"), ElementsAre("NULL"));
  kernel.record({"c"});
  kernel.history.close();
  kernel.history.close();
  EXPECT_THAT(rows(file, "SELECT num_cmds FROM sessions WHERE end IS NOT NULL"), ElementsAre("3"));
  EXPECT_THAT(rows(file, "SELECT source FROM history ORDER BY line"), ElementsAre("a", "b", "c"));
  kernel.record({"late"});
  EXPECT_THAT(sources(kernel.session, tail(2)), ElementsAre("c", "late"));
}

TEST(HistoryFileTest, SubshellsHaveSessionsOfTheirOwnAndSeeWhatIsPendingInOthers) {
  const Folder folder;
  for (const bool in_memory : {false, true}) {
    const fs::path file = folder.path() / "history.sqlite";
    Recorder kernel(in_memory ? std::nullopt : std::optional(file));
    HistorySession unused(kernel.history);
    auto subshell = std::make_unique<HistorySession>(kernel.history);
    subshell->record(1, "in the subshell", "1");
    kernel.record({"in the shell"});
    EXPECT_THAT(sources(*subshell, tail(9)), ElementsAre("in the shell", "in the subshell"));
    EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("in the subshell", "in the shell"));
    EXPECT_THAT(sources(*subshell, range(0)), ElementsAre("in the subshell"));
    subshell.reset();
    EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("in the subshell", "in the shell"));
    kernel.history.close();
    if (!in_memory) {
      EXPECT_THAT(rows(file, "SELECT num_cmds FROM sessions WHERE end IS NOT NULL"), ElementsAre("1", "1"));
    }
  }
}

TEST(HistoryFileTest, SessionsInMemoryKeepTheirNumbers) {
  Recorder kernel(std::nullopt);
  HistorySession second(kernel.history);
  second.record(1, "a", std::nullopt);
  EXPECT_EQ(ask(second, tail(1)), Json::parse(R"([[1, 1, "a"]])"));
  kernel.record({"b"});
  EXPECT_EQ(ask(second, tail(1)), Json::parse(R"([[1, 1, "a"]])"));
  EXPECT_EQ(ask(kernel.session, tail(1)), Json::parse(R"([[2, 1, "b"]])"));
}

TEST(HistoryFileTest, ManyProcessesShareOneFile) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  constexpr int processes = 4;
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool complete = true;
      for (int session = 0; session < 5; ++session) {
        Recorder kernel(file);
        for (int cell = 0; cell < 20; ++cell) {
          kernel.record({"x"});
          if (cell % 5 == 0) complete &= ask(kernel.session, range(0)).size() == kernel.line;
        }
      }
      _exit(complete ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(rows(file, "SELECT count(*) FROM sessions WHERE num_cmds = 20 AND end IS NOT NULL"),
              ElementsAre("20"));
  EXPECT_THAT(rows(file, "SELECT DISTINCT count(*) FROM history GROUP BY session"), ElementsAre("20"));
  EXPECT_THAT(rows(file, "SELECT count(*) FROM history"), ElementsAre("400"));
  EXPECT_THAT(rows(file, "PRAGMA integrity_check"), ElementsAre("ok"));
}

TEST(HistoryFileTest, ThreadsMayRecordAndAskAtOnce) {
  const Folder folder;
  History history(folder.path() / "history.sqlite", patient);
  std::vector<std::thread> lanes;
  for (int i = 0; i < 4; ++i) {
    lanes.emplace_back([&history] {
      HistorySession session(history);
      for (std::uint64_t line = 1; line <= 100; ++line) {
        session.record(line, "x", "1");
        if (line % 20 == 0) {
          EXPECT_EQ(ask(session, range(0)).size(), line);
        }
      }
    });
  }
  for (std::thread& lane : lanes) lane.join();
  const HistorySession session(history);
  EXPECT_EQ(ask(session, search("x")).size(), 400u);
}

TEST(HistoryFileTest, TenThousandCellsAreWritten) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  {
    Recorder kernel(file);
    for (int i = 0; i < 10'000; ++i) kernel.session.record(++kernel.line, "x = " + std::to_string(i), "1");
    EXPECT_EQ(ask(kernel.session, search("*")).size(), 10'000u);
  }
  Recorder kernel(file);
  EXPECT_EQ(ask(kernel.session, search("x = ??")).size(), 90u);
  EXPECT_EQ(ask(kernel.session, tail(20'000)).size(), 10'000u);
}

TEST(HistoryFileTest, WhatMemoryForgotIsFoundInTheFile) {
  const Folder folder;
  Recorder kernel(folder.path() / "history.sqlite");
  constexpr int cells = 40;  // a megabyte each, of which memory keeps 16
  for (int i = 0; i < cells; ++i) {
    kernel.session.record(++kernel.line, std::to_string(i), std::string(1 << 20, 'x'));
    // A new session's first question has all written that is pending.
    HistorySession other(kernel.history);
    other.record(1, "other", std::nullopt);
    ask(other, tail(0));
  }
  Json request = range(0);
  request["output"] = true;
  const Json found = ask(kernel.session, request);
  ASSERT_EQ(found.size(), std::size_t{cells});
  for (int i = 0; i < cells; ++i) {
    EXPECT_EQ(found[i][1], i + 1);
    EXPECT_EQ(found[i][2][0], std::to_string(i));
    EXPECT_EQ(found[i][2][1].get_ref<const std::string&>().size(), std::size_t{1} << 20);
  }
}

}  // namespace
}  // namespace hermit
