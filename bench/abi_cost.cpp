// What a call across the shell ABI costs beyond the work: both directions, in one process, without a kernel.
//
// The shell and the host behind the ABI do nothing but count. Each call is made in two ways: `direct`, as a
// call of the same function through a pointer or a virtual function, and `through` the host's own side of the
// ABI, with its guards, its checks and its sinks. The difference is what the ABI costs. bench/abi counts the
// instructions of both.
//
//   hermit-abi-cost list                         names the calls
//   hermit-abi-cost CALL direct|through COUNT    makes one that often; prints the nanoseconds for each
#include <chrono>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "shell/abi_shell.hpp"
#include "shell/abi_text.hpp"

namespace {

using hermit::lend;

// What both sides count, so that no compiler leaves a call out.
volatile std::uint64_t calls = 0;

hermit_status counted() {
  calls = calls + 1;
  return HERMIT_OK;
}

// The kernel, as a shell's host sees it.
class IdleHost final : public hermit::ShellHost {
 public:
  hermit_status fail(hermit_request, const hermit_error&) override { return counted(); }
  hermit_status finish(hermit_request, hermit_status) override { return counted(); }
  hermit_status stream(hermit_request, std::uint32_t, std::string_view) override { return counted(); }
  hermit_status result(hermit_request, const hermit_bundle&) override { return counted(); }
  hermit_status display(hermit_request, const hermit_bundle&, std::string_view) override { return counted(); }
  hermit_status update(hermit_request, const hermit_bundle&, std::string_view) override { return counted(); }
  hermit_status clear(hermit_request, bool) override { return counted(); }
  hermit_status resume_after(hermit_request, std::uint64_t) override { return counted(); }
  hermit_status comm_target(std::string_view, bool) override { return counted(); }
  hermit_status comm_open(hermit_request, const hermit_comm_message&, std::string&) override {
    return counted();
  }
  hermit_status comm_send(hermit_request, const hermit_comm_message&) override { return counted(); }
  hermit_status comm_close(hermit_request, const hermit_comm_message&) override { return counted(); }
  hermit_status read_line(hermit_request, std::string_view, bool, std::string&) override { return counted(); }
  std::optional<std::string> setting(std::string_view) override { return std::nullopt; }
  void shell_lost(const std::vector<hermit_request>&) override {}
};

// The shell, in the words of the ABI. Its host is kept for the calls in the other direction.
const hermit_host* host_of_the_shell = nullptr;

hermit_status create(const hermit_host_info*, const hermit_host* host, hermit_shell** shell,
                     const hermit_text_sink*) {
  host_of_the_shell = host;
  *shell = reinterpret_cast<hermit_shell*>(&host_of_the_shell);
  return HERMIT_OK;
}
void destroy(hermit_shell*) {}
hermit_status execute(hermit_shell*, hermit_request, const hermit_cell*) { return counted(); }
hermit_status interrupt(hermit_shell*, hermit_request) { return counted(); }
hermit_status complete(hermit_shell*, hermit_request, hermit_text, std::uint64_t,
                       const hermit_match_sink* sink) {
  sink->range(sink->context, 0, 1);
  const hermit_match match{lend("match"), lend("word"), {}};
  for (int i = 0; i < 10; ++i) sink->add(sink->context, &match);
  return counted();
}

const void* extension(hermit_shell*, hermit_text id) {
  static const hermit_shell_complete complete_table{complete};
  static const hermit_shell_interrupt interrupt_table{interrupt};
  if (hermit::view(id) == HERMIT_EXT_COMPLETE) return &complete_table;
  return hermit::view(id) == HERMIT_EXT_INTERRUPT ? &interrupt_table : nullptr;
}

const hermit_shell_table table{create, destroy, execute, extension};
constexpr const char* manifest =
    R"({"name": "idle", "language_info": {"name": "idle", "version": "1", "mimetype": "text/plain",
        "file_extension": ".idle"}})";
const hermit_shell_entry_type entry{sizeof entry, HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR, 0, manifest, &table};

