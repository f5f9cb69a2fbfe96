#include "kernel/bundle.hpp"

#include "kernel/exchange.hpp"
#include "protocol/base64.hpp"
#include "shell/abi_text.hpp"

namespace hermit {

BundleJson bundle_json(const hermit_bundle& bundle) {
  BundleJson json;
  for (std::size_t i = 0; i < bundle.count; ++i) {
    const hermit_mime& part = bundle.parts[i];
    const std::string type(view(part.type));
    switch (part.form) {
      case HERMIT_MIME_JSON:
        if (auto value = parse_json(view(part.data))) {
          json.data[type] = std::move(*value);
        } else {
          json.problem = "the part " + type + " " + value.error().message;
        }
        break;
      case HERMIT_MIME_BINARY:
        json.data[type] = base64(view(part.data));
        break;
      default:
        json.data[type] = std::string(view(part.data));
        break;
    }
  }
  auto metadata = parse_json_object(view(bundle.metadata));
  if (metadata) {
    json.metadata = std::move(*metadata);
  } else {
    json.problem = "the metadata " + metadata.error().message;
  }
  return json;
}

Failure failure_from(const hermit_error& error) {
  Failure failure;
  failure.name = error.name.size == 0 ? "Error" : std::string(view(error.name));
  failure.value = view(error.value);
  for (std::size_t i = 0; i < error.traceback_size; ++i)
    failure.traceback.emplace_back(view(error.traceback[i]));
  return failure;
}

}  // namespace hermit
