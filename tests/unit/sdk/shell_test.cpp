// The C++ layer: what a class that derives from hermit::sdk::Shell says and throws, as the host sees it
// through the ABI.
#include <hermit/shell.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "shell/abi_shell.hpp"
#include "shell/abi_text.hpp"

namespace hermit {
namespace {

constexpr const char* manifest = R"({"name": "words", "abilities": {"tasks": true, "subshells": true},
    "language_info": {"name": "words", "version": "1", "mimetype": "text/plain", "file_extension": ".txt"}})";

// A shell whose cells say what it is to do.
class Words : public sdk::Shell {
 public:
  explicit Words(const sdk::Host& host) : Shell(host) {
    if (host.setting("Words.refuse") == "refuse") throw sdk::Refusal{"it was told not to"};
    if (host.setting("Words.refuse") == "lack") host.require("org.example.missing/1");
    if (host.setting("Words.refuse") == "throw") throw std::runtime_error("it could not");
  }

  sdk::Outcome execute(const sdk::Cell& cell) override {
    if (cell.code == "value")
      return sdk::Bundle::plain("text").add("application/json", "[1]", sdk::Form::json);
    if (cell.code == "error") return sdk::UserError{"Error", "returned", {"line one", "line two"}};
    if (cell.code == "throw") throw sdk::UserError{"Error", "thrown"};
    if (cell.code == "interrupted") throw sdk::Interrupted{};
    if (cell.code == "stopped") return sdk::Outcome::interrupted(sdk::UserError{"Stop", "in its own words"});
    if (cell.code == "escape") throw std::runtime_error("escaped");
    if (cell.code == "number") throw 5;
    if (cell.code == "pending") return sdk::Outcome::pending();
    if (cell.code == "refuse") return HERMIT_REFUSED;
    if (cell.code == "ask") {
      std::string line;
      host().read(cell.request, "name? ", false, line);
      return sdk::Bundle::plain(line);
    }
    if (cell.code == "flags") {
      return sdk::Bundle::plain(std::string(cell.id) + (cell.silent ? " silent" : "") +
                                (cell.store_history ? " kept" : "") + (cell.allow_stdin ? " asks" : "") +
                                " " + std::to_string(cell.execution_count) + " " +
                                std::to_string(cell.run_mode));
    }
    host().print(cell.request, cell.code);
    return {};
  }
  sdk::Outcome resume(hermit_request) override { return sdk::Bundle::plain("resumed"); }
  void interrupt(hermit_request request) override { asked = request; }
  sdk::Outcome evaluate(hermit_request, std::string_view expression) override {
    if (expression == "wrong") throw sdk::UserError{"Error", "no such name"};
    if (expression == "worse") return sdk::UserError{"Error", "returned"};
    if (expression == "stopped") return sdk::Outcome::interrupted(sdk::UserError{"Stop", "in its own words"});
    if (expression == "nothing") return {};
    return sdk::Bundle::plain("value of " + std::string(expression));
  }
  sdk::Completion complete(const sdk::Question& question) override {
    if (question.code == "none") return {};
    return {1, question.cursor, {{"one", "word", "()"}, {"two"}, {"three"}}};
  }
  std::optional<sdk::Bundle> inspect(const sdk::Question& question, bool everything) override {
    if (question.code.empty()) return {};
    return sdk::Bundle::plain(everything ? "all of it" : "a little");
  }
  sdk::Completeness is_complete(hermit_request, std::string_view code) override {
    if (code.empty()) throw sdk::Interrupted{};
    return code == "half" ? sdk::Completeness{HERMIT_CODE_INCOMPLETE, "  "}
                          : sdk::Completeness{HERMIT_CODE_COMPLETE};
  }
  std::string history(hermit_request, std::string_view) override { return R"({"history": []})"; }
  std::unique_ptr<sdk::Shell> make_subshell() override {
    if (asked == 99) throw sdk::Refusal{"enough of them"};
    return std::make_unique<Words>(host());
  }
  sdk::Outcome comm(hermit_request request, sdk::CommEvent event, const sdk::CommMessage& message) override {
    if (event == sdk::CommEvent::closed) return {};
    if (event == sdk::CommEvent::opened && message.target == "stranger") return HERMIT_REFUSED;
    if (event == sdk::CommEvent::opened)
      host().print(request, std::string(message.target) + " " + std::string(message.data));
    else if (message.data == "back")
      return host().send_comm(request, message);
    else if (message.data == "no")
      return sdk::UserError{"Error", "not that"};
    else if (message.buffers.empty())
      throw sdk::UserError{"Error", "nothing in it"};
    else
      host().print(request, message.buffers[0]);
    return {};
  }

