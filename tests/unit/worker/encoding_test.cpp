// What is written comes out as it went in, and what is not whole is noticed.
#include "worker/encoding.hpp"

#include <gtest/gtest.h>

#include "shell/abi_text.hpp"

namespace hermit::worker {
namespace {

TEST(Encoding, NumbersAndTextComeOutInOrder) {
  const std::string large(100'000, 'x');  // not copied on its way
  const std::string bytes =
      Writer().number(7).text("a").status(HERMIT_FAILED).text(large).text("").number(8).joined();

  Reader values(bytes);
  EXPECT_EQ(values.number(), 7U);
  EXPECT_EQ(values.text(), "a");
  EXPECT_EQ(values.status(), HERMIT_FAILED);
  EXPECT_EQ(values.text(), large);
  EXPECT_EQ(values.text(), "");
  EXPECT_EQ(values.number(), 8U);
  EXPECT_TRUE(values.good());
  EXPECT_TRUE(values.at_end());
}

TEST(Encoding, SizeIsThatOfAllPieces) {
  const std::string large(5000, 'x');
  const Writer writer = Writer().text("before").text(large).text("behind");
  EXPECT_EQ(writer.size(), writer.joined().size());
}

TEST(Encoding, ABundleKeepsItsParts) {
  const hermit_mime parts[] = {
      {lend("text/plain"), lend("1"), HERMIT_MIME_TEXT, 0},
      {lend("image/png"), lend(std::string_view("\0\xFF", 2)), HERMIT_MIME_BINARY, 0}};
  const std::string bytes = Writer().bundle({parts, 2, lend("{}")}).joined();

  Reader values(bytes);
  const BundleRead read(values);
  ASSERT_TRUE(values.good());
  ASSERT_EQ(read.bundle.count, 2U);
  EXPECT_EQ(view(read.bundle.metadata), "{}");
  EXPECT_EQ(view(read.bundle.parts[1].data), std::string_view("\0\xFF", 2));
  EXPECT_EQ(read.bundle.parts[1].form, static_cast<std::uint32_t>(HERMIT_MIME_BINARY));
}

TEST(Encoding, AnErrorKeepsItsTraceback) {
  const hermit_text lines[] = {lend("one"), lend("two")};
  const std::string bytes = Writer().error({lend("Name"), lend("value"), lines, 2}).joined();

  Reader values(bytes);
  const ErrorRead read(values);
  ASSERT_EQ(read.error.traceback_size, 2U);
  EXPECT_EQ(view(read.error.name), "Name");
  EXPECT_EQ(view(read.error.traceback[1]), "two");
}

TEST(Encoding, AMessageKeepsItsBuffers) {
  const std::string large(70'000, 'b');
  const hermit_text buffers[] = {lend("a"), lend(large)};
  const std::string bytes =
      Writer().message({lend("id"), lend("target"), lend("{}"), lend(""), buffers, 2}).joined();

  Reader values(bytes);
  const MessageRead read(values);
  ASSERT_EQ(read.message.buffer_count, 2U);
  EXPECT_EQ(view(read.message.target), "target");
  EXPECT_EQ(view(read.message.buffers[1]), large);
}

TEST(Encoding, EveryCutIsNoticed) {
  const hermit_text lines[] = {lend("one"), lend("two")};
  const std::string bytes = Writer().error({lend("Name"), lend("value"), lines, 2}).joined();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader values(std::string_view(bytes).substr(0, size));
    const ErrorRead read(values);
    EXPECT_FALSE(values.good()) << size;
  }
}

TEST(Encoding, ACountThatCannotBeIsNoticed) {
  const std::string bytes = Writer().text("").number(~std::uint64_t{0}).joined();
  Reader values(bytes);
  const BundleRead read(values);
  EXPECT_FALSE(values.good());
  EXPECT_EQ(read.bundle.count, 0U);
}

}  // namespace
}  // namespace hermit::worker
