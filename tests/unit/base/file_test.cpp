// Descriptors and whole files.
#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/folder.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::size_t plenty = 1 << 20;

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(FileTest, ADescriptorClosesItself) {
  int fd = -1;
  {
    const Descriptor descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
    fd = descriptor.get();
    EXPECT_TRUE(descriptor);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(FileTest, AMovedDescriptorIsClosedOnce) {
  Descriptor first(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int fd = first.get();
  Descriptor second(std::move(first));
  EXPECT_EQ(second.get(), fd);
  Descriptor third;
  third = std::move(second);
  EXPECT_EQ(third.get(), fd);
  EXPECT_TRUE(is_open(fd));
}

TEST(FileTest, WhatIsWrittenIsRead) {
  const tests::Folder folder;
  const fs::path path = folder.path() / "file";
  const std::string text = std::string("\0\xff\n", 3) + std::string(100'000, 'x');

  ASSERT_TRUE(write_file_atomically(path, text, 0640));
  const auto read = read_file(path, plenty);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, text);
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(FileTest, AFileIsReplacedAsAWhole) {
  const tests::Folder folder;
  const fs::path path = folder.write("file", "old and long");
  const auto before = read_file(path, plenty);

  ASSERT_TRUE(write_file_atomically(path, "new", 0600));
  EXPECT_EQ(*read_file(path, plenty), "new");
  EXPECT_EQ(*before, "old and long");
}

TEST(FileTest, WhatIsNoRegularFileIsWrittenToAndNotReplaced) {
  const tests::Folder folder;
  const auto fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_FALSE(write_file_atomically(fifo, "text", 0600)) << "nobody reads it";
  const Descriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  EXPECT_TRUE(write_file_atomically(fifo, "text", 0600));
  char text[8] = {};
  EXPECT_EQ(read(reader.get(), text, sizeof text), 4);
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));

  const auto full = write_file_atomically("/dev/full", "text", 0600);
  EXPECT_NE(full.error().message.find("/dev/full: cannot be written: No space"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(FileTest, WhatCannotBeReadIsSaidWithTheFilesName) {
  const tests::Folder folder;
  for (const fs::path& path : {folder.path() / "none", folder.path(), fs::path("/dev/null")}) {
    const auto read = read_file(path, plenty);
    ASSERT_FALSE(read) << path;
    EXPECT_THAT(read.error().message, HasSubstr(path.string()));
  }
}

TEST(FileTest, AFifoIsNotWaitedFor) {
  const tests::Folder folder;
  const fs::path path = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);

  EXPECT_FALSE(read_file(path, plenty));
}

TEST(FileTest, AFileAboveTheLimitIsRefused) {
  const tests::Folder folder;
  const fs::path path = folder.write("file", std::string(100, 'x'));

  EXPECT_TRUE(read_file(path, 100));
  const auto read = read_file(path, 99);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("99"));
}

TEST(FileTest, WhatCannotBeWrittenLeavesNothingBehind) {
  const tests::Folder folder;
  const fs::path nowhere = folder.path() / "no-folder" / "file";
  const auto missing = write_file_atomically(nowhere, "text", 0600);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr(nowhere.string()));

  const fs::path taken = folder.path() / "taken";
  fs::create_directory(taken);
  EXPECT_FALSE(write_file_atomically(taken, "text", 0600));
  EXPECT_EQ(files_in(folder.path()), 1U);
}

}  // namespace
}  // namespace hermit
