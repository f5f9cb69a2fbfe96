// Socket files of ipc: who gets one, and what is in the way.
#include "interface/ipc_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "support/folder.hpp"

namespace hermit {
namespace {

using ::testing::HasSubstr;

class IpcFileTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name = "kernel-1") const { return (folder_.path() / name).string(); }

  bool can_connect(const std::string& path) const {
    const Descriptor caller(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, IpcFile::longest_path);
    return connect(caller.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  // As a kernel leaves it that is killed: nobody listens any more.
  void leave_behind(const std::string& path) const {
    const std::string other = path + "x";
    auto file = IpcFile::listen(other);
    ASSERT_TRUE(file);
    std::filesystem::rename(other, path);
  }

  void expect_refused(const std::string& path, const std::string& why) const {
    const auto file = IpcFile::listen(path);
    ASSERT_FALSE(file) << path;
    EXPECT_EQ(file.error().exit, Exit::ports);
    EXPECT_THAT(file.error().message, HasSubstr(path));
    EXPECT_THAT(file.error().message, HasSubstr(why));
  }

  tests::Folder folder_;
};

TEST_F(IpcFileTest, ItIsThereForItsOwnerAloneAsLongAsItIsNeeded) {
  {
    const auto file = IpcFile::listen(path());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(can_connect(path()));
    struct stat info{};
    ASSERT_EQ(stat(path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(IpcFileTest, OneThatALivingProcessListensAtIsLeftAlone) {
  const auto living = IpcFile::listen(path());
  ASSERT_TRUE(living);

  expect_refused(path(), "in use");
  EXPECT_TRUE(can_connect(path()));
}

TEST_F(IpcFileTest, OneOfADeadKernelIsTakenOver) {
  leave_behind(path());
  ASSERT_TRUE(std::filesystem::exists(path()));
  ASSERT_FALSE(can_connect(path()));

  const auto file = IpcFile::listen(path());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(can_connect(path()));
}

TEST_F(IpcFileTest, AnotherKindOfFileIsLeftAlone) {
  folder_.write("kernel-1", "precious");
  std::filesystem::create_directory(path("kernel-2"));
  std::filesystem::create_symlink("nowhere", path("kernel-3"));

  for (const char* name : {"kernel-1", "kernel-2", "kernel-3"}) {
    expect_refused(path(name), "another kind");
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::symlink_status(path(name))));
  }
}

TEST_F(IpcFileTest, APathThatIsTooLongIsRefusedWithItsLength) {
  const std::string longest = path(std::string(IpcFile::longest_path - path("").size(), 'x'));
  ASSERT_EQ(longest.size(), 107U);
  EXPECT_TRUE(IpcFile::listen(longest));
  expect_refused(longest + "x", "108");
}

TEST_F(IpcFileTest, AFolderThatIsMissingIsAnError) {
  expect_refused(path("no folder/kernel-1"), "No such file");
}

TEST_F(IpcFileTest, OneThatAnotherKernelHasReplacedIsNotRemoved) {
  {
    const auto file = IpcFile::listen(path());
    ASSERT_TRUE(file);
    std::filesystem::remove(path());
    folder_.write("kernel-1", "another's");
  }
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(IpcFileTest, ARelativeOneIsRemovedWhereverTheProcessIsThen) {
  const auto before = std::filesystem::current_path();
  {
    std::filesystem::current_path(folder_.path());
    const auto file = IpcFile::listen("relative-1");
    std::filesystem::current_path(before);
    ASSERT_TRUE(file);
    EXPECT_TRUE(std::filesystem::exists(path("relative-1")));
  }
  EXPECT_FALSE(std::filesystem::exists(path("relative-1")));
}

}  // namespace
}  // namespace hermit
