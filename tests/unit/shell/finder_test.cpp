// From the name of a shell to its file.
#include "shell/finder.hpp"

#include <cstdlib>
#include <map>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/folder.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Sets environment variables for a scope.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::optional<std::string>>& values) {
    for (const auto& [name, value] : values) {
      const char* old = std::getenv(name.c_str());
      old_[name] = old == nullptr ? std::nullopt : std::optional<std::string>(old);
      set(name, value);
    }
  }
  ~Environment() {
    for (const auto& [name, value] : old_) set(name, value);
  }

 private:
  static void set(const std::string& name, const std::optional<std::string>& value) {
    value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
  }
  std::map<std::string, std::optional<std::string>> old_;
};

class FinderTest : public ::testing::Test {
 protected:
  FinderTest() {
    first_.write("libhermit-lua.so", "");
    second_.write("libhermit-lua.so", "");
    second_.write("libhermit-echo.so", "");
    second_.write("libother.so", "");
    second_.write("libhermit-doc.txt", "");
    fs::create_directory(second_.path() / "libhermit-folder.so");
  }

  std::vector<fs::path> folders() const { return {first_.path(), "/no/such/folder", second_.path()}; }

  tests::Folder first_;
  tests::Folder second_;
};

TEST_F(FinderTest, FoldersAreSearchedInTheDocumentedOrder) {
  const Environment environment(
      {{"HERMIT_SHELL_PATH", "/first:/second"}, {"XDG_DATA_HOME", "/data"}, {"HOME", "/home"}});
  EXPECT_THAT(shell_folders("/opt/bin/hermit"),
              ElementsAre("/first", "/second", "/data/hermit/shells", "/opt/lib/hermit/shells"));
}

TEST_F(FinderTest, WithoutTheVariablesTheHomeFolderIsSearched) {
  const Environment environment(
      {{"HERMIT_SHELL_PATH", std::nullopt}, {"XDG_DATA_HOME", std::nullopt}, {"HOME", "/home"}});
  EXPECT_THAT(shell_folders("/opt/bin/hermit"),
              ElementsAre("/home/.local/share/hermit/shells", "/opt/lib/hermit/shells"));
}

TEST_F(FinderTest, EmptyAndRelativePlacesAreNotSearched) {
  const Environment environment(
      {{"HERMIT_SHELL_PATH", "::/a:"}, {"XDG_DATA_HOME", "relative"}, {"HOME", std::nullopt}});
  EXPECT_THAT(shell_folders("/opt/bin/hermit"), ElementsAre("/a", "/opt/lib/hermit/shells"));
}

TEST_F(FinderTest, ANameIsFoundInTheFirstFolderThatHasIt) {
  const auto lua = find_shell("lua", folders());
  ASSERT_TRUE(lua);
  EXPECT_EQ(lua->name, "lua");
  EXPECT_EQ(lua->library, first_.path() / "libhermit-lua.so");
  EXPECT_EQ(lua->manifest, first_.path() / "lua.shell.json");
  EXPECT_EQ(find_shell("echo", folders())->library, second_.path() / "libhermit-echo.so");
}

TEST_F(FinderTest, APathIsTakenAsItIs) {
  const auto shell = find_shell((second_.path() / "libhermit-lua.so").string(), folders());
  ASSERT_TRUE(shell);
  EXPECT_EQ(shell->name, "lua");
  EXPECT_EQ(shell->library, second_.path() / "libhermit-lua.so");
  const auto other = find_shell((second_.path() / "libother.so").string(), folders());
  ASSERT_TRUE(other);
  EXPECT_EQ(other->manifest.parent_path(), second_.path());
}

TEST_F(FinderTest, ARelativePathBecomesAbsolute) {
  const fs::path before = fs::current_path();
  fs::current_path(second_.path());
  const auto shell = find_shell("./libhermit-echo.so", {});
  const auto bare = find_shell("libhermit-echo.so", {});
  fs::current_path(before);

  ASSERT_TRUE(shell);
  EXPECT_TRUE(shell->library.is_absolute());
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->library.is_absolute());
}

TEST_F(FinderTest, ANameThatIsNotFoundIsToldWithWhatThereIs) {
  const auto shell = find_shell("luna", folders());
  ASSERT_FALSE(shell);
  EXPECT_EQ(shell.error().exit, Exit::no_shell);
  for (const std::string& text : {std::string("\"luna\""), std::string("did you mean \"lua\"?"),
                                  std::string("echo"), first_.path().string(), second_.path().string()}) {
    EXPECT_THAT(shell.error().message, HasSubstr(text));
  }
}

TEST_F(FinderTest, WhatIsNoShellLibraryIsNotFound) {
  for (const char* name : {"", "folder", "doc", "other", "..", "hermit-lua"}) {
    EXPECT_FALSE(find_shell(name, folders())) << name;
  }
  const auto path = find_shell((second_.path() / "none.so").string(), folders());
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("none.so"));
}

TEST_F(FinderTest, AllShellsAreListedOnce) {
  std::vector<std::string> names;
  for (const auto& shell : all_shells(folders())) names.push_back(shell.name);
  EXPECT_THAT(names, ElementsAre("echo", "lua"));
}

}  // namespace
}  // namespace hermit
