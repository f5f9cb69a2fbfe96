#include "cli/project.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "base/file.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_limit = 1 << 20;  // of a template

// The permissions of the author's own files: what the umask leaves.
unsigned file_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// Holds signals back that ask the process to end, until there is the whole of a project or nothing.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) sigaddset(&held_, signal);
    sigprocmask(SIG_BLOCK, &held_, &before_);
  }
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  bool came() const {
    sigset_t pending;
    sigpending(&pending);
    return sigandset(&pending, &pending, &held_) == 0 && sigisemptyset(&pending) == 0;
  }

 private:
  sigset_t held_, before_;
};

// What has been made so far; it goes again unless it is kept.
class Draft {
 public:
  Draft() = default;
  ~Draft() {
    std::error_code none;
    std::for_each(made_.rbegin(), made_.rend(), [&](const fs::path& path) { fs::remove(path, none); });
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  // The folder and those above it that are missing; one that is there is left as it is.
  Result<void> add_folder(const fs::path& folder) {
    std::error_code failed;
    if (fs::is_directory(folder, failed)) return {};
    if (auto done = add_folder(folder.parent_path()); !done) return done;
    if (fs::create_directory(folder, failed)) made_.push_back(folder);
    return failed ? Result<void>(Error{folder.string() + ": cannot be made: " + failed.message()})
                  : Result<void>();
  }

  Result<void> add_file(const fs::path& file, const std::string& text) {
    auto done = write_file_atomically(file, text, mode_, Existing::keep);
    if (done) made_.push_back(file);
    return done;
  }

  void keep() { made_.clear(); }

 private:
  std::vector<fs::path> made_;  // folders before what is in them
  const unsigned mode_ = file_mode();
};

// The files below a folder of templates.
Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file(failed)) files.push_back(entry->path());
  }
  if (failed) {
    return Error{folder.string() + ": the templates cannot be read: " + failed.message() +
                 "; they come with Hermit's headers, in the package hermit-dev"};
  }
  return files;
}

std::string filled(std::string text, const Replacements& replacements) {
  for (const auto& [word, replacement] : replacements) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + replacement.size()))
      text.replace(at, word.size(), replacement);
  }
  return text;
}

}  // namespace

Result<void> make_project(const fs::path& folder, const std::vector<fs::path>& templates,
                          const Replacements& replacements) {
  const HeldSignals signals;
  Draft draft;
  if (auto done = draft.add_folder(folder); !done) return done;
  for (const auto& source : templates) {
    const auto files = files_below(source);
    if (!files) return files.error();
    for (const auto& file : *files) {
      const auto text = read_file(file, size_limit);
      if (!text) return text.error();
      const fs::path place = folder / file.lexically_relative(source);
      if (auto done = draft.add_folder(place.parent_path()); !done) return done;
      if (auto done = draft.add_file(place, filled(*text, replacements)); !done) return done;
    }
  }
  if (signals.came()) return Error{"a signal has ended it; nothing is left of " + folder.string()};
  draft.keep();
  return {};
}

}  // namespace hermit
