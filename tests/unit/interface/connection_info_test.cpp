// Connection info: loaded, made up, written and given to clients (I8).
#include "interface/connection_info.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "interface/interface_settings.hpp"
#include "protocol/json.hpp"
#include "support/folder.hpp"
#include "support/ports.hpp"

namespace hermit {
namespace {

using ::testing::HasSubstr;

class ConnectionInfoTest : public ::testing::Test {
 protected:
  ConnectionInfoTest() {
    declare_settings(settings_);
    set("connection_file", file_.string());
  }

  void set(const std::string& name, const std::string& value) { ASSERT_TRUE(settings_.set(name, value)); }

  // As binding the sockets does.
  static void choose_ports(ConnectionInfo& info) { info.connection().ports = {1, 2, 3, 4, 5}; }

  static Json json_of(const ConnectionInfo& info) {
    const auto text = info.text();
    EXPECT_TRUE(text);
    return text ? *parse_json(*text) : Json();
  }

  tests::Folder folder_;
  std::filesystem::path file_ = folder_.path() / "kernel.json";
  Settings settings_;
};

TEST_F(ConnectionInfoTest, WhatNobodyGaveIsMadeUpAndWritten) {
  {
    ConnectionInfo info(settings_);
    ASSERT_TRUE(info.prepare());
    EXPECT_FALSE(info.text()) << "nobody has chosen the ports";
    choose_ports(info);
    ASSERT_TRUE(info.publish());

    EXPECT_EQ(info.path(), file_);
    EXPECT_EQ(std::filesystem::status(file_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(*read_file(file_, 10'000), *info.text());
    EXPECT_EQ(json_of(info)["control_port"], 4);
    EXPECT_GE(json_of(info)["key"].get<std::string>().size(), 32U);
  }
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(ConnectionInfoTest, AFileIsLoadedAndKept) {
  const Connection given = tests::free_connection("a key");
  const auto other = folder_.write("other.json", connection_text(given));
  {
    ConnectionInfo info(settings_);
    ASSERT_TRUE(info.load_file(other));
    ASSERT_TRUE(info.prepare());
    ASSERT_TRUE(info.publish());
    EXPECT_EQ(info.connection().key, "a key");
    EXPECT_EQ(info.path(), other);
    EXPECT_EQ(json_of(info)["shell_port"], given.ports.shell);
  }
  EXPECT_TRUE(std::filesystem::exists(other));
  EXPECT_FALSE(std::filesystem::exists(file_)) << "loaded info needs no file";
}

TEST_F(ConnectionInfoTest, TextIsLoadedAsAFileIs) {
  ConnectionInfo info(settings_);
  ASSERT_TRUE(info.load_text(connection_text(tests::free_connection("a key"))));
  ASSERT_TRUE(info.prepare());
  EXPECT_EQ(info.connection().key, "a key");
}

TEST_F(ConnectionInfoTest, LoadingTwiceIsAnErrorAndTheFirstStays) {
  const auto other = folder_.write("other.json", connection_text(tests::free_connection("second")));
  ConnectionInfo info(settings_);
  ASSERT_TRUE(info.load_text(connection_text(tests::free_connection("first"))));

  for (const auto& again : {info.load_file(other), info.load_text("{}")}) {
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("loaded already"));
  }
  ASSERT_TRUE(info.prepare());
  EXPECT_EQ(info.connection().key, "first");
}

TEST_F(ConnectionInfoTest, LoadingAfterTheConnectionWasMadeUpIsAnError) {
  ConnectionInfo info(settings_);
  ASSERT_TRUE(info.prepare());
  const std::string key = info.connection().key;

  EXPECT_FALSE(info.load_text(connection_text(tests::free_connection("late"))));
  EXPECT_EQ(info.connection().key, key);
}

TEST_F(ConnectionInfoTest, WhatIsLoadedHasToBeGood) {
  for (const char* text : {"", "{", "[]", "{}", R"({"key": 5})"}) {
    ConnectionInfo info(settings_);
    const auto loaded = info.load_text(text);
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().exit, Exit::connection_file);
    EXPECT_THAT(loaded.error().message, HasSubstr("connection info"));
  }
  Connection connection = tests::free_connection("key");
  connection.curve = CurveKeys{"short", "short"};
  ConnectionInfo info(settings_);
  const auto loaded = info.load_text(connection_text(connection));
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("curve_publickey"));
}

TEST_F(ConnectionInfoTest, SettingsThatSayWhereToListenDoNotGoWithIt) {
  for (const auto& [name, value] : {std::pair{"ip", "127.0.0.1"}, {"transport", "ipc"}, {"hb", "5"}}) {
    Settings settings;
    declare_settings(settings);
    ASSERT_TRUE(settings.set(name, value));
    ConnectionInfo info(settings);
    const auto loaded = info.load_text(connection_text(tests::free_connection("key")));
    ASSERT_FALSE(loaded) << name;
    EXPECT_EQ(loaded.error().exit, Exit::usage);
    EXPECT_THAT(loaded.error().message, HasSubstr("--" + std::string(name)));
  }
}

TEST_F(ConnectionInfoTest, WhatIsSetForAllKernelsGivesWayToAFile) {
  const Connection given = tests::free_connection("key");
  for (const Source source : {Source::config_file, Source::environment}) {
    for (const auto& [name, value] : {std::pair{"ip", "127.0.0.2"}, {"transport", "ipc"}, {"hb", "5"}}) {
      Settings settings;
      declare_settings(settings);
      ASSERT_TRUE(settings.set(name, value, {source, "in the test"}));
      ConnectionInfo info(settings);
      ASSERT_TRUE(info.load_text(connection_text(given))) << name;
      EXPECT_EQ(info.connection().ip, given.ip);
      EXPECT_EQ(info.connection().transport, "tcp");
      EXPECT_EQ(info.connection().ports.heartbeat, given.ports.heartbeat);
    }
  }
}

TEST_F(ConnectionInfoTest, EncryptionThatIsAskedForIsNeverLeftOut) {
  Connection given = tests::free_connection("key");
  for (const Source source : {Source::config_file, Source::environment, Source::command_line}) {
    Settings settings;
    declare_settings(settings);
    ASSERT_TRUE(settings.set("curve", "true", {source, "in the test"}));
    ConnectionInfo plain(settings);
    given.curve.reset();
    const auto loaded = plain.load_text(connection_text(given));
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().exit, Exit::connection_file);
    EXPECT_THAT(loaded.error().message, HasSubstr("--curve"));
    ConnectionInfo encrypted(settings);
    given.curve = tests::curve_keys();
    EXPECT_TRUE(encrypted.load_text(connection_text(given)));
  }
}

TEST_F(ConnectionInfoTest, ClientsGetAnAddressThatTheyCanConnectTo) {
  for (const auto& [listens, reached] : {std::pair{"*", "127.0.0.1"},
                                         {"0.0.0.0", "127.0.0.1"},
                                         {"[::]", "127.0.0.1"},
                                         {"127.0.0.2", "127.0.0.2"},
                                         {"[::1]", "[::1]"}}) {
    ConnectionInfo info(settings_);
    ASSERT_TRUE(info.prepare());
    info.connection().ip = listens;
    choose_ports(info);
    ASSERT_TRUE(info.publish());
    EXPECT_EQ(json_of(info)["ip"], reached);
  }
}

TEST_F(ConnectionInfoTest, SocketFilesLieBesideTheConnectionFile) {
  set("transport", "ipc");
  ConnectionInfo info(settings_);
  ASSERT_TRUE(info.prepare());

  EXPECT_EQ(info.connection().transport, "ipc");
  EXPECT_EQ(info.connection().ip, (folder_.path() / "kernel-ipc").string());
}

TEST_F(ConnectionInfoTest, EncryptionComesWithKeysInTheFile) {
  set("curve", "true");
  ConnectionInfo info(settings_);
  ASSERT_TRUE(info.prepare());
  choose_ports(info);
  ASSERT_TRUE(info.publish());

  EXPECT_EQ(json_of(info)["curve_publickey"].get<std::string>().size(), 40U);
  EXPECT_EQ(json_of(info)["curve_secretkey"].get<std::string>().size(), 40U);
}

}  // namespace
}  // namespace hermit
