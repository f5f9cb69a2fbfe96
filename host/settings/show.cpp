#include "settings/show.hpp"

#include "settings/environment.hpp"

namespace hermit {
namespace {

std::string help_line(const Setting& setting) {
  return "  " + option_list(setting) + "\n      " + setting.help + "\n";
}

// The shortest name that is a word.
const std::string& short_name(const Setting& setting) {
  return setting.aliases.empty() ? setting.name : setting.aliases.front();
}

}  // namespace

std::string settings_help(const Settings& settings) {
  std::string help;
  for (const auto& setting : settings.all()) {
    if (setting.available) help += help_line(setting);
  }
  return help;
}

std::string settings_help_all(const Settings& settings) {
  std::string help;
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    help += help_line(setting);
    help += "      Value: " + expected(setting) + ". Default: " + one_line(json_of(setting.default_value)) +
            ". Environment: " + variable_name(short_name(setting)) + "\n";
  }
  return help;
}

std::string settings_shown(const Settings& settings) {
  std::string shown;
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    const Origin origin = settings.origin(setting.name);
    shown += setting.name + " = " + one_line(json_of(settings.value(setting.name))) + "  (" +
             std::string(source_name(origin.source)) + (origin.place.empty() ? "" : ", " + origin.place) +
             ")\n";
  }
  return shown;
}

Json settings_json(const Settings& settings) {
  Json all = Json::object();
  for (const auto& setting : settings.all()) {
    if (!setting.available) continue;
    const Origin origin = settings.origin(setting.name);
    Json& shown = all[setting.name];
    shown = {{"value", json_of(settings.value(setting.name))}, {"source", source_name(origin.source)}};
    if (!origin.place.empty()) shown["place"] = origin.place;
  }
  return all;
}

}  // namespace hermit
