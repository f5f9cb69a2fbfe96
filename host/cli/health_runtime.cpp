// The folder in which connection files are: who may look into it, and who may write there.
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "cli/health.hpp"
#include "cli/words.hpp"
#include "interface/places.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

constexpr mode_t others = S_IRWXG | S_IRWXO;

}  // namespace

Problems runtime_problems() {
  const fs::path folder = runtime_folder();
  struct stat info{};
  if (stat(folder.c_str(), &info) != 0) return {};  // it is made when it is needed, for its owner alone
  Problems problems;
  if (!S_ISDIR(info.st_mode)) {
    return {{"runtime-folder", folder.string() + ": is no folder, so that no connection file can be written",
             command_line({"rm", folder.string()})}};
  }
  if (info.st_uid == geteuid() && (info.st_mode & others) != 0) {
    problems.push_back({"runtime-folder",
                        folder.string() + ": others can look into it, and connection files hold keys",
                        command_line({"chmod", "700", folder.string()}), [folder]() -> Result<void> {
                          std::error_code why;
                          fs::permissions(folder, fs::perms::owner_all, why);
                          if (why) return Error{folder.string() + ": " + why.message()};
                          return {};
                        }});
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    problems.push_back({"runtime-folder",
                        folder.string() + ": may not be written, so that no kernel can be started",
                        "sudo chown -R \"$(id -un)\" " + shell_word(folder.string()) + " && chmod 700 " +
                            shell_word(folder.string())});
  }
  return problems;
}

}  // namespace hermit
