// Signatures: who may speak to the kernel (I9). Jupyter messaging: "The Wire Protocol".
#include <gmock/gmock.h>

#include "support/kernel_spec.hpp"
#include "support/ports.hpp"

namespace hermit::tests {
namespace {

using ::testing::HasSubstr;

// Where the signature is among the frames that a client sends.
constexpr std::size_t signature_frame = 1;

}  // namespace

class SecuritySpec : public ZmqSpec {
 protected:
  // Sends frames as they are, and then a good request on the same socket: true when the kernel answers that
  // one and nothing else.
  void expect_dropped(const std::vector<std::string>& frames, const std::string& what) {
    for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
      const std::size_t before = client().others().size();
      transport_of(client()).send_frames(channel, frames);
      EXPECT_EQ(client().kernel_info(channel).status(), "ok") << what;
      settle();
      for (std::size_t i = before; i < client().others().size(); ++i) {
        EXPECT_NE(client().others()[i].parent, "forged") << what << " was answered";
      }
    }
  }

  // A cell that nobody is to run, signed well.
  std::vector<std::string> cell_frames() {
    Message message;
    message.header =
        Bytes::constant(R"({"msg_id": "forged", "msg_type": "execute_request", "session": "f"})");
    message.content = Bytes::constant(R"({"code": "set forged yes"})");
    return transport_of(client()).frames_of(std::move(message));
  }

  void expect_nothing_ran() { EXPECT_EQ(client().execute("get forged").status(), "error"); }
};
HERMIT_SPEC_OVER(SecuritySpec, transports());

TEST_P(SecuritySpec, AWrongSignatureIsRefused) {
  const auto good = cell_frames();
  const std::string& signature = good[signature_frame];
  const std::string wrong[] = {
      "",
      "0",
      std::string(64, '0'),
      signature.substr(0, signature.size() - 1),
      signature.substr(0, signature.size() - 1) + (signature.back() == '0' ? "1" : "0"),
      signature + "0",
      signature + signature,
      std::string(1'000'000, 'f'),
      std::string(signature.size(), '\0')};
  for (const auto& other : wrong) {
    auto frames = good;
    frames[signature_frame] = other;
    expect_dropped(frames, "the signature " + other.substr(0, 100));
  }
  expect_nothing_ran();
}

TEST_P(SecuritySpec, AChangedPartIsRefused) {
  for (std::size_t part = 2; part < 6; ++part) {
    auto frames = cell_frames();
    frames[part] += " ";
    expect_dropped(frames, "changed frame " + std::to_string(part));
  }
  expect_nothing_ran();
}

TEST_P(SecuritySpec, BytesMovedFromOnePartToTheNextAreStillSigned) {
  // The signature covers the parts one after another, and so cannot tell where one ends: the parts are no
  // JSON then, which must do no harm.
  auto frames = cell_frames();
  frames[3] = frames[2].back() + frames[3];
  frames[2].pop_back();
  expect_dropped(frames, "a shifted boundary");
  expect_nothing_ran();
}

TEST_P(SecuritySpec, ASignatureIsTakenOnlyOnce) {
  const auto frames =
      transport_of(client()).frames_of(client().message("execute_request", {{"code", "count"}}));
  transport_of(client()).send_frames(Channel::shell, frames);
  for (const Channel channel : {Channel::shell, Channel::control, Channel::stdin_}) {
    transport_of(client()).send_frames(channel, frames);
    EXPECT_EQ(client().kernel_info(channel).status(), "ok");
  }

  EXPECT_EQ(client().execute("count").result_text(), "2");
  EXPECT_THAT(kernel().log(), HasSubstr("used before"));
}

