// What becomes of the history when its file is no good (K13).
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/folder.hpp"
#include "unit/kernel/history_kernel.hpp"

namespace hermit {
namespace {

using namespace tests;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Gives up soon on a file that is locked, but not on a slow disk.
constexpr HistoryLimits impatient{.write = std::chrono::milliseconds(50),
                                  .number = patience,
                                  .look = std::chrono::milliseconds(50),
                                  .close = patience};

// What is logged while it lives.
class Log {
 public:
  Log() { testing::internal::CaptureStderr(); }
  std::string text() { return testing::internal::GetCapturedStderr(); }
};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(HistoryBrokenTest, AFileThatStaysLockedCostsOneWarningAndIsWrittenWhenItIsFree) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  Recorder kernel(file, impatient);
  {
    Database lock(file);
    lock.run("BEGIN EXCLUSIVE");
    kernel.record({"a", "b"});
    EXPECT_THAT(sources(kernel.session, tail(3)), ElementsAre("earlier", "a", "b"));
    kernel.record({"c"});
    EXPECT_THAT(sources(kernel.session, range(0)), ElementsAre("a", "b", "c"));
    EXPECT_THAT(sources(kernel.session, range(-1)), ElementsAre("earlier"));
  }
  kernel.history.close();
  const std::string warnings = log.text();
  EXPECT_EQ(count(warnings, "warning"), 1u) << warnings;
  EXPECT_THAT(warnings, HasSubstr(file.string() + ": database is locked"));
  EXPECT_THAT(rows(file, "SELECT source FROM history ORDER BY session, line"),
              ElementsAre("earlier", "a", "b", "c"));
}

TEST(HistoryBrokenTest, ALockedFileDoesNotHoldUpTheEnd) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  Database lock(file);
  lock.run("BEGIN EXCLUSIVE");
  {
    Recorder kernel(file, {.close = std::chrono::milliseconds(100)});
    kernel.record({"lost"});
  }
  EXPECT_EQ(count(log.text(), "warning"), 1u);
  lock.run("ROLLBACK");
  EXPECT_THAT(lock.run("SELECT source FROM history"), ElementsAre("earlier"));
}

TEST(HistoryBrokenTest, AFileThatIsLockedForReadersTooDoesNotHoldUpAnswers) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  Recorder kernel(file, impatient);
  {
    Database lock(file);
    lock.run("PRAGMA journal_mode = DELETE");
    lock.run("BEGIN EXCLUSIVE");
    kernel.record({"a"});
    EXPECT_THAT(sources(kernel.session, tail(3)), ElementsAre("a"));
  }
  EXPECT_THAT(sources(kernel.session, tail(3)), ElementsAre("earlier", "a"));
  EXPECT_EQ(count(log.text(), "warning"), 1u);
}

TEST(HistoryBrokenTest, ACorruptFileIsLeftAloneAndTheHistoryStaysInMemory) {
  const Folder folder;
  const std::string rubbish(9000, '?');
  const fs::path file = folder.write("history.sqlite", rubbish);
  Log log;
  {
    Recorder kernel(file);
    kernel.record({"a", "b"});
    EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a", "b"));
    kernel.record({"c"});
    EXPECT_THAT(sources(kernel.session, search("?")), ElementsAre("a", "b", "c"));
  }
  const std::string warnings = log.text();
  EXPECT_EQ(count(warnings, "warning"), 1u) << warnings;
  EXPECT_THAT(warnings, HasSubstr(file.string() + ": file is not a database"));
  EXPECT_EQ(contents(file), rubbish);
}

TEST(HistoryBrokenTest, AFileThatBreaksLaterCostsNothingOfThisSession) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Log log;
  Recorder kernel(file);
  kernel.record({"a"});
  ask(kernel.session, tail(1));
  {
    Database breaker(file);
    breaker.run("DROP TABLE history");
    breaker.run("CREATE TABLE history (something_else)");
  }
  kernel.record({"b"});
  EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a", "b"));
  kernel.history.close();
  EXPECT_EQ(count(log.text(), "warning"), 1u);
}

