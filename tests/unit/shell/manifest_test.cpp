// Manifests: what is read, and what is wrong.
#include "shell/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hermit {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Json good = {
    {"name", "shell"},
    {"language_info",
     {{"name", "l"}, {"version", "1"}, {"mimetype", "text/x"}, {"file_extension", ".x"}, {"more", 1}}}};

Result<Manifest> parse(const Json& json) { return parse_manifest(json.dump()); }

Json with(const char* key, const Json& value) {
  Json object = good;
  object[key] = value;
  return object;
}

void expect_refused(const Json& json, const std::string& text) {
  const auto manifest = parse(json);
  ASSERT_FALSE(manifest) << json;
  EXPECT_EQ(manifest.error().exit, Exit::bad_shell);
  EXPECT_THAT(manifest.error().message, HasSubstr(text)) << json;
}

TEST(ManifestTest, WhatIsNotThereHasItsDefault) {
  const auto manifest = parse(good);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->name, "shell");
  EXPECT_EQ(manifest->display_name, "shell");
  EXPECT_EQ(manifest->banner, "");
  EXPECT_EQ(manifest->language_info["more"], 1);
  EXPECT_EQ(manifest->help_links, Json::array());
  EXPECT_FALSE(manifest->concurrent_introspection || manifest->concurrent_cells || manifest->tasks ||
               manifest->subshells || manifest->fork_safe);
  EXPECT_TRUE(manifest->required_extensions.empty());
  EXPECT_TRUE(manifest->settings.empty());
}

TEST(ManifestTest, EverythingIsRead) {
  Json object = good;
  object["display_name"] = "The Shell";
  object["version"] = "2";
  object["banner"] = "hello";
  object["help_links"] = {{{"text", "t"}, {"url", "u"}}};
  object["abilities"] = {{"concurrent_introspection", true},
                         {"concurrent_cells", true},
                         {"tasks", true},
                         {"subshells", true},
                         {"fork_safe", true},
                         {"unknown", 5}};
  object["requires"] = {"hermit.output/1"};
  object["settings"] = {
      {{"name", "S.b"}, {"type", "bool"}, {"default", true}, {"help", "h"}},
      {{"name", "S.i"}, {"type", "integer"}, {"default", 5}},
      {{"name", "S.n"}, {"type", "number"}, {"default", 5}},
      {{"name", "S.t"}, {"type", "text"}, {"default", ""}},
      {{"name", "S.j"}, {"type", "json"}, {"default", Json::object()}},
      {{"name", "S.c"}, {"type", "text"}, {"default", "a"}, {"choices", {"a", "b"}}},
      {{"name", "S.r"}, {"type", "number"}, {"default", 1}, {"minimum", 0}, {"maximum", 1.5}}};
  object["abi"] = "0.9";
  object["unknown"] = {1, 2};
  const auto manifest = parse(object);

  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->display_name, "The Shell");
  EXPECT_EQ(manifest->help_links[0]["url"], "u");
  EXPECT_TRUE(manifest->concurrent_introspection && manifest->concurrent_cells && manifest->tasks &&
              manifest->subshells && manifest->fork_safe);
  EXPECT_THAT(manifest->required_extensions, ElementsAre("hermit.output/1"));
  ASSERT_EQ(manifest->settings.size(), 7U);
  EXPECT_EQ(manifest->settings[0].help, "h");
  EXPECT_EQ(manifest->settings[1].default_value, 5);
  EXPECT_THAT(manifest->settings[5].choices, ElementsAre("a", "b"));
  EXPECT_EQ(manifest->settings[6].minimum, 0);
  EXPECT_EQ(manifest->settings[6].maximum, 1.5);
}

TEST(ManifestTest, WhatIsNoObjectIsRefused) {
  for (const char* text : {"", "{", "[]", "5", "null", "name: x", "\xff"}) {
    const auto manifest = parse_manifest(text);
    ASSERT_FALSE(manifest) << text;
    EXPECT_THAT(manifest.error().message, HasSubstr("no JSON object"));
  }
}

TEST(ManifestTest, RequiredKeysHaveToBeThere) {
  for (const char* key : {"name", "language_info"}) {
    Json object = good;
    object.erase(key);
    expect_refused(object, key);
  }
  for (const char* key : {"name", "version", "mimetype", "file_extension"}) {
    Json object = good;
    object["language_info"].erase(key);
    expect_refused(object, std::string("language_info.") + key);
    object["language_info"][key] = 5;
    expect_refused(object, std::string("language_info.") + key);
  }
  expect_refused(with("name", ""), "name");
}

