// Calls the shell's tables and turns what its sinks get into values.
#include "shell_under_test.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

// Under a sanitizer, an allocation that is much too large fails as it does otherwise.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
extern "C" const char* __tsan_default_options() { return "allocator_may_return_null=1"; }

namespace hermit::test {

const hermit_shell_entry_type& open_entry(const char* library) {
  void* opened = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) throw std::runtime_error(dlerror());
  void* entry = dlsym(opened, HERMIT_SHELL_ENTRY);
  if (entry == nullptr) throw std::runtime_error(dlerror());
  return *static_cast<const hermit_shell_entry_type*>(entry);
}

std::optional<Match> Completion::find(std::string_view text) const {
  const auto found =
      std::find_if(matches.begin(), matches.end(), [&](const Match& it) { return it.text == text; });
  return found == matches.end() ? std::nullopt : std::optional(*found);
}

std::string Outcome::text() const {
  if (results.empty()) return {};
  EXPECT_EQ(results.size(), 1U);
  return results.front().parts.at("text/plain").data;
}

RecordedError Outcome::error() const {
  EXPECT_EQ(errors.size(), 1U);
  return errors.empty() ? RecordedError{} : errors.front();
}

ShellUnderTest::ShellUnderTest(const hermit_shell_entry_type& entry, FakeHost& host)
    : entry_(entry), host_(host) {
  std::string why;
  const auto put = [](void* context, hermit_text text) { *static_cast<std::string*>(context) = copy(text); };
  const hermit_text_sink sink = {&why, put};
  const hermit_host_info info = {
      sizeof(hermit_host_info), HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, lend("fake"), lend("0")};
  const hermit_status status = entry_.shell->create(&info, host.table(), &shell_, &sink);
  if (status != HERMIT_OK) throw std::runtime_error("create failed (" + std::to_string(status) + "): " + why);
}

ShellUnderTest::~ShellUnderTest() { entry_.shell->destroy(shell_); }

template <typename Table>
const Table* ShellUnderTest::extension(std::string_view id) {
  const auto* table = static_cast<const Table*>(entry_.shell->extension(shell_, lend(id)));
  if (table == nullptr) throw std::runtime_error("no extension " + std::string(id));
  return table;
}

ShellUnderTest::ShellUnderTest(ShellUnderTest& parent) : entry_(parent.entry_), host_(parent.host_) {
  static std::atomic<hermit_request> last_first{1'000'000};
  first_request_ = last_first += 10'000;
  const hermit_text_sink sink = {nullptr, [](void*, hermit_text) {}};
  const hermit_status status =
      parent.extension<hermit_shell_subshells>(HERMIT_EXT_SUBSHELLS)->create(parent.shell_, &shell_, &sink);
  if (status != HERMIT_OK) throw std::runtime_error("create failed (" + std::to_string(status) + ")");
}

Outcome ShellUnderTest::execute(std::string_view code, uint32_t flags) {
  const hermit_request request = next_request();
  ++count_;
  const hermit_cell cell = {lend(code), lend("cell-id"), count_, flags, HERMIT_RUN_QUEUE};
  statuses_[request] = entry_.shell->execute(shell_, request, &cell);
  while (statuses_[request] == HERMIT_PENDING) resume(host_.next_that_is_due());
  return outcome(request);
}

hermit_status ShellUnderTest::start(std::string_view code, uint32_t run_mode) {
  return start_cell({lend(code), lend("cell-id"), count_ + 1, HERMIT_CELL_STORE_HISTORY, run_mode});
}

hermit_status ShellUnderTest::start_cell(const hermit_cell& cell) {
  const hermit_request request = next_request();
  ++count_;
  return statuses_[request] = entry_.shell->execute(shell_, request, &cell);
}

Outcome ShellUnderTest::run(hermit_request request, std::string_view code, uint32_t run_mode) {
  const hermit_cell cell = {lend(code), lend("cell-id"), request, HERMIT_CELL_STORE_HISTORY, run_mode};
  Outcome outcome;
  outcome.status = entry_.shell->execute(shell_, request, &cell);
  static_cast<Record&>(outcome) = host_.record(request);
  return outcome;
}

hermit_request ShellUnderTest::resume_next() {
  const hermit_request request = host_.next_to_resume();
  resume(request);
  return request;
}

void ShellUnderTest::resume(hermit_request request) {
  statuses_[request] = extension<hermit_shell_tasks>(HERMIT_EXT_TASKS)->resume(shell_, request);
}

std::vector<hermit_request> ShellUnderTest::resume_all() {
  std::vector<hermit_request> order;
  while (host_.has_to_resume()) order.push_back(resume_next());
  return order;
}

