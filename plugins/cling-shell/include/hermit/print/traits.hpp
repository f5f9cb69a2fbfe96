// What a type can do. Written without concepts, which C++17 lacks.
#pragma once

#include <chrono>
#include <cstddef>
#include <iterator>
#include <ostream>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hermit/print/scalar.hpp"

namespace hermit {
namespace detail {

// N keeps what was found out before a type got its operator<< apart from what is found out later.
template <int N, typename T, typename = void>
inline constexpr bool streamable = false;
template <int N, typename T>
inline constexpr bool
    streamable<N, T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> = true;

// Whether T is a lambda, by Clang's name for it. It has to be known before one asks whether T is streamable:
// without captures it would be printed as a bool, and a generic one would be made an instance of that need
// not compile.
template <typename T>
inline constexpr bool lambda =
    type_name<T>().back() == ')' && type_name<T>().rfind("(lambda at ") != std::string_view::npos;

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

// Text of other characters than char.
template <typename T, typename = void>
inline constexpr bool wide_text = false;
template <typename T>
inline constexpr bool wide_text<T, std::void_t<typename T::value_type, typename T::traits_type>> =
    wide_character<typename T::value_type> &&
    std::is_convertible_v<const T&, std::basic_string_view<typename T::value_type>>;

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

}  // namespace detail
}  // namespace hermit
