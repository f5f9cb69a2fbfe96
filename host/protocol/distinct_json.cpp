#include "protocol/distinct_json.hpp"

#include <set>
#include <string>
#include <vector>

#include "base/excerpt.hpp"
#include "protocol/json_sax.hpp"

namespace hermit {
namespace {

// Keeps the keys of the objects that are being read, and nothing else.
class KeyWatch : public JsonChecker {
 public:
  bool start_object(std::size_t size) {
    objects_.emplace_back();
    return JsonChecker::start_object(size);
  }
  bool key(Json::string_t& key) {
    return objects_.back().insert(key).second || refuse("has the key \"" + excerpt(key) + "\" twice");
  }
  bool end_object() {
    objects_.pop_back();
    return JsonChecker::end_object();
  }

 private:
  std::vector<std::set<std::string>> objects_;  // the outermost first
};

}  // namespace

Result<Json> parse_distinct_json(std::string_view text) {
  auto value = parse_json(text);
  if (!value) return value;
  // It is JSON, but for halves of surrogate pairs, which end this reading too.
  const auto mended = without_lone_surrogates(text);
  const std::string_view whole = mended ? std::string_view(*mended) : text;
  KeyWatch watch;
  if (!Json::sax_parse(whole.begin(), whole.end(), &watch)) return Error{watch.problem()};
  return value;
}

}  // namespace hermit
