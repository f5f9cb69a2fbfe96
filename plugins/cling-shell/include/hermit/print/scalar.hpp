// Numbers, characters, text in quotes, addresses and enumerators as text.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include "hermit/runtime.hpp"

namespace hermit {
namespace detail {

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

template <typename T>
void append_enumerator(std::string& out, const T& value) {
  using Number = std::underlying_type_t<T>;
  const std::size_t before = out.size();
  hermit_cpp_enumerator(typeid(T).name(), static_cast<long long>(static_cast<Number>(value)), append, &out);
  if (out.size() > before) return;
  // The name of an enumeration that has none says nothing.
  if (type_name<T>().find("unnamed") == std::string_view::npos) {
    out += '(';
    out += type_name<T>();
    out += ") ";
  }
  append_number(out, static_cast<long long>(static_cast<Number>(value)));
}

template <typename T>
inline constexpr bool wide_character =
    std::is_same_v<T, wchar_t> || std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>
#ifdef __cpp_char8_t
    || std::is_same_v<T, char8_t>
#endif
    ;

inline void append_code_point(std::string& out, unsigned long code) {
  const auto byte = [&](unsigned long bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 63));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 63));
    byte(0x80 | (code & 63));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 63));
    byte(0x80 | ((code >> 6) & 63));
    byte(0x80 | (code & 63));
  }
}

// Text of UTF-8, UTF-16 or UTF-32, by the size of its characters. Halves of pairs become U+FFFD.
template <typename C>
void append_wide(std::string& out, std::basic_string_view<C> text) {
  constexpr unsigned long unknown = 0xFFFD;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto code = static_cast<unsigned long>(static_cast<std::make_unsigned_t<C>>(text[at]));
    if constexpr (sizeof(C) == 1) {
      bytes += static_cast<char>(code);
      continue;
    }
    if (sizeof(C) == 2 && code >= 0xD800 && code < 0xDC00 && at + 1 < text.size()) {
      const auto low = static_cast<unsigned long>(text[at + 1]);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        ++at;
      }
    }
    const bool is_none = (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
    append_code_point(bytes, is_none ? unknown : code);
  }
  append_quoted(out, bytes, '"');
}

template <typename T>
void append_pointer(std::string& out, T* pointer) {
  if (pointer == nullptr) {
    out += "nullptr";
  } else if constexpr (std::is_same_v<std::remove_cv_t<T>, char>) {
    append_quoted(out, const_cast<const char*>(pointer), '"');
  } else if constexpr (wide_character<std::remove_cv_t<T>>) {
    append_wide(out, std::basic_string_view<std::remove_cv_t<T>>(const_cast<std::remove_cv_t<T>*>(pointer)));
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
  } else {
    append_code_point(out, code);
  }
  out += '\'';
}

template <typename T>
void append_scalar(std::string& out, const T& value) {
  using Plain = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<Plain, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<Plain, char> || std::is_same_v<Plain, signed char> ||
                       std::is_same_v<Plain, unsigned char> || wide_character<Plain>) {
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

}  // namespace detail
}  // namespace hermit
