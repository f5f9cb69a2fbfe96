#include "settings/config_file.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hermit {
namespace {

// A step of a JSON pointer (RFC 6901).
std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

// Ends the reading of a text, from within the parser. Never leaves this file.
struct Refusal {
  std::string problem;
};

// What the parser tells of while it reads: it finds keys that stand twice, and ends the reading where the
// text is nested too deeply.
class Watch {
 public:
  // True as the parser wants it: what was read is to be kept.
  bool operator()(int, Json::parse_event_t event, Json& value) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        levels_.emplace_back();
        if (levels_.size() > config_depth_limit) {
          throw Refusal{"is nested deeper than " + std::to_string(config_depth_limit) + " levels"};
        }
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        levels_.pop_back();
        break;
      case Json::parse_event_t::key:
        note(value.get<std::string>());
        break;
      case Json::parse_event_t::value:
        break;
    }
    return true;
  }

 private:
  struct Level {
    std::set<std::string> keys;
    std::string last;
  };

  void note(const std::string& key) {
    levels_.back().last = key;
    if (levels_.back().keys.insert(key).second) return;
    std::string pointer;
    for (const auto& level : levels_) pointer += pointer_step(level.last);
    throw Refusal{"has the key " + pointer + " twice"};
  }

  std::vector<Level> levels_;
};

std::string place_in(std::string_view text, std::size_t byte) {
  // The parser counts from 1, and has read the character that is wrong.
  const auto begin = text.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = std::count(begin, end, '\n') + 1;
  const auto line_begin =
      std::find(std::make_reverse_iterator(end), std::make_reverse_iterator(begin), '\n').base();
  return "line " + std::to_string(line) + ", column " + std::to_string(end - line_begin + 1);
}

// One entry of the object, its name with dots.
struct Entry {
  std::string name;
  std::string pointer;
  const Json* value;
};

// The entries of an object: what stands in a section, such as "LuaShell", has that name before its own.
std::vector<Entry> entries_of(const Json& object, const Settings& settings) {
  std::vector<Entry> entries;
  for (const auto& [key, value] : object.items()) {
    const std::string pointer = pointer_step(key);
    if (!value.is_object() || settings.find(key) != nullptr) {
      entries.push_back({key, pointer, &value});
      continue;
    }
    if (value.empty()) entries.push_back({key, pointer, nullptr});
    for (const auto& [inner, inner_value] : value.items()) {
      entries.push_back({key + "." + inner, pointer + pointer_step(inner), &inner_value});
    }
  }
  return entries;
}

// Whether a name, or a section, is of settings that others have.
bool is_of_others(const std::string& name, Settings& settings) {
  const auto& others = settings.others();
  return std::any_of(others.begin(), others.end(), [&](const std::string& other) {
    return other == name || (name.find('.') == std::string::npos && other.starts_with(name + "."));
  });
}

bool is_section(const std::string& name, const Settings& settings) {
  const auto& all = settings.all();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& known) { return known.name.starts_with(name + "."); });
}

// A setting of a section.
std::string example_in(const std::string& section, const Settings& settings) {
  const auto& all = settings.all();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& known) { return known.name.starts_with(section + "."); });
  return found->name;
}

// What was meant by a name that no setting has.
std::string hint(const std::string& name, Settings& settings) {
  // Somebody has written a pointer.
  std::string dotted = name;
  dotted.erase(0, std::min(dotted.find_first_not_of('/'), dotted.size()));
  dotted.erase(dotted.find_last_not_of('/') + 1);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  if (is_section(dotted, settings)) {
    return ": \"" + dotted + "\" is the beginning of names, such as " + example_in(dotted, settings);
  }
  std::vector<std::string> names = settings.names();
  names.insert(names.end(), settings.others().begin(), settings.others().end());
  return ": there is no such setting" + did_you_mean(dotted, names);
}

Error unknown_name(const Entry& entry, Settings& settings, const Origin& origin) {
  return Error{subject(entry.name, origin) + hint(entry.name, settings), Exit::usage};
}

}  // namespace

Result<Json> read_config_file(const std::filesystem::path& file) {
  const auto text = read_file(file, config_size_limit);
  if (!text) return Error{text.error().message, Exit::usage};
  auto object = parse_config(*text);
  if (!object) return Error{file.string() + ": " + object.error().message, Exit::usage};
  return object;
}

Result<Json> parse_config(std::string_view text) {
  const auto refuse = [](std::string problem) { return Error{std::move(problem), Exit::usage}; };
  if (!is_utf8(text)) return refuse("is not UTF-8");
  try {
    Json object = Json::parse(text.begin(), text.end(), Watch());
    if (!object.is_object()) return refuse("is no JSON object");
    return object;
  } catch (const Json::parse_error& error) {
    return refuse("is not JSON at " + place_in(text, error.byte));
  } catch (const Json::exception&) {
    return refuse("has a number that is too large");
  } catch (const Refusal& refusal) {
    return refuse(refusal.problem);
  }
}

Result<void> read_settings(const Json& object, Settings& settings, const Origin& origin, Unknown unknown) {
  if (!object.is_object()) {
    return Error{
        (origin.place.empty() ? "what the settings are read from" : origin.place) + " is no JSON object",
        Exit::usage};
  }
  std::map<const Setting*, std::string> places;
  for (const auto& entry : entries_of(object, settings)) {
    Origin here = origin;
    if (!origin.place.empty()) here.place += ": " + entry.pointer;
    const Setting* setting = settings.find(entry.name);
    if (setting == nullptr) {
      const bool empty_section = entry.value == nullptr && is_section(entry.name, settings);
      if (unknown == Unknown::skip || empty_section || is_of_others(entry.name, settings)) continue;
      return unknown_name(entry, settings, here);
    }
    if (const auto [first, is_first] = places.emplace(setting, entry.pointer); !is_first) {
      return Error{subject(entry.name, here) + " sets what " + first->second + " has set", Exit::usage};
    }
    if (auto done = settings.set_json(entry.name, *entry.value, here); !done) return done;
  }
  return {};
}

}  // namespace hermit
