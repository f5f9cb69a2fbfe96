// hermit.hpp: what a C++ cell can do in a notebook beyond printing. It is there in each cell without
// #include.
//
//   hermit::display(hermit::html("<b>bold</b>"));
//   auto bar = hermit::display(hermit::markdown("*working*"));   bar.update(hermit::markdown("*done*"));
//   std::string name = hermit::input("Your name: ");
//
// A type of your own shows itself when there is a function mime_bundle_repr(const T&) in its namespace that
// returns a hermit::bundle, whose data is a map from mime type to text, or a JSON object of nlohmann's
// library.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "hermit/print.hpp"
#include "hermit/runtime.hpp"

namespace hermit {

// A value in several representations, from mime type to data: text, JSON text for types that end in json, raw
// bytes for images. `metadata` is a JSON object or empty.
struct bundle {
  std::map<std::string, std::string> data;
  std::string metadata;
};

// Data in one representation each.
inline bundle html(std::string text) { return {{{"text/html", std::move(text)}}, {}}; }
inline bundle markdown(std::string text) { return {{{"text/markdown", std::move(text)}}, {}}; }
inline bundle latex(std::string text) { return {{{"text/latex", std::move(text)}}, {}}; }
inline bundle svg(std::string text) { return {{{"image/svg+xml", std::move(text)}}, {}}; }
inline bundle png(std::string bytes) { return {{{"image/png", std::move(bytes)}}, {}}; }
inline bundle jpeg(std::string bytes) { return {{{"image/jpeg", std::move(bytes)}}, {}}; }
inline bundle json(std::string text) { return {{{"application/json", std::move(text)}}, {}}; }
inline bundle javascript(std::string text) { return {{{"application/javascript", std::move(text)}}, {}}; }
// A chart in Vega-Lite's JSON, which JupyterLab draws.
inline bundle vega_lite(std::string text) {
  return {{{"application/vnd.vegalite.v5+json", std::move(text)}}, {}};
}

namespace detail {

template <int N, typename T, typename = void>
inline constexpr bool represented = false;
template <int N, typename T>
inline constexpr bool represented<N, T, std::void_t<decltype(mime_bundle_repr(std::declval<const T&>()))>> =
    true;

template <typename T, typename = void>
inline constexpr bool json_like = false;
template <typename T>
inline constexpr bool json_like<
    T, std::void_t<decltype(std::declval<const T&>().items()), decltype(std::declval<const T&>().dump())>> =
    true;

template <typename Map>
bundle bundle_of(const Map& made) {
  if constexpr (std::is_convertible_v<const Map&, bundle>) {
    return made;
  } else if constexpr (json_like<Map>) {
    bundle result;
    for (const auto& [type, data] : made.items())
      result.data[type] = data.is_string() ? data.template get<std::string>() : data.dump();
    return result;
  } else {
    bundle result;
    for (const auto& [type, data] : made) result.data[type] = data;
    return result;
  }
}

inline void show(int way, const bundle& value, std::string_view id) {
  hermit_cpp_part parts[16];
  std::size_t count = 0;
  for (const auto& [type, data] : value.data) {
    if (count < 16) parts[count++] = {type.data(), type.size(), data.data(), data.size()};
  }
  hermit_cpp_show(way, parts, count, value.metadata.data(), value.metadata.size(), id.data(), id.size());
}

inline void show_text(int way, const std::string& text, std::string_view id) {
  const hermit_cpp_part part = {"text/plain", 10, text.data(), text.size()};
  hermit_cpp_show(way, &part, 1, nullptr, 0, id.data(), id.size());
}

template <int N, typename T>
void show_value(int way, const T& value, std::string_view id) {
  if constexpr (represented<N, T>) {
    bundle made = bundle_of(mime_bundle_repr(value));
    if (made.data.count("text/plain") == 0) made.data["text/plain"] = text_as<N>(value);
    show(way, made, id);
  } else if constexpr (std::is_same_v<T, bundle>) {
    show(way, value, id);
  } else {
    show_text(way, text_as<N>(value), id);
  }
}

}  // namespace detail

// What was shown under an id.
struct handle {
  std::string id;
  // Replaces it, wherever it was shown.
  template <typename T>
  void update(const T& value) const {
    detail::show_value<0>(hermit_cpp_update, value, id);
  }
};

template <int N, typename T>
handle display_as(const T& value, std::string_view id) {
  static int made = 0;
  std::string own = id.empty() ? "hermit-cpp-" + std::string(detail::type_name<T>()) + "-" +
                                     std::to_string(N) + "-" + std::to_string(++made)
                               : std::string(id);
  detail::show_value<N>(hermit_cpp_display, value, own);
  return {std::move(own)};
}

// Shows a value now. With an id it can be replaced later. The shell declares this and update() anew when a
// cell has given a type a look of its own.
template <typename T>
handle display(const T& value, std::string_view id = {}) {
  return display_as<0>(value, id);
}

// Replaces what was shown under an id, wherever it was shown.
template <typename T>
void update(std::string_view id, const T& value) {
  detail::show_value<0>(hermit_cpp_update, value, id);
}

// Removes what the cell has shown; with `wait` as soon as it shows something new.
inline void clear(bool wait = false) { hermit_cpp_clear(wait ? 1 : 0); }

namespace detail {
inline std::string ask(std::string_view prompt, int password) {
  std::string line;
  if (hermit_cpp_input(prompt.data(), prompt.size(), password, append, &line) != 0)
    throw std::runtime_error("there is nobody to ask: the client does not allow input");
  return line;
}
}  // namespace detail

// Asks for a line.
inline std::string input(std::string_view prompt = {}) { return detail::ask(prompt, 0); }
// The same without showing what is typed.
inline std::string password(std::string_view prompt = {}) { return detail::ask(prompt, 1); }

// Waits; an interrupt ends it.
inline void sleep(double seconds) { hermit_cpp_sleep(seconds); }

// A connection to something in the client, such as a widget. Data is JSON text.
class comm {
 public:
  using bytes = std::vector<std::string>;

