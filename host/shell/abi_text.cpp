#include "shell/abi_text.hpp"

namespace hermit {
namespace {

constexpr const char* null_text = "text of NULL with a size";

}  // namespace

const char* problem_of(hermit_text text) {
  return text.data == nullptr && text.size > 0 ? null_text : nullptr;
}

const char* problem_of(const hermit_bundle* bundle) {
  if (bundle == nullptr) return "no bundle";
  if (bundle->parts == nullptr && bundle->count > 0) return "a bundle without parts but with a count";
  if (problem_of(bundle->metadata) != nullptr) return "metadata of NULL with a size";
  for (std::size_t i = 0; i < bundle->count; ++i) {
    const hermit_mime& part = bundle->parts[i];
    if (problem_of(part.type) != nullptr || problem_of(part.data) != nullptr) return null_text;
    if (part.type.size == 0) return "a part without a mime type";
    if (part.form > HERMIT_MIME_BINARY) return "a part in a form that is none";
    if (part.reserved != 0) return "a part whose field \"reserved\" is not 0";
  }
  return nullptr;
}

const char* problem_of(const hermit_error* error) {
  if (error == nullptr) return "no error";
  if (problem_of(error->name) != nullptr || problem_of(error->value) != nullptr) return null_text;
  if (error->traceback == nullptr && error->traceback_size > 0) return "a traceback of NULL with a size";
  for (std::size_t i = 0; i < error->traceback_size; ++i) {
    if (problem_of(error->traceback[i]) != nullptr) return null_text;
  }
  return nullptr;
}

const char* problem_of(const hermit_match* match) {
  if (match == nullptr) return "no match";
  for (const hermit_text text : {match->text, match->type, match->signature}) {
    if (problem_of(text) != nullptr) return null_text;
  }
  return nullptr;
}

const char* problem_of(const hermit_comm_message* message) {
  if (message == nullptr) return "no message";
  for (const hermit_text text : {message->comm_id, message->target, message->data, message->metadata}) {
    if (problem_of(text) != nullptr) return null_text;
  }
  if (message->buffers == nullptr && message->buffer_count > 0) return "buffers of NULL with a count";
  for (std::size_t i = 0; i < message->buffer_count; ++i) {
    if (problem_of(message->buffers[i]) != nullptr) return "a buffer of NULL with a size";
  }
  return nullptr;
}

}  // namespace hermit
