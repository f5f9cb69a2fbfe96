#include "shell/manifest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace hermit {
namespace {

using Json = nlohmann::json;

Error problem(const std::string& what) { return Error{"its manifest " + what, Exit::bad_shell}; }

// A key that is not known is no error, as a later version may have more; one that is almost a known one is a
// slip.
Result<void> check_keys(const Json& object, const std::string& where, const std::vector<std::string>& known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (const auto near = nearest(key, known); !near.empty()) {
      return problem("has " + where + " \"" + key + "\", which nobody knows; did you mean \"" + near + "\"?");
    }
  }
  return {};
}

Result<void> read_text(const Json& object, const char* key, bool required, std::string& value) {
  const auto field = object.find(key);
  if (field == object.end() && !required) return {};
  if (field == object.end()) return problem(std::string("has no \"") + key + "\"");
  if (!field->is_string()) return problem(std::string("has a \"") + key + "\" that is no text");
  value = field->get<std::string>();
  if (required && value.empty()) return problem(std::string("has an empty \"") + key + "\"");
  return {};
}

Result<void> read_language(const Json& object, Json& language) {
  const auto field = object.find("language_info");
  if (field == object.end() || !field->is_object()) return problem("has no object \"language_info\"");
  for (const char* key : {"name", "version", "mimetype", "file_extension"}) {
    const auto text = field->find(key);
    if (text == field->end() || !text->is_string()) {
      return problem(std::string("has no text \"language_info.") + key + "\"");
    }
  }
  language = *field;
  return {};
}

Result<void> read_isolation(const Json& object, std::string& isolation) {
  if (auto done = read_text(object, "isolation", false, isolation); !done) return done;
  if (isolation == "none" || isolation == "process") return {};
  return problem("has an \"isolation\" that is neither \"none\" nor \"process\"");
}

Result<void> read_abilities(const Json& object, Manifest& manifest) {
  const auto field = object.find("abilities");
  if (field == object.end()) return {};
  if (!field->is_object()) return problem("has \"abilities\" that are no object");
  const std::array<std::pair<const char*, bool*>, 6> abilities{
      {{"concurrent_introspection", &manifest.concurrent_introspection},
       {"concurrent_cells", &manifest.concurrent_cells},
       {"concurrent_comms", &manifest.concurrent_comms},
       {"tasks", &manifest.tasks},
       {"subshells", &manifest.subshells},
       {"fork_safe", &manifest.fork_safe}}};
  std::vector<std::string> known;
  for (const auto& [key, value] : abilities) {
    known.emplace_back(key);
    const auto flag = field->find(key);
    if (flag == field->end()) continue;
    if (!flag->is_boolean()) return problem(std::string("has an ability \"") + key + "\" that is no boolean");
    *value = flag->get<bool>();
  }
  return check_keys(*field, "an ability", known);
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "bool") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "json") return !value.is_null();
  return type == "text" && value.is_string();
}

// What is wrong with the limits of a setting, to follow its name; reads them.
Result<void> read_limits(const Json& entry, ShellSetting& setting) {
  const auto wrong = [&](const std::string& what) {
    return problem("has the setting \"" + setting.name + "\" " + what);
  };
  const bool is_number = setting.type == "integer" || setting.type == "number";
  for (const auto& [key, end] :
       {std::pair("minimum", &setting.minimum), std::pair("maximum", &setting.maximum)}) {
    const auto field = entry.find(key);
    if (field == entry.end()) continue;
    if (!is_number || !field->is_number())
      return wrong(std::string("with a \"") + key + "\" that is no number of a number");
    *end = field->get<double>();
  }
  if (const auto choices = entry.find("choices"); choices != entry.end()) {
    const auto is_text = [](const Json& choice) { return choice.is_string(); };
    const bool fits = setting.type == "text" && choices->is_array() && !choices->empty() &&
                      std::all_of(choices->begin(), choices->end(), is_text);
    if (!fits) return wrong("with \"choices\" that are no list of texts of a text");
    setting.choices = choices->get<std::vector<std::string>>();
  }
  const Json& value = setting.default_value;
  const bool in_range =
      !is_number || (value.get<double>() >= setting.minimum && value.get<double>() <= setting.maximum);
  const auto& choices = setting.choices;
  const bool chosen =
      choices.empty() || std::find(choices.begin(), choices.end(), value.get<std::string>()) != choices.end();
  return in_range && chosen ? Result<void>() : wrong("whose default is not among what it may be");
}

