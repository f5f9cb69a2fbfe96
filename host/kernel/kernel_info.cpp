#include "kernel/kernel_info.hpp"

#include "protocol/json.hpp"
#include "protocol/names.hpp"

namespace hermit {

Bytes kernel_info_content(const Manifest& manifest) {
  Json features = Json::array();
  if (manifest.subshells) features.push_back("kernel subshells");  // JEP 91
  return dump_json({{"status", "ok"},
                    {"protocol_version", protocol_version},
                    {"implementation", "hermit"},
                    {"implementation_version", HERMIT_VERSION},
                    {"language_info", manifest.language_info},
                    {"banner", manifest.banner},
                    {"help_links", manifest.help_links},
                    {"debugger", false},
                    {"supported_features", features}});
}

}  // namespace hermit
