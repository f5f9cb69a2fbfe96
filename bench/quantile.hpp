// Quantiles: what one number says about many.
#pragma once

#include <vector>

namespace hermit::bench {

// The p-th quantile (0 to 1) of values, which must not be empty; their order is changed. Always one of the
// values, never a mean of two.
double quantile(std::vector<double>& values, double p);
inline double median(std::vector<double> values) { return quantile(values, 0.5); }

}  // namespace hermit::bench
