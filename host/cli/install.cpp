// hermit install: a shell becomes a kernel of Jupyter's (S5).
#include <algorithm>
#include <iostream>
#include <optional>
#include <system_error>

#include "cli/interruption.hpp"
#include "cli/program.hpp"
#include "cli/proof.hpp"
#include "cli/shell_copy.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "interface/interface_settings.hpp"
#include "interface/kernel_options.hpp"
#include "settings/command_line.hpp"
#include "shell/abi_shell.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& shell_class) {
  return shell_class.find('/') != std::string::npos || shell_class.ends_with(".so");
}

// True for a library in one of the folders where names are looked for: there it is at home.
bool is_at_home(const FoundShell& shell) {
  const auto folders = shell_folders(program_path());
  std::error_code failed;
  return std::any_of(folders.begin(), folders.end(), [&](const fs::path& folder) {
    return fs::equivalent(folder, shell.library.parent_path(), failed);
  });
}

// Whoever installs learns now, not in a notebook, that a setting is wrong.
Result<void> check_settings(const std::vector<std::string>& arguments, const Manifest& manifest) {
  Settings settings;
  declare_settings(settings);
  if (auto done = declare_shell_settings(settings, manifest); !done) return done;
  const auto read = read_arguments(arguments, settings, Unknown::refuse);
  if (!read) return read.error();
  if (*read != Wish::none) return Error{"a kernel's settings cannot ask for help or the like", Exit::usage};
  for (const char* name : {"shell_class", "connection_file"}) {
    if (settings.is_set(name))
      return Error{std::string("--") + name + " is what install itself writes", Exit::usage};
  }
  return {};
}

// Jupyter may be told to look there later, so this is no error.
void mention_unseen(const Kernelspec& spec) {
  const auto folders = jupyter_folders();
  const fs::path kernels = spec.folder.parent_path();
  std::error_code failed;
  const bool is_seen = std::any_of(folders.begin(), folders.end(), [&](const fs::path& folder) {
    return fs::equivalent(folder, kernels, failed);
  });
  if (is_seen) return;
  std::cout << "Jupyter does not look there unless JUPYTER_PATH names "
            << shell_word(kernels.parent_path().string()) << '\n';
}

// A shell that can be installed, as its library says.
struct CheckedShell {
  FoundShell found;
  std::string text;  // of the manifest
  Manifest manifest;
};

Result<CheckedShell> checked(const std::string& shell_class) {
  const auto shell = find_shell(shell_class, shell_folders(program_path()));
  if (!shell) return shell.error();
  const auto in_library = [&](const Error& error) {
    return Error{shell->library.string() + ": " + error.message, error.exit};
  };
  const auto text = manifest_of_library(shell->library);
  if (!text) return text.error();
  const auto manifest = parse_manifest(*text);
  if (!manifest) return in_library(manifest.error());
  if (const auto met = AbiShell::check_requirements(*manifest); !met) return in_library(met.error());
  return CheckedShell{*shell, *text, *manifest};
}

Result<Kernelspec> install_shell(const std::string& shell_class, const InstallOptions& options) {
  auto shell = checked(shell_class);
  if (!shell) return shell.error();
  if (auto done = check_settings(options.kernelspec.settings, shell->manifest); !done) return done.error();
  std::optional<ShellCopy> copy;
  if (is_path(shell_class) && !options.link && !is_at_home(shell->found)) {
    auto made = ShellCopy::write(shell->found, shell->manifest, shell->text);
    if (!made) return made.error();
    copy.emplace(std::move(*made));
    shell->found = copy->shell();
  }
  // A name stays a name, so that a later installation of the shell is found; a path is made absolute.
  const std::string written = is_path(shell_class) ? shell->found.library.string() : shell_class;
  auto fresh = FreshKernelspec::write(written, shell->found, shell->manifest, options.kernelspec);
  if (!fresh) return fresh.error();
  if (Interruption::signal() != 0) return Error{"interrupted"};
  if (options.check) {
    if (const auto proof = prove(fresh->kernelspec()); !proof) {
      return Error{"the kernel " + fresh->kernelspec().name +
                       " does not start, so nothing is installed: " + proof.error().message,
                   proof.error().exit};
    }
  }
  fresh->keep();
  if (copy) copy->keep();
  return fresh->kernelspec();
}

}  // namespace

int install(const std::string& shell_class, const InstallOptions& options) {
  const Interruption interruption;
  const auto spec = install_shell(shell_class, options);
  if (!spec && Interruption::signal() != 0) {
    report(Error{"interrupted; nothing is installed"});
    Interruption::end_process();
  }
  if (!spec) return report(spec.error());
  std::cout << "installed " << spec->name << " (" << spec->display_name << ") in " << spec->folder.string()
            << '\n';
  mention_unseen(*spec);
  return 0;
}

}  // namespace hermit
