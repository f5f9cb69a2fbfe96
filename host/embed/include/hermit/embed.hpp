// Embedding, in C++17: a Jupyter kernel inside a program of yours. Nothing but the C functions of embed.h,
// where all that is not said here is said; this header needs no other library than that one.
//
// Text is UTF-8. What a function is given is lent for the call. Failures are thrown as Failure.
#ifndef HERMIT_EMBED_HPP
#define HERMIT_EMBED_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <hermit/embed.h>
#include <hermit/ext/log.h>

namespace hermit::embedding {

// Why something could not be done, in one sentence.
class Failure : public std::runtime_error {
 public:
  Failure(hermit_status status, const std::string& why) : std::runtime_error(why), status_(status) {}
  hermit_status status() const { return status_; }

 private:
  hermit_status status_;
};

using Buffers = std::vector<std::string_view>;

// Takes a message for the clients. When it `expects_reply`, the user's line may be returned at once. See
// hermit_options.send. What it throws is logged. [a thread of the library's]
using Send = std::function<std::optional<std::string>(std::string_view json, const Buffers& buffers,
                                                      bool expects_reply)>;

// See hermit_options; a function that is empty is NULL there.
struct Options {
  std::string settings = "{}";
  const hermit_shell_entry_type* shell = nullptr;
  void* shell_context = nullptr;
  bool pumped = false;  // the lane is the thread that makes the Kernel and calls pump()
  std::string connection = {};
  Send send = nullptr;
  std::function<void()> stopped = nullptr;
  std::function<void(std::string_view line)> log = nullptr;
};

namespace detail {

inline hermit_text lend(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(hermit_text text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
inline void keep(void* context, hermit_text text) { *static_cast<std::string*>(context) = view(text); }

// Makes the call with a sink for the reason, and throws when it fails.
template <class Call>
void check(Call call) {
  std::string why = "it could not be done";
  const hermit_text_sink sink = {&why, keep};
  const hermit_status status = call(&sink);
  if (status < 0) throw Failure(status, why);
}

// What has passed already is no time.
inline std::uint64_t count_of(std::chrono::milliseconds time) {
  return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

inline std::vector<hermit_text> lend_all(const Buffers& buffers) {
  std::vector<hermit_text> lent;
  for (const std::string_view buffer : buffers) lent.push_back(lend(buffer));
  return lent;
}

// No exception crosses into the library.
template <class Call>
void contained(const char* name, Call call) noexcept {
  try {
    call();
  } catch (const std::exception& error) {
    const std::string line =
        std::string("the program's function \"") + name + "\" has thrown: " + error.what();
    hermit_log(HERMIT_LOG_ERROR, lend(line));
  } catch (...) {
    const std::string line = std::string("the program's function \"") + name + "\" has thrown";
    hermit_log(HERMIT_LOG_ERROR, lend(line));
  }
}

inline void send(void* context, hermit_text json, const hermit_text* buffers, std::size_t count,
                 const hermit_text_sink* reply) {
  contained("send", [&] {
    Buffers views;
    for (std::size_t i = 0; i < count; ++i) views.push_back(view(buffers[i]));
    const auto line = static_cast<Options*>(context)->send(view(json), views, reply != nullptr);
    if (line && reply != nullptr) reply->put(reply->context, lend(*line));
  });
}
inline void stopped(void* context) {
  contained("stopped", [&] { static_cast<Options*>(context)->stopped(); });
}
inline void log(void* context, hermit_text line) {
  try {
    static_cast<Options*>(context)->log(view(line));
  } catch (...) {
    // There is no log to write that to.
  }
}

// The options in the form of the C functions. `options` outlive what is made of them.
inline hermit_options in_c(Options& options) {
  hermit_options in_c{};
  in_c.size = sizeof in_c;
  in_c.lane = options.pumped ? HERMIT_LANE_PUMPED : HERMIT_LANE_THREAD;
  in_c.settings = lend(options.settings);
  in_c.shell = options.shell;
  in_c.shell_context = options.shell_context;
  in_c.connection = lend(options.connection);
  in_c.context = &options;
  if (options.send) in_c.send = send;
  if (options.stopped) in_c.stopped = stopped;
  if (options.log) in_c.log = log;
  return in_c;
}

}  // namespace detail

// A running kernel. Made and, when pumped, used and ended on one thread; else its functions may be called on
// any.
class Kernel {
 public:
  // Starts it. Throws Failure.
  explicit Kernel(Options options) : options_(std::make_unique<Options>(std::move(options))) {
    const hermit_options in_c = detail::in_c(*options_);
    detail::check([&](const hermit_text_sink* why) { return hermit_start(&in_c, &kernel_, why); });
  }
  // Stops it and waits for its end. In a callback or in a cell, where nobody may wait for that, it is stopped
  // and ends by itself, with the options, soon after; a pumped one stays as it is then.
  ~Kernel() {
    if (hermit_end(kernel_) != HERMIT_REFUSED) return;
    hermit_stop(kernel_);
    Options* const options = options_.release();
    if (options->pumped) return;
    std::thread([kernel = kernel_, options] {
      hermit_end(kernel);
      delete options;
    }).detach();
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // Takes a message from a client. Throws Failure when nobody could answer it.
  void handle_msg(std::string_view json, const Buffers& buffers = {}) {
    const auto lent = detail::lend_all(buffers);
    detail::check([&](const hermit_text_sink* why) {
      return hermit_handle_msg(kernel_, detail::lend(json), lent.data(), lent.size(), why);
    });
  }

  // Has it stop. Does not wait.
  void stop() { hermit_stop(kernel_); }
  // Waits until it has stopped, at most so long, with a negative limit not at all; false when it has not.
  bool wait(std::chrono::milliseconds limit) {
    return hermit_wait(kernel_, detail::count_of(limit)) == HERMIT_OK;
  }

  // For a pumped one: runs what waits, and begins nothing once `limit` has passed, which a negative one has
  // at once; false when it has stopped.
  bool pump(std::chrono::milliseconds limit = std::chrono::milliseconds(10)) {
    return hermit_pump(kernel_, detail::count_of(limit)) == HERMIT_OK;
  }
  // Can be read when pump() has something to do.
  int descriptor() const { return hermit_descriptor(kernel_); }

  // See hermit_publish(). Throws Failure when it is no message.
  void publish(std::string_view msg_type, std::string_view content, std::string_view metadata = {},
               const Buffers& buffers = {}) {
    const auto lent = detail::lend_all(buffers);
    detail::check([&](const hermit_text_sink*) {
      return hermit_publish(kernel_, detail::lend(msg_type), detail::lend(content), detail::lend(metadata),
                            lent.data(), lent.size());
    });
  }

  // The text of a connection file: with the key. Throws Failure when there are no sockets.
  std::string connection_info() const {
    std::string json;
    const hermit_text_sink sink = {&json, detail::keep};
    detail::check([&](const hermit_text_sink*) { return hermit_connection_info(kernel_, &sink); });
    return json;
  }

  bool has_started() const { return (hermit_state(kernel_) & HERMIT_STARTED) != 0; }
  bool is_stopping() const { return (hermit_state(kernel_) & HERMIT_STOPPING) != 0; }
  bool has_stopped() const { return (hermit_state(kernel_) & HERMIT_STOPPED) != 0; }

  hermit_kernel* in_c() const { return kernel_; }

 private:
  std::unique_ptr<Options> options_;  // where the C functions find the callbacks
  hermit_kernel* kernel_ = nullptr;
};

// Serves clients on the calling thread until the kernel has stopped. Throws Failure.
inline void launch_interface(Options options) {
  const hermit_options in_c = detail::in_c(options);
  detail::check([&](const hermit_text_sink* why) { return hermit_launch(&in_c, why); });
}

// What a program calls that has given callbacks. The kernel ends with the last copy.
struct Handlers {
  std::function<void(std::string_view json, const Buffers& buffers)> handle_msg;
  std::function<void()> stop;
};

// Starts a kernel on a thread of the library's whose messages go through calls. Throws Failure.
inline Handlers start_callable_interface(Send send, std::function<void()> stopped,
                                         std::string settings = "{}") {
  Options options;
  options.send = std::move(send);
  options.stopped = std::move(stopped);
  options.settings = std::move(settings);
  const auto kernel = std::make_shared<Kernel>(std::move(options));
  return {[kernel](std::string_view json, const Buffers& buffers) { kernel->handle_msg(json, buffers); },
          [kernel] { kernel->stop(); }};
}

}  // namespace hermit::embedding

#endif
