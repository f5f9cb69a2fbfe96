// Values as text, the way a notebook shows them: text(value). Used for the last value of a cell, and by
// hermit::display.
//
// A type shows itself by mime_bundle_repr(const T&) or by operator<<; containers, pairs, pointers and the
// like are written with what is in them. Of other types only the name and the address are known.
#pragma once

#include <any>
#include <atomic>
#include <charconv>
#include <chrono>
#include <complex>
#include <ctime>
#include <exception>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <queue>
#include <sstream>
#include <stack>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>

#include "hermit/runtime.hpp"

namespace hermit {
namespace detail {

// How many items of one container are written, and how many levels of containers in containers.
inline constexpr std::size_t most_items = 100;
inline constexpr int most_levels = 8;

inline void append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
}

template <typename T>
constexpr std::string_view type_name() {
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr std::size_t begin = whole.find("T = ") + 4;
  return whole.substr(begin, whole.size() - begin - 1);
}

void append_quoted(std::string& out, std::string_view text, char quote);
void append_number(std::string& out, long long value);
void append_number(std::string& out, unsigned long long value);
void append_number(std::string& out, double value);
void append_number(std::string& out, float value);
void append_number(std::string& out, long double value);
void append_address(std::string& out, const volatile void* address);

inline void append_quoted(std::string& out, std::string_view text, char quote) {
  constexpr char digits[] = "0123456789abcdef";
  out += quote;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == quote || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\0') {
      out += "\\0";
    } else if (code < 0x20 || code == 0x7f) {
      out += "\\x";
      out += digits[code >> 4];
      out += digits[code & 15];
    } else {
      out += byte;
    }
  }
  out += quote;
}

inline void append_number(std::string& out, long long value) { out += std::to_string(value); }
inline void append_number(std::string& out, unsigned long long value) { out += std::to_string(value); }

template <typename Number>
inline void append_floating(std::string& out, Number value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  out += text;
  if (text.find_first_not_of("-0123456789") == std::string_view::npos) out += ".0";
}
inline void append_number(std::string& out, double value) { append_floating(out, value); }
inline void append_number(std::string& out, float value) { append_floating(out, value); }
inline void append_number(std::string& out, long double value) { append_floating(out, value); }

inline void append_address(std::string& out, const volatile void* address) {
  char buffer[32] = "0x";
  const auto [end, error] =
      std::to_chars(buffer + 2, buffer + sizeof buffer, reinterpret_cast<unsigned long long>(address), 16);
  out.append(buffer, static_cast<std::size_t>(end - buffer));
}

// What a type can do. Written without concepts, which C++17 lacks.
template <int N, typename T, typename = void>
inline constexpr bool streamable = false;
template <int N, typename T>
inline constexpr bool
    streamable<N, T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> = true;

template <typename T, typename = void>
inline constexpr bool iterable = false;
template <typename T>
inline constexpr bool
    iterable<T, std::void_t<decltype(*std::begin(std::declval<T&>())),
                            decltype(std::begin(std::declval<T&>()) != std::end(std::declval<T&>()))>> = true;

template <typename T, typename = void>
inline constexpr bool tuple_like = false;
template <typename T>
inline constexpr bool tuple_like<T, std::void_t<decltype(std::tuple_size<T>::value)>> = true;

template <typename T, typename = void>
inline constexpr bool map_like = false;
template <typename T>
inline constexpr bool map_like<T, std::void_t<typename std::remove_cv_t<T>::mapped_type>> = true;

template <typename T, typename = void>
inline constexpr bool system_time = false;
template <typename Duration>
inline constexpr bool system_time<std::chrono::time_point<std::chrono::system_clock, Duration>> = true;

template <typename T, template <typename...> class Template>
inline constexpr bool is_a = false;
template <template <typename...> class Template, typename... Arguments>
inline constexpr bool is_a<Template<Arguments...>, Template> = true;

template <int N, typename T>
void append_text(std::string& out, const T& value, int level);

template <int N, typename Range>
void append_items(std::string& out, Range& range, int level) {
  out += '{';
  std::size_t count = 0;
  for (auto&& item : range) {
    if (count > 0) out += ", ";
    if (count++ == most_items) {
      out += "…";
      break;
    }
    if constexpr (map_like<Range>) {
      append_text<N>(out, item.first, level + 1);
      out += ": ";
      append_text<N>(out, item.second, level + 1);
    } else {
      append_text<N>(out, static_cast<const std::remove_reference_t<decltype(item)>&>(item), level + 1);
    }
  }
  out += '}';
}

