// What is written past the host, to the descriptors 1 and 2 of its process, is output of the cell (K10): by C
// libraries, child processes, threads. The commands are those of echo_descriptors.c.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

// A named pipe at which the command `gate`, or a child process that reads it, waits until open() is called.
class Gate {
 public:
  Gate() : path_((folder_.path() / "gate").string()) { mkfifo(path_.c_str(), 0600); }

  const std::string& path() const { return path_; }
  // Waits until somebody is there, and lets it go on.
  void open() { const Descriptor opened(::open(path_.c_str(), O_WRONLY | O_CLOEXEC)); }

 private:
  Folder folder_;
  std::string path_;
};

// What a cell shows, in order: the text of a stream with its name, in one piece until something else comes,
// and the type of anything else.
std::vector<std::string> shown(const Answer& cell) {
  std::vector<std::string> all;
  std::string last;
  for (const auto& message : cell.messages()) {
    if (message.type == "status" || message.type == "execute_input") continue;
    const bool is_stream = message.type == "stream";
    const std::string name = is_stream ? message.field("name").get<std::string>() : "";
    if (!is_stream || name != last) all.push_back(is_stream ? name + " " : message.type);
    if (is_stream) all.back() += message.field("text").get<std::string>();
    last = name;
  }
  return all;
}

}  // namespace

HERMIT_ZMQ_SPEC(CaptureSpec);

namespace {
class EmbeddedCaptureSpec : public KernelSpec {};
HERMIT_SPEC_OVER(EmbeddedCaptureSpec, std::vector<std::string>{"local"});
}  // namespace

TEST_P(CaptureSpec, WhatIsWrittenToADescriptorIsOutputOfTheCell) {
  const auto cell = client().execute("fd 1 out\nfd 2 bad");

  EXPECT_EQ(cell.stdout_text(), "out\n");
  EXPECT_EQ(cell.stderr_text(), "bad\n");
  EXPECT_EQ(cell.messages().back().type, "status") << "it comes before idle";
}

TEST_P(CaptureSpec, WhatCPrintsIsOutputOfTheCell) {
  const auto cell = client().execute("puts a line\nprintf no newline");

  EXPECT_EQ(cell.stdout_text(), "a line\nno newline");
}

TEST_P(CaptureSpec, ALineOfARunningCellArrivesWhileItRuns) {
  const auto cell = client().execute("puts by C\nfd 1 by write\nfd_raw 1 78\nchild echo by a child\nspin");

  EXPECT_TRUE(cell.wait_for_stdout("by C\nby write\nxby a child\n"));
  EXPECT_FALSE(cell.complete_so_far());
  client().interrupt().wait();
}

TEST_P(CaptureSpec, BytesWithoutANewlineAreNotHeldBack) {
  const auto cell = client().execute("fd_raw 1 61 62\nspin");

  EXPECT_TRUE(cell.wait_for_stdout("ab"));
  client().interrupt().wait();
  EXPECT_EQ(cell.stdout_text(), "ab");
}

TEST_P(CaptureSpec, ChildProcessesWriteIntoTheCell) {
  const auto cell = client().execute("child echo out\nchild echo bad >&2\nchild printf unfinished");

  EXPECT_EQ(cell.stdout_text(), "out\nunfinished");
  EXPECT_EQ(cell.stderr_text(), "bad\n");
}

TEST_P(CaptureSpec, AHugeWriteArrivesWhole) {
  const auto cell = client().execute("fd_big 1 10000000\nfd 1 end");
  const std::string text = cell.stdout_text();

  EXPECT_EQ(text.size(), 10'000'000U + 4);
  EXPECT_EQ(text.find_first_not_of('x'), 10'000'000U);
}

TEST_P(CaptureSpec, AHugeOutputOfAChildArrivesWhole) {
  const auto cell = client().execute("child head -c 10000000 /dev/zero | tr '\\0' x");
  const std::string text = cell.stdout_text();

  EXPECT_EQ(text.size(), 10'000'000U);
  EXPECT_EQ(text.find_first_not_of('x'), std::string::npos);
}

TEST_P(CaptureSpec, AHundredThousandLinesArriveCompleteInOrderAndInFewMessages) {
  const auto cell = client().execute("fd_lines 100000");

  EXPECT_EQ(cell.stdout_text(), numbered_lines(100000));
  EXPECT_LT(cell.messages("stream").size(), 10000U);
}

TEST_P(CaptureSpec, WhatWasWrittenBeforeACallOfTheHostComesBeforeIt) {
  const auto cell = client().execute(
      "fd 1 a\necho b\nfd 2 c\nerr d\nputs e\nerr f\nprintf g\ndisplay h\nfd 1 i\n1+1\nfd 1 j\nclear 1\nfd 1 "
      "k");

  EXPECT_THAT(shown(cell), ElementsAre("stdout a\nb\n", "stderr c\nd\n", "stdout e\n", "stderr f\n",
                                       "stdout g", "display_data", "stdout i\n", "execute_result",
                                       "stdout j\n", "clear_output", "stdout k\n"));
}

