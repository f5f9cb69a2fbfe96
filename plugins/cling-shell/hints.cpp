// Asks Clang's own table of the standard library.
#include "hints.hpp"

#include <clang/Lex/HeaderSearch.h>
#include <clang/Tooling/Inclusions/StandardLibrary.h>

#include "clang.hpp"

namespace hermit::cling_shell {
namespace {

namespace library = clang::tooling::stdlib;

// What is younger than the table.
constexpr std::pair<std::string_view, std::string_view> younger[] = {
    {"expected", "<expected>"},   {"unexpected", "<expected>"}, {"extents", "<mdspan>"},
    {"mdspan", "<mdspan>"},       {"flat_map", "<flat_map>"},   {"flat_set", "<flat_set>"},
    {"generator", "<generator>"}, {"print", "<print>"},         {"println", "<print>"},
};

// The text in the quotes that follow `before`, or "".
std::string_view quoted(std::string_view text, std::string_view before) {
  const size_t found = text.find(before);
  if (found == std::string_view::npos) return "";
  text.remove_prefix(found + before.size());
  return text.substr(0, text.find('\''));
}

// The file that a header such as "<vector>" is, if this machine has it.
clang::OptionalFileEntryRef file_of(std::string_view header, const clang::Preprocessor& preprocessor) {
  const std::string name(header.substr(1, header.size() - 2));
  auto& search = preprocessor.getHeaderSearchInfo();
  for (const clang::DirectoryLookup& folder : search.search_dir_range()) {
    if (!folder.isNormalDir()) continue;
    auto file = search.getFileMgr().getOptionalFileRef(folder.getName().str() + "/" + name);
    if (file) return file;
  }
  return std::nullopt;
}

// What to use instead of a header that the C++ library lacks.
std::string instead_of(std::string_view header) {
  if (header != "<format>" && header != "<print>") return "";
  return "; the library fmt (libfmt-dev) does the same: %pkg fmt, #include <fmt/format.h>, fmt::format";
}

std::string lacks(std::string_view header) {
  return "the C++ library of this machine has no " + std::string(header) + " yet" + instead_of(header);
}

std::string hint_for_header(std::string_view name) {
  const std::string header = "<" + std::string(name) + ">";
  const bool is_known = library::Header::named(header) ||
                        llvm::any_of(younger, [&](const auto& each) { return each.second == header; });
  return is_known ? lacks(header) : "";
}

std::string hint_for_name(std::string_view space, std::string_view name,
                          const clang::Preprocessor& preprocessor) {
  std::vector<std::string> headers;
  if (const auto symbol = library::Symbol::named(std::string(space) + "::", name)) {
    for (const library::Header& each : symbol->headers()) headers.push_back(each.name().str());
  }
  for (const auto& [each, header] : younger) {
    if (headers.empty() && space == "std" && each == name) headers.emplace_back(header);
  }
  if (headers.empty()) return "";
  const std::string whole = std::string(space) + "::" + std::string(name);
  for (const std::string& header : headers) {
    const auto file = file_of(header, preprocessor);
    if (!file) continue;
    if (!preprocessor.alreadyIncluded(*file)) return whole + " stands in " + header + ": #include " + header;
    return whole + " stands in " + header +
           ", but not in that of this machine, or not in this standard (%std)";
  }
  return whole + " stands in " + headers.front() + ", and " + lacks(headers.front());
}

}  // namespace

std::string hint_for(std::string_view message, const clang::Preprocessor& preprocessor) {
  if (message.ends_with("' file not found")) return hint_for_header(quoted(message, "'"));
  const std::string_view name = quoted(message, " named '");
  const std::string_view space = quoted(message, " in namespace '");
  if (name.empty() || !space.starts_with("std")) return "";
  return hint_for_name(space, name, preprocessor);
}

}  // namespace hermit::cling_shell