TEST(ManifestTest, KeysOfTheWrongTypeRefuseTheShell) {
  for (const char* key : {"name", "display_name", "version", "banner", "language_info", "help_links",
                          "abilities", "requires", "settings"}) {
    expect_refused(with(key, 5), key);
    expect_refused(with(key, nullptr), key);
  }
  expect_refused(with("abilities", {{"tasks", "yes"}}), "tasks");
  expect_refused(with("requires", {5}), "requires");
}

TEST(ManifestTest, SettingsAreChecked) {
  const auto setting = [](const Json& value) { return with("settings", Json::array({value})); };
  expect_refused(setting(5), "setting");
  expect_refused(setting({{"type", "bool"}, {"default", true}}), "name");
  expect_refused(setting({{"name", "S.x"}, {"default", true}}), "type");
  expect_refused(setting({{"name", "unprefixed"}, {"type", "bool"}, {"default", true}}), "unprefixed");
  expect_refused(setting({{"name", "S.x"}, {"type", "color"}, {"default", "red"}}), "S.x");
  for (const auto& [type, value] : {std::pair<const char*, Json>{"bool", 1},
                                    {"integer", 1.5},
                                    {"number", "1"},
                                    {"text", 1},
                                    {"text", nullptr}}) {
    expect_refused(setting({{"name", "S.x"}, {"type", type}, {"default", value}}), "S.x");
  }
}

TEST(ManifestTest, LimitsOfSettingsAreChecked) {
  const auto setting = [](const char* type, const Json& value, const char* key, const Json& limit) {
    return with("settings",
                Json::array({{{"name", "S.x"}, {"type", type}, {"default", value}, {key, limit}}}));
  };
  for (const auto& [type, value] : {std::pair<const char*, Json>{"bool", true}, {"text", ""}, {"json", 5}}) {
    expect_refused(setting(type, value, "minimum", 0), "minimum");
  }
  expect_refused(setting("integer", 5, "maximum", "6"), "maximum");
  expect_refused(setting("integer", 5, "maximum", 4), "default");
  expect_refused(setting("number", 0.5, "minimum", 1), "default");
  expect_refused(setting("integer", 5, "choices", {"5"}), "choices");
  expect_refused(setting("text", "a", "choices", "a"), "choices");
  expect_refused(setting("text", "a", "choices", Json::array()), "choices");
  expect_refused(setting("text", "a", "choices", {"a", 5}), "choices");
  expect_refused(setting("text", "a", "choices", {"b"}), "default");
}

TEST(ManifestTest, SlipsAreNamedWithWhatWasMeant) {
  expect_refused(with("abilites", Json::object()),
                 "\"abilites\", which nobody knows; did you mean \"abilities\"?");
  expect_refused(with("abilities", {{"subshels", true}}), "did you mean \"subshells\"?");
  expect_refused(
      with("settings",
           Json::array({{{"name", "S.x"}, {"type", "text"}, {"default", ""}, {"choises", {"a"}}}})),
      "did you mean \"choices\"?");
}

TEST(ManifestTest, FilesBesideTheLibraryAreNames) {
  const auto manifest = parse(with("files", {"cpp", "more.txt"}));
  ASSERT_TRUE(manifest);
  EXPECT_THAT(manifest->files, ElementsAre("cpp", "more.txt"));
  expect_refused(with("files", "cpp"), "\"files\" that are no array");
  for (const Json& wrong : {Json("../other"), Json("/etc"), Json(".."), Json(".hidden"), Json(""), Json(3)}) {
    expect_refused(with("files", Json::array({wrong})), "no name of a file beside the library");
  }
}

TEST(ManifestTest, FilesOfTheSystemHavePackages) {
  const auto manifest = parse(with("system_files", {{"/usr/include/x/*.h", "x-dev"}}));
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->system_files.size(), 1U);
  EXPECT_EQ(manifest->system_files[0].pattern, "/usr/include/x/*.h");
  EXPECT_EQ(manifest->system_files[0].package, "x-dev");
  expect_refused(with("system_files", Json::array({"/usr"})), "\"system_files\" that are no object");
  expect_refused(with("system_files", {{"relative", "x-dev"}}), "not paths with names of packages");
  expect_refused(with("system_files", {{"/usr", 3}}), "not paths with names of packages");
}

}  // namespace
}  // namespace hermit
