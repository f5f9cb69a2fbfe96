// What every session begins with. It is precompiled where that is possible.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hermit.hpp"

// The last expression of a cell becomes the argument of this.
template <int N, typename T>
void hermit_cpp_last_value(const T& value) {
  if constexpr (!std::is_base_of_v<std::ios_base, T>)
    hermit::detail::show_value<N>(hermit_cpp_result, value, {});
}
