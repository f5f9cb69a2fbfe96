// Connection files: every value that may be wrong.
#include "protocol/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/json.hpp"
#include "support/folder.hpp"

namespace hermit {
namespace {

using ::testing::HasSubstr;

const Json good = {{"transport", "tcp"},    {"ip", "127.0.0.1"},
                   {"key", "secret-key"},   {"signature_scheme", "hmac-sha256"},
                   {"kernel_name", "x"},    {"shell_port", 50001},
                   {"iopub_port", 50002},   {"stdin_port", 50003},
                   {"control_port", 50004}, {"hb_port", 50005}};

class ConnectionTest : public ::testing::Test {
 protected:
  Result<Connection> read(const std::string& text) {
    return read_connection_file(folder_.write("kernel.json", text));
  }
  Result<Connection> read(const Json& object) { return read(object.dump()); }

  // The file is refused with its name, the field's, and no word of the key.
  void expect_refused(const Json& object, const std::string& field) {
    const auto connection = read(object);
    ASSERT_FALSE(connection) << object;
    EXPECT_EQ(connection.error().exit, Exit::connection_file) << object;
    EXPECT_THAT(connection.error().message, HasSubstr("kernel.json"));
    EXPECT_THAT(connection.error().message, HasSubstr(field)) << object;
    EXPECT_THAT(connection.error().message, ::testing::Not(HasSubstr("secret-key")));
    EXPECT_EQ(connection.error().message.find('\n'), std::string::npos);
  }

  tests::Folder folder_;
};

constexpr const char* port_names[] = {"shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"};

TEST_F(ConnectionTest, AGoodFileIsRead) {
  const auto connection = read(good);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->transport, "tcp");
  EXPECT_EQ(connection->ip, "127.0.0.1");
  EXPECT_EQ(connection->key, "secret-key");
  EXPECT_EQ(connection->ports.shell, 50001);
  EXPECT_EQ(connection->ports.iopub, 50002);
  EXPECT_EQ(connection->ports.stdin_, 50003);
  EXPECT_EQ(connection->ports.control, 50004);
  EXPECT_EQ(connection->ports.heartbeat, 50005);
}

TEST_F(ConnectionTest, AKeyThatStandsTwiceIsNamed) {
  for (const auto& [key, value] : good.items()) {
    std::string text = good.dump();
    text.back() = ',';
    const auto connection = read(text + Json(key).dump() + ": " + value.dump() + "}");
    ASSERT_FALSE(connection) << key;
    EXPECT_EQ(connection.error().exit, Exit::connection_file);
    EXPECT_THAT(connection.error().message, HasSubstr("has the key \"" + key + "\" twice"));
    EXPECT_THAT(connection.error().message, ::testing::Not(HasSubstr("secret-key")));
  }
}

TEST_F(ConnectionTest, NoTextHasANul) {
  for (const char* name : {"transport", "ip", "key", "signature_scheme", "kernel_name"}) {
    Json changed = good;
    changed[name] = changed[name].get<std::string>() + std::string(1, '\0');
    expect_refused(changed, std::string(name) + " has a NUL in it");
  }
}

TEST_F(ConnectionTest, WhatIsWrittenIsRead) {
  Connection connection;
  connection.ip = "*";
  connection.key = "k \"quoted\" \n";
  connection.signature_scheme = "hmac-sha512";
  connection.kernel_name = "name";
  connection.ports = {1, 2, 3, 4, 65535};
  const auto back = read(connection_text(connection));

  ASSERT_TRUE(back);
  EXPECT_EQ(back->ip, "*");
  EXPECT_EQ(back->key, connection.key);
  EXPECT_EQ(back->signature_scheme, "hmac-sha512");
  EXPECT_EQ(back->kernel_name, "name");
  EXPECT_EQ(back->ports.heartbeat, 65535);
}

TEST_F(ConnectionTest, FieldsWithADefaultMayBeMissing) {
  Json object = good;
  for (const char* name : {"transport", "ip", "signature_scheme", "kernel_name"}) object.erase(name);
  const auto connection = read(object);

  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->transport, "tcp");
  EXPECT_EQ(connection->ip, "127.0.0.1");
  EXPECT_EQ(connection->signature_scheme, "hmac-sha256");
}

