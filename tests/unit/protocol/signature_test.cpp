// HMAC against the test cases of RFC 4231 and RFC 2202, and the memory against replays.
#include "protocol/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

struct Case {
  std::string key;
  std::string data;
  const char* sha256;
  const char* sha512;
};

// RFC 4231, test cases 1 to 4, 6 and 7 (5 is about truncation).
const Case cases[] = {
    {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
     "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
    {"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
     "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    {std::string(20, '\xaa'), std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
     "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
     "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
    {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
     std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
     "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
     "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
    {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
     "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
     "be "
     "hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
     "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
     "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
};

Signer signer(std::string_view key, std::string_view scheme) {
  auto made = Signer::make(key, scheme);
  EXPECT_TRUE(made) << scheme;
  return std::move(*made);
}

TEST(SignatureTest, SignaturesAreThoseOfTheStandard) {
  for (const auto& [key, data, sha256, sha512] : cases) {
    EXPECT_EQ(signer(key, "hmac-sha256").sign({data}), sha256);
    EXPECT_EQ(signer(key, "hmac-sha512").sign({data}), sha512);
  }
  // RFC 2202, test case 2.
  EXPECT_EQ(signer("Jefe", "hmac-md5").sign({"what do ya want for nothing?"}),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(signer("Jefe", "hmac-sha1").sign({"what do ya want for nothing?"}),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(SignatureTest, PartsAreSignedOneAfterAnother) {
  const Signer one = signer("Jefe", "hmac-sha256");
  EXPECT_EQ(one.sign({"what do ", "", "ya want ", "for nothing?"}), cases[1].sha256);
}

TEST(SignatureTest, ASignerCanBeUsedAgainAndFromACopyOfItsState) {
  Signer first = signer("Jefe", "hmac-sha256");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(first.sign({cases[1].data}), cases[1].sha256);
  const Signer second = std::move(first);
  EXPECT_EQ(second.sign({cases[1].data}), cases[1].sha256);
}

TEST(SignatureTest, PythonsNamesOfDigestsAreKnown) {
  for (const char* scheme : {"hmac-sha224", "hmac-sha384", "hmac-sha3_224", "hmac-sha3_512", "hmac-blake2b",
                             "hmac-blake2s", "hmac-sha512_224", "hmac-SHA2-256"}) {
    EXPECT_TRUE(Signer::make("key", scheme)) << scheme;
  }
  EXPECT_EQ(signer("k", "hmac-sha3_256").sign({"d"}), signer("k", "hmac-SHA3-256").sign({"d"}));
}

// What OpenSSL's own HMAC says, in hexadecimal; nothing for a digest that it makes none of.
std::string openssl_hmac(const EVP_MD* digest, const std::string& key, const std::string& data) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (HMAC(digest, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac, &size) == nullptr) {
    return "";
  }
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", mac[i]);
    text += two;
  }
  return text;
}

TEST(SignatureTest, EveryDigestOfOpenSslMakesItsHmac) {
  struct Known {
    std::vector<std::string> names;
    std::vector<std::string> refused;
  } known;
  EVP_MD_do_all_provided(
      nullptr,
      [](EVP_MD* digest, void* argument) {
        auto& names = *static_cast<Known*>(argument);
        const std::string name = EVP_MD_get0_name(digest);
        const std::string key(200, 'k');  // longer than any block
        const std::string expected = openssl_hmac(digest, key, "data");
        const auto made = Signer::make(key, "hmac-" + name);
        if (expected.empty() || (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) != 0) {
          EXPECT_FALSE(made) << name;
          names.refused.push_back(name);
          return;
        }
        ASSERT_TRUE(made) << name;
        EXPECT_EQ(made->sign({"da", "ta"}), expected) << name;
        EXPECT_EQ(signer("short", "hmac-" + name).sign({"data"}), openssl_hmac(digest, "short", "data"))
            << name;
        names.names.push_back(name);
      },
      &known);
  EXPECT_GE(known.names.size(), 12U);
  EXPECT_THAT(known.names,
              ::testing::IsSupersetOf({"MD5", "SHA1", "SHA2-256", "SHA2-512", "SHA3-256", "BLAKE2B-512"}));
  EXPECT_THAT(known.refused, ::testing::IsSupersetOf({"SHAKE-128", "NULL"}));
}

TEST(SignatureTest, UnknownSchemesAreNamedInTheError) {
  for (const char* scheme :
       {"", "sha256", "hmac-", "hmac-crc32", "hmac", "HMAC-sha256", "hmac-shake_128", "hmac-null"}) {
    const auto made = Signer::make("key", scheme);
    ASSERT_FALSE(made) << scheme;
    EXPECT_THAT(made.error().message, ::testing::HasSubstr("\"" + std::string(scheme) + "\""));
    EXPECT_EQ(made.error().exit, Exit::connection_file);
  }
}

TEST(SignatureTest, OnlyTheRightSignatureIsAccepted) {
  const Signer one = signer("key", "hmac-sha256");
  const std::string right = one.sign({"a", "b"});

  EXPECT_TRUE(one.check(right, {"a", "b"}));
  EXPECT_FALSE(one.check(right, {"a", "c"}));
  EXPECT_FALSE(one.check("", {"a", "b"}));
  EXPECT_FALSE(one.check(right.substr(1), {"a", "b"}));
  EXPECT_FALSE(one.check(right + "0", {"a", "b"}));
  EXPECT_FALSE(one.check(std::string(right.size(), '0'), {"a", "b"}));
  EXPECT_FALSE(signer("other", "hmac-sha256").check(right, {"a", "b"}));
}

TEST(SignatureTest, WithoutAKeyNothingIsSignedAndAllIsAccepted) {
  const Signer none = signer("", "hmac-sha256");

  EXPECT_FALSE(none.signs());
  EXPECT_EQ(none.sign({"a"}), "");
  EXPECT_TRUE(none.check("", {"a"}));
  EXPECT_TRUE(none.check("anything", {"a"}));
  EXPECT_TRUE(signer("k", "hmac-sha256").signs());
}

TEST(SignatureTest, AReplayIsNotAdmitted) {
  ReplayGuard guard;
  EXPECT_TRUE(guard.admit("one"));
  EXPECT_TRUE(guard.admit("two"));
  EXPECT_FALSE(guard.admit("one"));
  EXPECT_FALSE(guard.admit("two"));
  EXPECT_TRUE(guard.admit("three"));
}

TEST(SignatureTest, TheGuardForgetsOnlyTheOldest) {
  constexpr int capacity = 1 << 16;
  ReplayGuard guard;
  constexpr int sent = 2 * capacity + 10;
  for (int i = 0; i < sent; ++i) ASSERT_TRUE(guard.admit("signature " + std::to_string(i)));

  for (int i = sent - capacity; i < sent; i += 997)
    EXPECT_FALSE(guard.admit("signature " + std::to_string(i)));
  EXPECT_TRUE(guard.admit("signature 0"));
}

}  // namespace
}  // namespace hermit
