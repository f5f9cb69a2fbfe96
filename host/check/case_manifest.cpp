// Manifest: what a shell says of itself without being run.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "check/catalogue.hpp"
#include "check/trial.hpp"
#include "shell/abi_shell.hpp"

namespace hermit::check {
namespace {

constexpr std::string_view page = "docs/abi.md#the-one-symbol";
constexpr Rule keys{"hermit/shell.h", "hermit_shell_entry_type", page};

// A manifest is a page of text.
constexpr std::size_t longest_manifest = 1 << 20;

Verdict manifest_is_json(Trial& trial) {
  const auto read = parse_json_object(trial.entry().manifest);
  if (!read) return failed("it is none: " + read.error().message);
  Verdict verdict = passed();
  verdict.facts["manifest"] = *read;
  return verdict;
}

Verdict manifest_is_valid(Trial& trial) {
  const auto read = parse_manifest(trial.entry().manifest);
  return read ? passed() : failed(read.error().message);
}

Verdict requirements_are_met(Trial& trial) {
  const auto met = AbiShell::check_requirements(*parse_manifest(trial.entry().manifest));
  return met ? passed() : failed("it " + met.error().message);
}

Verdict file_agrees(Trial& trial) {
  std::error_code none;
  const auto& file = trial.found().manifest;
  if (!std::filesystem::exists(file, none)) return warning("there is no " + file.string());
  const auto text = read_file(file, longest_manifest);
  if (!text) return failed(text.error().message);
  auto json = parse_json_object(*text);
  if (!json) return failed(file.string() + ": " + json.error().message);
  json->erase("abi");
  for (const auto& [key, value] : trial.manifest().items()) {
    if (json->value(key, Json()) != value) return failed(file.string() + " has another \"" + key + "\"");
  }
  return json->size() == trial.manifest().size() ? passed() : failed(file.string() + " has keys more");
}

Verdict name_is_that_of_the_file(Trial& trial) {
  const std::string name = trial.manifest().value("name", "");
  if (name == trial.found().name) return passed();
  return warning("it is " + in_quotes(name) + ", and the file's is " + in_quotes(trial.found().name));
}

Verdict language_is_described(Trial& trial) {
  const Json language = trial.manifest()["language_info"];
  const std::string mimetype = language["mimetype"];
  const std::string extension = language["file_extension"];
  if (language["name"] == "") return failed("language_info.name is empty");
  if (language["version"] == "") return failed("language_info.version is empty");
  if (mimetype.find('/') == std::string::npos)
    return failed("language_info.mimetype is " + in_quotes(mimetype));
  if (extension.size() < 2 || extension.front() != '.') {
    return failed("language_info.file_extension is " + in_quotes(extension) +
                  ", which does not begin with a dot");
  }
  return passed();
}

Verdict keys_are_known(Trial& trial) {
  for (const auto& [key, value] : trial.manifest().items()) {
    if (std::find(manifest_keys.begin(), manifest_keys.end(), key) == manifest_keys.end())
      return warning("nobody reads the key \"" + key + "\"");
  }
  return passed();
}

Verdict samples_are_whole(Trial& trial) {
  const auto problems = trial.samples().problems();
  return problems.empty() ? passed() : warning(problems.front());
}

Verdict settings_are_described(Trial& trial) {
  std::set<std::string> names;
  const auto manifest = parse_manifest(trial.entry().manifest);
  for (const auto& setting : manifest->settings) {
    if (!names.insert(setting.name).second)
      return failed("the setting " + setting.name + " stands there twice");
    if (setting.help.empty()) return warning("the setting " + setting.name + " has no \"help\"");
  }
  return passed();
}

Verdict help_links_are_links(Trial& trial) {
  for (const auto& link : trial.manifest().value("help_links", Json::array())) {
    const std::string text = dump_json(link);
    if (!link.is_object() || !link.contains("text") || !link.contains("url"))
      return failed(text + " has no \"text\" or no \"url\"");
    if (!link["text"].is_string() || link["text"] == "") return failed(text + " has an empty \"text\"");
    const std::string url = link["url"].is_string() ? link["url"].get<std::string>() : "";
    if (!url.starts_with("https://") && !url.starts_with("http://")) return failed(text + " leads nowhere");
  }
  return passed();
}

}  // namespace

Group manifest_cases() {
  return {
      "manifest",
      {{.name = "manifest-is-json",
        .promise = "The manifest is a JSON object.",
        .rule = keys,
        .advice = "mend the JSON; hermit manifest LIBRARY shows it as it is read",
        .run = manifest_is_json,
        .stage = Stage::library,
        .level = 1,
        .is_gate = true},
       {.name = "manifest-is-valid",
        .promise = "The manifest has all keys that are required, each of the right type.",
        .rule = keys,
        .advice = "give the key that is named a value as shell.h lists it",
        .run = manifest_is_valid,
        .stage = Stage::library,
        .level = 1,
        .is_gate = true},
       {.name = "requirements-are-met",
        .promise = "The host has every extension that the manifest requires.",
        .rule = {"hermit/shell.h", "requires", "docs/abi.md#extensions"},
        .advice = "require only what the shell cannot do without, and ask for the rest with extension",
        .run = requirements_are_met,
        .stage = Stage::library,
        .level = 1,
        .is_gate = true},
       {.name = "manifest-file-agrees",
        .promise = "The file NAME.shell.json beside the library says what the library says.",
        .rule = {"hermit/shell.h", "hermit manifest", page},
        .advice = "have the build write it: hermit_manifest() in CMake, or hermit manifest LIBRARY -o FILE",
        .run = file_agrees,
        .stage = Stage::library,
        .level = 5},
       {.name = "name-is-that-of-the-file",
        .promise = "A library called libhermit-NAME.so has the name NAME.",
        .rule = {"hermit/shell.h", "--shell_class", "docs/cli.md#how-a-shell-is-found"},
        .advice = "give both the same name: users find the shell by the file's, and read the other",
        .run = name_is_that_of_the_file,
        .stage = Stage::library,
        .level = 3},
       {.name = "language-is-described",
        .promise = "The language has a name, a version, a mime type, and a file extension with a dot.",
        .rule = {"hermit/shell.h", "language_info", page},
        .advice = "fill in language_info: clients choose the highlighting and name files by it",
        .run = language_is_described,
        .stage = Stage::library},
       {.name = "manifest-keys-are-known",
        .promise = "The manifest has no key that nobody reads.",
        .rule = keys,
        .advice = "leave the key out; what is not for Hermit has a file of its own",
        .run = keys_are_known,
        .stage = Stage::library,
        .level = 5},
       {.name = "samples-are-whole",
        .promise = "What the manifest says under \"check\" can be used.",
        .rule = {"hermit/shell.h", "hermit_shell_entry_type", "docs/check.md#samples"},
        .advice = "correct the sample that is named",
        .run = samples_are_whole,
        .stage = Stage::library},
       {.name = "settings-are-described",
        .promise = "Each setting is declared once, and says what it is for.",
        .rule = {"hermit/shell.h", "settings", page},
        .advice = "give the setting a \"help\" of one line, which hermit start --help-all shows",
        .run = settings_are_described,
        .stage = Stage::library},
       {.name = "help-links-are-links",
        .promise = "Each help link has a text and an address.",
        .rule = {"hermit/shell.h", "help_links", page},
        .advice = "write it as {\"text\": \"Manual\", \"url\": \"https://…\"}",
        .run = help_links_are_links,
        .stage = Stage::library}}};
}

}  // namespace hermit::check
