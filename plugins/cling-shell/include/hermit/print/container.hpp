// Containers, tuples and adaptors of containers as text: what is in them.
#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>

#include "hermit/print/traits.hpp"

namespace hermit {
namespace detail {

// How many items of one container are written, and how many levels of containers in containers.
inline constexpr std::size_t most_items = 100;
inline constexpr int most_levels = 8;

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

}  // namespace detail
}  // namespace hermit
