#include "settings/settings.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace hermit {
namespace {

// How much of a wrong value an error shows, in bytes.
constexpr std::size_t shown_value = 100;

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

// A wrong value on one line, and not much of a long one.
std::string shown(std::string_view text) {
  std::string begin = repaired_utf8(text.substr(0, shown_value));
  for (char& c : begin) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text.size() > shown_value ? begin + "…" : begin;
}

// A wrong value of JSON.
std::string described(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return value.is_string() ? "\"" + shown(value.get_ref<const std::string&>()) + "\"" : one_line(value);
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
  const std::string near = nearest(name, names);
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
  return keep(**setting, value_from_text(**setting, text), "\"" + shown(text) + "\"", subject(name, origin),
              origin);
}

Result<void> Settings::set_json(std::string_view name, const Json& value, const Origin& origin) {
  const auto setting = settable(name, origin);
  if (!setting) return setting.error();
  return keep(**setting, value_from_json(**setting, value), described(value), subject(name, origin), origin);
}

Result<void> Settings::keep(const Setting& setting, std::optional<Value> value, const std::string& given,
                            const std::string& subject, const Origin& origin) {
  if (!value) return Error{subject + " has to be " + expected(setting) + ", not " + given, Exit::usage};
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
