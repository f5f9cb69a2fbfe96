#include "worker/backtrace.hpp"

#include <cxxabi.h>
#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "worker/far_end.hpp"

namespace hermit::worker {
namespace {

constexpr std::array<int, 5> crashes{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

// What the unwinder and the loader need of a stack.
constexpr std::size_t stack_size = std::size_t{64} << 10;

constexpr int most_frames = 64;

// The handler itself, and what the system puts below it.
constexpr std::size_t frames_of_the_handler = 2;

// A handler that hangs, in a lock that the crashing thread holds, ends after so many seconds.
constexpr unsigned handler_patience = 2;

// Set before the handlers are.
volatile sig_atomic_t report_descriptor = -1;

void write_text(const char* text, std::size_t size) {
  [[maybe_unused]] const auto written = write(report_descriptor, text, size);
}

void write_address(const void* address) {
  std::array<char, 19> text{'0', 'x'};
  auto value = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t i = 17; i >= 2; --i, value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  text[18] = '\n';
  write_text(text.data(), text.size());
}

// One line for the address, one for each frame. Nothing here takes memory: backtrace() did that when it was
// called the first time.
extern "C" void on_crash(int signal, siginfo_t* info, void*) {
  ::signal(signal, SIG_DFL);
  ::signal(SIGALRM, SIG_DFL);
  alarm(handler_patience);
  const bool has_address = (signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0;
  if (has_address) {
    write_address(info->si_addr);
  } else {
    write_text("\n", 1);
  }
  std::array<void*, most_frames> frames;
  backtrace_symbols_fd(frames.data(), backtrace(frames.data(), most_frames), report_descriptor);
  // Ends the process as soon as this returns, as though there had been no handler.
  raise(signal);
}

// The name that the linker knows, as it stands in the source.
std::string demangled(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 ? readable.get() : name;
}

// "/usr/lib/libx.so(_Z1fv+0x12) [0x7f…]" as "f()  in libx.so"; a function without a name is "…".
std::string frame_text(std::string_view line) {
  const auto open = line.find('(');
  const auto plus = line.find('+', open == std::string_view::npos ? 0 : open);
  const auto close = line.find(')', plus == std::string_view::npos ? 0 : plus);
  if (open == std::string_view::npos || close == std::string_view::npos) return "  …  in code of no library";
  const std::string file(line.substr(line.rfind('/', open) + 1, open - line.rfind('/', open) - 1));
  const std::string name(line.substr(open + 1, plus - open - 1));
  return "  " + (name.empty() ? "…" : demangled(name)) + "  in " + file;
}

}  // namespace

void report_crashes(int report) {
  report_descriptor = report;
  std::array<void*, 1> frames;
  backtrace(frames.data(), static_cast<int>(frames.size()));  // loads what it needs
  struct sigaction action{};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  sigfillset(&action.sa_mask);
  for (const int signal : crashes) {
    sigdelset(&action.sa_mask, SIGALRM);
    sigaction(signal, &action, nullptr);
  }
}

AlternateStack::AlternateStack() : memory_(stack_size) {
  const stack_t stack{memory_.data(), 0, memory_.size()};
  sigaltstack(&stack, nullptr);
}

AlternateStack::~AlternateStack() {
  const stack_t none{nullptr, SS_DISABLE, 0};
  sigaltstack(&none, nullptr);
}

CrashReport read_crash_report(std::string_view text) {
  CrashReport report;
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (lines.empty()) return report;
  report.address = lines[0];
  for (std::size_t i = 1 + frames_of_the_handler; i < lines.size(); ++i) {
    // What the host calls the shell with is of no use to the user.
    const auto file = lines[i].substr(0, lines[i].find('('));
    if (file == far_end_name) break;
    std::string frame = frame_text(lines[i]);
    // Several without names say no more than one does.
    if (report.frames.empty() || report.frames.back() != frame) report.frames.push_back(std::move(frame));
  }
  return report;
}

}  // namespace hermit::worker
