// hermit install and uninstall: kernelspecs, so that Jupyter finds a shell (S5).
#include <iostream>

#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "shell/abi_shell.hpp"
#include "shell/library.hpp"

namespace hermit {

int install(const std::string& shell_class, const KernelspecOptions& options) {
  const auto shell = find_shell(shell_class, shell_folders(program_path()));
  if (!shell) return report(shell.error());
  const auto manifest = read_manifest(*shell);
  if (!manifest) return report(manifest.error());
  // Whoever installs learns now, not in a notebook, that the library cannot be loaded.
  if (const auto entry = load_library(shell->library); !entry) return report(entry.error());
  if (const auto met = AbiShell::check_requirements(*manifest); !met) {
    return report(Error{shell->library.string() + ": " + met.error().message, met.error().exit});
  }
  const auto spec = write_kernelspec(shell_class, *shell, *manifest, options);
  if (!spec) return report(spec.error());
  std::cout << "installed " << spec->name << " (" << spec->display_name << ") in " << spec->folder.string()
            << '\n';
  return 0;
}

int uninstall(const std::string& shell_class, const KernelspecOptions& options) {
  // A path stands for the name of the shell that lies there, or lay.
  std::string shell = std::filesystem::path(shell_class).stem().string();
  if (constexpr std::string_view prefix = "libhermit-"; shell.starts_with(prefix))
    shell.erase(0, prefix.size());
  const std::string name = options.name.empty() ? "hermit-" + shell : options.name;
  const auto folder = remove_kernelspec(name, options.place);
  if (!folder) return report(folder.error());
  std::cout << "removed " << folder->string() << '\n';
  return 0;
}

}  // namespace hermit
