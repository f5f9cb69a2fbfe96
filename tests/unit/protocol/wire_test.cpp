// Messages as frames.
#include "protocol/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using ::testing::ElementsAre;

Signer signer() { return std::move(*Signer::make("key", "hmac-sha256")); }

std::vector<std::string> texts(const std::vector<Bytes>& frames) {
  std::vector<std::string> texts;
  for (const auto& frame : frames) texts.emplace_back(frame.view());
  return texts;
}

std::vector<Bytes> frames_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

Message message() {
  Message message;
  message.idents = {Bytes(std::string("one")), Bytes(std::string("two"))};
  message.header = std::string("{\"h\":1}");
  message.parent_header = std::string("{\"p\":1}");
  message.metadata = std::string("{\"m\":1}");
  message.content = std::string("{\"c\":1}");
  message.buffers = {Bytes(std::string("buffer")), Bytes()};
  return message;
}

TEST(WireTest, AMessageHasItsPartsInTheOrderOfTheProtocol) {
  const Signer key = signer();
  const std::string signature = key.sign({"{\"h\":1}{\"p\":1}{\"m\":1}{\"c\":1}"});

  EXPECT_THAT(texts(write_frames(message(), key)),
              ElementsAre("one", "two", "<IDS|MSG>", signature, "{\"h\":1}", "{\"p\":1}", "{\"m\":1}",
                          "{\"c\":1}", "buffer", ""));
}

TEST(WireTest, WhatIsWrittenIsRead) {
  const Signer key = signer();
  const auto read = read_frames(write_frames(message(), key), key);

  ASSERT_TRUE(read);
  EXPECT_THAT(texts(read->message.idents), ElementsAre("one", "two"));
  EXPECT_EQ(read->message.header.view(), "{\"h\":1}");
  EXPECT_EQ(read->message.parent_header.view(), "{\"p\":1}");
  EXPECT_EQ(read->message.metadata.view(), "{\"m\":1}");
  EXPECT_EQ(read->message.content.view(), "{\"c\":1}");
  EXPECT_THAT(texts(read->message.buffers), ElementsAre("buffer", ""));
  EXPECT_EQ(read->signature.view(), key.sign({"{\"h\":1}{\"p\":1}{\"m\":1}{\"c\":1}"}));
}

TEST(WireTest, FramesAreNotCopied) {
  const Signer key = signer();
  auto frames = write_frames(message(), key);
  const char* content = frames[7].data();

  EXPECT_EQ(read_frames(std::move(frames), key)->message.content.data(), content);
}

TEST(WireTest, AnythingMayBeAnIdentity) {
  const Signer key = signer();
  Message odd = message();
  odd.idents = {Bytes(), Bytes(std::string("\0\xff", 2)), Bytes(std::string("<IDS|MSG")),
                Bytes(std::string(300, 'i'))};
  const auto read = read_frames(write_frames(odd, key), key);

  ASSERT_TRUE(read);
  EXPECT_EQ(texts(read->message.idents), texts(odd.idents));
}

TEST(WireTest, ADelimiterAmongTheBuffersIsABuffer) {
  const Signer key = signer();
  Message odd = message();
  odd.buffers = {Bytes::constant(wire_delimiter), Bytes::constant(wire_delimiter)};
  const auto read = read_frames(write_frames(odd, key), key);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->message.buffers.size(), 2U);
}

TEST(WireTest, AMessageWithoutADelimiterIsRefused) {
  for (const std::vector<std::string>& frames : {std::vector<std::string>{},
                                                 {""},
                                                 {"a", "b", "c", "d", "e", "f", "g"},
                                                 {"<ids|msg>", "", "", "", "", ""}}) {
    const auto read = read_frames(frames_of(frames), signer());
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, ::testing::HasSubstr("<IDS|MSG>"));
  }
}

TEST(WireTest, AMessageThatIsTooShortIsRefused) {
  const Signer key = signer();
  const auto whole = texts(write_frames(message(), key));
  for (std::size_t size = 3; size < 8; ++size) {
    EXPECT_FALSE(
        read_frames(frames_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), key))
        << size;
  }
}

TEST(WireTest, EveryPartIsSigned) {
  const Signer key = signer();
  for (std::size_t part = 3; part < 8; ++part) {
    auto frames = texts(write_frames(message(), key));
    frames[part] += "x";
    const auto read = read_frames(frames_of(frames), key);
    ASSERT_FALSE(read) << part;
    EXPECT_THAT(read.error().message, ::testing::HasSubstr("signature"));
  }
}

TEST(WireTest, WithoutAKeyTheSignatureIsEmpty) {
  const Signer none = std::move(*Signer::make("", "hmac-sha256"));
  const auto frames = write_frames(message(), none);

  EXPECT_EQ(frames[3].view(), "");
  EXPECT_TRUE(read_frames(frames, none));
}

}  // namespace
}  // namespace hermit
