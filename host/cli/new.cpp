// hermit new: a project for a new shell (S4).
#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>
#include <system_error>

#include "cli/program.hpp"
#include "cli/project.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 32;  // in bytes; names of files and targets are made of it

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Small letters and digits in words with single hyphens between them, which all fit into names of files,
// targets of CMake, kernelspecs and commands without quotes.
bool is_name(const std::string& name) {
  if (name.empty() || name.size() > longest_name || !is_small(name.front()) || name.back() == '-')
    return false;
  return name.find("--") == std::string::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
}

constexpr std::array shipped_shells{"lua", "cpp", "cpp17", "cpp23"};
constexpr std::array own_words{"hermit", "sdk", "embed"};
constexpr std::string_view prefix = "hermit-";  // before the names of libraries, targets and kernelspecs

bool is_one_of(const auto& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The name that was most likely meant; "" when there is none.
std::string likely_name(const std::string& name) {
  std::string likely;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return "";
    const char small = static_cast<char>(std::tolower(byte));
    if (is_small(small) || (is_digit(small) && !likely.empty()))
      likely += small;
    else if (!likely.empty() && likely.back() != '-')
      likely += '-';
  }
  while (!likely.empty() && likely.back() == '-') likely.pop_back();
  if (is_one_of(shipped_shells, likely) || is_one_of(own_words, likely)) likely = "my-" + likely;
  return is_name(likely) ? likely : "";
}

Error no_name(const std::string& name) {
  std::string shown = name;  // on one line
  std::replace_if(shown.begin(), shown.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  const std::string likely = likely_name(name);
  return Error{"\"" + shown +
                   "\" is no name for a shell: it has to begin with a small letter and go on with small "
                   "letters, digits and single hyphens, " +
                   std::to_string(longest_name) + " characters at most" +
                   (likely.empty() ? ", such as \"my-lang\"" : "; \"" + likely + "\" is one"),
               Exit::usage};
}

// Nothing, or why there can be no shell of that name.
Result<void> check_name(const std::string& name) {
  if (!is_name(name)) return no_name(name);
  std::string problem;
  if (is_one_of(shipped_shells, name))
    problem = "is a shell that comes with Hermit; choose a name of your own, such as \"my-" + name + "\"";
  else if (is_one_of(own_words, name))
    problem = "is a part of Hermit; name the shell after its language, such as \"my-lang\"";
  else if (name.starts_with(prefix)) {
    const std::string rest = likely_name(name.substr(prefix.size()));
    problem =
        "has what Hermit puts before it anyway; leave it out" + (rest.empty() ? "" : ": \"" + rest + "\"");
  }
  if (problem.empty()) return {};
  return Error{"\"" + name + "\" " + problem, Exit::usage};
}

// Nothing, or why the project cannot be made there.
Result<void> check_free(const fs::path& folder, const std::string& name) {
  std::error_code failed, none;
  const auto status = fs::status(folder, failed);
  if (fs::is_directory(status)) {
    const bool is_empty = fs::is_empty(folder, failed);
    if (failed) return Error{folder.string() + ": cannot be looked into: " + failed.message()};
    if (is_empty) return {};
    return Error{folder.string() + ": is not empty; give --dir a folder that is new or empty, such as " +
                 (folder / name).string()};
  }
  if (fs::exists(fs::symlink_status(folder, none)))
    return Error{folder.string() + ": is there, and no folder; give --dir another one"};
  if (failed && status.type() != fs::file_type::not_found)
    return Error{folder.string() + ": cannot be looked at: " + failed.message()};
  if (fs::is_directory(folder.parent_path(), none)) return {};
  return Error{folder.parent_path().string() + ": there is no such folder to make " +
               folder.filename().string() + " in; make it first, or give another --dir"};
}

// "my-lang" as a class is called: "MyLang".
std::string class_name(const std::string& name) {
  std::string words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '-') continue;
    const bool begins = i == 0 || name[i - 1] == '-';
    words += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(name[i]))) : name[i];
  }
  return words;
}

// The first two numbers of this version, which CMake compares with that of the headers it finds.
std::string minor_version() {
  const std::string version = HERMIT_VERSION;
  return version.substr(0, version.rfind('.'));
}

// The lines to type in the project, for a Hermit that may not be where commands are looked for.
std::string next_steps(const std::string& name) {
  const fs::path program = program_path();
  const auto listed = program_on_path("hermit");
  std::error_code none;
  const bool is_listed = listed && fs::equivalent(listed->parent_path(), program.parent_path(), none);
  const fs::path prefix = program.parent_path().parent_path();
  std::string configure = "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release";
  if (!is_listed) configure += " " + shell_word("-DCMAKE_PREFIX_PATH=" + prefix.string());
  const std::string hermit = is_listed ? "hermit" : shell_word(program.string());
  return "  " + configure + "\n  cmake --build build\n  ctest --test-dir build --output-on-failure\n  " +
         hermit + " install build/libhermit-" + name + ".so --logo logo.svg\n";
}

}  // namespace

int new_shell(const NewOptions& options) {
  if (const auto good = check_name(options.name); !good) return report(good.error());
  if (options.dir && options.dir->empty())
    return report(Error{"--dir is empty; leave it out for a folder with the shell's name", Exit::usage});
  std::error_code failed;
  fs::path folder = fs::absolute(options.dir.value_or(options.name), failed).lexically_normal();
  if (failed)
    return report(Error{"there is no current folder: " + failed.message() + "; give --dir a whole path"});
  if (!folder.has_filename()) folder = folder.parent_path();  // it was written with a slash at its end
  if (const auto free = check_free(folder, options.name); !free) return report(free.error());

  const std::string words = class_name(options.name);
  const Replacements replacements{{"@NAME@", options.name},
                                  {"@CLASS@", words + "Shell"},
                                  {"@LETTER@", words.substr(0, 1)},
                                  {"@HERMIT_VERSION@", minor_version()}};
  const auto done =
      make_project(folder, {template_data() / "common", template_data() / options.language}, replacements);
  if (!done) return report(done.error());
  std::cout << "made " << folder.string() << "; there, to build, check and install the shell:\n"
            << next_steps(options.name);
  return 0;
}

}  // namespace hermit