TEST_P(SecuritySpec, MessagesWithTooFewFramesAreRefused) {
  const auto good = cell_frames();
  for (std::size_t count = 1; count < good.size(); ++count) {
    expect_dropped({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(count)},
                   std::to_string(count) + " frames");
  }
  expect_dropped({""}, "an empty frame");
  expect_dropped({"<IDS|MSG>"}, "a delimiter only");
  expect_dropped(std::vector<std::string>(5000, "<IDS|MSG>"), "delimiters only");
  expect_dropped(std::vector<std::string>(5000, "x"), "no delimiter");
  expect_nothing_ran();
}

TEST_P(SecuritySpec, IdentitiesBeforeTheDelimiterAreTakenAndGivenBack) {
  auto frames = transport_of(client()).frames_of(client().message("kernel_info_request"));
  frames.insert(frames.begin(), {"routed", "", "twice"});
  transport_of(client()).send_frames(Channel::shell, frames);

  ASSERT_TRUE(client().receive_until(
      [&] { return !client().others().empty() && client().others().back().type == "kernel_info_reply"; }));
  const Message& reply = client().others().back().message;
  ASSERT_EQ(reply.idents.size(), 3U);
  EXPECT_EQ(reply.idents[0].view(), "routed");
  EXPECT_EQ(reply.idents[1].view(), "");
  EXPECT_EQ(reply.idents[2].view(), "twice");
}

TEST_P(SecuritySpec, TheKeyAndSignaturesAreNotLogged) {
  start({.arguments = {"--log-level=debug"}});
  auto frames = cell_frames();
  const std::string signature = frames[signature_frame];
  frames[5] += " ";
  expect_dropped(frames, "a changed part");
  const std::string log = kernel().log();

  EXPECT_THAT(log, HasSubstr("signature"));
  EXPECT_THAT(log, ::testing::Not(HasSubstr(signature)));
  EXPECT_THAT(log, ::testing::Not(HasSubstr(kernel().connection().key)));
}

TEST_P(SecuritySpec, WithAnEmptyKeyNothingIsSigned) {
  start({.connection = free_connection("")});
  auto frames = transport_of(client()).frames_of(client().message("execute_request", {{"code", "count"}}));
  EXPECT_EQ(frames[signature_frame], "");

  EXPECT_EQ(client().execute("1+1").result_text(), "2");
  // Without signatures a repetition cannot be told from a new request.
  transport_of(client()).send_frames(Channel::shell, frames);
  transport_of(client()).send_frames(Channel::shell, frames);
  EXPECT_EQ(client().execute("count").result_text(), "4");
}

TEST_P(SecuritySpec, EveryDigestThatOpenSslKnowsWillDo) {
  for (const char* scheme : {"hmac-sha1", "hmac-sha512", "hmac-sha3_256", "hmac-sha3-384", "hmac-blake2b",
                             "hmac-SHA256", "hmac-sha512_256", "hmac-md5"}) {
    ZmqKernel other({.connection = free_connection("the key", scheme)});
    auto transport = ZmqTransport::connect(other.connection());
    ASSERT_TRUE(transport);
    Client speaker(**transport, patience);
    ASSERT_TRUE(speaker.wait_for_welcome());
    EXPECT_EQ(speaker.kernel_info().reply_field("implementation"), "hermit") << scheme;
    EXPECT_EQ((*transport)->dropped(), 0U) << scheme;
    EXPECT_EQ(speaker.shutdown().status(), "ok") << scheme;
  }
}

TEST_P(SecuritySpec, AnotherKeyIsOfNoUse) {
  Connection stolen = kernel().connection();
  stolen.key = "not the key";
  auto transport = ZmqTransport::connect(stolen);
  ASSERT_TRUE(transport);
  Client stranger(**transport, std::chrono::seconds(1));
  const auto answer = stranger.execute("set forged yes");

  // A second is enough for any answer that is not refused; what counts is that nothing ran.
  EXPECT_FALSE(answer.wait());
  EXPECT_EQ(client().kernel_info().status(), "ok");
  expect_nothing_ran();
}

}  // namespace hermit::tests