  hermit_request asked = HERMIT_NO_REQUEST;
};

class Least : public sdk::Shell {
 public:
  using Shell::Shell;
  sdk::Outcome execute(const sdk::Cell&) override { return {}; }
};

// What a shell says to the host, kept.
class Listener final : public ShellHost {
 public:
  hermit_status fail(hermit_request, const hermit_error& error) override {
    said += "fail " + text(error.name) + ": " + text(error.value);
    for (std::size_t i = 0; i < error.traceback_size; ++i) said += "|" + text(error.traceback[i]);
    return HERMIT_OK;
  }
  hermit_status finish(hermit_request, hermit_status) override { return HERMIT_OK; }
  hermit_status stream(hermit_request, std::uint32_t, std::string_view printed) override {
    said += printed;
    return HERMIT_OK;
  }
  hermit_status result(hermit_request, const hermit_bundle& bundle) override {
    said += "value";
    for (std::size_t i = 0; i < bundle.count; ++i) {
      said += " " + text(bundle.parts[i].type) + "=" + text(bundle.parts[i].data);
    }
    return HERMIT_OK;
  }
  hermit_status display(hermit_request, const hermit_bundle&, std::string_view) override { return HERMIT_OK; }
  hermit_status update(hermit_request, const hermit_bundle&, std::string_view) override { return HERMIT_OK; }
  hermit_status clear(hermit_request, bool) override { return HERMIT_OK; }
  hermit_status resume_after(hermit_request, std::uint64_t) override { return HERMIT_OK; }
  hermit_status comm_target(std::string_view, bool) override { return HERMIT_OK; }
  hermit_status comm_open(hermit_request, const hermit_comm_message& message, std::string& id) override {
    id = "made for " + text(message.target);
    return HERMIT_OK;
  }
  hermit_status comm_send(hermit_request, const hermit_comm_message& message) override {
    said += "sent " + text(message.comm_id) + text(message.data) + text(message.metadata);
    for (std::size_t i = 0; i < message.buffer_count; ++i) said += "|" + text(message.buffers[i]);
    return HERMIT_OK;
  }
  hermit_status comm_close(hermit_request, const hermit_comm_message&) override { return HERMIT_OK; }
  hermit_status read_line(hermit_request, std::string_view prompt, bool, std::string& line) override {
    line = "answer to " + std::string(prompt);
    return HERMIT_OK;
  }
  std::optional<std::string> setting(std::string_view name) override {
    return name == "Words.refuse" ? std::optional(refuse) : std::nullopt;
  }
  void shell_lost(const std::vector<hermit_request>&) override {}

  static std::string text(hermit_text lent) { return std::string(view(lent)); }

  std::string said;
  std::string refuse;
};

template <class Class>
constexpr hermit_shell_entry_type entry = sdk::entry<Class>(manifest);

class LayerTest : public ::testing::Test {
 protected:
  template <class Class>
  std::unique_ptr<Shell> make() {
    auto made = AbiShell::create(entry<Class>, host, "a test");
    if (made) return std::move(*made);
    said_no = made.error().message;
    return nullptr;
  }

  hermit_status run(const std::string& code, hermit_cell cell = {}) {
    host.said.clear();
    cell.code = lend(code);
    return shell->execute(1, cell);
  }