TEST_P(CaptureSpec, LinesWrittenInTurnsWithThoseOfTheHostKeepTheirPlaces) {
  std::string code;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string number = std::to_string(i);
    code += "echo host " + number + "\nfd 1 cell " + number + "\n";
    expected += "host " + number + "\ncell " + number + "\n";
  }

  EXPECT_EQ(client().execute(code).stdout_text(), expected);
}

TEST_P(CaptureSpec, WhatWasPrintedBeforeAQuestionIsSeenBeforeIt) {
  const auto cell = client().execute("printf Name: \ninput ?");
  const Received* question = cell.wait_for_input();

  ASSERT_NE(question, nullptr);
  EXPECT_TRUE(cell.wait_for_stdout("Name: "));
  client().reply_to_input(*question, "me");
  EXPECT_EQ(cell.stdout_text(), "Name: got: me\n");
}

TEST_P(CaptureSpec, InvalidUtf8IsRepaired) {
  const auto cell = client().execute("fd_raw 1 61 FF 62 0A\nfd 1 end");

  EXPECT_EQ(cell.stdout_text(),
            "a\xEF\xBF\xBD"
            "b\nend\n");
}

TEST_P(CaptureSpec, ACharacterSplitOverTwoWritesIsWhole) {
  const auto cell =
      client().execute("fd_raw 1 F0 9F\necho between\nfd 2 and\nfd_raw 1 A6\nraw C3\nfd_raw 1 80\nraw A9");

  EXPECT_EQ(cell.stdout_text(), "between\n\xF0\x9F\xA6\x80\xC3\xA9");
  EXPECT_EQ(cell.stderr_text(), "and\n");
}

TEST_P(CaptureSpec, ACharacterThatIsNeverCompletedIsRepairedAtTheEndOfTheCell) {
  EXPECT_EQ(client().execute("fd_raw 1 61 E2 82").stdout_text(), "a\xEF\xBF\xBD");
  EXPECT_EQ(client().execute("fd_raw 1 AC\nfd 1 end").stdout_text(),
            "\xEF\xBF\xBD"
            "end\n");
}

TEST_P(CaptureSpec, AThreadWritesIntoTheCellThatRuns) {
  const auto cell = client().execute("pending 0\nfd 1 from a thread\nputs and from C");

  EXPECT_EQ(cell.stdout_text(), "from a thread\nand from C\n");
}

TEST_P(CaptureSpec, WhatIsWrittenAfterIdleBelongsToTheLastCell) {
  Gate gate;
  client().execute("fd 1 first").wait();
  const auto cell = client().execute("pending 0\nfinish\ngate " + gate.path() + "\nfd 1 late\nfd 2 also");
  EXPECT_EQ(cell.status(), "ok");
  gate.open();

  EXPECT_TRUE(cell.wait_for_stdout("late\n"));
  EXPECT_TRUE(cell.wait_until([](const Answer& answer) {
    const auto& last = answer.messages_so_far().back();
    return last.type == "stream" && last.field("name") == "stderr";
  }));
  EXPECT_EQ(cell.messages().back().field("text"), "also\n");
}

TEST_P(CaptureSpec, WhatAThreadOfAnEarlierCellWritesBelongsToTheCellThatRuns) {
  Gate gate;
  const auto first = client().execute("pending 0\nfinish\ngate " + gate.path() + "\nfd 1 from before");
  EXPECT_EQ(first.status(), "ok");
  const auto second = client().execute("fd 1 begun\nspin");
  ASSERT_TRUE(second.wait_for_stdout("begun\n"));
  gate.open();

  EXPECT_TRUE(second.wait_for_stdout("begun\nfrom before\n"));
  client().interrupt().wait();
  EXPECT_EQ(first.stdout_text(), "");
}

TEST_P(CaptureSpec, ACellThatStartedLastAndStillRunsGetsWhatIsWritten) {
  const auto held = execute_held("fd 1 alone again");
  const auto inner = client().execute("fd 1 in a thread", {.metadata = {{"tags", {"thread"}}}});
  EXPECT_EQ(inner.stdout_text(), "in a thread\n");
  let_go(held);

  EXPECT_EQ(held.stdout_text(), "got: \nalone again\n");
}

TEST_P(CaptureSpec, AChildThatOutlivesItsCellKeepsNobodyWaiting) {
  Gate gate;
  const auto cell = client().execute("orphan cat " + gate.path() + "; echo outlived\nfd 1 cell");
  EXPECT_EQ(cell.stdout_text(), "cell\n");
  EXPECT_EQ(cell.status(), "ok");
  gate.open();

  EXPECT_TRUE(cell.wait_for_stdout("outlived\n"));
  EXPECT_TRUE(kernel_works());
}

