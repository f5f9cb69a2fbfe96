// The C functions of embed.h. Each checks what it is given and calls; no exception leaves them.
#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hermit/embed.h>

#include "base/log.hpp"
#include "embed/kernel.hpp"
#include "embed/parts.hpp"
#include "protocol/json.hpp"
#include "shell/abi_text.hpp"

namespace {

using hermit::Bytes;
using hermit::view;

hermit_status refuse(const hermit_text_sink* why, hermit_status status, const std::string& reason) {
  if (why != nullptr && why->put != nullptr) why->put(why->context, hermit::lend(reason));
  return status;
}

// Runs `body`, which returns a status; what it throws is an answer as well.
template <class Body>
hermit_status guarded(const hermit_text_sink* why, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception& error) {
    hermit::log::error("HOST_MISBEHAVING {}", error.what());
    return refuse(why, HERMIT_FAILED, error.what());
  } catch (...) {
    return refuse(why, HERMIT_FAILED, "something was thrown that is no std::exception");
  }
}

// In the child of a fork() there is no kernel, only what it looked like: none of its threads, and locks that
// may be held for ever.
bool is_elsewhere(const hermit_kernel* kernel) { return !kernel->is_in_this_process(); }

// What is wrong with buffers, or NULL.
const char* problem_of(const hermit_text* buffers, std::size_t count) {
  if (buffers == nullptr) return count == 0 ? nullptr : "NULL with a count";
  const auto wrong = std::find_if(buffers, buffers + count, [](const hermit_text& buffer) {
    return hermit::problem_of(buffer) != nullptr;
  });
  return wrong == buffers + count ? nullptr : "NULL with a size";
}

std::vector<Bytes> copies(const hermit_text* buffers, std::size_t count) {
  std::vector<Bytes> copied;
  copied.reserve(count);
  for (std::size_t i = 0; i < count; ++i) copied.emplace_back(std::string(view(buffers[i])));
  return copied;
}

// A name that can stand in JSON and in a topic as it is.
bool is_plain_name(std::string_view name) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !name.empty() && name.find_first_not_of(plain) == std::string_view::npos;
}

bool is_object(hermit_text json) {
  return hermit::problem_of(json) == nullptr && (json.size == 0 || hermit::check_json_object(view(json)));
}

Bytes object(hermit_text json) {
  return json.size == 0 ? Bytes::constant("{}") : Bytes(std::string(view(json)));
}

// Makes a kernel of the options and has `run` start it.
template <class Run>
hermit_status with_new_kernel(const hermit_options* given, const hermit_text_sink* why, Run run) {
  return guarded(why, [&]() -> hermit_status {
    const auto options = hermit::embed::options_of(given);
    if (!options) return refuse(why, HERMIT_INVALID, options.error().message);
    auto kernel = std::make_unique<hermit_kernel>(*options);
    if (const auto failure = run(kernel)) return refuse(why, failure->status, failure->why);
    return HERMIT_OK;
  });
}

}  // namespace

const char* hermit_version(void) { return HERMIT_VERSION; }

hermit_status hermit_start(const hermit_options* options, hermit_kernel** kernel,
                           const hermit_text_sink* why) {
  if (kernel == nullptr) return refuse(why, HERMIT_INVALID, "there is no place to store the kernel");
  return with_new_kernel(options, why, [&](std::unique_ptr<hermit_kernel>& made) {
    auto failure = made->start();
    if (!failure) *kernel = made.release();
    return failure;
  });
}

hermit_status hermit_launch(const hermit_options* options, const hermit_text_sink* why) {
  return with_new_kernel(options, why, [](std::unique_ptr<hermit_kernel>& made) { return made->launch(); });
}

hermit_status hermit_handle_msg(hermit_kernel* kernel, hermit_text json, const hermit_text* buffers,
                                size_t buffer_count, const hermit_text_sink* why) {
  return guarded(why, [&]() -> hermit_status {
    if (kernel == nullptr) return refuse(why, HERMIT_INVALID, "there is no kernel");
    if (is_elsewhere(kernel)) return refuse(why, HERMIT_STALE, "the kernel runs in another process");
    if (const char* problem = hermit::problem_of(json)) return refuse(why, HERMIT_INVALID, problem);
    if (const char* problem = problem_of(buffers, buffer_count)) return refuse(why, HERMIT_INVALID, problem);
    const auto handled = kernel->interface().handle(view(json), copies(buffers, buffer_count));
    if (handled) return HERMIT_OK;
    const bool has_ended = kernel->interface().stopping().has_happened();
    return refuse(why, has_ended ? HERMIT_STALE : HERMIT_INVALID, handled.error().message);
  });
}

