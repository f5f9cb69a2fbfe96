// Knows which types are text.
#include "mime.hpp"

#include <algorithm>
#include <array>

#include "hermit/abi.h"

namespace hermit::cling_shell {
namespace {

// Types under application/ that are text although their names do not say so.
constexpr std::array<std::string_view, 6> application_text = {
    "application/javascript", "application/ecmascript", "application/xml",
    "application/sql",        "application/yaml",       "application/x-latex"};

}  // namespace

uint32_t form_of(std::string_view type) {
  type = type.substr(0, type.find(';'));
  if (type == "application/json" || type.ends_with("+json")) return HERMIT_MIME_JSON;
  const bool is_text =
      type.starts_with("text/") || type.ends_with("+xml") ||
      std::find(application_text.begin(), application_text.end(), type) != application_text.end();
  return is_text ? HERMIT_MIME_TEXT : HERMIT_MIME_BINARY;
}

}  // namespace hermit::cling_shell
