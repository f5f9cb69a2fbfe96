#include "kernel/kernel_info.hpp"

#include <algorithm>

#include "protocol/json.hpp"
#include "protocol/names.hpp"

namespace hermit {

Bytes kernel_info_content(const Manifest& manifest, const std::vector<std::string>& features) {
  Json supported = Json::array();
  const auto add = [&](const std::string& feature) {
    if (std::find(supported.begin(), supported.end(), feature) == supported.end())
      supported.push_back(feature);
  };
  if (manifest.subshells) add("kernel subshells");  // JEP 91
  for (const auto& feature : features) add(feature);
  return dump_json({{"status", "ok"},
                    {"protocol_version", protocol_version},
                    {"implementation", "hermit"},
                    {"implementation_version", HERMIT_VERSION},
                    {"language_info", manifest.language_info},
                    {"banner", manifest.banner},
                    {"help_links", manifest.help_links},
                    {"debugger", false},
                    {"supported_features", supported}});
}

}  // namespace hermit
