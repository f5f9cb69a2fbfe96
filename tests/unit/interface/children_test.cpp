// Children: all that descend from a process get the signal, whichever of its threads started them.
#include "interface/children.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <thread>

#include "base/file.hpp"

namespace hermit {
namespace {

// A child with a child of its own, which wait for a signal. The pipe ends when both are gone.
class Family {
 public:
  Family() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const Descriptor write_end(ends[1]);
    read_end_ = Descriptor(ends[0]);
    child_ = fork();
    if (child_ != 0) return;
    if (fork() != 0) [[maybe_unused]]
      const auto told = write(write_end.get(), "x", 1);
    for (;;) pause();
  }
  // Waits until both are there.
  void wait_until_born() const {
    char told = 0;
    EXPECT_EQ(read(read_end_.get(), &told, 1), 1);
  }
  // What ended the child, once both are gone.
  int end() const {
    char none = 0;
    EXPECT_EQ(read(read_end_.get(), &none, 1), 0);
    int status = 0;
    EXPECT_EQ(waitpid(child_, &status, 0), child_);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  Descriptor read_end_;
  pid_t child_ = -1;
};

}  // namespace

TEST(ChildrenTest, ChildrenAndTheirChildrenGetTheSignal) {
  const Family family;
  family.wait_until_born();

  Children().signal(SIGTERM);

  EXPECT_EQ(family.end(), SIGTERM);
}

TEST(ChildrenTest, SoDoThoseThatAThreadHasStarted) {
  std::unique_ptr<Family> family;
  std::thread parent([&] { family = std::make_unique<Family>(); });
  parent.join();
  family->wait_until_born();

  Children().signal(SIGTERM);

  EXPECT_EQ(family->end(), SIGTERM);
}

TEST(ChildrenTest, OneThatIsBornLaterDoesNot) {
  const Family early;
  early.wait_until_born();
  const Children children;
  const Family late;
  late.wait_until_born();

  children.signal(SIGINT);

  EXPECT_EQ(early.end(), SIGINT);
  Children().signal(SIGTERM);
  EXPECT_EQ(late.end(), SIGTERM);
}

TEST(ChildrenTest, WithoutChildrenNothingHappens) { Children().signal(SIGKILL); }

}  // namespace hermit
