// The Lua shell under test, loaded as a host loads it: the library opened with RTLD_LOCAL, everything else
// through its entry symbol. And the fixture that most tests use.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fake_host.hpp"

namespace hermit::test {

// The entry of the library; the library is opened at the first call.
const hermit_shell_entry_type& lua_entry();

struct Match {
  std::string text;
  std::string type;
  std::string signature;

  bool operator==(const Match&) const = default;
};

struct Completion {
  std::vector<Match> matches;
  std::vector<std::string> texts;
  uint64_t start = 0;
  uint64_t end = 0;

  // The match with this text.
  std::optional<Match> find(std::string_view text) const;
};

struct CodeState {
  uint32_t completeness = HERMIT_CODE_UNKNOWN;
  std::string indent;
};

// What became of a cell.
struct Outcome : Record {
  hermit_status status = HERMIT_FAILED;

  // The text of the one result, or "" when there is none.
  std::string text() const;
  // The one error.
  RecordedError error() const;
};

struct Evaluation {
  hermit_status status = HERMIT_FAILED;
  RecordedBundle value;
  RecordedError error;
};

class LuaShell {
 public:
  // `host` has to outlive the shell.
  explicit LuaShell(FakeHost& host);
  ~LuaShell();
  LuaShell(const LuaShell&) = delete;
  LuaShell& operator=(const LuaShell&) = delete;

  // Runs a cell as the host does. The number of the request is that of the cell, plus 1000.
  Outcome execute(std::string_view code,
                  uint32_t flags = HERMIT_CELL_STORE_HISTORY | HERMIT_CELL_ALLOW_STDIN);
  Evaluation evaluate(std::string_view expression);
  void interrupt(hermit_request request);
  Completion complete(std::string_view code, std::optional<size_t> cursor = {});
  // The description as plain text, or "" when there is none.
  std::string inspect(std::string_view code, std::optional<size_t> cursor = {}, uint32_t detail = 0);
  CodeState is_complete(std::string_view code);

  // The request of the next cell.
  hermit_request next_request() const { return 1000 + count_ + 1; }
  FakeHost& host() { return host_; }

 private:
  template <typename Table>
  const Table* extension(std::string_view id);

  FakeHost& host_;
  hermit_shell* shell_ = nullptr;
  uint64_t count_ = 0;
};

class LuaShellTest : public testing::Test {
 protected:
  FakeHost host;
  LuaShell shell{host};
};

}  // namespace hermit::test