TEST(HistoryBrokenTest, AFileThatCannotBeMadeCostsOneWarning) {
  const Folder folder;
  const fs::path plain = folder.write("plain", "");
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::pair<fs::path, std::string> cases[] = {
      {plain / "history.sqlite", "cannot be made: Not a directory"},
      {"/proc/self/hermit-history.sqlite", "/proc/self/hermit-history.sqlite cannot be made: "},
      {"/proc/no-such-folder/history.sqlite", "/proc/no-such-folder cannot be made: "},
      {folder.path(), folder.path().string() + " is not a regular file"},
      {pipe, pipe.string() + " is not a regular file"},
      {"/dev/full", "/dev/full is not a regular file"},
  };
  for (const auto& [file, problem] : cases) {
    Log log;
    {
      Recorder kernel(file);
      kernel.record({"a"});
      EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a"));
      kernel.record({"b"});
      EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a", "b"));
    }
    const std::string warnings = log.text();
    EXPECT_EQ(count(warnings, "warning"), 1u) << warnings;
    EXPECT_THAT(warnings, HasSubstr(problem));
  }
}

TEST(HistoryBrokenTest, AReadOnlyFileIsReadAndCostsOneWarning) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everything";
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  ASSERT_EQ(chmod(file.c_str(), 0400), 0);
  {
    Recorder kernel(file);
    kernel.record({"a"});
    EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("earlier", "a"));
  }
  EXPECT_EQ(count(log.text(), "warning"), 1u);
}

TEST(HistoryBrokenTest, AFullDiskCostsOneWarningAndIsWrittenWhenThereIsRoom) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  Recorder kernel(file);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{4096, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  kernel.record({"a"});
  const auto found = sources(kernel.session, tail(9));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(found.back(), "a");
  kernel.history.close();
  EXPECT_EQ(count(log.text(), "warning"), 1u);
  EXPECT_THAT(rows(file, "SELECT source FROM history ORDER BY session"), ElementsAre("earlier", "a"));
}

TEST(HistoryBrokenTest, AFileThatIsRemovedMeanwhileIsMadeAgainWithTheWholeSession) {
  const Folder folder;
  const fs::path file = folder.path() / "data/history.sqlite";
  Recorder(file).record({"earlier"});
  Log log;
  Recorder kernel(file);
  kernel.record({"a"});
  ask(kernel.session, tail(1));
  fs::remove_all(file.parent_path());
  EXPECT_THAT(sources(kernel.session, tail(9)), ElementsAre("a"));
  kernel.record({"b"});
  kernel.history.close();
  EXPECT_THAT(rows(file, "SELECT source FROM history ORDER BY line"), ElementsAre("a", "b"));
  EXPECT_THAT(rows(file, "SELECT num_cmds FROM sessions"), ElementsAre("2"));
  EXPECT_THAT(log.text(), IsEmpty());
}

TEST(HistoryBrokenTest, TheLogOfARemovedFileDoesNotGetIntoTheNewOne) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  Recorder(file).record({"earlier"});
  ASSERT_TRUE(fs::exists(file.string() + "-wal"));
  fs::remove(file);
  Recorder(file).record({"a"});
  EXPECT_THAT(rows(file, "SELECT source FROM history"), ElementsAre("a"));
  EXPECT_THAT(rows(file, "PRAGMA integrity_check"), ElementsAre("ok"));
}

TEST(HistoryBrokenTest, AFileInTheOldOnesPlaceGetsASessionOfItsOwn) {
  const Folder folder;
  const fs::path file = folder.path() / "history.sqlite";
  const fs::path another = folder.path() / "another.sqlite";
  Recorder(another).record({"another's"});
  rows(another, "PRAGMA wal_checkpoint(TRUNCATE)");
  Recorder kernel(file);
  kernel.record({"a"});
  ask(kernel.session, tail(1));  // session 1 here, and there is one in the other file
  for (const char* end : {"-wal", "-shm"}) fs::remove(file.string() + end);
  fs::rename(another, file);
  kernel.record({"b"});
  kernel.history.close();
  EXPECT_THAT(rows(file, "SELECT session || source FROM history ORDER BY session, line"),
              ElementsAre("1another's", "2a", "2b"));
}

}  // namespace
}  // namespace hermit
