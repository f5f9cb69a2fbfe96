#include "check/samples.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hermit::check {

const std::vector<SampleKind>& sample_kinds() {
  static const std::vector<SampleKind> kinds{{"prints", {"code", "stdout"}},
                                             {"prints_text", {"code"}},
                                             {"prints_lines", {"code"}},
                                             {"complains", {"code", "stderr"}},
                                             {"value", {"code", "text"}},
                                             {"displays", {"code"}},
                                             {"remembers", {"set", "get", "text"}},
                                             {"fails", {"code", "name"}},
                                             {"malformed", {"code"}},
                                             {"incomplete", {"code"}},
                                             {"reads", {"code"}},
                                             {"loops", {"code"}},
                                             {"sleeps", {"code"}},
                                             {"waits", {"code"}},
                                             {"prints_late", {"code"}},
                                             {"completes", {"code", "match"}},
                                             {"inspects", {"code"}},
                                             {"evaluates", {"code", "text"}},
                                             {"hears_comms", {"code", "target"}},
                                             {"opens_comm", {"code"}}};
  return kinds;
}

Samples::Samples(const Json& manifest) {
  const auto check = manifest.find("check");
  if (check == manifest.end()) return;
  if (!check->is_object()) {
    problems_.push_back("the key \"check\" is no object");
    return;
  }
  for (const auto& [name, sample] : check->items()) read(name, sample);
}

void Samples::read(const std::string& name, const Json& sample) {
  std::vector<std::string> names;
  for (const auto& kind : sample_kinds()) names.emplace_back(kind.name);
  const auto kind = std::find(names.begin(), names.end(), name);
  if (kind == names.end()) {
    const auto near = nearest(name, names);
    problems_.push_back("there is no sample \"" + name + "\"" +
                        (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
    return;
  }
  if (sample.is_null()) {
    samples_[name] = nullptr;
    return;
  }
  const auto& fields = sample_kinds()[static_cast<std::size_t>(kind - names.begin())].fields;
  Json object = sample;
  if (sample.is_string()) {
    object = Json::object();
    object[std::string(fields.front())] = sample;
  }
  for (const auto field : fields) {
    const bool good = object.is_object() && object.value(std::string(field), Json()).is_string();
    if (good) continue;
    problems_.push_back("the sample \"" + name + "\" has no text \"" + std::string(field) + "\"");
    return;
  }
  samples_[name] = std::move(object);
}

bool Samples::has(std::string_view name) const {
  const auto found = samples_.find(name);
  return found != samples_.end() && !found->is_null();
}

bool Samples::is_declined(std::string_view name) const {
  const auto found = samples_.find(name);
  return found != samples_.end() && found->is_null();
}

std::string Samples::field(std::string_view name, std::string_view field) const {
  return samples_.at(std::string(name)).value(std::string(field), "");
}

}  // namespace hermit::check
