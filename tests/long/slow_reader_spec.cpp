// A client that is slow for long (K10, N7): half a gigabyte, ten seconds of silence, and the sizes that users
// have.
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"
#include "support/slow_reader.hpp"

namespace hermit::tests {

using ::testing::HasSubstr;

using namespace std::chrono_literals;

HERMIT_ZMQ_SPEC(LongSlowReaderSpec);

TEST_P(LongSlowReaderSpec, HalfAGigabyteWithATenSecondPauseArrivesWholeAndInBoundedMemory) {
  start({.arguments = {"--log_level=debug"}});
  const auto watched = kernel().connect({"status"});
  Client watcher(*watched, patience);
  ASSERT_TRUE(watcher.wait_for_welcome());
  const std::size_t before = peak_memory(kernel().process().pid());
  Reader slow(kernel());
  std::string code;
  for (int i = 0; i < 500; ++i) code += "big 1000000\n";
  const auto cell = watcher.execute(code);
  // Ten times a second of waiting for what does not come.
  auto& transport = dynamic_cast<ZmqTransport&>(*watched);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(transport.beat(std::to_string(i), soon()));
    transport.receive({Channel::stdin_}, std::chrono::steady_clock::now() + 1s);
  }
  EXPECT_THAT(kernel().log(), HasSubstr("cells that print wait"));
  EXPECT_TRUE(cell.replies_so_far().empty());

  slow.take_until_idle(cell);
  EXPECT_EQ(slow.text().size(), 500'000'000U);
  ASSERT_TRUE(cell.wait());
  EXPECT_EQ(cell.status(), "ok");
  const std::size_t grown = peak_memory(kernel().process().pid()) - before;
  EXPECT_LT(grown, std::size_t{96} << 20);
  RecordProperty("memory", static_cast<int>(grown >> 20));
  client();  // ends the kernel at the end of the test
}

}  // namespace hermit::tests
