// The C++ shell under test, and the fixture that the tests use.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/shell_under_test.hpp"

namespace hermit::test {

inline const hermit_shell_entry_type& cpp_entry() {
  static const hermit_shell_entry_type& entry = open_entry(CPP_SHELL_LIBRARY);
  return entry;
}

// One session for all tests of a suite, since opening one takes longer than most tests do. So the names that
// a test declares are its own.
class CppShellTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    host = std::make_unique<FakeHost>();
    shell = std::make_unique<ShellUnderTest>(cpp_entry(), *host);
  }
  static void TearDownTestSuite() {
    shell.reset();
    host.reset();
  }

  // The value of a cell as text.
  static std::string value(std::string_view code) {
    const Outcome outcome = shell->execute(code);
    EXPECT_EQ(outcome.status, HERMIT_OK)
        << code << "\n"
        << (outcome.errors.empty() ? "" : outcome.errors[0].plain_traceback());
    return outcome.text();
  }
  // The error of a cell: name, colon and value.
  static std::string error(std::string_view code) {
    const Outcome outcome = shell->execute(code);
    EXPECT_EQ(outcome.status, HERMIT_USER_ERROR) << code;
    return outcome.error().name + ": " + outcome.error().value;
  }

  static inline std::unique_ptr<FakeHost> host;
  static inline std::unique_ptr<ShellUnderTest> shell;
};

}  // namespace hermit::test