  Listener host;
  std::string said_no;
  std::unique_ptr<Shell> shell = make<Words>();
};

// A sink that keeps what is put into it.
struct Kept {
  static void take(void* to, const hermit_bundle* bundle) {
    auto& kept = *static_cast<Kept*>(to);
    ++kept.bundles;
    if (bundle->count > 0) kept.text += Listener::text(bundle->parts[0].data);
  }
  static void take_error(void* to, const hermit_error* error) {
    static_cast<Kept*>(to)->text += Listener::text(error->value);
  }
  static void take_text(void* to, hermit_text text) { static_cast<Kept*>(to)->text += Listener::text(text); }
  static void take_range(void* to, std::uint64_t start, std::uint64_t end) {
    static_cast<Kept*>(to)->text += std::to_string(start) + "-" + std::to_string(end);
  }
  static hermit_status take_match(void* to, const hermit_match* match) {
    auto& kept = *static_cast<Kept*>(to);
    kept.text += " " + Listener::text(match->text) + Listener::text(match->signature);
    return ++kept.matches < 2 ? HERMIT_OK : HERMIT_INTERRUPTED;
  }
  std::string text;
  int matches = 0;
  int bundles = 0;
};

}  // namespace

TEST_F(LayerTest, WhatACellComesToIsAValue) {
  EXPECT_EQ(run("printed"), HERMIT_OK);
  EXPECT_EQ(host.said, "printed");
  EXPECT_EQ(run("value"), HERMIT_OK);
  EXPECT_EQ(host.said, "value text/plain=text application/json=[1]");
  EXPECT_EQ(run("pending"), HERMIT_PENDING);
  EXPECT_EQ(shell->resume(1), HERMIT_OK);
  EXPECT_EQ(host.said, "value text/plain=resumed");
  EXPECT_EQ(run("refuse"), HERMIT_REFUSED);
}

TEST_F(LayerTest, ErrorsAreReturnedOrThrown) {
  EXPECT_EQ(run("error"), HERMIT_USER_ERROR);
  EXPECT_EQ(host.said, "fail Error: returned|line one|line two");
  EXPECT_EQ(run("throw"), HERMIT_USER_ERROR);
  EXPECT_EQ(host.said, "fail Error: thrown");
  EXPECT_EQ(run("interrupted"), HERMIT_INTERRUPTED);
  EXPECT_EQ(host.said, "");
  EXPECT_EQ(run("stopped"), HERMIT_INTERRUPTED);
  EXPECT_EQ(host.said, "fail Stop: in its own words");
}

TEST_F(LayerTest, WhatElseEscapesFailsTheCall) {
  EXPECT_EQ(run("escape"), HERMIT_FAILED);
  EXPECT_EQ(run("number"), HERMIT_FAILED);
  EXPECT_EQ(run("printed"), HERMIT_OK) << "and the shell goes on";
}

TEST_F(LayerTest, ACellKnowsWhatItWasSentWith) {
  hermit_cell cell{};
  cell.id = lend("abc");
  cell.execution_count = 7;
  cell.flags = HERMIT_CELL_STORE_HISTORY | HERMIT_CELL_ALLOW_STDIN;
  cell.run_mode = HERMIT_RUN_TASK;
  run("flags", cell);
  EXPECT_EQ(host.said, "value text/plain=abc kept asks 7 1");
  cell.flags = HERMIT_CELL_SILENT;
  run("flags", cell);
  EXPECT_EQ(host.said, "value text/plain=abc silent 7 1");
}

TEST_F(LayerTest, AShellAsksItsUser) {
  run("ask");
  EXPECT_EQ(host.said, "value text/plain=answer to name? ");
}

