// Shells that break the rules: those that cannot be started end the program with one line and a documented
// exit code (I5); those that misbehave later do not take the kernel with them (K17, S1).
#include <algorithm>

#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

// What became of a `hermit start` that was not meant to succeed.
struct Failed {
  int exit_code;
  std::string message;
};

Failed start_in_vain(std::vector<std::string> arguments) {
  const Folder folder;
  arguments.insert(arguments.begin(), {"start", "-f", (folder.path() / "kernel.json").string()});
  auto process = Process::start(hermit_process(folder, arguments));
  if (!process) throw std::runtime_error(process.error().message);
  const auto ended = process->wait(soon());
  EXPECT_TRUE(ended) << "it runs";
  EXPECT_EQ(process->stdout_text(), "");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "kernel.json"));
  return {ended ? ended->exit_code : -1, process->stderr_text()};
}

// One line that begins with the program's name.
void expect_one_line(const Failed& failed) {
  EXPECT_EQ(std::count(failed.message.begin(), failed.message.end(), '\n'), 1) << failed.message;
  EXPECT_THAT(failed.message, ::testing::StartsWith("hermit: "));
}

// A misdeed of the shell `liar`: what the cell comes to, and what the log says.
struct Misdeed {
  const char* code;
  const char* status;
  const char* log;     // "" when the host cannot see that anything is wrong
  const char* output;  // the whole text of stdout
};

constexpr Misdeed misdeeds[] = {
    {"no fail", "error", "did not say why", ""},
    {"unknown status", "error", "execute returned the status 12345", ""},
    {"unknown negative", "error", "execute returned the status -12345", ""},
    {"fail then ok", "ok", "", "answered 0\n"},
    {"nameless error", "error", "fail", ""},
    {"finish twice", "ok", "", ""},
    {"finish then ok", "ok", "", ""},
    {"finish pending", "error", "a status that ends no cell", ""},
    {"garbage output", "ok", "never given", "answered -2\nanswered -2\nanswered -2\nanswered -2\n"},
    {"garbage end", "ok", "never given", "answered -2\nanswered -2\n"},
    {"unknown stream", "ok", "a stream that is none", "answered -2\n"},
    {"null text", "ok", "NULL with a size", "answered -2\n"},
    {"null bundle", "ok", "no bundle", "answered -2\n"},
    {"broken json", "ok", "application/json", "answered -2\n"},
    {"broken metadata", "ok", "metadata", "answered -2\n"},
    {"unknown form", "ok", "a form that is none", "answered -2\n"},
    {"no display id", "ok", "an empty display_id", "answered -2\n"},
    {"reserved field", "ok", "\"reserved\" is not 0", "answered -2\n"},
    {"garbage service", "ok", "never given", "answered -2\nanswered -2\n"},
};

}  // namespace

HERMIT_SPEC(LifeSpec);
HERMIT_ZMQ_SPEC(FailedStartSpec);  // of the program, by its one line and its exit code

TEST_P(FailedStartSpec, LibrariesThatAreNoGoodShellAreRefusedInOneLine) {
  const std::pair<const char*, std::vector<const char*>> bad[] = {
      {"no_entry", {"hermit_shell_entry"}},
      {"wrong_major", {"99.0", "0.9"}},
      {"wrong_minor", {"0.10", "0.9"}},
      {"small_entry", {"bytes"}},
      {"reserved_entry", {"\"reserved\"", "expects 0"}},
      {"null_manifest", {"manifest"}},
      {"null_table", {"table"}},
      {"null_function", {"execute"}},
      {"bad_manifest", {"JSON"}},
      {"no_name", {"\"name\""}},
      {"requires_more", {"hermit.teleport/1", "hermit.output/1"}},
      {"missing_symbol", {"defined_by_no_library"}},
  };
  for (const auto& [name, expected] : bad) {
    const Failed failed = start_in_vain({"--shell_class", test_shell(name)});

    EXPECT_EQ(failed.exit_code, static_cast<int>(Exit::bad_shell)) << failed.message;
    expect_one_line(failed);
    EXPECT_THAT(failed.message, HasSubstr(test_shell(name)));
    for (const char* text : expected) EXPECT_THAT(failed.message, HasSubstr(text)) << name;
  }
}

