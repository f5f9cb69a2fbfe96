// Who gets the lines of the log.
#include "base/log.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "support/folder.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

// Keeps what it is given.
log::Listener::Take into(std::vector<std::string>& lines) {
  return [&lines](std::string_view line) { lines.emplace_back(line); };
}

}  // namespace

TEST(LogTest, AListenerGetsALineAsItWouldBeWrittenInPlaceOfStandardError) {
  std::vector<std::string> lines;
  ::testing::internal::CaptureStderr();
  {
    const log::Listener listener(into(lines));
    log::warning("the tide is {}", "out");
  }
  log::warning("nobody listens");

  EXPECT_THAT(lines, ElementsAre(MatchesRegex("\\[hermit .*warning\\] the tide is out")));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("\\[hermit .*warning\\] nobody listens\n"));
}

TEST(LogTest, EveryListenerGetsEveryLineUntilItsEnd) {
  std::vector<std::string> one, two;
  const log::Listener listener(into(one));
  {
    const log::Listener other(into(two));
    log::error("both");
  }
  log::error("one");

  EXPECT_THAT(one, ElementsAre(EndsWith("both"), EndsWith("one")));
  EXPECT_THAT(two, ElementsAre(EndsWith("both")));
}

TEST(LogTest, WhatAListenerLogsGoesToStandardError) {
  std::vector<std::string> lines;
  ::testing::internal::CaptureStderr();
  {
    const log::Listener listener([&](std::string_view line) {
      lines.emplace_back(line);
      log::warning("heard {}", lines.size());
      log::debug("below the level");
    });
    log::warning("the tide is out");
    log::warning("the tide is in");
  }
  log::warning("nobody listens");

  EXPECT_THAT(lines, ElementsAre(EndsWith("the tide is out"), EndsWith("the tide is in")));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("\\[hermit .*warning\\] heard 1\n\\[hermit .*warning\\] heard 2\n"
                           "\\[hermit .*warning\\] nobody listens\n"));
}

TEST(LogTest, LinesBelowTheLevelAreGivenToNobody) {
  std::vector<std::string> lines;
  const log::Listener listener(into(lines));
  log::info("not yet");
  EXPECT_THAT(lines, IsEmpty());

  log::set_level(log::Level::info);
  log::info("now");
  log::set_level(log::Level::warning);
  EXPECT_THAT(lines, ElementsAre(EndsWith("info] now")));
}

TEST(LogTest, LinesOfManyThreadsAreGivenOneByOne) {
  std::vector<std::string> lines;
  const log::Listener listener(into(lines));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 500; ++line) log::warning("line");
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(lines.size(), 2000U);
}

// Puts the log back as it was when a program starts.
struct Restored {
  ~Restored() { EXPECT_TRUE(log::set_style({})); }
};

TEST(LogTest, LinesOfJsonAreWhole) {
  const Restored restored;
  std::vector<std::string> lines;
  const log::Listener listener(into(lines));
  log::set_format(log::Format::json);
  log::warning("the \"tide\"\nis {}", "out \xff");

  ASSERT_EQ(lines.size(), 1U);
  const auto line = nlohmann::json::parse(lines.front());
  EXPECT_EQ(line.size(), 4U);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["message"], "the \"tide\"\nis out \xEF\xBF\xBD");
  EXPECT_EQ(line["pid"], getpid());
  EXPECT_THAT(line["time"].get<std::string>(), MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9:.]+Z"));
}

TEST(LogTest, AFileGetsTheLinesAtItsEnd) {
  const Restored restored;
  const Folder folder;
  const auto file = folder.write("log", "what was there\n");
  ASSERT_TRUE(log::open_file(file));
  log::set_descriptor(-1);  // is of no importance any more
  log::warning("one");
  log::set_descriptor(STDERR_FILENO);
  log::info("below the level");

  EXPECT_EQ(log::style().file, file);
  EXPECT_THAT(*read_file(file, 1000), MatchesRegex("what was there\n\\[hermit .*warning\\] one\n"));
}

TEST(LogTest, ANewFileIsForItsOwnerAlone) {
  const Restored restored;
  const Folder folder;
  ASSERT_TRUE(log::open_file(folder.path() / "log"));
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  EXPECT_EQ(std::filesystem::status(folder.path() / "log").permissions() & others,
            std::filesystem::perms::none);
}

TEST(LogTest, WhatCannotBeWrittenIsNamed) {
  const Restored restored;
  const Folder folder;
  for (const auto& path : {folder.path(), folder.path() / "nowhere/log"}) {
    const auto done = log::open_file(path);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, ::testing::StartsWith(path.string() + ": cannot be written: "));
    EXPECT_TRUE(log::style().file.empty());
  }
}

TEST(LogTest, AStyleIsHandedOnWhole) {
  const Restored restored;
  const Folder folder;
  ASSERT_TRUE(log::set_style({log::Level::debug, log::Format::json, folder.path() / "log"}));
  const log::Style style = log::style();
  EXPECT_EQ(style.level, log::Level::debug);
  EXPECT_EQ(style.format, log::Format::json);
  EXPECT_EQ(style.file, folder.path() / "log");
}

}  // namespace hermit::tests