template <int N, typename T>
void append_tuple(std::string& out, const T& value, int level) {
  out += '(';
  bool first = true;
  std::apply(
      [&](const auto&... items) {
        ((out += first ? "" : ", ", first = false, append_text<N>(out, items, level + 1)), ...);
      },
      value);
  out += ')';
}

// The container inside an adaptor such as std::stack.
template <typename Adaptor>
const typename Adaptor::container_type& inside(const Adaptor& adaptor) {
  struct Open : Adaptor {
    static const typename Adaptor::container_type& of(const Adaptor& each) { return each.*&Open::c; }
  };
  return Open::of(adaptor);
}

template <typename T>
void append_enumerator(std::string& out, const T& value) {
  using Number = std::underlying_type_t<T>;
  const std::size_t before = out.size();
  hermit_cpp_enumerator(typeid(T).name(), static_cast<long long>(static_cast<Number>(value)), append, &out);
  if (out.size() > before) return;
  out += '(';
  out += type_name<T>();
  out += ") ";
  append_number(out, static_cast<long long>(static_cast<Number>(value)));
}

template <typename Rep, typename Period>
void append_duration(std::string& out, const std::chrono::duration<Rep, Period>& value) {
  if constexpr (std::is_floating_point_v<Rep>) {
    append_number(out, value.count());
  } else {
    append_number(out, static_cast<long long>(value.count()));
  }
  if constexpr (std::is_same_v<Period, std::nano>) {
    out += "ns";
  } else if constexpr (std::is_same_v<Period, std::micro>) {
    out += "µs";
  } else if constexpr (std::is_same_v<Period, std::milli>) {
    out += "ms";
  } else if constexpr (std::is_same_v<Period, std::ratio<1>>) {
    out += "s";
  } else if constexpr (std::is_same_v<Period, std::ratio<60>>) {
    out += "min";
  } else if constexpr (std::is_same_v<Period, std::ratio<3600>>) {
    out += "h";
  } else if constexpr (std::is_same_v<Period, std::ratio<86400>>) {
    out += "d";
  } else {
    out += '[' + std::to_string(Period::num) + '/' + std::to_string(Period::den) + "]s";
  }
}

template <typename Duration>
void append_time(std::string& out,
                 const std::chrono::time_point<std::chrono::system_clock, Duration>& value) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(value));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char buffer[64];
  out.append(buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S UTC", &parts));
}

template <typename T>
void append_pointer(std::string& out, T* pointer) {
  if (pointer == nullptr) {
    out += "nullptr";
  } else if constexpr (std::is_same_v<std::remove_cv_t<T>, char>) {
    append_quoted(out, const_cast<const char*>(pointer), '"');
  } else if constexpr (std::is_function_v<T>) {
    append_address(out, reinterpret_cast<const void*>(pointer));
  } else {
    append_address(out, pointer);
  }
}

template <typename T>
void append_character(std::string& out, T value) {
  const auto code = static_cast<unsigned long>(value);
  if (code < 0x80) {
    const char byte = static_cast<char>(code);
    return append_quoted(out, {&byte, 1}, '\'');
  }
  out += '\'';
  if (sizeof(T) == 1) {
    out += "\\x";
    constexpr char digits[] = "0123456789abcdef";
    out += digits[(code >> 4) & 15];
    out += digits[code & 15];
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 63));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
  out += '\'';
}

template <typename T>
void append_scalar(std::string& out, const T& value) {
  using Plain = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<Plain, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<Plain, char> || std::is_same_v<Plain, signed char> ||
                       std::is_same_v<Plain, unsigned char> || std::is_same_v<Plain, wchar_t> ||
                       std::is_same_v<Plain, char16_t> || std::is_same_v<Plain, char32_t>
#ifdef __cpp_char8_t
                       || std::is_same_v<Plain, char8_t>
#endif
  ) {
    append_character(out, static_cast<std::make_unsigned_t<Plain>>(value));
  } else if constexpr (std::is_floating_point_v<Plain>) {
    append_number(out, static_cast<Plain>(value));
  } else if constexpr (std::is_unsigned_v<Plain>) {
    append_number(out, static_cast<unsigned long long>(value));
  } else {
    append_number(out, static_cast<long long>(value));
  }
}

template <typename T>
void append_object(std::string& out, const T& value) {
  out += type_name<T>();
  out += " @";
  append_address(out, std::addressof(value));
}