TEST_F(LayerTest, EvaluationGivesAValueOrAnError) {
  Kept value;
  Kept error;
  const hermit_bundle_sink values{&value, Kept::take};
  const hermit_error_sink errors{&error, Kept::take_error};
  EXPECT_EQ(shell->evaluate(1, "x", values, errors), HERMIT_OK);
  EXPECT_EQ(value.text, "value of x");
  EXPECT_EQ(shell->evaluate(1, "wrong", values, errors), HERMIT_USER_ERROR);
  EXPECT_EQ(error.text, "no such name");
  EXPECT_EQ(shell->evaluate(1, "worse", values, errors), HERMIT_USER_ERROR);
  EXPECT_EQ(error.text, "no such namereturned");
  EXPECT_EQ(value.text, "value of x");
}

TEST_F(LayerTest, AnEvaluationThatIsInterruptedMaySayHow) {
  Kept value;
  Kept error;
  EXPECT_EQ(shell->evaluate(1, "stopped", {&value, Kept::take}, {&error, Kept::take_error}),
            HERMIT_INTERRUPTED);
  EXPECT_EQ(error.text, "in its own words");
  EXPECT_EQ(value.bundles, 0);
}

TEST_F(LayerTest, AnEvaluationWithoutAValueGivesOneWithoutParts) {
  Kept value;
  Kept error;
  EXPECT_EQ(shell->evaluate(1, "nothing", {&value, Kept::take}, {&error, Kept::take_error}), HERMIT_OK);
  EXPECT_EQ(value.bundles, 1);
  EXPECT_EQ(value.text, "");
}

TEST_F(LayerTest, MatchesComeInOrderUntilNoMoreAreWanted) {
  Kept kept;
  EXPECT_EQ(shell->complete(1, "word", 4, {&kept, Kept::take_range, Kept::take_match}), HERMIT_INTERRUPTED);
  EXPECT_EQ(kept.text, "1-4 one() two");
}

TEST_F(LayerTest, WithoutMatchesNothingIsReplaced) {
  Kept kept;
  EXPECT_EQ(shell->complete(1, "none", 4, {&kept, Kept::take_range, Kept::take_match}), HERMIT_OK);
  EXPECT_EQ(kept.text, "") << "not even a range";
}

TEST_F(LayerTest, InspectionFindsSomethingOrNothing) {
  Kept kept;
  EXPECT_EQ(shell->inspect(1, "", 0, 0, {&kept, Kept::take}), HERMIT_OK);
  EXPECT_EQ(kept.text, "");
  EXPECT_EQ(shell->inspect(1, "x", 1, 1, {&kept, Kept::take}), HERMIT_OK);
  EXPECT_EQ(kept.text, "all of it");
}

TEST_F(LayerTest, CompletenessHasAnIndentWhenSomethingIsMissing) {
  Kept kept;
  std::uint32_t code = HERMIT_CODE_UNKNOWN;
  EXPECT_EQ(shell->is_complete(1, "half", code, {&kept, Kept::take_text}), HERMIT_OK);
  EXPECT_EQ(code, std::uint32_t{HERMIT_CODE_INCOMPLETE});
  EXPECT_EQ(kept.text, "  ");
  EXPECT_EQ(shell->is_complete(1, "", code, {&kept, Kept::take_text}), HERMIT_INTERRUPTED);
}

TEST_F(LayerTest, HistoryIsAnsweredInItsOwnWords) {
  Kept kept;
  EXPECT_TRUE(shell->keeps_history());
  EXPECT_EQ(shell->history(1, "{}", {&kept, Kept::take_text}), HERMIT_OK);
  EXPECT_EQ(kept.text, R"({"history": []})");
}

TEST_F(LayerTest, CommsReachTheirFunction) {
  hermit_comm_message message{};
  message.target = lend("slider");
  message.data = lend("{}");
  EXPECT_EQ(shell->comm(1, CommEvent::opened, message), HERMIT_OK);
  EXPECT_EQ(host.said, "slider {}");
  host.said.clear();
  EXPECT_EQ(shell->comm(1, CommEvent::received, message), HERMIT_USER_ERROR);
  EXPECT_EQ(host.said, "fail Error: nothing in it");
  host.said.clear();
  const hermit_text buffer = lend("bytes");
  message.buffers = &buffer;
  message.buffer_count = 1;
  EXPECT_EQ(shell->comm(1, CommEvent::received, message), HERMIT_OK);
  EXPECT_EQ(host.said, "bytes");
  EXPECT_EQ(shell->comm(1, CommEvent::closed, message), HERMIT_OK) << "it has nothing to do then";
}

