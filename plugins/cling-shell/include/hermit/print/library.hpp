// Types of the standard library that have a way of their own to be written: times, pointers that own,
// optional values and the like.
#pragma once

#include <any>
#include <atomic>
#include <chrono>
#include <ctime>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <stack>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <variant>

#include "hermit/print/container.hpp"
#include "hermit/print/scalar.hpp"
#include "hermit/print/traits.hpp"

namespace hermit {
namespace detail {

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

}  // namespace detail
}  // namespace hermit
