#include "settings/settings.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "settings/wrong_value.hpp"

namespace hermit {
namespace {

// In bytes. Nothing is near to what is longer, and to find that out would take long.
constexpr std::size_t longest_name = 200;

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

}  // namespace

std::string_view source_name(Source source) {
  switch (source) {
    case Source::config_file:
      return "config file";
    case Source::environment:
      return "environment";
    case Source::command_line:
      return "command line";
    case Source::program:
      return "program";
    case Source::standard:
      break;
  }
  return "default";
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& names,
                         std::string_view before) {
  const std::string near = name.size() > longest_name ? "" : nearest(name, names);
  return near.empty() ? "" : "; did you mean " + std::string(before) + near + "?";
}

std::string subject(std::string_view name, const Origin& origin) {
  switch (origin.source) {
    case Source::config_file:
      return origin.place;
    case Source::environment:
      return origin.place + " (in the environment)";
    case Source::command_line:
      return origin.place + " (on the command line)";
    case Source::program:
    case Source::standard:
      break;
  }
  return "the setting \"" + std::string(name) + "\"";
}

void Settings::declare(Setting setting) { settings_.push_back(std::move(setting)); }

const std::vector<std::string>& Settings::others() {
  if (!others_) others_ = ask_others_ ? ask_others_() : std::vector<std::string>();
  return *others_;
}

const Setting* Settings::find(std::string_view name) const {
  const std::string wanted = with_underscores(name);
  for (const auto& setting : settings_) {
    if (setting.name == wanted) return &setting;
    for (const auto& alias : setting.aliases) {
      if (alias == wanted) return &setting;
    }
  }
  return nullptr;
}

std::vector<std::string> Settings::names() const {
  std::vector<std::string> names;
  for (const auto& setting : settings_) {
    names.push_back(setting.name);
    names.insert(names.end(), setting.aliases.begin(), setting.aliases.end());
  }
  return names;
}

Result<const Setting*> Settings::settable(std::string_view name, const Origin& origin) const {
  const Setting* setting = find(name);
  const auto refuse = [&](const std::string& problem) {
    return Error{subject(name, origin) + problem, Exit::usage};
  };
  if (setting == nullptr) return refuse(": there is no such setting" + did_you_mean(name, names()));
  if (!setting->available) return refuse(" is not available yet");
  if (!setting->in_config_file && origin.source == Source::config_file) {
    return refuse(" cannot be set in a configuration file");
  }
  return setting;
}

Result<void> Settings::set(std::string_view name, std::string_view text, const Origin& origin) {
  const auto setting = settable(name, origin);
  if (!setting) return setting.error();
  if (!is_utf8(text)) return Error{subject(name, origin) + " has to be UTF-8", Exit::usage};
  auto value = value_from_text(**setting, text);
  const std::string wrong = value ? "" : wrong_text(**setting, text);
  return keep(**setting, std::move(value), wrong, subject(name, origin), origin);
}

Result<void> Settings::set_json(std::string_view name, const Json& value, const Origin& origin) {
  const auto setting = settable(name, origin);
  if (!setting) return setting.error();
  auto fitting = value_from_json(**setting, value);
  const std::string wrong = fitting ? "" : wrong_json(**setting, value);
  return keep(**setting, std::move(fitting), wrong, subject(name, origin), origin);
}

Result<void> Settings::keep(const Setting& setting, std::optional<Value> value, const std::string& given,
                            const std::string& subject, const Origin& origin) {
  if (!value) return Error{subject + " has to be " + expected(setting) + ", " + given, Exit::usage};
  const auto before = values_.find(setting.name);
  if (before != values_.end() && before->second.origin.source > origin.source) return {};
  values_.insert_or_assign(setting.name, Set{std::move(*value), origin});
  return {};
}

bool Settings::is_set(std::string_view name) const {
  const Setting* setting = find(name);
  return setting != nullptr && values_.contains(setting->name);
}

const Value& Settings::value(std::string_view name) const {
  const Setting* setting = find(name);
  if (setting == nullptr)
    throw std::logic_error("no setting was declared with the name " + std::string(name));
  const auto set = values_.find(setting->name);
  return set == values_.end() ? setting->default_value : set->second.value;
}

Origin Settings::origin(std::string_view name) const {
  const Setting* setting = find(name);
  const auto set = setting == nullptr ? values_.end() : values_.find(setting->name);
  return set == values_.end() ? Origin{Source::standard} : set->second.origin;
}

}  // namespace hermit