Outcome ShellUnderTest::outcome(hermit_request request) {
  Outcome outcome;
  outcome.status = statuses_.at(request);
  static_cast<Record&>(outcome) = host_.record(request);
  return outcome;
}

Evaluation ShellUnderTest::evaluate(std::string_view expression) {
  Evaluation evaluation;
  const hermit_bundle_sink value = {&evaluation.value, [](void* context, const hermit_bundle* bundle) {
                                      *static_cast<RecordedBundle*>(context) = copy(*bundle);
                                    }};
  const hermit_error_sink error = {&evaluation.error, [](void* context, const hermit_error* it) {
                                     *static_cast<RecordedError*>(context) = copy(*it);
                                   }};
  evaluation.status = extension<hermit_shell_evaluate>(HERMIT_EXT_EVALUATE)
                          ->evaluate(shell_, last_request(), lend(expression), &value, &error);
  return evaluation;
}

void ShellUnderTest::interrupt(hermit_request request) {
  EXPECT_EQ(extension<hermit_shell_interrupt>(HERMIT_EXT_INTERRUPT)->interrupt(shell_, request), HERMIT_OK);
}

template <typename Handler>
Outcome ShellUnderTest::tell(hermit_request request, const CommMessage& message, Handler handler) {
  std::vector<hermit_text> buffers;
  for (const std::string& buffer : message.buffers) buffers.push_back(lend(buffer));
  const hermit_comm_message lent = {lend(message.id),       lend(message.target), lend(message.data),
                                    lend(message.metadata), buffers.data(),       buffers.size()};
  Outcome outcome;
  const auto* table = extension<hermit_shell_comm_handler>(HERMIT_EXT_COMM_HANDLER);
  outcome.status = (table->*handler)(shell_, request, &lent);
  static_cast<Record&>(outcome) = host_.record(request);
  return outcome;
}

Outcome ShellUnderTest::comm_opened(hermit_request request, const CommMessage& message) {
  host_.comm_is_open(std::string(message.id), true);
  return tell(request, message, &hermit_shell_comm_handler::opened);
}

Outcome ShellUnderTest::comm_received(hermit_request request, const CommMessage& message) {
  return tell(request, message, &hermit_shell_comm_handler::received);
}

Outcome ShellUnderTest::comm_closed(hermit_request request, const CommMessage& message) {
  host_.comm_is_open(std::string(message.id), false);
  return tell(request, message, &hermit_shell_comm_handler::closed);
}

// The number of every question that runs no cell; no cell of a test has it.
constexpr hermit_request introspection_request = 1'000'000'000;

Completion ShellUnderTest::complete(std::string_view code, std::optional<size_t> cursor) {
  Completion completion;
  completion.start = completion.end = cursor.value_or(code.size());
  const hermit_match_sink sink = {
      &completion,
      [](void* context, uint64_t start, uint64_t end) {
        static_cast<Completion*>(context)->start = start;
        static_cast<Completion*>(context)->end = end;
      },
      [](void* context, const hermit_match* match) -> hermit_status {
        auto& it = *static_cast<Completion*>(context);
        it.matches.push_back({copy(match->text), copy(match->type), copy(match->signature)});
        it.texts.push_back(it.matches.back().text);
        return HERMIT_OK;
      }};
  EXPECT_EQ(extension<hermit_shell_complete>(HERMIT_EXT_COMPLETE)
                ->complete(shell_, introspection_request, lend(code), cursor.value_or(code.size()), &sink),
            HERMIT_OK);
  return completion;
}

std::string ShellUnderTest::inspect(std::string_view code, std::optional<size_t> cursor, uint32_t detail) {
  RecordedBundle bundle;
  const hermit_bundle_sink sink = {&bundle, [](void* context, const hermit_bundle* it) {
                                     *static_cast<RecordedBundle*>(context) = copy(*it);
                                   }};
  EXPECT_EQ(
      extension<hermit_shell_inspect>(HERMIT_EXT_INSPECT)
          ->inspect(shell_, introspection_request, lend(code), cursor.value_or(code.size()), detail, &sink),
      HERMIT_OK);
  return bundle.parts["text/plain"].data;
}

CodeState ShellUnderTest::is_complete(std::string_view code) {
  CodeState state;
  const hermit_text_sink sink = {&state.indent, [](void* context, hermit_text text) {
                                   *static_cast<std::string*>(context) = copy(text);
                                 }};
  EXPECT_EQ(extension<hermit_shell_is_complete>(HERMIT_EXT_IS_COMPLETE)
                ->is_complete(shell_, introspection_request, lend(code), &state.completeness, &sink),
            HERMIT_OK);
  return state;
}

}  // namespace hermit::test