TEST_P(CaptureSpec, AChildThatStillWritesDoesNotKeepTheKernelFromEnding) {
  const auto cell = client().execute("orphan while echo more; do :; done");
  EXPECT_TRUE(cell.wait_for_stdout("more\n"));
  EXPECT_EQ(cell.status(), "ok");

  EXPECT_EQ(client().shutdown().status(), "ok");
  EXPECT_EQ(expect_end().exit_code, 0);
}

TEST_P(CaptureSpec, ADescriptorThatACellClosedIsThereForTheNext) {
  for (const std::string number : {"1", "2"}) {
    const auto closing = client().execute("fd " + number + " before\nfd_close " + number + "\necho shown");
    EXPECT_EQ(closing.status(), "ok");
    EXPECT_THAT(closing.stdout_text(), HasSubstr("shown\n"));
    const auto next = client().execute("fd " + number + " again");
    EXPECT_EQ(next.status(), "ok");
    EXPECT_EQ(number == "1" ? next.stdout_text() : next.stderr_text(), "again\n");
  }
}

TEST_P(CaptureSpec, WhatALibraryPutsInThePlaceOfAClosedDescriptorDoesNotStay) {
  EXPECT_EQ(client().execute("fd_close 1\noccupy 1").status(), "ok");

  EXPECT_EQ(client().execute("fd 1 again").stdout_text(), "again\n");
}

TEST_P(CaptureSpec, AFileThatACellPutsInADescriptorsPlaceGetsWhatIsWritten) {
  const Folder folder;
  const std::string file = (folder.path() / "file").string();
  const auto cell = client().execute("fd 1 before\nredirect 1 " + file +
                                     "\nfd 1 into the file\necho shown\nfd 2 also shown");
  EXPECT_EQ(cell.stdout_text(), "before\nshown\n");
  EXPECT_EQ(cell.stderr_text(), "also shown\n");
  EXPECT_EQ(client().execute("fd 1 more\necho still shown").stdout_text(), "still shown\n");

  EXPECT_EQ(*read_file(file, 1000), "into the file\nmore\n");
  EXPECT_EQ(client().execute("fd_close 1").status(), "ok");
  EXPECT_EQ(client().execute("fd 1 captured again").stdout_text(), "captured again\n");
}

TEST_P(CaptureSpec, TheLogIsNotInTheCell) {
  start({.arguments = {"--log_level=info"}});
  const auto cell = client().execute("fd 2 mine\nlog for the log only\nfd 2 mine too");

  EXPECT_EQ(cell.stderr_text(), "mine\nmine too\n");
  EXPECT_EQ(cell.stdout_text(), "");
  EXPECT_THAT(kernel().log(), HasSubstr("for the log only"));
  EXPECT_THAT(kernel().log(), Not(HasSubstr("mine")));
}

TEST_P(CaptureSpec, WithoutCaptureTheDescriptorsAreTheProcessesOwn) {
  start({.arguments = {"--no-capture"}});
  const auto cell = client().execute("fd 1 past the cell\necho into the cell\nfd 2 past it too");

  EXPECT_EQ(cell.stdout_text(), "into the cell\n");
  EXPECT_EQ(cell.stderr_text(), "");
  EXPECT_EQ(kernel().process().stdout_text(), "past the cell\n");
  EXPECT_THAT(kernel().log(), HasSubstr("past it too\n"));
}

TEST_P(CaptureSpec, WithoutQuietTheTerminalSeesItToo) {
  start({.arguments = {"--no-quiet"}});
  const auto cell = client().execute("err said\nfd 2 written\nfd 1 out");

  EXPECT_EQ(cell.stderr_text(), "said\nwritten\n");
  EXPECT_EQ(cell.stdout_text(), "out\n");
  EXPECT_EQ(kernel().process().stdout_text(), "out\n");
  EXPECT_THAT(kernel().log(), HasSubstr("said\n"));
  EXPECT_THAT(kernel().log(), HasSubstr("written\n"));
}

TEST_P(CaptureSpec, WithQuietNothingIsCopied) {
  const auto cell = client().execute("err said\nfd 2 written");

  EXPECT_EQ(cell.stderr_text(), "said\nwritten\n");
  EXPECT_THAT(kernel().log(), Not(HasSubstr("said")));
}

TEST_P(EmbeddedCaptureSpec, AKernelInAnotherProgramLeavesItsDescriptorsAlone) {
  struct stat before[2], during[2];
  for (int i = 0; i < 2; ++i) ASSERT_EQ(fstat(i + 1, &before[i]), 0);
  EXPECT_EQ(client().execute("echo shown").stdout_text(), "shown\n");
  for (int i = 0; i < 2; ++i) ASSERT_EQ(fstat(i + 1, &during[i]), 0);

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(before[i].st_ino, during[i].st_ino);
    EXPECT_EQ(before[i].st_dev, during[i].st_dev);
  }
}

}  // namespace hermit::tests
