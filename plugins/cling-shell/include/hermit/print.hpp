// Values as text, the way a notebook shows them: text(value). Used for the last value of a cell, and by
// hermit::display.
//
// A type shows itself by mime_bundle_repr(const T&) or by operator<<; containers, pairs, pointers and the
// like are written with what is in them. Of other types only the name and the address are known.
#pragma once

#include <complex>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

#include "hermit/print/container.hpp"
#include "hermit/print/library.hpp"
#include "hermit/print/scalar.hpp"
#include "hermit/print/traits.hpp"

namespace hermit {
namespace detail {

template <int N, typename T>
void append_class(std::string& out, const T& value, int level) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_quoted(out, value, '"');
  } else if constexpr (wide_text<T>) {
    append_wide(out, std::basic_string_view<typename T::value_type>(value));
  } else if (append_special<N>(out, value, level)) {
    return;
  } else if constexpr (std::is_base_of_v<std::ios_base, T> || lambda<T>) {
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
    } else if constexpr (wide_character<std::remove_cv_t<std::remove_extent_t<T>>>) {
      std::basic_string_view<std::remove_cv_t<std::remove_extent_t<T>>> text(value, std::extent_v<T>);
      append_wide(out, text.substr(0, text.find(typename decltype(text)::value_type{})));
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