TEST_F(LayerTest, ACommIsRefusedByAStatusAndAMessageByAnError) {
  hermit_comm_message message{};
  message.target = lend("stranger");
  EXPECT_EQ(shell->comm(1, CommEvent::opened, message), HERMIT_REFUSED);
  message.data = lend("no");
  EXPECT_EQ(shell->comm(1, CommEvent::received, message), HERMIT_USER_ERROR);
  EXPECT_EQ(host.said, "fail Error: not that");
}

TEST_F(LayerTest, WhatComesOverACommCanBeSentBackAsItIs) {
  hermit_comm_message message{};
  message.comm_id = lend("c1 ");
  message.data = lend("back");
  message.metadata = lend("{}");
  const std::vector<hermit_text> buffers = {lend("1"), lend("2"), lend("3"), lend("4"), lend("5"), lend("6")};
  message.buffers = buffers.data();
  message.buffer_count = buffers.size();
  EXPECT_EQ(shell->comm(1, CommEvent::received, message), HERMIT_OK);
  EXPECT_EQ(host.said, "sent c1 back{}|1|2|3|4|5|6");
}

TEST_F(LayerTest, SubshellsAreShellsOrRefused) {
  auto subshell = shell->make_subshell();
  ASSERT_TRUE(subshell);
  host.said.clear();
  hermit_cell cell{};
  cell.code = lend("below");
  EXPECT_EQ((*subshell)->execute(2, cell), HERMIT_OK);
  EXPECT_EQ(host.said, "below");
  EXPECT_EQ(shell->interrupt(99), HERMIT_OK);
  subshell = shell->make_subshell();
  ASSERT_FALSE(subshell);
  EXPECT_NE(subshell.error().message.find("enough of them"), std::string::npos);
}

TEST_F(LayerTest, AConstructorThatThrowsSaysWhy) {
  for (const auto& [how, why] :
       {std::pair("refuse", "it was told not to"), std::pair("lack", "the host lacks org.example.missing/1"),
        std::pair("throw", "it could not")}) {
    host.refuse = how;
    EXPECT_EQ(make<Words>(), nullptr);
    EXPECT_NE(said_no.find(why), std::string::npos) << said_no;
  }
}

TEST_F(LayerTest, OnlyWhatIsOverriddenIsOffered) {
  const auto least = make<Least>();
  ASSERT_NE(least, nullptr);
  Kept kept;
  std::uint32_t code = HERMIT_CODE_UNKNOWN;
  EXPECT_EQ(least->execute(1, {}), HERMIT_OK);
  EXPECT_EQ(least->complete(1, "x", 1, {&kept, Kept::take_range, Kept::take_match}), HERMIT_UNSUPPORTED);
  EXPECT_EQ(least->inspect(1, "x", 1, 0, {&kept, Kept::take}), HERMIT_UNSUPPORTED);
  EXPECT_EQ(least->is_complete(1, "x", code, {&kept, Kept::take_text}), HERMIT_UNSUPPORTED);
  EXPECT_EQ(least->evaluate(1, "x", {&kept, Kept::take}, {&kept, Kept::take_error}), HERMIT_UNSUPPORTED);
  EXPECT_EQ(least->interrupt(1), HERMIT_UNSUPPORTED);
  EXPECT_EQ(least->comm(1, CommEvent::opened, {}), HERMIT_UNSUPPORTED);
  EXPECT_FALSE(least->keeps_history());
  EXPECT_FALSE(least->make_subshell());
}

}  // namespace hermit