template <class Service>
const Service& service(const char* id) {
  return *static_cast<const Service*>(host_of_the_shell->extension(host_of_the_shell, lend(id)));
}

// One kind of call, made once in either way.
struct Call {
  std::function<void()> direct;
  std::function<void()> through;
};

void add_calls_of_the_host(std::map<std::string, Call>& all, hermit::Shell& shell) {
  static const hermit_cell cell{lend("1 + 1"), {}, 1, 0, HERMIT_RUN_QUEUE};
  static const hermit_match_sink sink{nullptr, [](void*, std::uint64_t, std::uint64_t) {},
                                      [](void*, const hermit_match*) { return counted(); }};
  // Through a pointer that the compiler does not see through, as that of a library is.
  static const hermit_shell_table* volatile loaded = &table;
  static const hermit_shell_complete* volatile completes =
      static_cast<const hermit_shell_complete*>(extension(nullptr, lend(HERMIT_EXT_COMPLETE)));
  static const hermit_shell_interrupt* volatile interrupts =
      static_cast<const hermit_shell_interrupt*>(extension(nullptr, lend(HERMIT_EXT_INTERRUPT)));
  all["execute"] = {[] { loaded->execute(nullptr, 1, &cell); }, [&] { shell.execute(1, cell); }};
  all["interrupt"] = {[] { interrupts->interrupt(nullptr, 1); }, [&] { shell.interrupt(1); }};
  all["complete, 10 matches"] = {[] { completes->complete(nullptr, 1, lend("m"), 1, &sink); },
                                 [&] { shell.complete(1, "m", 1, sink); }};
}

void add_calls_of_the_shell(std::map<std::string, Call>& all, hermit::ShellHost& host) {
  static const auto& output = service<hermit_host_output>(HERMIT_EXT_OUTPUT);
  static const auto& lane = service<hermit_host_lane>(HERMIT_EXT_LANE);
  static const hermit_mime parts[] = {{lend("text/plain"), lend("42"), HERMIT_MIME_TEXT, 0},
                                      {lend("text/html"), lend("<b>42</b>"), HERMIT_MIME_TEXT, 0}};
  static const hermit_bundle bundle{parts, 2, {}};
  static const hermit_error error{lend("Error"), lend("why"), nullptr, 0};
  all["stream"] = {[&] { host.stream(1, HERMIT_STDOUT, "a line\n"); },
                   [] { output.stream(host_of_the_shell, 1, HERMIT_STDOUT, lend("a line\n")); }};
  all["result, 2 parts"] = {[&] { host.result(1, bundle); },
                            [] { output.result(host_of_the_shell, 1, &bundle); }};
  all["fail"] = {[&] { host.fail(1, error); }, [] { host_of_the_shell->fail(host_of_the_shell, 1, &error); }};
  all["resume_after"] = {[&] { host.resume_after(1, 0); },
                         [] { lane.resume_after(host_of_the_shell, 1, 0); }};
}

double nanoseconds_each(const std::function<void()>& call, long count) {
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i) call();
  const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
  return taken.count() / static_cast<double>(count);
}

}  // namespace

int main(int argc, char** argv) {
  IdleHost host;
  auto shell = hermit::AbiShell::create(entry, host, "idle");
  if (!shell) {
    std::cerr << "hermit-abi-cost: " << shell.error().message << "\n";
    return 1;
  }
  std::map<std::string, Call> all;
  add_calls_of_the_host(all, **shell);
  add_calls_of_the_shell(all, host);
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "list" && argc == 2) {
    for (const auto& [each, call] : all) std::cout << each << "\n";
    return 0;
  }
  const auto found = all.find(std::string(name));
  const std::string_view way = argc > 2 ? argv[2] : "";
  const long count = argc == 4 ? std::strtol(argv[3], nullptr, 10) : 0;
  if (found == all.end() || (way != "direct" && way != "through") || count <= 0) {
    std::cerr << "usage: hermit-abi-cost list | hermit-abi-cost CALL direct|through COUNT\n";
    return 2;
  }
  std::cout << nanoseconds_each(way == "direct" ? found->second.direct : found->second.through, count)
            << "\n";
}