TEST_F(ConnectionTest, UnknownFieldsAreIgnored) {
  Json object = good;
  object["jupyter_session"] = {"anything"};
  EXPECT_TRUE(read(object));
}

TEST_F(ConnectionTest, PortsAndTheKeyMustBeThere) {
  for (const char* name : port_names) {
    Json object = good;
    object.erase(name);
    expect_refused(object, name);
  }
  Json object = good;
  object.erase("key");
  expect_refused(object, "key");
}

TEST_F(ConnectionTest, PortsAreWholeNumbersInTheirRange) {
  for (const char* name : port_names) {
    for (const Json& value :
         {Json(-1), Json(65536), Json(115536), Json(4294967296LL + 50001), Json(1.5), Json("50001"), Json(),
          Json(true), Json::array({1}), Json::object(), Json(1e300)}) {
      Json object = good;
      object[name] = value;
      expect_refused(object, name);
    }
  }
}

TEST_F(ConnectionTest, TextsHaveToBeTexts) {
  for (const char* name : {"transport", "ip", "signature_scheme", "kernel_name"}) {
    for (const Json& value : {Json(5), Json(), Json::array(), Json(true)}) {
      Json object = good;
      object[name] = value;
      expect_refused(object, name);
    }
  }
  Json object = good;
  object["key"] = 5;
  expect_refused(object, "key");
}

TEST_F(ConnectionTest, TwoChannelsMayNotHaveOnePort) {
  for (const char* first : port_names) {
    for (const char* second : port_names) {
      if (first == second) continue;
      Json object = good;
      object[first] = object[second];
      expect_refused(object, first);
      expect_refused(object, second);
    }
  }
}

TEST_F(ConnectionTest, PortsThatAreToBeChosenMayBeEqual) {
  EXPECT_TRUE(check_distinct({0, 0, 0, 0, 0}));
  EXPECT_TRUE(check_distinct({0, 5, 0, 6, 0}));
  EXPECT_FALSE(check_distinct({0, 5, 0, 5, 0}));
}

TEST_F(ConnectionTest, TransportsThatThereAreNotAreRefused) {
  for (const char* name : {"udp", "", "TCP", "ipc ", "inproc"}) {
    Json object = good;
    object["transport"] = name;
    expect_refused(object, "transport");
  }
}

TEST_F(ConnectionTest, WithIpcTheAddressIsThePathOfTheSocketFiles) {
  Json object = good;
  object["transport"] = "ipc";
  object["ip"] = "/tmp/kernel-ipc";
  object["shell_port"] = 1;
  const auto connection = read(object);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->endpoint(connection->ports.shell), "ipc:///tmp/kernel-ipc-1");

  for (const Json& ip : {Json(""), Json("*"), Json(std::string("a\0b", 3))}) {
    object["ip"] = ip;
    expect_refused(object, "ip");
  }
  object.erase("ip");
  expect_refused(object, "ip");
}

TEST_F(ConnectionTest, CurveKeysAreReadAndWritten) {
  Json object = good;
  object["curve_publickey"] = "public";
  object["curve_secretkey"] = "secret";
  const auto connection = read(object);
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->curve);
  EXPECT_EQ(connection->curve->public_key, "public");
  EXPECT_EQ(connection->curve->secret_key, "secret");
  EXPECT_EQ(read(connection_text(*connection))->curve->secret_key, "secret");
  EXPECT_FALSE(read(good)->curve);
}

TEST_F(ConnectionTest, HalfAPairOfCurveKeysIsRefused) {
  for (const auto& [name, other] :
       {std::pair{"curve_publickey", "curve_secretkey"}, {"curve_secretkey", "curve_publickey"}}) {
    Json object = good;
    object[name] = "secret-key";
    expect_refused(object, other);
    for (const Json& value : {Json(), Json(5), Json::array()}) {
      object[other] = value;
      expect_refused(object, other);
    }
  }
}

