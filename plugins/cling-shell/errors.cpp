// Words errors.
#include "errors.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <mutex>

#include "clang.hpp"
#include "diagnostics.hpp"
#include "frames.hpp"
#include "linker.hpp"
#include "session.hpp"

namespace hermit::cling_shell {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

constexpr const char* red = "\x1b[0;1;31m";
constexpr const char* cyan = "\x1b[0;36m";
constexpr const char* plain = "\x1b[0m";

std::string heading(const std::string& name, const std::string& value) {
  return red + name + plain + (value.empty() ? "" : ": " + value);
}

}  // namespace

sdk::UserError report_diagnostics(const Diagnostics& diagnostics) {
  sdk::UserError report;
  report.name = "CompileError";
  report.value = diagnostics.first_error();
  report.traceback = lines_of(diagnostics.text());
  return report;
}

sdk::UserError report_missing(const std::vector<std::string>& symbols) {
  sdk::UserError report;
  report.name = "LinkError";
  std::string list;
  for (const std::string& symbol : symbols) list += (list.empty() ? "" : ", ") + demangled(symbol);
  report.value = "nobody defines " + list;
  report.traceback.push_back(heading(report.name, "what is declared, but defined nowhere:"));
  for (const std::string& symbol : symbols) report.traceback.push_back("  " + demangled(symbol));
  report.traceback.push_back(
      "Define it in a cell, or load the library that has it: %lib NAME, or %pkg NAME.");
  return report;
}

// Where the exception comes from: the frames that are in cells, the innermost last.
void add_frames(Session& session, std::vector<std::string>& traceback) {
  const std::lock_guard guard(session.compiling);
  std::vector<std::string> lines;
  for (void* address : thrown_from()) {
    // The address is that of the instruction after the call.
    const auto frame = session.linker->frames().find(static_cast<const char*>(address) - 1);
    if (!frame || frame->line == 0 || !frame->file.starts_with("cell [")) continue;
    const bool is_cell = frame->function.starts_with("hermit_cell_") ||
                         frame->function.starts_with("__stmts__") ||
                         frame->function.starts_with("__cxx_global_var_init");
    std::string line = "  " + std::string(cyan) + frame->file + ":" + std::to_string(frame->line) + plain;
    if (!is_cell) line += " in " + frame->function;
    if (!lines.empty() && lines.back().starts_with(line)) continue;
    const std::string source = session.line_of(frame->file, frame->line);
    lines.push_back(line + (source.empty() ? "" : "\n      " + source));
  }
  if (!lines.empty()) traceback.push_back("Thrown at (the innermost call first):");
  traceback.insert(traceback.end(), lines.begin(), lines.end());
}

sdk::UserError report_terminate() {
  return report_text("Terminate",
                     "std::terminate was called: an exception left a function that is noexcept, or a thread");
}

sdk::UserError report_exception(Session& session) {
  sdk::UserError report;
  report.name = "Exception";
  if (const std::type_info* type = abi::__cxa_current_exception_type(); type != nullptr) {
    int status = 0;
    char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    report.name = status == 0 ? readable(name) : type->name();
    std::free(name);
  }
  try {
    throw;
  } catch (const std::exception& exception) {
    report.value = exception.what();
  } catch (const std::string& text) {
    report.value = text;
  } catch (const char* text) {
    report.value = text == nullptr ? "" : text;
  } catch (const long long number) {
    report.value = std::to_string(number);
  } catch (const int number) {
    report.value = std::to_string(number);
  } catch (const double number) {
    report.value = std::to_string(number);
  } catch (...) {
  }
  report.traceback.push_back(heading(report.name, report.value));
  add_frames(session, report.traceback);
  return report;
}

sdk::Outcome interrupted() {
  return sdk::Outcome::interrupted(report_text("KernelInterrupt", "the cell was interrupted"));
}

sdk::UserError report_text(std::string name, std::string value) {
  const std::string line = heading(name, value);
  return {std::move(name), std::move(value), {line}};
}

}  // namespace hermit::cling_shell
