// Makes precompiled headers in a child process: what goes wrong there harms nobody.
#include "precompile.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <llvm/Support/SHA256.h>

#include "places.hpp"

namespace hermit::cling_shell {
namespace {

// A key for all that the file depends on: the compiler, the arguments, and the headers' own text and time.
std::string key_of(const CompilerOptions& options) {
  std::string text = LLVM_VERSION_STRING "\n";
  for (const std::string& each : arguments_of(options)) text += each + "\n";
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(header_folder(), error)) {
    if (!entry.is_regular_file()) continue;
    text += entry.path().string() + " " + std::to_string(entry.last_write_time().time_since_epoch().count()) +
            "\n";
  }
  const auto hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
  return llvm::toHex(hash, /*LowerCase=*/true).substr(0, 32);
}

bool make(const CompilerOptions& options, const std::string& path) {
  std::vector<std::string> list = arguments_of(options);
  list.insert(list.end(), {"-Xclang", "-fpch-instantiate-templates"});
  std::vector<const char*> arguments;
  for (const std::string& each : list) arguments.push_back(each.c_str());
  clang::IncrementalCompilerBuilder builder;
  builder.SetCompilerArgs(arguments);
  auto made = builder.CreateCpp();
  if (!made) {
    llvm::consumeError(made.takeError());
    return false;
  }
  clang::CompilerInstance& instance = **made;
  Diagnostics diagnostics;
  instance.getDiagnostics().setClient(&diagnostics, /*ShouldOwnClient=*/false);
  auto& frontend = instance.getFrontendOpts();
  frontend.Inputs = {clang::FrontendInputFile(
      options.prelude, clang::InputKind(clang::Language::CXX, clang::InputKind::Source, false,
                                        clang::InputKind::HeaderUnit_None, true))};
  frontend.OutputFile = path;
  frontend.ProgramAction = clang::frontend::GeneratePCH;
  clang::GeneratePCHAction action;
  return instance.ExecuteAction(action) && !diagnostics.has_errors();
}

bool can_be_used(const CompilerOptions& options) {
  std::string why;
  const auto compiler = Compiler::open(options, why);
  return compiler != nullptr && compiler->compile("trial", "1 + 1", "").has_value();
}

// Runs `work` in a child; returns whether it said yes there.
template <typename Work>
bool in_child(Work work) {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::string precompiled_prelude(const CompilerOptions& options) {
  const std::string path = cache_folder() + "/" + key_of(options) + ".pch";
  std::error_code error;
  if (std::filesystem::exists(path, error)) return path;
  const std::string fresh = path + "." + std::to_string(getpid());
  CompilerOptions trial = options;
  trial.precompiled = fresh;
  const bool good = in_child([&] { return make(options, fresh) && can_be_used(trial); });
  if (good) std::filesystem::rename(fresh, path, error);
  if (!good || error) {
    std::filesystem::remove(fresh, error);
    return "";
  }
  return path;
}

}  // namespace hermit::cling_shell
