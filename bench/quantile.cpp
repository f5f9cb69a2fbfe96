// Quantiles: by partial sorting.
#include "quantile.hpp"

#include <algorithm>

namespace hermit::bench {

double quantile(std::vector<double>& values, double p) {
  const auto at = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace hermit::bench