TEST_P(FailedStartSpec, ShellsThatFailToStartEndTheProgramWithTheirReason) {
  const std::pair<const char*, const char*> bad[] = {
      {"refuses", "failed to start"},
      {"refuses_silently", "no reason"},
      {"makes_nothing", "failed to start"},
  };
  for (const auto& [name, reason] : bad) {
    const Failed failed = start_in_vain({"--shell_class", test_shell(name)});

    EXPECT_EQ(failed.exit_code, static_cast<int>(Exit::shell_start)) << failed.message;
    expect_one_line(failed);
    EXPECT_THAT(failed.message, HasSubstr(test_shell(name)));
    EXPECT_THAT(failed.message, HasSubstr(reason));
  }
  const Failed told =
      start_in_vain({"--shell_class", test_shell("echo"), "--EchoShell.start_error=the tide is out"});
  EXPECT_EQ(told.exit_code, static_cast<int>(Exit::shell_start));
  expect_one_line(told);
  EXPECT_THAT(told.message, HasSubstr("the tide is out"));
}

TEST_P(FailedStartSpec, AnExceptionFromCreateIsAFailureToStart) {
  const Failed failed = start_in_vain({"--shell_class", test_shell("throws_in_create")});

  EXPECT_EQ(failed.exit_code, static_cast<int>(Exit::shell_start));
  EXPECT_THAT(failed.message, HasSubstr("thrown by create"));  // in the log, beside the last line
  EXPECT_THAT(failed.message, HasSubstr("hermit: " + test_shell("throws_in_create")));
}

TEST_P(FailedStartSpec, ALibraryThatIsNotThereIsNamed) {
  const Failed path = start_in_vain({"--shell_class", "/no/such/libhermit-x.so"});
  EXPECT_EQ(path.exit_code, static_cast<int>(Exit::no_shell));
  EXPECT_THAT(path.message, HasSubstr("/no/such/libhermit-x.so"));
  expect_one_line(path);

  const Failed name = start_in_vain({"--shell_class", "no-such-shell"});
  EXPECT_EQ(name.exit_code, static_cast<int>(Exit::no_shell));
  EXPECT_THAT(name.message, HasSubstr("\"no-such-shell\""));
  expect_one_line(name);
}

TEST_P(FailedStartSpec, AFileThatIsNoLibraryIsRefused) {
  const Folder folder;
  for (const std::string& text : {std::string(), std::string("text"),
                                  std::string("\x7f"
                                              "ELF",
                                              4)}) {
    const auto file = folder.write("libhermit-none.so", text);
    const Failed failed = start_in_vain({"--shell_class", file.string()});

    EXPECT_EQ(failed.exit_code, static_cast<int>(Exit::bad_shell)) << failed.message;
    expect_one_line(failed);
    EXPECT_THAT(failed.message, HasSubstr(file.string()));
  }
}

TEST_P(LifeSpec, AShellBuiltWithALargerEntryRuns) {
  start({.shell = "large_entry"});

  EXPECT_EQ(client().execute("anything").status(), "ok");
}

TEST_P(LifeSpec, AShellWithoutSubshellsIsAskedForNone) {
  start({.shell = "large_entry"});

  EXPECT_EQ(client().kernel_info().reply_field("supported_features"), Json::array());
  for (const char* type : {"create_subshell_request", "delete_subshell_request", "list_subshell_request"}) {
    const auto answer = client().request(Channel::control, type, {{"subshell_id", "none"}});
    EXPECT_EQ(answer.status(), "error") << type;
    EXPECT_THAT(answer.reply_field("evalue").get<std::string>(), HasSubstr(type));
  }
}

TEST_P(LifeSpec, AShellsSettingsReachIt) {
  start({.arguments = {"--EchoShell.greeting=good \"day\"", "--EchoShell.number", "12",
                       "--EchoShell.loud=true"}});

  EXPECT_EQ(client().execute("settings EchoShell.greeting").result_text(), "good \"day\"");
  EXPECT_EQ(client().execute("settings EchoShell.number").result_text(), "12");
  EXPECT_EQ(client().execute("settings EchoShell.loud").result_text(), "true");
  EXPECT_EQ(client().execute("settings EchoShell.unknown").status(), "error");
}

TEST_P(LifeSpec, AShellThatLiesGetsItsCellsAnsweredAndALineInTheLog) {
  start({.shell = "liar"});
  for (const auto& misdeed : misdeeds) {
    const std::size_t logged = kernel().log().size();
    const auto cell = client().execute(misdeed.code, {.stop_on_error = false});

    EXPECT_EQ(cell.status(), misdeed.status) << misdeed.code;
    EXPECT_EQ(cell.stdout_text(), misdeed.output) << misdeed.code;
    EXPECT_EQ(cell.replies_so_far().size(), 1U) << misdeed.code;
    EXPECT_EQ(cell.messages("status").size(), 2U) << misdeed.code;
    EXPECT_EQ(client().execute("good").status(), "ok") << misdeed.code;
    if (*misdeed.log == '\0') continue;
    const std::string log = kernel().log().substr(logged);
    EXPECT_THAT(log, HasSubstr("SHELL_MISBEHAVING")) << misdeed.code;
    EXPECT_THAT(log, HasSubstr("liar")) << misdeed.code;
    EXPECT_THAT(log, HasSubstr(misdeed.log)) << misdeed.code;
  }
}

