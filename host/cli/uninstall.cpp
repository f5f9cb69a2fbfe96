// hermit uninstall: what install wrote is removed, and nothing else (S5).
#include <iostream>
#include <optional>
#include <system_error>

#include "cli/program.hpp"
#include "cli/shell_copy.hpp"
#include "cli/verbs.hpp"

namespace hermit {
namespace {

namespace fs = std::filesystem;

// A path stands for the name of the shell that lies there, or lay.
std::string shell_name(const std::string& shell_class) {
  std::string name = fs::path(shell_class).stem().string();
  if (constexpr std::string_view prefix = "libhermit-"; name.starts_with(prefix))
    name.erase(0, prefix.size());
  return name;
}

// True when the kernelspec would miss the copied library: it finds no other of that name.
bool needs(const Kernelspec& spec, const fs::path& library) {
  std::error_code missing;
  auto folders = shell_folders_of(spec);
  const auto shell = find_shell(spec.shell_class, folders);
  if (!shell || !fs::equivalent(shell->library, library, missing)) return false;
  std::erase_if(folders, [&](const fs::path& folder) {
    return fs::equivalent(folder, library.parent_path(), missing);
  });
  return fs::path(spec.shell_class).has_parent_path() || !find_shell(spec.shell_class, folders);
}

// The kernelspec that uses the copied library, in any folder where Jupyter looks; "" for none.
std::string user_of(const fs::path& library, const fs::path& kernels) {
  auto folders = jupyter_folders();
  folders.push_back(kernels);
  folders.push_back(own_kernels_folder(program_path()));
  for (const auto& folder : folders) {
    for (const auto& spec : installed_kernelspecs(folder)) {
      if (needs(spec, library)) return spec.folder.string();
    }
  }
  return "";
}

Result<void> remove_unused_copy(const Receipt& receipt, const fs::path& kernels) {
  const fs::path library = library_of(receipt);
  if (const auto user = user_of(library, kernels); !user.empty()) {
    std::cout << library.string() << " stays: " << user << " uses it\n";
    return {};
  }
  if (auto done = remove_copy(receipt); !done) return done;
  std::cout << "removed " << library.string() << '\n';
  return {};
}

// The receipt of the copied library that a kernelspec started.
std::optional<Receipt> receipt_of(const std::string& shell_class) {
  const auto folder = user_shell_folder();
  if (!folder) return std::nullopt;
  const fs::path path(shell_class);
  std::error_code missing;
  if (path.has_parent_path() && !fs::equivalent(path.parent_path(), *folder, missing)) return std::nullopt;
  return read_receipt(*folder, shell_name(shell_class));
}

}  // namespace

int uninstall(const std::string& shell_class, const std::string& name, const KernelspecPlace& place) {
  const auto kernels = kernels_folder(place);
  if (!kernels) return report(kernels.error());
  if (const auto shells = user_shell_folder()) {
    if (const auto ended = end_left_copies(*shells); !ended) return report(ended.error());
  }
  const std::string wanted = name.empty() ? "hermit-" + shell_name(shell_class) : name;
  const auto spec = remove_kernelspec(wanted, *kernels);
  // A library may be left whose kernelspec somebody has removed by other means.
  const bool is_left = !spec && spec.error().exit == Exit::no_shell && name.empty();
  const auto receipt = receipt_of(spec ? spec->shell_class : shell_name(shell_class));
  if (!spec && !(is_left && receipt)) return report(spec.error());
  if (spec) std::cout << "removed " << spec->folder.string() << '\n';
  if (!receipt) return 0;
  const auto done = remove_unused_copy(*receipt, *kernels);
  return done ? 0 : report(done.error());
}

}  // namespace hermit