  // Opens one to a target of the client's. Data and metadata are JSON; buffers are any bytes, carried as they
  // are.
  explicit comm(const std::string& target, std::string_view data = "{}", std::string_view metadata = "",
                const bytes& buffers = {}) {
    if (!call(0, "", target.c_str(), data, metadata, buffers, &id_))
      throw std::runtime_error("the comm cannot be opened");
  }
  // One that is open.
  static comm of(std::string id) { return comm(std::move(id), 0); }

  const std::string& id() const { return id_; }
  // Returns false when it is closed.
  bool send(std::string_view data, std::string_view metadata = "", const bytes& buffers = {}) const {
    return call(1, id_.c_str(), "", data, metadata, buffers, nullptr);
  }
  bool close(std::string_view data = "{}") const { return call(2, id_.c_str(), "", data, "", {}, nullptr); }

 private:
  comm(std::string id, int) : id_(std::move(id)) {}
  static bool call(int what, const char* id, const char* target, std::string_view data,
                   std::string_view metadata, const bytes& buffers, std::string* made) {
    std::vector<hermit_cpp_bytes> lent;
    for (const std::string& each : buffers) lent.push_back({each.data(), each.size()});
    const hermit_cpp_message message = {
        {data.data(), data.size()}, {metadata.data(), metadata.size()}, lent.data(), lent.size()};
    return hermit_cpp_comm(what, id, target, &message, made == nullptr ? nullptr : detail::append, made) == 0;
  }
  std::string id_;
};

// What a client did with a comm.
struct comm_event {
  enum kind_type { opened, received, closed } kind;
  hermit::comm comm;
  std::string data;      // JSON
  std::string metadata;  // JSON
  hermit::comm::bytes buffers;
};

// Lets clients open comms to a target; `call` hears of each. The last one registered counts.
inline void on_comm(const std::string& target, std::function<void(const comm_event&)> call) {
  auto* kept = new std::function<void(const comm_event&)>(std::move(call));
  hermit_cpp_listen(
      target.c_str(),
      [](void* context, int what, const char* id, const hermit_cpp_message* message) {
        const auto text = [](const hermit_cpp_bytes& each) { return std::string(each.data, each.size); };
        comm_event event{static_cast<comm_event::kind_type>(what),
                         comm::of(id),
                         text(message->data),
                         text(message->metadata),
                         {}};
        for (std::size_t at = 0; at < message->buffer_count; ++at)
          event.buffers.push_back(text(message->buffers[at]));
        (*static_cast<std::function<void(const comm_event&)>*>(context))(event);
      },
      kept);
}

}  // namespace hermit
