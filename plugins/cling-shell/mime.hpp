// How the data of a mime type travels.
#pragma once

#include <cstdint>
#include <string_view>

namespace hermit::cling_shell {

// HERMIT_MIME_JSON for types that end in json, HERMIT_MIME_TEXT for what is text, else HERMIT_MIME_BINARY.
uint32_t form_of(std::string_view type);

}  // namespace hermit::cling_shell
