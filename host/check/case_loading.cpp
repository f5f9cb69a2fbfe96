// Loading: what a library has to be before any function of it is called.
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/catalogue.hpp"
#include "check/exports.hpp"
#include "check/trial.hpp"
#include "shell/elf_file.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#what-refuses-a-library";
constexpr std::string_view symbol_page = "docs/abi.md#the-one-symbol";

void* opened(const Trial& trial) { return dlopen(trial.found().library.c_str(), RTLD_NOW | RTLD_LOCAL); }

// The entry of a library that the cases before have found good so far.
const hermit_shell_entry_type& entry_in(const Trial& trial) {
  return *static_cast<const hermit_shell_entry_type*>(dlsym(opened(trial), HERMIT_SHELL_ENTRY));
}

Verdict library_loads(Trial& trial) {
  if (const auto whole = check_whole(trial.found().library); !whole) {
    return failed("the library " + whole.error().message);
  }
  if (opened(trial) != nullptr) return passed();
  return failed(std::string("the loader says: ") + dlerror());
}

Verdict exports_the_entry(Trial& trial) {
  if (dlsym(opened(trial), HERMIT_SHELL_ENTRY) != nullptr) return passed();
  return failed("the library does not export " HERMIT_SHELL_ENTRY);
}

Verdict was_built_for_this_abi(Trial& trial) {
  const auto& entry = entry_in(trial);
  const auto text = [](std::uint32_t major, std::uint32_t minor) {
    return std::to_string(major) + "." + std::to_string(minor);
  };
  const bool fits = HERMIT_ABI_MAJOR > 0 || entry.abi_minor == HERMIT_ABI_MINOR;
  if (entry.abi_major == HERMIT_ABI_MAJOR && fits) return passed();
  return failed("the library was built for version " + text(entry.abi_major, entry.abi_minor) +
                " of the ABI, and this host has version " + text(HERMIT_ABI_MAJOR, HERMIT_ABI_MINOR));
}

Verdict entry_is_whole(Trial& trial) {
  const auto& entry = entry_in(trial);
  if (entry.size < sizeof entry) {
    return failed("its size is given as " + std::to_string(entry.size) + " bytes, and not as " +
                  std::to_string(sizeof entry));
  }
  if (entry.reserved != 0) return failed("its field \"reserved\" is " + std::to_string(entry.reserved));
  if (entry.manifest == nullptr) return failed("its manifest is NULL");
  if (entry.shell == nullptr) return failed("its table of functions is NULL");
  return passed();
}

Verdict table_is_whole(Trial& trial) {
  const hermit_shell_table& table = *entry_in(trial).shell;
  if (table.create == nullptr) return failed("create is NULL");
  if (table.destroy == nullptr) return failed("destroy is NULL");
  if (table.execute == nullptr) return failed("execute is NULL");
  if (table.extension == nullptr) return failed("extension is NULL");
  return passed();
}

Verdict exports_nothing_else(Trial& trial) {
  for (const auto& name : strong_exports(opened(trial))) {
    if (name != HERMIT_SHELL_ENTRY) return warning("it exports " + name + " too");
  }
  return passed();
}

// How much was written to a descriptor, which is a file in memory here.
off_t written(int descriptor) {
  struct stat file{};
  fstat(descriptor, &file);
  return file.st_size;
}

Verdict loading_is_quiet(Trial& trial) {
  const off_t before = written(STDOUT_FILENO) + written(STDERR_FILENO);
  opened(trial);
  const off_t now = written(STDOUT_FILENO) + written(STDERR_FILENO);
  if (now == before) return passed();
  return failed("it wrote " + std::to_string(now - before) + " bytes while it was loaded");
}

}  // namespace

Group loading_cases() {
  return {
      "loading",
      {{.name = "library-loads",
        .promise = "The library can be loaded, with all that it needs.",
        .rule = {"hermit/shell.h", "hermit_shell_entry", page},
        .advice = "link the library that has the missing symbol, with -Wl,-z,defs to hear of it when linking",
        .run = library_loads,
        .stage = Stage::file,
        .level = 1,
        .is_gate = true},
       {.name = "exports-the-entry",
        .promise = "The library exports hermit_shell_entry.",
        .rule = {"hermit/shell.h", "HERMIT_SHELL_EXPORT", symbol_page},
        .advice = "write HERMIT_SHELL_EXPORT(manifest, &table) once, outside any namespace",
        .run = exports_the_entry,
        .stage = Stage::file,
        .level = 1,
        .is_gate = true},
       {.name = "was-built-for-this-abi",
        .promise = "The library was built for a version of the ABI that this host has.",
        .rule = {"hermit/abi.h", "HERMIT_ABI_MINOR", "docs/abi.md#the-promise"},
        .advice = "compile the shell again, with the headers of this Hermit",
        .run = was_built_for_this_abi,
        .stage = Stage::file,
        .level = 1,
        .is_gate = true},
       {.name = "entry-is-whole",
        .promise = "The entry has its full size, a manifest and a table.",
        .rule = {"hermit/shell.h", "hermit_shell_entry_type", symbol_page},
        .advice = "make the entry with the macro HERMIT_SHELL_EXPORT",
        .run = entry_is_whole,
        .stage = Stage::file,
        .level = 1,
        .is_gate = true},
       {.name = "table-is-whole",
        .promise = "The shell's table has all four functions.",
        .rule = {"hermit/abi.h", "convention 9", page},
        .advice =
            "write the function that is missing; a shell without extensions returns NULL from extension",
        .run = table_is_whole,
        .stage = Stage::file,
        .level = 1,
        .is_gate = true},
       {.name = "exports-nothing-else",
        .promise = "The library exports its entry and nothing else.",
        .rule = {"hermit/shell.h", "HERMIT_SHELL_ENTRY", symbol_page},
        .advice = "compile with -fvisibility=hidden",
        .run = exports_nothing_else,
        .stage = Stage::file,
        .level = 5},
       {.name = "loading-is-quiet",
        .promise = "Loading the library writes nothing.",
        .rule = {"hermit/shell.h", "hermit_shell_entry_type", symbol_page},
        .advice = "move what static objects and constructors print to create, or to the log",
        .run = loading_is_quiet,
        .stage = Stage::file,
        .level = 3}}};
}

}  // namespace hermit::check
