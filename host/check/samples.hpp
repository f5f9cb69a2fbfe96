// Samples: what a shell's manifest says of its language, so that cases have code to give it: the key "check".
// docs/check.md lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.hpp"

namespace hermit::check {

// One kind of sample.
struct SampleKind {
  std::string_view name;
  // The fields that it needs, all of them text: "code" alone may also be written as a text in place of the
  // object.
  std::vector<std::string_view> fields;
};

// All there are.
const std::vector<SampleKind>& sample_kinds();

class Samples {
 public:
  // `manifest` is the whole of a shell's. What is not as it should be counts as missing; see problems().
  explicit Samples(const Json& manifest);

  bool has(std::string_view name) const;
  // True when the manifest says with a null that the language has no such thing.
  bool is_declined(std::string_view name) const;
  // A field of a sample that is there; "" for one that it has not, and does not need.
  std::string field(std::string_view name, std::string_view field = "code") const;
  // What is wrong with the key "check", a sentence each.
  std::vector<std::string> problems() const { return problems_; }

 private:
  void read(const std::string& name, const Json& sample);

  Json samples_ = Json::object();
  std::vector<std::string> problems_;
};

}  // namespace hermit::check