Result<void> read_setting(const Json& entry, ShellSetting& setting) {
  if (!entry.is_object()) return problem("has a setting that is no object");
  if (auto done = read_text(entry, "name", true, setting.name); !done) return done;
  if (auto done = read_text(entry, "type", true, setting.type); !done) return done;
  if (auto done = read_text(entry, "help", false, setting.help); !done) return done;
  setting.default_value = entry.value("default", Json());
  if (setting.name.find('.') == std::string::npos) {
    return problem("has the setting \"" + setting.name +
                   "\" without the shell's prefix, such as \"LuaShell.\"");
  }
  if (!has_type(setting.default_value, setting.type)) {
    return problem(
        "has the setting \"" + setting.name +
        "\" whose type is not one of bool, integer, number, text, json, or whose default is not of that "
        "type");
  }
  if (auto done = read_limits(entry, setting); !done) return done;
  return check_keys(entry, "a setting with the key",
                    {"name", "type", "default", "help", "choices", "minimum", "maximum"});
}

Result<void> read_settings(const Json& object, Manifest& manifest) {
  const auto field = object.find("settings");
  if (field == object.end()) return {};
  if (!field->is_array()) return problem("has \"settings\" that are no array");
  for (const auto& entry : *field) {
    ShellSetting setting;
    if (auto done = read_setting(entry, setting); !done) return done;
    manifest.settings.push_back(std::move(setting));
  }
  return {};
}

Result<void> read_required(const Json& object, Manifest& manifest) {
  const auto field = object.find("requires");
  if (field == object.end()) return {};
  if (!field->is_array()) return problem("has \"requires\" that is no array");
  for (const auto& id : *field) {
    if (!id.is_string()) return problem("has \"requires\" with an entry that is no text");
    manifest.required_extensions.push_back(id.get<std::string>());
  }
  return {};
}

// What lies beside the library, so that it can be copied with it.
Result<void> read_files(const Json& object, Manifest& manifest) {
  const auto field = object.find("files");
  if (field == object.end()) return {};
  if (!field->is_array()) return problem("has \"files\" that are no array");
  for (const auto& file : *field) {
    const std::string name = file.is_string() ? file.get<std::string>() : "";
    if (name.empty() || name.find('/') != std::string::npos || name.starts_with(".")) {
      return problem("has \"files\" with an entry that is no name of a file beside the library");
    }
    manifest.files.push_back(name);
  }
  return {};
}

Result<void> read_system_files(const Json& object, Manifest& manifest) {
  const auto field = object.find("system_files");
  if (field == object.end()) return {};
  if (!field->is_object()) return problem("has \"system_files\" that are no object");
  for (const auto& [pattern, package] : field->items()) {
    if (!pattern.starts_with("/") || !package.is_string()) {
      return problem("has \"system_files\" whose entries are not paths with names of packages");
    }
    manifest.system_files.push_back({pattern, package.get<std::string>()});
  }
  return {};
}

}  // namespace

// "abi" is added by `hermit manifest`; "check" is for host/check.
const std::vector<std::string> manifest_keys = {
    "name",      "display_name",  "version",      "banner",    "line_comment",
    "isolation", "language_info", "help_links",   "abilities", "requires",
    "settings",  "files",         "system_files", "check",     "abi"};

Result<Manifest> parse_manifest(std::string_view json) {
  const Json object = Json::parse(json.begin(), json.end(), nullptr, false);
  if (object.is_discarded() || !object.is_object()) return problem("is no JSON object");
  Manifest manifest;
  if (auto done = read_text(object, "name", true, manifest.name); !done) return done.error();
  manifest.display_name = manifest.name;
  if (auto done = read_text(object, "display_name", false, manifest.display_name); !done) return done.error();
  if (auto done = read_text(object, "version", false, manifest.version); !done) return done.error();
  if (auto done = read_text(object, "banner", false, manifest.banner); !done) return done.error();
  if (auto done = read_text(object, "line_comment", false, manifest.line_comment); !done) return done.error();
  if (auto done = read_isolation(object, manifest.isolation); !done) return done.error();
  if (auto done = read_language(object, manifest.language_info); !done) return done.error();
  manifest.help_links = object.value("help_links", Json::array());
  if (!manifest.help_links.is_array()) return problem("has \"help_links\" that are no array");
  if (auto done = read_abilities(object, manifest); !done) return done.error();
  if (auto done = read_required(object, manifest); !done) return done.error();
  if (auto done = read_settings(object, manifest); !done) return done.error();
  if (auto done = check_keys(object, "the key", manifest_keys); !done) return done.error();
  if (auto done = read_files(object, manifest); !done) return done.error();
  if (auto done = read_system_files(object, manifest); !done) return done.error();
  return manifest;
}

}  // namespace hermit