const Json registration = {{"transport", "tcp"},         {"ip", "127.0.0.1"},
                           {"key", "secret-key"},        {"signature_scheme", "hmac-sha256"},
                           {"kernel_id", "one of many"}, {"registration_ip", "127.0.0.2"},
                           {"registration_port", 50001}};

TEST_F(ConnectionTest, ARegistrationFileIsRead) {
  const auto connection = read(registration);
  ASSERT_TRUE(connection) << connection.error().message;
  ASSERT_TRUE(connection->registration);
  EXPECT_EQ(connection->ip, "127.0.0.1");
  EXPECT_EQ(connection->key, "secret-key");
  EXPECT_EQ(connection->ports.shell, 0);
  EXPECT_EQ(connection->registration->ip, "127.0.0.2");
  EXPECT_EQ(connection->registration->port, 50001);
  EXPECT_EQ(connection->registration->kernel_id, "one of many");
  EXPECT_FALSE(connection->registration->ports_as_text);
  EXPECT_FALSE(read(good)->registration);
}

TEST_F(ConnectionTest, OnlyThePortAndTheKeyOfARegistrationAreNeeded) {
  const auto connection = read(Json{{"registration_port", 5}, {"key", ""}});
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(connection->registration->ip, "127.0.0.1");
  EXPECT_EQ(connection->registration->kernel_id, "");
  Json object = registration;
  object.erase("key");
  expect_refused(object, "key");
}

TEST_F(ConnectionTest, ARegistrationPortMayBeText) {
  Json object = registration;
  object["registration_port"] = "50001";
  const auto connection = read(object);
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(connection->registration->port, 50001);
  EXPECT_TRUE(connection->registration->ports_as_text);
}

TEST_F(ConnectionTest, ARegistrationPortIsAWholeNumberInItsRange) {
  for (const Json& value :
       {Json(0), Json(-1), Json(65536), Json(1.5), Json(), Json(true), Json::array({1}), Json("0"),
        Json("65536"), Json("-1"), Json("+5"), Json(" 5"), Json("5 "), Json("5.0"), Json("0x5"), Json(""),
        Json("secret-key"), Json(std::string(10'000, '9'))}) {
    Json object = registration;
    object["registration_port"] = value;
    expect_refused(object, "registration_port");
  }
}

TEST_F(ConnectionTest, AFileIsEitherAboutAConnectionOrARegistration) {
  for (const char* name : port_names) {
    Json object = registration;
    object[name] = 5;
    expect_refused(object, name);
  }
}

TEST_F(ConnectionTest, TextsOfARegistrationHaveToBeTexts) {
  for (const char* name : {"kernel_id", "registration_ip", "ip", "transport"}) {
    Json object = registration;
    object[name] = 5;
    expect_refused(object, name);
  }
}

TEST_F(ConnectionTest, WhatIsNoJsonObjectIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("5"), std::string("\xff\xfe"),
        std::string(1000, '['), std::string(2 << 20, ' ')}) {
    const auto connection = read(text);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().exit, Exit::connection_file);
    EXPECT_THAT(connection.error().message, HasSubstr("kernel.json"));
  }
}

TEST_F(ConnectionTest, AFileThatCannotBeReadIsNamed) {
  for (const auto& path : {folder_.path() / "none.json", folder_.path()}) {
    const auto connection = read_connection_file(path);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().exit, Exit::connection_file);
    EXPECT_THAT(connection.error().message, HasSubstr(path.string()));
  }
}

TEST_F(ConnectionTest, EndpointsAreWrittenAsZeroMqWantsThem) {
  Connection connection;
  EXPECT_EQ(connection.endpoint(5), "tcp://127.0.0.1:5");
  connection.ip = "::1";
  EXPECT_EQ(connection.endpoint(5), "tcp://[::1]:5");
  connection.ip = "[::1]";
  EXPECT_EQ(connection.endpoint(5), "tcp://[::1]:5");
  connection.transport = "ipc";
  connection.ip = "/tmp/kernel";
  EXPECT_EQ(connection.endpoint(5), "ipc:///tmp/kernel-5");
}

}  // namespace
}  // namespace hermit
