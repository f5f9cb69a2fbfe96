// A program that embeds Hermit and has libraries of its own with the names of those inside Hermit, of other
// versions and other behaviour: neither meets the other. Usage: embed-beside SHELL. Exits with 0 when that
// holds.
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

#include <hermit/embed.hpp>

namespace {

[[noreturn]] void mixed_up(const char* what) {
  std::fprintf(stderr, "Hermit has called the program's %s\n", what);
  std::abort();
}

}  // namespace

// The names as the linker sees them in the versions that Hermit is built with.
namespace fmt {
inline namespace v9 {
template <class Char>
class basic_string_view {
 public:
  const Char* data;
  std::size_t size;
};
struct context {};
template <class Context>
class basic_format_args {};
std::string vformat(basic_string_view<char>, basic_format_args<context>) { return "the program's fmt"; }
namespace detail {
void assert_fail(const char*, int, const char*) { mixed_up("fmt"); }
void throw_format_error(const char*) { mixed_up("fmt"); }
}  // namespace detail
}  // namespace v9
}  // namespace fmt

namespace spdlog {
class logger {
 public:
  virtual ~logger() { mixed_up("spdlog"); }
  virtual void flush_() { mixed_up("spdlog"); }
};
namespace details {
namespace os {
std::size_t thread_id() { mixed_up("spdlog"); }
}  // namespace os
}  // namespace details
}  // namespace spdlog

namespace nlohmann {
class json {
 public:
  static std::string dump() { return "the program's json"; }
};
}  // namespace nlohmann

// With the mangled name of the function that everything in fmt 9 comes to.
extern "C" std::string fmt_vformat(fmt::basic_string_view<char>, void*, void*) __asm__(
    "_ZN3fmt2v97vformatB5cxx11ENS0_17basic_string_viewIcEENS0_17basic_format_argsINS0_20basic_format_"
    "contextINS0_"
    "8appenderEcEEEE");
std::string fmt_vformat(fmt::basic_string_view<char>, void*, void*) { mixed_up("fmt::vformat"); }

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: embed-beside SHELL\n"), 2;
  std::mutex mutex;
  std::string log;
  hermit::embedding::Options options;
  options.settings = R"({"shell_class": ")" + std::string(arguments[1]) + R"(", "log_level": "debug"})";
  options.log = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    log.append(line).append("\n");
  };
  options.send = [](auto, auto&, bool) -> std::optional<std::string> {
    throw std::runtime_error("on purpose");
  };
  {
    hermit::embedding::Kernel kernel(std::move(options));
    kernel.handle_msg(R"({"header": {"msg_id": "1", "msg_type": "odd_request"}})");
    kernel.handle_msg(R"({"header": {"msg_id": "2", "msg_type": "kernel_info_request"}})");
  }
  const auto has = [&](std::string_view text) { return log.find(text) != std::string::npos; };
  const bool is_ours =
      fmt::vformat({}, {}) == "the program's fmt" && nlohmann::json::dump() == "the program's json";
  // These lines are joined by fmt, written by spdlog, and the type was read by nlohmann_json.
  if (is_ours && has("odd_request") && has("has thrown: on purpose")) return 0;
  std::fprintf(stderr, "the log is not what it should be:\n%s", log.c_str());
  return 1;
}
