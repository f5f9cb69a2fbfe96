// Where std::cout, std::cerr and std::clog of a cell go.
//
// As a rule to C's streams and so to the descriptors, in one order with what C prints. Bytes there do not say
// which cell they are of: what runs beside others gives its text to the host, with its request.
#pragma once

#include <string>

#include "lane.hpp"

namespace hermit::cling_shell {

// This thread runs the cell of a lane while this lives. What it has printed is sent when that ends.
class OnThread {
 public:
  explicit OnThread(Lane& lane);
  ~OnThread();
  OnThread(const OnThread&) = delete;
  OnThread& operator=(const OnThread&) = delete;

 private:
  Lane* const before_;
};

}  // namespace hermit::cling_shell
