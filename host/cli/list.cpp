// hermit list: the shells that --shell_class can name, and the kernelspecs that Jupyter knows.
#include <iostream>

#include "cli/program.hpp"
#include "cli/verbs.hpp"
#include "shell/library.hpp"

namespace hermit {

int list(const KernelspecPlace& place) {
  const auto shells = all_shells(shell_folders(program_path()));
  std::cout << (shells.empty() ? "no shells\n" : "shells:\n");
  for (const auto& shell : shells) {
    const auto manifest = read_manifest(shell);
    std::cout << "  " << shell.name << "  "
              << (manifest ? manifest->display_name : "broken: " + manifest.error().message) << "  "
              << shell.library.string() << '\n';
  }
  const auto folder = kernels_folder(place);
  if (!folder) return report(folder.error());
  const auto specs = installed_kernelspecs(*folder);
  std::cout << (specs.empty() ? "no kernelspecs in " + folder->string() + "\n" : "kernelspecs:\n");
  for (const auto& spec : specs) {
    std::cout << "  " << spec.name << "  " << spec.display_name << "  " << spec.folder.string() << '\n';
  }
  return 0;
}

}  // namespace hermit
