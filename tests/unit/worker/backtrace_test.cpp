// What a signal handler has written, as a user reads it.
#include "worker/backtrace.hpp"

#include <gtest/gtest.h>

namespace hermit::worker {
namespace {

const std::string handler = "/usr/bin/hermit(+0x1) [0x1]\n/lib/libc.so.6(+0x3c050) [0x7f]\n";

TEST(Backtrace, NamesFunctionsAndTheirLibraries) {
  const auto report = read_crash_report("0x0000000000000040\n" + handler +
                                        "/opt/lib/libx.so(_ZN3geo4areaEi+0x12) [0x7f01]\n"
                                        "/opt/lib/libx.so(plain+0x2) [0x7f02]\n"
                                        "hermit(+0x55) [0x55]\n"
                                        "/lib/libc.so.6(__libc_start_main+0x85) [0x7f]\n");
  EXPECT_EQ(report.address, "0x0000000000000040");
  EXPECT_EQ(report.frames, (std::vector<std::string>{"  geo::area(int)  in libx.so", "  plain  in libx.so"}));
}

TEST(Backtrace, SaysOnceThatFunctionsHaveNoNames) {
  const auto report = read_crash_report("\n" + handler +
                                        "/opt/liby.so(+0x12) [0x7f01]\n"
                                        "/opt/liby.so(+0x22) [0x7f02]\n"
                                        "[0x7f03]\n");
  EXPECT_EQ(report.address, "");
  EXPECT_EQ(report.frames, (std::vector<std::string>{"  …  in liby.so", "  …  in code of no library"}));
}

TEST(Backtrace, OfNothingIsEmpty) {
  EXPECT_TRUE(read_crash_report("").frames.empty());
  EXPECT_TRUE(read_crash_report("0x").frames.empty());
}

}  // namespace
}  // namespace hermit::worker