// Types of the standard library that are not written as their items or by operator<<. Returns false for
// others.
template <int N, typename T>
bool append_special(std::string& out, const T& value, int level) {
  if constexpr (is_a<T, std::optional>) {
    if (value)
      append_text<N>(out, *value, level);
    else
      out += "nullopt";
  } else if constexpr (is_a<T, std::variant>) {
    if (value.valueless_by_exception())
      out += "valueless";
    else
      std::visit([&](const auto& held) { append_text<N>(out, held, level); }, value);
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    out += "monostate";
  } else if constexpr (is_a<T, std::unique_ptr> || is_a<T, std::shared_ptr>) {
    append_pointer(out, value.get());
    if constexpr (!std::is_void_v<typename T::element_type> && !std::is_array_v<typename T::element_type> &&
                  !std::is_same_v<std::remove_cv_t<typename T::element_type>, char>) {
      if (value != nullptr && !std::is_polymorphic_v<typename T::element_type>) {
        out += " → ";
        append_text<N>(out, *value, level + 1);
      }
    }
  } else if constexpr (is_a<T, std::weak_ptr>) {
    append_text<N>(out, value.lock(), level);
  } else if constexpr (is_a<T, std::chrono::duration>) {
    append_duration(out, value);
  } else if constexpr (system_time<T>) {
    append_time(out, value);
  } else if constexpr (is_a<T, std::stack> || is_a<T, std::queue> || is_a<T, std::priority_queue>) {
    append_text<N>(out, inside(value), level);
  } else if constexpr (is_a<T, std::atomic>) {
    append_text<N>(out, value.load(), level);
  } else if constexpr (is_a<T, std::reference_wrapper>) {
    append_text<N>(out, value.get(), level);
  } else if constexpr (is_a<T, std::function>) {
    out += type_name<T>();
    if (!value) out += " (empty)";
  } else if constexpr (std::is_same_v<T, std::any>) {
    out += value.has_value() ? "any of " : "any (empty)";
    if (value.has_value()) out += value.type().name();
  } else if constexpr (std::is_same_v<T, std::exception_ptr>) {
    out += value ? "exception" : "nullptr";
  } else if constexpr (std::is_base_of_v<std::exception, T>) {
    out += type_name<T>();
    out += ": ";
    out += value.what();
  } else if constexpr (std::is_same_v<T, std::type_info>) {
    out += value.name();
  } else {
    return false;
  }
  return true;
}

template <int N, typename T>
void append_class(std::string& out, const T& value, int level) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_quoted(out, value, '"');
  } else if (append_special<N>(out, value, level)) {
    return;
  } else if constexpr (std::is_base_of_v<std::ios_base, T>) {
    append_object(out, value);
  } else if constexpr (streamable<N, T>) {
    std::ostringstream stream;
    stream << value;
    out += std::move(stream).str();
  } else if constexpr (iterable<const T>) {
    append_items<N>(out, value, level);
  } else if constexpr (iterable<T>) {
    append_items<N>(out, const_cast<T&>(value), level);
  } else if constexpr (tuple_like<T>) {
    append_tuple<N>(out, value, level);
  } else {
    append_object(out, value);
  }
}

template <int N, typename T>
void append_text(std::string& out, const T& value, int level) {
  if (level > most_levels) {
    out += "…";
  } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
    out += "nullptr";
  } else if constexpr (std::is_enum_v<T>) {
    if constexpr (!std::is_convertible_v<T, int> && streamable<N, T>)
      append_class<N>(out, value, level);
    else
      append_enumerator(out, value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    append_scalar(out, value);
  } else if constexpr (std::is_array_v<T>) {
    if constexpr (std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>) {
      std::string_view text(value, std::extent_v<T>);
      append_quoted(out, text.substr(0, text.find('\0')), '"');
    } else {
      append_items<N>(out, value, level);
    }
  } else if constexpr (std::is_pointer_v<T>) {
    append_pointer(out, value);
  } else if constexpr (std::is_function_v<T>) {
    out += type_name<T>();
    out += " @";
    append_address(out, reinterpret_cast<const void*>(&value));
  } else if constexpr (std::is_volatile_v<T>) {
    append_text<N>(out, static_cast<std::remove_cv_t<T>>(value), level);
  } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
    append_class<N>(out, value, level);
  } else {
    append_object(out, value);
  }
}

}  // namespace detail

// The value as text. N tells instances apart that are made before and after a type is given a look of its
// own.
template <int N, typename T>
std::string text_as(const T& value) {
  std::string out;
  detail::append_text<N>(out, value, 0);
  return out;
}

// The value as text. The shell declares this anew when a cell has given a type a look of its own.
template <typename T>
std::string text(const T& value) {
  return text_as<0>(value);
}

}  // namespace hermit