TEST_P(LifeSpec, WhatIsWrongInABundleIsLeftOutAndTheRestIsShown) {
  start({.shell = "liar"});
  const auto shown = [&](const char* code) {
    const auto displays = client().execute(code).messages("display_data");
    return displays.empty() ? Json() : displays.front().content;
  };
  EXPECT_EQ(shown("broken json")["data"], Json({{"text/plain", "the good part"}}));
  EXPECT_EQ(shown("broken metadata")["data"], Json({{"text/plain", "the good part"}}));
  EXPECT_EQ(shown("broken metadata")["metadata"], Json::object());
  EXPECT_EQ(shown("broken text")["data"]["text/plain"], "the good part");
  EXPECT_TRUE(shown("broken text")["data"]["text/html"].is_string());
  EXPECT_EQ(shown("broken type")["data"]["text/plain"], "the good part");
  const auto nameless = client().execute("nameless error");
  EXPECT_NE(nameless.reply_field("ename"), "");
  EXPECT_EQ(nameless.reply_field("evalue"), "\xEF\xBF\xBD");
}

TEST_P(LifeSpec, LiesAboutCodeAreAnsweredWithWhatIsSafe) {
  start({.shell = "liar"});
  const auto completion = client().complete("code", 2);
  EXPECT_EQ(completion.status(), "ok");
  EXPECT_LE(completion.reply_field("cursor_start").get<int>(),
            completion.reply_field("cursor_end").get<int>());
  EXPECT_GE(completion.reply_field("cursor_start").get<int>(), 0);
  EXPECT_LE(completion.reply_field("cursor_end").get<int>(), 4);
  EXPECT_EQ(client().inspect("code", 2).reply_field("found"), true);
  EXPECT_EQ(client().is_complete("code").status(), "unknown");
  const Json values =
      client()
          .execute("good", {.user_expressions = {{"a", "nothing"}, {"b", "all else"}, {"c", "later"}}})
          .reply_field("user_expressions");
  for (const auto& [name, why] :
       {std::pair("a", "the shell gave no value"),
        std::pair("b", "the expression failed; the shell \"liar\" did not say why"),
        std::pair("c", "the shell \"liar\" could not evaluate the expression (status -5)")}) {
    EXPECT_EQ(values[name]["status"], "error");
    EXPECT_EQ(values[name]["evalue"], why);
  }
  EXPECT_THAT(kernel().log(), HasSubstr("evaluate returned the status 1,"));
}

TEST_P(LifeSpec, DraftsAreNeitherOfferedNorAskedFor) {
  start({.shell = "drafts"});

  EXPECT_EQ(client().execute("").stdout_text(), "asked 0 times, the host has none\n");
}

TEST_P(LifeSpec, WhatAShellThrowsIsLoggedAndAnsweredWithAnError) {
  start({.shell = "throws"});
  const auto exception = client().execute("exception", {.stop_on_error = false});
  EXPECT_EQ(exception.status(), "error");
  EXPECT_THAT(kernel().log(), HasSubstr("thrown by execute"));
  const auto number = client().execute("number", {.stop_on_error = false});
  EXPECT_EQ(number.status(), "error");
  EXPECT_EQ(client().complete("x", 1).status(), "error");
  EXPECT_THAT(kernel().log(), HasSubstr("thrown by complete"));
  EXPECT_THAT(kernel().log(), HasSubstr("SHELL_MISBEHAVING throws"));

  EXPECT_EQ(client().execute("good").status(), "ok");
}

TEST_P(LifeSpec, ACellThatIsNeverFinishedKeepsOnlyOtherCellsWaiting) {
  const auto endless = client().execute("status 1");  // says that it goes on, and forgets it
  ASSERT_TRUE(endless.wait_for("execute_input"));

  EXPECT_EQ(client().kernel_info().status(), "ok");
  EXPECT_EQ(client().complete("sp", 2).status(), "ok");
  EXPECT_EQ(client().interrupt().status(), "ok");
  const auto shutdown = client().shutdown();
  EXPECT_EQ(shutdown.status(), "ok");
  EXPECT_EQ(endless.status(), "error");
  EXPECT_EQ(expect_end().exit_code, 0);
}

}  // namespace hermit::tests