hermit_status hermit_stop(hermit_kernel* kernel) {
  if (kernel == nullptr) return HERMIT_INVALID;
  if (is_elsewhere(kernel)) return HERMIT_STALE;
  return guarded(nullptr, [&] {
    kernel->interface().stop();
    return HERMIT_OK;
  });
}

hermit_status hermit_wait(hermit_kernel* kernel, uint64_t milliseconds) {
  if (kernel == nullptr) return HERMIT_INVALID;
  if (is_elsewhere(kernel)) return HERMIT_STALE;
  return guarded(nullptr, [&] { return kernel->wait(milliseconds); });
}

hermit_status hermit_end(hermit_kernel* kernel) {
  if (kernel == nullptr) return HERMIT_OK;
  if (is_elsewhere(kernel)) return HERMIT_STALE;
  if (kernel->is_inside()) return HERMIT_REFUSED;
  return guarded(nullptr, [&] {
    const std::unique_ptr<hermit_kernel> owned(kernel);
    kernel->end();
    return HERMIT_OK;
  });
}

int hermit_descriptor(const hermit_kernel* kernel) {
  return kernel == nullptr || !kernel->is_pumped() || kernel->has_stopped()
             ? -1
             : kernel->interface().descriptor();
}

hermit_status hermit_pump(hermit_kernel* kernel, uint64_t milliseconds) {
  if (kernel == nullptr) return HERMIT_INVALID;
  if (is_elsewhere(kernel)) return HERMIT_STALE;
  return guarded(nullptr, [&] { return kernel->pump(milliseconds); });
}

uint32_t hermit_state(const hermit_kernel* kernel) { return kernel == nullptr ? 0 : kernel->state(); }

hermit_kernel* hermit_instance(void) { return hermit_kernel::instance(); }

hermit_status hermit_connection_info(const hermit_kernel* kernel, const hermit_text_sink* json) {
  if (kernel == nullptr || json == nullptr || json->put == nullptr) return HERMIT_INVALID;
  return guarded(nullptr, [&]() -> hermit_status {
    const auto text = kernel->interface().connection_text();
    if (!text) return HERMIT_UNSUPPORTED;
    json->put(json->context, hermit::lend(*text));
    return HERMIT_OK;
  });
}

hermit_status hermit_publish(hermit_kernel* kernel, hermit_text msg_type, hermit_text content,
                             hermit_text metadata, const hermit_text* buffers, size_t buffer_count) {
  return guarded(nullptr, [&]() -> hermit_status {
    const bool is_message = kernel != nullptr && hermit::problem_of(msg_type) == nullptr &&
                            is_plain_name(view(msg_type)) && is_object(content) && is_object(metadata) &&
                            problem_of(buffers, buffer_count) == nullptr;
    if (!is_message) return HERMIT_INVALID;
    if (is_elsewhere(kernel) || kernel->interface().stopping().has_happened()) return HERMIT_STALE;
    kernel->interface().publish(
        {view(msg_type), object(content), object(metadata), copies(buffers, buffer_count), false});
    return HERMIT_OK;
  });
}

hermit_status hermit_register_launcher(hermit_text name, hermit_launcher launcher, void* context) {
  if (hermit::problem_of(name) != nullptr || name.size == 0) return HERMIT_INVALID;
  return guarded(nullptr, [&] {
    hermit::embed::register_launcher(std::string(view(name)), launcher, context);
    return HERMIT_OK;
  });
}

void hermit_log(uint32_t level, hermit_text line) {
  using hermit::log::Level;
  guarded(nullptr, [&] {
    const Level known = level == HERMIT_LOG_DEBUG     ? Level::debug
                        : level == HERMIT_LOG_INFO    ? Level::info
                        : level == HERMIT_LOG_WARNING ? Level::warning
                                                      : Level::error;
    if (hermit::log::enabled(known)) hermit::log::write(known, view(line));
    return HERMIT_OK;
  });
}
