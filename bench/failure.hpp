// The ways in which a measurement can end without a number.
#pragma once

#include <stdexcept>

namespace hermit::bench {

// The kernel cannot do this at all, so that no further round has to try.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The kernel should have done it and did not: no answer in time, a wrong one, or it died.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// It does not even answer its first requests, so that nothing of it can be measured.
struct NoStart : Failure {
  using Failure::Failure;
};

}  // namespace hermit::bench
